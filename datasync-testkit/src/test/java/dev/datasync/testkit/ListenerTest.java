package dev.datasync.testkit;

import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.ChangeCounts;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.Progress;
import dev.datasync.run.Rejection;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.Sink;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ListenerTest {

    private static SyncPlan.Builder<Row> plan(Source<Row> source, Sink<Row> sink, SyncListener... listeners) {
        SyncPlan.Builder<Row> plan = SyncPlan.named("heard")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .deletes(Deletes.missing().unlimited())
                .onFailure(FailurePolicy.skipUpTo(10));
        for (SyncListener listener : listeners) {
            plan = plan.listener(listener);
        }
        return plan;
    }

    /** Writes down what it hears, and that no two calls come at once. */
    private static final class Recorder implements SyncListener {

        private final List<String> events = new ArrayList<>();
        private final List<Progress> progress = new ArrayList<>();
        private final AtomicInteger calls = new AtomicInteger();
        private SyncReport report;
        private volatile boolean overlapped;

        private void hear(String event) {
            // not an assertion here: what a listener throws changes nothing
            overlapped |= calls.incrementAndGet() != 1;
            events.add(event);
            Thread.onSpinWait();
            calls.decrementAndGet();
        }

        @Override
        public void started(String plan) {
            hear("started " + plan);
        }

        @Override
        public void progressed(Progress made) {
            hear("progressed " + made.stage());
            progress.add(made);
        }

        @Override
        public void rejected(Rejection rejection) {
            hear("rejected " + rejection.location());
        }

        @Override
        public void compared(ChangeCounts changes) {
            hear("compared " + changes);
        }

        @Override
        public void finished(SyncReport ended) {
            hear("finished " + ended.outcome());
            report = ended;
        }

        List<Long> records(Stage stage) {
            return progress.stream()
                    .filter(made -> made.stage() == stage)
                    .map(Progress::records)
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void hears_everything_in_order(EnginePath path) {
        Recorder recorder = new Recorder();
        InMemorySink sink = path.sink(Products.target(products(1, 3)));
        InMemorySource<Row> source =
                path.source(InMemorySource.of(changed(1), product(4)).rejecting("broken"));
        SyncReport report = path.plan(plan(source, sink, recorder)).build().run();
        assertThat(recorder.events).first().isEqualTo("started heard");
        assertThat(recorder.events).last().isEqualTo("finished INCOMPLETE");
        assertThat(recorder.events)
                .containsSubsequence("started heard", "rejected record 3", "progressed compare")
                .containsSubsequence(
                        "progressed compare",
                        "compared 1 insert, 1 update, no deletes",
                        "progressed apply",
                        "finished INCOMPLETE");
        assertThat(recorder.events).containsOnlyOnce("rejected record 3").containsOnlyOnce("progressed read source");
        assertThat(recorder.report).isEqualTo(report);
        assertThat(recorder.overlapped).as("calls at the same time").isFalse();
    }

    @Test
    void hears_of_progress_per_batch_and_at_the_end() {
        Recorder recorder = new Recorder();
        InMemorySink sink = Products.target(products(1, 2));
        plan(InMemorySource.of(products(1, 2_500)), sink, recorder)
                .batchSize(1_000)
                .build()
                .run();
        assertThat(recorder.records(Stage.READ_SOURCE)).containsExactly(1_000L, 2_000L, 2_500L);
        assertThat(recorder.records(Stage.READ_TARGET)).containsExactly(2L);
        assertThat(recorder.overlapped).as("calls at the same time").isFalse();
        assertThat(recorder.records(Stage.APPLY)).containsExactly(1_000L, 2_000L, 2_498L);
        assertThat(recorder.progress)
                .filteredOn(progress -> progress.stage() == Stage.READ_SOURCE)
                .allMatch(progress -> progress.total().equals(OptionalLong.of(2_500)));
        assertThat(recorder.progress)
                .filteredOn(progress -> progress.stage() == Stage.APPLY)
                .allMatch(progress -> progress.total().equals(OptionalLong.of(2_498)));
    }

    @Test
    void hears_of_a_failure_too() {
        Recorder recorder = new Recorder();
        Faults faults = Faults.of(Fault.before("sink.write#1"));
        SyncPlan<Row> plan = plan(InMemorySource.of(products(1, 2)), FaultySink.of(Products.target(), faults), recorder)
                .build();
        assertThatThrownBy(plan::run).isInstanceOf(SyncException.class);
        assertThat(recorder.events).last().isEqualTo("finished FAILED");
        assertThat(recorder.report.reasons()).isNotEmpty();
    }

    @Test
    void hears_of_an_error_and_of_a_plan_with_mistakes_too() {
        for (Fault fault : List.of(
                Fault.before("source.accept#1").throwing(() -> new StackOverflowError("injected")),
                Fault.before("sink.write#1").throwing(() -> new StackOverflowError("injected")),
                Fault.before("sink.schema"))) {
            Recorder recorder = new Recorder();
            Faults faults = Faults.of(fault);
            SyncPlan<Row> plan = plan(
                            FaultySource.of(InMemorySource.of(products(1, 2)), faults),
                            FaultySink.of(Products.target(), faults),
                            recorder)
                    .build();
            assertThatThrownBy(plan::run).isNotNull();
            assertThat(recorder.events).as("%s", fault).last().isEqualTo("finished FAILED");
        }
        Recorder recorder = new Recorder();
        SyncPlan<Row> plan = plan(InMemorySource.of(Row.of("nr", 1)), Products.target(), recorder)
                .build();
        assertThatThrownBy(plan::run).isInstanceOf(SyncException.class);
        assertThat(recorder.events).last().isEqualTo("finished FAILED");
    }

    @Test
    void hears_of_a_preview_and_of_its_application() {
        Recorder recorder = new Recorder();
        InMemorySink sink = Products.target(products(1, 3));
        try (Preview<Row> preview =
                plan(InMemorySource.of(changed(1)), sink, recorder).build().preview()) {
            assertThat(recorder.events)
                    .startsWith("started heard")
                    .contains("progressed compare")
                    .noneMatch(event -> event.startsWith("progressed apply") || event.startsWith("finished"));
            recorder.events.clear();
            preview.apply();
            assertThat(recorder.events).first().isEqualTo("started heard");
            assertThat(recorder.events)
                    .containsSubsequence(
                            "compared no inserts, 1 update, 2 deletes", "progressed apply", "finished SUCCEEDED");
        }
    }

    @ParameterizedTest
    @EnumSource
    void changes_nothing_by_throwing(EnginePath path) {
        Recorder behind = new Recorder();
        SyncListener throwing = new SyncListener() {
            @Override
            public void started(String plan) {
                throw new IllegalStateException("started");
            }

            @Override
            public void progressed(Progress progress) {
                throw new IllegalStateException("progressed");
            }

            @Override
            public void rejected(Rejection rejection) {
                throw new IllegalStateException("rejected");
            }

            @Override
            public void compared(ChangeCounts changes) {
                throw new AssertionError("compared");
            }

            @Override
            public void finished(SyncReport report) {
                throw new StackOverflowError("finished");
            }
        };
        InMemorySink sink = path.sink(Products.target(products(1, 3)));
        InMemorySource<Row> source =
                path.source(InMemorySource.of(changed(1), product(4)).rejecting("broken"));
        try (CapturedLog log = new CapturedLog()) {
            SyncReport report =
                    path.plan(plan(source, sink, throwing, behind)).build().run();
            assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
            assertThat(log.text()).contains("a listener of plan 'heard' failed, which changes nothing");
        }
        assertThat(sink.content()).containsExactly(changed(1), product(2), product(3), product(4));
        assertThat(behind.events).last().isEqualTo("finished INCOMPLETE");
    }

    @Test
    void may_cancel_the_run_and_ask_the_plan() {
        List<SyncPlan<Row>> plans = new ArrayList<>();
        InMemorySink sink = Products.target();
        SyncListener asking = new SyncListener() {
            @Override
            public void compared(ChangeCounts changes) {
                assertThat(plans.get(0).name()).isEqualTo("heard");
                Thread.currentThread().interrupt();
            }
        };
        SyncPlan<Row> plan =
                plan(InMemorySource.of(products(1, 2)), sink, asking).build();
        plans.add(plan);
        assertThatThrownBy(plan::run).isInstanceOf(dev.datasync.run.SyncCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(sink.content()).isEmpty();
    }
}
