package dev.datasync.jdbc;

import static dev.datasync.jdbc.Writing.insert;
import static dev.datasync.jdbc.Writing.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.source.ReadException;
import dev.datasync.testkit.InMemorySource;
import java.math.BigDecimal;
import java.sql.Connection;
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
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

@SuppressWarnings("try") // a writer may throw anything when it is closed
@Tag("long")
class PostgresJdbcTest extends JdbcScenarios {

    private PostgresDatabase postgres;

    @Override
    TestDatabase open() {
        postgres = new PostgresDatabase();
        postgres.execute(
                "create type mood as enum ('happy', 'so-so')",
                "create domain percentage as numeric(5,2) check (value <= 100)");
        return postgres;
    }

    @Override
    Map<String, List<?>> types() {
        Map<String, List<?>> types = new LinkedHashMap<>();
        types.put("smallint", List.of(Short.MIN_VALUE, Short.MAX_VALUE));
        types.put("int", List.of(Integer.MIN_VALUE, Integer.MAX_VALUE));
        types.put("bigint", List.of(Long.MIN_VALUE, Long.MAX_VALUE));
        types.put("oid", List.of(0, 4_294_967_295L));
        types.put("numeric(9,2)", List.of(new BigDecimal("1.1"), new BigDecimal("-9999999.99")));
        types.put("numeric(5)", List.of(1, new BigDecimal("99999")));
        types.put("numeric", List.of(new BigDecimal("1.10"), new BigDecimal("1E+30")));
        types.put("numeric(3,5)", List.of(new BigDecimal("0.00123"), 0));
        types.put("real", List.of(1.5f, -0.0f));
        types.put("double precision", List.of(0.1, Double.NEGATIVE_INFINITY));
        types.put("boolean", List.of(true, false));
        types.put("bit", List.of(true, false));
        types.put("bit(3)", List.of("101", "000"));
        types.put("varbit", List.of("1", "00000"));
        types.put("char(5)", List.of("ab", "abcde"));
        types.put("varchar(20)", List.of("", " padded "));
        types.put("varchar", List.of("x".repeat(5_000), "line\nbreak\t"));
        types.put("text", List.of("'quoted'", "😀"));
        types.put("date", List.of(LocalDate.of(2024, 2, 29), LocalDate.of(-43, 3, 15)));
        types.put("time", List.of(LocalTime.of(23, 59, 59, 999_999_999), LocalTime.MIDNIGHT));
        types.put("time(3)", List.of(LocalTime.of(23, 59, 59, 999_999_999), LocalTime.NOON));
        types.put("timetz", List.of("10:00:00+02", "23:59:59+00"));
        types.put(
                "timestamp",
                List.of(LocalDateTime.of(2024, 12, 31, 23, 59, 59, 999_999_999), LocalDateTime.MIN.withYear(1)));
        types.put("timestamp(0)", List.of(LocalDateTime.of(2024, 3, 31, 2, 30, 0, 900_000_000), "2024-01-01 00:00:00"));
        types.put("timestamptz", List.of(Instant.parse("2024-03-31T01:30:00.123456789Z"), Instant.EPOCH));
        types.put("timestamptz(2)", List.of(Instant.parse("2024-12-31T23:59:59.999Z"), "2024-01-01T00:00:00+02:00"));
        types.put("uuid", List.of(UUID.fromString("ffffffff-0000-0000-0000-000000000001"), new UUID(0, 0)));
        types.put("bytea", List.of(new byte[] {0, 1, -1}, new byte[0]));
        types.put("int[]", List.of(Arrays.asList(1, null, 3), List.of()));
        types.put("text[]", List.of(Arrays.asList("a", null, "", "NULL"), List.of("b,\"c\"\\")));
        types.put("numeric(9,2)[]", List.of(List.of(new BigDecimal("1.1")), List.of(2)));
        types.put("timestamp[]", List.of(List.of("2024-03-31T02:30:00.123456"), List.of()));
        types.put("timestamptz[]", List.of(List.of(Instant.EPOCH), List.of()));
        types.put("mood[]", List.of(List.of("happy"), Arrays.asList("so-so", null)));
        types.put("json", List.of("{\"b\": 1, \"a\":2}", "[1,null]"));
        types.put("jsonb", List.of("{\"a\": 1}", "[1, null]"));
        types.put("xml", List.of("<a/>", "<b>c</b>"));
        types.put("mood", List.of("happy", "so-so"));
        types.put("percentage", List.of(new BigDecimal("99.9"), 100));
        types.put("interval", List.of("1 day", "00:00:01"));
        types.put("money", List.of("$1.50", "$1,000.00"));
        types.put("inet", List.of("10.0.0.1", "::1"));
        types.put("int4range", List.of("[1,3)", "empty"));
        types.put("name", List.of("a", "b"));
        return types;
    }

