package dev.datasync.testkit;

import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.Preview;
import dev.datasync.RunHandle;
import dev.datasync.SyncPlan;
import dev.datasync.change.ChangeCounts;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.PlanException;
import dev.datasync.run.Retries;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncCancelledException;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.Sink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A plan that commits after every so many changes. */
class CommitInPartsTest {

    /** Two deletes, two updates and three inserts. */
    private static final List<Row> OLD = products(1, 6);

    private static final List<Row> NEW =
            List.of(changed(3), changed(4), product(5), product(6), product(7), product(8), product(9));

    private static SyncPlan.Builder<Row> plan(Sink<Row> target) {
        return SyncPlan.named("parts")
                .from(InMemorySource.of(NEW))
                .match(Matcher.<Row>on("id"))
                .into(target)
                .deletes(Deletes.missing().unlimited());
    }

    private static SyncException failure(SyncPlan<Row> plan) {
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(thrown).as("the failure of the run").isNotNull();
        return thrown;
    }

    private static SyncReport report(SyncException failure) {
        return failure.report().orElseThrow();
    }

    @AfterEach
    void clear_the_interrupt() {
        Thread.interrupted();
    }

    @Test
    void commits_after_exactly_so_many_changes_whatever_the_size_of_a_batch() {
        for (int every = 1; every <= 8; every++) {
            for (int batchSize = 1; batchSize <= 8; batchSize++) {
                InMemorySink sink = Products.target(OLD);
                List<Integer> seen = new ArrayList<>();
                Faults faults = Faults.of();
                SyncPlan<Row> plan = plan(FaultySink.of(sink, faults))
                        .commitEvery(every)
                        .batchSize(batchSize)
                        .build();
                assertThat(plan.run().counts().written()).isEqualTo(7);
                int written = 0;
                int batch = 0;
                for (String call : faults.calls()) {
                    if (call.startsWith("sink.write")) {
                        int size = sink.writes().get(batch++).size();
                        assertThat(size).isLessThanOrEqualTo(batchSize);
                        written += size;
                    } else if (call.startsWith("sink.commit")) {
                        seen.add(written);
                    }
                }
                List<Integer> expected = new ArrayList<>();
                for (int at = every; at < 7; at += every) {
                    expected.add(at);
                }
                expected.add(7);
                assertThat(seen)
                        .as("commits of %s in batches of %s", every, batchSize)
                        .isEqualTo(expected);
                assertThat(plan.run().counts().written()).isZero();
            }
        }
    }

    @Test
    void tells_what_is_committed_and_what_is_not_when_it_stops_half_way() {
        InMemorySink sink = Products.target(OLD);
        SyncPlan<Row> plan = plan(FaultySink.of(sink, Faults.of(Fault.before("sink.write#3"))))
                .commitEvery(2)
                .build();

        SyncException failure = failure(plan);

        assertThat(failure.code()).isEqualTo("E-WRITE");
        assertThat(failure).hasMessageContaining("4 of 7 changes are committed, and the next run does the rest");
        SyncReport report = report(failure);
        assertThat(report.outcome()).isEqualTo(RunOutcome.FAILED);
        assertThat(report.counts().deleted()).isEqualTo(2);
        assertThat(report.counts().updated()).isEqualTo(2);
        assertThat(report.counts().inserted()).isZero();
        assertThat(report.counts().notWritten()).isEqualTo(3);
        assertThat(report.counts().unknown()).isZero();
        assertThat(sink.content()).containsExactlyInAnyOrder(changed(3), changed(4), product(5), product(6));
        assertThat(sink.openWriters()).isZero();
        assertThat(plan.run().counts().written()).isEqualTo(3);
        assertThatPlan(plan).converges();
    }

    @Test
    void only_the_part_whose_commit_got_no_answer_is_unknown() {
        InMemorySink sink = Products.target(OLD);
        SyncPlan<Row> plan = plan(FaultySink.of(sink, Faults.of(Fault.after("sink.commit#2"))))
                .commitEvery(2)
                .build();

        SyncException failure = failure(plan);

        assertThat(failure.code()).isEqualTo("E-COMMIT-UNKNOWN");
        assertThat(failure)
                .hasMessageContaining("2 of 7 changes are committed")
                .hasMessageContaining("Whether further 2 are in the target is unknown");
        assertThat(report(failure).counts().written()).isEqualTo(2);
        assertThat(report(failure).counts().unknown()).isEqualTo(2);
        assertThat(report(failure).counts().notWritten()).isEqualTo(3);
        assertThat(plan.run().counts().written()).isEqualTo(3);
    }

