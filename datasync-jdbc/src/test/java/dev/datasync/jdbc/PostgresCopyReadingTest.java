package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.datasync.SyncPlan;
import dev.datasync.jdbc.database.InterceptedDataSource;
import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.SyncReport;
import dev.datasync.source.ReadException;
import dev.datasync.source.Source;
import dev.datasync.testkit.InMemorySource;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/** What COPY delivers is what a cursor delivers, and a COPY that does not end well leaves nothing behind. */
class PostgresCopyReadingTest {

    private static final String COPY = "COPY";
    private static final String CURSOR = "";

    private static final List<String> LEFT_TO_CURSORS = List.of(
            "bit",
            "bit(3)",
            "varbit",
            "timetz",
            "interval",
            "xml",
            "inet",
            "money",
            "int4range",
            "int[]",
            "text[]",
            "numeric(9,2)[]",
            "timestamptz[]",
            "mood[]");

    private final long seed = Long.getLong("datasync.seed", System.nanoTime());

    private PostgresDatabase database;
    private DataSource withoutCopy;

    @BeforeEach
    void open() {
        database = new PostgresDatabase();
        withoutCopy = new InterceptedDataSource(
                () -> database.dataSource().getConnection(),
                (method, call) -> method.equals("isWrapperFor") ? (Object) false : call.call());
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    private JdbcTable table(String name) {
        return JdbcTable.named(name).in(database.dataSource());
    }

    /** Reads a table in both ways, and returns what both deliver. */
    private List<String> both(String table, String way) throws Exception {
        return both(table(table), JdbcTable.named(table).in(withoutCopy), way);
    }

    private static List<String> both(Source<Row> source, Source<Row> other, String way) throws Exception {
        Reading<Row> copied = Reading.of(source);
        Reading<Row> fetched = Reading.of(other);
        assertThat(fetched.method).isEqualTo(CURSOR);
        assertThat(copied.method).isEqualTo(way);
        assertThat(copied.rejected).isEqualTo(fetched.rejected);
        assertThat(shown(copied.records)).isEqualTo(shown(fetched.records));
        if (!copied.records.isEmpty()) {
            assertThat(copied.records.get(0).schema())
                    .isEqualTo(fetched.records.get(0).schema());
        }
        List<String> all = new ArrayList<>(shown(copied.records));
        all.addAll(copied.rejected);
        return all;
    }

    private static List<String> shown(List<Row> rows) {
        return rows.stream()
                .map(row -> IntStream.range(0, row.schema().size())
                        .mapToObj(i -> shown(row.value(i)))
                        .collect(Collectors.joining(" | ")))
                .toList();
    }

    /** Returns a value with its class. */
    private static String shown(Object value) {
        if (value == null) {
            return "null";
        }
        String text = value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString();
        return text + " "
                + (value instanceof List<?> ? "list" : value.getClass().getSimpleName());
    }

    // ---------------------------------------------------------------- the same values

    @Test
    void delivers_what_a_cursor_delivers_for_each_type() throws Exception {
        PostgresTypeRoundTripTest types = new PostgresTypeRoundTripTest();
        types.prepare(database);
        List<TypeColumn> columns = types.columns();
        int rows = 60;
        fill(columns, rows);

        List<String> copied = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            (LEFT_TO_CURSORS.contains(columns.get(i).sql()) ? left : copied).add("c" + i);
        }
        String[] all = copied.toArray(String[]::new);
        try {
            assertThat(both(
                            table("types").columns("id", all),
                            JdbcTable.named("types").in(withoutCopy).columns("id", all),
                            COPY))
                    .hasSize(rows);
        } catch (AssertionError e) {
            throw new AssertionError("-Ddatasync.seed=" + seed, e);
        }
        assertThat(left).hasSameSizeAs(LEFT_TO_CURSORS);
        for (String column : left) {
            assertThat(Reading.of(table("types").columns("id", column)).method).isEqualTo(CURSOR);
        }
    }

