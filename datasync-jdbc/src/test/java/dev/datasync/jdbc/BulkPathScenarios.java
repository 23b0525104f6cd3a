package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.datasync.change.Change;
import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a product's way to write many changes does: the same as batches, or nothing. */
@SuppressWarnings("try") // a writer may throw anything when it is closed
abstract class BulkPathScenarios {

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "\\",
            "\\N",
            "\\.",
            "NULL",
            "null",
            "'; drop table t; --",
            "\"quoted\"",
            "`",
            "a\tb\nc\rd",
            "\\t\\n",
            "{}",
            "{a,b}",
            "\b\f\u000b\u0001\u007f",
            "ä€😀",
            "e\u0301",
            " both ends ",
            "%_?",
            "$1",
            "\\x00",
            "-0",
            "1e5",
            ",",
            "line\u2028end");

    TestDatabase database;
    CountingDataSource dataSource;
    private HikariDataSource pool;

    abstract TestDatabase open() throws Exception;

    /** Returns column types that the path takes. */
    abstract List<String> types();

    /** Returns values for a type that takes only some texts; empty for all others. */
    List<?> values(String type) {
        return List.of();
    }

    /** Returns an expression in which two values of a column are equal only if they are the same byte for byte. */
    abstract String exact(String column, String type);

    /** Returns a name that is hard to quote. */
    String oddName() {
        return "a \"b\" `c` 'd' ;-- select \\ ? größe€ .";
    }

    /** Returns how a name is quoted. */
    abstract String quoted(String name);

    /** Returns the temporary tables that a connection still has. */
    abstract List<List<String>> leftovers();

    boolean hasNonFinite() {
        return true;
    }

    LocalDate firstDay() {
        return LocalDate.of(1, 1, 1);
    }

    Instant firstInstant() {
        return firstDay().atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    Instant lastInstant() {
        return Instant.parse("9999-12-31T23:59:59.999999999Z");
    }

    @BeforeEach
    final void openDatabase() throws Exception {
        database = open();
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(1);
        pool = new HikariDataSource(config);
        dataSource = new CountingDataSource(pool);
    }

    @AfterEach
    final void closeDatabase() throws Exception {
        if (database != null) {
            pool.close();
            database.close();
            assertThat(dataSource.faults()).isEmpty();
        }
    }

    /** Returns the rows of a query on the connection that the writer has used. */
    final List<List<String>> onSameConnection(String sql) {
        return new TestDatabase() {
            @Override
            public javax.sql.DataSource dataSource() {
                return pool;
            }

            @Override
            public javax.sql.DataSource unreachable(String password) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {}
        }.query(sql);
    }

    final JdbcTable table(String name) {
        return JdbcTable.named(name).in(dataSource);
    }

    /** Writes the changes of one shape. */
    @FunctionalInterface
    private interface Way extends AutoCloseable {
        void write(Shape shape, List<BoundChange> changes) throws SQLException;

        @Override
        default void close() throws SQLException {}
    }

    /** Gives a way to write. */
    @FunctionalInterface
    private interface Ways {
        Way in(Session session, TableDefinition table, ChangeBinder binder) throws SQLException;
    }

    private void write(String name, List<Change<Row>> changes, Ways ways) throws Exception {
        try (Session session = Session.open(JdbcDatabase.of(dataSource), name, Session.Access.WRITE)) {
            TableDefinition definition = TableDefinition.read(session, TableFinder.find(session, null, name));
            ChangeBinder binder = new ChangeBinder(definition, List.of("id"));
            Map<Shape, List<BoundChange>> shapes = new LinkedHashMap<>();
            for (Change<Row> change : changes) {
                BoundChange bound = binder.bind(0, change);
                shapes.computeIfAbsent(bound.shape(), shape -> new ArrayList<>())
                        .add(bound);
            }
            try (Way way = ways.in(session, definition, binder)) {
                for (Map.Entry<Shape, List<BoundChange>> shape : shapes.entrySet()) {
                    // twice, so that what the first left behind would do harm to the second
                    List<BoundChange> all = shape.getValue();
                    way.write(shape.getKey(), all.subList(0, all.size() / 2));
                    way.write(shape.getKey(), all.subList(all.size() / 2, all.size()));
                }
            }
            session.connection().commit();
        }
    }

    /** Writes changes of a few shapes by the bulk path and nothing else. */
    final void bulk(String name, List<Change<Row>> changes) throws Exception {
        write(name, changes, (session, definition, binder) -> {
            BulkPath path = session.dialect()
                    .bulkPath(session, definition, binder)
                    .orElseThrow(() -> new AssertionError("there is no bulk path"));
            return new Way() {
                @Override
                public void write(Shape shape, List<BoundChange> some) throws SQLException {
                    assertThat(path.takes(shape, 10_000)).as("takes %s", shape).isTrue();
                    assertThat(path.write(shape, some)).as("done %s", shape).isTrue();
                }

                @Override
                public void close() throws SQLException {
                    path.close();
                }
            };
        });
    }

    /** Writes changes by plain batches of statements. */
    private void plain(String name, List<Change<Row>> changes) throws Exception {
        write(name, changes, (session, definition, binder) -> (shape, some) -> {
            Statements statements =
                    new Statements(session.jooq(), definition.name().qualified());
            List<String> identity = definition.names(binder.identity());
            List<String> columns = definition.names(shape.columns());
            try (PreparedStatement statement = session.connection()
                    .prepareStatement(
                            switch (shape.kind()) {
                                case INSERT -> statements.insert(columns);
                                case UPDATE -> statements.update(columns, identity, List.of());
                                case DELETE -> statements.delete(identity, List.of());
                            })) {
                for (BoundChange change : some) {
                    for (int i = 0; i < change.size(); i++) {
                        definition.codec(binder.column(shape, i)).bind(statement, i + 1, change.value(i));
                    }
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        });
    }

    @Test
    void writes_byte_for_byte_what_batches_write() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String columns = IntStream.range(0, types().size())
                .mapToObj(i -> ", c" + i + " " + types().get(i))
                .collect(Collectors.joining());
        database.execute(
                "create table bulk_rows (id bigint primary key" + columns + ", untouched varchar(9) default 'yes')",
                "create table plain_rows (id bigint primary key" + columns + ", untouched varchar(9) default 'yes')");
        Schema schema = table("bulk_rows").schema().orElseThrow();
        List<Change<Row>> inserts = new ArrayList<>();
        for (int id = 0; id < 400; id++) {
            inserts.add(Writing.insert(row(schema, id, random)));
        }
        bulk("bulk_rows", inserts);
        plain("plain_rows", inserts);
        assertSame(seed);

        List<Row> rows = Reading.rows(table("plain_rows"), "id");
        List<Change<Row>> changes = new ArrayList<>();
        for (Row row : rows.subList(0, 300)) {
            Object[] other = row(schema, row.integer("id"), random);
            List<Object> set = new ArrayList<>();
            for (int i = 2; i < other.length; i += 2) {
                if (row.integer("id") % 3 == 0 || i / 2 % 3 == row.integer("id") % 3) {
                    set.add(other[i]);
                    set.add(other[i + 1]);
                }
            }
            changes.add(Writing.update(row, set.toArray()));
        }
        for (Row row : rows.subList(320, 380)) {
            changes.add(Writing.delete(row));
        }
        bulk("bulk_rows", changes);
        plain("plain_rows", changes);
        assertSame(seed);
        assertThat(database.query("select count(*), min(untouched), max(untouched) from bulk_rows"))
                .containsExactly(List.of("340", "yes", "yes"));
        assertThat(leftovers()).isEmpty();
    }

    private void assertSame(long seed) {
        String expressions = "id"
                + IntStream.range(0, types().size())
                        .mapToObj(i -> ", " + exact("c" + i, types().get(i)))
                        .collect(Collectors.joining());
        String query = "select " + expressions + " from ";
        for (List<String> tables : List.of(List.of("bulk_rows", "plain_rows"), List.of("plain_rows", "bulk_rows"))) {
            assertThat(database.query(query + tables.get(0) + " except " + query + tables.get(1)))
                    .as("only in %s, seed %d", tables.get(0), seed)
                    .isEmpty();
        }
        assertThat(database.query("select count(*) from bulk_rows"))
                .as("seed %d", seed)
                .isEqualTo(database.query("select count(*) from plain_rows"));
    }

    private Object[] row(Schema schema, long id, Random random) {
        List<Object> values = new ArrayList<>(List.of("id", id));
        for (int i = 0; i < types().size(); i++) {
            List<?> some = values(types().get(i));
            FieldType type = schema.field("c" + i).type();
            values.add("c" + i);
            values.add(
                    random.nextInt(8) == 0
                            ? null
                            : some.isEmpty() ? value(type, random) : some.get(random.nextInt(some.size())));
        }
        return values.toArray();
    }

    private Object value(FieldType type, Random random) {
        if (type instanceof FieldType.Text text) {
            return text(text.maxLength(), random);
        }
        if (type instanceof FieldType.Whole whole) {
            long value = random.nextLong() >> 64 - whole.bits();
            return random.nextInt(4) == 0 ? -1L << whole.bits() - 1 : value;
        }
        if (type instanceof FieldType.Decimal decimal) {
            BigInteger digits = new BigInteger(decimal.precision() == 0 ? 200 : 3 * decimal.precision(), random);
            int scale = decimal.precision() == 0 ? random.nextInt(30) : Math.max(0, decimal.scale());
            return new BigDecimal(random.nextBoolean() ? digits : digits.negate(), scale);
        }
        if (type instanceof FieldType.Real real) {
            List<Double> special = List.of(0.0, -0.0, 1e-30, -1e30, 0.1);
            if (random.nextInt(4) == 0) {
                return hasNonFinite() && random.nextBoolean()
                        ? List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)
                                .get(random.nextInt(3))
                        : special.get(random.nextInt(special.size()));
            }
            return real.bits() == 32 ? (double) (random.nextFloat() * 1e10f) : random.nextGaussian() * 1e100;
        }
        if (type instanceof FieldType.Bool) {
            return random.nextBoolean();
        }
        if (type instanceof FieldType.Day) {
            return LocalDate.ofEpochDay(random.nextLong(
                    firstDay().toEpochDay(), LocalDate.of(9999, 12, 31).toEpochDay()));
        }
        if (type instanceof FieldType.Clock) {
            return LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L));
        }
        if (type instanceof FieldType.Timestamp) {
            return LocalDateTime.ofEpochSecond(
                    random.nextLong(
                            firstDay().atStartOfDay().toEpochSecond(ZoneOffset.UTC),
                            LocalDateTime.of(9999, 12, 31, 0, 0).toEpochSecond(ZoneOffset.UTC)),
                    random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000_000),
                    ZoneOffset.UTC);
        }
        if (type instanceof FieldType.Moment) {
            return Instant.ofEpochSecond(
                    random.nextLong(
                            firstInstant().getEpochSecond(), lastInstant().getEpochSecond()),
                    random.nextInt(1_000_000_000));
        }
        if (type instanceof FieldType.Uuid) {
            return new UUID(random.nextLong(), random.nextLong());
        }
        if (type instanceof FieldType.Binary binary) {
            byte[] bytes = new byte[random.nextInt(Math.min(binary.maxLength(), 300) + 1)];
            random.nextBytes(bytes);
            return bytes;
        }
        List<Object> list = new ArrayList<>();
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            list.add(random.nextInt(4) == 0 ? null : value(((FieldType.Sequence) type).element(), random));
        }
        return list;
    }

    private static String text(int maxLength, Random random) {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(5) == 0 ? random.nextInt(200) : 1;
        for (int i = 0; i < parts; i++) {
            text.append(TEXTS.get(random.nextInt(TEXTS.size())));
        }
        int length = Math.min(text.codePointCount(0, text.length()), maxLength);
        return text.substring(0, text.offsetByCodePoints(0, length));
    }

    @Test
    void takes_names_as_they_are() throws Exception {
        String name = oddName();
        String quoted = quoted(name);
        String key = quoted(name + "2");
        database.execute(
                "create table " + quoted + " (" + key + " integer, \"id\" integer, ".replace("\"id\"", quoted("id"))
                        + quoted + " varchar(10), primary key (" + key + ", " + quoted("id") + "))");
        List<Change<Row>> inserts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            inserts.add(Writing.insert(name + "2", i, "id", -i, name, "v" + i));
        }
        bulk(name, inserts);
        List<Row> rows = Reading.rows(table(name), "id");
        List<Change<Row>> changes = new ArrayList<>();
        rows.subList(0, 4).forEach(row -> changes.add(Writing.update(row, name, "new")));
        rows.subList(4, 8).forEach(row -> changes.add(Writing.delete(row)));

        bulk(name, changes);

        assertThat(database.query("select " + key + ", " + quoted + " from " + quoted + " order by 1"))
                .containsExactly(
                        List.of("0", "v0"),
                        List.of("1", "v1"),
                        List.of("6", "new"),
                        List.of("7", "new"),
                        List.of("8", "new"),
                        List.of("9", "new"));
    }

    @Test
    void fails_or_says_no_and_leaves_nothing_behind() throws Exception {
        database.execute("create table numbers (id integer primary key, n integer)");
        List<Change<Row>> inserts = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            inserts.add(Writing.insert("id", i, "n", i));
        }
        bulk("numbers", inserts);
        List<Row> rows = Reading.rows(table("numbers"), "id");
        database.execute("delete from numbers where id = 500");
        List<Change<Row>> updates = new ArrayList<>();
        List<Change<Row>> deletes = new ArrayList<>();
        rows.forEach(row -> updates.add(Writing.update(row, "n", -1)));
        rows.forEach(row -> deletes.add(Writing.delete(row)));

        assertThatThrownBy(() -> bulk("numbers", updates)).hasMessageContaining("done");
        assertThatThrownBy(() -> bulk("numbers", deletes)).hasMessageContaining("done");
        assertThatThrownBy(() -> bulk("numbers", inserts)).isInstanceOfAny(SQLException.class, AssertionError.class);

        assertThat(database.query("select count(*), min(n) from numbers")).containsExactly(List.of("999", "0"));
        assertThat(leftovers()).isEmpty();
    }

    /** Tells whether a part of a transaction can be undone, so that a refused row can be left out. */
    boolean hasSavepoints() {
        return true;
    }

    /** Returns what the report calls the path. */
    abstract String pathName();

    private List<Change<Row>> inserts(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(id -> Writing.insert("id", id, "n", id))
                .toList();
    }

    @Test
    void finds_the_bad_row_among_many() throws Exception {
        database.execute(
                "create table numbers (id integer primary key, n integer)", "insert into numbers values (3333, -1)");
        JdbcTable numbers = table("numbers");

        assertThatThrownBy(() -> Writing.to(numbers, "id").all(numbers, inserts(0, 5_000)))
                .hasMessageContaining("insert of id=3333");
        assertThat(database.query("select count(*) from numbers")).containsExactly(List.of("1"));
        if (hasSavepoints()) {
            List<Outcome> outcomes = Writing.to(numbers, "id").skipping().all(numbers, inserts(0, 5_000));
            assertThat(outcomes).filteredOn(Outcome.applied()::equals).hasSize(4_999);
            assertThat(outcomes.get(3_333)).isInstanceOf(Outcome.Rejected.class);
            assertThat(database.query("select count(*), max(n) from numbers")).containsExactly(List.of("5000", "4999"));
        }
    }

    @Test
    void reports_a_row_that_is_gone_as_a_conflict() throws Exception {
        database.execute("create table numbers (id integer primary key, n integer)");
        JdbcTable numbers = table("numbers");
        Writing.to(numbers, "id").all(numbers, inserts(0, 3_000));
        List<Row> rows = Reading.rows(numbers, "id");
        database.execute("delete from numbers where id in (7, 2000)");
        List<Change<Row>> updates = rows.subList(0, 1_500).stream()
                .map(row -> Writing.update(row, "n", -1))
                .toList();
        List<Change<Row>> deletes =
                rows.subList(1_500, 3_000).stream().map(Writing::delete).toList();

        List<Outcome> updated = Writing.to(numbers, "id").all(numbers, updates);
        List<Outcome> deleted = Writing.to(numbers, "id").all(numbers, deletes);

        assertThat(updated).filteredOn(Outcome.applied()::equals).hasSize(1_499);
        assertThat(updated.get(7)).isInstanceOf(Outcome.Conflict.class);
        assertThat(deleted).filteredOn(Outcome.applied()::equals).hasSize(1_499);
        assertThat(deleted.get(500)).isInstanceOf(Outcome.Conflict.class);
        assertThat(database.query("select count(*), max(n) from numbers")).containsExactly(List.of("1499", "-1"));
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void names_the_path_and_takes_it_for_many_changes_only() throws Exception {
        database.execute("create table numbers (id integer primary key, n integer)");
        JdbcTable numbers = table("numbers");
        try (ChangeWriter<Row> writer = numbers.open(Writing.to(numbers, "id"))) {
            writer.write(inserts(0, 50));
            assertThat(writer.method()).doesNotContain(pathName());
            writer.write(inserts(50, 2_050));
            assertThat(writer.method()).startsWith(pathName() + " (2,000 inserts)");
            writer.commit();
        }
    }

    @Test
    void writes_in_several_commits_and_leaves_nothing_behind() throws Exception {
        database.execute("create table numbers (id integer primary key, n integer)");
        JdbcTable numbers = table("numbers");
        Writing.to(numbers, "id").all(numbers, inserts(0, 6_000));
        List<Row> rows = Reading.rows(numbers, "id");
        try (ChangeWriter<Row> writer = numbers.open(Writing.to(numbers, "id"))) {
            for (int from = 0; from < 6_000; from += 2_000) {
                writer.write(rows.subList(from, from + 2_000).stream()
                        .map(row -> Writing.update(row, "n", -1))
                        .toList());
                if (from < 4_000) {
                    writer.commit();
                    assertThat(database.query("select count(*) from numbers where n = -1"))
                            .containsExactly(List.of(Integer.toString(from + 2_000)));
                }
            }
            assertThat(writer.method()).contains("6,000 updates");
        }
        assertThat(leftovers()).isEmpty();
        assertThat(database.query("select count(*) from numbers where n = -1")).containsExactly(List.of("4000"));
    }
}
