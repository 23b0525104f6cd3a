package dev.datasync.examples;

import dev.datasync.SyncPlan;
import dev.datasync.files.CsvFile;
import dev.datasync.jdbc.JdbcTable;
import dev.datasync.match.Matcher;
import dev.datasync.run.FailurePolicy;
import java.nio.file.Path;
import java.time.LocalDate;
import javax.sql.DataSource;

/** Records as types of your own: the compiler checks the plan, and a wrong field name is a wrong method name. */
public final class Customers {

    private Customers() {}

    /**
     * A customer of ours.
     *
     * @param id what identifies the customer
     * @param name the full name
     * @param memberSince the day of the first order; the column is called member_since
     */
    // readme: customer
    public record Customer(long id, String name, LocalDate memberSince) {}
    // end

    /**
     * Returns a plan that brings the customers of a CSV file into a table.
     *
     * @param csv the file
     * @param shop the database with the table
     * @return the plan
     */
    public static SyncPlan<Customer> plan(Path csv, DataSource shop) {
        // readme: typed-records
        SyncPlan<Customer> plan = SyncPlan.named("customers")
                .from(CsvFile.at(csv).as(Customer.class))
                .filter(customer -> customer.memberSince().getYear() >= 2020)
                .match(Matcher.by(Customer::id))
                .into(JdbcTable.named("customers").in(shop).as(Customer.class))
                .onFailure(FailurePolicy.skipUpTo(10))
                .build();
        // end
        return plan;
    }
}