    /** Makes a table that has a column of each type. */
    private void fill(List<TypeColumn> columns, int size) throws Exception {
        StringBuilder sql = new StringBuilder("create table types (id int primary key");
        Object[][] rows = new Object[size][2 + 2 * columns.size()];
        for (int i = 0; i < columns.size(); i++) {
            sql.append(", c").append(i).append(' ').append(columns.get(i).sql());
            List<Object> values = columns.get(i).values().list(new Random(seed), size - 1);
            values.add(null);
            for (int id = 0; id < size; id++) {
                rows[id][0] = "id";
                rows[id][1] = id;
                rows[id][2 + 2 * i] = "c" + i;
                rows[id][3 + 2 * i] = values.get(id);
            }
        }
        database.execute(sql.append(')').toString());
        SyncPlan.named("types")
                .from(InMemorySource.of(Arrays.stream(rows).map(Row::of).toList()))
                .match(Matcher.on("id"))
                .into(table("types"))
                .build()
                .run();
    }

    @Test
    void delivers_what_a_cursor_delivers_at_the_edges_of_numbers() throws Exception {
        String[] special = {"'NaN'", "'infinity'", "'-infinity'", "0", "'-0'", "0.1"};
        check("numeric", special);
        check("numeric", "0.000", "1e-20", "-1e-200", "1e300", "10000", "9999", "99990000", "0.0001", "0.00010000");
        check("numeric", "12345678901234567890.12345", "100000000.5", "999999999999999999", "-9999999999999999.99");
        check("numeric", "9223372036854775807", "9223372036854775808", "1e18", "-0.1", "1e16383", "-1e-16383");
        check("numeric(12,2)", "'NaN'", "0", "0.01", "-0.01", "9999999999.99", "-9999999999.99", "1", "10000", "0.1");
        check("numeric(18,0)", "999999999999999999", "-1", "10000", "100000000");
        check("numeric(20,10)", "1234567890.0123456789", "0.0000000001", "1", "-10000.0001");
        check("numeric(1000,500)", "1", "1e499", "1e-500", "123.456");
        check("numeric(2,-3)", "12345", "99000", "-1000", "0");
        check("numeric(3,5)", "0.00123", "-0.00999", "0");
        check("float4", special);
        check("float4", "1e-45", "3.4028235e38", "16777217");
        check("float8", special);
        check("float8", "5e-324", "1.7976931348623157e308", "123456789.123456789");
        check("int2", "-32768", "32767");
        check("int4", "-2147483648", "2147483647");
        check("int8", "-9223372036854775808", "9223372036854775807", "1000000000000");
        check("oid", "0", "4294967295");
        check("bool", "true", "false");
    }

    @Test
    void delivers_what_a_cursor_delivers_at_the_edges_of_time() throws Exception {
        String[] days = {"'infinity'", "'-infinity'", "'4713-01-01 BC'", "'0001-12-31 BC'", "'0001-01-01'"};
        check("date", days);
        check(
                "date",
                "'1582-10-10'",
                "'1900-02-28'",
                "'1999-12-31'",
                "'2000-01-01'",
                "'5874897-12-31'",
                "'2024-02-29'");
        for (String precision : List.of("", "(0)", "(3)")) {
            check("time" + precision, "'24:00'", "'00:00'", "'23:59:59.999999'", "'00:00:00.000001'", "'12:00:00.5'");
            for (String type : List.of("timestamp" + precision, "timestamptz" + precision)) {
                check(type, days);
                check(type, "'0001-01-01 00:00:00.5+00 BC'", "'1582-10-10 01:02:03.123456+00'", "'1800-01-01'");
                check(
                        type,
                        "'1999-12-31 23:59:59.999999+00'",
                        "'2000-01-01 12:00:00+05:30'",
                        "'1969-12-31 23:59:59.9+00'");
                check(type, "'294276-12-31 23:59:59.999+00'", "'2024-03-31 02:30:00'", "'2024-10-27 02:30:00'");
            }
        }
    }

