package dev.datasync.testkit;

import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.RunHandle;
import dev.datasync.SyncGroup;
import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.GroupException;
import dev.datasync.run.Retries;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncCancelledException;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.RetryableException;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Source;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A target in which each change is final at once, as in a REST resource: the report tells exactly what is there. */
class AppliesAtOnceTest {

    /** Two deletes, two updates and three inserts, in this order. */
    private static final List<Row> OLD = products(1, 6);

    private static final List<Row> NEW =
            List.of(changed(3), changed(4), product(5), product(6), product(7), product(8), product(9));

    private final InMemorySink table = Products.target(OLD).applyingAtOnce();

    @AfterEach
    void clear_the_interrupt() {
        Thread.interrupted();
    }

    // ---------------------------------------------------------------- a target that answers as the test wants

    /** What a target does with one change. */
    private interface Answer {

        /** Returns the outcome; {@code done} does the change and returns what became of it. */
        Outcome to(Change<Row> change, Doing done) throws Exception;
    }

    private interface Doing {

        Outcome now() throws Exception;
    }

    /** Writes the changes of a batch one after the other, and answers for each by its number, from 1. */
    @SuppressWarnings("try") // a writer's close() may throw anything
    private static final class Answering implements Sink<Row> {

        private final InMemorySink sink;
        private final Map<Integer, Answer> answers;
        private int number;

        Answering(InMemorySink sink, Map<Integer, Answer> answers) {
            this.sink = sink;
            this.answers = answers;
        }

        @Override
        public RecordType<Row> recordType() {
            return sink.recordType();
        }

        @Override
        public Optional<Schema> storedSchema() {
            return sink.storedSchema();
        }

        @Override
        public Source<Row> existing() {
            return sink.existing();
        }

        @Override
        public boolean canCommitInParts() {
            return true;
        }

