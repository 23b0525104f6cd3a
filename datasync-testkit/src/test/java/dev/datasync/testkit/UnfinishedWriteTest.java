package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.datasync.RunHandle;
import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.match.Matcher;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.Progress;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncCancelledException;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A write that blocks, or of which nobody knows the end. */
@Timeout(300)
class UnfinishedWriteTest {

    private static final Schema FIELDS = Schema.ofText("id", "name");

    /** A target in which every write does what the test wants. */
    private abstract static class Target implements Sink<Row>, ChangeWriter<Row> {

        @Override
        public RecordType<Row> recordType() {
            return RecordType.rows();
        }

        @Override
        public Optional<Schema> storedSchema() {
            return Optional.of(FIELDS);
        }

        @Override
        public Source<Row> existing() {
            return InMemorySource.of();
        }

        @Override
        public boolean canCommitInParts() {
            return true;
        }

        @Override
        public ChangeWriter<Row> open(WriteContext context) {
            return this;
        }

        @Override
        public void commit() {}

        @Override
        public void close() {}
    }

    private static SyncPlan.Builder<Row> plan(Sink<Row> target) {
        return SyncPlan.named("unfinished")
                .from(InMemorySource.of(Row.of("id", "1"), Row.of("id", "2"), Row.of("id", "3")))
                .match(Matcher.<Row>on("id"))
                .into(target)
                .batchSize(1);
    }

    private static SyncReport reportOf(SyncPlan<Row> plan, String code) {
        Throwable thrown = catchThrowable(plan::run);
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(code));
        return ((SyncException) thrown).report().orElseThrow();
    }

    /** Answers the second write with an unknown outcome; the first one stays, unless closing takes it back. */
    private static Target losingTheSecondAnswer(boolean undoes) {
        return new Target() {
            private int writes;

            @Override
            public List<Outcome> write(List<Change<Row>> batch) {
                return List.of(++writes == 2 ? Outcome.unknown("no answer") : Outcome.applied());
            }

            @Override
            public boolean undoesOnClose() {
                return undoes;
            }
        };
    }

    @Test
    void what_a_target_without_transactions_may_have_kept_is_unknown_and_not_called_undone() {
        SyncReport report = reportOf(plan(losingTheSecondAnswer(false)).build(), "E-WRITE-UNKNOWN");

        assertThat(report.outcome()).isEqualTo(RunOutcome.FAILED);
        assertThat(report.counts().unknown()).isEqualTo(2);
        assertThat(report.counts().notWritten()).isEqualTo(1);
        assertThat(report.reasons())
                .singleElement()
                .asString()
                .contains("unknown")
                .doesNotContain("nothing was");
    }

    @Test
    void what_a_target_takes_back_was_not_written() {
        SyncReport report = reportOf(plan(losingTheSecondAnswer(true)).build(), "E-WRITE-UNKNOWN");

        assertThat(report.counts().unknown()).isZero();
        assertThat(report.counts().notWritten()).isEqualTo(3);
    }

    @Test
    void a_commit_is_put_off_until_nothing_waits_and_the_last_one_is_not() {
        List<String> calls = new ArrayList<>();
        Target target = new Target() {
            private int writes;

            @Override
            public List<Outcome> write(List<Change<Row>> batch) {
                calls.add("write");
                writes++;
                return List.of(Outcome.applied());
            }

            @Override
            public boolean canCommitNow() {
                // the first waits for the second, and the last says that it waits for ever
                return writes == 2;
            }

            @Override
            public void commit() {
                calls.add("commit");
            }
        };

        SyncReport report = plan(target).commitEvery(1).build().run();

        assertThat(calls).containsExactly("write", "write", "commit", "write", "commit");
        assertThat(report.counts().inserted()).isEqualTo(3);
    }

    @Test
    void nothing_counts_as_committed_when_the_run_fails_before_a_commit_that_was_put_off() {
        Target target = new Target() {
            private int writes;

            @Override
            public List<Outcome> write(List<Change<Row>> batch) {
                if (++writes == 3) {
                    throw new IllegalStateException("the server is gone");
                }
                return List.of(Outcome.applied());
            }

            @Override
            public boolean canCommitNow() {
                return false;
            }
        };

        SyncReport report = reportOf(plan(target).commitEvery(1).build(), "E-WRITE");

        assertThat(report.counts().inserted()).isZero();
        assertThat(report.counts().unknown()).isZero();
        assertThat(report.counts().notWritten()).isEqualTo(3);
    }

    @Test
    void what_could_not_be_taken_back_is_unknown() {
        Target target = new Target() {
            @Override
            public List<Outcome> write(List<Change<Row>> batch) {
                throw new IllegalStateException("the server is gone");
            }

            @Override
            public void close() {
                throw new IllegalStateException("and cannot roll back");
            }
        };

        assertThat(reportOf(plan(target).build(), "E-WRITE").counts().unknown()).isEqualTo(1);
    }

    @Test
    void an_interrupt_ends_a_write_that_blocks_without_caring_for_interrupts() throws InterruptedException {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        Target target = new Target() {
            @Override
            public ChangeWriter<Row> open(WriteContext context) {
                context.onCancel(cancelled::countDown);
                return this;
            }

            @Override
            public List<Outcome> write(List<Change<Row>> batch) {
                writing.countDown();
                // as a socket read does it: deaf to the interrupt, whose flag stays
                while (cancelled.getCount() > 0) {
                    Thread.onSpinWait();
                }
                throw new IllegalStateException("the statement was cancelled");
            }
        };
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread run = new Thread(() -> thrown.set(catchThrowable(plan(target).build()::run)));
        run.start();
        writing.await();
        run.interrupt();
        run.join(TimeUnit.SECONDS.toMillis(30));

        assertThat(run.isAlive()).isFalse();
        assertThat(thrown.get()).isInstanceOf(SyncCancelledException.class);
    }

    @Test
    void a_listener_that_never_returns_does_not_keep_a_cancelled_run_from_ending() throws InterruptedException {
        CountDownLatch listening = new CountDownLatch(1);
        CountDownLatch forEver = new CountDownLatch(1);
        SyncListener blocking = new SyncListener() {
            @Override
            public void progressed(Progress progress) {
                listening.countDown();
                while (forEver.getCount() > 0) {
                    try {
                        forEver.await();
                    } catch (InterruptedException e) {
                        // this is what makes it a bad listener
                    }
                }
            }
        };
        RunHandle handle =
                plan(losingTheSecondAnswer(true)).listener(blocking).build().start();
        listening.await();
        handle.cancel();

        assertThatThrownBy(handle::await).isInstanceOf(SyncCancelledException.class);
        forEver.countDown();
    }
}
