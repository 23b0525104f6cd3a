package dev.datasync.jdbc;

import static dev.datasync.jdbc.Writing.delete;
import static dev.datasync.jdbc.Writing.insert;
import static dev.datasync.jdbc.Writing.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.change.Change;
import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Key;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Endpoint;
import dev.datasync.sink.Outcome;
import dev.datasync.source.ReadException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What tables and queries do alike on every database. After each test nothing is left open or changed. */
@SuppressWarnings("try") // a writer may throw anything when it is closed
abstract class JdbcScenarios {

    static final String CANARY = "canary-4711";

    TestDatabase database;
    CountingDataSource dataSource;

    abstract TestDatabase open() throws Exception;

    /** Returns column types, each with two values that such a column can hold. */
    abstract Map<String, List<?>> types();

    String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** Returns a query that takes long. */
    abstract String longQuery();

    /** Returns a query by which the database tells whether that query is being executed. */
    abstract String isExecuting();

    /** Returns the table's rows when an expression is evaluated for numbers up to a count, in order. */
    abstract String numbers(String expression, int count);

    @BeforeEach
    final void openDatabase() throws Exception {
        database = open();
        dataSource = new CountingDataSource(database.dataSource());
    }

    @AfterEach
    final void closeDatabase() throws Exception {
        if (database != null) {
            database.close();
            assertThat(dataSource.faults()).isEmpty();
        }
    }

    JdbcTable table(String name) {
        return JdbcTable.named(name).in(dataSource);
    }

    JdbcTable products() {
        database.execute("create table products (id int primary key, name varchar(20) unique, price numeric(9,2)"
                + " check (price >= 0), note varchar(200), stock int default 0 not null)");
        return table("products");
    }

    @Test
    void inserts_updates_and_deletes() throws Exception {
        JdbcTable products = products();

        List<Outcome> inserted = Writing.write(
                products,
                insert("id", 1, "name", "nail", "price", new BigDecimal("0.1")),
                insert("id", 2, "name", "screw", "price", null),
                insert("id", 3, "name", "saw", "price", 12));

        assertThat(inserted).containsOnly(Outcome.applied()).hasSize(3);
        List<Row> rows = Reading.rows(products, "id");
        assertThat(rows).extracting(row -> row.text("name")).containsExactly("nail", "screw", "saw");
        assertThat(rows.get(0).value("price")).isEqualTo(new BigDecimal("0.10"));

        List<Outcome> changed = Writing.write(
                products, delete(rows.get(2)), update(rows.get(0), "price", 5), update(rows.get(1), "name", "bolt"));

        assertThat(changed).containsOnly(Outcome.applied()).hasSize(3);
        assertThat(database.query("select id, name, price from products order by id"))
                .containsExactly(List.of("1", "nail", "5.00"), Arrays.asList("2", "bolt", null));
    }

    @Test
    void holds_every_type_in_its_stored_form() throws Exception {
        List<String> columns = new ArrayList<>(List.of("id int primary key"));
        types().keySet().forEach(type -> columns.add("c" + columns.size() + " " + type));
        database.execute("create table types (" + String.join(", ", columns) + ")");
        JdbcTable table = table("types");
        Schema schema = table.schema().orElseThrow();
        List<Change<Row>> inserts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Object[] values = values(i);
            inserts.add(new Change.Insert<>(Key.of("id", i), schema.row(values)));
        }

        Writing.to(table).all(table, inserts);
        List<Row> rows = Reading.rows(table, "id");