        @Override
        public ChangeWriter<Row> open(WriteContext context) {
            ChangeWriter<Row> writer = sink.open(context);
            return new ChangeWriter<>() {
                @Override
                public List<Outcome> write(List<Change<Row>> batch) throws Exception {
                    List<Outcome> outcomes = new ArrayList<>();
                    for (Change<Row> change : batch) {
                        number++;
                        Doing done = () -> writer.write(List.of(change)).get(0);
                        Answer answer = answers.get(number);
                        outcomes.add(answer == null ? done.now() : answer.to(change, done));
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

                @Override
                public boolean undoesOnClose() {
                    return writer.undoesOnClose();
                }

                @Override
                public boolean appliesAtOnce() {
                    return writer.appliesAtOnce();
                }
            };
        }
    }

    private static SyncPlan.Builder<Row> plan(Sink<Row> target) {
        return SyncPlan.named("at once")
                .from(InMemorySource.of(NEW))
                .match(Matcher.<Row>on("id"))
                .into(target)
                .deletes(Deletes.missing().unlimited());
    }

    private static Answer notTried(Exception cause) {
        return (change, done) -> Outcome.notTried(cause);
    }

    private static Answer unknown() {
        return (change, done) -> Outcome.unknown("no answer within 30 s");
    }

    private static Answer unknownAfterIt() {
        return (change, done) -> {
            done.now();
            return Outcome.unknown("no answer within 30 s");
        };
    }

    private static SyncException failure(SyncPlan<Row> plan) {
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(thrown).as("the failure of the run").isNotNull();
        return thrown;
    }

    private static SyncReport.Counts counts(SyncException failure) {
        return failure.report().orElseThrow().counts();
    }

    private static void assertCounts(SyncReport.Counts counts, long written, long unknown, long notWritten) {
        assertThat(counts.written()).as("written").isEqualTo(written);
        assertThat(counts.unknown()).as("unknown").isEqualTo(unknown);
        assertThat(counts.notWritten()).as("not written").isEqualTo(notWritten);
    }

    /** The next run does exactly what is missing. */
    private void assertNextRunDoes(int changes) {
        SyncPlan<Row> healthy = plan(table).build();
        assertThat(healthy.run().counts().written()).isEqualTo(changes);
        assertThatPlan(healthy).converges();
        assertThat(table.content()).containsExactlyInAnyOrderElementsOf(NEW);
        assertThat(table.openWriters()).isZero();
    }

    // ---------------------------------------------------------------- what ends a run in the middle of a batch

    @Test
    void what_was_applied_before_the_target_went_away_is_counted_exactly() {
        ReadException gone = new ReadException("E-HTTP-STATUS", "the server answers 503");
        SyncPlan<Row> plan = plan(new Answering(table, Map.of(4, notTried(gone), 5, notTried(gone))))
                .batchSize(5)
                .build();

        SyncException failure = failure(plan);

        assertThat(failure.code()).isEqualTo("E-HTTP-STATUS");
        assertThat(failure)
                .hasMessageContaining("the server answers 503")
                .hasMessageContaining("3 of 7 changes are committed, and the next run does the rest")
                .hasCause(gone);
        assertThat(failure.report().orElseThrow().outcome()).isEqualTo(RunOutcome.FAILED);
        assertThat(counts(failure).deleted()).isEqualTo(2);
        assertThat(counts(failure).updated()).isEqualTo(1);
        assertCounts(counts(failure), 3, 0, 4);
        Arithmetic.check(failure.report().orElseThrow(), new ChangeCounts(3, 1, 0), 0);
        assertNextRunDoes(4);
    }

    @Test
    void changes_that_were_done_behind_one_that_was_not_tried_count() {
        SyncException failure =
                failure(plan(new Answering(table, Map.of(2, notTried(new IOException("connection refused")))))
                        .build());

        assertThat(failure.code()).isEqualTo("E-WRITE");
        assertThat(failure).hasMessageContaining("6 of 7 changes are committed");
        assertCounts(counts(failure), 6, 0, 1);
        assertNextRunDoes(1);
    }

    @Test
    void nothing_is_called_unknown_when_nothing_was_tried() {
        Exception cause = new IOException("connection refused");
        SyncException failure = failure(plan(new Answering(table, Map.of(1, notTried(cause), 2, notTried(cause))))
                .batchSize(2)
                .build());

        assertThat(failure).hasMessageContaining("connection refused; nothing was written");
        assertCounts(counts(failure), 0, 0, 7);
        assertNextRunDoes(7);
    }

    @Test
    void one_unknown_change_does_not_make_others_unknown() {
        Exception stopping = new IOException("the run ends");
        for (Answer answer : List.of(unknown(), unknownAfterIt())) {
            InMemorySink own = Products.target(OLD).applyingAtOnce();
            SyncException failure = failure(plan(new Answering(own, Map.of(3, answer, 5, notTried(stopping))))
                    .batchSize(5)
                    .build());

            assertThat(failure.code()).isEqualTo("E-WRITE-UNKNOWN");
            assertThat(failure)
                    .hasMessageContaining("what became of id=3 is unknown: no answer within 30 s")
                    .hasMessageContaining("3 of 7 changes are committed. Whether one more is in the target is unknown");
            assertThat(counts(failure).deleted()).isEqualTo(2);
            assertThat(counts(failure).updated()).isEqualTo(1);
            assertCounts(counts(failure), 3, 1, 3);
            SyncPlan<Row> healthy = plan(own).build();
            assertThat(healthy.run().counts().written()).isBetween(3L, 4L);
            assertThatPlan(healthy).converges();
        }
    }

    @Test
    void a_batch_of_which_nothing_is_known_is_unknown_and_those_before_it_are_not() {
        SyncException failure = failure(plan(new Answering(table, Map.of(4, (change, done) -> {
                    throw new IllegalStateException("the connection broke");
                })))
                .batchSize(2)
                .build());

        assertThat(failure.code()).isEqualTo("E-WRITE");
        assertCounts(counts(failure), 2, 2, 3);
        // the update before the failure was done
        assertNextRunDoes(4);
    }

    @Test
    void a_change_that_is_refused_ends_the_run_when_the_whole_batch_is_counted() {
        SyncException failure =
                failure(plan(new Answering(table, Map.of(3, (change, done) -> Outcome.rejected("not allowed"))))
                        .batchSize(5)
                        .build());

        assertThat(failure.code()).isEqualTo("E-WRITE-REJECTED");
        assertThat(failure).hasMessageContaining("not allowed").hasMessageContaining("4 of 7 changes are committed");
        assertCounts(counts(failure), 4, 0, 2);
        assertThat(counts(failure).rejected()).isEqualTo(1);
        assertNextRunDoes(3);
    }

    // ---------------------------------------------------------------- cancelling

    @Test
    void a_run_that_is_cancelled_in_the_middle_of_a_batch_counts_its_outcomes() throws InterruptedException {
        AtomicReference<RunHandle> handle = new AtomicReference<>();
        Object started = new Object();
        Answer cancelling = (change, done) -> {
            synchronized (started) {
                handle.get().cancel();
            }
            return done.now();
        };
        Answer rest = notTried(new IOException("cancelled"));
        SyncPlan<Row> plan = plan(new Answering(table, Map.of(3, cancelling, 4, unknown(), 5, rest, 6, rest, 7, rest)))
                .build();
        synchronized (started) {
            handle.set(plan.start());
        }

        SyncCancelledException thrown = catchThrowableOfType(
                SyncCancelledException.class, () -> handle.get().await());

        assertThat(thrown.report().orElseThrow().outcome()).isEqualTo(RunOutcome.CANCELLED);
        assertThat(thrown).hasMessageContaining("3 of 7 changes are committed");
        assertCounts(counts(thrown), 3, 1, 3);
        assertNextRunDoes(4);
    }

    @Test
    void an_interrupt_that_the_writer_hands_on_as_a_cause_cancels_the_run_and_stays() {
        Answer rest = notTried(new InterruptedException());
        SyncException failure =
                failure(plan(new Answering(table, Map.of(6, rest, 7, rest))).build());

        assertThat(failure).isInstanceOf(SyncCancelledException.class);
        assertThat(Thread.interrupted()).as("the thread is interrupted still").isTrue();
        assertCounts(counts(failure), 5, 0, 2);
        assertNextRunDoes(2);
    }

    @Test
    void a_run_that_is_cancelled_behind_its_last_change_says_that_all_is_there() {
        SyncException failure = failure(plan(new Answering(table, Map.of(7, (change, done) -> {
                    Thread.currentThread().interrupt();
                    return done.now();
                })))
                .build());

        assertThat(failure)
                .isInstanceOf(SyncCancelledException.class)
                .hasMessageContaining("all 7 changes are committed");
        assertCounts(counts(failure), 7, 0, 0);
        Thread.interrupted();
        assertNextRunDoes(0);
    }

    // ---------------------------------------------------------------- repeating, committing, state

    @Test
    void only_the_batch_that_failed_in_passing_is_repeated() {
        AtomicReference<Boolean> hasFailed = new AtomicReference<>(false);
        Answer once = (change, done) -> {
            if (!hasFailed.getAndSet(true)) {
                throw new RetryableException("try again", new IOException());
            }
            return done.now();
        };
        SyncReport report = plan(new Answering(table, Map.of(3, once)))
                .batchSize(2)
                .retries(Retries.upTo(2, Duration.ZERO))
                .build()
                .run();

        assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertCounts(report.counts(), 7, 0, 0);
        assertThat(table.writes()).as("each change once").hasSize(7);
        assertThat(report.warnings()).singleElement().asString().contains("repeated (attempt 2 of 2)");
        assertNextRunDoes(0);
    }

    @Test
    void each_batch_may_be_repeated_as_often_as_the_plan_says() {
        Faults faults = Faults.of(
                Fault.before("sink.write#1").inPassing(),
                Fault.before("sink.write#3").inPassing(),
                Fault.before("sink.write#5").inPassing());
        SyncReport report = plan(FaultySink.of(table, faults))
                .batchSize(3)
                .retries(Retries.upTo(2, Duration.ZERO))
                .build()
                .run();

        assertCounts(report.counts(), 7, 0, 0);
        assertThat(table.writes().stream().mapToInt(List::size).sum()).isEqualTo(7);
    }

    @Test
    void a_commit_that_fails_in_passing_is_repeated_although_everything_is_written() {
        Faults faults = Faults.of(Fault.before("sink.commit").inPassing());
        SyncReport report = plan(FaultySink.of(table, faults))
                .retries(Retries.upTo(2, Duration.ZERO))
                .build()
                .run();

        assertThat(table.commits()).isEqualTo(1);
        assertThat(table.writes()).hasSize(1);
        assertCounts(report.counts(), 7, 0, 0);
    }

    @Test
    void commits_in_parts_as_others_do() {
        SyncReport report = plan(table).commitEvery(2).batchSize(5).build().run();

        assertThat(table.commits()).isEqualTo(4);
        assertCounts(report.counts(), 7, 0, 0);
    }

    @Test
    void a_watermark_is_saved_when_everything_was_written_and_not_before() {
        StateRecorder state = new StateRecorder();
        for (boolean isHealthy : new boolean[] {false, true}) {
            Map<Integer, Answer> answers =
                    isHealthy ? Map.of() : Map.of(2, notTried(new IOException("connection refused")));
            SyncPlan<Row> plan = SyncPlan.named("incremental")
                    .from(state.source(InMemorySource.of(changed(1), changed(2)), "w1"))
                    .match(Matcher.<Row>on("id"))
                    .into(new Answering(table, answers))
                    .watermarks(state)
                    .build();
            if (isHealthy) {
                assertThat(plan.run().counts().updated()).isEqualTo(1);
                assertThat(state.saved).isEqualTo("w1");
            } else {
                assertThat(counts(failure(plan)).updated()).isEqualTo(1);
                assertThat(state.saved).isNull();
            }
        }
    }

    @Test
    void records_that_were_marked_as_deleted_count_as_deleted() {
        Schema fields = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text()),
                Field.of("gone", FieldType.bool()));
        InMemorySink marked = InMemorySink.of(fields, "id")
                .holding(fields.row(1L, "a", false), fields.row(2L, "b", false), fields.row(3L, "c", false))
                .applyingAtOnce();
        Map<Integer, Answer> answers = Map.of(2, notTried(new IOException("connection refused")));
        SyncException failure = failure(SyncPlan.named("soft")
                .from(InMemorySource.of(Row.of("id", 3L, "name", "c")))
                .match(Matcher.<Row>on("id"))
                .into(new Answering(marked, answers))
                .deletes(Deletes.soft("gone", true).unlimited())
                .build());