    @Test
    void delivers_what_a_cursor_delivers_at_the_edges_of_texts() throws Exception {
        check("text", "''", "' '", "E'\\t\\n\\\\'", "'größe'", "'\u65e5\u672c'", "'\uD83D\uDE00'", "U&'\\FFFD'");
        check("char(3)", "''", "'a'", "' a '", "'ä\u65e5'");
        check("bpchar", "'a  '", "''");
        check("name", "'pg_class'", "''");
        check("varchar(3)", "'a  '", "''");
        check("bytea", "''", "'\\x00ff'");
        check("uuid", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'");
        check("json", "'{\"b\": 1.10, \"a\": [true, null, \"ö\"]}'", "'null'", "'{\"a\":1,\"a\":2}'", "'1e400'");
        check("jsonb", "'{\"b\": 1.10, \"a\": [true, null, \"ö\"]}'", "'null'", "'{}'");
    }

    private void check(String type, String... values) throws Exception {
        database.execute(
                "drop table if exists edge",
                "create table edge (c " + type + ")",
                "insert into edge values (" + String.join("), (", values) + "), (null)");

        try {
            assertThat(both("edge", COPY)).hasSize(values.length + 1);
        } catch (AssertionError e) {
            throw new AssertionError(type + " " + List.of(values), e);
        }
    }

    @Test
    void reads_tables_of_all_kinds() throws Exception {
        String other = database.schema() + "_other";
        String many = IntStream.range(0, 200).mapToObj(i -> "c" + i + " int").collect(Collectors.joining(", "));
        database.execute(
                "create type mood as enum ('so-so', 'glücklich')",
                "create domain percentage as numeric(5,2) check (value <= 100)",
                "create domain feeling as mood",
                "create table \"Odd \"\"; ? {d 'x'} $1\" (\"a ? ;{fn}\" percentage, f feeling, m mood,"
                        + " g int generated always as (7) stored, i int generated always as identity)",
                "insert into \"Odd \"\"; ? {d 'x'} $1\" values (99.5, 'so-so', 'glücklich'), (null, null, null)",
                "create table parted (id int not null, n int) partition by range (id)",
                "create table parted_1 partition of parted for values from (0) to (100)",
                "insert into parted values (1, 2)",
                "create view doubled as select id, n * 2 as n from parted",
                "create table parent (id int)",
                "create table heir (x text) inherits (parent)",
                "insert into heir values (5, 'x')",
                "create table empty (a int, b text)",
                "create table single (a text)",
                "insert into single values (null), ('')",
                "create table wide (" + many + ")",
                "insert into wide (c0, c199) values (1, 2)",
                "create schema " + other,
                "create table " + other + ".elsewhere (a int)",
                "insert into " + other + ".elsewhere values (4)");
        try {
            assertThat(both("Odd \"; ? {d 'x'} $1", COPY)).hasSize(2);
            assertThat(both("parted", COPY)).containsExactly("1 Long | 2 Long");
            assertThat(both("doubled", COPY)).containsExactly("1 Long | 4 Long");
            assertThat(both("parent", COPY)).containsExactly("5 Long");
            assertThat(both("empty", COPY)).isEmpty();
            assertThat(both("single", COPY)).containsExactly("null", " String");
            assertThat(both("wide", COPY)).hasSize(1);
            JdbcTable.Named elsewhere = JdbcTable.named("elsewhere").inSchema(other);
            assertThat(both(elsewhere.in(database.dataSource()), elsewhere.in(withoutCopy), COPY))
                    .containsExactly("4 Long");
        } finally {
            database.execute("drop schema " + other + " cascade");
        }
    }

    @Test
    void reads_large_values() throws Exception {
        database.execute(
                "create table large (a text, b bytea, c text)",
                "insert into large values (repeat('größe', 2000000), decode(repeat('00ff', 5000000), 'hex'), 'end')");

        Reading<Row> reading = Reading.of(table("large"));

        assertThat(reading.method).isEqualTo(COPY);
        Row row = reading.records.get(0);
        assertThat(row.text("a")).isEqualTo("größe".repeat(2_000_000));
        assertThat(row.binary("b")).hasSize(10_000_000);
        assertThat(row.text("c")).isEqualTo("end");
    }

    // ---------------------------------------------------------------- when it is taken

    private void items() {
        database.execute(
                "create table items (id int primary key, name text, stamp timestamptz)",
                "insert into items select n, 'item ' || n, now() from generate_series(1, 5) n");
    }

    @Test
    void takes_conditions_that_need_no_jdbc() throws Exception {
        items();
        JdbcTable items = table("items");

        assertThat(Reading.of(items.where("id > 3 -- all")).method).isEqualTo(COPY);
        assertThat(Reading.of(items.where("id > 3 -- all"), "id").records).hasSize(2);
        for (Source<Row> source : List.of(
                items.where("id > ?", 3),
                items.where("'{\"a\":1}'::jsonb ?? 'a' and id > 3"),
                items.where("id > 3 and {fn length(name)} > 0"),
                items.where("id > 3 and name <> ';'"))) {
            Reading<Row> reading = Reading.of(source);
            assertThat(reading.method).isEqualTo(CURSOR);
            assertThat(reading.records).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select id, name from items -- all",
                "  WITH x as (select * from items) select id from x",
                "values (1, 'a'), (2, null)",
                "table items",
                "select from items",
                "select count(*), max(name) as \"größte\" from items"
            })
    void takes_queries(String query) throws Exception {
        items();

        both(
                JdbcQuery.sql(query).in(database.dataSource()),
                JdbcQuery.sql(query).in(withoutCopy),
                COPY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "show server_version_num",
                "select 1 as a;",
                "(select 1 as a)",
                "/* why */ select 1 as a",
                "select 'a?' as a",
                "select array[1] as a",
                "explain select 1"
            })
    void leaves_other_queries_to_cursors(String query) throws Exception {
        both(
                JdbcQuery.sql(query).in(database.dataSource()),
                JdbcQuery.sql(query).in(withoutCopy),
                CURSOR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"select 1 as a, 2 as a", "select nothing", "selekt 1", "select 1/0 as a", "select 1 as \" \""})
    void fails_as_a_cursor_fails(String query) {
        List<String> failures = new ArrayList<>();
        for (DataSource way : List.of(database.dataSource(), withoutCopy)) {
            try {
                Reading.of(JdbcQuery.sql(query).in(way));
            } catch (Exception e) {
                failures.add(((ReadException) e).code() + " " + e.getMessage());
            }
        }

        assertThat(failures).hasSize(2);
        assertThat(failures.get(0)).isEqualTo(failures.get(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id = 1)) to stdout --",
                "id = 1)) to stdout /*",
                "id = 1 /*",
                "id = '",
                "id = $$",
                "id = 1 order by 1) x",
                "nothing = 1"
            })
    void a_condition_cannot_end_the_statement_that_it_is_part_of(String condition) {
        items();
        List<String> failures = new ArrayList<>();
        for (DataSource way : List.of(database.dataSource(), withoutCopy)) {
            Exception failure = failure(JdbcTable.named("items").in(way).where(condition));
            failures.add(((ReadException) failure).code() + " " + failure.getMessage());
        }

        assertThat(failures.get(0)).isEqualTo(failures.get(1)).contains("SQLState 42");
    }

