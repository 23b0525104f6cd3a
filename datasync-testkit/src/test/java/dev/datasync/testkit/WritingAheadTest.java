package dev.datasync.testkit;

import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.SyncGroup;
import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.match.Matcher;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.Progress;
import dev.datasync.run.Rejection;
import dev.datasync.run.Retries;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncCancelledException;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The inserts of an empty target may be sent before the comparison is complete. Nobody can tell, but by the time it takes:
 * the result, the guards and what a failure leaves behind are the same.
 */
@SuppressWarnings("try") // a writer may throw anything when it is closed
class WritingAheadTest {

    /** So long that a record is joined at once, and is more than the smallest budget keeps of a change set. */
    private static final String LONG_NAME = "long ".repeat(7_000);

    /** The first ones are sent ahead, and the last one when the comparison is complete. */
    private static final Set<String> WRITES =
            Set.of("sink.write#1", "sink.write#2", "sink.write#3", "sink.write#7", "sink.write#12");

    private static final int ROWS = 24;
    private static final int ROWS_FIRST = 18;
    private static final List<Row> ALL = rows(ROWS);

    private static final String PASSING = "something in passing";
    private static final Map<String, Function<Fault, Fault>> KINDS = FaultKinds.all();

    static {
        KINDS.put(PASSING, Fault::inPassing);
    }

    @TempDir
    Path spillDirectory;