        assertThat(counts(failure).deleted()).isEqualTo(1);
        assertThat(counts(failure).notWritten()).isEqualTo(1);
        assertThat(marked.content().get(0).bool("gone")).isTrue();
        assertThat(marked.content().get(1).bool("gone")).isFalse();
    }

    @Test
    void a_group_tells_what_each_plan_has_done() {
        InMemorySink second = Products.target(OLD).applyingAtOnce().named("second");
        SyncPlan<Row> healthy = plan(table.named("first")).build();
        SyncPlan<Row> failing = SyncPlan.named("failing")
                .from(InMemorySource.of(NEW))
                .match(Matcher.<Row>on("id"))
                .into(new Answering(second, Map.of(2, notTried(new IOException("connection refused")))))
                .build();

        GroupException failure = catchThrowableOfType(
                GroupException.class,
                SyncGroup.named("group").add(healthy).add(failing).inThisOrder().build()::run);

        List<SyncReport> plans = failure.groupReport().orElseThrow().plans();
        assertCounts(plans.get(0).counts(), 7, 0, 0);
        assertCounts(plans.get(1).counts(), 4, 0, 1);
        assertThat(failure).hasMessageContaining("11 changes are committed and 0 unknown");
    }

    // ---------------------------------------------------------------- targets that do not say so