    @Override
    List<String> unfitForKeys() {
        return List.of("json", "xml");
    }

    @Override
    String longQuery() {
        return "select pg_sleep(60) as s";
    }

    @Override
    String isExecuting() {
        return "select 1 from pg_stat_activity where query like 'select pg_sleep(60)%' and state = 'active'";
    }

    @Override
    String numbers(String expression, int count) {
        return "select " + expression + " as q from generate_series(1, " + count + ") n";
    }

    @Override
    int leastStreamed() {
        return 80_000;
    }

    @Override
    String generatedSuffix() {
        return " stored";
    }

    @Test
    void knows_sizes() throws Exception {
        database.execute("create table sizes (a numeric, b numeric(9,2), c char(3), d varchar(7), e text, f time(3),"
                + " g timestamptz(2), h percentage, i int[], j bytea, k real, l smallint)");

        Schema schema = table("sizes").schema().orElseThrow();

        assertThat(schema.fields())
                .extracting(field -> field.type())
                .containsExactly(
                        FieldType.decimal(),
                        FieldType.decimal(9, 2),
                        FieldType.paddedText(3),
                        FieldType.text(7),
                        FieldType.text(),
                        FieldType.time(3),
                        FieldType.instant(2),
                        FieldType.decimal(5, 2),
                        FieldType.list(FieldType.integer(32)),
                        FieldType.binary(),
                        FieldType.float32(),
                        FieldType.integer(16));
    }

    @Test
    void rejects_values_that_java_does_not_have() throws Exception {
        database.execute(
                "create table special (id int primary key, d date, ts timestamp, tz timestamptz, n numeric, t time)",
                "insert into special (id) values (1), (2), (3), (4), (5), (6)",
                "update special set d = 'infinity' where id = 1",
                "update special set ts = '-infinity' where id = 2",
                "update special set tz = 'infinity' where id = 3",
                "update special set n = 'NaN' where id = 4",
                "update special set t = '24:00' where id = 5");

        Reading<Row> reading = Reading.of(table("special"), "id");

        assertThat(reading.rejected)
                .containsExactly(
                        "1: column 'd': it holds infinity, which is no point in time",
                        "2: column 'ts': it holds infinity, which is no point in time",
                        "3: column 'tz': it holds infinity, which is no point in time",
                        "4: column 'n': it holds NaN or infinity, which are no decimal numbers",
                        "5: column 't': it holds 24:00, which is no time of day");
        assertThat(reading.records).hasSize(1);
    }

    @Test
    void json_that_is_written_in_another_way_is_no_change() {
        database.execute("create table documents (id int primary key, body jsonb, source json)");
        String body = "{\"b\": 1.10, \"a\": [1e2, {\"d\": null, \"c\": \"\\u00e9\"}]}";
        SyncPlan<Row> plan = SyncPlan.named("documents")
                .from(InMemorySource.of(Row.of("id", 1, "body", body, "source", body)))
                .match(Matcher.on("id"))
                .into(table("documents"))
                .build();

        assertThat(plan.run().counts().inserted()).isEqualTo(1);
        assertThat(plan.run().counts().written()).isZero();
        database.execute("update documents set body = body || '{\"b\": 2}'");
        assertThat(plan.run().counts().updated()).isEqualTo(1);
        assertThat(database.query("select body ->> 'b' from documents")).containsExactly(List.of("1.1"));
    }

    @Test
    void refuses_json_that_postgres_would_not_store() throws Exception {
        database.execute("create table documents (id int primary key, body jsonb)");
        JdbcTable documents = table("documents");

        for (String body : List.of("\"a\\u0000b\"", "\"\\ud800\"", "{\"a\"")) {
            assertThat(Writing.to(documents, "id").skipping().all(documents, List.of(insert("id", 1, "body", body))))
                    .as(body)
                    .singleElement()
                    .isInstanceOf(Outcome.Rejected.class);
        }
    }

