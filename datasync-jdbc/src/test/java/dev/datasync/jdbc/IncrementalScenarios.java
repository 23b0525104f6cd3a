package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.jdbc.database.CountingDataSource;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.AlreadyRunningException;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import dev.datasync.source.ReadException;
import dev.datasync.source.Source;
import dev.datasync.state.RunLock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Incremental reading, watermarks and locks, which every database does alike. After each test nothing is left open. */
abstract class IncrementalScenarios {

    TestDatabase database;
    CountingDataSource dataSource;

    abstract TestDatabase open() throws Exception;

    @BeforeEach
    final void openDatabase() throws Exception {
        database = open();
        dataSource = new CountingDataSource(database.dataSource());
        database.execute(
                "create table orders (id int not null primary key, version bigint, name varchar(20))",
                "create table copies (id int not null primary key, version bigint, name varchar(20))");
    }

    @AfterEach
    final void closeDatabase() throws Exception {
        if (database != null) {
            database.close();
            assertThat(dataSource.faults()).isEmpty();
        }
    }

    private void order(int id, String version) {
        database.execute(
                "delete from orders where id = " + id,
                "insert into orders (id, version, name) values (" + id + ", " + version + ", 'order " + id + "')");
    }

    private JdbcIncremental orders() {
        return JdbcTable.named("orders").in(dataSource).incrementalBy("version").overlap(0);
    }

    private SyncPlan.Builder<Row> plan(Source<Row> source) {
        return SyncPlan.named("orders")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(JdbcTable.named("copies").in(dataSource))
                .watermarks(JdbcWatermarks.in(dataSource));
    }

    private List<List<String>> copies() {
        return database.query("select id from copies order by id");
    }

    // ---------------------------------------------------------------- reading

    @Test
    void reads_from_the_greatest_value_on() throws Exception {
        order(1, "10");
        order(2, "20");
        IncrementalReading reading = new IncrementalReading().read(orders());
        assertThat(reading.last).containsExactlyInAnyOrder(1L, 2L);
        order(1, "30");
        assertThat(reading.read(orders()).last).containsExactlyInAnyOrder(1L, 2L);
        assertThat(reading.read(orders()).last).containsExactly(1L);
        assertThat(reading.warnings).isEmpty();
    }

    @Test
    void a_row_without_a_value_is_read_every_time() throws Exception {
        order(1, "10");
        order(2, "null");
        IncrementalReading reading = new IncrementalReading().read(orders());
        order(3, "20");
        assertThat(reading.read(orders()).last).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(reading.read(orders()).last).containsExactlyInAnyOrder(2L, 3L);
    }

    @Test
    void nothing_read_leaves_the_watermark_where_it_is() throws Exception {
        IncrementalReading reading = new IncrementalReading().read(orders());
        assertThat(reading.watermark).isNull();
        order(1, "10");
        String before = reading.read(orders()).watermark;
        database.execute("delete from orders");
        assertThat(reading.read(orders()).watermark).isEqualTo(before);
    }

    @Test
    void the_overlap_is_read_again_and_the_watermark_never_goes_back() throws Exception {
        order(1, "10");
        order(2, "20");
        IncrementalReading reading = new IncrementalReading().read(orders().overlap(5));
        order(3, "16");
        assertThat(reading.read(orders().overlap(5)).last).containsExactlyInAnyOrder(2L, 3L);
        String before = reading.watermark;
        assertThat(reading.read(orders().overlap(50)).watermark).isEqualTo(before);
    }

    @Test
    void a_group_of_equal_values_is_never_split() throws Exception {
        for (int committed = 0; committed <= 10; committed++) {
            database.execute("delete from orders", "delete from copies");
            JdbcWatermarks.in(dataSource).forget("orders");
            for (int id = 1; id <= committed; id++) {
                order(id, "7");
            }
            plan(orders()).build().run();
            for (int id = committed + 1; id <= 10; id++) {
                order(id, "7");
            }
            plan(orders()).build().run();
            assertThat(copies()).as("after a stop at " + committed).hasSize(10);
        }
    }

    @Test
    void a_query_is_read_from_a_value_on_too() throws Exception {
        order(1, "10");
        order(2, "20");
        order(3, "30");
        JdbcIncremental query = JdbcQuery.sql("select id, version from orders where id <> ? -- all but one\n;", 2)
                .in(dataSource)
                .incrementalBy("version")
                .overlap(0);
        IncrementalReading reading = new IncrementalReading().read(query);
        assertThat(reading.last).containsExactlyInAnyOrder(1L, 3L);
        assertThat(reading.read(query).last).containsExactly(3L);
    }

