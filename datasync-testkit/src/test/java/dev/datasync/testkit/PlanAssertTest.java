package dev.datasync.testkit;

import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.SyncPlan;
import dev.datasync.change.DeleteGuard;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.FailurePolicy;
import dev.datasync.sink.Sink;
import dev.datasync.source.Source;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PlanAssertTest {

    private static SyncPlan<Row> plan(Source<Row> source, Sink<Row> sink) {
        return SyncPlan.named("asserted")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .deletes(Deletes.missing().unlimited())
                .onFailure(FailurePolicy.skipUpTo(1))
                .build();
    }

    @Test
    void looks_at_what_a_plan_would_change() {
        InMemorySink sink = Products.target(products(1, 3));
        SyncPlan<Row> plan = plan(InMemorySource.of(product(1), changed(2), product(4), product(5)), sink);
        assertThatPlan(plan).inserts(2).updates(1).deletes(1).rejects(0);
        assertThat(sink.content()).as("nothing was written").isEqualTo(products(1, 3));
        assertThatThrownBy(() -> assertThatPlan(plan).inserts(1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("2 inserts, 1 update, 1 delete")
                .hasMessageContaining("INSERT id=4");
        assertThatThrownBy(() -> assertThatPlan(plan).updates(0)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThatPlan(plan).deletes(2)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThatPlan(plan).rejects(1)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThatPlan(plan).changesNothing()).isInstanceOf(AssertionError.class);
        assertThatPlan(plan).converges().changesNothing();
        assertThat(sink.content()).containsExactly(product(1), changed(2), product(4), product(5));
    }

    @Test
    void finds_a_plan_that_does_not_come_to_rest() {
        AtomicInteger readings = new AtomicInteger();
        Source<Row> moving =
                Source.of(() -> java.util.List.of(product(1, "reading " + readings.incrementAndGet(), "1.00")));
        assertThatThrownBy(() -> assertThatPlan(plan(moving, Products.target())).converges())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("second run")
                .hasMessageContaining("UPDATE id=1");
    }

    @Test
    void finds_a_plan_that_does_not_succeed() {
        SyncPlan<Row> plan = plan(InMemorySource.of(product(1)).incomplete("why not"), Products.target(products(1, 2)));
        assertThatThrownBy(() -> assertThatPlan(plan).converges())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("why not");
    }

    @Test
    void looks_at_withheld_deletes_and_rejections() {
        SyncPlan<Row> plan = plan(InMemorySource.of(product(1)).rejecting("broken"), Products.target(products(1, 3)));
        assertThatPlan(plan)
                .withholds(2, DeleteGuard.REJECTED_RECORDS)
                .rejects(1)
                .deletes(0);
        assertThatThrownBy(() -> assertThatPlan(plan).withholds(2, DeleteGuard.LIMIT))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> assertThatPlan(plan).withholds(1, DeleteGuard.REJECTED_RECORDS))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void looks_at_refusals() {
        SyncPlan<Row> refused = plan(InMemorySource.of(product(1), product(1)), Products.target());
        assertThatPlan(refused).isRefusedWith("E-KEY-DUPLICATE");
        assertThatThrownBy(() -> assertThatPlan(refused).isRefusedWith("E-PLAN"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("E-KEY-DUPLICATE");
        SyncPlan<Row> fine = plan(InMemorySource.of(product(1)), Products.target());
        assertThatThrownBy(() -> assertThatPlan(fine).isRefusedWith("E-PLAN"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("1 insert");
        assertThatThrownBy(() -> assertThatPlan((SyncPlan<Row>) null).changesNothing())
                .isInstanceOf(AssertionError.class);
    }
}