    @Test
    void refuses_text_that_postgres_would_not_store_as_it_is() throws Exception {
        JdbcTable products = products();

        List<Outcome> outcomes = Writing.to(products)
                .skipping()
                .all(
                        products,
                        List.of(
                                insert("id", 1, "name", "a\u0000"),
                                insert("id", 2, "name", "\ud83d"),
                                insert("id", 3, "name", "\ude00 reversed \ud83d"),
                                insert("id", 4, "name", "😀")));

        assertThat(outcomes.get(0)).asString().contains("column 'name'", "U+0000");
        assertThat(outcomes.get(1)).asString().contains("surrogate");
        assertThat(outcomes.get(2)).asString().contains("surrogate");
        assertThat(outcomes.get(3)).isEqualTo(Outcome.applied());
    }

    @Test
    void names_the_constraint() throws Exception {
        JdbcTable products = products();
        Writing.write(products, insert("id", 1, "name", "nail"));

        assertThatThrownBy(() -> Writing.write(products, insert("id", 2, "name", "nail")))
                .hasMessageContaining("a unique constraint refuses it (products_name_key)");
        assertThatThrownBy(() -> Writing.write(products, insert("id", 4, "name", "saw", "stock", null)))
                .hasMessageContaining("must not be null would be null (stock)");
        assertThatThrownBy(() -> Writing.write(products, insert("id", 3, "price", -1)))
                .hasMessageContaining("a check constraint refuses it (products_price_check)");
    }

    @Test
    void shows_no_values_of_a_triggers_message() throws Exception {
        JdbcTable products = products();
        database.execute(
                "create function refuse() returns trigger language plpgsql as"
                        + " $$ begin raise exception 'no % here', new.name; end $$",
                "create trigger refusing before insert on products for each row execute function refuse()");

        assertShowsNoCanary(() -> Writing.write(products, insert("id", 1, "name", CANARY)));
        assertThatThrownBy(() -> Writing.write(products, insert("id", 1, "name", CANARY)))
                .hasMessageContaining(
                        "insert of id=1: a trigger or function of the database refuses it (SQLState P0001");
    }

    @Test
    void says_so_when_a_trigger_drops_a_row() throws Exception {
        JdbcTable products = products();
        database.execute(
                "create function drop_row() returns trigger language plpgsql as $$ begin return null; end $$",
                "create trigger dropping before insert on products for each row execute function drop_row()");

        assertThatThrownBy(() -> Writing.write(products, insert("id", 1, "name", "nail")))
                .hasMessageContaining("insert of id=1: the database inserts nothing");
    }

    @Test
    void takes_batches_that_the_driver_rewrites() throws Exception {
        products();
        PGSimpleDataSource rewriting = new PGSimpleDataSource();
        rewriting.setURL(postgres.dataSource().getURL());
        rewriting.setUser(postgres.dataSource().getUser());
        rewriting.setPassword(postgres.dataSource().getPassword());
        rewriting.setCurrentSchema(postgres.schema());
        rewriting.setReWriteBatchedInserts(true);
        JdbcTable products = JdbcTable.named("products").in(rewriting);
        List<Change<Row>> changes = new ArrayList<>();
        for (int id = 0; id < 300; id++) {
            changes.add(insert("id", id, "name", id == 222 ? "n111" : "n" + id));
        }

        assertThatThrownBy(() -> Writing.to(products).all(products, changes))
                .hasMessageContaining("insert of id=222: a unique constraint");
        List<Outcome> outcomes = Writing.to(products).skipping().all(products, changes);

        assertThat(outcomes).filteredOn(Outcome.applied()::equals).hasSize(299);
        assertThat(outcomes.get(222)).isInstanceOf(Outcome.Rejected.class);
        assertThat(database.query("select count(*) from products")).containsExactly(List.of("299"));
    }

    @Test
    void says_that_nothing_was_committed_when_a_deferred_constraint_fails() throws Exception {
        JdbcTable products = products();
        database.execute("create table parts (id int primary key, product int references products"
                + " deferrable initially deferred)");
        JdbcTable parts = table("parts");

        try (ChangeWriter<Row> writer = parts.open(Writing.to(parts))) {
            writer.write(List.of(insert("id", 1, "product", 471147)));
            NotCommittedException failure = catchThrowableOfType(NotCommittedException.class, writer::commit);
            assertThat(failure)
                    .hasMessageContaining("a foreign key constraint refuses it (parts_product_fkey)")
                    .hasMessageContaining("SQLState 23503");
            assertThat(Failures.printed(failure)).doesNotContain("471147");
        }
        assertThat(Reading.rows(parts)).isEmpty();
        assertThat(Reading.rows(products)).isEmpty();
    }

