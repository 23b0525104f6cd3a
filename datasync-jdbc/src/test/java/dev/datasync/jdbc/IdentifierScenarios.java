package dev.datasync.jdbc;

import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.Product;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.testkit.InMemorySource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Names of tables and columns never become SQL. They are made of what quotes, ends and comments out statements, at
 * random; a failure shows the seed, which {@code -Ddatasync.seed} repeats.
 */
abstract class IdentifierScenarios {

    private static final int NAMES = 25;
    private static final int LONGEST = 5;

    private static final List<String> PARTS = List.of(
            "\"",
            "'",
            "`",
            "[",
            "]",
            "\\",
            ";",
            "--",
            "/*",
            "*/",
            "#",
            "?",
            ":x",
            "${x}",
            "%",
            "_",
            ".",
            ",",
            "(",
            ")",
            "@",
            "$",
            "=",
            " ",
            "x",
            "X",
            "id",
            "ID",
            "select",
            "ORDER",
            "drop table bystander",
            "' or '1'='1",
            "\u00e4",
            "\u00c4",
            "\u00df",
            "\u20ac",
            "\u65e5\u672c",
            "\u0301",
            "\u202e");

    private final long seed = Long.getLong("datasync.seed", System.nanoTime());
    private final Random random = new Random(seed);

    abstract Product product();

    /** Tells whether the product takes such a name. */
    boolean isPossible(String name) {
        return true;
    }

    @Test
    final void names_never_become_sql() throws Exception {
        try (TestDatabase database = product().open()) {
            CountingDataSource dataSource = new CountingDataSource(database.dataSource());
            database.execute(
                    "create table bystander (id int primary key, x varchar(20))",
                    "insert into bystander values (1, 'x')");
            for (int i = 0; i < NAMES; i++) {
                String table = i + name();
                List<String> columns = List.of("k" + name(), "c" + name(), "d" + name().strip() + i);
                try {
                    check(database, dataSource, table, columns);
                } catch (Exception | AssertionError e) {
                    throw new AssertionError(
                            "table " + table + " with columns " + columns + ", -Ddatasync.seed=" + seed, e);
                }
            }
            assertThat(database.query("select * from bystander")).containsExactly(List.of("1", "x"));
            assertThat(dataSource.faults()).isEmpty();
        }
    }

    private String name() {
        while (true) {
            StringBuilder name = new StringBuilder();
            for (int i = random.nextInt(LONGEST) + 1; i > 0; i--) {
                name.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            // a trailing space is no part of a name everywhere
            String text = name.toString().strip();
            if (isPossible(text)) {
                return text;
            }
        }
    }

    private void check(TestDatabase database, CountingDataSource dataSource, String table, List<String> columns)
            throws Exception {
        create(database, table, columns);
        JdbcTable target = JdbcTable.named(table).in(dataSource);

        assertThatPlan(plan(target, columns, row(columns, 1, "a", 1), row(columns, 2, "b", 2), row(columns, 3, "c", 3)))
                .inserts(3)
                .converges();
        assertThatPlan(plan(target, columns, row(columns, 1, "a", 1), row(columns, 3, "c", null)))
                .updates(1)
                .deletes(1)
                .converges();

        assertThat(Reading.rows(target)).hasSize(2);
    }

    private static Row row(List<String> columns, int key, String text, Integer number) {
        return Row.of(columns.get(0), key, columns.get(1), text, columns.get(2), number);
    }

    private static SyncPlan<Row> plan(JdbcTable target, List<String> columns, Row... rows) {
        return SyncPlan.named("names")
                .from(InMemorySource.of(rows))
                .match(Matcher.on(columns.get(0)))
                .into(target)
                .deletes(Deletes.missing())
                .build();
    }

    private static void create(TestDatabase database, String table, List<String> columns) throws SQLException {
        String quote;
        try (Connection connection = database.dataSource().getConnection()) {
            quote = connection.getMetaData().getIdentifierQuoteString();
        }
        List<String> quoted = new ArrayList<>();
        for (String name : List.of(table, columns.get(0), columns.get(1), columns.get(2))) {
            quoted.add(quote + name.replace(quote, quote + quote) + quote);
        }
        database.execute("create table " + quoted.get(0) + " (" + quoted.get(1) + " int not null primary key, "
                + quoted.get(2) + " varchar(20), " + quoted.get(3) + " int)");
    }
}
