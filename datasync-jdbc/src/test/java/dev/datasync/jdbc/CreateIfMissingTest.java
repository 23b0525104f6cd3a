package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.InterceptedDataSource;
import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.jdbc.database.Product;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.Endpoint;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table that is not there is made by the first run, and found by the second one as it should be. */
@Tag("long")
class CreateIfMissingTest {

    private TestDatabase database;
    private CountingDataSource dataSource;

    @AfterEach
    void close() throws Exception {
        if (database != null) {
            database.close();
            assertThat(dataSource.faults()).isEmpty();
        }
    }

    private void open(Product product) throws Exception {
        database = product.open();
        dataSource = new CountingDataSource(database.dataSource());
    }

    private JdbcTable table(String name) {
        return JdbcTable.named(name).in(dataSource).createIfMissing();
    }

    /** Rows whose fields are known only when they come, as those of a CSV file. */
    private record Rows(Schema schemaOfRows, List<Object[]> values) implements Source<Row> {

        @Override
        public Completion read(Receiver<? super Row> receiver, ReadContext context) {
            values.forEach(some -> receiver.accept(schemaOfRows.row(some.clone())));
            return Completion.complete();
        }
    }

    private static SyncPlan<Row> plan(Source<Row> source, JdbcTable target, String... key) {
        return SyncPlan.named("create")
                .from(source)
                .match(Matcher.on(key[0], Arrays.copyOfRange(key, 1, key.length)))
                .into(target)
                .build();
    }

    @ParameterizedTest
    @EnumSource(Product.class)
    void makes_a_table_of_texts(Product product) throws Exception {
        open(product);
        Source<Row> source = new Rows(
                Schema.ofText("id", "name", "Long Note"),
                List.of(new Object[] {"a", "nail", "x".repeat(3_000)}, new Object[] {"b", null, "größe"}, new Object[] {
                    "c", "saw ", "line\nbreak"
                }));
        SyncPlan<Row> plan = plan(source, table("made"), "id");

        try (Preview<Row> preview = plan.preview()) {
            assertThat(preview.changes().counts().inserts()).isEqualTo(3);
        }
        assertThat(table("made").schema()).as("a preview creates nothing").isEmpty();
        SyncReport first = plan.run();
        SyncReport second = plan.run();

        assertThat(first.counts().inserted()).isEqualTo(3);
        assertThat(second.counts().unchanged()).isEqualTo(3);
        assertThat(second.counts().written()).isZero();
        assertThat(keyOf("made")).hasSize(1);
        assertThat(Reading.rows(table("made")))
                .extracting(row -> row.text("Long Note"))
                .contains("x".repeat(3_000), "größe", "line\nbreak");
    }

    private List<Integer> keyOf(String name) throws ReadException, SQLException {
        JdbcDatabase there = JdbcDatabase.of(dataSource);
        try (Session session = Session.open(there, name, Session.Access.READ)) {
            return TableDefinition.read(session, TableFinder.find(session, null, name))
                    .primaryKey();
        }
    }

    private static Map<FieldType, List<Object>> types() {
        Map<FieldType, List<Object>> types = new LinkedHashMap<>();
        types.put(FieldType.text(20), List.of("short", "ümläut"));
        types.put(FieldType.text(), List.of("y".repeat(5_000), " padded "));
        types.put(FieldType.paddedText(9), List.of("pad", "padded123"));
        types.put(FieldType.integer(8), List.of(-128, 127));
        types.put(FieldType.integer(16), List.of(-32_768, 32_767));
        types.put(FieldType.integer(32), List.of(Integer.MIN_VALUE, Integer.MAX_VALUE));
        types.put(FieldType.integer(), List.of(Long.MIN_VALUE, Long.MAX_VALUE));
        types.put(FieldType.decimal(9, 2), List.of(new BigDecimal("-9999999.99"), new BigDecimal("0.10")));
        types.put(FieldType.float32(), List.of(1.5f, -0.25f));
        types.put(FieldType.float64(), List.of(0.1, -1e100));
        types.put(FieldType.bool(), List.of(true, false));
        types.put(FieldType.date(), List.of(LocalDate.of(2024, 2, 29), LocalDate.of(1999, 12, 31)));
        types.put(FieldType.time(3), List.of(LocalTime.of(23, 59, 59, 999_000_000), LocalTime.MIDNIGHT));
        types.put(
                FieldType.timestamp(6),
                List.of(LocalDateTime.of(2024, 3, 31, 2, 30, 0, 123_456_000), "2001-01-01T00:00"));
        types.put(
                FieldType.timestamp(),
                List.of(LocalDateTime.of(2024, 3, 31, 2, 30, 0, 123_456_789), "2001-01-01T00:00"));
        types.put(
                FieldType.instant(3), List.of(Instant.parse("2024-03-31T01:30:00.123Z"), Instant.EPOCH.plusSeconds(1)));
        types.put(
                FieldType.instant(),
                List.of(Instant.parse("2024-03-31T01:30:00.123456789Z"), Instant.EPOCH.plusSeconds(1)));
        types.put(FieldType.uuid(), List.of(new UUID(-1, 1), new UUID(0, 0)));
        types.put(FieldType.binary(9), List.of(new byte[] {1, -1}, new byte[] {0}));
        types.put(FieldType.binary(), List.of(new byte[5_000], new byte[] {0}));
        types.put(FieldType.json(), List.of("{\"b\": [1, 2.50], \"a\": null}", "[]"));
        types.put(FieldType.decimal(), List.of(new BigDecimal("1.10"), new BigDecimal("1E+3")));
        types.put(FieldType.list(FieldType.text(20)), List.of(List.of("a", "b"), List.of()));
        types.put(FieldType.list(FieldType.decimal(9, 2)), List.of(List.of(new BigDecimal("1.1")), List.of()));
        return types;
    }

