package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.H2Database;
import dev.datasync.jdbc.database.InterceptedDataSource;
import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.jdbc.database.Product;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.Row;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.source.ReadException;
import dev.datasync.source.Source;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What can be said of a table that is read or compared, on every product. */
@Tag("long")
class TableReadingTest {

    private TestDatabase database;
    private CountingDataSource dataSource;

    @AfterEach
    void close() throws Exception {
        if (database != null) {
            database.close();
            assertThat(dataSource.faults()).isEmpty();
        }
    }

    private JdbcTable items(Product product) throws Exception {
        database = product.open();
        dataSource = new CountingDataSource(database.dataSource());
        database.execute(
                "create table items (id int not null primary key, name varchar(20), stock int, created_by varchar(20),"
                        + " notes varchar(20))",
                "insert into items values (1, 'nail', 5, 'ann', 'n1')",
                "insert into items values (2, 'screw', 0, 'bob', 'n2')",
                "insert into items values (3, 'saw', 7, 'bob', null)");
        return JdbcTable.named("items").in(dataSource);
    }

    private static List<Long> ids(Source<Row> source, String... order) throws Exception {
        return Reading.rows(source, order).stream()
                .map(row -> row.integer("id"))
                .sorted()
                .toList();
    }

    record Stocked(long id, int stock) {}

    @ParameterizedTest
    @EnumSource(Product.class)
    void reads_the_rows_that_meet_a_condition(Product product) throws Exception {
        JdbcTable items = items(product);

        assertThat(ids(items.where("stock > ?", 0))).containsExactly(1L, 3L);
        assertThat(ids(items.where("stock > ? or name = ? -- all of them", 6, "nail"), "id"))
                .containsExactly(1L, 3L);
        assertThat(ids(items.within("created_by = ?", "bob").where("stock > ? or id = ?", 5, 1)))
                .containsExactly(3L);
        assertThat(ids(items.within("created_by = ? or 1 = 1", "bob").within("stock < ?", 5)))
                .containsExactly(2L);
        assertThat(ids(items.within("notes is not null"))).containsExactly(1L, 2L);
        assertThat(items.where("stock > ?", 0).canOrderBy(List.of("id"))).isTrue();
        List<Stocked> stocked =
                Reading.of(items.columns("stock", "id").where("stock > ?", 5).as(Stocked.class)).records;
        assertThat(stocked).containsExactly(new Stocked(3, 7));
    }

