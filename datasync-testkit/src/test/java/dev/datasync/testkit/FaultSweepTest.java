package dev.datasync.testkit;

import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncCancelledException;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Something goes wrong at every single call into the connectors, in every way. Whatever it is: the target is as it was
 * or as it should be, the report says which, nothing is left behind, and the next run puts everything right.
 */
@Tag("long")
class FaultSweepTest {

    /** Long enough for some of a dozen rows to be spilled from the smallest budget. */
    private static final String LONG_NAME = "long ".repeat(2_000);

    private static final List<Row> OLD = List.of(row(1, 0), row(2, 0), row(3, 0), row(4, 0), row(5, 0), row(6, 0));
    private static final List<Row> NEW = List.of(row(3, 1), row(4, 1), row(5, 0), row(6, 0), row(7, 0), row(8, 0));

    private static final Map<String, Function<Fault, Fault>> KINDS = FaultKinds.all();

    @TempDir
    Path spillDirectory;

    private static Row row(int id, int version) {
        return Products.product(id, LONG_NAME + version, version + ".50");
    }

    /** One plan with its connectors, fresh for each fault. */
    private final class Attempt {

        private final InMemorySource<Row> source;
        private final InMemorySink sink;
        private final Faults faults;
        private final RecordedThreads threads = new RecordedThreads();
        private final SyncPlan<Row> plan;
        private Throwable thrown;
        private SyncReport report;

        Attempt(EnginePath path, Fault... faults) {
            this(path, path.sink(Products.target(OLD)), faults);
        }

        Attempt(EnginePath path, InMemorySink sink, Fault... faults) {
            this.source = path.source(InMemorySource.of(NEW).announcing(Products.SCHEMA));
            this.sink = sink;
            this.faults = Faults.of(faults);
            this.plan = path.plan(SyncPlan.named("sweep")
                            .from(FaultySource.of(source, this.faults))
                            .match(Matcher.<Row>on("id"))
                            .into(FaultySink.of(sink, this.faults))
                            .deletes(Deletes.missing().unlimited())
                            .batchSize(2)
                            .spillDirectory(spillDirectory)
                            .threads(threads))
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

        boolean isOld() {
            return sink.content().equals(OLD);
        }

        boolean isNew() {
            return Set.copyOf(sink.content()).equals(Set.copyOf(NEW));
        }
    }

    @AfterEach
    void clear_the_interrupt() {
        Thread.interrupted();
    }

    @TestFactory
    Stream<DynamicTest> leaves_old_or_new_behind_whatever_fails() {
        List<DynamicTest> tests = new ArrayList<>();
        for (EnginePath path : EnginePath.values()) {
            for (String call : calls(path)) {
                KINDS.forEach((kind, fault) -> {
                    tests.add(DynamicTest.dynamicTest(
                            path + ": " + kind + " before " + call,
                            () -> check(path, fault.apply(Fault.before(call)))));
                    tests.add(DynamicTest.dynamicTest(
                            path + ": " + kind + " after " + call, () -> check(path, fault.apply(Fault.after(call)))));
                });
            }
        }
        return tests.stream();
    }

    /** Returns the names of all calls of a run in which nothing fails. */
    private Set<String> calls(EnginePath path) {
        Attempt attempt = new Attempt(path);
        attempt.run();
        assertThat(attempt.report.method()).startsWith(path.method());
        assertThat(attempt.isNew()).isTrue();
        List<String> calls = attempt.faults.calls();
        assertThat(calls)
                .contains("source.schema", "source.read", "source.accept#6", "sink.schema", "sink.existing")
                .contains("sink.read", "sink.accept#6", "sink.open", "sink.write#3", "sink.commit", "sink.close");
        return new LinkedHashSet<>(calls);
    }

