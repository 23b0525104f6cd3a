package dev.datasync.jdbc;

import static dev.datasync.jdbc.Writing.insert;
import static dev.datasync.jdbc.Writing.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.CuttingProxy;
import dev.datasync.jdbc.database.InterceptedDataSource;
import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.RetryableException;
import dev.datasync.testkit.InMemorySource;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
    void a_connection_that_is_lost_before_the_commit_is_sent_may_be_repeated() throws Exception {
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

    @Test
    void a_row_that_another_session_is_about_to_change_is_waited_for_and_left_alone() throws Exception {
        JdbcTable checking = products.optimistic();
        List<Row> rows = Reading.rows(checking, "id");
        List<Outcome> outcomes = new ArrayList<>();
        try (Connection other = database.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("update products set name = 'theirs' where id = 1");
            Throwable ended = Blocked.during(
                    () -> {
                        outcomes.addAll(Writing.to(checking, "id")
                                .skipping()
                                .expecting(0, 2, 0)
                                .all(
                                        checking,
                                        List.of(
                                                update(rows.get(0), "name", "ours"),
                                                update(rows.get(1), "name", "b2"))));
                        throw new IllegalStateException("it goes on");
                    },
                    () -> !database.query("select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like"
                                    + " 'update \"" + database.schema() + "\"%'")
                            .isEmpty(),
                    other::commit);
            assertThat(ended).hasMessage("it goes on");
        }

        assertThat(outcomes.get(0)).asString().contains("changed since it was compared");
        assertThat(outcomes.get(1)).isEqualTo(Outcome.applied());
        assertThat(database.query("select name from products order by id"))
                .containsExactly(List.of("theirs"), List.of("b2"));
    }

    /** The transactions of these connections see one state, so that a row that changed meanwhile ends them. */
    @ParameterizedTest
    @ValueSource(strings = {"repeatable read", "serializable"})
    void a_serialization_failure_is_repeated_as_a_whole(String isolation) {
        AtomicInteger executed = new AtomicInteger();
        var interfering = new InterceptedDataSource(
                () -> {
                    Connection connection = database.dataSource().getConnection();
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("set session characteristics as transaction isolation level " + isolation);
                    }
                    return connection;
                },
                (name, call) -> {
                    Object result = call.call();
                    // after the delete, with which the transaction has begun to see its state
                    if ((name.equals("executeUpdate") || name.equals("executeBatch"))
                            && executed.getAndIncrement() == 0) {
                        database.execute("update products set name = 'theirs' where id = 2");
                    }
                    return result;
                });
        SyncPlan<Row> plan = SyncPlan.named("strict")
                .from(InMemorySource.of(Row.of("id", 2, "name", "ours"), Row.of("id", 3, "name", "c")))
                .match(Matcher.on("id"))
                .into(JdbcTable.named("products").in(interfering))
                .deletes(Deletes.missing().unlimited())
                .build();

        SyncReport report = plan.run();

        assertThat(report.warnings()).asString().contains("40001", "attempt 2");
        assertThat(report.counts().written()).isEqualTo(3);
        assertThat(database.query("select id, name from products order by id"))
                .containsExactly(List.of("2", "ours"), List.of("3", "c"));
        assertThat(plan.run().counts().written()).isZero();
    }

    private List<String> ids() {
        return database.query("select id from products order by id").stream()
                .map(row -> row.get(0))
                .toList();
    }
}
