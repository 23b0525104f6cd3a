package dev.datasync.jdbc;

import static dev.datasync.jdbc.Writing.insert;
import static dev.datasync.jdbc.Writing.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.CuttingProxy;
import dev.datasync.jdbc.database.CuttingProxy.Cut;
import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.row.Row;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.RetryableException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections that are lost while changes are written or committed, and others who are in the way. */
@SuppressWarnings("try") // a writer may throw anything when it is closed
class PostgresLostConnectionTest {

    private PostgresDatabase database;
    private CuttingProxy proxy;
    private CountingDataSource dataSource;
    private JdbcTable products;

    @BeforeEach
    void openDatabase() throws Exception {
        database = new PostgresDatabase();
        database.execute(
                "create table products (id int primary key, name varchar(20))",
                "insert into products values (1, 'a')",
                "insert into products values (2, 'b')");
        PGSimpleDataSource direct = database.dataSource();
        proxy = new CuttingProxy(direct.getServerNames()[0], direct.getPortNumbers()[0]);
        PGSimpleDataSource through = new PGSimpleDataSource();
        through.setURL(direct.getURL());
        through.setUser(direct.getUser());
        through.setPassword(direct.getPassword());
        through.setServerNames(new String[] {"localhost"});
        through.setPortNumbers(new int[] {proxy.port()});
        through.setCurrentSchema(database.schema());
        dataSource = new CountingDataSource(through);
        products = JdbcTable.named("products").in(dataSource);
    }

    @AfterEach
    void closeDatabase() throws Exception {
        if (database != null) {
            proxy.close();
            database.close();
            assertThat(dataSource.faults()).isEmpty();
        }
    }

    @Test
    void a_commit_whose_answer_is_lost_is_found_committed() throws Exception {
        Writing context = Writing.to(products, "id");
        try (ChangeWriter<Row> writer = products.open(context)) {
            writer.write(List.of(insert("id", 3, "name", "c")));
            proxy.cut(Cut.AFTER_COMMIT);
            writer.commit();
        }

        assertThat(context.warnings)
                .hasSize(1)
                .first()
                .asString()
                .contains("before the answer came", "the database has committed them");
        assertThat(ids()).containsExactly("1", "2", "3");
    }

    @Test
    void a_commit_that_never_arrives_may_be_repeated() throws Exception {
        Throwable failure;
        try (ChangeWriter<Row> writer = products.open(Writing.to(products, "id"))) {
            writer.write(List.of(insert("id", 3, "name", "c")));
            proxy.cut(Cut.BEFORE_COMMIT);
            failure = catchThrowable(writer::commit);
        }

        assertThat(failure).isInstanceOf(RetryableException.class).hasMessageContaining("has not committed them");
        assertThat(ids()).containsExactly("1", "2");
    }

    @Test
    void a_commit_is_unknown_when_the_database_cannot_be_asked() throws Exception {
        Throwable failure;
        try (ChangeWriter<Row> writer = products.open(Writing.to(products, "id"))) {
            writer.write(List.of(insert("id", 3, "name", "c")));
            proxy.close();
            failure = catchThrowable(writer::commit);
        }

        // nothing was sent: the id is asked for before the commit
        assertThat(failure).isInstanceOf(RetryableException.class);
        assertThat(ids()).containsExactly("1", "2");
    }

    @Test
    void a_terminated_session_may_be_repeated() throws Exception {
        Throwable failure;
        try (ChangeWriter<Row> writer = products.open(Writing.to(products, "id"))) {
            writer.write(List.of(insert("id", 3, "name", "c")));
            database.query("select pg_terminate_backend(pid) from pg_locks where relation = '" + database.schema()
                    + ".products'::regclass and mode = 'RowExclusiveLock'");
            failure = catchThrowable(() -> writer.write(List.of(insert("id", 4, "name", "d"))));
        }

        assertThat(failure).isInstanceOf(RetryableException.class).hasMessageContaining("insert of id=4");
        assertThat(ids()).containsExactly("1", "2");
    }

    @Test
    void a_deadlock_may_be_repeated() throws Exception {
        List<Row> rows = Reading.rows(products, "id");
        Throwable[] failure = new Throwable[1];
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            ChangeWriter<Row> writer = products.open(Writing.to(products, "id"));
            other.setAutoCommit(false);
            // the one that looks for deadlocks is the one that is ended
            statement.execute("set deadlock_timeout = '1h'");
            statement.execute("update products set name = 'x' where id = 2");
            writer.write(List.of(update(rows.get(0), "name", "y")));
            Throwable ended = Blocked.during(
                    () -> {
                        statement.execute("update products set name = 'x' where id = 1");
                        throw new IllegalStateException("it goes on");
                    },
                    this::isWaiting,
                    () -> {
                        failure[0] = catchThrowable(() -> writer.write(List.of(update(rows.get(1), "name", "y"))));
                        writer.close();
                    });
            assertThat(ended).hasMessage("it goes on");
            other.rollback();
        }

        assertThat(failure[0]).isInstanceOf(RetryableException.class).hasMessageContaining("40P01");
        assertThat(database.query("select name from products order by id")).containsExactly(List.of("a"), List.of("b"));
    }

    private boolean isWaiting() {
        return !database.query("select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ="
                        + " 'update products set name = ''x'' where id = 1'")
                .isEmpty();
    }

    private List<String> ids() {
        return database.query("select id from products order by id").stream()
                .map(row -> row.get(0))
                .toList();
    }
}
