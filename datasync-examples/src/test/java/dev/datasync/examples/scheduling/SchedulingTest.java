package dev.datasync.examples.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.Source;
import dev.datasync.testkit.InMemorySink;
import dev.datasync.testkit.InMemorySource;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchedulingTest {

    /** The table that db-scheduler wants. */
    private static final String TABLE = """
            create table scheduled_tasks (
                task_name varchar(100), task_instance varchar(100), task_data blob,
                execution_time timestamp with time zone, picked boolean, picked_by varchar(50),
                last_success timestamp with time zone, last_failure timestamp with time zone,
                consecutive_failures int, last_heartbeat timestamp with time zone, version bigint, priority smallint,
                primary key (task_name, task_instance)
            )""";

    private final InMemorySink target =
            InMemorySink.of(Schema.ofText("id", "name"), "id").holding(Row.of("id", "1", "name", "old"));
    private final BlockingQueue<String> alerts = new LinkedBlockingQueue<>();
    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    /** Lets a run end that nobody has ended, so that a failure leaves no thread behind. */
    @AfterEach
    void release() {
        goOn.countDown();
    }

    private interface Started {
        void stop() throws Exception;
    }

    private enum By {
        EXECUTOR {
            @Override
            Started start(ScheduledRun run) {
                HourlyByExecutor hourly = new HourlyByExecutor(run);
                assertThat(hourly.start().isDone()).isFalse();
                return hourly::stop;
            }
        },
        QUARTZ {
            @Override
            Started start(ScheduledRun run) throws Exception {
                HourlyByQuartz hourly = new HourlyByQuartz("customers", run);
                hourly.start();
                return hourly::stop;
            }
        },
        DB_SCHEDULER {
            @Override
            Started start(ScheduledRun run) throws Exception {
                JdbcDataSource database = new JdbcDataSource();
                database.setUrl("jdbc:h2:mem:scheduling");
                Connection open = database.getConnection();
                try (Statement sql = open.createStatement()) {
                    sql.execute(TABLE);
                }
                HourlyByDbScheduler hourly = new HourlyByDbScheduler("customers", run, database);
                hourly.start();
                return () -> {
                    hourly.stop();
                    open.close();
                };
            }
        },
        SPRING {
            @Override
            Started start(ScheduledRun run) {
                AnnotationConfigApplicationContext spring = new AnnotationConfigApplicationContext();
                spring.registerBean(ScheduledRun.class, () -> run);
                spring.register(HourlyBySpring.class);
                spring.refresh();
                return spring::close;
            }
        };

        abstract Started start(ScheduledRun run) throws Exception;
    }

    private SyncPlan<Row> plan(Source<Row> source) {
        return SyncPlan.named("customers")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(target)
                .deletes(Deletes.missing())
                .build();
    }

    /** Returns a plan that reads until it may go on, or is cancelled. */
    private SyncPlan<Row> longPlan() {
        return plan((receiver, context) -> {
            context.onCancel(goOn::countDown);
            reading.countDown();
            goOn.await();
            if (!context.isCancelled()) {
                receiver.accept(Row.of("id", "1", "name", "new"));
            }
            return Completion.complete();
        });
    }

    @ParameterizedTest
    @EnumSource
    void the_plan_runs_at_once_and_whoever_should_know_is_told(By scheduler) throws Exception {
        ScheduledRun run = new ScheduledRun(plan(InMemorySource.of()), alerts::add);

        Started started = scheduler.start(run);
        try {
            assertThat(alerts.poll(30, TimeUnit.SECONDS)).contains("the source is empty");
        } finally {
            started.stop();
        }

        assertThat(target.content()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_run_that_is_under_way_ends_with_the_application_and_nothing_is_written(By scheduler) throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        ScheduledRun run = new ScheduledRun(longPlan(), alerts::add);

        Started started = scheduler.start(run);
        try {
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            started.stop();
        }

        assertThat(target.content()).extracting(row -> row.text("name")).containsExactly("old");
        assertThat(alerts).isEmpty();
        for (Thread thread : threadsSince(before)) {
            thread.join(30_000);
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
    }

    /** Returns the threads that were started, but those that a library keeps for ever. */
    private static Set<Thread> threadsSince(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .filter(thread -> !thread.getName().startsWith("H2"))
                .collect(Collectors.toSet());
    }

    @Test
    void two_runs_do_not_overlap_and_the_second_is_no_failure() throws Exception {
        ScheduledRun run = new ScheduledRun(longPlan(), alerts::add);
        Thread first = new Thread(run);
        first.start();
        assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();

        run.run();
        assertThat(target.content()).extracting(row -> row.text("name")).containsExactly("old");
        goOn.countDown();
        first.join();

        assertThat(target.content()).extracting(row -> row.text("name")).containsExactly("new");
        assertThat(alerts).isEmpty();
    }

    @Test
    void a_run_that_fails_is_told_and_throws_nothing() {
        new ScheduledRun(
                        plan((receiver, context) -> {
                            throw new IllegalStateException("no network");
                        }),
                        alerts::add)
                .run();

        assertThat(List.copyOf(alerts)).singleElement().asString().contains("customers");
    }

    @Test
    void an_interrupt_ends_the_run_and_is_kept() throws Exception {
        ScheduledRun run = new ScheduledRun(longPlan(), alerts::add);
        BlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
        Thread thread = new Thread(() -> {
            run.run();
            interrupted.add(Thread.currentThread().isInterrupted());
        });
        thread.start();
        assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();

        thread.interrupt();

        assertThat(interrupted.poll(30, TimeUnit.SECONDS)).isTrue();
        assertThat(target.content()).extracting(row -> row.text("name")).containsExactly("old");
    }

    @Test
    void nothing_runs_after_the_end() {
        ScheduledRun run = new ScheduledRun(plan(InMemorySource.of(Row.of("id", "1", "name", "new"))), alerts::add);

        run.close();
        run.run();

        assertThat(target.content()).extracting(row -> row.text("name")).containsExactly("old");
        assertThat(alerts).isEmpty();
    }
}