    @Test
    void fails_when_the_connection_is_lost_while_reading() throws Exception {
        database.execute(
                "create table many as select n as id, repeat('text', 400) as t from generate_series(1, 10000) n");
        JdbcTable many = table("many");
        Reading<Row> reading = Reading.ordered();

        Throwable failure = Blocked.during(
                () -> many.read(
                        new dev.datasync.source.Receiver<Row>() {
                            @Override
                            public void accept(Row row) {
                                accept(row, 0);
                            }

                            @Override
                            public void accept(Row row, long position) {
                                if (position == 1) {
                                    database.query("select pg_terminate_backend(pid) from pg_stat_activity"
                                            + " where query like '%\"many\"%' and pid <> pg_backend_pid()");
                                }
                            }

                            @Override
                            public void reject(long position, String reason) {}
                        },
                        reading),
                () -> false,
                () -> {});

        assertThat(failure).isInstanceOf(ReadException.class).hasMessageContaining("table many cannot be read");
        assertThat(((ReadException) failure).code()).isEqualTo("E-JDBC-READ");
    }

    @Test
    void ends_a_blocked_write_when_cancelled() throws Exception {
        JdbcTable products = products();
        Writing.write(products, insert("id", 1, "name", "nail"));
        Row row = Reading.rows(products).get(0);
        Writing context = Writing.to(products);
        try (Connection other = database.dataSource().getConnection();
                Statement lock = other.createStatement();
                ChangeWriter<Row> writer = products.open(context)) {
            other.setAutoCommit(false);
            lock.execute("update products set price = 5");

            Throwable failure = Blocked.during(
                    () -> writer.write(List.of(update(row, "price", 2))),
                    () -> isTrue("select 1 from pg_stat_activity where wait_event_type = 'Lock'"
                            + " and query like 'update%' and query like '%" + postgres.schema() + "%'"),
                    context::cancel);

            assertThat(failure).isInstanceOf(CancellationException.class);
            other.rollback();
        }
    }

    @Test
    void reads_in_a_transaction_that_cannot_write() {
        database.execute("create sequence numbers");

        assertThatThrownBy(() -> Reading.of(
                        JdbcQuery.sql("select nextval('numbers') as n").in(dataSource)))
                .isInstanceOf(ReadException.class)
                .hasMessageContaining("read-only transaction");
    }

    @Test
    void says_which_permission_is_missing() throws Exception {
        JdbcTable products = products();
        String role = postgres.schema() + "_reader";
        database.execute(
                "create role " + role + " login",
                "grant usage on schema " + postgres.schema() + " to " + role,
                "grant select on products to " + role);
        try {
            PGSimpleDataSource reader = new PGSimpleDataSource();
            reader.setURL(postgres.dataSource().getURL());
            reader.setCurrentSchema(postgres.schema());
            reader.setUser(role);
            JdbcTable readable = JdbcTable.named("products").in(reader);

            assertThat(Reading.rows(readable)).isEmpty();
            assertThatThrownBy(() -> Writing.write(readable, insert("id", 1, "name", "nail")))
                    .hasMessageContaining("permission denied for table products")
                    .hasMessageContaining("Grant");
            assertThat(Reading.rows(products)).isEmpty();
        } finally {
            database.execute("drop owned by " + role, "drop role " + role);
        }
    }

    @Test
    void reads_views_and_partitioned_tables() throws Exception {
        database.execute(
                "create table parted (id int not null, n int) partition by range (id)",
                "create table parted_1 partition of parted for values from (0) to (100)",
                "insert into parted values (1, 2)",
                "create view doubled as select id, n * 2 as n from parted",
                "create materialized view kept as select * from parted");

        assertThat(Reading.rows(table("parted"))).hasSize(1);
        assertThat(Reading.rows(table("doubled")).get(0).integer("n")).isEqualTo(4);
        assertThat(Reading.rows(table("kept"))).hasSize(1);
    }
}
