package dev.datasync.jdbc;

import static dev.datasync.jdbc.Writing.delete;
import static dev.datasync.jdbc.Writing.insert;
import static dev.datasync.jdbc.Writing.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.SyncPlan;
import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.CuttingProxy;
import dev.datasync.jdbc.database.CuttingProxy.Cut;
import dev.datasync.jdbc.database.InterceptedDataSource;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.RetryableException;
import dev.datasync.source.ReadException;
import dev.datasync.testkit.InMemorySource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A commit whose answer does not come back. A proxy cuts the connection before the server hears of it, or after. */
@SuppressWarnings("try") // a writer may throw anything when it is closed
abstract class LostCommitScenarios {

    private static final List<List<String>> BEFORE = List.of(List.of("1", "a"), List.of("2", "b"), List.of("3", "c"));

    private static final List<List<String>> AFTER =
            List.of(List.of("2", "changed"), List.of("3", "c"), List.of("4", "d"));

    private TestDatabase database;
    private CuttingProxy proxy;
    private CountingDataSource dataSource;
    private JdbcTable products;
    private final AtomicReference<Runnable> beforeCommit = new AtomicReference<>(() -> {});

    abstract TestDatabase open() throws Exception;

    /** Returns a proxy in front of the server. */
    abstract CuttingProxy proxy() throws Exception;

    /** Returns connections to the database through a port of this machine. */
    abstract DataSource through(int port) throws Exception;

    @BeforeEach
    void openDatabase() throws Exception {
        database = open();
        database.execute(
                "create table products (id int primary key, name varchar(20))",
                "insert into products values (1, 'a')",
                "insert into products values (2, 'b')",
                "insert into products values (3, 'c')");
        proxy = proxy();
        DataSource through = through(proxy.port());
        dataSource = new CountingDataSource(new InterceptedDataSource(through::getConnection, (name, call) -> {
            Object result = call.call();
            if (name.equals("executeUpdate") || name.equals("executeBatch")) {
                beforeCommit.getAndSet(() -> {}).run();
            }
            return result;
        }));
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

    private void write(ChangeWriter<Row> writer, List<Row> rows) throws Exception {
        writer.write(
                List.of(delete(rows.get(0)), update(rows.get(1), "name", "changed"), insert("id", 4, "name", "d")));
    }

    private List<List<String>> content() {
        return database.query("select id, name from products order by id");
    }

    @Test
    void a_commit_whose_answer_is_lost_is_found_committed() throws Exception {
        List<Row> rows = Reading.rows(products, "id");
        Writing context = Writing.to(products, "id");
        try (ChangeWriter<Row> writer = products.open(context)) {
            write(writer, rows);
            proxy.cut(Cut.AFTER_COMMIT);
            writer.commit();
        }

        assertThat(context.warnings)
                .hasSize(1)
                .first()
                .asString()
                .contains("before the answer came", "the database has committed them");
        assertThat(content()).isEqualTo(AFTER);
    }

    @Test
    void a_commit_that_never_arrives_may_be_repeated() throws Exception {
        List<Row> rows = Reading.rows(products, "id");
        Throwable failure;
        try (ChangeWriter<Row> writer = products.open(Writing.to(products, "id"))) {
            write(writer, rows);
            proxy.cut(Cut.BEFORE_COMMIT);
            failure = catchThrowable(writer::commit);
        }

        assertThat(failure).isInstanceOf(RetryableException.class).hasMessageContaining("has not committed them");
        assertThat(content()).isEqualTo(BEFORE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Cut.class,
            names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
    void a_run_goes_on_as_if_nothing_had_happened(Cut cut) {
        SyncPlan<Row> plan = plan(() -> proxy.cut(cut));

        SyncReport report = plan.run();

        assertThat(report.counts().updated()).isEqualTo(1);
        assertThat(report.counts().inserted()).isEqualTo(1);
        assertThat(report.counts().unknown()).isZero();
        assertThat(report.warnings()).hasSize(1);
        assertThat(content())
                .containsExactly(List.of("1", "a"), List.of("2", "changed"), List.of("3", "c"), List.of("4", "d"));
        assertThat(plan.run().counts().written()).isZero();
    }

    /** Returns a plan with an action between its first write and its commit. */
    private SyncPlan<Row> plan(Runnable action) {
        beforeCommit.set(action);
        return SyncPlan.named("lost")
                .from(InMemorySource.of(Row.of("id", 2, "name", "changed"), Row.of("id", 4, "name", "d")))
                .match(Matcher.on("id"))
                .into(products)
                .build();
    }

    @ParameterizedTest
    @EnumSource(
            value = Cut.class,
            names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
    void a_commit_is_unknown_when_the_database_cannot_be_asked(Cut cut) {
        SyncPlan<Row> plan = plan(() -> proxy.cutForGood(cut));

        SyncException failure = catchThrowableOfType(SyncException.class, plan::run);

        assertThat(failure.code()).isEqualTo("E-COMMIT-UNKNOWN");
        assertThat(failure).hasMessageContaining("unknown: run the plan again");
        assertThat(failure.getCause()).isInstanceOf(ReadException.class).isNotInstanceOf(RetryableException.class);
        SyncReport report = failure.report().orElseThrow();
        assertThat(report.counts().unknown()).isEqualTo(2);
        assertThat(report.counts().written()).isZero();
    }
}