    @Test
    void a_target_that_takes_back_what_it_was_given_has_written_nothing() {
        InMemorySink transactional = Products.target(OLD);
        SyncException failure =
                failure(plan(new Answering(transactional, Map.of(4, notTried(new IOException("connection refused")))))
                        .build());

        assertThat(failure).hasMessageContaining("nothing was committed");
        assertCounts(counts(failure), 0, 0, 7);
        assertThat(transactional.content()).isEqualTo(OLD);
    }

    @Test
    void what_was_refused_or_not_tried_is_not_unknown_in_a_target_that_takes_nothing_back() {
        InMemorySink kept = Products.target(OLD).withoutTransaction();
        SyncException failure = failure(plan(new Answering(
                        kept,
                        Map.of(
                                3,
                                (change, done) -> Outcome.rejected("not allowed"),
                                6,
                                notTried(new IOException("the run ends")),
                                7,
                                unknown())))
                .build());

        assertThat(failure.code()).isEqualTo("E-WRITE-REJECTED");
        assertCounts(counts(failure), 0, 5, 1);
        assertThat(counts(failure).rejected()).isEqualTo(1);
    }

    // ---------------------------------------------------------------- whatever happens

    /** What the target really did in one random run. */
    private static final class Truth {

        private long applied;
        private long unknown;
        private boolean hasThrown;
    }

