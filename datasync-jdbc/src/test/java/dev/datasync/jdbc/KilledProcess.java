package dev.datasync.jdbc;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.jdbc.database.InterceptedDataSource;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.testkit.InMemorySource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * A process that runs a plan, and stops for ever at one of its calls into the database, where its parent kills it. Says
 * how many such calls there were when it gets to its end.
 */
final class KilledProcess {

    static final String TABLE = "accounts";
    static final Schema SCHEMA = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("name", FieldType.text(40)),
            Field.of("balance", FieldType.decimal(12, 2)),
            Field.of("version", FieldType.integer()));

    /** Calls in which nothing happens outside of the process. */
    private static final Set<String> QUIET = Set.of("setNull", "addBatch", "clearParameters", "getConnection");

    private static final String HERE = "here";
    private static final String CALLS = "calls ";
    private static final int RECORDS = 1_200;

    /** What only the parent needs. */
    private static final class Parent {

        static final FastStart START = start();

        private static FastStart start() {
            try {
                return FastStart.create();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private KilledProcess() {}

    /** Arguments: URL, user, changes between commits or 0, the number of the call, and whether to stop before it. */
    public static void main(String[] arguments) throws Exception {
        int stopAt = Integer.parseInt(arguments[3]);
        boolean isBefore = Boolean.parseBoolean(arguments[4]);
        AtomicInteger calls = new AtomicInteger();
        Driver driver = driver(arguments[0]);
        Properties login = new Properties();
        login.setProperty("user", arguments[1]);
        login.setProperty("password", "");
        DataSource dataSource = new InterceptedDataSource(() -> driver.connect(arguments[0], login), (name, call) -> {
            boolean isLoud = !QUIET.contains(name) && !(name.startsWith("set") && !name.startsWith("setS"));
            boolean isTheOne = isLoud && calls.incrementAndGet() == stopAt;
            if (isTheOne && isBefore) {
                stop();
            }
            Object result = call.call();
            if (isTheOne) {
                stop();
            }
            return result;
        });
        plan(dataSource, Integer.parseInt(arguments[2])).run();
        System.out.println(CALLS + calls.get());
    }

    /** The driver manager would load the drivers of all the other products first, half of the time of the process. */
    private static Driver driver(String url) throws SQLException {
        return url.startsWith("jdbc:postgresql:") ? new org.postgresql.Driver() : new org.mariadb.jdbc.Driver();
    }

    private static void stop() throws InterruptedException {
        System.out.println(HERE);
        System.out.flush();
        new CountDownLatch(1).await();
    }

    /** Returns the plan that the process runs, and its parent after it. */
    static SyncPlan<Row> plan(DataSource dataSource, int commitEvery) {
        SyncPlan.Builder<Row> plan = SyncPlan.named("accounts")
                .from(InMemorySource.of(wanted()))
                .match(Matcher.on("id"))
                .into(JdbcTable.named(TABLE).in(dataSource))
                .deletes(Deletes.missing().unlimited());
        return (commitEvery == 0 ? plan : plan.commitEvery(commitEvery)).build();
    }

    /** What the target holds before: every third record is missing, every fifth is old, some are too many. */
    static List<Row> before() {
        List<Row> rows = new ArrayList<>();
        for (int id = 0; id < RECORDS; id++) {
            if (id % 3 != 0) {
                rows.add(row(id, id % 5 == 0 ? 1 : 2));
            }
        }
        for (int id = RECORDS; id < RECORDS + RECORDS / 10; id++) {
            rows.add(row(id, 1));
        }
        return rows;
    }

    static List<Row> wanted() {
        List<Row> rows = new ArrayList<>();
        for (int id = 0; id < RECORDS; id++) {
            rows.add(row(id, 2));
        }
        return rows;
    }

    private static Row row(int id, int version) {
        return SCHEMA.row(
                (long) id,
                "account " + id + " in version " + version,
                BigDecimal.valueOf(id * 100L + version, 2),
                (long) version);
    }

    static void create(TestDatabase database) {
        database.execute("create table " + TABLE + " (id bigint primary key, name varchar(40) not null,"
                + " balance numeric(12,2) not null, version bigint not null)");
    }

    /** Makes the table as it is before. */
    static void fill(TestDatabase database) throws SQLException {
        database.execute("delete from " + TABLE);
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("insert into " + TABLE + " values (?, ?, ?, ?)")) {
            connection.setAutoCommit(false);
            for (Row row : before()) {
                for (int i = 0; i < row.schema().size(); i++) {
                    insert.setObject(i + 1, row.value(i));
                }
                insert.addBatch();
            }
            insert.executeBatch();
            connection.commit();
        }
    }

    static List<List<String>> content(TestDatabase database) {
        return database.query("select id, name, balance, version from " + TABLE);
    }

    static List<List<String>> texts(List<Row> rows) {
        return rows.stream()
                .map(row -> List.of(
                        row.value(0).toString(),
                        row.value(1).toString(),
                        row.value(2).toString(),
                        row.value(3).toString()))
                .toList();
    }

    /** Runs the process to its end and returns how many calls it made. */
    static int countCalls(String url, String user, int commitEvery) throws IOException, InterruptedException {
        Process process = start(url, user, commitEvery, 0, false);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 || !output.contains(CALLS)) {
            throw new AssertionError(output);
        }
        return Integer.parseInt(output.substring(output.indexOf(CALLS) + CALLS.length())
                .lines()
                .findFirst()
                .orElseThrow());
    }

    /** Runs the process up to one of its calls and kills it there. */
    static void kill(String url, String user, int commitEvery, int stopAt, boolean isBefore)
            throws IOException, InterruptedException {
        Process process = start(url, user, commitEvery, stopAt, isBefore);
        try (InputStream output = process.getInputStream()) {
            StringBuilder text = new StringBuilder();
            int next;
            while (!text.toString().contains(HERE)) {
                next = output.read();
                if (next < 0) {
                    throw new AssertionError("the process ended before its call " + stopAt + ": " + text);
                }
                text.append((char) next);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static Process start(String url, String user, int commitEvery, int stopAt, boolean isBefore)
            throws IOException {
        return Parent.START.start(
                KilledProcess.class,
                url,
                user,
                Integer.toString(commitEvery),
                Integer.toString(stopAt),
                Boolean.toString(isBefore));
    }
}