    @Test
    void leaves_the_rest_to_cursors_when_statements_have_a_time_limit() throws Exception {
        items();
        PGSimpleDataSource limited = new PGSimpleDataSource();
        limited.setURL(database.dataSource().getURL());
        limited.setUser(database.dataSource().getUser());
        limited.setPassword(database.dataSource().getPassword());
        limited.setCurrentSchema(database.schema());
        limited.setOptions("-c statement_timeout=100000");

        both(JdbcTable.named("items").in(limited), JdbcTable.named("items").in(withoutCopy), CURSOR);
    }

    @Test
    void leaves_the_rest_to_cursors_when_queries_are_not_described_before() throws Exception {
        items();
        PGSimpleDataSource simple = database.dataSource();
        simple.setPreferQueryMode(PreferQueryMode.SIMPLE);

        Reading<Row> table = Reading.of(JdbcTable.named("items").in(simple));
        Reading<Row> query = Reading.of(JdbcQuery.sql("select id from items").in(simple));

        assertThat(List.of(table.method, query.method)).containsExactly(CURSOR, CURSOR);
        assertThat(List.of(table.records.size(), query.records.size())).containsExactly(5, 5);
    }

    @Test
    void takes_no_type_for_another_of_the_same_name() throws Exception {
        database.execute(
                "create type date as enum ('work', 'rest')",
                "create table days (a " + database.schema() + ".date)",
                "insert into days values ('work')");
        database.execute("create table plain (a int)");

        assertThat(Reading.of(table("plain")).method).isEqualTo(CURSOR);
    }