    @Test
    void a_selection_keeps_its_condition() throws Exception {
        order(1, "10");
        order(2, "20");
        order(3, "30");
        JdbcIncremental selection = JdbcTable.named("orders")
                .in(dataSource)
                .where("id = ? or id = ?", 1, 2)
                .incrementalBy("version")
                .overlap(0);
        IncrementalReading reading = new IncrementalReading().read(selection);
        assertThat(reading.last).containsExactlyInAnyOrder(1L, 2L);
        assertThat(reading.read(selection).last).containsExactly(2L);
    }

    @Test
    void a_watermark_that_is_damaged_or_of_something_else_is_not_used() throws Exception {
        order(1, "10");
        order(2, "20");
        String good = new IncrementalReading().read(orders()).watermark;
        for (int cut = 0; cut < good.length(); cut++) {
            IncrementalReading reading = new IncrementalReading();
            reading.watermark = good.substring(0, cut);
            assertThat(reading.read(orders()).last).as(reading.watermark).hasSize(2);
            assertThat(reading.warnings).singleElement().asString().contains("everything is read");
        }
        IncrementalReading changed = new IncrementalReading();
        changed.watermark = good.replace(" 20 ", " 21 ");
        assertThat(changed.read(orders()).last).hasSize(2);
        IncrementalReading newer = new IncrementalReading();
        newer.watermark = "2" + good.substring(1);
        assertThat(newer.read(orders()).warnings).singleElement().asString().contains("a newer version");
        IncrementalReading other = new IncrementalReading();
        other.watermark = good;
        assertThat(other.read(JdbcTable.named("orders")
                                .in(dataSource)
                                .where("id > ?", 0)
                                .incrementalBy("version"))
                        .last)
                .hasSize(2);
    }

    @Test
    void a_column_that_cannot_grow_is_refused() {
        assertThatThrownBy(() -> JdbcTable.named("orders")
                        .in(dataSource)
                        .incrementalBy("name")
                        .schema())
                .isInstanceOf(ReadException.class)
                .hasMessageContaining("numbers or times");
        assertThatThrownBy(() -> JdbcTable.named("orders")
                        .in(dataSource)
                        .incrementalBy("nothing")
                        .schema())
                .isInstanceOf(ReadException.class)
                .hasMessageContaining("'nothing'");
        assertThatThrownBy(() -> JdbcTable.named("orders")
                        .in(dataSource)
                        .incrementalBy("version")
                        .overlap(Duration.ofMinutes(1))
                        .schema())
                .isInstanceOf(ReadException.class)
                .hasMessageContaining("overlap(1_000)");
    }

    // ---------------------------------------------------------------- the watermark's table

    @Test
    void a_run_saves_its_watermark_in_the_transaction_of_the_changes() {
        order(1, "10");
        SyncReport report = plan(orders()).build().run();
        assertThat(report.watermark()).isPresent();
        assertThat(database.query("select watermark from datasync_watermarks"))
                .containsExactly(List.of(report.watermark().orElseThrow()));
        order(2, "20");
        database.execute("insert into copies (id, version, name) values (2, 1, 'other')");
        SyncReport second = plan(orders()).build().run();
        assertThat(second.counts().updated()).isEqualTo(1);
        assertThat(second.counts().sourceRead()).isEqualTo(2);
        assertThat(plan(orders()).build().run().counts().sourceRead()).isEqualTo(1);
    }

