package dev.datasync.examples;

import dev.datasync.SyncPlan;
import dev.datasync.jdbc.JdbcDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.SyncReport;
import java.util.function.Supplier;

/** What can be said of the tables of two databases. */
public final class Stocks {

    private Stocks() {}

    /**
     * Copies the articles of one warehouse into a table that is created when it is not there.
     *
     * @param url the database's JDBC URL, without user and password
     * @param user the database user
     * @param password gives the password whenever a connection is made
     * @return what was done
     */
    public static SyncReport run(String url, String user, Supplier<String> password) {
        // readme: connect
        try (JdbcDatabase database = JdbcDatabase.connect(url, user, password)) {
            return plan(database).run();
        }
        // end
    }

    private static SyncPlan<Row> plan(JdbcDatabase database) {
        // readme: table-words
        return SyncPlan.named("stocks")
                .from(database.table("articles")
                        .columns("id", "name", "price", "entered_by")
                        .where("warehouse = ? and price > ?", "north", 0))
                .match(Matcher.on("id"))
                .into(database.table("north_articles").createIfMissing().insertOnly("entered_by"))
                .build();
        // end
    }
}