    @Test
    void needs_no_more_than_the_permission_to_select() throws Exception {
        items();
        String role = database.schema() + "_reader";
        database.execute(
                "create role " + role + " login",
                "grant usage on schema " + database.schema() + " to " + role,
                "grant select on items to " + role,
                "create table hidden (a int)",
                "alter table items enable row level security",
                "create policy first_two on items using (id <= 2)");
        try {
            PGSimpleDataSource reader = new PGSimpleDataSource();
            reader.setURL(database.dataSource().getURL());
            reader.setCurrentSchema(database.schema());
            reader.setUser(role);

            Reading<Row> reading = Reading.of(JdbcTable.named("items").in(reader));

            assertThat(reading.method).isEqualTo(COPY);
            assertThat(reading.records).hasSize(2);
            assertThat(Failures.printed(failure(JdbcTable.named("hidden").in(reader))))
                    .contains("permission denied");
        } finally {
            database.execute("drop owned by " + role, "drop role " + role);
        }
    }

    private static Exception failure(Source<Row> source) {
        try {
            Reading.of(source);
            throw new AssertionError("it was read");
        } catch (Exception e) {
            return e;
        }
    }

    @Test
    void the_report_says_so() throws Exception {
        items();
        database.execute("create table copies (id int primary key, name text, stamp timestamptz)");
        SyncPlan<Row> plan = SyncPlan.named("copy")
                .from(table("items"))
                .match(Matcher.on("id"))
                .into(table("copies"))
                .build();

        SyncReport report = plan.run();

        assertThat(report.counts().inserted()).isEqualTo(5);
        assertThat(report.method()).contains("; source read by COPY; target read by COPY");
    }

