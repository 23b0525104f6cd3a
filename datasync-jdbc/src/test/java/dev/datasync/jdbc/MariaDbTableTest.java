package dev.datasync.jdbc;

import static dev.datasync.jdbc.Writing.insert;
import static dev.datasync.jdbc.Writing.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.jdbc.database.MariaDbDatabase;
import dev.datasync.row.Row;
import dev.datasync.sink.Outcome;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mariadb.jdbc.MariaDbDataSource;

/** The traps of MariaDB and MySQL. */
class MariaDbTableTest {

    private static final String CANARY = "canary-4711";

    private MariaDbDatabase database;

    @BeforeEach
    void open() {
        database = new MariaDbDatabase();
    }

    @AfterEach
    void close() {
        if (database != null) {
            database.close();
        }
    }

    private JdbcTable table(String definition) {
        database.execute("create table t (" + definition + ")");
        return JdbcTable.named("t").in(database.dataSource());
    }

    @Test
    void rejects_what_java_does_not_have() throws Exception {
        JdbcTable table = table("id int primary key, d date, s datetime, z timestamp null, t time, b tinyint(1)");
        database.execute("set statement sql_mode = '' for insert into t values"
                + " (1, '0000-00-00', null, null, null, null), (2, null, '2024-00-00', null, null, null),"
                + " (3, null, null, '0000-00-00', null, null), (4, null, null, null, '-25:00:00', null),"
                + " (5, null, null, null, '24:00:00', null), (6, null, null, null, null, 2),"
                + " (7, null, null, null, null, 1)");

        Reading<Row> reading = Reading.of(table, "id");

        assertThat(reading.records).hasSize(1);
        assertThat(reading.rejected).hasSize(6);
        assertThat(reading.rejected.get(0))
                .isEqualTo("1: column 'd': it holds a date that does not exist, such as 0000-00-00");
        assertThat(reading.rejected.get(3)).contains("'t'", "no time of day");
        assertThat(reading.rejected.get(5)).contains("'b'", "no boolean");
    }

    @Test
    void stores_values_as_they_are_or_refuses_them_whatever_the_session_was_set_to() throws Exception {
        JdbcTable table = table("id int auto_increment primary key, name varchar(3) character set latin1 not null");
        String lenient = database.url() + ",sql_mode='EMPTY_STRING_IS_NULL'";
        DataSource dataSource = new MariaDbDataSource(lenient);
        JdbcTable target = JdbcTable.named("t").in(dataSource);

        assertThat(Writing.write(target, insert("id", 0, "name", ""))).containsOnly(Outcome.applied());
        assertThatThrownBy(() -> Writing.write(target, insert("id", 1, "name", "\u65e5")))
                .hasMessageContaining("insert of id=1");

        assertThat(database.query("select id, name from t")).containsExactly(List.of("0", ""));
        assertThat(Reading.rows(table)).hasSize(1);
    }

    @Test
    void gives_the_session_back_as_it_was() throws Exception {
        table("id int primary key, z timestamp(3) null");
        try (Connection connection = database.dataSource().getConnection()) {
            List<String> before = variables(connection);
            JdbcTable table = JdbcTable.named("t").in(new MariaDbDataSource(database.url()) {
                @Override
                public Connection getConnection() {
                    return unclosed(connection);
                }
            });

            Writing.write(table, insert("id", 1, "z", "2024-01-01T00:00:00Z"));
            assertThat(Reading.rows(table)).hasSize(1);

            assertThat(variables(connection)).isEqualTo(before);
        }
        assertThat(database.query("select z from t")).containsExactly(List.of("2023-12-31 20:30:00.000"));
    }

    private static Connection unclosed(Connection connection) {
        return (Connection) java.lang.reflect.Proxy.newProxyInstance(
                MariaDbTableTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    return method.getName().equals("close") ? null : method.invoke(connection, arguments);
                });
    }

    private static List<String> variables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select @@time_zone, @@sql_mode, @@tx_isolation, @@tx_read_only, @@autocommit")) {
            row.next();
            return List.of(row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5));
        }
    }

    @Test
    void counts_a_row_that_it_finds() throws Exception {
        JdbcTable table = table("id int primary key, name varchar(9)");
        Writing.write(table, insert("id", 1, "name", "a"));
        Row before = Reading.rows(table).get(0);
        database.execute("update t set name = 'b'");

        assertThat(Writing.write(table, update(before, "name", "b"))).containsOnly(Outcome.applied());
        JdbcTable changed = JdbcTable.named("t").in(new MariaDbDataSource(database.url() + "&useAffectedRows=true"));
        assertThatThrownBy(() -> Writing.write(changed, update(before, "name", "b")))
                .hasMessageContaining("useAffectedRows=true")
                .hasMessageContaining("remove it");
    }

    @Test
    void says_why_it_refuses_a_row_and_shows_no_values() {
        JdbcTable table = table("id int primary key, name varchar(20) unique, n int not null check (n > 0)");
        database.execute("insert into t values (1, '" + CANARY + "', 1)");

        refuses(table, "a unique constraint refuses it (name)", 2, CANARY, 1);
        refuses(table, "a unique constraint refuses it (PRIMARY)", 1, "x", 1);
        refuses(table, "a column that must not be null would be null (n)", 3, CANARY + "1", null);
        refuses(table, "a check constraint refuses it (t.n)", 4, CANARY + "2", -1);
    }

    private static void refuses(JdbcTable table, String reason, int id, String name, Integer n) {
        assertThatThrownBy(() -> Writing.write(table, insert("id", id, "name", name, "n", n)))
                .hasMessageContaining("insert of id=" + id + ": " + reason)
                .satisfies(failure -> assertThat(Failures.printed(failure)).doesNotContain(CANARY));
    }

    @Test
    void takes_a_tinyint_for_a_number_when_the_url_says_so() throws Exception {
        table("id int primary key, b tinyint(1)");
        database.execute("insert into t values (1, 2)");
        JdbcTable table = JdbcTable.named("t").in(new MariaDbDataSource(database.url() + "&tinyInt1isBit=false"));

        assertThat(Reading.rows(table).get(0).value("b")).isEqualTo(2L);
    }
}