    private void check(EnginePath path, Fault fault) throws IOException {
        Attempt attempt = new Attempt(path, fault);
        attempt.run();
        boolean wasInterrupted = Thread.interrupted();
        assertThat(attempt.faults.haveHappened())
                .as("whether the fault happened, in %s", attempt.faults.calls())
                .isTrue();
        assertThat(attempt.isOld() || attempt.isNew())
                .as(
                        "whether the target is old or new: %s",
                        attempt.sink.content().size())
                .isTrue();
        if (attempt.report != null) {
            assertThat(attempt.report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
            assertThat(attempt.isNew()).as("new after a success").isTrue();
            assertAddsUp(attempt.report);
        } else if (!(attempt.thrown instanceof FaultKinds.InjectedError)) {
            assertThat(attempt.thrown).isInstanceOf(SyncException.class);
            checkReport(attempt, ((SyncException) attempt.thrown).report().orElseThrow());
            if (attempt.thrown instanceof SyncCancelledException) {
                assertThat(wasInterrupted).as("interrupted still").isTrue();
            }
        }
        assertNothingIsLeft(attempt, fault);
        attempt.faults.heal();
        assertThatPlan(attempt.plan).converges();
        assertThat(attempt.isNew()).isTrue();
    }

    private static void checkReport(Attempt attempt, SyncReport report) {
        assertThat(report.outcome()).isIn(RunOutcome.FAILED, RunOutcome.CANCELLED);
        assertThat(report.reasons()).isNotEmpty();
        assertThat(report.counts().written()).as("confirmed changes").isZero();
        if (attempt.isNew()) {
            assertThat(report.counts().unknown())
                    .as("changes of which nobody can say whether they are there")
                    .isEqualTo(6);
        }
        assertThat(report.counts().unknown() + report.counts().notWritten()).isIn(0L, 6L);
    }

    private static void assertAddsUp(SyncReport report) {
        assertThat(report.counts().inserted()).isEqualTo(2);
        assertThat(report.counts().updated()).isEqualTo(2);
        assertThat(report.counts().deleted()).isEqualTo(2);
        assertThat(report.counts().unchanged()).isEqualTo(2);
    }

    private void assertNothingIsLeft(Attempt attempt, Fault fault) throws IOException {
        attempt.threads.assertEnded();
        assertThat(attempt.source.openings()).isEqualTo(attempt.source.closings());
        List<String> calls = attempt.faults.calls();
        boolean closeHadNoEffect = fault.moment() == Fault.Moment.BEFORE
                && (fault.isLasting() || fault.call().equals("sink.close"));
        if (!closeHadNoEffect) {
            assertThat(attempt.sink.openWriters()).as("writers left open").isZero();
        }
        if (calls.contains("sink.write#1")) {
            assertThat(calls).as("calls").containsOnlyOnce("sink.close");
        }
        try (Stream<Path> files = Files.list(spillDirectory)) {
            assertThat(files).as("temporary files").isEmpty();
        }
    }

    @TestFactory
    Stream<DynamicTest> tells_what_may_be_there_in_a_target_without_transactions() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String call : calls(EnginePath.HASH_IN_MEMORY)) {
            for (Fault fault : List.of(Fault.before(call), Fault.after(call))) {
                for (Map.Entry<String, Function<Fault, Fault>> kind : KINDS.entrySet()) {
                    tests.add(DynamicTest.dynamicTest(
                            kind.getKey() + " " + fault,
                            () -> checkWithoutTransaction(kind.getValue().apply(fault))));
                }
            }
        }
        return tests.stream();
    }

    private void checkWithoutTransaction(Fault fault) {
        InMemorySink sink = Products.target(OLD).withoutTransaction();
        Attempt attempt = new Attempt(EnginePath.HASH_IN_MEMORY, sink, fault);
        attempt.run();
        Thread.interrupted();
        long unchanged = sink.content().stream().filter(OLD::contains).count();
        long there = sink.content().stream().filter(NEW::contains).count();
        assertThat(sink.content())
                .as("rows that are neither old nor new")
                .allMatch(row -> OLD.contains(row) || NEW.contains(row));
        SyncReport report = attempt.report;
        if (attempt.thrown instanceof SyncException exception) {
            report = exception.report().orElseThrow();
        }
        if (report != null) {
            // two rows are the same in both; of the others, a delete takes one from the old and an update does both
            long changes = 4 - (unchanged - 2) + (there - 2) - updated(sink);
            assertThat(report.counts().written()).as("confirmed").isLessThanOrEqualTo(changes);
            assertThat(report.counts().written() + report.counts().unknown())
                    .as("confirmed or unknown, of %s changes that are there", changes)
                    .isGreaterThanOrEqualTo(changes);
        }
        attempt.faults.heal();
        assertThatPlan(attempt.plan).converges();
        assertThat(attempt.isNew()).isTrue();
    }

    private static long updated(InMemorySink sink) {
        return sink.content().stream()
                .filter(row -> row.equals(row(3, 1)) || row.equals(row(4, 1)))
                .count();
    }

    @TestFactory
    Stream<DynamicTest> keeps_what_closing_throws_after_a_failure() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String call : List.of("sink.write#1", "sink.write#3", "sink.commit")) {
            for (Fault first : List.of(Fault.before(call), Fault.after(call))) {
                for (Fault second : List.of(Fault.before("sink.close"), Fault.after("sink.close"))) {
                    tests.add(DynamicTest.dynamicTest(first + " and " + second, () -> {
                        Attempt attempt = new Attempt(
                                EnginePath.HASH_IN_MEMORY,
                                first,
                                second.throwing(() -> new IOException("closing failed as well")));
                        attempt.run();
                        assertThat(attempt.faults.haveHappened()).isTrue();
                        assertThat(attempt.thrown)
                                .isInstanceOf(SyncException.class)
                                .hasRootCauseMessage("injected " + first);
                        assertThat(attempt.thrown.getSuppressed())
                                .extracting(Throwable::getMessage)
                                .containsExactly("closing failed as well");
                        assertThat(attempt.isOld() || attempt.isNew()).isTrue();
                        assertThatPlan(attempt.plan).converges();
                    }));
                }
            }
        }
        return tests.stream();
    }
}
