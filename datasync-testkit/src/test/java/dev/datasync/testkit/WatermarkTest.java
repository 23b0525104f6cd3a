package dev.datasync.testkit;

import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.PlanException;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.run.TargetMovedException;
import dev.datasync.source.Source;
import org.junit.jupiter.api.Test;

class WatermarkTest {

    private final StateRecorder state = new StateRecorder();
    private final InMemorySink sink = Products.target(products(1, 2));

    private SyncPlan.Builder<Row> plan(Source<Row> rows, String watermark) {
        return SyncPlan.named("incremental")
                .from(state.source(rows, watermark))
                .match(Matcher.<Row>on("id"))
                .into(state.sink(sink))
                .watermarks(state);
    }

    @Test
    void is_committed_with_the_changes_where_the_target_takes_it() {
        SyncReport report = plan(InMemorySource.of(changed(1)), "w1").build().run();
        assertThat(state.calls)
                .containsExactly("load", "read from the beginning", "write", "include", "save", "commit", "close");
        assertThat(report.watermark()).contains("w1");
        assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(report.toString()).contains("read up to", "w1");
    }

    @Test
    void is_saved_after_the_commit_where_the_target_does_not_take_it() {
        state.takesParts = false;
        SyncReport report = plan(InMemorySource.of(changed(1)), "w1").build().run();
        assertThat(state.calls).containsExactly("load", "read from the beginning", "write", "commit", "close", "save");
        assertThat(report.watermark()).contains("w1");
    }

    @Test
    void is_where_the_next_reading_begins() {
        state.saved = "w1";
        plan(InMemorySource.of(changed(1)), "w2").build().run();
        assertThat(state.calls).startsWith("load", "read from w1");
        assertThat(state.saved).isEqualTo("w2");
    }

    @Test
    void is_saved_when_there_was_nothing_to_write() {
        SyncReport report = plan(InMemorySource.of(product(1)), "w1").build().run();
        assertThat(state.calls).containsExactly("load", "read from the beginning", "save");
        assertThat(report.watermark()).contains("w1");
    }

    @Test
    void is_not_saved_when_it_has_not_moved() {
        state.saved = "w1";
        SyncReport report = plan(InMemorySource.of(changed(1)), "w1").build().run();
        assertThat(state.calls).containsExactly("load", "read from w1", "write", "commit", "close");
        assertThat(report.watermark()).contains("w1");
    }

    @Test
    void stays_when_the_source_was_not_read_to_its_end() {
        SyncReport report = plan(InMemorySource.of(changed(1)).incomplete("a page is missing"), "w1")
                .build()
                .run();
        assertThat(report.counts().updated()).isEqualTo(1);
        assertThat(state.saved).isNull();
        assertThat(report.watermark()).isEmpty();
    }

    @Test
    void stays_when_a_record_of_the_source_was_rejected() {
        SyncReport report = plan(InMemorySource.of(changed(1)).rejecting("bad"), "w1")
                .onFailure(FailurePolicy.skipUpTo(5))
                .build()
                .run();
        assertThat(report.counts().updated()).isEqualTo(1);
        assertThat(state.saved).isNull();
        assertThat(report.watermark()).isEmpty();
    }

    @Test
    void stays_when_the_target_rejected_a_change() {
        // inserted by somebody else between the comparison and the writing
        SyncReport report = SyncPlan.named("incremental")
                .from(state.source(InMemorySource.of(changed(1), product(7)), "w1"))
                .match(Matcher.<Row>on("id"))
                .into(state.sink(sink))
                .watermarks(state)
                .onFailure(FailurePolicy.skipUpTo(5))
                .listener(new dev.datasync.run.SyncListener() {
                    @Override
                    public void compared(dev.datasync.change.ChangeCounts changes) {
                        sink.insert(product(7));
                    }
                })
                .build()
                .run();
        assertThat(report.counts().rejected()).isEqualTo(1);
        assertThat(report.counts().updated()).isEqualTo(1);
        assertThat(state.saved).isNull();
        assertThat(report.watermark()).isEmpty();
    }

    @Test
    void is_committed_with_the_last_part_only() {
        plan(InMemorySource.of(products(3, 6)), "w1").commitEvery(2).build().run();
        assertThat(sink.commits()).isEqualTo(2);
        assertThat(state.calls)
                .containsExactly(
                        "load",
                        "read from the beginning",
                        "write",
                        "commit",
                        "write",
                        "include",
                        "save",
                        "commit",
                        "close");
    }

    @Test
    void that_cannot_be_saved_with_the_changes_fails_the_run() {
        state.failingCall = "save";
        SyncException failure = catchThrowableOfType(
                SyncException.class,
                () -> plan(InMemorySource.of(changed(1)), "w1").build().run());
        assertThat(failure.code()).isEqualTo("E-WATERMARK");
        assertThat(failure).hasMessageContaining("recorded state").hasMessageContaining("nothing was committed");
        assertThat(sink.content()).isEqualTo(products(1, 2));
    }