    @Test
    void says_what_is_wrong_with_a_condition() throws Exception {
        JdbcTable items = items(Product.POSTGRESQL);

        ReadException binds =
                catchThrowableOfType(ReadException.class, () -> Reading.of(items.where("stock > ? and id > ?", 1)));
        ReadException column =
                catchThrowableOfType(ReadException.class, () -> Reading.of(items.where("nothing = ?", 1)));

        assertThat(binds.code()).isEqualTo("E-JDBC-QUERY");
        assertThat(binds).hasMessageContaining("table items").hasMessageContaining("one bind for each question mark");
        assertThat(column).hasMessageContaining("nothing");
        assertThatThrownBy(() -> items.where(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThat(ids(items.where("'{\"a\":1}'::jsonb ?? 'a' and id = ?", 1))).containsExactly(1L);
    }

    @ParameterizedTest
    @EnumSource(Product.class)
    void reads_and_writes_only_the_columns_named(Product product) throws Exception {
        JdbcTable items = items(product).columns("id", "NAME");
        Source<Row> source = Source.of(() -> List.of(Row.of("id", 1, "name", "nail"), Row.of("id", 4, "name", "axe")));

        assertThat(items.schema().orElseThrow().names().stream().map(String::toLowerCase))
                .containsExactly("id", "name");
        SyncPlan<Row> plan = SyncPlan.named("columns")
                .from(source)
                .match(Matcher.on("id"))
                .into(items)
                .build();
        SyncReport report = plan.run();

        assertThat(report.counts().inserted()).isEqualTo(1);
        assertThat(report.counts().unchanged()).isEqualTo(1);
        assertThat(database.query("select id, name, stock, notes from items where id in (1, 4) order by id"))
                .containsExactly(List.of("1", "nail", "5", "n1"), Arrays.asList("4", "axe", null, null));
    }

    @Test
    void says_which_columns_there_are() throws Exception {
        JdbcTable items = items(Product.H2);

        assertThatThrownBy(() -> items.columns("id", "nmae").schema())
                .isInstanceOf(ReadException.class)
                .hasMessageContaining("no column 'nmae' as named in columns(...): its columns are [ID, NAME, STOCK");
        assertThatThrownBy(() -> items.insertOnly("creator").schema())
                .hasMessageContaining("no column 'creator' as named in insertOnly(...)");
        assertThatThrownBy(() -> items.preserve("note").schema())
                .hasMessageContaining("no column 'note' as named in preserve(...)");
        SyncException failure = catchThrowableOfType(
                SyncException.class,
                () -> SyncPlan.named("keyless")
                        .from(Source.of(() -> List.of(Row.of("name", "x"))))
                        .match(Matcher.on("name"))
                        .into(items.columns("name"))
                        .build()
                        .run());
        assertThat(failure.code()).isEqualTo("E-JDBC-KEY");
        assertThat(failure).hasMessageContaining("name those of its primary key in columns(...) as well");
    }

    @Test
    void refuses_names_with_control_characters() {
        for (String name : List.of("a\u0000b", "a\nb", "\u007f", " ")) {
            assertThatThrownBy(() -> JdbcTable.named(name)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> JdbcTable.named("t").inSchema(name)).isInstanceOf(IllegalArgumentException.class);
        }
        JdbcTable table = JdbcTable.named("t").in(new H2Database().dataSource());
        assertThatThrownBy(() -> table.columns("a\u0000b")).hasMessageContaining("control character");
        assertThatThrownBy(() -> table.preserve("a", "b\tc")).hasMessageContaining("control character");
    }

    @Test
    void finds_no_name_that_postgresql_would_cut() throws Exception {
        items(Product.POSTGRESQL);
        String most = "n".repeat(63);
        database.execute("create table " + most + " (id int primary key)");

        assertThat(JdbcTable.named(most).in(dataSource).schema()).isPresent();
        assertThatThrownBy(
                        () -> JdbcTable.named(most + "nnnnnnn").in(dataSource).schema())
                .hasMessageContaining("no table '" + most + "nnnnnnn'");
    }

    @ParameterizedTest
    @EnumSource(Product.class)
    void columns_that_belong_to_others_are_left_alone(Product product) throws Exception {
        JdbcTable items = items(product).insertOnly("created_by").preserve("notes");
        Source<Row> source = Source.of(() -> List.of(
                row(1, "nail", 5, "eve", "mine"), row(2, "bolt", 0, "eve", "mine"), row(4, "axe", 1, "eve", "mine")));

        SyncPlan<Row> plan = SyncPlan.named("owned")
                .from(source)
                .match(Matcher.on("id"))
                .into(items)
                .build();
        SyncReport first = plan.run();
        SyncReport second = plan.run();

        assertThat(items.schema().orElseThrow().field("created_by").is(Field.Trait.INSERT_ONLY))
                .isTrue();
        assertThat(first.counts().inserted()).isEqualTo(1);
        assertThat(first.counts().updated()).isEqualTo(1);
        assertThat(first.counts().unchanged()).isEqualTo(1);
        assertThat(second.counts().written()).isZero();
        assertThat(database.query("select name, created_by, notes from items order by id"))
                .containsExactly(
                        List.of("nail", "ann", "n1"),
                        List.of("bolt", "bob", "n2"),
                        Arrays.asList("saw", "bob", null),
                        Arrays.asList("axe", "eve", null));
    }

    private static Row row(int id, String name, int stock, String createdBy, String notes) {
        return Row.of("id", id, "name", name, "stock", stock, "created_by", createdBy, "notes", notes);
    }

    // ---------------------------------------------------------------- snapshots

    /** What is committed while a reading is under way is not seen: the other session writes before the second row. */
    @ParameterizedTest
    @EnumSource(
            value = Product.class,
            names = {"POSTGRESQL", "MARIADB", "MYSQL", "H2", "DUCKDB"})
    void one_reading_sees_one_state(Product product) throws Exception {
        items(product);
        List<String> insert = new ArrayList<>();
        for (int id = 10; id < 5_000; id++) {
            insert.add("(" + id + ", 'before')");
        }
        database.execute(
                "create table many (id int not null primary key, v varchar(9))",
                "insert into many values " + String.join(", ", insert));
        List<String> seen = new ArrayList<>();
        Reading<Row> reading = Reading.each(row -> {
            if (seen.isEmpty()) {
                database.execute(
                        "update many set v = 'after'",
                        "insert into many values (5001, 'after')",
                        "delete from many where id between 2000 and 3000");
            }
            seen.add(row.text("v"));
        });

        reading.read(JdbcTable.named("many").in(dataSource));

        assertThat(seen).hasSize(4_990).containsOnly("before");
        assertThat(database.query("select count(*) from many where v = 'after'"))
                .containsExactly(List.of("3990"));
    }

    @Test
    void a_reading_writes_nothing() throws Exception {
        items(Product.POSTGRESQL);
        JdbcQuery query = JdbcQuery.sql("delete from items returning id").in(dataSource);

        assertThatThrownBy(() -> Reading.of(query)).hasMessageContaining("SQLState 25006");

        assertThat(database.query("select count(*) from items")).containsExactly(List.of("3"));
    }

    @Test
    void what_a_reading_writes_is_undone_where_nothing_forbids_it() throws Exception {
        items(Product.H2);
        JdbcQuery query = JdbcQuery.sql("select id from final table (insert into items (id) values (9))")
                .in(dataSource);

        try {
            Reading.of(query);
        } catch (ReadException e) {
            // forbidden is as good as undone
            assertThat(e).hasMessageContaining("query");
        }

        assertThat(database.query("select count(*) from items")).containsExactly(List.of("3"));
    }

    // ---------------------------------------------------------------- drift

    @Test
    void a_column_that_is_gone_fails_the_run_before_anything_is_read() throws Exception {
        JdbcTable items = items(Product.POSTGRESQL);
        SyncPlan<Row> plan = SyncPlan.named("drift")
                .from(items)
                .match(Matcher.on("id"))
                .into(copy())
                .build();
        assertThat(plan.run().counts().inserted()).isEqualTo(3);

        database.execute("alter table copy drop column stock");
        assertThatThrownBy(plan::run)
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("field 'stock' is not in the target");
        database.execute("alter table copy add stock text");
        SyncReport widened = plan.run();

        assertThat(widened.counts().updated()).isEqualTo(3);
        assertThat(plan.run().counts().unchanged()).isEqualTo(3);
    }

    private JdbcTable copy() {
        database.execute(
                "create table copy as select * from items where 1 = 0", "alter table copy add primary key (id)");
        return JdbcTable.named("copy").in(dataSource);
    }

    // ---------------------------------------------------------------- identity

    @ParameterizedTest
    @EnumSource(Product.class)
    void a_table_is_the_same_through_two_data_sources(Product product) throws Exception {
        JdbcTable items = items(product);
        JdbcTable again = JdbcTable.named("ITEMS").in(new CountingDataSource(dataSource));

        assertThat(items.identity()).isPresent();
        if (product != Product.SQLITE && product != Product.DUCKDB) {
            assertThat(items.identity()).isEqualTo(again.identity());
        }
        assertThat(items.identity()).isEqualTo(items.existing().identity());
        // a part of a table, written into the whole, would delete the rest
        assertThat(items.where("id > ?", 1).identity()).isEqualTo(items.identity());
        assertThat(items.where("id > ?", 1).identity())
                .isNotEqualTo(items.where("id < ?", 1).identity());
        assertThat(items.identity().toString()).doesNotContain("jdbc:");
        assertThat(JdbcQuery.sql("select 1 as one").in(dataSource).identity()).isEmpty();
    }

    @Test
    void databases_are_told_apart_by_their_urls() {
        assertThat(DatabaseUrl.of("jdbc:postgresql://127.0.0.1:5432/x?user=me"))
                .isEqualTo(DatabaseUrl.of("jdbc:postgresql://localhost:5432/x?password=secret"))
                .isNotEqualTo(DatabaseUrl.of("jdbc:postgresql://localhost:5432/y"));
        assertThat(DatabaseUrl.of("jdbc:mysql://me:secret@h/x").orElseThrow().text())
                .isEqualTo("jdbc:mysql://h/x");
        assertThat(List.of("jdbc:h2:mem:", "jdbc:sqlite::memory:", "jdbc:duckdb:"))
                .allMatch(url -> DatabaseUrl.of(url).isEmpty());
        assertThat(DatabaseUrl.of(null)).isEmpty();
    }

    // ---------------------------------------------------------------- permissions

    @Test
    void a_target_that_cannot_be_written_fails_before_anything_is_read() throws Exception {
        JdbcTable items = items(Product.POSTGRESQL);
        String schema = ((PostgresDatabase) database).schema();
        String role = "reader_" + schema;
        database.execute(
                "create view total as select count(*) as id from items",
                "create role " + role,
                "grant usage on schema " + schema + " to " + role,
                "grant select on items to " + role);
        try {
            JdbcTable readable = JdbcTable.named("items").in(as(role));
            List<String> read = new ArrayList<>();
            Source<Row> source = Source.of(() -> {
                read.add("read");
                return List.of(Row.of("id", 1));
            });

            assertThat(Reading.rows(readable)).hasSize(3);
            assertThatThrownBy(() -> into(source, readable).run())
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining("table items cannot be written: the database user may neither insert");
            assertThatThrownBy(() -> into(source, JdbcTable.named("total").in(dataSource))
                            .run())
                    .hasMessageContaining("table total cannot be written: it is a view");
            assertThat(read).isEmpty();
            try (Preview<Row> preview = into(source, items).preview()) {
                assertThat(preview.changes().counts().total()).isZero();
            }
        } finally {
            database.execute("drop owned by " + role, "drop role " + role);
        }
    }

    private static SyncPlan<Row> into(Source<Row> source, JdbcTable target) {
        return SyncPlan.named("permission")
                .from(source)
                .match(Matcher.on("id"))
                .into(target)
                .build();
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
}
