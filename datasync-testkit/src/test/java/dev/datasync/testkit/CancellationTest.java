package dev.datasync.testkit;

import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.RunHandle;
import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncCancelledException;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import dev.datasync.transform.Duplicates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A run that is cancelled ends soon, whatever it is doing, with the target as it was and nothing left behind. */
class CancellationTest {

    /** Far more than it takes, and far less than for ever. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final List<Row> WANTED = List.of(changed(1), changed(2), product(3), product(5), product(6));

    @TempDir
    Path spillDirectory;

    private final RecordedThreads threads = new RecordedThreads();
    private final CountDownLatch neverBeforeTheEnd = new CountDownLatch(1);

    private SyncPlan.Builder<Row> plan(Source<Row> source, Sink<Row> sink) {
        return SyncPlan.named("cancelled")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .deletes(Deletes.missing().unlimited())
                .batchSize(2)
                .spillDirectory(spillDirectory)
                .threads(threads);
    }

    @AfterEach
    void nothing_is_left_behind() {
        Thread.interrupted();
        neverBeforeTheEnd.countDown();
        threads.assertEnded();
        assertThat(spillDirectory).isEmptyDirectory();
    }

    // ---------------------------------------------------------------- at any call

    @TestFactory
    Stream<DynamicTest> by_an_interrupt_at_any_call() {
        List<DynamicTest> tests = new ArrayList<>();
        for (EnginePath path : EnginePath.values()) {
            for (String call : calls(path)) {
                tests.add(DynamicTest.dynamicTest(path + " before " + call, () -> {
                    Thread running = Thread.currentThread();
                    Faults faults = Faults.of(Fault.before(call).doing(running::interrupt));
                    InMemorySink sink = path.sink(Products.target(products(1, 4)));
                    SyncPlan<Row> plan = path.plan(plan(
                                    FaultySource.of(path.source(InMemorySource.of(WANTED)), faults),
                                    FaultySink.of(sink, faults)))
                            .build();
                    checkEnd(call, sink, Assertions.assertTimeout(SOON, () -> ended(plan::run)));
                    assertThat(faults.haveHappened()).isTrue();
                    assertThat(Thread.interrupted()).as("interrupted still").isTrue();
                    assertThatPlan(plan).converges();
                }));
            }
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> by_the_handle_at_any_call() {
        List<DynamicTest> tests = new ArrayList<>();
        for (EnginePath path : EnginePath.values()) {
            for (String call : calls(path)) {
                tests.add(DynamicTest.dynamicTest(path + " before " + call, () -> {
                    AtomicReference<RunHandle> handle = new AtomicReference<>();
                    CountDownLatch started = new CountDownLatch(1);
                    Faults faults = Faults.of(Fault.before(call).doing(() -> {
                        started.await();
                        handle.get().cancel();
                    }));
                    InMemorySink sink = path.sink(Products.target(products(1, 4)));
                    SyncPlan<Row> plan = path.plan(plan(
                                    FaultySource.of(path.source(InMemorySource.of(WANTED)), faults),
                                    FaultySink.of(sink, faults)))
                            .build();
                    handle.set(plan.start());
                    started.countDown();
                    checkEnd(call, sink, Assertions.assertTimeout(SOON, () -> ended(handle.get()::await)));
                    assertThat(handle.get().isDone()).isTrue();
                    assertThat(faults.haveHappened()).isTrue();
                    assertThatPlan(plan).converges();
                }));
            }
        }
        return tests.stream();
    }

    private Set<String> calls(EnginePath path) {
        Faults faults = Faults.of();
        InMemorySink sink = path.sink(Products.target(products(1, 4)));
        path.plan(plan(FaultySource.of(path.source(InMemorySource.of(WANTED)), faults), FaultySink.of(sink, faults)))
                .build()
                .run();
        assertThat(Set.copyOf(sink.content())).isEqualTo(Set.copyOf(WANTED));
        return new LinkedHashSet<>(faults.calls());
    }

    private interface Run {

        SyncReport run() throws InterruptedException;
    }

    private static SyncReport ended(Run run) throws InterruptedException {
        try {
            return run.run();
        } catch (SyncCancelledException e) {
            assertThat(e.code()).isEqualTo("E-CANCELLED");
            return e.report().orElseThrow();
        }
    }

    private static void checkEnd(String call, InMemorySink sink, SyncReport report) {
        boolean isTooLate = call.equals("sink.commit") || call.equals("sink.close");
        assertThat(report.outcome()).isEqualTo(isTooLate ? RunOutcome.SUCCEEDED : RunOutcome.CANCELLED);
        assertThat(report.counts().written()).isEqualTo(isTooLate ? 5 : 0);
        assertThat(report.counts().unknown()).isZero();
        assertThat(Set.copyOf(sink.content())).isEqualTo(isTooLate ? Set.copyOf(WANTED) : Set.copyOf(products(1, 4)));
        assertThat(sink.openWriters()).isZero();
    }

    // ---------------------------------------------------------------- while a connector is blocked

    /** Waits in the way that is given, before the second record. */
    private static final class Blocked implements Source<Row> {

