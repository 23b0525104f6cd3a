package dev.datasync.testkit;

import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.change.Deletes;
import dev.datasync.change.Limit;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.transform.Duplicates;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void adds_up_whatever_happens_to_the_records() {
        for (int seed = 0; seed < 500; seed++) {
            try {
                checkSums(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @Test
    void adds_up_when_several_plans_run_at_once() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int seed = 1_000; seed < 1_100; seed++) {
                Random random = new Random(seed);
                runs.add(threads.submit(() -> checkSums(random)));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void checkSums(Random random) {
        List<Row> rows = new ArrayList<>();
        int size = random.nextInt(60);
        for (int i = 0; i < size; i++) {
            int id = random.nextInt(80);
            rows.add(random.nextInt(4) == 0 ? changed(id) : product(id));
        }
        InMemorySink sink = Products.target(products(0, random.nextInt(80)));
        long before = sink.content().size();
        SyncPlan.Reading<Row> reading = SyncPlan.named("sums")
                .from(random.nextInt(5) == 0 ? InMemorySource.of(rows).rejecting("broken") : InMemorySource.of(rows));
        for (int i = random.nextInt(4); i > 0; i--) {
            reading = withStep(reading, random);
        }
        reading = reading.dropDuplicates(Duplicates.by("id").keepLast());
        int mode = random.nextInt(4);
        SyncPlan.Builder<Row> plan = reading.match(Matcher.<Row>on("id"))
                .into(sink)
                .batchSize(1 + random.nextInt(20))
                .onFailure(FailurePolicy.skipUpTo(Limit.none()));
        plan = mode == 0 ? plan.insertOnly() : mode == 1 ? plan.updateOnly() : plan;
        if (mode != 0 && random.nextInt(3) > 0) {
            Deletes deletes = Deletes.missing();
            deletes = random.nextBoolean() ? deletes.unlimited() : deletes.atMost(random.nextInt(20));
            plan = plan.deletes(random.nextBoolean() ? deletes : deletes.inScope(row -> row.integer("id") % 2 == 0));
        }
        SyncPlan<Row> built = plan.build();
        SyncReport previewed;
        try (Preview<Row> preview = built.preview()) {
            previewed = preview.report();
            Arithmetic.check(
                    previewed,
                    preview.changes().counts(),
                    mode == 0 ? previewed.counts().skipped() : 0);
        }
        SyncReport report = built.run();
        Arithmetic.check(report, Arithmetic.NOTHING, mode == 0 ? report.counts().skipped() : 0);
        assertThat(report.counts().written()).isEqualTo(previewed.counts().notWritten());
        assertThat(report.outcome()).isEqualTo(previewed.outcome());
        assertThat(report.outcome() == RunOutcome.SUCCEEDED)
                .isEqualTo(report.reasons().isEmpty());
        assertThat(sink.content()).hasSize((int)
                (before + report.counts().inserted() - report.counts().deleted()));
    }

    private static SyncPlan.Reading<Row> withStep(SyncPlan.Reading<Row> reading, Random random) {
        int modulus = 2 + random.nextInt(6);
        return switch (random.nextInt(5)) {
            case 0 -> reading.filter(row -> row.integer("id") % modulus != 0);
            case 1 ->
                reading.map(row -> {
                    if (row.integer("id") % modulus == 1) {
                        throw new IllegalStateException("not this one");
                    }
                    return row;
                });
            case 2 ->
                reading.expand(row -> {
                    List<Row> made = new ArrayList<>();
                    for (long i = row.integer("id") % modulus; i > 1; i--) {
                        made.add(product((int) (row.integer("id") * 10 + i)));
                    }
                    return made;
                });
            case 3 -> reading.dropDuplicates(Duplicates.by("name").keepFirst());
            default ->
                reading.filter(row -> {
                    if (row.integer("id") % modulus == 1) {
                        throw new IllegalStateException("cannot tell");
                    }
                    return true;
                });
        };
    }

    @Test
    void adds_up_when_the_target_refuses_changes() {
        InMemorySink sink = Products.target(products(1, 10));
        Faults faults = Faults.of(Fault.before("sink.open").doing(() -> {
            sink.removeIf(row -> row.integer("id") % 3 == 0);
            sink.insert(product(11));
        }));
        List<Row> wanted = List.of(changed(2), changed(3), product(4), product(11), product(12));
        SyncReport report = SyncPlan.named("sums")
                .from(InMemorySource.of(wanted))
                .match(Matcher.<Row>on("id"))
                .into(FaultySink.of(sink, faults))
                .deletes(Deletes.missing().unlimited())
                .onFailure(FailurePolicy.skipUpTo(10))
                .build()
                .run();
        SyncReport.Counts counts = report.counts();
        assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
        assertThat(counts.rejected()).as("update 3, delete 6 and 9, insert 11").isEqualTo(4);
        assertThat(report.rejections()).allMatch(rejection -> rejection.stage() == Stage.APPLY);
        assertThat(counts.updated()).isEqualTo(1);
        assertThat(counts.inserted()).isEqualTo(1);
        assertThat(counts.deleted()).as("1, 5, 7, 8, 10").isEqualTo(5);
        assertThat(counts.unchanged()).isEqualTo(1);
        assertThat(counts.notWritten()).isZero();
    }

    @Test
    void counts_what_was_not_written_when_a_batch_fails() {
        InMemorySink sink = Products.target(products(1, 2));
        Faults faults = Faults.of(Fault.before("sink.write#2"));
        SyncPlan<Row> plan = SyncPlan.named("sums")
                .from(InMemorySource.of(changed(1), product(2), product(3), product(4)))
                .match(Matcher.<Row>on("id"))
                .into(FaultySink.of(sink, faults))
                .batchSize(2)
                .build();
        SyncReport report =
                catchThrowableOfType(SyncException.class, plan::run).report().orElseThrow();
        assertThat(report.outcome()).isEqualTo(RunOutcome.FAILED);
        assertThat(report.counts().written()).isZero();
        assertThat(report.counts().notWritten()).isEqualTo(3);
        Arithmetic.check(report, new ChangeCounts(2, 1, 0), 0);
    }

    @Test
    void puts_things_right_after_a_failure_half_way_through_a_target_without_transactions() {
        InMemorySink sink = Products.target(products(1, 2)).withoutTransaction();
        Faults faults = Faults.of(Fault.before("sink.write#2"));
        SyncPlan<Row> plan = SyncPlan.named("sums")
                .from(InMemorySource.of(changed(1), changed(2), product(3)))
                .match(Matcher.<Row>on("id"))
                .into(FaultySink.of(sink, faults))
                .batchSize(2)
                .build();
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(sink.content()).containsExactly(changed(1), changed(2));
        SyncReport.Counts counts = thrown.report().orElseThrow().counts();
        assertThat(counts.written()).as("confirmed, and there was no commit").isZero();
        assertThat(counts.unknown())
                .as("two that were written and not taken back, and the one of the batch that failed")
                .isEqualTo(3);
        DataSyncAssertions.assertThatPlan(plan).converges();
    }

    @Test
    void reports_an_unknown_outcome_as_unknown() {
        InMemorySink sink = Products.target(products(1, 2));
        Faults faults = Faults.of(Fault.after("sink.commit"));
        SyncPlan<Row> plan = SyncPlan.named("sums")
                .from(InMemorySource.of(changed(1), product(2), product(3)))
                .match(Matcher.<Row>on("id"))
                .into(FaultySink.of(sink, faults))
                .build();
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(thrown.code()).isEqualTo("E-COMMIT-UNKNOWN");
        SyncReport report = thrown.report().orElseThrow();
        assertThat(report.counts().unknown()).isEqualTo(2);
        assertThat(report.counts().written()).isZero();
        Arithmetic.check(report, new ChangeCounts(1, 1, 0), 0);
        assertThat(plan.run().counts().unchanged())
                .as("what the next run finds")
                .isEqualTo(3);
    }

    @Test
    void reports_an_interrupted_commit_as_unknown_and_not_as_cancelled() {
        InMemorySink sink = Products.target(products(1, 2));
        Faults faults = Faults.of(Fault.after("sink.commit").throwing(() -> new InterruptedException("injected")));
        SyncPlan<Row> plan = SyncPlan.named("sums")
                .from(InMemorySource.of(changed(1), product(2), product(3)))
                .match(Matcher.<Row>on("id"))
                .into(FaultySink.of(sink, faults))
                .build();
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(Thread.interrupted()).as("interrupted still").isTrue();
        assertThat(thrown.code()).isEqualTo("E-COMMIT-UNKNOWN");
        assertThat(thrown.report().orElseThrow().outcome()).isEqualTo(RunOutcome.FAILED);
        assertThat(thrown.report().orElseThrow().counts().unknown()).isEqualTo(2);
    }

    @Test
    void reports_a_commit_that_surely_failed_as_not_written() {
        InMemorySink sink = Products.target(products(1, 2));
        Faults faults = Faults.of(Fault.before("sink.write#1").doing(() -> {
            sink.update(row -> row.integer("id") == 1, row -> product(1, "by somebody else", "9.00"));
        }));
        SyncPlan<Row> plan = SyncPlan.named("sums")
                .from(InMemorySource.of(changed(1), product(2)))
                .match(Matcher.<Row>on("id"))
                .into(FaultySink.of(sink, faults))
                .build();
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(thrown.code()).isEqualTo("E-COMMIT");
        assertThat(thrown.report().orElseThrow().counts().unknown()).isZero();
        assertThat(thrown.report().orElseThrow().counts().notWritten()).isEqualTo(1);
    }

    @Test
    void tells_when_it_began_by_the_clock_of_the_plan() {
        Instant instant = Instant.parse("2024-02-29T12:00:00Z");
        SyncReport report = SyncPlan.named("clock")
                .from(InMemorySource.of(products(1, 1)))
                .match(Matcher.<Row>on("id"))
                .into(Products.target())
                .clock(Clock.fixed(instant, ZoneOffset.UTC))
                .build()
                .run();
        assertThat(report.started()).isEqualTo(instant);
        assertThat(report.duration()).isPositive();
    }

    @Test
    void lists_no_more_than_so_many_rejections_and_counts_them_all() {
        InMemorySink sink = Products.target(products(1, 2));
        SyncReport report = SyncPlan.named("many")
                .from(InMemorySource.of(products(1, 1_500)))
                .<Row>map(row -> {
                    throw new IllegalStateException("all of them");
                })
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .onFailure(FailurePolicy.skipUpTo(Limit.none()))
                .build()
                .run();
        assertThat(report.counts().rejected()).isEqualTo(1_500);
        assertThat(report.rejections()).hasSize(SyncReport.MOST_SHOWN);
    }

    @Test
    void never_sends_an_empty_batch_and_opens_no_writer_without_changes() {
        InMemorySink sink = Products.target(products(1, 4));
        Faults faults = Faults.of();
        SyncPlan<Row> plan = SyncPlan.named("empty")
                .from(InMemorySource.of(changed(1), changed(2), product(3), product(4)))
                .match(Matcher.<Row>on("id"))
                .into(FaultySink.of(sink, faults))
                .batchSize(2)
                .build();
        plan.run();
        assertThat(sink.writes()).hasSize(1).allMatch(batch -> batch.size() == 2);
        plan.run();
        assertThat(faults.calls()).containsOnlyOnce("sink.open");
    }

    @Test
    void writes_deletes_before_updates_before_inserts_each_by_key() {
        InMemorySink sink = Products.target(products(1, 6));
        SyncPlan.named("order")
                .from(InMemorySource.of(product(8), product(7), changed(6), changed(5), product(4), product(3)))
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .deletes(Deletes.missing().unlimited())
                .batchSize(1)
                .build()
                .run();
        assertThat(sink.writes())
                .extracting(batch -> batch.get(0).kind() + " " + batch.get(0).key())
                .containsExactly(
                        Change.Kind.DELETE + " id=1",
                        Change.Kind.DELETE + " id=2",
                        Change.Kind.UPDATE + " id=5",
                        Change.Kind.UPDATE + " id=6",
                        Change.Kind.INSERT + " id=7",
                        Change.Kind.INSERT + " id=8");
    }
}
