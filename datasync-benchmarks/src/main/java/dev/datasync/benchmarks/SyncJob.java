package dev.datasync.benchmarks;

import dev.datasync.SyncPlan;
import dev.datasync.benchmarks.Records.Order;
import dev.datasync.benchmarks.Records.State;
import dev.datasync.change.Deletes;
import dev.datasync.files.CsvFile;
import dev.datasync.jdbc.JdbcDatabase;
import dev.datasync.jdbc.JdbcTable;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.SyncReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/**
 * A CSV file into a table of PostgreSQL, against what an expert writes for that: COPY into a temporary table, and then
 * the differences by SQL, in one transaction.
 */
final class SyncJob implements Job {

    static final int ROWS = 1_000_000;
    static final String CSV = "new.csv";

    private final String name;
    private final String work;
    private final double aim;
    private final int rows;
    private final Start start;
    private final Order order;
    private final int updated;
    private final Records.Key key;

    /** What is in the table before the work. */
    enum Start {
        OLD_STATE,
        NEW_STATE,
        NOTHING
    }

    private SyncJob(
            String name, String work, double aim, int rows, Start start, Order order, int updated, Records.Key key) {
        this.name = name;
        this.work = work;
        this.aim = aim;
        this.rows = rows;
        this.start = start;
        this.order = order;
        this.updated = updated;
        this.key = key;
    }

    /** Returns the first job, the one that others are about too, with a number of rows. */
    static SyncJob ofRows(int rows) {
        return new SyncJob(
                "csv-to-table",
                String.format(
                        Locale.ROOT,
                        "a CSV file of %,d x 10 into its table: 1 %% updated, 0.5 %% inserted, 0.5 %% deleted",
                        rows),
                0.8,
                rows,
                Start.OLD_STATE,
                Order.BY_KEY,
                10,
                Records.Key.NUMBER);
    }

