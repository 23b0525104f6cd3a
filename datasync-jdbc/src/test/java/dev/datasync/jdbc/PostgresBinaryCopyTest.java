package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.change.Change;
import dev.datasync.jdbc.database.InterceptedDataSource;
import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** When tables are written by binary COPY, and that nothing else can be seen of it. */
@SuppressWarnings("try") // a writer may throw anything when it is closed
class PostgresBinaryCopyTest {

    private static final String BINARY = " from stdin (format binary)";

    private static final List<String> EXACT = List.of(
            "smallint",
            "integer",
            "bigint",
            "numeric",
            "numeric(9,2)",
            "real",
            "double precision",
            "boolean",
            "char(5)",
            "varchar(20)",
            "text",
            "date",
            "time",
            "time(3)",
            "timestamp",
            "timestamp(0)",
            "timestamptz",
            "timestamptz(2)",
            "uuid",
            "bytea",
            "json",
            "jsonb");

    private final long seed = Long.getLong("datasync.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<String> copied = new ArrayList<>();
    private final List<String> stages = new ArrayList<>();

    private PostgresDatabase database;

    @BeforeEach
    void open() {
        database = new PostgresDatabase();
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    /** Returns a table whose COPYs are taken down. */
    private JdbcTable table(String name) {
        return table(name, database.dataSource()::getConnection);
    }

    private JdbcTable table(String name, InterceptedDataSource.Connections connections) {
        return JdbcTable.named(name)
                .in(new InterceptedDataSource(
                        connections,
                        (method, call) -> method.equals("unwrap") ? watched((PGConnection) call.call()) : call.call()));
    }

    private PGConnection watched(PGConnection connection) {
        return (PGConnection) Proxy.newProxyInstance(
                PGConnection.class.getClassLoader(),
                new Class<?>[] {PGConnection.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().equals("getCopyAPI")) {
                        return method.invoke(connection, arguments);
                    }
                    return new CopyManager((BaseConnection) connection) {
                        @Override
                        public CopyIn copyIn(String sql) throws SQLException {
                            copied.add(sql);
                            if (sql.contains("pg_temp")) {
                                stages.add(types(
                                        (Connection) connection, sql.substring("copy ".length(), sql.indexOf('('))));
                            }
                            return super.copyIn(sql);
                        }
                    };
                });
    }

    private static String types(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select string_agg(format_type(atttypid, atttypmod), ', ' order"
                        + " by attnum) from pg_attribute where attrelid = '" + table + "'::regclass and attnum > 0")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static List<Change<Row>> inserts(int count, Object... namesAndValues) {
        List<Change<Row>> inserts = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            List<Object> all = new ArrayList<>(List.of("id", (long) id));
            all.addAll(List.of(namesAndValues));
            inserts.add(Writing.insert(all.toArray()));
        }
        return inserts;
    }

    @Test
    void writes_byte_for_byte_what_the_text_form_writes() throws Exception {
        String columns = IntStream.range(0, EXACT.size())
                .mapToObj(i -> ", c" + i + " " + EXACT.get(i))
                .collect(Collectors.joining());
        // one value that has no binary form, and the whole statement goes as a text
        for (String name : List.of("by_binary", "by_text")) {
            database.execute("create table " + name + " (id bigint primary key" + columns + ", other inet)");
        }
        Schema schema = table("by_binary").schema().orElseThrow();
        List<Change<Row>> binary = new ArrayList<>();
        List<Change<Row>> text = new ArrayList<>();
        for (long id = 0; id < 1_600; id++) {
            List<Object> row = row(schema, id);
            binary.add(Writing.insert(row.toArray()));
            row.addAll(List.of("other", "10.0.0.1"));
            text.add(Writing.insert(row.toArray()));
        }
        write(binary, text);

        binary.clear();
        text.clear();
        List<Row> rows = Reading.rows(table("by_binary"), "id");
        for (Row row : rows.subList(0, 1_000)) {
            List<Object> set = row(schema, row.integer("id"));
            set.subList(0, 2).clear();
            binary.add(Writing.update(row, set.toArray()));
        }
        for (Row row : Reading.rows(table("by_text"), "id").subList(0, 1_000)) {
            List<Object> set = new ArrayList<>();
            Row after = ((Change.Update<Row>) binary.get(text.size())).after();
            for (int i = 0; i < EXACT.size(); i++) {
                set.add("c" + i);
                set.add(after.value("c" + i));
            }
            set.addAll(List.of("other", "::1"));
            text.add(Writing.update(row, set.toArray()));
        }
        write(binary, text);
        assertThat(stages).hasSize(2);
        assertThat(stages.get(0))
                .isEqualTo(database.query("select string_agg(format_type(atttypid, atttypmod), ', ' order by"
                                + " attname = 'id', attnum) from pg_attribute where attrelid = 'by_binary'::regclass"
                                + " and attnum > 0 and attname <> 'other'")
                        .get(0)
                        .get(0));

        List<Change<Row>> deletes =
                rows.subList(500, 1_600).stream().map(Writing::delete).collect(Collectors.toList());
        write(deletes, deletes);
    }

    private void write(List<Change<Row>> binary, List<Change<Row>> text) throws Exception {
        copied.clear();
        stages.clear();
        assertThat(Writing.to(table("by_binary"), "id").all(table("by_binary"), binary))
                .as("seed %d", seed)
                .containsOnly(Outcome.applied());
        assertThat(copied).hasSize(1).allSatisfy(sql -> assertThat(sql).endsWith(BINARY));
        copied.clear();
        assertThat(Writing.to(table("by_text"), "id").all(table("by_text"), text))
                .containsOnly(Outcome.applied());
        if (binary != text) {
            assertThat(copied).hasSize(1).allSatisfy(sql -> assertThat(sql).endsWith(" from stdin"));
        }
        for (int i = 0; i < EXACT.size(); i++) {
            String column = "c" + i;
            assertThat(database.query("select b." + column + "::text, t." + column
                            + "::text from by_binary b full join by_text t using (id) where b." + column
                            + " is null <> (t." + column + " is null) or not row(b." + column
                            + ")::record operator(pg_catalog.*=) row(t." + column + ")::record"))
                    .as("%s, seed %d", EXACT.get(i), seed)
                    .isEmpty();
        }
    }

    private List<Object> row(Schema schema, long id) {
        List<Object> values = new ArrayList<>(List.of("id", id));
        for (int i = 0; i < EXACT.size(); i++) {
            values.add("c" + i);
            values.add(
                    random.nextInt(8) == 0 ? null : value(schema.field("c" + i).type()));
        }
        return values;
    }

    private Object value(FieldType type) {
        if (type instanceof FieldType.Text text) {
            String value = "aä\\\t€ 😀".repeat(text.maxLength() > 100 ? random.nextInt(100) : 1);
            return value.substring(
                    0,
                    value.offsetByCodePoints(
                            0, random.nextInt(value.codePointCount(0, Math.min(value.length(), 5)) + 1)));
        }
        if (type instanceof FieldType.Json) {
            return "{\"n\": [" + random.nextInt() + ", \"ä\\n\"]}";
        }
        if (type instanceof FieldType.Whole whole) {
            return random.nextLong() >> 64 - whole.bits();
        }
        if (type instanceof FieldType.Decimal decimal) {
            int bits = random.nextInt(decimal.precision() == 0 ? 200 : 3 * decimal.precision());
            BigInteger digits = new BigInteger(bits, random);
            int scale = decimal.precision() == 0 ? random.nextInt(30) : decimal.scale();
            return new BigDecimal(random.nextBoolean() ? digits : digits.negate(), scale);
        }
        if (type instanceof FieldType.Real real) {
            return real.bits() == Float.SIZE ? (double) (random.nextFloat() * 1e10f) : random.nextGaussian() * 1e100;
        }
        if (type instanceof FieldType.Bool) {
            return random.nextBoolean();
        }
        LocalDateTime time = LocalDateTime.ofEpochSecond(
                random.nextLong(-210_000_000_000L, 9_000_000_000_000L), random.nextInt(1_000_000_000), ZoneOffset.UTC);
        if (type instanceof FieldType.Day) {
            return time.toLocalDate();
        }
        if (type instanceof FieldType.Clock) {
            return time.toLocalTime();
        }
        if (type instanceof FieldType.Timestamp) {
            return time;
        }
        if (type instanceof FieldType.Moment) {
            return time.toInstant(ZoneOffset.UTC);
        }
        if (type instanceof FieldType.Uuid) {
            return new UUID(random.nextLong(), random.nextLong());
        }
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mood", "percentage", "int4", "integer[]", "inet", "name", "oid"})
    void other_types_are_sent_as_texts_where_they_are_set(String type) throws Exception {
        database.execute(
                "create type mood as enum ('happy')",
                "create domain percentage as numeric(5,2)",
                "create domain int4 as text",
                "create table items (id bigint primary key, n integer, other " + type + ")");
        // the server finds its own types first, unless told otherwise
        database.execute("alter table items alter other type "
                + (type.equals("int4") ? database.schema() + ".int4" : type) + " using null");
        List<Object> values = new ArrayList<>(List.of("id", 1L, "n", 1, "other"));
        values.add(null);
        List<Change<Row>> inserts = new ArrayList<>();
        for (long id = 0; id < 1_000; id++) {
            values.set(1, id);
            inserts.add(Writing.insert(values.toArray()));
        }
        JdbcTable items = table("items");

        Writing.to(items, "id").all(items, inserts);
        assertThat(copied).containsExactly(copied.get(0)).first().asString().endsWith(" from stdin");

        copied.clear();
        List<Change<Row>> updates = Reading.rows(items, "id").stream()
                .map(row -> Writing.update(row, "n", 2))
                .collect(Collectors.toList());
        assertThat(Writing.to(items, "id").all(items, updates)).containsOnly(Outcome.applied());
        assertThat(copied).hasSize(1).first().asString().endsWith(BINARY);
    }

    @Test
    void a_row_that_the_server_refuses_is_found_among_many() throws Exception {
        assertRejected(2_000, Writing.insert("id", 2_000L, "at", LocalDate.EPOCH, "t", "no"));
    }

    @Test
    void a_row_that_the_server_would_take_for_another_is_found_among_many() throws Exception {
        LocalDate infinity = LocalDate.ofEpochDay(Integer.MAX_VALUE + 10_957L);
        assertRejected(1_000, Writing.insert("id", 1_000L, "at", infinity, "t", "yes"));
    }

    private void assertRejected(int place, Change<Row> insert) throws Exception {
        database.execute("create table items (id bigint primary key, at date, t varchar, check (t <> 'no'))");
        List<Change<Row>> inserts = inserts(3_000, "at", LocalDate.EPOCH, "t", "yes");
        inserts.set(place, insert);
        JdbcTable items = table("items");

        List<Outcome> outcomes = Writing.to(items, "id").skipping().all(items, inserts);

        assertThat(copied.get(0)).endsWith(BINARY);
        assertThat(outcomes.get(place)).isInstanceOf(Outcome.Rejected.class);
        assertThat(outcomes).filteredOn(Outcome.applied()::equals).hasSize(2_999);
        assertThat(database.query("select count(*), max(at) from items"))
                .containsExactly(List.of("2999", "1970-01-01"));
    }

    @Test
    void a_column_whose_type_changes_in_between_gets_the_same_values() throws Exception {
        database.execute("create table items (id bigint primary key, n bigint)");
        JdbcTable items = table("items");
        List<Change<Row>> inserts = inserts(2_000, "n", 5L);

        try (ChangeWriter<Row> writer = items.open(Writing.to(items, "id"))) {
            writer.write(inserts.subList(0, 1_000));
            writer.commit();
            // as long as a number of 64 bits
            database.execute("alter table items alter n type double precision");
            writer.write(inserts.subList(1_000, 2_000));
            writer.commit();
        }

        assertThat(copied.get(0)).endsWith(BINARY);
        assertThat(copied.get(1)).doesNotContain("binary");
        assertThat(database.query("select n, count(*) from items group by n")).containsExactly(List.of("5", "2000"));
    }

    @Test
    void texts_are_converted_to_the_encoding_of_the_database() throws Exception {
        String name = database.schema() + "_latin";
        database.execute(
                "create database " + name + " encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0");
        try {
            PGSimpleDataSource latin = database.dataSource();
            latin.setDatabaseName(name);
            latin.setCurrentSchema("public");
            database.execute("create table items (id bigint primary key, t varchar(3), j jsonb)");
            JdbcTable items = table("items", latin::getConnection);
            List<Change<Row>> inserts = inserts(1_000, "t", "äöü", "j", "[\"ß\"]");
            inserts.set(500, Writing.insert("id", 500L, "t", "€", "j", "[]"));

            List<Outcome> outcomes = Writing.to(items, "id").skipping().all(items, inserts);

            assertThat(copied.get(0)).endsWith(BINARY);
            assertThat(outcomes.get(500)).isInstanceOf(Outcome.Rejected.class);
            copied.clear();
            inserts.remove(500);
            List<Change<Row>> again = inserts.stream()
                    .map(insert -> ((Change.Insert<Row>) insert).after())
                    .map(row ->
                            Writing.insert("id", row.integer("id") + 1_000, "t", row.value("t"), "j", row.value("j")))
                    .collect(Collectors.toList());
            assertThat(Writing.to(items, "id").all(items, again)).containsOnly(Outcome.applied());
            assertThat(copied).hasSize(1);
            assertThat(database.query("select t, j, count(*) from items group by t, j"))
                    .containsExactly(List.of("äöü", "[\"ß\"]", "1998"));
        } finally {
            database.dataSource().setDatabaseName("postgres");
            database.dataSource().setCurrentSchema(database.schema());
            database.execute("drop database " + name + " with (force)");
        }
    }

    @Test
    void nothing_changes_where_the_server_takes_texts_in_another_encoding() throws Exception {
        database.execute("create table items (id bigint primary key, t text)");
        PGSimpleDataSource latin = database.dataSource();
        latin.setAllowEncodingChanges(true);
        JdbcTable items = table("items", () -> {
            Connection connection = latin.getConnection();
            try (Statement statement = connection.createStatement()) {
                statement.execute("set client_encoding = 'LATIN1'");
            }
            return connection;
        });

        assertThat(Writing.to(items, "id").all(items, inserts(1_000, "t", "aou")))
                .containsOnly(Outcome.applied());
        assertThat(copied).hasSize(1).first().asString().endsWith(" from stdin");
    }
}
