package dev.datasync.testkit;

import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.SyncPlan;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.AlreadyRunningException;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class RunLockTest {

    private final StateRecorder state = new StateRecorder();
    private final InMemorySink sink = Products.target(products(1, 2));
    private final RecordedThreads threads = new RecordedThreads();

    private SyncPlan.Builder<Row> plan() {
        return SyncPlan.named("locked")
                .from(InMemorySource.of(changed(1)))
                .match(Matcher.<Row>on("id"))
                .into(state.sink(sink))
                .lock(state)
                .threads(threads);
    }

    @Test
    void is_taken_proven_before_the_commit_and_given_back() {
        plan().build().run();
        assertThat(state.calls).containsExactly("acquire", "write", "include", "proof", "commit", "close", "release");
        threads.assertEnded();
    }

    @Test
    void is_proven_apart_from_the_transaction_where_the_target_does_not_take_it() {
        state.takesParts = false;
        plan().build().run();
        assertThat(state.calls).containsExactly("acquire", "write", "proof", "commit", "close", "release");
    }

    @Test
    void is_proven_before_every_commit() {
        SyncPlan.named("locked")
                .from(InMemorySource.of(products(3, 6)))
                .match(Matcher.<Row>on("id"))
                .into(state.sink(sink))
                .lock(state)
                .commitEvery(2)
                .build()
                .run();
        assertThat(state.calls).filteredOn("proof"::equals).hasSize(2);
    }

    @Test
    void that_another_run_holds_ends_this_one_before_it_reads() {
        state.isHeldByAnother = true;
        List<SyncReport> finished = new ArrayList<>();
        AlreadyRunningException failure = catchThrowableOfType(
                AlreadyRunningException.class,
                () -> plan().listener(new SyncListener() {
                            @Override
                            public void finished(SyncReport report) {
                                finished.add(report);
                            }
                        })
                        .build()
                        .run());
        assertThat(failure)
                .hasMessageContaining("another run of the plan holds the lock")
                .hasMessageContaining("wait");
        assertThat(state.calls).containsExactly("acquire");
        assertThat(sink.readings()).isZero();
        assertThat(finished).singleElement().extracting(SyncReport::outcome).isEqualTo(RunOutcome.FAILED);
    }

    @Test
    void that_cannot_be_asked_for_ends_the_run_before_it_reads() {
        state.failingCall = "acquire";
        SyncException failure =
                catchThrowableOfType(SyncException.class, () -> plan().build().run());
        assertThat(failure.code()).isEqualTo("E-LOCK");
        assertThat(state.calls).containsExactly("acquire");
    }

    @Test
    void that_cannot_be_proven_keeps_the_changes_from_being_committed() {
        state.isLost = true;
        SyncException failure =
                catchThrowableOfType(SyncException.class, () -> plan().build().run());
        assertThat(failure.code()).isEqualTo("E-LOCK-LOST");
        assertThat(sink.content()).isEqualTo(products(1, 2));
        assertThat(sink.openWriters()).isZero();
        assertThat(state.calls).contains("release").doesNotContain("commit");
        threads.assertEnded();
    }

    @Test
    void is_given_back_when_the_run_fails_and_when_that_fails_too() {
        state.failingCall = "write";
        assertThat(catchThrowableOfType(
                        SyncException.class, () -> plan().build().run()))
                .isNotNull();
        assertThat(state.calls).endsWith("release");
        state.failingCall = "release";
        assertThat(plan().build().run().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        threads.assertEnded();
    }

    @Test
    void is_renewed_while_the_run_goes_on() throws Exception {
        state.duration = Duration.ofMillis(30);
        plan().listener(waitingFor(state.renewed)).build().run();
        assertThat(state.renewals.get()).isGreaterThanOrEqualTo(3);
        threads.assertEnded();
    }

    /** Keeps the run from writing until something has happened. */
    private static SyncListener waitingFor(CountDownLatch latch) {
        return new SyncListener() {
            @Override
            public void compared(dev.datasync.change.ChangeCounts changes) {
                try {
                    assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }

    @Test
    void that_was_lost_ends_the_run_before_it_writes() {
        state.duration = Duration.ofMillis(30);
        state.isLost = true;
        assertLost("another run holds it now");
    }

    @Test
    void that_cannot_be_renewed_until_it_must_have_ended_ends_the_run() {
        state.duration = Duration.ofMillis(60);
        state.failingCall = "renew";
        assertLost("no answer");
        assertThat(state.renewals.get()).as("attempts").isGreaterThan(1);
    }

    private void assertLost(String why) {
        SyncException failure = catchThrowableOfType(
                SyncException.class,
                () -> SyncPlan.named("locked")
                        .from((receiver, context) -> {
                            CountDownLatch cancelled = new CountDownLatch(1);
                            context.onCancel(cancelled::countDown);
                            assertThat(cancelled.await(60, TimeUnit.SECONDS)).isTrue();
                            throw new java.util.concurrent.CancellationException();
                        })
                        .map(row -> (Row) row)
                        .match(Matcher.<Row>on("id"))
                        .into(state.sink(sink))
                        .lock(state)
                        .threads(threads)
                        .build()
                        .run());
        assertThat(failure.code()).isEqualTo("E-LOCK-LOST");
        assertThat(failure).hasMessageContaining(why).hasMessageContaining("run the plan again");
        assertThat(failure.report().orElseThrow().outcome()).isEqualTo(RunOutcome.FAILED);
        assertThat(state.calls).containsExactly("acquire", "release");
        threads.assertEnded();
    }

    @Test
    void that_was_lost_while_the_run_wrote_is_no_cancellation() {
        state.duration = Duration.ofMillis(30);
        SyncException failure = catchThrowableOfType(
                SyncException.class,
                () -> plan().listener(new SyncListener() {
                            @Override
                            public void progressed(dev.datasync.run.Progress progress) {
                                if (progress.stage() == dev.datasync.run.Stage.APPLY) {
                                    state.isLost = true;
                                    int before = state.renewals.get();
                                    while (state.renewals.get() == before) {
                                        Thread.onSpinWait();
                                    }
                                }
                            }
                        })
                        .build()
                        .run());
        assertThat(failure.code()).isEqualTo("E-LOCK-LOST");
        assertThat(sink.content()).isEqualTo(products(1, 2));
    }
}