    @Test
    void a_preview_creates_no_table_and_saves_nothing() {
        order(1, "10");
        try (Preview<Row> preview = plan(orders()).build().preview()) {
            assertThat(preview.changes().counts().inserts()).isEqualTo(1);
        }
        assertThatThrownBy(() -> database.query("select * from datasync_watermarks"))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void a_table_of_another_name_and_a_watermark_that_is_forgotten() throws Exception {
        JdbcWatermarks store = JdbcWatermarks.in(dataSource).named("My_State");
        store.forget("a");
        assertThat(store.load("a")).isEmpty();
        store.save("a", "one");
        store.save("b", "two");
        store.save("a", "three");
        assertThat(store.load("a")).contains("three");
        store.forget("a");
        assertThat(store.load("a")).isEmpty();
        assertThat(store.load("b")).contains("two");
        assertThatThrownBy(() -> store.named("a; drop table orders")).isInstanceOf(IllegalArgumentException.class);
    }

    // ---------------------------------------------------------------- the lock's table

    @Test
    void a_lock_excludes_others_until_it_is_given_back() throws Exception {
        JdbcLock lock = JdbcLock.in(dataSource);
        RunLock.Lease lease = lock.acquire("orders").orElseThrow();
        assertThat(lock.acquire("orders")).isEmpty();
        assertThat(lock.acquire("others")).isPresent();
        assertThat(lease.renew()).isTrue();
        lease.proof().execute();
        order(1, "10");
        assertThatThrownBy(() -> plan(orders()).lock(lock).build().run()).isInstanceOf(AlreadyRunningException.class);
        lease.release();
        assertThat(plan(orders()).lock(lock).build().run().counts().inserted()).isEqualTo(1);
        assertThat(lock.acquire("orders")).isPresent();
    }

    @Test
    void a_holder_that_slept_through_its_lease_cannot_write_any_more() {
        order(1, "10");
        JdbcLock lock = JdbcLock.in(dataSource);
        Optional<?>[] other = new Optional<?>[1];
        SyncException failure = catchThrowableOfType(
                SyncException.class,
                () -> plan(orders())
                        .lock(lock)
                        .listener(new SyncListener() {
                            @Override
                            public void compared(dev.datasync.change.ChangeCounts changes) {
                                // the time passes, and somebody else takes over
                                database.execute("update datasync_locks set expires_at = 1");
                                try {
                                    other[0] = lock.acquire("orders");
                                } catch (ReadException e) {
                                    throw new IllegalStateException(e);
                                }
                            }
                        })
                        .build()
                        .run());
        assertThat(other[0]).isPresent();
        assertThat(failure.code()).isEqualTo("E-LOCK-LOST");
        assertThat(copies()).isEmpty();
        assertThat(database.query("select watermark from datasync_watermarks")).isEmpty();
    }

    @Test
    void a_lease_ends_by_the_clock_of_the_database() throws Exception {
        JdbcLock lock = JdbcLock.in(dataSource).lasting(Duration.ofHours(1));
        RunLock.Lease first = lock.acquire("orders").orElseThrow();
        long expires = Long.parseLong(
                database.query("select expires_at from datasync_locks").get(0).get(0));
        assertThat(expires - System.currentTimeMillis())
                .as("an hour from now, on one machine")
                .isBetween(3_500_000L, 3_700_000L);
        database.execute("update datasync_locks set expires_at = " + (System.currentTimeMillis() - 60_000));
        assertThat(lock.acquire("orders")).isPresent();
        assertThat(first.renew()).isFalse();
        assertThatThrownBy(() -> first.proof().execute()).hasMessageContaining("another run has taken it");
    }

    // ---------------------------------------------------------------- pools, and the same table on both sides

    @Test
    void a_pool_of_one_connection_is_a_message_and_one_of_two_is_enough() {
        order(1, "10");
        for (int size : List.of(1, 2)) {
            try (HikariDataSource pool = new HikariDataSource()) {
                pool.setDataSource(database.dataSource());
                pool.setMaximumPoolSize(size);
                SyncPlan<Row> plan = SyncPlan.named("orders")
                        .from(JdbcTable.named("orders").in(pool))
                        .match(Matcher.<Row>on("id"))
                        .into(JdbcTable.named("copies").in(pool))
                        .build();
                if (size == 1) {
                    SyncException failure = catchThrowableOfType(SyncException.class, plan::run);
                    assertThat(failure.code()).isEqualTo("E-JDBC-POOL");
                    assertThat(failure).hasMessageContaining("2 connections").hasMessageContaining("the pool has 1");
                } else {
                    assertThat(plan.run().counts().inserted()).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void a_table_is_not_synchronised_with_itself() {
        SyncException failure = catchThrowableOfType(
                SyncException.class,
                () -> SyncPlan.named("self")
                        .from(JdbcTable.named("copies").in(dataSource))
                        .match(Matcher.<Row>on("id"))
                        .into(JdbcTable.named("COPIES").in(database.dataSource()))
                        .build()
                        .run());
        assertThat(failure.code()).isEqualTo("E-SAME");
    }
}