    // ---------------------------------------------------------------- when it does not end well

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(10_000);
        return new HikariDataSource(config);
    }

    /** More than what fits into the buffers of the connection. */
    private void many() {
        database.execute(
                "create table many as select n as id, repeat('text', 400) as t from generate_series(1, 10000) n");
    }

    private static Object pid(DataSource pool) throws Exception {
        return Reading.rows(JdbcQuery.sql("select pg_backend_pid() as pid").in(pool))
                .get(0)
                .value(0);
    }

    @Test
    void a_connection_is_usable_after_a_reading_that_was_not_finished() throws Exception {
        many();
        try (HikariDataSource pool = pool()) {
            Object pid = pid(pool);
            for (int i = 0; i < 5; i++) {
                int last = 1 + 1_000 * i;
                Reading<Row> reading = Reading.each(row -> {
                    if (row.integer("id") == last) {
                        throw new IllegalStateException("enough");
                    }
                });
                assertThat(failureOf(reading, JdbcTable.named("many").in(pool)))
                        .isInstanceOf(IllegalStateException.class);
                assertThat(reading.method).isEqualTo(COPY);
                assertThat(pid(pool)).isEqualTo(pid);
            }
            assertThat(Reading.rows(JdbcTable.named("many").in(pool))).hasSize(10_000);
        }
    }

    private static Throwable failureOf(Reading<Row> reading, Source<Row> source) {
        try {
            reading.read(source);
            throw new AssertionError("it was read");
        } catch (Exception e) {
            return e;
        }
    }

    @Test
    void is_cancelled_before_its_first_row() throws Exception {
        try (HikariDataSource pool = pool()) {
            Object pid = pid(pool);
            Reading<Row> reading = Reading.ordered();
            JdbcQuery sleeping =
                    JdbcQuery.sql("select pg_sleep(600)::text as s").in(pool);

            Throwable failure = Blocked.during(
                    () -> reading.read(sleeping),
                    () -> !database.query("select 1 from pg_stat_activity where query like 'copy%pg_sleep(600)%'"
                                    + " and wait_event = 'PgSleep' and pid = " + pid)
                            .isEmpty(),
                    reading::cancel);

            assertThat(failure).isInstanceOf(CancellationException.class);
            assertThat(pid(pool)).isEqualTo(pid);
        }
    }

    @Test
    void a_cancellation_that_comes_too_late_ends_nothing_else() throws Exception {
        items();
        Reading<Row> reading = Reading.of(table("items"));

        reading.cancel();

        assertThat(reading.records).hasSize(5);
    }

    @Test
    void says_what_the_server_says_in_the_middle() throws Exception {
        many();
        List<String> failures = new ArrayList<>();
        for (DataSource way : List.of(database.dataSource(), withoutCopy)) {
            Reading<Row> reading = Reading.ordered();
            Throwable failure = failureOf(
                    reading,
                    JdbcQuery.sql("select id, 1 / (9000 - id) as n, t from many")
                            .in(way));
            assertThat(reading.records).isNotEmpty();
            failures.add(((ReadException) failure).code() + " " + failure.getMessage());
        }

        assertThat(failures.get(0)).isEqualTo(failures.get(1)).contains("22012");
    }

    @Test
    void a_pool_replaces_a_connection_that_was_lost_in_the_middle() throws Exception {
        many();
        try (HikariDataSource pool = pool()) {
            Object pid = pid(pool);
            Reading<Row> reading = Reading.each(row -> {
                if (row.integer("id") == 100) {
                    database.query("select pg_terminate_backend(" + pid + ")");
                }
            });

            Throwable failure = failureOf(reading, JdbcTable.named("many").in(pool));

            assertThat(failure).isInstanceOf(ReadException.class).hasMessageContaining("table many cannot be read");
            assertThat(((ReadException) failure).code()).isEqualTo("E-JDBC-READ");
            assertThat(reading.method).isEqualTo(COPY);
            assertThat(pid(pool)).isNotEqualTo(pid);
        }
    }

    @Test
    void a_connection_on_which_the_memory_did_not_suffice_for_a_row_is_not_used_again() throws Exception {
        many();
        try (HikariDataSource pool = pool()) {
            Object pid = pid(pool);
            DataSource full = new InterceptedDataSource(
                    pool::getConnection,
                    (method, call) ->
                            method.equals("unwrap") ? withFullMemory((PGConnection) call.call()) : call.call());

            assertThatThrownBy(() -> Reading.of(JdbcTable.named("many").in(full)))
                    .isInstanceOf(OutOfMemoryError.class);

            assertThat(pid(pool)).isNotEqualTo(pid);
        }
    }

    /** Returns a connection of which each COPY ends as the driver ends it when a row finds no place. */
    private static PGConnection withFullMemory(PGConnection connection) {
        return proxy(PGConnection.class, connection, (method, call) -> {
            if (!method.equals("getCopyAPI")) {
                return call.call();
            }
            return new CopyManager((BaseConnection) connection) {
                @Override
                public CopyOut copyOut(String sql) throws SQLException {
                    return proxy(CopyOut.class, super.copyOut(sql), new FullMemory());
                }
            };
        });
    }

    private static <T> T proxy(Class<T> type, T object, InterceptedDataSource.Interceptor interceptor) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) ->
                        interceptor.intercept(method.getName(), () -> method.invoke(object, arguments))));
    }

    /** Fails once, at the third message. */
    private static final class FullMemory implements InterceptedDataSource.Interceptor {

        private int messages;

        @Override
        public Object intercept(String method, Callable<Object> call) throws Exception {
            if (method.equals("readFromCopy") && ++messages == 3) {
                throw new OutOfMemoryError("no place for a row");
            }
            return call.call();
        }
    }
}
