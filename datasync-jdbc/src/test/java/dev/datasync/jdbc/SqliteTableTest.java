package dev.datasync.jdbc;

import static dev.datasync.jdbc.Writing.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.jdbc.database.SqliteDatabase;
import dev.datasync.row.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The traps of SQLite, whose columns hold values of any type. */
class SqliteTableTest {

    private static final String CANARY = "canary-4711";

    private final SqliteDatabase database = new SqliteDatabase();

    @BeforeEach
    void create() {
        database.execute("create table t (id integer primary key, n int, d decimal(20,2), day date, s string unique)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private JdbcTable table() {
        return JdbcTable.named("t").in(database.dataSource());
    }

    @Test
    void rejects_values_of_another_type_than_the_declared() throws Exception {
        database.execute(
                "insert into t (id, n) values (1, 'text')",
                "insert into t (id, n) values (2, 1.5)",
                "insert into t (id, d) values (3, x'00')",
                "insert into t (id, day) values (4, 5)",
                "insert into t (id, n) values (5, 5)");

        Reading<Row> reading = Reading.of(table(), "id");

        assertThat(reading.rejected)
                .containsExactly(
                        "1: column 'n': it holds a text, which is no integer",
                        "2: column 'n': it holds a number, which is no integer",
                        "3: column 'd': it holds a blob, which is no decimal number",
                        "4: column 'day': it holds a number, which is no date");
        assertThat(reading.records).hasSize(1);
    }

    @Test
    void refuses_what_sqlite_would_change() {
        assertThatThrownBy(() -> Writing.write(table(), insert("id", 1, "d", new BigDecimal("12345678901234567.89"))))
                .hasMessageContaining("column 'd': SQLite keeps 15 digits");
        assertThatThrownBy(() -> Writing.write(table(), insert("id", 1, "s", "1.10")))
                .hasMessageContaining("column 's': SQLite would make a number of this text");
    }

    @Test
    void says_why_it_refuses_a_row_and_shows_no_values() {
        database.execute("insert into t (id, s) values (1, '" + CANARY + "')");

        assertThatThrownBy(() -> Writing.write(table(), insert("id", 2, "s", CANARY)))
                .hasMessageContaining("insert of id=2: a unique constraint refuses it (t.s)")
                .satisfies(failure -> assertThat(Failures.printed(failure)).doesNotContain(CANARY));
    }

    @Test
    void reads_in_a_transaction_that_cannot_write() {
        assertThatThrownBy(() -> Reading.of(JdbcQuery.sql("insert into t (id) values (9) returning id")
                        .in(database.dataSource())))
                .hasMessageContaining("readonly");
        assertThat(database.query("select id from t")).isEmpty();
    }

    @Test
    void reads_timestamps_in_every_form_of_sqlite() throws Exception {
        database.execute(
                "create table moments (id integer primary key, t timestamp, z timestamptz)",
                "insert into moments values (1, '2025-12-31T23:59:59', '2025-12-31 23:59:59Z'),"
                        + " (2, '2025-12-31 23:59:59', '2026-01-01T01:59:59+02:00')");

        Reading<Row> reading = Reading.of(JdbcTable.named("moments").in(database.dataSource()), "id");

        assertThat(reading.rejected).isEmpty();
        assertThat(reading.records)
                .extracting(row -> row.value("t"))
                .containsOnly(LocalDateTime.of(2025, 12, 31, 23, 59, 59));
        assertThat(reading.records)
                .extracting(row -> row.value("z"))
                .containsOnly(Instant.parse("2025-12-31T23:59:59Z"));
    }
}