    @Test
    void a_cancelled_run_keeps_what_is_committed_and_says_so() throws InterruptedException {
        InMemorySink sink = Products.target(OLD);
        AtomicReference<RunHandle> handle = new AtomicReference<>();
        Object started = new Object();
        Faults faults = Faults.of(Fault.after("sink.commit#2").doing(() -> {
            synchronized (started) {
                handle.get().cancel();
            }
        }));
        SyncPlan<Row> plan = plan(FaultySink.of(sink, faults)).commitEvery(2).build();
        synchronized (started) {
            handle.set(plan.start());
        }

        SyncCancelledException thrown = catchThrowableOfType(
                SyncCancelledException.class, () -> handle.get().await());

        assertThat(thrown).hasMessageContaining("4 of 7 changes are committed");
        assertThat(report(thrown).outcome()).isEqualTo(RunOutcome.CANCELLED);
        assertThat(report(thrown).counts().written()).isEqualTo(4);
        assertThat(report(thrown).counts().notWritten()).isEqualTo(3);
        assertThat(sink.openWriters()).isZero();
        assertThatPlan(plan).converges();
    }

    @Test
    void an_interrupt_during_a_commit_in_between_ends_the_run_behind_it() {
        InMemorySink sink = Products.target(OLD);
        SyncPlan<Row> plan = plan(FaultySink.of(
                        sink, Faults.of(Fault.before("sink.commit").interrupting())))
                .commitEvery(3)
                .build();

        assertThatThrownBy(plan::run)
                .isInstanceOfSatisfying(
                        SyncCancelledException.class,
                        e -> assertThat(report(e).counts().written()).isEqualTo(3));

        assertThat(Thread.interrupted()).as("the thread is interrupted still").isTrue();
        assertThat(sink.commits()).isEqualTo(1);
    }

    @Test
    void an_error_leaves_the_listeners_with_a_true_report() {
        InMemorySink sink = Products.target(OLD);
        List<SyncReport> heard = new ArrayList<>();
        SyncPlan<Row> plan = plan(FaultySink.of(
                        sink,
                        Faults.of(Fault.after("sink.commit#2").throwing(() -> new StackOverflowError("injected")))))
                .commitEvery(2)
                .listener(new SyncListener() {
                    @Override
                    public void finished(SyncReport report) {
                        heard.add(report);
                    }
                })
                .build();

        assertThatThrownBy(plan::run).isInstanceOf(StackOverflowError.class);

        assertThat(heard).singleElement().satisfies(report -> {
            assertThat(report.outcome()).isEqualTo(RunOutcome.FAILED);
            assertThat(report.counts().deleted()).isEqualTo(2);
            assertThat(report.counts().unknown()).isEqualTo(2);
            assertThat(report.counts().notWritten()).isEqualTo(3);
        });
        assertThat(sink.openWriters()).isZero();
    }

    @Test
    void counts_conflicts_in_each_part() {
        InMemorySink sink = Products.target(OLD);
        Faults faults = Faults.of(Fault.before("sink.open")
                .doing(() -> sink.removeIf(row -> row.integer("id") == 1 || row.integer("id") == 4)));
        SyncPlan<Row> plan = plan(FaultySink.of(sink, faults))
                .commitEvery(2)
                .onFailure(FailurePolicy.skipUpTo(10))
                .build();

        SyncReport report = plan.run();

        assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
        assertThat(report.counts().rejected()).isEqualTo(2);
        assertThat(report.rejections()).hasSize(2);
        assertThat(report.counts().written()).isEqualTo(5);
        assertThat(report.counts().notWritten()).isZero();
        Arithmetic.check(report, new ChangeCounts(0, 1, 1), 0);
    }

    @Test
    void a_target_that_is_written_as_a_whole_does_not_take_it() {
        Sink<Row> whole = new WholeSink();

        assertThatThrownBy(() -> plan(whole).commitEvery(10).build())
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("written as a whole")
                .hasMessageContaining("leave it out");
    }

