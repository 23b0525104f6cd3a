package dev.datasync.testkit;

import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.SyncPlan;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.Rejection;
import dev.datasync.run.Retries;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncCancelledException;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writing that fails in passing. */
@Timeout(300)
class RepeatingTest {

    private static SyncPlan.Builder<Row> plan(InMemorySink sink, Faults faults) {
        return SyncPlan.named("repeating")
                .from(InMemorySource.of(products(1, 6)))
                .match(Matcher.<Row>on("id"))
                .into(FaultySink.of(sink, faults))
                .batchSize(2)
                .retries(Retries.upTo(3, Duration.ZERO));
    }

    private static SyncReport report(SyncException failure) {
        return failure.report().orElseThrow();
    }

    @Test
    void writes_again_what_was_not_committed_and_warns_of_it() {
        for (String call : List.of("sink.write#1", "sink.write#3", "sink.commit")) {
            InMemorySink sink = Products.target();
            SyncReport report = plan(
                            sink, Faults.of(Fault.before(call).inPassing().times(2)))
                    .build()
                    .run();
            assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
            assertThat(report.counts().inserted()).isEqualTo(6);
            assertThat(report.warnings())
                    .hasSize(2)
                    .allMatch(warning -> warning.contains("injected in passing"))
                    .anyMatch(warning -> warning.contains("attempt 2 of 3"))
                    .anyMatch(warning -> warning.contains("attempt 3 of 3"));
            assertThat(sink.content()).hasSize(6);
            assertThat(sink.commits()).isEqualTo(1);
            assertThat(sink.openWriters()).isZero();
        }
    }

    @Test
    void begins_again_at_the_last_commit_and_counts_attempts_anew_for_each_part() {
        InMemorySink sink = Products.target();
        Faults faults = Faults.of(
                Fault.before("sink.commit#2").inPassing(),
                Fault.before("sink.write#2").inPassing());
        SyncReport report = plan(sink, faults)
                .commitEvery(2)
                .retries(Retries.upTo(2, Duration.ZERO))
                .build()
                .run();

        assertThat(report.counts().inserted()).isEqualTo(6);
        assertThat(sink.commits()).isEqualTo(3);
        assertThat(sink.writes().get(0)).hasSize(2);
        assertThat(faults.calls().stream().filter("sink.open"::equals)).hasSize(2 + 1);
    }

    @Test
    void gives_up_after_the_last_attempt() {
        InMemorySink sink = Products.target();
        Faults faults = Faults.of(Fault.before("sink.write#2").inPassing().times(9));

        SyncException failure =
                catchThrowableOfType(SyncException.class, plan(sink, faults).build()::run);

        assertThat(failure.code()).isEqualTo("E-WRITE");
        assertThat(faults.calls().stream().filter("sink.open"::equals)).hasSize(3);
        assertThat(report(failure).warnings()).hasSize(2);
        assertThat(report(failure).counts().notWritten()).isEqualTo(6);
        assertThat(report(failure).counts().unknown()).isZero();
        assertThat(sink.content()).isEmpty();
    }

    @Test
    void repeats_nothing_when_it_is_told_not_to() {
        Faults faults = Faults.of(Fault.before("sink.commit").inPassing());
        SyncException failure = catchThrowableOfType(
                SyncException.class,
                plan(Products.target(), faults).retries(Retries.none()).build()::run);

        assertThat(failure.code()).isEqualTo("E-COMMIT");
        assertThat(report(failure).counts().unknown()).isZero();
    }

    @Test
    void does_not_repeat_a_commit_whose_answer_was_lost() {
        InMemorySink sink = Products.target();
        Faults faults = Faults.of(Fault.after("sink.commit"));

        SyncException failure =
                catchThrowableOfType(SyncException.class, plan(sink, faults).build()::run);

        assertThat(failure.code()).isEqualTo("E-COMMIT-UNKNOWN");
        assertThat(report(failure).counts().unknown()).isEqualTo(6);
        assertThat(faults.calls().stream().filter("sink.open"::equals)).hasSize(1);
    }

    @Test
    void counts_and_tells_a_rejection_once_however_often_it_is_written() {
        InMemorySink sink = Products.target();
        List<Rejection> heard = new ArrayList<>();
        Faults faults = Faults.of(
                Fault.before("sink.open").doing(() -> sink.insert(Products.product(1), Products.product(5))),
                Fault.before("sink.commit").inPassing().times(2));
        SyncReport report = plan(sink, faults)
                .onFailure(FailurePolicy.skipUpTo(2))
                .listener(new SyncListener() {
                    @Override
                    public void rejected(Rejection rejection) {
                        heard.add(rejection);
                    }
                })
                .build()
                .run();

        assertThat(report.counts().rejected()).isEqualTo(2);
        assertThat(report.counts().inserted()).isEqualTo(4);
        assertThat(report.rejections()).hasSize(2).isEqualTo(heard);
    }

    @Test
    void a_target_that_takes_nothing_back_is_not_written_twice() {
        InMemorySink sink = Products.target().withoutTransaction();
        Faults faults = Faults.of(Fault.before("sink.write#2").inPassing());

        SyncException failure =
                catchThrowableOfType(SyncException.class, plan(sink, faults).build()::run);

        assertThat(report(failure).counts().unknown()).isEqualTo(4);
        assertThat(report(failure).counts().notWritten()).isEqualTo(2);
        assertThat(sink.content()).hasSize(2);
    }

    @Test
    void an_interrupt_ends_the_wait_and_is_kept() throws InterruptedException {
        InMemorySink sink = Products.target();
        Thread[] run = {null};
        Throwable[] thrown = {null};
        boolean[] isInterrupted = {false};
        Faults faults = Faults.of(
                Fault.before("sink.write#2").inPassing(),
                Fault.after("sink.close").doing(() -> run[0].interrupt()));
        SyncPlan<Row> plan = plan(sink, faults)
                .retries(Retries.upTo(2, Duration.ofDays(1_000)))
                .build();
        run[0] = new Thread(() -> {
            thrown[0] = catchThrowableOfType(SyncException.class, plan::run);
            isInterrupted[0] = Thread.currentThread().isInterrupted();
        });
        run[0].start();
        run[0].join();

        assertThat(thrown[0]).isInstanceOf(SyncCancelledException.class);
        assertThat(isInterrupted[0]).isTrue();
        assertThat(sink.content()).isEmpty();
        assertThat(sink.openWriters()).isZero();
    }
}
