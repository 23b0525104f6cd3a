package dev.datasync.examples;

import dev.datasync.SyncPlan;
import dev.datasync.jdbc.JdbcLock;
import dev.datasync.jdbc.JdbcTable;
import dev.datasync.jdbc.JdbcWatermarks;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import javax.sql.DataSource;

/** A large table of which a few rows change each hour: only these are read. */
public final class Warehouse {

    private Warehouse() {}

    /**
     * Returns a plan that brings new and changed orders into the warehouse, from one database into another.
     *
     * @param shop the database with the table of orders, whose column updated_at is stamped with every change
     * @param warehouse the database that gets a copy
     * @return the plan
     */
    public static SyncPlan<Row> plan(DataSource shop, DataSource warehouse) {
        // readme: incremental
        SyncPlan<Row> plan = SyncPlan.named("orders")
                .from(JdbcTable.named("orders").in(shop).incrementalBy("updated_at"))
                .match(Matcher.on("id"))
                .into(JdbcTable.named("orders").in(warehouse).createIfMissing())
                .watermarks(JdbcWatermarks.in(warehouse))
                .lock(JdbcLock.in(warehouse))
                .build();
        // end
        return plan;
    }
}
