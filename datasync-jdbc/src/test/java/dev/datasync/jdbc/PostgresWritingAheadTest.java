package dev.datasync.jdbc;

import static dev.datasync.jdbc.Writing.insert;
import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.SyncPlan;
import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.Retries;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncCancelledException;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An empty table is filled while the source is still being read, and nobody can tell but by the time it takes. */
@SuppressWarnings("try") // a writer may throw anything when it is closed
class PostgresWritingAheadTest {

    private static final Schema ITEM = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("name", FieldType.text()),
            Field.of("price", FieldType.decimal(9, 2)));

    /** Enough for several parts of a change set. */
    private static final int MORE = 20_000;

    private static final String AHEAD = "inserts sent while the source was read";

    private PostgresDatabase database;
    private CountingDataSource dataSource;
    private JdbcTable items;

    @BeforeEach
    void open() {
        database = new PostgresDatabase();
        database.execute("create table items (id bigint primary key, name text, price numeric(9,2))");
        dataSource = new CountingDataSource(database.dataSource());
        items = JdbcTable.named("items").in(dataSource);
    }

    @AfterEach
    void close() throws SQLException {
        assertThat(openTransactions()).isZero();
        assertThat(dataSource.faults()).isEmpty();
        database.close();
    }

    /** Transactions of others that have written to a table. */
    private long openTransactions() {
        return Long.parseLong(database.query("select count(distinct pid) from pg_locks where relation >= 16384"
                        + " and mode = 'RowExclusiveLock' and pid <> pg_backend_pid()")
                .get(0)
                .get(0));
    }

    private interface Meanwhile {

        void happens(Receiver<? super Row> receiver) throws Exception;
    }

    /** Delivers rows until they are being written, and some more after something has happened. */
    private final class Items implements Source<Row> {

        private static final int MOST = 200_000;
        private static final int STEP = 500;
        private final Meanwhile meanwhile;
        private int count;

        Items(Meanwhile meanwhile) {
            this.meanwhile = meanwhile;
        }

        @Override
        public Optional<Schema> schema() {
            return Optional.of(ITEM);
        }

        @Override
        public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
            if (count > 0) {
                // again: the same as the first time
                deliver(receiver, 0, count);
                return Completion.complete();
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (openTransactions() == 0 && System.nanoTime() < deadline && count < MOST) {
                deliver(receiver, count, count + STEP);
                count += STEP;
            }
            assertThat(openTransactions()).as("transactions that write").isPositive();
            meanwhile.happens(receiver);
            deliver(receiver, count, count + STEP);
            count += STEP;
            return Completion.complete();
        }

        private void deliver(Receiver<? super Row> receiver, int from, int to) {
            for (int i = from; i < to; i++) {
                receiver.accept(item(i));
            }
        }
    }

    private static Row item(int id) {
        return ITEM.row((long) id, "item " + id + " \u00fc".repeat(50), BigDecimal.valueOf(id, 2));
    }

    private SyncPlan.Builder<Row> plan(Source<Row> source) {
        return SyncPlan.named("items")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(items)
                .memoryBudget(MemoryBudget.mebibytes(8));
    }

    private void assertFilled(Items source) {
        assertThat(database.query("select count(*), count(distinct id), min(id), max(id), count(*) filter"
                        + " (where price * 100 = id and name like 'item ' || id || ' %') from items"))
                .containsExactly(List.of(
                        Integer.toString(source.count),
                        Integer.toString(source.count),
                        "0",
                        Integer.toString(source.count - 1),
                        Integer.toString(source.count)));
    }

    @Test
    void rows_are_written_while_others_are_read_and_nobody_sees_them_before_the_end() {
        Items source = new Items(receiver ->
                assertThat(database.query("select count(*) from items")).containsExactly(List.of("0")));
        SyncPlan<Row> plan = plan(source).build();
        SyncReport report = plan.run();
        assertThat(report.counts().inserted()).isEqualTo(source.count);
        assertThat(report.method()).contains("COPY").contains(AHEAD);
        assertFilled(source);
        assertThatPlan(plan).changesNothing();
    }

    @Test
    void a_lock_in_the_same_database_is_proven_and_given_back() {
        Items source = new Items(receiver -> {});
        SyncPlan<Row> plan = plan(source).lock(JdbcLock.in(dataSource)).build();
        assertThat(plan.run().method()).contains(AHEAD);
        assertFilled(source);
        assertThatPlan(plan).changesNothing();
    }

    @Test
    void a_record_that_comes_twice_undoes_everything() {
        Items source = new Items(receiver -> receiver.accept(item(0)));
        assertThatThrownBy(() -> plan(source).build().run())
                .hasMessageContaining("E-KEY-DUPLICATE")
                .hasMessageContaining("nothing was written");
        assertThat(database.query("select count(*) from items")).containsExactly(List.of("0"));
    }

    @Test
    void a_row_that_the_table_refuses_is_the_only_one_that_is_missing() {
        database.execute("alter table items add check (id >= 0)");
        AtomicInteger more = new AtomicInteger();
        Items source = new Items(receiver -> {
            receiver.accept(item(-1));
            // until the row is refused, and all that was written is taken back; or the row waits in the file for the
            // end
            while (openTransactions() > 0 && more.get() < MORE) {
                for (int i = 0; i < Items.STEP; i++) {
                    receiver.accept(item(1_000_000 + more.getAndIncrement()));
                }
            }
        });
        SyncReport report =
                plan(source).onFailure(FailurePolicy.skipUpTo(1)).build().run();
        assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
        assertThat(report.counts().rejected()).isEqualTo(1);
        assertThat(report.counts().inserted()).isEqualTo(source.count + more.get());
        assertThat(report.method()).doesNotContain(AHEAD);
        assertThat(database.query("select count(*), min(id) from items"))
                .containsExactly(List.of(Integer.toString(source.count + more.get()), "0"));
    }

    @Test
    void rows_that_are_in_each_others_way_are_told_apart_as_ever() {
        database.execute("create unique index on items (price)");
        Items source = new Items(
                receiver -> receiver.accept(ITEM.row(-1L, "same price as another", BigDecimal.valueOf(7, 2))));
        SyncReport report =
                plan(source).onFailure(FailurePolicy.skipUpTo(1)).build().run();
        assertThat(report.counts().rejected()).isEqualTo(1);
        assertThat(report.counts().inserted()).isEqualTo(source.count);
    }

    @Test
    void a_connection_that_is_lost_meanwhile_costs_nothing_but_time() {
        Items source = new Items(receiver -> database.query("select pg_terminate_backend(pid) from pg_locks where"
                + " relation = 'items'::regclass and mode = 'RowExclusiveLock'"));
        SyncPlan<Row> plan = plan(source).build();
        SyncReport report = plan.run();
        assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(report.counts().inserted()).isEqualTo(source.count);
        assertThat(report.counts().unknown()).isZero();
        assertFilled(source);
        assertThatPlan(plan).changesNothing();
    }

    @Test
    void a_writer_whose_connection_was_lost_has_left_nothing_and_says_so() throws Exception {
        ChangeWriter<Row> writer = items.openAhead(Writing.to(items, "id")).orElseThrow();
        writer.write(List.of(insert("id", 1L, "name", "one")));
        database.query("select pg_terminate_backend(pid) from pg_locks where"
                + " relation = 'items'::regclass and mode = 'RowExclusiveLock'");
        writer.close();
        assertThat(database.query("select count(*) from items")).containsExactly(List.of("0"));
    }

    @Test
    void a_source_that_needs_the_table_for_itself_gets_it() {
        Items source = new Items(receiver -> {
            try (Connection connection = database.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.setQueryTimeout(60);
                statement.execute("lock table items in access exclusive mode");
                connection.rollback();
            }
        });
        SyncReport report = plan(source).build().run();
        assertThat(report.counts().inserted()).isEqualTo(source.count);
        assertThat(report.method()).doesNotContain(AHEAD);
        assertFilled(source);
    }

    @Test
    void a_run_that_is_cancelled_meanwhile_leaves_nothing() {
        Thread run = Thread.currentThread();
        Items source = new Items(receiver -> run.interrupt());
        assertThatThrownBy(() -> plan(source).build().run()).isInstanceOf(SyncCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(database.query("select count(*) from items")).containsExactly(List.of("0"));
    }

    @Test
    void a_server_that_ends_idle_transactions_costs_nothing_but_time() {
        database.dataSource().setOptions("-c idle_in_transaction_session_timeout=300ms");
        Items source = new Items(receiver -> {
            while (openTransactions() > 0) {
                Thread.onSpinWait();
            }
        });
        SyncPlan<Row> plan = plan(source).retries(Retries.none()).build();
        assertThat(plan.run().counts().inserted()).isEqualTo(source.count);
        assertFilled(source);
    }

    @Test
    void rows_outside_the_scope_stand_in_the_way_as_ever() {
        database.execute("insert into items values (7, 'not ours', 1000)");
        Items source = new Items(receiver -> {});
        items = items.within("price < 1000");
        SyncReport report =
                plan(source).onFailure(FailurePolicy.skipUpTo(1)).build().run();
        assertThat(report.counts().rejected()).isEqualTo(1);
        assertThat(report.counts().inserted()).isEqualTo(source.count - 1);
        assertThat(database.query("select name from items where id = 7")).containsExactly(List.of("not ours"));
    }

    @Test
    void two_plans_at_once_do_not_wait_for_each_other_for_ever() throws Exception {
        CountDownLatch reading = new CountDownLatch(2);
        CountDownLatch writing = new CountDownLatch(1);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            boolean isUpwards = i == 0;
            Source<Row> source = new Source<>() {
                @Override
                public Optional<Schema> schema() {
                    return Optional.of(ITEM);
                }

                @Override
                public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
                    reading.countDown();
                    reading.await(30, TimeUnit.SECONDS);
                    for (int row = 0; row < 20_000; row++) {
                        receiver.accept(item(isUpwards ? row : 20_000 - 1 - row));
                    }
                    writing.await(5, TimeUnit.SECONDS);
                    return Completion.complete();
                }
            };
            Thread thread = new Thread(() -> {
                try {
                    plan(source).build().run();
                } catch (RuntimeException e) {
                    failures.add(e);
                } finally {
                    writing.countDown();
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(60));
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(failures).singleElement().asString().contains("unique constraint");
        assertThat(database.query("select count(*) from items")).containsExactly(List.of("20000"));
    }

    // ---------------------------------------------------------------- which tables

    private boolean isOpenedAhead(String table, String... key) throws Exception {
        JdbcTable target = JdbcTable.named(table).in(dataSource);
        Optional<ChangeWriter<Row>> writer = target.openAhead(Writing.to(target, key));
        if (writer.isPresent()) {
            writer.get().close();
        }
        return writer.isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table t (id bigint primary key, name text default 'none', at timestamptz default now())",
                "create table t (id bigserial primary key, name text)",
                "create table t (id bigint generated by default as identity primary key, name text)",
                "create table t (id bigint primary key, twice bigint generated always as (id * 2) stored)",
                "create table t (id bigint primary key); create table child (t bigint references t)",
                "create unlogged table t (id bigint primary key)",
                "create domain whole as bigint check (value >= 0) default 7; create table t (id bigint primary key,"
                        + " price whole)",
                "create table t (id bigint primary key, at uuid default gen_random_uuid(), name text not null"
                        + " default lower('X' || current_user))"
            })
    void takes_tables_whose_rows_depend_on_nothing_else(String sql) throws Exception {
        database.execute(sql);
        assertThat(isOpenedAhead("t", "id")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table t (id bigint primary key, number bigserial)",
                "create table t (id bigint primary key, number bigint generated by default as identity)",
                "create table t (id bigint primary key, number bigint generated always as identity)",
                "create table parent (id bigint primary key); create table t (id bigint primary key, parent bigint"
                        + " references parent)",
                "create table t (id bigint primary key, parent bigint references t)",
                "create table t (id bigint primary key); create function nothing() returns trigger language plpgsql"
                        + " as $$ begin return new; end $$; create trigger watching before insert on t for each row"
                        + " execute function nothing()",
                "create table t (id bigint primary key); create rule watching as on insert to t do also select 1",
                "create table t (id bigint primary key); alter table t enable row level security",
                "create table t (id bigint primary key); create table heir () inherits (t)",
                "create table t (id bigint primary key) partition by range (id)",
                "create table base (id bigint primary key); create view t as select * from base",
                "create sequence numbers; create domain number as bigint default nextval('numbers');"
                        + " create table t (id bigint primary key, number number)",
                "create sequence numbers; create function next() returns bigint language sql as"
                        + " $$ select nextval('numbers') $$; create table t (id bigint primary key, number bigint"
                        + " default next())",
                "create sequence numbers; create function next() returns bigint language sql as"
                        + " $$ select nextval('numbers') $$; create domain number as bigint default next();"
                        + " create table t (id bigint primary key, number number)"
            })
    void leaves_other_tables_to_the_ordinary_way(String sql) throws Exception {
        database.execute(sql);
        assertThat(isOpenedAhead("t", "id")).isFalse();
    }

    @Test
    void a_table_that_is_created_is_there_after_the_commit() throws Exception {
        JdbcTable missing = JdbcTable.named("missing").in(dataSource).createIfMissing();
        for (boolean commits : new boolean[] {false, true}) {
            try (ChangeWriter<Row> writer =
                    missing.openAhead(Writing.to(items, "id")).orElseThrow()) {
                writer.write(List.of(insert("id", 1L, "name", "one")));
                assertThat(missing.schema()).isEmpty();
                if (commits) {
                    writer.commit();
                }
            }
            assertThat(missing.schema().isPresent()).isEqualTo(commits);
        }
        assertThat(database.query("select id, name from missing")).containsExactly(List.of("1", "one"));
    }

    @Test
    void a_table_is_created_and_filled_while_the_source_is_read() {
        database.execute("alter table items rename to others");
        items = items.createIfMissing();
        Items source = new Items(receiver -> assertThat(database.query("select to_regclass('items')"))
                .containsExactly(Arrays.asList((String) null)));
        SyncPlan<Row> plan = plan(source).build();
        assertThat(plan.run().method()).contains(AHEAD);
        assertFilled(source);
        assertThatPlan(plan).changesNothing();
    }

    @Test
    @SuppressWarnings("try") // as in ChangeWriter
    void a_writer_that_is_closed_leaves_nothing() throws Exception {
        try (ChangeWriter<Row> writer = items.openAhead(Writing.to(items, "id")).orElseThrow()) {
            assertThat(writer.undoesOnClose()).isTrue();
            writer.write(List.of(insert("id", 1L, "name", "one")));
        }
        assertThat(database.query("select count(*) from items")).containsExactly(List.of("0"));
    }
}
