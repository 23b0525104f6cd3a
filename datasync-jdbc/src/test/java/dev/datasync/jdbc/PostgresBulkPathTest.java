package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.change.Change;
import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.row.Row;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // a writer may throw anything when it is closed
class PostgresBulkPathTest extends BulkPathScenarios {

    @Override
    TestDatabase open() {
        PostgresDatabase database = new PostgresDatabase();
        database.execute(
                "create type mood as enum ('happy', 'so-so')",
                "create domain percentage as numeric(5,2) check (value is null or value > -1e9)");
        return database;
    }

    @Override
    List<String> types() {
        return List.of(
                "smallint",
                "int",
                "bigint",
                "numeric(9,2)",
                "numeric",
                "numeric(3,5)",
                "real",
                "double precision",
                "boolean",
                "bit",
                "bit(3)",
                "varbit",
                "char(5)",
                "varchar(20)",
                "varchar",
                "text",
                "date",
                "time",
                "time(3)",
                "timetz",
                "timestamp",
                "timestamp(0)",
                "timestamptz",
                "timestamptz(2)",
                "uuid",
                "bytea",
                "int[]",
                "text[]",
                "numeric(9,2)[]",
                "double precision[]",
                "timestamp[]",
                "timestamptz[]",
                "uuid[]",
                "mood[]",
                "json",
                "jsonb",
                "xml",
                "mood",
                "percentage",
                "interval",
                "money",
                "inet",
                "int4range",
                "name",
                "oid");
    }

    @Override
    List<?> values(String type) {
        return switch (type) {
            case "bit(3)" -> List.of("101", "000");
            case "varbit" -> List.of("1", "00000", "");
            case "timetz" -> List.of("10:00:00+02", "23:59:59.5-03:30");
            case "mood" -> List.of("happy", "so-so");
            case "mood[]" -> List.of(List.of("happy"), List.of());
            case "json", "jsonb" -> List.of("{\"b\": 1, \"a\":[2, \"\\n\\\\\"]}", "[1,null]", "\"\\t\"");
            case "xml" -> List.of("<a/>", "<b>c\n&amp;\\</b>");
            case "interval" -> List.of("1 day", "00:00:01", "-3 mons");
            case "money" -> List.of("$1.50", "$1,000.00");
            case "inet" -> List.of("10.0.0.1", "::1/64");
            case "int4range" -> List.of("[1,3)", "empty", "(,)");
            case "name" -> List.of("a", "\\N", "");
            case "oid" -> List.of(0, 4_294_967_295L);
            case "percentage" -> List.of(1, 99.99);
            case "numeric(3,5)" -> List.of("0.00123", 0);
            case "timestamp[]" -> List.of(List.of("2024-03-31T02:30:00.123456"), List.of());
            case "timestamptz[]" -> List.of(List.of("2024-03-31T02:30:00.123456Z"), List.of());
            default -> List.of();
        };
    }

    @Override
    String exact(String column, String type) {
        return column + "::text";
    }

    @Override
    String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    List<List<String>> leftovers() {
        return onSameConnection("select relname from pg_class where relname like 'datasync\\_%'");
    }

    @Override
    String pathName() {
        return "COPY";
    }

    @Test
    void finds_rows_of_whole_numbers_at_both_ends_and_in_any_order() throws Exception {
        database.execute(
                "create table pairs (a bigint, b smallint, c text, n integer, primary key (a, b, c))",
                "insert into pairs select case i when 0 then -9223372036854775808 when 1 then 9223372036854775807 else i"
                        + " end, i - 1000, 'c' || i, i from generate_series(0, 2999) i");
        JdbcTable pairs = table("pairs");
        List<Row> rows = new ArrayList<>(Reading.rows(pairs, "n"));
        Collections.shuffle(rows, new Random(1));
        List<Change<Row>> updates =
                rows.stream().map(row -> Writing.update(row, "n", -1)).toList();

        try (ChangeWriter<Row> writer = pairs.open(Writing.to(pairs, "a", "b", "c"))) {
            assertThat(writer.write(updates)).containsOnly(Outcome.applied());
            assertThat(writer.method()).startsWith("COPY (3,000 updates)");
            writer.commit();
        }
        assertThat(database.query("select count(*), max(n) from pairs")).containsExactly(List.of("3000", "-1"));

        List<Change<Row>> deletes = rows.stream().map(Writing::delete).toList();
        try (ChangeWriter<Row> writer = pairs.open(Writing.to(pairs, "a", "b", "c"))) {
            assertThat(writer.write(deletes)).containsOnly(Outcome.applied());
            assertThat(writer.method()).startsWith("COPY (3,000 deletes)");
            writer.commit();
        }
        assertThat(database.query("select count(*) from pairs")).containsExactly(List.of("0"));
    }

    @Test
    void ends_a_blocked_copy_when_cancelled() throws Exception {
        database.execute("create table numbers (id integer primary key, n integer)");
        JdbcTable numbers = table("numbers");
        List<Change<Row>> inserts = IntStream.range(0, 1_000)
                .mapToObj(id -> Writing.insert("id", id, "n", id))
                .toList();
        Writing context = Writing.to(numbers, "id");
        try (Connection other = database.dataSource().getConnection();
                Statement lock = other.createStatement();
                ChangeWriter<Row> writer = numbers.open(context)) {
            other.setAutoCommit(false);
            lock.execute("lock table numbers in share mode");

            Throwable failure = Blocked.during(
                    () -> writer.write(inserts),
                    () -> !database.query("select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like"
                                    + " 'copy%numbers%'")
                            .isEmpty(),
                    context::cancel);

            assertThat(failure).isInstanceOf(CancellationException.class);
            other.rollback();
        }
        assertThat(database.query("select count(*) from numbers")).containsExactly(List.of("0"));
    }

    @Test
    void leaves_tables_alone_where_copy_does_something_else() throws Exception {
        database.execute(
                "create table numbers (id integer primary key, n integer)",
                "create function nothing() returns trigger language plpgsql as $$ begin return null; end $$",
                "create trigger counting after insert on numbers for each statement execute function nothing()",
                "create table parted (id integer primary key, n integer) partition by range (id)",
                "create table secured (id integer primary key, n integer)",
                "alter table secured enable row level security",
                "create table ruled (id integer primary key, n integer)",
                "create rule nothing as on insert to ruled do also nothing",
                "create view shown as select * from secured");
        for (String name : List.of("numbers", "parted", "secured", "ruled", "shown")) {
            assertThatThrownBy(() -> bulk(name, List.of(Writing.insert("id", 1, "n", 1))))
                    .as(name)
                    .hasMessageContaining("there is no bulk path");
        }
    }
}
