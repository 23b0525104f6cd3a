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
import java.util.stream.Collectors;
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

    /** Returns how many of the columns share a table, which saves most of the time and proves the same of each. */
    int columnsPerTable() {
        return 8;
    }

    @TestFactory
    final Stream<DynamicTest> values_come_back_as_they_were_written() {
        List<TypeColumn> columns = columns();
        int width = columnsPerTable();
        return Stream.iterate(0, i -> i < columns.size(), i -> i + width).map(i -> {
            List<TypeColumn> together = columns.subList(i, Math.min(i + width, columns.size()));
            String types = together.stream().map(TypeColumn::sql).collect(Collectors.joining(", "));
            return DynamicTest.dynamicTest(i + " " + types, () -> {
                try {
                    check(i, together);
                } catch (Exception | AssertionError e) {
                    throw new AssertionError(types + ", -Ddatasync.seed=" + seed, e);
                }
            });
        });
    }

    private void check(int number, List<TypeColumn> columns) throws Exception {
        JdbcTable table = table("first" + number, columns);
        JdbcTable copy = table("second" + number, columns);
        List<List<Object>> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            TypeColumn column = columns.get(i);
            assertThat(table.schema().orElseThrow().field(name(i)).type())
                    .as(column.sql())
                    .isEqualTo(column.type());
            List<Object> some = column.values().list(new Random(seed), ROWS);
            some.add(null);
            values.add(some);
        }

        sync(values, columns, table);
        copy(table, copy);

        // not all alike, so that some rows keep values of some columns
        for (int i = 0; i < columns.size(); i++) {
            Collections.shuffle(values.get(i), new Random(seed + i));
        }
        sync(values, columns, table);
        copy(table, copy);
        assertThat(dataSource.faults()).isEmpty();
    }

    private static String name(int column) {
        return "c" + column;
    }

    private JdbcTable table(String name, List<TypeColumn> columns) {
        StringBuilder sql = new StringBuilder("create table " + name + " (id int not null primary key");
        for (int i = 0; i < columns.size(); i++) {
            sql.append(", ").append(name(i)).append(' ').append(columns.get(i).sql());
        }
        database.execute(sql.append(')').toString());
        return JdbcTable.named(name).in(dataSource);
    }

    private static void sync(List<List<Object>> values, List<TypeColumn> columns, JdbcTable table) throws Exception {
        List<Row> rows = new ArrayList<>();
        List<String> stored = new ArrayList<>();
        for (int id = 0; id < values.get(0).size(); id++) {
            Object[] row = new Object[2 + 2 * columns.size()];
            row[0] = "id";
            row[1] = id;
            for (int i = 0; i < columns.size(); i++) {
                Object value = values.get(i).get(id);
                row[2 + 2 * i] = name(i);
                row[3 + 2 * i] = value;
                stored.add(shown(
                        id,
                        name(i),
                        value == null ? null : columns.get(i).type().convert(value)));
            }
            rows.add(Row.of(row));
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
        List<String> all = new ArrayList<>();
        for (Row row : rows) {
            for (int i = 1; i < row.schema().size(); i++) {
                all.add(shown(row.value(0), name(i - 1), row.value(i)));
            }
        }
        return all;
    }

    /** Returns a value of a row with its class, arrays with their content. */
    private static String shown(Object id, String column, Object value) {
        String where = id + " " + column + ": ";
        if (value == null) {
            return where + "null";
        }
        String text = value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString();
        return where + text + " "
                + (value instanceof List<?> ? "list" : value.getClass().getSimpleName());
    }
}