    /** Whatever fails, and wherever: the sums are right, and so is what they say of the target. */
    @Test
    void adds_up_whatever_happens_in_whatever_part() {
        for (int seed = 0; seed < 1_000; seed++) {
            try {
                checkSums(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            } finally {
                Thread.interrupted();
            }
        }
    }

    @SuppressWarnings("try") // the log is not of interest, and there is much of it
    private static void checkSums(Random random) {
        List<Row> before = products(0, random.nextInt(30));
        List<Row> wanted = new ArrayList<>();
        for (int id = random.nextInt(20); id < 40; id += 1 + random.nextInt(4)) {
            wanted.add(random.nextBoolean() ? changed(id) : product(id));
        }
        InMemorySink sink = Products.target(before);
        List<Fault> injected = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            injected.add(fault(random));
        }
        if (random.nextBoolean()) {
            int modulus = 3 + random.nextInt(9);
            injected.add(Fault.before("sink.open").doing(() -> sink.removeIf(row -> row.integer("id") % modulus == 0)));
        }
        Faults faults = Faults.of(injected.toArray(Fault[]::new));
        int mode = random.nextInt(4);
        boolean withDeletes = mode != 0 && random.nextInt(4) > 0;
        int batchSize = 1 + random.nextInt(9);
        int every = random.nextInt(4) == 0 ? 1_000 : 1 + random.nextInt(12);
        Retries retries = Retries.upTo(1 + random.nextInt(3), Duration.ZERO);
        FailurePolicy policy = FailurePolicy.skipUpTo(random.nextInt(3) == 0 ? 2 : 1_000);
        Function<Sink<Row>, SyncPlan<Row>> plans = target -> {
            SyncPlan.Builder<Row> builder = SyncPlan.named("sums")
                    .from(InMemorySource.of(wanted))
                    .match(Matcher.<Row>on("id"))
                    .into(target)
                    .batchSize(batchSize)
                    .commitEvery(every)
                    .retries(retries)
                    .onFailure(policy);
            builder = mode == 0 ? builder.insertOnly() : mode == 1 ? builder.updateOnly() : builder;
            return (withDeletes ? builder.deletes(Deletes.missing().unlimited()) : builder).build();
        };
        SyncPlan<Row> plan = plans.apply(FaultySink.of(sink, faults));
        ChangeCounts expected;
        try (Preview<Row> preview = plan.preview()) {
            expected = preview.changes().counts();
        }
        SyncReport report;
        try (CapturedLog log = new CapturedLog()) {
            report = plan.run();
        } catch (SyncException e) {
            report = report(e);
        }
        SyncReport.Counts counts = report.counts();
        assertThat(counts.written() + counts.rejected() + counts.notWritten() + counts.unknown())
                .as("%s", report)
                .isEqualTo(expected.total());
        assertThat(counts.notWritten()).isNotNegative();
        ChangeCounts others = new ChangeCounts(
                expected.inserts() - counts.inserted(),
                expected.updates() - counts.updated(),
                expected.deletes() - counts.deleted());
        Arithmetic.check(report, others, mode == 0 ? counts.skipped() : 0);
        // an insert is the only change that cannot be mistaken for what somebody else has done
        long inserted = sink.content().stream()
                .filter(row -> before.stream().noneMatch(old -> old.value("id").equals(row.value("id"))))
                .count();
        assertThat(inserted).isBetween(counts.inserted(), counts.inserted() + counts.unknown());
        assertThat(sink.openWriters()).isZero();
        Thread.interrupted();
        SyncPlan<Row> healthy = plans.apply(sink);
        assertThat(healthy.run().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(healthy.run().counts().written()).isZero();
    }

    private static Fault fault(Random random) {
        String[] calls = {
            "sink.open", "sink.write#1", "sink.write#2", "sink.write#3", "sink.commit", "sink.commit#2", "sink.commit#3"
        };
        String call = calls[random.nextInt(calls.length)];
        Fault fault = random.nextBoolean() ? Fault.before(call) : Fault.after(call);
        return switch (random.nextInt(4)) {
            case 0 ->
                Fault.before(call.equals("sink.open") ? "sink.write#1" : call)
                        .inPassing()
                        .times(1 + random.nextInt(3));
            case 1 -> fault.interrupting();
            default -> fault;
        };
    }
}