        private interface Waiting {

            void await(ReadContext context) throws Exception;
        }

        private final Waiting waiting;
        private final CountDownLatch isBlocked = new CountDownLatch(1);

        Blocked(Waiting waiting) {
            this.waiting = waiting;
        }

        @Override
        public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
            receiver.accept(product(1));
            isBlocked.countDown();
            waiting.await(context);
            receiver.accept(product(2));
            return Completion.complete();
        }
    }

    private static void awaitIgnoringInterrupts(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // that is what it is about
            }
        }
    }

    private void assertCancelled(RunHandle handle) {
        SyncReport report = Assertions.assertTimeoutPreemptively(SOON, () -> ended(handle::await));
        assertThat(report.outcome()).isEqualTo(RunOutcome.CANCELLED);
    }

    @Test
    void releases_a_blocked_source_by_the_action_that_it_registered() throws InterruptedException {
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger releases = new AtomicInteger();
        Blocked source = new Blocked(context -> {
            context.onCancel(() -> {
                releases.incrementAndGet();
                released.countDown();
            });
            awaitIgnoringInterrupts(released);
            assertThat(context.isCancelled()).isTrue();
        });
        InMemorySink sink = Products.target(products(1, 4));
        RunHandle handle = plan(source, sink).build().start();
        source.isBlocked.await();
        handle.cancel();
        assertCancelled(handle);
        handle.cancel();
        assertThat(releases).hasValue(1);
        assertThat(sink.content()).isEqualTo(products(1, 4));
    }

    @Test
    void ignores_what_such_an_action_throws() throws InterruptedException {
        CountDownLatch released = new CountDownLatch(1);
        Blocked source = new Blocked(context -> {
            context.onCancel(() -> {
                throw new IOException("already closed");
            });
            context.onCancel(released::countDown);
            awaitIgnoringInterrupts(released);
        });
        RunHandle handle = plan(source, Products.target()).build().start();
        source.isBlocked.await();
        handle.cancel();
        assertCancelled(handle);
    }

    @Test
    void runs_such_an_action_when_it_comes_too_late() throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Blocked source = new Blocked(context -> {
            awaitIgnoringInterrupts(cancelled);
            context.onCancel(released::countDown);
            awaitIgnoringInterrupts(released);
        });
        RunHandle handle = plan(source, Products.target()).build().start();
        source.isBlocked.await();
        handle.cancel();
        cancelled.countDown();
        assertCancelled(handle);
        threads.assertEnded();
    }

    @Test
    void interrupts_a_blocked_source() throws InterruptedException {
        Blocked source = new Blocked(context -> neverBeforeTheEnd.await());
        RunHandle handle = plan(source, Products.target()).build().start();
        source.isBlocked.await();
        handle.cancel();
        assertCancelled(handle);
        threads.assertEnded();
    }

    @Test
    void leaves_a_source_alone_that_ignores_everything() throws InterruptedException {
        Blocked source = new Blocked(context -> awaitIgnoringInterrupts(neverBeforeTheEnd));
        InMemorySink sink = Products.target(products(1, 4));
        SyncPlan<Row> plan = plan(source, sink).build();
        RunHandle handle = plan.start();
        source.isBlocked.await();
        handle.cancel();
        assertCancelled(handle);
        assertThat(threads.made()).as("the thread that was left alone").anyMatch(Thread::isAlive);
        assertThat(sink.content()).isEqualTo(products(1, 4));
    }

    @Test
    void releases_a_blocked_writer_by_the_action_that_it_registered() throws InterruptedException {
        InMemorySink sink = Products.target(products(1, 4));
        CountDownLatch isBlocked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        AtomicReference<WriteContext> context = new AtomicReference<>();
        Faults faults = Faults.of(Fault.before("sink.write#2").doing(() -> {
            context.get().onCancel(released::countDown);
            isBlocked.countDown();
            awaitIgnoringInterrupts(released);
            assertThat(context.get().isCancelled()).isTrue();
            throw new IOException("statement cancelled");
        }));
        RunHandle handle = plan(InMemorySource.of(WANTED), new Remembering(FaultySink.of(sink, faults), context))
                .build()
                .start();
        isBlocked.await();
        handle.cancel();
        assertCancelled(handle);
        assertThat(sink.content()).isEqualTo(products(1, 4));
        assertThat(sink.openWriters()).isZero();
    }

    /** Remembers the context with which a writer was opened. */
    private record Remembering(Sink<Row> sink, AtomicReference<WriteContext> context) implements Sink<Row> {

        @Override
        public dev.datasync.row.RecordType<Row> recordType() {
            return sink.recordType();
        }

        @Override
        public java.util.Optional<dev.datasync.row.Schema> storedSchema() throws Exception {
            return sink.storedSchema();
        }

        @Override
        public Source<Row> existing() {
            return sink.existing();
        }

        @Override
        public ChangeWriter<Row> open(WriteContext opened) throws Exception {
            context.set(opened);
            return sink.open(opened);
        }
    }

    @Test
    void ends_the_other_side_when_one_side_fails() {
        Blocked blocked = new Blocked(context -> neverBeforeTheEnd.await());
        Faults faults = Faults.of(Fault.before("sink.accept#2").doing(() -> {
            blocked.isBlocked.await();
            throw new IOException("connection lost");
        }));
        InMemorySink sink = Products.target(products(1, 4));
        SyncPlan<Row> plan = plan(blocked, FaultySink.of(sink, faults)).build();
        SyncException thrown =
                Assertions.assertTimeoutPreemptively(SOON, () -> catchThrowableOfType(SyncException.class, plan::run));
        assertThat(thrown.stage()).isEqualTo(Stage.READ_TARGET);
        assertThat(thrown).hasMessageContaining("connection lost");
        assertThat(thrown.report().orElseThrow().outcome()).isEqualTo(RunOutcome.FAILED);
    }

    @Test
    void ends_a_blocked_target_when_the_source_fails() {
        CountDownLatch isBlocked = new CountDownLatch(1);
        Faults faults = Faults.of(
                Fault.before("sink.accept#2").doing(() -> {
                    isBlocked.countDown();
                    neverBeforeTheEnd.await();
                }),
                Fault.before("source.accept#2").doing(() -> {
                    isBlocked.await();
                    throw new IOException("connection lost");
                }));
        SyncPlan<Row> plan = plan(
                        FaultySource.of(InMemorySource.of(WANTED), faults),
                        FaultySink.of(Products.target(products(1, 4)), faults))
                .build();
        SyncException thrown =
                Assertions.assertTimeoutPreemptively(SOON, () -> catchThrowableOfType(SyncException.class, plan::run));
        assertThat(thrown.stage()).isEqualTo(Stage.READ_SOURCE);
        assertThat(thrown).hasMessageContaining("connection lost");
    }

    // ---------------------------------------------------------------- while the engine works

    @Test
    void stops_passing_records_on_after_duplicates_were_collected() throws InterruptedException {
        int size = 50_000;
        AtomicInteger mapped = new AtomicInteger();
        AtomicReference<RunHandle> handle = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        SyncPlan<Row> plan = SyncPlan.named("cancelled")
                .from(InMemorySource.of(products(1, size)))
                .dropDuplicates(Duplicates.by("id").keepFirst())
                .map(row -> {
                    if (mapped.incrementAndGet() == 10) {
                        started.await();
                        handle.get().cancel();
                    }
                    return row;
                })
                .match(Matcher.<Row>on("id"))
                .into(Products.target())
                .memoryBudget(MemoryBudget.mebibytes(1))
                .spillDirectory(spillDirectory)
                .threads(threads)
                .build();
        handle.set(plan.start());
        started.countDown();
        assertCancelled(handle.get());
        threads.assertEnded();
        assertThat(mapped.get()).as("records mapped until it ended").isLessThan(size);
    }

    @Test
    void cancels_a_preview_by_an_interrupt() {
        Thread running = Thread.currentThread();
        Faults faults = Faults.of(Fault.before("source.accept#3").doing(running::interrupt));
        SyncPlan<Row> plan = plan(FaultySource.of(InMemorySource.of(WANTED), faults), Products.target())
                .build();
        assertThatThrownBy(plan::preview).isInstanceOf(SyncCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void does_not_even_begin_on_an_interrupted_thread() {
        Faults faults = Faults.of();
        SyncPlan<Row> plan = plan(FaultySource.of(InMemorySource.of(WANTED), faults), Products.target())
                .build();
        Thread.currentThread().interrupt();
        assertThatThrownBy(plan::run).isInstanceOf(SyncCancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(faults.calls()).isEmpty();
    }

    @Test
    void has_no_effect_after_the_end() throws InterruptedException {
        InMemorySink sink = Products.target(products(1, 4));
        SyncPlan<Row> plan = plan(InMemorySource.of(WANTED), sink).build();
        RunHandle handle = plan.start();
        assertThat(handle.await().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        handle.cancel();
        assertThat(handle.await().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThatPlan(plan).changesNothing();
    }

    @Test
    void leaves_the_run_alone_when_the_one_who_waits_is_interrupted() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        Faults faults = Faults.of(Fault.before("source.accept#1").doing(goOn::await));
        InMemorySink sink = Products.target();
        RunHandle handle = plan(FaultySource.of(InMemorySource.of(WANTED), faults), sink)
                .build()
                .start();
        Thread.currentThread().interrupt();
        assertThatThrownBy(handle::await).isInstanceOf(InterruptedException.class);
        goOn.countDown();
        assertThat(handle.await().counts().inserted()).isEqualTo(5);
    }

    @Test
    void tells_the_writer_that_the_run_is_cancelled_only_when_it_is() {
        InMemorySink sink = Products.target();
        AtomicReference<WriteContext> context = new AtomicReference<>();
        Faults faults = Faults.of(Fault.before("sink.write#1")
                .doing(() -> assertThat(context.get().isCancelled()).isFalse()));
        SyncReport report = plan(InMemorySource.of(WANTED), new Remembering(FaultySink.of(sink, faults), context))
                .build()
                .run();
        assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(context.get().expected().inserts()).isEqualTo(5);
        assertThat(context.get().keyFields()).containsExactly("id");
        assertThat(context.get().schema()).isEqualTo(Products.SCHEMA);
        assertThat(context.get().plan()).isEqualTo("cancelled");
    }
}
