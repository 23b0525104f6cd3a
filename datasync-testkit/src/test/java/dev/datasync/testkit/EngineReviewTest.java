package dev.datasync.testkit;

import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.GroupPreview;
import dev.datasync.Preview;
import dev.datasync.SyncGroup;
import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.GroupException;
import dev.datasync.run.GroupReport;
import dev.datasync.run.Retries;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncException;
import dev.datasync.run.TargetMovedException;
import dev.datasync.sink.Sink;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ways in which groups, watermarks, locks and repetitions could lose or double records together. */
@Timeout(300)
class EngineReviewTest {

    private static SyncPlan.Builder<Row> plan(String name, List<Row> rows, Sink<Row> target) {
        return SyncPlan.named(name)
                .from(InMemorySource.of(rows).announcing(Products.SCHEMA))
                .match(Matcher.<Row>on("id"))
                .into(target)
                .batchSize(2)
                .retries(Retries.upTo(3, Duration.ZERO));
    }

    // ---------------------------------------------------------------- groups

    @Test
    void a_group_writes_a_target_once_that_is_written_as_a_whole() {
        WholeSink file = new WholeSink();
        file.content().insert(product(1), product(2), product(3));
        InMemorySink table = Products.target(products(1, 2));
        SyncGroup group = SyncGroup.named("shop")
                .add(plan("file", List.of(changed(2), product(3), product(4)), file)
                        .deletes(Deletes.missing().unlimited())
                        .build())
                .add(plan("table", products(2, 4), table)
                        .deletes(Deletes.missing().unlimited())
                        .build())
                .build();

        GroupReport report = group.run();

        assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(file.content().commits()).as("commits of the file").isEqualTo(1);
        assertThat(Set.copyOf(file.content().content())).isEqualTo(Set.of(changed(2), product(3), product(4)));
        assertThat(Set.copyOf(table.content())).isEqualTo(Set.copyOf(products(2, 4)));
        assertThat(report.plans().get(0).counts().deleted()).isEqualTo(1);
        assertThat(group.run().written()).isZero();
    }

    @Test
    void two_plans_of_a_group_do_not_delete_each_others_records() {
        for (boolean isJoint : new boolean[] {false, true}) {
            InMemorySink shared =
                    Products.target(products(1, 4)).named("table shared").in("one database");
            SyncGroup.Builder builder = SyncGroup.named("both")
                    .add(plan("first", products(1, 2), shared)
                            .deletes(Deletes.missing().unlimited())
                            .build())
                    .add(plan("second", products(3, 4), shared)
                            .deletes(Deletes.missing().unlimited())
                            .build());
            SyncGroup group = isJoint ? builder.inOneTransaction().build() : builder.build();

            GroupException failure = catchThrowableOfType(GroupException.class, group::run);

            assertThat(shared.content()).isEqualTo(products(1, 4));
            assertThat(failure).isNotNull();
            assertThat(failure.code()).isEqualTo("E-GROUP-TARGET");
            assertThat(failure)
                    .hasMessageContaining("'first'")
                    .hasMessageContaining("'second'")
                    .hasMessageContaining("table shared");
            assertThat(catchThrowableOfType(GroupException.class, () -> {
                        try (GroupPreview preview = group.preview()) {
                            preview.plans();
                        }
                    }))
                    .as("the failure of a preview")
                    .isNotNull();
        }
    }

    @Test
    void two_plans_of_a_group_may_fill_one_target_together() {
        InMemorySink shared = Products.target();
        GroupReport report = SyncGroup.named("both")
                .add(plan("first", products(1, 2), shared).build())
                .add(plan("second", products(3, 4), shared).build())
                .build()
                .run();
        assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(Set.copyOf(shared.content())).isEqualTo(Set.copyOf(products(1, 4)));
    }

    @Test
    void one_transaction_of_plans_of_which_one_or_none_has_something_to_write() {
        Object database = new Object();
        InMemorySink first = Products.target(products(1, 2)).in(database);
        InMemorySink second = Products.target(products(1, 2)).in(database);
        SyncGroup group = SyncGroup.named("both")
                .add(plan("first", products(1, 2), first).build())
                .add(plan("second", products(1, 4), second).build())
                .inOneTransaction()
                .build();
        for (long changes : new long[] {2, 0}) {
            GroupReport report = group.run();
            assertThat(report.outcome()).as("%s", report).isEqualTo(RunOutcome.SUCCEEDED);
            assertThat(report.written()).isEqualTo(changes);
        }
        assertThat(first.commits()).isZero();
        assertThat(second.commits()).isEqualTo(1);
    }

    // ---------------------------------------------------------------- watermarks

    @Test
    void a_preview_is_not_applied_when_a_newer_reading_has_been_remembered() {
        StateRecorder state = new StateRecorder();
        state.saved = "w1";
        InMemorySink sink = Products.target(products(1, 2));
        SyncPlan<Row> changedSince = SyncPlan.named("incremental")
                .from(state.source(InMemorySource.of(changed(1)), "w2"))
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .watermarks(state)
                .build();
        // the record is as it was again, which another process reads; no later reading would bring it once more
        SyncPlan<Row> changedBack = SyncPlan.named("incremental")
                .from(state.source(InMemorySource.of(product(1)), "w3"))
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .watermarks(state)
                .build();
        try (Preview<Row> preview = changedSince.preview()) {
            changedBack.run();

            TargetMovedException failure = catchThrowableOfType(TargetMovedException.class, preview::apply);

            assertThat(sink.content()).containsExactlyInAnyOrderElementsOf(products(1, 2));
            assertThat(failure).isNotNull();
            assertThat(failure).hasMessageContaining("watermark").hasMessageContaining("new preview");
            assertThat(state.saved).isEqualTo("w3");
        }
    }

    // ---------------------------------------------------------------- repetitions

    @Test
    void what_a_target_keeps_is_not_written_again_because_closing_failed_as_well() {
        InMemorySink sink = Products.target().withoutTransaction();
        Faults faults = Faults.of(
                Fault.before("sink.write#2").inPassing(),
                Fault.after("sink.close").lasting());

        SyncException failure = catchThrowableOfType(
                SyncException.class,
                plan("kept", products(1, 6), FaultySink.of(sink, faults)).build()::run);

        assertThat(faults.calls().stream().filter("sink.open"::equals))
                .as("openings")
                .hasSize(1);
        assertThat(failure.report().orElseThrow().counts().unknown()).isGreaterThanOrEqualTo(2);
    }

    // ---------------------------------------------------------------- locks

    @Test
    void a_target_without_transactions_is_not_written_when_the_lock_must_have_ended() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch renewing = new CountDownLatch(1);
        StateRecorder state = new StateRecorder();
        state.duration = Duration.ofNanos(1);
        state.onRenewal = () -> {
            renewing.countDown();
            over.await();
        };
        InMemorySink sink = Products.target().withoutTransaction();
        SyncException failure;
        try {
            failure = catchThrowableOfType(
                    SyncException.class,
                    plan("locked", products(1, 6), sink).lock(state).build()::run);
        } finally {
            over.countDown();
        }
        assertThat(failure).as("the failure").isNotNull();
        assertThat(failure.code()).isEqualTo("E-LOCK-LOST");
        assertThat(sink.content()).isEmpty();
        assertThat(state.calls).endsWith("release");
    }
}