    static List<Job> all() {
        return List.of(
                ofRows(ROWS),
                new SyncJob(
                        "csv-unchanged",
                        "the same, nothing changed",
                        0.7,
                        ROWS,
                        Start.NEW_STATE,
                        Order.BY_KEY,
                        10,
                        Records.Key.NUMBER),
                new SyncJob(
                        "csv-first-load",
                        "the same into an empty table",
                        1.25,
                        ROWS,
                        Start.NOTHING,
                        Order.BY_KEY,
                        10,
                        Records.Key.NUMBER),
                new SyncJob(
                        "csv-random-order",
                        "the first, the file in random order",
                        1.0,
                        ROWS,
                        Start.OLD_STATE,
                        Order.RANDOM,
                        10,
                        Records.Key.NUMBER),
                new SyncJob(
                        "csv-text-keys",
                        "the first, with a key of two text columns",
                        1.0,
                        ROWS,
                        Start.OLD_STATE,
                        Order.BY_KEY,
                        10,
                        Records.Key.TWO_TEXTS),
                new SyncJob(
                        "csv-many-changes",
                        "the first, with 30 % updated",
                        1.2,
                        ROWS,
                        Start.OLD_STATE,
                        Order.BY_KEY,
                        300,
                        Records.Key.NUMBER));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String work() {
        return work;
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
        return aim;
    }

    @Override
    public Repetitions repetitions(Size size) {
        return size.fewRepetitions();
    }

    @Override
    public void prepare(Path folder, Size size, Postgres postgres) throws IOException, SQLException {
        Records records = new Records(size.rows(rows), updated, key);
        postgres.create(folder);
        records.write(folder.resolve(CSV), State.NEW, order);
        Path sorted = folder.resolve("sorted.csv");
        try (Connection connection = Postgres.connect(folder)) {
            for (State state : State.values()) {
                String table = state == State.OLD ? "old_state" : "new_state";
                records.write(sorted, state, Order.BY_KEY);
                Postgres.execute(connection, "create table " + table + " (" + records.definition() + ")");
                Postgres.copy(connection, table, sorted);
                Postgres.execute(connection, "vacuum (analyze) " + table);
            }
        }
        Files.delete(sorted);
    }

    @Override
    public void reset(Path folder) throws IOException, SQLException {
        try (Connection connection = Postgres.connect(folder)) {
            Postgres.execute(
                    connection, "drop table if exists target", "create table target (like new_state including all)");
            if (start != Start.NOTHING) {
                Postgres.execute(
                        connection,
                        "insert into target select * from " + (start == Start.OLD_STATE ? "old_state" : "new_state"));
            }
            Postgres.execute(connection, "vacuum (analyze) target", "checkpoint");
        }
    }

    @Override
    public void check(Path folder) throws IOException, SQLException {
        try (Connection connection = Postgres.connect(folder)) {
            long wrong = Postgres.number(
                    connection,
                    "select count(*) from target t full join new_state n using (" + String.join(", ", key.columns)
                            + ") where (t.*) is distinct from (n.*)");
            if (wrong != 0) {
                throw new IllegalStateException(name + ": " + wrong + " rows of the table are not as in the file");
            }
        }
    }

    @Override
    public List<Contestant> contestants() {
        return List.of(
                new Contestant("DataSync", (folder, size) -> sync(folder)),
                start == Start.NOTHING
                        ? new Contestant("COPY straight into the table", (folder, size) -> load(folder))
                        : new Contestant("a script by hand", (folder, size) -> script(folder)));
    }

    /** Returns how many rows are in the table afterwards. */
    private long sync(Path folder) throws IOException {
        try (JdbcDatabase database = JdbcDatabase.connect(Postgres.url(folder), Postgres.USER, () -> Postgres.USER)) {
            SyncPlan<Row> plan = SyncPlan.named(name)
                    .from(CsvFile.at(folder.resolve(CSV)))
                    .match(matcher())
                    .into(JdbcTable.named("target").in(database))
                    .deletes(Deletes.missing())
                    .build();
            SyncReport report = plan.run();
            return report.counts().unchanged()
                    + report.counts().updated()
                    + report.counts().inserted();
        }
    }

    private Matcher<Row> matcher() {
        return key == Records.Key.NUMBER ? Matcher.on("id") : Matcher.on("region", "code");
    }

    private static long load(Path folder) throws IOException, SQLException {
        try (Connection connection = Postgres.connect(folder)) {
            connection.setAutoCommit(false);
            Postgres.copy(connection, "target", folder.resolve(CSV));
            connection.commit();
            return Postgres.number(connection, "select count(*) from target");
        }
    }

    private long script(Path folder) throws IOException, SQLException {
        StringBuilder join = new StringBuilder();
        for (String column : key.columns) {
            join.append(join.isEmpty() ? "" : " and ").append("t." + column + " = i." + column);
        }
        StringBuilder set = new StringBuilder();
        StringBuilder old = new StringBuilder();
        StringBuilder fresh = new StringBuilder();
        for (String column : Records.COLUMNS) {
            set.append(set.isEmpty() ? "" : ", ").append(column + " = i." + column);
            old.append(old.isEmpty() ? "" : ", ").append("t." + column);
            fresh.append(fresh.isEmpty() ? "" : ", ").append("i." + column);
        }
        try (Connection connection = Postgres.connect(folder)) {
            connection.setAutoCommit(false);
            Postgres.execute(connection, "create temporary table incoming (like target) on commit drop");
            Postgres.copy(connection, "incoming", folder.resolve(CSV));
            Postgres.execute(
                    connection,
                    "analyze incoming",
                    "delete from target t where not exists (select from incoming i where " + join + ")",
                    "update target t set " + set + " from incoming i where " + join + " and (" + old
                            + ") is distinct from (" + fresh + ")",
                    "insert into target select * from incoming i where not exists (select from target t where " + join
                            + ")");
            connection.commit();
            return Postgres.number(connection, "select count(*) from target");
        }
    }
}