        for (int i = 0; i < 3; i++) {
            assertStored(schema, rows.get(i), values(i));
        }
        List<Object> changes = new ArrayList<>();
        for (int i = 1; i < schema.size(); i++) {
            changes.add(schema.field(i).name());
            changes.add(values(1)[i]);
        }
        Writing.write(table, update(rows.get(2), changes.toArray()));
        assertStored(schema, Reading.rows(table, "id").get(2), values(1));
    }

    private Object[] values(int row) {
        List<Object> values = new ArrayList<>(List.of((long) row));
        types().values().forEach(some -> values.add(row < 2 ? some.get(row) : null));
        return values.toArray();
    }

    private static void assertStored(Schema schema, Row row, Object[] values) {
        for (int i = 1; i < values.length; i++) {
            Field field = schema.field(i);
            Object expected = values[i] == null ? null : field.type().convert(values[i]);
            assertThat(row.value(i)).as(field.toString()).isEqualTo(expected);
            if (expected != null) {
                assertThat(row.value(i))
                        .as(field.toString())
                        .isInstanceOf(field.type().javaType());
            }
        }
    }

    @Test
    void takes_names_as_they_are() throws Exception {
        for (String name : List.of(
                "with space",
                "MiXeD Case",
                "select",
                "a \"quoted\" name",
                "it's",
                "semi;colon -- drop",
                "back`tick",
                "back\\slash",
                "per%cent_under",
                "dot.ted",
                "?",
                "größe€",
                "n".repeat(63))) {
            String quoted = quoted(name);
            database.execute("create table " + quoted + " (id int primary key, " + quoted + " varchar(10), other int)");
            JdbcTable table = table(name);

            Writing.write(table, insert("id", 1, name, "one", "other", 7), insert("id", 2, name, "two"));
            List<Row> rows = Reading.rows(table, "id");
            Writing.write(table, delete(rows.get(1)), update(rows.get(0), name, "new"));

            assertThat(rows.get(0).text(name)).isEqualTo("one");
            assertThat(database.query("select id, " + quoted + ", other from " + quoted))
                    .containsExactly(List.of("1", "new", "7"));
        }
    }

    @Test
    void finds_a_table_by_its_exact_name_before_any_other() throws Exception {
        database.execute(
                "create table \"Users\" (id int primary key)",
                "create table \"USERS\" (id int primary key)",
                "create table \"only One\" (id int primary key)",
                "insert into \"Users\" values (1)");

        assertThat(Reading.rows(table("Users"))).hasSize(1);
        assertThat(Reading.rows(table("USERS"))).isEmpty();
        assertThat(Reading.rows(table("ONLY one"))).isEmpty();
        assertThatThrownBy(() -> table("users").schema())
                .isInstanceOf(ReadException.class)
                .hasMessageContaining("several tables 'users'")
                .hasMessageContaining(".Users")
                .hasMessageContaining(".USERS");
    }

    @Test
    void says_which_tables_there_are_when_one_is_missing() {
        products();

        ReadException failure =
                catchThrowableOfType(ReadException.class, () -> table("prodcts").schema());

        assertThat(failure.code()).isEqualTo("E-JDBC-TABLE");
        assertThat(failure.getMessage().toLowerCase(java.util.Locale.ROOT))
                .contains("no table 'prodcts'", ".products", "inschema");
        assertThatThrownBy(() -> table("other.products").schema())
                .hasMessageContaining("named(\"products\").inSchema(\"other\")");
    }

    @Test
    void takes_a_schema() throws Exception {
        products();
        database.execute("create schema other_place", "create table other_place.products (id int primary key)");
        try {
            assertThat(table("products").schema().orElseThrow().size()).isEqualTo(5);
            JdbcTable other =
                    JdbcTable.named("products").inSchema("Other_Place").in(dataSource);
            assertThat(other.schema().orElseThrow().size()).isEqualTo(1);
            assertThat(other.name()).isEqualTo("table Other_Place.products");
            assertThatThrownBy(() -> JdbcTable.named("products")
                            .inSchema("nowhere")
                            .in(dataSource)
                            .schema())
                    .hasMessageContaining("in the schemas [nowhere]");
        } finally {
            database.execute("drop schema other_place cascade");
        }
    }

    @Test
    void knows_what_columns_are_like() throws Exception {
        database.execute("create table traits (id int generated by default as identity primary key, a int not null,"
                + " b int default 5, c int generated always as identity, d int generated always as (a * 2) stored)"
                        .replace(" stored", generatedSuffix()));
        JdbcTable table = table("traits");

        Schema schema = table.schema().orElseThrow();

        assertThat(schema.field("id").traits())
                .containsExactlyInAnyOrder(Field.Trait.NOT_NULL, Field.Trait.HAS_DEFAULT);
        assertThat(schema.field("a").traits()).containsExactly(Field.Trait.NOT_NULL);
        assertThat(schema.field("b").traits()).containsExactly(Field.Trait.HAS_DEFAULT);
        assertThat(schema.field("c").is(Field.Trait.READ_ONLY)).isTrue();
        assertThat(schema.field("d").is(Field.Trait.READ_ONLY)).isTrue();
        Writing.write(table, insert("id", 1, "a", 3, "c", 9, "d", 9));
        assertThat(database.query("select a, b, d from traits")).containsExactly(List.of("3", "5", "6"));
    }

    abstract String generatedSuffix();

    @Test
    void updates_changed_columns_only() throws Exception {
        JdbcTable products = products();
        Writing.write(products, insert("id", 1, "name", "nail", "price", 1, "note", "old"));
        Row before = Reading.rows(products).get(0);
        database.execute("update products set note = 'by somebody else'");

        Writing.write(products, update(before, "price", 2));

        assertThat(database.query("select price, note from products"))
                .containsExactly(List.of("2.00", "by somebody else"));
    }

    @Test
    void writes_updates_of_different_columns_in_few_batches() throws Exception {
        JdbcTable products = products();
        List<Change<Row>> inserts = new ArrayList<>();
        for (int id = 0; id < 40; id++) {
            inserts.add(insert("id", id, "name", "n" + id, "price", 1));
        }
        Writing.to(products).all(products, inserts);
        List<Change<Row>> updates = new ArrayList<>();
        for (Row row : Reading.rows(products, "id")) {
            updates.add(row.integer("id") % 2 == 0 ? update(row, "price", 2) : update(row, "note", "odd"));
        }
        int before = dataSource.prepared().size();

        Writing.to(products).all(products, updates);

        assertThat(dataSource.prepared().subList(before, dataSource.prepared().size()))
                .filteredOn(sql -> sql.startsWith("update"))
                .hasSize(2);
        assertThat(database.query("select count(*), min(id), max(id) from products where note = 'odd' and price = 1"))
                .containsExactly(List.of("20", "1", "39"));
    }

    @Test
    void reports_a_conflict_when_the_row_is_gone() throws Exception {
        JdbcTable products = products();
        Writing.write(products, insert("id", 1, "name", "nail"), insert("id", 2, "name", "saw"));
        List<Row> rows = Reading.rows(products, "id");
        database.execute("delete from products where id = 1");

        List<Outcome> outcomes = Writing.write(
                products, delete(rows.get(0)), update(rows.get(0), "price", 2), update(rows.get(1), "price", 2));

        assertThat(outcomes.get(0)).isInstanceOf(Outcome.Conflict.class);
        assertThat(outcomes.get(1)).isEqualTo(Outcome.conflict("the row is no longer there"));
        assertThat(outcomes.get(2)).isEqualTo(Outcome.applied());
    }

    @Test
    void names_the_bad_row_and_commits_nothing() throws Exception {
        JdbcTable products = products();
        Writing.write(products, insert("id", 1, "name", "nail"));
        List<Change<Row>> changes = new ArrayList<>();
        for (int id = 10; id < 30; id++) {
            changes.add(insert("id", id, "name", id == 17 ? "nail" : "n" + id));
        }

        ReadException failure = catchThrowableOfType(
                ReadException.class, () -> Writing.to(products).all(products, changes));

        assertThat(failure.code()).isEqualTo("E-JDBC-WRITE");
        assertThat(failure).hasMessageContaining("insert of id=17: a unique constraint refuses it");
        assertThat(failure).hasMessageContaining("SQLState 23505");
        assertThat(database.query("select id from products")).containsExactly(List.of("1"));
    }

    @Test
    void skips_bad_rows_when_asked_to() throws Exception {
        JdbcTable products = products();
        Writing.write(products, insert("id", 1, "name", "nail"), insert("id", 2, "name", "saw"));
        List<Row> rows = Reading.rows(products, "id");

        List<Outcome> outcomes = Writing.to(products)
                .skipping()
                .all(
                        products,
                        List.of(
                                update(rows.get(0), "price", -1),
                                update(rows.get(1), "price", 3),
                                insert("id", 3, "name", "nail"),
                                insert("id", 4, "name", "x".repeat(21)),
                                insert("id", 5, "name", "axe"),
                                insert("id", 6, "name", "nobody", "stock", null)));

        assertThat(outcomes.get(0))
                .isInstanceOf(Outcome.Rejected.class)
                .asString()
                .contains("check constraint");
        assertThat(outcomes.get(1)).isEqualTo(Outcome.applied());
        assertThat(outcomes.get(2))
                .isInstanceOf(Outcome.Rejected.class)
                .asString()
                .contains("unique");
        assertThat(outcomes.get(3))
                .isInstanceOf(Outcome.Rejected.class)
                .asString()
                .containsIgnoringCase("column 'name': a text of 21 characters is longer than text(20)");
        assertThat(outcomes.get(4)).isEqualTo(Outcome.applied());
        assertThat(outcomes.get(5))
                .isInstanceOf(Outcome.Rejected.class)
                .asString()
                .contains("null");
        assertThat(database.query("select id, price from products order by id"))
                .containsExactly(Arrays.asList("1", null), List.of("2", "3.00"), Arrays.asList("5", null));
    }

    @Test
    void shows_no_values_whatever_fails() throws Exception {
        JdbcTable products = products();
        database.execute("create table parts (id int primary key, code varchar(20) references products (name))");
        JdbcTable parts = table("parts");
        Writing.write(products, insert("id", 1, "name", CANARY));
        List<Change<Row>> bad = List.of(
                insert("id", 2, "name", CANARY),
                insert("id", 3, "name", CANARY.repeat(2)),
                insert("id", 4, "name", "c", "note", CANARY, "price", -1),
                insert("id", 5, "name", CANARY + "0", "stock", null));

        for (Change<Row> change : bad) {
            assertShowsNoCanary(() ->
                    Writing.to(products).all(products, List.of(insert("id", 8, "name", "first"), change)));
        }
        assertShowsNoCanary(() -> Writing.to(parts).all(parts, List.of(insert("id", 9, "code", CANARY + "x"))));
        assertShowsNoCanary(() -> Reading.of(
                JdbcQuery.sql("select cast(name as int) as n from products").in(dataSource)));
        assertShowsNoCanary(() -> Reading.of(JdbcQuery.sql("select id from products where id = cast(? as int)", CANARY)
                .in(dataSource)));
    }

    static void assertShowsNoCanary(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        ReadException failure = catchThrowableOfType(ReadException.class, call);
        assertThat(failure).isNotNull();
        assertThat(Failures.printed(failure))
                .startsWith(ReadException.class.getName())
                .doesNotContain(CANARY);
    }

    @Test
    void undoes_everything_that_was_not_committed() throws Exception {
        JdbcTable products = products();
        Writing.write(products, insert("id", 1, "name", "nail"));
        List<Row> rows = Reading.rows(products);

        try (ChangeWriter<Row> writer = products.open(Writing.to(products))) {
            writer.write(List.of(delete(rows.get(0))));
            writer.write(List.of(insert("id", 2, "name", "saw")));
        }

        assertThat(database.query("select id from products")).containsExactly(List.of("1"));
    }

    @Test
    void writes_more_changes_than_fit_into_a_batch() throws Exception {
        JdbcTable products = products();
        List<Change<Row>> changes = new ArrayList<>();
        for (int id = 0; id < 2_500; id++) {
            changes.add(insert("id", id, "name", "n" + id, "price", id));
        }

        try (ChangeWriter<Row> writer = products.open(Writing.to(products))) {
            assertThat(writer.write(changes)).hasSize(2_500).containsOnly(Outcome.applied());
            assertThat(writer.method()).contains("JDBC batches of up to 1,000");
            writer.commit();
        }

        assertThat(database.query("select count(*), sum(id) from products"))
                .containsExactly(List.of("2500", String.valueOf(2_499 * 2_500 / 2)));
        assertThat(Reading.rows(products, "id")).hasSize(2_500);
    }

    @Test
    void gives_connections_back_as_they_came() throws Exception {
        products();
        CountingDataSource manual = new CountingDataSource(database.dataSource(), false);
        JdbcTable products = JdbcTable.named("products").in(manual);

        Writing.write(products, insert("id", 1, "name", "nail"));

        assertThat(Reading.rows(products)).hasSize(1);
        assertThat(manual.faults()).isEmpty();
    }

    @Test
    void identifies_rows_by_the_plans_key_where_there_is_no_primary_key() throws Exception {
        database.execute(
                "create table loose (id int, name varchar(10))",
                "insert into loose values (1, 'a'), (2, 'b'), (2, 'c')");
        JdbcTable loose = table("loose");
        List<Row> rows = Reading.rows(loose);

        List<Outcome> outcomes = Writing.to(loose, "ID")
                .skipping()
                .all(loose, List.of(update(rows.get(0), "name", "new"), update(rows.get(1), "name", "bad")));

        assertThat(outcomes.get(0)).isEqualTo(Outcome.applied());
        assertThat(outcomes.get(1)).asString().contains("key is not unique in the table, 2 rows have it");
        assertThatThrownBy(() -> Writing.to(loose, "id").all(loose, List.of(delete(rows.get(2)))))
                .hasMessageContaining("delete of id=2")
                .hasMessageContaining("not unique");
        assertThat(database.query("select name from loose order by name"))
                .containsExactly(List.of("b"), List.of("c"), List.of("new"));
        ReadException failure = catchThrowableOfType(ReadException.class, () -> loose.open(Writing.to(loose)));
        assertThat(failure.code()).isEqualTo("E-JDBC-KEY");
        assertThat(failure).hasMessageContaining("no primary key").hasMessageContaining("Matcher.on");
    }

    @Test
    void identifies_rows_by_the_primary_key_whatever_the_plans_key_is() throws Exception {
        JdbcTable products = products();
        Writing.write(products, insert("id", 1, "name", "nail"), insert("id", 2, "name", "saw"));
        List<Row> rows = Reading.rows(products, "id");

        Writing.to(products, "name").all(products, List.of(update(rows.get(0), "name", "NAIL", "id", 7)));

        assertThat(database.query("select id, name from products order by id"))
                .containsExactly(List.of("2", "saw"), List.of("7", "NAIL"));
    }

    @Test
    void identifies_rows_by_keys_of_every_type() throws Exception {
        int number = 0;
        for (Map.Entry<String, List<?>> type : types().entrySet()) {
            if (unfitForKeys().contains(type.getKey())) {
                continue;
            }
            number++;
            database.execute("create table keyed" + number + " (k " + type.getKey() + " primary key, n int)");
            JdbcTable table = table("keyed" + number);
            FieldType keyType = table.schema().orElseThrow().field("k").type();
            List<Change<Row>> inserts = new ArrayList<>();
            for (Object key : type.getValue()) {
                Object stored = keyType.convert(key);
                inserts.add(new Change.Insert<>(Key.of("k", stored), Row.of("k", stored, "n", 1)));
            }
            Writing.to(table).all(table, inserts);
            List<Row> rows = Reading.rows(table);

            List<Outcome> outcomes = Writing.write(table, delete(rows.get(0)), update(rows.get(1), "n", 2));

            assertThat(outcomes).as(type.getKey()).containsOnly(Outcome.applied());
            assertThat(database.query("select n from keyed" + number)).containsExactly(List.of("2"));
        }
    }

    /** Returns the types whose values cannot be the primary key. */
    abstract List<String> unfitForKeys();

    @Test
    void orders_by_what_the_engine_orders_alike() throws Exception {
        database.execute("create table ordered (id int primary key, d date not null, t varchar(9) not null, n int)");
        JdbcTable table = table("ordered");
        Writing.write(
                table,
                insert("id", 2, "d", LocalDate.of(2020, 1, 2), "t", "b"),
                insert("id", -1, "d", LocalDate.of(2021, 1, 2), "t", "A"),
                insert("id", 10, "d", LocalDate.of(2020, 1, 2), "t", "a"));

        assertThat(table.canOrderBy(List.of("id"))).isTrue();
        assertThat(table.canOrderBy(List.of("D", "id"))).isTrue();
        assertThat(table.canOrderBy(List.of("t"))).isFalse();
        assertThat(table.canOrderBy(List.of("n"))).isFalse();
        assertThat(table.canOrderBy(List.of("id", "no such column"))).isFalse();
        assertThat(Reading.rows(table, "id"))
                .extracting(row -> row.integer("id"))
                .containsExactly(-1L, 2L, 10L);
        assertThat(Reading.rows(table, "d", "id"))
                .extracting(row -> row.integer("id"))
                .containsExactly(2L, 10L, -1L);
    }

    record Product(long id, String name, BigDecimal price) {}

    @Test
    void reads_and_writes_records() throws Exception {
        products();
        Endpoint<Product> products = table("products").as(Product.class);
        Product nail = new Product(1, "nail", new BigDecimal("0.10"));

        try (ChangeWriter<Product> writer = products.open(Writing.to(products, "id"))) {
            writer.write(List.of(new Change.Insert<>(Key.of("id", 1L), nail)));
            writer.commit();
        }

        assertThat(Reading.of(products.existing()).records).containsExactly(nail);
        assertThat(Reading.of(JdbcQuery.sql("select * from products")
                                .in(dataSource)
                                .as(Product.class))
                        .records)
                .containsExactly(nail);
    }

    @Test
    void reads_queries_with_binds() throws Exception {
        JdbcTable products = products();
        Writing.write(
                products, insert("id", 1, "name", "nail", "price", 1), insert("id", 2, "name", "saw", "price", 9));

        List<Row> rows = Reading.rows(
                JdbcQuery.sql("select p.id as \"Number\", name from products p where price > ? and name <> ?", 5, "x")
                        .in(dataSource));

        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).integer("Number")).isEqualTo(2);
        assertThat(rows.get(0).schema().field("name").type()).isEqualTo(FieldType.text(20));
        JdbcQuery query = JdbcQuery.sql(
                        "select id, price from products where cast(? as varchar) is null", (Object) null)
                .in(dataSource);
        assertThat(query.schema().orElseThrow().field("price").type()).isEqualTo(FieldType.decimal(9, 2));
        assertThat(Reading.rows(query)).hasSize(2);
        assertThat(Reading.rows(JdbcQuery.sql(
                                "select id from products where cast(? as timestamp with time zone) < ?",
                                Instant.EPOCH,
                                Instant.now())
                        .in(dataSource)))
                .hasSize(2);
        assertThat(Reading.rows(
                        JdbcQuery.sql("select id from products where cast(? as uuid) is null", UUID.randomUUID())
                                .in(dataSource)))
                .isEmpty();
    }

    @Test
    void says_what_is_wrong_with_a_query() {
        products();

        assertQueryFails("select id from products where id = ? or id = ?", "question mark", 1);
        assertQueryFails("select id from products where id = ?", "question mark", 1, 2);
        assertQueryFails("select id from prodcts", "prodcts");
        assertQueryFails("select id, name as id from products", "two columns 'id'");
        assertThatThrownBy(() -> JdbcQuery.sql(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    private void assertQueryFails(String sql, String message, Object... binds) {
        ReadException failure = catchThrowableOfType(
                ReadException.class, () -> Reading.of(JdbcQuery.sql(sql, binds).in(dataSource)));
        assertThat(failure).isNotNull().message().containsIgnoringCase(message);
        assertThat(failure.code()).isEqualTo("E-JDBC-QUERY");
    }

    @Test
    void streams_rows_before_the_last_one_is_computed() throws Exception {
        Reading<Row> reading = Reading.ordered();

        ReadException failure = catchThrowableOfType(
                ReadException.class,
                () -> reading.read(
                        JdbcQuery.sql(numbers("1000 / (90000 - n)", 100_000)).in(dataSource)));

        assertThat(failure).hasMessageContaining("SQLState 22012");
        assertThat(reading.records.size()).isBetween(leastStreamed(), 89_999);
    }

    /** Returns how many rows come at least before the one that fails. */
    abstract int leastStreamed();

    @Test
    void ends_a_blocked_query_when_cancelled() throws Exception {
        Reading<Row> reading = Reading.ordered();
        JdbcQuery query = JdbcQuery.sql(longQuery()).in(dataSource);

        Throwable failure = Blocked.during(() -> reading.read(query), () -> isTrue(isExecuting()), reading::cancel);

        assertThat(failure).isInstanceOf(java.util.concurrent.CancellationException.class);
    }

    final boolean isTrue(String query) {
        return !database.query(query).isEmpty();
    }

    @Test
    void says_that_the_database_is_not_there_without_its_password() {
        JdbcTable table = JdbcTable.named("products").in(database.unreachable(CANARY));

        ReadException failure = catchThrowableOfType(ReadException.class, table::schema);

        assertThat(failure.code()).isEqualTo("E-JDBC-CONNECT");
        assertThat(failure).hasMessageContaining("table products: no connection to the database");
        assertThat(Failures.printed(failure)).doesNotContain(CANARY);
        assertThat(table.canOrderBy(List.of("id"))).isFalse();
        assertThatThrownBy(() -> table.open(Writing.to(products()))).isInstanceOf(ReadException.class);
    }
}
