package dev.datasync.examples;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.http.Authentication;
import dev.datasync.http.HttpApi;
import dev.datasync.http.Paging;
import dev.datasync.jdbc.JdbcTable;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import java.time.Duration;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** A REST API as a source: the customers of a CRM go into a table. */
public final class Crm {

    private Crm() {}

    /**
     * Returns a plan that makes a table equal to the active customers of a CRM.
     *
     * @param address where its API is
     * @param token gives the token whenever one is needed
     * @param shop the database with the table
     * @return the plan
     */
    public static SyncPlan<Row> plan(String address, Supplier<String> token, DataSource shop) {
        // readme: rest-to-table
        HttpApi crm =
                HttpApi.at(address).authentication(Authentication.bearer(token)).rateLimit(10, Duration.ofSeconds(1));
        return SyncPlan.named("customers")
                .from(crm.get("/customers")
                        .query("status", "active")
                        .records("/data")
                        .total("/meta/total")
                        .pages(Paging.cursor("cursor", "/meta/next")))
                .match(Matcher.on("id"))
                .into(JdbcTable.named("customers").in(shop))
                .deletes(Deletes.missing())
                .build();
        // end
    }
}