    /**
     * What a product has no type for is told with the field's name; everything else is stored as promised. H2 takes the
     * types of SQL Server and Oracle, but names them by its own names in its metadata, so that it proves nothing here.
     */
    @ParameterizedTest
    @EnumSource(
            value = Product.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"H2_AS_SQL_SERVER", "H2_AS_ORACLE"})
    void makes_a_table_of_every_type(Product product) throws Exception {
        open(product);
        List<Field> fields = new ArrayList<>(List.of(Field.of("id", FieldType.integer(32))));
        List<List<Object>> values = new ArrayList<>(List.of(List.of(1, 2, 3)));
        for (Map.Entry<FieldType, List<Object>> type : types().entrySet()) {
            Field field = Field.of("c" + fields.size(), type.getKey());
            try {
                table("types").schemaFor(Schema.of(fields.get(0), field), List.of("id"));
            } catch (ReadException e) {
                assertThat(e).hasMessageContaining("no column type for field '" + field.name() + "'");
                assertThat(product).as("%s", field).isNotIn(Product.POSTGRESQL, Product.H2);
                continue;
            }
            fields.add(field);
            values.add(type.getValue());
        }
        assertThat(fields).as("types of %s", product).hasSizeGreaterThan(14);
        Schema schema = Schema.of(fields);
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Object[] row = new Object[fields.size()];
            for (int column = 0; column < row.length; column++) {
                row[column] = i == 2 && column > 0
                        ? null
                        : fields.get(column).type().convert(values.get(column).get(i));
            }
            rows.add(row);
        }
        SyncPlan<Row> plan = plan(new Rows(schema, rows), table("types"), "id");
        Schema promised = table("types").schemaFor(schema, List.of("id"));

        SyncReport first = plan.run();
        SyncReport second = plan.run();

        assertThat(first.counts().inserted()).isEqualTo(3);
        assertThat(second.counts().unchanged()).isEqualTo(3);
        assertThat(second.counts().written()).isZero();
        if (product == Product.POSTGRESQL || product == Product.H2) {
            Schema stored = table("types").schema().orElseThrow();
            assertThat(promised.names()).isEqualTo(stored.names());
            for (int i = 0; i < stored.size(); i++) {
                FieldType type = stored.field(i).type();
                boolean isWider = type.equals(FieldType.binary()) || type.equals(FieldType.integer(16));
                if (!isWider) {
                    assertThat(promised.field(i).type())
                            .as("%s", stored.field(i))
                            .isEqualTo(type);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Product.class)
    void makes_a_key_of_several_columns_with_any_names(Product product) throws Exception {
        open(product);
        Source<Row> source = new Rows(
                Schema.ofText("order", "the position", "select"),
                List.of(new Object[] {"a", "1", "x"}, new Object[] {"a", "2", "y"}));
        SyncPlan<Row> plan = plan(source, table("order lines"), "order", "the position");

        SyncReport first = plan.run();
        SyncReport second = plan.run();

        assertThat(first.counts().inserted()).isEqualTo(2);
        assertThat(second.counts().unchanged()).isEqualTo(2);
        assertThat(keyOf("order lines")).hasSize(2);
    }

    @Test
    void says_what_cannot_be_created() throws Exception {
        open(Product.H2);
        Schema texts = Schema.ofText("id", "name");

        assertThatThrownBy(() -> table("t").schemaFor(texts, List.of()))
                .isInstanceOf(ReadException.class)
                .hasMessageContaining("computed by a function");
        assertThatThrownBy(() -> table("t").preserve("nobody").schemaFor(texts, List.of("id")))
                .hasMessageContaining("no field 'nobody' as named in preserve(...)");
        assertThatThrownBy(() -> table("t")
                        .schemaFor(
                                Schema.of(Field.of("id", FieldType.text()), Field.of("x", FieldType.any())),
                                List.of("id")))
                .hasMessageContaining("no column type for field 'x', a any");
        assertThatThrownBy(() -> Reading.of(table("t")))
                .hasMessageContaining("table t is not there: createIfMissing() creates it when it is written");
        SyncException failure = catchThrowableOfType(
                SyncException.class,
                () -> SyncPlan.named("computed")
                        .from(new Rows(texts, List.<Object[]>of(new Object[] {"1", "a"})))
                        .match(Matcher.by((Row row) -> row.text("id")))
                        .into(table("t"))
                        .build()
                        .run());
        assertThat(failure.code()).isEqualTo("E-JDBC-TABLE");
        assertThat(failure).hasMessageContaining("table t cannot be created");
    }

    @Test
    void owned_and_left_out_columns_are_known_before_the_table_is_there() throws Exception {
        open(Product.H2);
        Source<Row> source = new Rows(
                Schema.ofText("id", "created_by", "notes"), List.<Object[]>of(new Object[] {"1", "me", "theirs"}));

        plan(source, table("t").insertOnly("created_by").preserve("notes"), "id")
                .run();

        assertThat(database.query("select id, created_by, notes from t"))
                .containsExactly(Arrays.asList("1", "me", null));
        Schema chosen = table("u").columns("id", "notes").schemaFor(Schema.ofText("id", "x", "notes"), List.of("id"));
        assertThat(chosen.names()).containsExactly("ID", "NOTES");
    }

    record Item(long id, String name, BigDecimal price, Instant changedAt) {}

    @Test
    void makes_a_table_of_records() throws Exception {
        open(Product.POSTGRESQL);
        Item item = new Item(1, "nail", new BigDecimal("0.10"), Instant.parse("2024-01-01T00:00:00.123456789Z"));
        Endpoint<Item> items = table("items").as(Item.class);
        SyncPlan<Item> plan = SyncPlan.named("items")
                .from(Source.of(() -> List.of(item)))
                .match(Matcher.by(Item::id))
                .into(items)
                .build();
        SyncPlan<Item> byField = SyncPlan.named("items")
                .from(Source.of(() -> List.of(item)))
                .match(Matcher.on("id"))
                .into(items)
                .build();

        assertThatThrownBy(plan::run).hasMessageContaining("computed by a function");
        assertThat(byField.run().counts().inserted()).isEqualTo(1);
        assertThat(byField.run().counts().unchanged()).isEqualTo(1);
        assertThat(database.query("select price from items")).containsExactly(List.of("0.1"));
    }

    @Test
    void creates_in_the_transaction_of_the_run() throws Exception {
        open(Product.POSTGRESQL);
        Schema schema = Schema.of(Field.of("id", FieldType.integer()), Field.of("v", FieldType.text(5)));
        Source<Row> source = new Rows(schema, List.of(new Object[] {1L, "ok"}, new Object[] {2L, "\u0000"}));

        assertThatThrownBy(() -> plan(source, table("half"), "id").run()).isInstanceOf(SyncException.class);

        assertThat(table("half").schema()).isEmpty();
    }

    @Test
    void refuses_names_that_postgresql_would_cut() throws Exception {
        open(Product.POSTGRESQL);
        String name = "é".repeat(31) + "ab";
        Source<Row> source = new Rows(Schema.ofText("id"), List.<Object[]>of(new Object[] {"1"}));
        Source<Row> wide = new Rows(Schema.ofText("id", name), List.<Object[]>of(new Object[] {"1", "x"}));

        assertThatThrownBy(() -> plan(source, table(name), "id").run())
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("has 64 bytes, and this database takes 63");
        assertThatThrownBy(() -> plan(wide, table("t"), "id").run())
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("the name of column '" + name + "' has 64 bytes");
        assertThat(table("t").schema()).isEmpty();
    }

    @Test
    void says_that_the_permission_is_missing() throws Exception {
        open(Product.POSTGRESQL);
        String schema = ((PostgresDatabase) database).schema();
        String role = "reader_" + schema;
        database.execute("create role " + role, "grant usage on schema " + schema + " to " + role);
        try {
            JdbcTable target = JdbcTable.named("t").in(as(role)).createIfMissing();
            Source<Row> source = new Rows(Schema.ofText("id"), List.<Object[]>of(new Object[] {"1"}));

            SyncException failure = catchThrowableOfType(
                    SyncException.class, () -> plan(source, target, "id").run());

            assertThat(failure.code()).isEqualTo("E-JDBC-TABLE");
            assertThat(failure)
                    .hasMessageContaining("table t cannot be created")
                    .hasMessageContaining("permission");
        } finally {
            database.execute("drop owned by " + role, "drop role " + role);
        }
    }

    /** Returns the same database with the rights of another role. */
    private DataSource as(String role) {
        return new InterceptedDataSource(
                () -> {
                    Connection connection = database.dataSource().getConnection();
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("set role " + role);
                    }
                    return connection;
                },
                (name, call) -> call.call());
    }

    @Test
    void a_target_that_is_not_there_reads_as_empty() throws Exception {
        open(Product.H2);

        assertThat(Reading.rows(table("t").existing())).isEmpty();
        assertThat(table("t").existing().identity()).isEqualTo(Optional.empty());
    }
}