    @Test
    void the_report_says_what_happened_whatever_happens() {
        for (int seed = 0; seed < 1_000; seed++) {
            try {
                checkReport(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            } finally {
                Thread.interrupted();
            }
        }
    }

    @SuppressWarnings("try") // the log is not of interest, and there is much of it
    private static void checkReport(Random random) {
        InMemorySink own = Products.target(OLD).applyingAtOnce();
        Truth truth = new Truth();
        Map<Integer, Answer> answers = new HashMap<>();
        int batchSize = 1 + random.nextInt(7);
        for (int number = 1; number <= 20; number++) {
            int kind = random.nextInt(24);
            answers.put(number, (change, done) -> answered(kind, done, truth));
        }
        SyncPlan<Row> plan = plan(new Answering(own, answers))
                .batchSize(batchSize)
                .commitEvery(1 + random.nextInt(8))
                .retries(Retries.upTo(1 + random.nextInt(3), Duration.ZERO))
                .onFailure(FailurePolicy.skipUpTo(random.nextInt(3)))
                .build();
        SyncReport report;
        try (CapturedLog log = new CapturedLog()) {
            report = plan.run();
        } catch (SyncException e) {
            report = e.report().orElseThrow();
        }
        SyncReport.Counts counts = report.counts();
        assertThat(counts.written() + counts.rejected() + counts.notWritten() + counts.unknown())
                .as("%s", report)
                .isEqualTo(7);
        assertThat(counts.notWritten()).isNotNegative();
        if (truth.hasThrown) {
            assertThat(counts.written()).as("%s", report).isLessThanOrEqualTo(truth.applied);
            assertThat(counts.unknown()).as("%s", report).isLessThanOrEqualTo(batchSize);
        } else {
            assertThat(counts.written()).as("%s", report).isEqualTo(truth.applied);
            assertThat(counts.unknown()).as("%s", report).isEqualTo(truth.unknown);
        }
        assertThat(own.openWriters()).isZero();
        Thread.interrupted();
        SyncPlan<Row> healthy = plan(own).build();
        assertThat(healthy.run().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(healthy.run().counts().written()).isZero();
    }

    private static Outcome answered(int kind, Doing done, Truth truth) throws Exception {
        switch (kind) {
            case 0 -> {
                truth.unknown++;
                return Outcome.unknown("no answer");
            }
            case 1 -> {
                done.now();
                truth.unknown++;
                return Outcome.unknown("no answer");
            }
            case 2 -> {
                return Outcome.rejected("not allowed");
            }
            case 3 -> {
                return Outcome.notTried(new IOException("connection refused"));
            }
            case 4 -> {
                truth.hasThrown = true;
                throw new IllegalStateException("the connection broke");
            }
            case 5 -> Thread.currentThread().interrupt();
            default -> {
                // it is simply done
            }
        }
        Outcome outcome = done.now();
        if (outcome.equals(Outcome.applied())) {
            truth.applied++;
        }
        return outcome;
    }
}