    private static List<Row> rows(int count) {
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            rows.add(Products.product(i, LONG_NAME + i, i + ".50"));
        }
        return rows;
    }

    @AfterEach
    void clear_the_interrupt() {
        Thread.interrupted();
    }

    /** A sink whose writers may be opened ahead; tells when one has written twice, or is closed, or was not opened. */
    private static class Ahead implements Sink<Row> {

        private final Sink<Row> sink;
        private final boolean isAble;
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private volatile boolean isAsked;
        private volatile WriteContext context;

        /** Reads what the target holds in the present run. */
        private volatile CompletableFuture<Thread> reader = new CompletableFuture<>();

        Ahead(Sink<Row> sink, boolean isAble) {
            this.sink = sink;
            this.isAble = isAble;
        }

        @Override
        public Optional<ChangeWriter<Row>> openAhead(WriteContext writeContext) throws Exception {
            isAsked = true;
            context = writeContext;
            boolean isOpen = false;
            try {
                Optional<ChangeWriter<Row>> opened =
                        isAble ? Optional.of(sink.open(writeContext)) : sink.openAhead(writeContext);
                isOpen = opened.isPresent();
                return opened.map(Signalling::new);
            } finally {
                if (!isOpen) {
                    begun.countDown();
                    closed.countDown();
                }
            }
        }

        @SuppressWarnings("try") // as in ChangeWriter
        private final class Signalling implements ChangeWriter<Row> {

            private final ChangeWriter<Row> writer;
            private int written;

            Signalling(ChangeWriter<Row> writer) {
                this.writer = writer;
            }

            @Override
            public List<Outcome> write(List<Change<Row>> batch) throws Exception {
                List<Outcome> outcomes = writer.write(batch);
                written++;
                if (written == 2) {
                    begun.countDown();
                }
                return outcomes;
            }

            @Override
            public void commit() throws Exception {
                writer.commit();
            }

            @Override
            public void close() throws Exception {
                try {
                    writer.close();
                } finally {
                    begun.countDown();
                    closed.countDown();
                }
            }
        }

        @Override
        public RecordType<Row> recordType() {
            return sink.recordType();
        }

        @Override
        public Optional<Schema> storedSchema() throws Exception {
            return sink.storedSchema();
        }

        @Override
        public Source<Row> existing() {
            Source<Row> existing = sink.existing();
            CompletableFuture<Thread> reading = new CompletableFuture<>();
            reader = reading;
            return (receiver, readContext) -> {
                reading.complete(Thread.currentThread());
                return existing.read(receiver, readContext);
            };
        }

        @Override
        public ChangeWriter<Row> open(WriteContext writeContext) throws Exception {
            return sink.open(writeContext);
        }

        @Override
        public boolean canCommitInParts() {
            return sink.canCommitInParts();
        }
    }

    /** Delivers some rows when the target is read, waits for a signal, and delivers the rest. */
    private static final class InTwoParts implements Source<Row> {

        private final List<Row> rows;
        private final Ahead ahead;
        private final CountDownLatch signal;
        private final Completion completion;

        InTwoParts(List<Row> rows, Ahead ahead, CountDownLatch signal, Completion completion) {
            this.rows = rows;
            this.ahead = ahead;
            this.signal = signal;
            this.completion = completion;
        }

        @Override
        public Optional<Schema> schema() {
            return Optional.of(Products.SCHEMA);
        }

        @Override
        public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
            if (signal.getCount() > 0) {
                ahead.reader.get(10, TimeUnit.SECONDS).join();
            }
            rows.subList(0, ROWS_FIRST).forEach(receiver::accept);
            context.onCancel(signal::countDown);
            assertThat(signal.await(10, TimeUnit.SECONDS)).as("a signal").isTrue();
            rows.subList(ROWS_FIRST, rows.size()).forEach(receiver::accept);
            return completion;
        }
    }

    /** One plan with its connectors, fresh for each fault. */
    private final class Attempt {

        private final InMemorySink sink = Products.target();
        private final Faults faults;
        private final Ahead ahead;
        private final RecordedThreads threads = new RecordedThreads();
        private final SyncPlan<Row> plan;
        private Throwable thrown;
        private SyncReport report;

        Attempt(List<Row> rows, Fault... faults) {
            this.faults = Faults.of(faults);
            this.ahead = new Ahead(FaultySink.of(new Ahead(sink, true), this.faults), false);
            this.plan = plan(new InTwoParts(rows, ahead, ahead.begun, Completion.complete()), ahead)
                    .threads(threads)
                    .build();
        }

        @SuppressWarnings("try") // the log is not of interest, and there is much of it
        void run() {
            try (CapturedLog log = new CapturedLog()) {
                report = plan.run();
            } catch (RuntimeException | Error e) {
                thrown = e;
            }
        }
    }

    private SyncPlan.Builder<Row> plan(Source<Row> source, Sink<Row> sink) {
        return SyncPlan.named("first load")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .batchSize(2)
                .spillDirectory(spillDirectory)
                .memoryBudget(new MemoryBudget(MemoryBudget.SMALLEST));
    }

    private SyncPlan.Builder<Row> plan(Ahead ahead) {
        return plan(new InTwoParts(ALL, ahead, ahead.begun, Completion.complete()), ahead);
    }

    // ---------------------------------------------------------------- what goes right

    @Test
    void sends_inserts_while_the_source_is_read_and_commits_them_at_the_end() {
        Attempt attempt = new Attempt(ALL);
        attempt.run();
        assertThat(attempt.report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(attempt.report.counts().inserted()).isEqualTo(ROWS);
        assertThat(attempt.report.counts().notWritten()).isZero();
        assertThat(attempt.report.method()).containsPattern("\\d+ inserts sent while the source was read");
        assertThat(attempt.sink.content()).containsExactlyInAnyOrderElementsOf(ALL);
        assertThat(attempt.faults.calls()).doesNotContain("sink.open").containsOnlyOnce("sink.commit");
        assertThatPlan(attempt.plan).changesNothing();
    }

    @Test
    void nobody_sees_anything_before_the_source_has_ended() {
        InMemorySink sink = Products.target();
        Ahead ahead = new Ahead(sink, true);
        List<Integer> seen = new ArrayList<>();
        Source<Row> source = new InTwoParts(ALL, ahead, ahead.begun, Completion.complete());
        Source<Row> looking = (receiver, context) -> {
            Completion end = source.read(receiver, context);
            seen.add(sink.content().size());
            return end;
        };
        plan(looking, ahead).build().run();
        assertThat(seen).containsExactly(0);
        assertThat(sink.content()).hasSize(ROWS);
    }

    @Test
    void says_how_many_changes_there_are_as_soon_as_it_is_known() {
        Ahead ahead = new Ahead(Products.target(), true);
        List<Long> before = new ArrayList<>();
        Source<Row> source = new InTwoParts(ALL, ahead, ahead.begun, Completion.complete());
        plan(
                        (receiver, context) -> {
                            Completion end = source.read(receiver, context);
                            before.add(ahead.context.expected().inserts());
                            return end;
                        },
                        ahead)
                .build()
                .run();
        assertThat(before).containsExactly(Long.MAX_VALUE);
        assertThat(ahead.context.expected().inserts()).isEqualTo(ROWS);
    }

    // ---------------------------------------------------------------- when it is not done

    @Test
    void is_not_begun_for_a_target_that_has_records() {
        InMemorySink sink = Products.target(ALL.subList(0, 1));
        Ahead ahead = new Ahead(sink, true);
        assertNotBegun(ahead, plan(atOnce(), ahead), sink);
    }

    @Test
    void is_not_begun_for_a_plan_that_commits_in_parts() {
        InMemorySink sink = Products.target().applyingAtOnce();
        Ahead ahead = new Ahead(sink, true);
        assertNotBegun(ahead, plan(atOnce(), ahead).commitEvery(10), sink);
    }

    @Test
    void is_not_begun_for_few_changes() {
        InMemorySink sink = Products.target();
        Ahead ahead = new Ahead(sink, true);
        assertNotBegun(ahead, plan(atOnce(), ahead).memoryBudget(MemoryBudget.standard()), sink);
    }

    @Test
    void is_not_begun_with_a_writer_that_cannot_take_anything_back() {
        InMemorySink sink = Products.target();
        List<Integer> written = new CopyOnWriteArrayList<>();
        CountDownLatch closed = new CountDownLatch(1);
        Ahead ahead = new Ahead(new Refusing(sink, () -> row -> false), false) {
            @Override
            public Optional<ChangeWriter<Row>> openAhead(WriteContext context) {
                return Optional.of(new ChangeWriter<>() {
                    @Override
                    public List<Outcome> write(List<Change<Row>> batch) {
                        written.add(batch.size());
                        return batch.stream().map(change -> Outcome.applied()).toList();
                    }

                    @Override
                    public boolean undoesOnClose() {
                        return false;
                    }

                    @Override
                    public void commit() {}

                    @Override
                    public void close() {
                        closed.countDown();
                    }
                });
            }
        };
        plan(new InTwoParts(ALL, ahead, closed, Completion.complete()), ahead)
                .build()
                .run();
        assertThat(closed.getCount()).isZero();
        assertThat(written).isEmpty();
        assertThat(sink.content()).hasSize(ROWS);
    }

    private static Source<Row> atOnce() {
        return InMemorySource.of(ALL).announcing(Products.SCHEMA);
    }

    @Test
    void is_not_begun_by_a_preview_and_not_when_that_is_applied() {
        InMemorySink sink = Products.target();
        Ahead ahead = new Ahead(sink, true);
        SyncPlan<Row> plan = plan(new InTwoParts(ALL, ahead, new CountDownLatch(0), Completion.complete()), ahead)
                .build();
        try (var preview = plan.preview()) {
            preview.apply();
        }
        assertThat(ahead.isAsked).isFalse();
        assertThat(sink.content()).hasSize(ROWS);
    }

    @Test
    void is_not_begun_by_a_group() {
        InMemorySink sink = Products.target();
        Ahead ahead = new Ahead(sink, true);
        SyncGroup.named("group")
                .add(plan(new InTwoParts(ALL, ahead, new CountDownLatch(0), Completion.complete()), ahead)
                        .build())
                .build()
                .run();
        assertThat(ahead.isAsked).isFalse();
        assertThat(sink.content()).hasSize(ROWS);
    }

    private void assertNotBegun(Ahead ahead, SyncPlan.Builder<Row> builder, InMemorySink sink) {
        builder.build().run();
        assertThat(ahead.isAsked).isFalse();
        assertThat(sink.content()).hasSize(ROWS);
    }

    // ---------------------------------------------------------------- what goes wrong

    @Test
    void a_source_that_fails_later_leaves_nothing() {
        InMemorySink sink = Products.target();
        Ahead ahead = new Ahead(sink, true);
        Source<Row> source = new InTwoParts(ALL, ahead, ahead.begun, Completion.complete());
        SyncPlan<Row> plan = plan(
                        (receiver, context) -> {
                            source.read(receiver, context);
                            throw new ReadException("E-TORN", "torn");
                        },
                        ahead)
                .build();
        assertThatThrownBy(plan::run)
                .isInstanceOfSatisfying(
                        SyncException.class,
                        e -> assertThat(e.report().orElseThrow().counts().unknown())
                                .isZero())
                .hasMessageContaining("E-TORN")
                .hasMessageContaining("nothing was written");
        assertThat(sink.content()).isEmpty();
        assertThat(sink.openWriters()).isZero();
        assertThat(ahead.isAsked).isTrue();
    }

    @Test
    void two_records_with_one_key_are_refused_and_nothing_is_written() {
        List<Row> twice = new ArrayList<>(ALL);
        twice.set(ROWS - 1, ALL.get(0));
        Attempt attempt = new Attempt(twice);
        attempt.run();
        assertThat(attempt.thrown).hasMessageContaining("E-KEY-DUPLICATE").hasMessageContaining("nothing was written");
        assertThat(attempt.ahead.isAsked).isTrue();
        assertThat(attempt.sink.content()).isEmpty();
        assertThat(attempt.sink.openWriters()).isZero();
    }

    @Test
    void more_rejections_than_the_plan_allows_undo_it() {
        InMemorySink sink = Products.target();
        Ahead ahead = new Ahead(sink, true);
        Source<Row> source = new InTwoParts(ALL, ahead, ahead.begun, Completion.complete());
        SyncPlan<Row> plan = plan(
                        (receiver, context) -> {
                            Completion end = source.read(receiver, context);
                            receiver.reject(100, "unreadable");
                            receiver.reject(101, "unreadable");
                            return end;
                        },
                        ahead)
                .onFailure(FailurePolicy.skipUpTo(1))
                .build();
        assertThatThrownBy(plan::run).hasMessageContaining("E-REJECTED");
        assertThat(ahead.isAsked).isTrue();
        assertThat(sink.content()).isEmpty();
        assertThat(sink.openWriters()).isZero();
    }

    @Test
    void an_incomplete_source_is_written_as_far_as_it_goes() {
        InMemorySink sink = Products.target();
        Ahead ahead = new Ahead(sink, true);
        SyncReport report = plan(new InTwoParts(ALL, ahead, ahead.begun, Completion.incomplete("there is more")), ahead)
                .build()
                .run();
        assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
        assertThat(report.counts().inserted()).isEqualTo(ROWS);
        assertThat(sink.content()).hasSize(ROWS);
    }

    @Test
    void what_the_target_refuses_is_left_to_the_ordinary_way() {
        InMemorySink sink = Products.target();
        Refusing refusing = new Refusing(sink, () -> row -> row.integer("id") == 2);
        Ahead ahead = new Ahead(refusing, true);
        SyncReport report =
                plan(ahead).onFailure(FailurePolicy.skipUpTo(1)).build().run();
        assertThat(ahead.isAsked).isTrue();
        assertThat(report.method()).doesNotContain("while the source was read");
        assertThat(report.counts().inserted()).isEqualTo(ROWS - 1);
        assertThat(report.counts().rejected()).isEqualTo(1);
        assertThat(sink.content()).hasSize(ROWS - 1);
        assertThat(sink.openWriters()).isZero();
    }

    @Test
    void which_of_two_records_the_target_refuses_does_not_depend_on_the_way() {
        // short, so that it is found to be an insert when the source has ended only
        List<Row> rows = new ArrayList<>(ALL);
        rows.add(Products.product(0, "short", "1.50"));
        List<List<Row>> contents = new ArrayList<>();
        for (boolean isAble : new boolean[] {false, true}) {
            InMemorySink sink = Products.target();
            List<Object> heard = new CopyOnWriteArrayList<>();
            Refusing refusing = new Refusing(sink, () -> {
                Set<Object> prices = new HashSet<>();
                return row -> !prices.add(row.decimal("price"));
            });
            Ahead ahead = new Ahead(refusing, isAble);
            SyncReport report = plan(new InTwoParts(rows, ahead, ahead.begun, Completion.complete()), ahead)
                    .onFailure(FailurePolicy.skipUpTo(1))
                    .listener(new SyncListener() {
                        @Override
                        public void rejected(Rejection rejection) {
                            heard.add(rejection.key().orElseThrow().values().get(0));
                        }
                    })
                    .build()
                    .run();
            assertThat(ahead.isAsked).isTrue();
            assertThat(report.counts().inserted()).isEqualTo(ROWS);
            assertThat(report.counts().rejected()).isEqualTo(1);
            assertThat(heard).containsExactly(1L);
            assertThat(sink.openWriters()).isZero();
            contents.add(sink.content());
        }
        assertThat(contents.get(1)).containsExactlyInAnyOrderElementsOf(contents.get(0));
    }

    @Test
    void a_commit_that_fails_in_passing_does_not_count_as_an_attempt() {
        Faults faults = Faults.of(Fault.before("sink.commit").inPassing());
        InMemorySink sink = Products.target();
        Ahead ahead = new Ahead(FaultySink.of(new Ahead(sink, true), faults), false);
        SyncReport report = plan(ahead).retries(Retries.none()).build().run();
        assertThat(faults.haveHappened()).isTrue();
        assertThat(report.counts().inserted()).isEqualTo(ROWS);
        assertThat(sink.content()).hasSize(ROWS);
    }

    @Test
    void tells_the_listeners_of_everything_that_is_written_also_when_nothing_is_left() {
        InMemorySink sink = Products.target();
        CountDownLatch written = new CountDownLatch(ROWS);
        Ahead ahead = new Ahead(
                new Refusing(sink, () -> row -> {
                    written.countDown();
                    return false;
                }),
                true);
        List<Long> progress = new CopyOnWriteArrayList<>();
        SyncReport report = plan(
                        (receiver, context) -> {
                            Completion end = new InTwoParts(ALL, ahead, ahead.begun, Completion.complete())
                                    .read(receiver, context);
                            assertThat(written.await(10, TimeUnit.SECONDS))
                                    .as("all written")
                                    .isTrue();
                            return end;
                        },
                        ahead)
                .listener(new SyncListener() {
                    @Override
                    public void progressed(Progress event) {
                        if (event.stage() == Stage.APPLY) {
                            progress.add(event.records());
                        }
                    }
                })
                .build()
                .run();
        assertThat(report.method()).contains(ROWS + " inserts sent while the source was read");
        assertThat(report.counts().inserted()).isEqualTo(ROWS);
        assertThat(progress).isNotEmpty().last().isEqualTo((long) ROWS);
    }

    /** Refuses some rows, as each writer has its own reasons to. */
    private static final class Refusing implements Sink<Row> {

        private final InMemorySink sink;
        private final Supplier<Predicate<Row>> refusal;

        Refusing(InMemorySink sink, Supplier<Predicate<Row>> refusal) {
            this.sink = sink;
            this.refusal = refusal;
        }

        @Override
        @SuppressWarnings("try") // as in ChangeWriter
        public ChangeWriter<Row> open(WriteContext context) {
            ChangeWriter<Row> writer = sink.open(context);
            Predicate<Row> refuses = refusal.get();
            return new ChangeWriter<>() {
                @Override
                public List<Outcome> write(List<Change<Row>> batch) throws Exception {
                    List<Outcome> outcomes = new ArrayList<>();
                    for (Change<Row> change : batch) {
                        boolean isRefused = refuses.test(((Change.Insert<Row>) change).after());
                        outcomes.addAll(
                                isRefused ? List.of(Outcome.rejected("not this one")) : writer.write(List.of(change)));
                    }
                    return outcomes;
                }

                @Override
                public void commit() throws Exception {
                    writer.commit();
                }

                @Override
                public void close() throws Exception {
                    writer.close();
                }
            };
        }

        @Override
        public RecordType<Row> recordType() {
            return RecordType.rows();
        }

        @Override
        public Optional<Schema> storedSchema() {
            return sink.storedSchema();
        }

        @Override
        public Source<Row> existing() {
            return sink;
        }
    }

    @Test
    void what_could_not_be_taken_back_is_not_said_to_be_gone() {
        Attempt attempt = new Attempt(ALL, Fault.before("sink.write#3").interrupting(), Fault.before("sink.close"));
        attempt.run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(attempt.thrown)
                .isInstanceOfSatisfying(
                        SyncCancelledException.class,
                        e -> assertThat(e.report().orElseThrow().counts().unknown())
                                .isPositive())
                .hasMessageContaining("is unknown")
                .hasMessageNotContaining("nothing was written");
    }

    @Test
    void a_source_that_waits_for_the_very_transaction_gets_it_out_of_the_way() {
        InMemorySink sink = Products.target();
        Ahead ahead = new Ahead(sink, true);
        SyncReport report = plan(new InTwoParts(ALL, ahead, ahead.closed, Completion.complete()), ahead)
                .build()
                .run();
        assertThat(ahead.isAsked).isTrue();
        assertThat(report.counts().inserted()).isEqualTo(ROWS);
        assertThat(report.method()).doesNotContain("while the source was read");
        assertThat(sink.content()).hasSize(ROWS);
    }

    @TestFactory
    Stream<DynamicTest> leaves_nothing_or_everything_behind_whatever_fails() {
        Attempt calm = new Attempt(ALL);
        calm.run();
        Set<String> calls = new LinkedHashSet<>(calm.faults.calls());
        // how many writes there are depends on the moment, but never fewer than these
        calls.removeIf(call -> call.startsWith("sink.write#") && !WRITES.contains(call));
        assertThat(calls).contains("sink.openAhead", "sink.write#2", "sink.commit", "sink.close");
        List<DynamicTest> tests = new ArrayList<>();
        for (String call : calls) {
            KINDS.forEach((kind, fault) -> {
                tests.add(DynamicTest.dynamicTest(
                        kind + " before " + call, () -> check(fault.apply(Fault.before(call)))));
                // what has happened already cannot fail in passing
                if (!kind.equals(PASSING)) {
                    tests.add(DynamicTest.dynamicTest(
                            kind + " after " + call, () -> check(fault.apply(Fault.after(call)))));
                }
            });
        }
        return tests.stream();
    }

    private void check(Fault fault) throws IOException {
        Attempt attempt = new Attempt(ALL, fault);
        attempt.run();
        boolean wasInterrupted = Thread.interrupted();
        assertThat(attempt.faults.haveHappened())
                .as("whether the fault happened")
                .isTrue();
        Set<Row> content = Set.copyOf(attempt.sink.content());
        assertThat(content.isEmpty() || content.equals(Set.copyOf(ALL)))
                .as("nothing or everything, of %s", content.size())
                .isTrue();
        if (attempt.report != null) {
            assertThat(attempt.report.counts().inserted()).isEqualTo(ROWS);
            assertThat(content).hasSize(ROWS);
        } else if (!(attempt.thrown instanceof FaultKinds.InjectedError)) {
            assertThat(attempt.thrown).isInstanceOf(SyncException.class);
            SyncReport report = ((SyncException) attempt.thrown).report().orElseThrow();
            assertThat(report.counts().written()).isZero();
            assertThat(report.counts().unknown()).isGreaterThanOrEqualTo(content.size());
            if (attempt.thrown instanceof SyncCancelledException) {
                assertThat(wasInterrupted).as("interrupted still").isTrue();
            }
        }
        attempt.threads.assertEnded();
        boolean closeHadNoEffect = fault.moment() == Fault.Moment.BEFORE
                && (fault.isLasting() || fault.call().equals("sink.close"));
        if (!closeHadNoEffect) {
            assertThat(attempt.sink.openWriters()).as("writers left open").isZero();
        }
        try (Stream<Path> files = Files.list(spillDirectory)) {
            assertThat(files).as("temporary files").isEmpty();
        }
        attempt.faults.heal();
        assertThatPlan(attempt.plan).converges();
        assertThat(attempt.sink.content()).hasSize(ROWS);
    }
}
