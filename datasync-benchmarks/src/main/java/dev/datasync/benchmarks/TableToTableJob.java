package dev.datasync.benchmarks;

import dev.datasync.SyncPlan;
import dev.datasync.benchmarks.Records.Order;
import dev.datasync.benchmarks.Records.State;
import dev.datasync.change.Deletes;
import dev.datasync.jdbc.JdbcDatabase;
import dev.datasync.jdbc.JdbcTable;
import dev.datasync.match.Matcher;
import dev.datasync.run.SyncReport;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * A table of PostgreSQL into another one that is equal already, against reading both of them through JDBC, at the same
 * time, and throwing the values away.
 */
final class TableToTableJob implements Job {

    @Override
    public String name() {
        return "table-to-table";
    }

    @Override
    public String work() {
        return "a table of 1,000,000 x 10 into another in the same PostgreSQL, nothing changed";
    }

    @Override
    public int heap() {
        return 128;
    }

    @Override
    public int processors() {
        return 2;
    }

    @Override
    public double aim() {
        return 1.1;
    }

    @Override
    public void prepare(Path folder, Size size, Postgres postgres) throws IOException, SQLException {
        Records records = new Records(size.rows(SyncJob.ROWS), 0, Records.Key.NUMBER);
        postgres.create(folder);
        Path file = folder.resolve("rows.csv");
        records.write(file, State.NEW, Order.BY_KEY);
        try (Connection connection = Postgres.connect(folder)) {
            for (String table : List.of("origin", "target")) {
                Postgres.execute(connection, "create table " + table + " (" + records.definition() + ")");
                Postgres.copy(connection, table, file);
                Postgres.execute(connection, "vacuum (analyze) " + table);
            }
        }
    }

    @Override
    public void check(Path folder) throws IOException, SQLException {
        try (Connection connection = Postgres.connect(folder)) {
            long wrong = Postgres.number(
                    connection,
                    "select count(*) from target t full join origin o using (id) where (t.*) is distinct from (o.*)");
            if (wrong != 0) {
                throw new IllegalStateException(name() + ": " + wrong + " rows differ");
            }
        }
    }

    @Override
    public List<Contestant> contestants() {
        return List.of(
                new Contestant("DataSync", (folder, size) -> sync(folder)),
                new Contestant("reading both through JDBC", (folder, size) -> read(folder)));
    }

    private long sync(Path folder) throws IOException {
        try (JdbcDatabase database = JdbcDatabase.connect(Postgres.url(folder), Postgres.USER, () -> Postgres.USER)) {
            SyncReport report = SyncPlan.named(name())
                    .from(JdbcTable.named("origin").in(database))
                    .match(Matcher.on("id"))
                    .into(JdbcTable.named("target").in(database))
                    .deletes(Deletes.missing())
                    .build()
                    .run();
            return 2 * report.counts().unchanged();
        }
    }

    private static long read(Path folder) throws Exception {
        FutureTask<Long> other = new FutureTask<>(reading(folder, "origin"));
        new Thread(other).start();
        return reading(folder, "target").call() + other.get();
    }

    private static Callable<Long> reading(Path folder, String table) {
        return () -> {
            long rows = 0;
            try (Connection connection = Postgres.connect(folder)) {
                connection.setAutoCommit(false);
                try (PreparedStatement statement = connection.prepareStatement(
                        "select id, " + String.join(", ", Records.COLUMNS) + " from " + table)) {
                    statement.setFetchSize(1_000);
                    try (ResultSet row = statement.executeQuery()) {
                        while (row.next()) {
                            // each value must be there, so that no getter can be left out
                            if (isThere(row)) {
                                rows++;
                            }
                        }
                    }
                }
                connection.commit();
            }
            return rows;
        };
    }

    private static boolean isThere(ResultSet row) throws SQLException {
        return row.getLong(1) >= 0
                && row.getString(2) != null
                && row.getString(3) != null
                && row.getString(4) != null
                && row.getBigDecimal(5) != null
                && row.getInt(6) >= 0
                && (row.getBoolean(7) || !row.wasNull())
                && row.getObject(8, LocalDate.class) != null
                && row.getObject(9, OffsetDateTime.class) != null
                && (row.getString(10) != null || row.wasNull());
    }
}
