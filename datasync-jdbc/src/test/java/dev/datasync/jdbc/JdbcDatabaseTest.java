package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.SyncPlan;
import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.H2Database;
import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.source.ReadException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.conf.ParamType;
import org.jooq.conf.RenderNameCase;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
class JdbcDatabaseTest {

    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final String CANARY = "canary-4711";

    private static String h2() {
        return "jdbc:h2:mem:connect" + COUNTER.incrementAndGet() + ";DB_CLOSE_DELAY=-1";
    }

    private static void execute(JdbcDatabase database, String... statements) throws SQLException {
        Connection connection = database.connect();
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } finally {
            database.release(connection);
        }
    }

    @Test
    void a_plan_runs_on_a_database_given_by_its_url() throws Exception {
        try (JdbcDatabase database = JdbcDatabase.connect(h2(), "sa", () -> "", 2)) {
            execute(
                    database,
                    "create table a (id int primary key, v varchar(9))",
                    "create table b (id int primary key, v varchar(9))",
                    "insert into a values (1, 'x'), (2, 'y')");

            SyncReport report = SyncPlan.named("connect")
                    .from(database.table("a"))
                    .match(Matcher.on("id"))
                    .into(database.table("b"))
                    .build()
                    .run();

            assertThat(report.counts().inserted()).isEqualTo(2);
            assertThat(Reading.rows(database.query("select v from b order by id")))
                    .extracting(row -> row.text("v"))
                    .containsExactly("x", "y");
        }
    }

    @Test
    void asks_for_the_password_anew_for_each_physical_connection() throws Exception {
        AtomicReference<String> password = new AtomicReference<>("first");
        AtomicInteger asked = new AtomicInteger();
        Supplier<String> supplier = () -> {
            asked.incrementAndGet();
            return password.get();
        };
        try (JdbcDatabase database = JdbcDatabase.connect(h2(), "sa", supplier, 2)) {
            Connection first = database.connect();
            int before = asked.get();
            try (Statement statement = first.createStatement()) {
                statement.execute("alter user sa set password 'second'");
            }
            password.set("second");
            Connection second = database.connect();
            int after = asked.get();
            database.release(second);
            Connection again = database.connect();

            assertThat(after).isEqualTo(before + 1);
            assertThat(again).isSameAs(second);
            assertThat(asked).hasValue(after);

            database.release(again);
            database.release(first);
        }
    }

    @Test
    void a_broken_connection_is_not_handed_out_again() throws Exception {
        try (JdbcDatabase database = JdbcDatabase.connect(h2(), "sa", () -> "", 1)) {
            Connection broken = database.connect();
            broken.close();
            database.release(broken);
            Connection next = database.connect();

            assertThat(next).isNotSameAs(broken);
            assertThat(next.isClosed()).isFalse();

            database.release(next);
        }
    }

    @Test
    void says_at_once_that_the_database_is_not_there() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        long began = System.nanoTime();
        try (JdbcDatabase database =
                JdbcDatabase.connect("jdbc:postgresql://localhost:" + port + "/nowhere", "me", () -> CANARY)) {
            for (int i = 0; i < 2; i++) {
                ReadException failure = catchThrowableOfType(
                        ReadException.class, () -> database.table("t").schema());

                assertThat(failure.code()).isEqualTo("E-JDBC-CONNECT");
                assertThat(failure)
                        .hasMessageContaining("no connection to the database")
                        .hasMessageContaining("refused")
                        .hasMessageContaining("Check that the database is running and reachable");
                assertThat(Failures.printed(failure)).doesNotContain(CANARY);
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void does_not_wait_for_ever_for_a_server_that_does_not_answer() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            SafeUrl url = SafeUrl.of("jdbc:postgresql://localhost:" + silent.getLocalPort() + "/x?sslmode=disable");
            DriverDataSource driver = new DriverDataSource(url, "me", () -> CANARY, Duration.ofMillis(300));

            assertThatThrownBy(driver::getConnection)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("does not answer within");
        }
    }

    @Test
    void says_that_there_is_no_driver_without_the_url() {
        try (JdbcDatabase database =
                JdbcDatabase.connect("jdbc:nosuch://host/x?apikey=" + CANARY, "me", () -> CANARY)) {
            ReadException failure = catchThrowableOfType(
                    ReadException.class, () -> database.table("t").schema());

            assertThat(failure).hasMessageContaining("add the driver of 'nosuch' to the class path");
            assertThat(Failures.printed(failure)).doesNotContain(CANARY);
        }
    }

    @Test
    void says_what_is_wrong_with_the_supplier_of_the_password() {
        List<Supplier<String>> suppliers = List.of(
                () -> {
                    throw new IllegalStateException(CANARY);
                },
                () -> null);
        for (var supplier : suppliers) {
            try (JdbcDatabase database = JdbcDatabase.connect(h2(), "sa", supplier)) {
                ReadException failure = catchThrowableOfType(
                        ReadException.class, () -> database.table("t").schema());

                assertThat(failure).hasMessageContaining("supplier of the password");
                assertThat(Failures.printed(failure)).doesNotContain(CANARY);
            }
        }
    }

    @Test
    void takes_no_password_in_the_url() {
        for (String url : List.of(
                "jdbc:postgresql://h/x?user=me&password=" + CANARY,
                "jdbc:h2:mem:x;PASSWORD=" + CANARY,
                "jdbc:mysql://me:" + CANARY + "@h/x",
                "jdbc:oracle:thin:me/" + CANARY + "@//h:1521/x",
                "jdbc:sqlserver://h;databaseName=x;pwd={" + CANARY + ";}")) {
            assertThatThrownBy(() -> JdbcDatabase.connect(url, "me", () -> ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("password")
                    .hasMessageNotContaining(CANARY);
        }
        assertThatThrownBy(() -> JdbcDatabase.connect("postgresql://h/x", "me", () -> ""))
                .hasMessageContaining("begins with jdbc:");
        assertThatThrownBy(() -> JdbcDatabase.connect("jdbc:h2:mem:", "me", () -> "", 0))
                .hasMessageContaining("at least 1 connection");
    }

    @Test
    void takes_other_secrets_out_of_the_url() {
        SafeUrl query = SafeUrl.of("jdbc:postgresql://h/x?sslpassword=a%26b&ssl=true&accessToken=t");
        SafeUrl semicolons = SafeUrl.of("jdbc:sqlserver://h;keyStoreSecret={a;b};databaseName={x;y};encrypt=true");

        assertThat(query.url()).isEqualTo("jdbc:postgresql://h/x?ssl=true");
        assertThat(query.secrets()).containsEntry("sslpassword", "a&b").containsEntry("accessToken", "t");
        assertThat(semicolons.url()).isEqualTo("jdbc:sqlserver://h;databaseName={x;y};encrypt=true");
        assertThat(semicolons.secrets()).containsEntry("keyStoreSecret", "a;b");
        assertThat(query.toString() + semicolons).doesNotContain("a;b", "a&b");
    }

    @Test
    void says_that_it_was_closed() throws Exception {
        JdbcDatabase database = JdbcDatabase.connect(h2(), "sa", () -> "");
        execute(database, "create table t (id int primary key)");
        JdbcTable table = database.table("t");

        database.close();
        database.close();

        assertThatThrownBy(table::schema)
                .isInstanceOf(ReadException.class)
                .hasMessageContaining("the JdbcDatabase was closed");
        assertThat(database.toString()).isEqualTo("database");
    }

    @Test
    void closing_ends_a_run_with_a_clear_error() throws Exception {
        try (PostgresDatabase server = new PostgresDatabase()) {
            JdbcDatabase database = JdbcDatabase.connect(server.dataSource().getURL(), "postgres", () -> "");
            JdbcQuery query = database.query("select pg_sleep(60), 'closing " + server.schema() + "' as what");

            Throwable failure = Blocked.during(
                    () -> Reading.of(query),
                    () -> !server.query("select 1 from pg_stat_activity where state = 'active' and query like"
                                    + " 'select pg_sleep(60), ''closing " + server.schema() + "%'")
                            .isEmpty(),
                    database::close);

            assertThat(failure)
                    .isInstanceOf(ReadException.class)
                    .hasMessageContaining("the JdbcDatabase was closed, which ends the runs that are using it");
        }
    }

    @Test
    void gives_more_connections_on_request_and_says_when_all_are_in_use() throws Exception {
        try (JdbcDatabase database = JdbcDatabase.connect(h2(), "sa", () -> "", 3)) {
            List<Connection> taken = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                taken.add(database.connect());
            }
            assertThat(taken).doesNotHaveDuplicates();
            for (Connection connection : taken) {
                database.release(connection);
            }
        }
    }

    // ---------------------------------------------------------------- secrets

    /** All that loggers of java.util.logging and standard error are told, at every level. */
    private static String logged(Blocked.Action action) throws Exception {
        StringBuilder text = new StringBuilder();
        Handler handler = new Handler() {
            private final SimpleFormatter formatter = new SimpleFormatter();

            @Override
            public void publish(LogRecord logged) {
                synchronized (text) {
                    text.append(formatter.format(logged));
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        Logger root = Logger.getLogger("");
        Level before = root.getLevel();
        root.setLevel(Level.ALL);
        root.addHandler(handler);
        PrintStream error = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(error);
            root.removeHandler(handler);
            root.setLevel(before);
        }
        return text + bytes.toString(StandardCharsets.UTF_8);
    }

    /** A process of its own, in which loggers of SLF4J tell everything from the first line on. */
    @Test
    void no_log_at_any_level_shows_a_secret() throws Exception {
        try (PostgresDatabase server = new PostgresDatabase()) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Talkative.class.getName(),
                            server.dataSource().getURL())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor()).as(output).isZero();
            assertThat(output).contains("HikariPool", "Connecting with URL", "failed as it should", "read 1 row");
            assertThat(output).doesNotContain(CANARY);
        }
    }

    /** Connects well and in vain, with a secret in every place. */
    static final class Talkative {

        private Talkative() {}

        public static void main(String[] arguments) throws Exception {
            String url = arguments[0] + (arguments[0].contains("?") ? "&" : "?") + "sslpassword=" + CANARY;
            String logged = logged(() -> {
                try (JdbcDatabase database = JdbcDatabase.connect(url, "postgres", () -> CANARY)) {
                    System.out.println("read "
                            + Reading.rows(database.query("select 1 as one")).size() + " row of " + database);
                }
                for (String wrong : List.of(
                        url.replaceFirst("/postgres\\?", "/nowhere?"),
                        "jdbc:h2:mem:nowhere;IFEXISTS=TRUE;SECRET=" + CANARY,
                        "jdbc:nosuch:x;secret=" + CANARY)) {
                    try (JdbcDatabase database = JdbcDatabase.connect(wrong, "me", () -> CANARY)) {
                        try {
                            SyncPlan.named("secrets")
                                    .from(database.table("a"))
                                    .match(Matcher.on("id"))
                                    .into(database.table("b"))
                                    .build()
                                    .run();
                        } catch (SyncException e) {
                            System.out.println("failed as it should: " + Failures.printed(e) + e.report());
                        }
                    }
                }
                Thread.getAllStackTraces().keySet().forEach(thread -> System.out.println(thread.getName()));
            });
            System.out.println(logged);
        }
    }

    // ---------------------------------------------------------------- jOOQ

    @Test
    void jooq_gives_connections_and_renders() throws Exception {
        try (H2Database server = new H2Database()) {
            server.execute(
                    "create table a (id int primary key, \"odd name\" varchar(9))",
                    "create table b (id int primary key, \"odd name\" varchar(9))",
                    "insert into a values (1, 'x')");
            CountingDataSource dataSource = new CountingDataSource(server.dataSource());
            Settings settings = new Settings()
                    .withRenderQuotedNames(RenderQuotedNames.NEVER)
                    .withRenderNameCase(RenderNameCase.LOWER)
                    .withParamType(ParamType.INLINED)
                    .withRenderFormatted(true);
            var jooq = DSL.using(dataSource, SQLDialect.H2, settings);

            SyncReport report = SyncPlan.named("jooq")
                    .from(JdbcTable.named("a").in(jooq))
                    .match(Matcher.on("id"))
                    .into(JdbcTable.named("b").in(jooq))
                    .build()
                    .run();

            assertThat(report.counts().inserted()).isEqualTo(1);
            assertThat(Reading.rows(
                            JdbcQuery.sql("select \"odd name\" as n from b").in(jooq)))
                    .extracting(row -> row.text("n"))
                    .containsExactly("x");
            // quoted and bound, whatever the settings say
            assertThat(dataSource.prepared())
                    .anyMatch(sql -> sql.startsWith("insert") && sql.contains("\"odd name\"") && sql.contains("?"));
            assertThat(dataSource.faults()).isEmpty();
            assertThat(JdbcDatabase.of(jooq).isSame(JdbcDatabase.of(dataSource)))
                    .isTrue();
        }
    }

    @Test
    void jooq_over_a_single_connection_is_refused() throws Exception {
        try (H2Database server = new H2Database();
                Connection connection = server.dataSource().getConnection()) {
            assertThatThrownBy(() -> JdbcTable.named("t").in(DSL.using(connection)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("single Connection");
        }
        assertThatThrownBy(
                        () -> JdbcTable.named("t").in(DSL.using(SQLDialect.H2)).schema())
                .isInstanceOf(ReadException.class)
                .hasMessageContaining("no connection to the database");
    }

    @Test
    void a_data_source_that_gives_null_is_told() {
        DataSource nothing = (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> null);
        JdbcTable table = JdbcTable.named("t").in(nothing);

        assertThatThrownBy(table::schema)
                .isInstanceOf(ReadException.class)
                .hasMessageContaining("the DataSource gives null instead of a connection");
    }

    // ---------------------------------------------------------------- PostgreSQL

    @Test
    void warns_of_simple_queries() throws Exception {
        try (PostgresDatabase server = new PostgresDatabase()) {
            server.execute("create table t (id int primary key)");
            String url = server.dataSource().getURL();
            Reading<Row> reading = Reading.ordered();
            try (JdbcDatabase database = JdbcDatabase.connect(
                    url + (url.contains("?") ? "&" : "?") + "preferQueryMode=simple", "postgres", () -> "")) {
                reading.read(JdbcTable.named("t").inSchema(server.schema()).in(database));
            }

            assertThat(reading.warnings).singleElement().asString().contains("preferQueryMode=simple", "CVE-2024-1597");
            Reading<Row> usual = Reading.of(JdbcTable.named("t").in(server.dataSource()));
            assertThat(usual.warnings).isEmpty();
        }
    }
}