    @Test
    void that_cannot_be_saved_after_the_commit_makes_the_run_incomplete() {
        state.failingCall = "save";
        // the second time there is nothing left to write
        for (int i = 0; i < 2; i++) {
            state.takesParts = false;
            SyncReport report =
                    plan(InMemorySource.of(changed(1)), "w1").build().run();
            assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
            assertThat(report.reasons()).singleElement().asString().contains("watermark", "no answer", "no harm");
            assertThat(report.watermark()).isEmpty();
            assertThat(sink.content()).contains(changed(1));
        }
    }

    @Test
    void that_cannot_be_read_fails_the_run_before_it_reads() {
        state.failingCall = "load";
        SyncException failure = catchThrowableOfType(
                SyncException.class,
                () -> plan(InMemorySource.of(changed(1)), "w1").build().run());
        assertThat(failure.code()).isEqualTo("E-WATERMARK");
        assertThat(state.calls).containsExactly("load");
    }

    @Test
    void stays_when_the_commit_fails() {
        state.failingCall = "commit";
        state.takesParts = false;
        assertThatThrownBy(
                        () -> plan(InMemorySource.of(changed(1)), "w1").build().run())
                .isInstanceOf(SyncException.class);
        assertThat(state.saved).isNull();
    }

    @Test
    void that_is_too_long_for_a_store_is_refused() {
        assertThatThrownBy(() -> plan(InMemorySource.of(changed(1)), "w".repeat(4_001))
                        .build()
                        .run())
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("4000")
                .hasMessageContaining("E-WATERMARK");
        assertThat(sink.content()).isEqualTo(products(1, 2));
    }

    @Test
    void is_neither_saved_nor_moved_by_a_preview() {
        state.saved = "w1";
        SyncPlan<Row> plan =
                plan(InMemorySource.of(changed(1)), "w2").lock(state).build();
        try (Preview<Row> preview = plan.preview()) {
            assertThat(preview.changes().counts().updates()).isEqualTo(1);
            assertThat(preview.report().watermark()).isEmpty();
        }
        assertThat(state.calls).containsExactly("load", "read from w1");
        assertThat(state.saved).isEqualTo("w1");
    }

    @Test
    void of_a_preview_that_is_applied_is_saved() {
        try (Preview<Row> preview =
                plan(InMemorySource.of(changed(1)), "w2").build().preview()) {
            SyncReport report = preview.apply();
            assertThat(report.watermark()).contains("w2");
        }
        assertThat(state.saved).isEqualTo("w2");
    }

    @Test
    void that_another_run_has_moved_since_a_preview_keeps_it_from_being_applied() {
        try (Preview<Row> preview =
                plan(InMemorySource.of(changed(1)), "w2").build().preview()) {
            state.saved = "w3";
            assertThatThrownBy(preview::apply)
                    .isInstanceOf(TargetMovedException.class)
                    .hasMessageContaining("since the preview");
        }
        assertThat(state.saved).isEqualTo("w3");
        assertThat(sink.content()).isEqualTo(products(1, 2));
    }

    @Test
    void needs_a_store_and_does_not_go_with_deletes() {
        SyncPlan.Builder<Row> plan = SyncPlan.named("incremental")
                .from(state.source(InMemorySource.of(changed(1)), "w1"))
                .match(Matcher.<Row>on("id"))
                .into(sink);
        assertThatThrownBy(plan::build).isInstanceOf(PlanException.class).hasMessageContaining("watermarks(...)");
        assertThatThrownBy(plan.deletes(Deletes.missing()).watermarks(state)::build)
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("deletes(...)")
                .hasMessageContaining("another plan");
    }

    @Test
    void does_not_go_with_a_source_that_is_read_as_a_whole() {
        assertThatThrownBy(SyncPlan.named("incremental")
                        .from(InMemorySource.of(changed(1)))
                        .match(Matcher.<Row>on("id"))
                        .into(sink)
                        .watermarks(state)::build)
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("read as a whole")
                .hasMessageContaining("incrementalBy(...)");
    }

    @Test
    void shows_in_the_explanation_with_the_lock_and_the_commits() {
        String explanation = plan(InMemorySource.of(changed(1)), "w1")
                .lock(state)
                .batchSize(7)
                .build()
                .explain();
        assertThat(explanation)
                .contains(
                        "changed since the last run",
                        "merged where both sides can come",
                        "one commit",
                        "batches of 7",
                        "one run at a time");
        assertThat(SyncPlan.named("whole")
                        .from(InMemorySource.of(changed(1)))
                        .match(Matcher.<Row>on("id").normalizing(String::strip))
                        .into(sink)
                        .commitEvery(100)
                        .build()
                        .explain())
                .contains("a commit after every 100 changes", "by hash as both sides are read")
                .doesNotContain("merged")
                .doesNotContain("since the last run")
                .doesNotContain("one run at a time");
    }
}
