package dev.datasync.jdbc;

import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.Product;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.source.Source;
import dev.datasync.testkit.InMemorySource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Values of every type go into a table and come back in their stored form, so that a second run writes nothing. The
 * values are random; a failure shows the seed, which {@code -Ddatasync.seed} repeats.
 */
abstract class TypeRoundTripScenarios {

    private static final int ROWS = 60;

    private final long seed = Long.getLong("datasync.seed", System.nanoTime());

    private TestDatabase database;
    private CountingDataSource dataSource;

    abstract Product product();

    /** Returns the column types of the product. */
    abstract List<TypeColumn> columns();

    /** Prepares the database, for example with types of its own. */
    void prepare(TestDatabase empty) {}

    @BeforeEach
    final void openDatabase() throws Exception {
        database = product().open();
        dataSource = new CountingDataSource(database.dataSource());
        prepare(database);
    }

    @AfterEach
    final void closeDatabase() throws Exception {
        if (database != null) {
            database.close();
        }
    }

    @TestFactory
    final Stream<DynamicTest> values_come_back_as_they_were_written() {
        List<TypeColumn> columns = columns();
        return Stream.iterate(0, i -> i < columns.size(), i -> i + 1)
                .map(i -> DynamicTest.dynamicTest(i + " " + columns.get(i).sql(), () -> {
                    try {
                        check(i, columns.get(i));
                    } catch (Exception | AssertionError e) {
                        throw new AssertionError(columns.get(i).sql() + ", -Ddatasync.seed=" + seed, e);
                    }
                }));
    }

    private void check(int number, TypeColumn column) throws Exception {
        JdbcTable table = table("first" + number, column);
        JdbcTable copy = table("second" + number, column);
        assertThat(table.schema().orElseThrow().field("c").type()).isEqualTo(column.type());
        RandomGenerator random = new Random(seed);
        List<Object> values = column.values().list(random, ROWS);
        values.add(null);

        sync(values, column, table);
        copy(table, copy);

        Collections.shuffle(values, new Random(seed));
        sync(values, column, table);
        copy(table, copy);
        assertThat(dataSource.faults()).isEmpty();
    }

    private JdbcTable table(String name, TypeColumn column) {
        database.execute("create table " + name + " (id int not null primary key, c " + column.sql() + ")");
        return JdbcTable.named(name).in(dataSource);
    }

    private static void sync(List<Object> values, TypeColumn column, JdbcTable table) throws Exception {
        List<Row> rows = new ArrayList<>();
        List<String> stored = new ArrayList<>();
        for (int id = 0; id < values.size(); id++) {
            Object value = values.get(id);
            rows.add(Row.of("id", id, "c", value));
            stored.add(shown(id, value == null ? null : column.type().convert(value)));
        }

        assertThatPlan(plan(InMemorySource.of(rows), table)).converges();

        assertThat(content(table)).isEqualTo(stored);
    }

    private static void copy(JdbcTable table, JdbcTable copy) throws Exception {
        assertThatPlan(plan(table, copy)).converges();

        assertThat(content(copy)).isEqualTo(content(table));
    }

    private static SyncPlan<Row> plan(Source<Row> source, JdbcTable table) {
        return SyncPlan.named("round trip")
                .from(source)
                .match(Matcher.on("id"))
                .into(table)
                .build();
    }

    private static List<String> content(JdbcTable table) throws Exception {
        List<Row> rows = new ArrayList<>(Reading.rows(table));
        rows.sort(Comparator.comparing(row -> (Long) row.value(0)));
        return rows.stream().map(row -> shown(row.value(0), row.value(1))).toList();
    }

    /** Returns a row's value with its class, arrays with their content. */
    private static String shown(Object id, Object value) {
        if (value == null) {
            return id + ": null";
        }
        String text = value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString();
        return id + ": " + text + " "
                + (value instanceof List<?> ? "list" : value.getClass().getSimpleName());
    }
}
