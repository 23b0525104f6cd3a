package dev.datasync.testkit;

import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.match.Matcher;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.PlanException;
import dev.datasync.run.SyncException;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Endpoint;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Completion;
import dev.datasync.source.Pool;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharingTest {

    private final List<Integer> checked = new ArrayList<>();
    private final StateRecorder lock = new StateRecorder();
    private int size = 10;

    /** An endpoint that tells what it is, and takes one of a pool while it is read. */
    private final class Told implements Endpoint<Row> {

        private final InMemorySink sink;
        private final Object identity;
        private final Object pool;

        Told(InMemorySink sink, Object identity, Object pool) {
            this.sink = sink;
            this.identity = identity;
            this.pool = pool;
        }

        @Override
        public Completion read(Receiver<? super Row> receiver, ReadContext context) {
            return sink.read(receiver, context);
        }

        @Override
        public Optional<Schema> schema() {
            return sink.schema();
        }

        @Override
        public RecordType<Row> recordType() {
            return sink.recordType();
        }

        @Override
        public ChangeWriter<Row> open(WriteContext context) {
            return sink.open(context);
        }

        @Override
        public String name() {
            return "told " + identity;
        }

        @Override
        public Optional<Object> identity() {
            return Optional.of(identity);
        }

        @Override
        public Optional<Pool> pool() {
            return Optional.of(SharingTest.this.pool(pool));
        }
    }

    private Pool pool(Object identity) {
        return new Pool(identity, count -> {
            checked.add(count);
            if (count > size) {
                throw new IOException("the pool has " + size + " connections and the run needs " + count);
            }
        });
    }

    private SyncPlan.Builder<Row> plan(Object targetIdentity, Object targetPool) {
        return SyncPlan.named("sharing")
                .from(new Told(Products.target(List.of(product(1))), "a", "pool 1"))
                .match(Matcher.<Row>on("id"))
                .into(new Told(Products.target(products(1, 2)), targetIdentity, targetPool));
    }

    private static SyncException failure(SyncPlan.Builder<Row> plan) {
        return catchThrowableOfType(SyncException.class, () -> plan.build().run());
    }

    @Test
    void a_source_that_is_the_target_is_refused() {
        SyncException failure = failure(plan("a", "pool 2"));
        assertThat(failure.code()).isEqualTo("E-SAME");
        assertThat(failure).hasMessageContaining("source and target are the same: told a");
    }

    @Test
    void another_source_is_not() {
        assertThat(plan("b", "pool 2").build().run().counts().unchanged()).isEqualTo(1);
        assertThat(checked).isEmpty();
    }

    @Test
    void all_mistakes_are_told_at_once() {
        size = 1;
        SyncException failure = catchThrowableOfType(
                SyncException.class,
                () -> SyncPlan.named("sharing")
                        .from(new Told(Products.target(List.of(product(1))), "a", "pool"))
                        .match(Matcher.<Row>on("nothing"))
                        .into(new Told(Products.target(products(1, 2)), "a", "pool"))
                        .build()
                        .run());
        assertThat(failure).isInstanceOf(PlanException.class);
        assertThat(((PlanException) failure).problems())
                .anyMatch(problem -> problem.contains("'nothing'"))
                .anyMatch(problem -> problem.endsWith("[E-SAME]"))
                .anyMatch(problem -> problem.endsWith("[E-POOL]"));
    }

    @Test
    void a_pool_on_both_sides_is_asked_for_two() {
        size = 2;
        assertThat(plan("b", "pool 1").build().run().counts().unchanged()).isEqualTo(1);
        assertThat(checked).containsExactly(2);
        size = 1;
        SyncException failure = failure(plan("b", "pool 1"));
        assertThat(failure.code()).isEqualTo("E-POOL");
        assertThat(failure).hasMessageContaining("needs 2");
    }

    @Test
    void a_lock_that_is_renewed_from_the_same_pool_counts_too() {
        lock.pool = pool("pool 1");
        assertThat(failure(plan("b", "pool 1").lock(lock))).isNull();
        assertThat(checked).containsExactly(3);
        checked.clear();
        assertThat(failure(plan("b", "pool 2").lock(lock))).isNull();
        assertThat(checked).containsExactly(2);
    }

    @Test
    void a_preview_takes_no_lock_and_its_application_does() {
        lock.pool = pool("pool 2");
        try (Preview<Row> preview = plan("b", "pool 2").lock(lock).build().preview()) {
            assertThat(checked).isEmpty();
            preview.apply();
            assertThat(checked).containsExactly(2);
        }
    }
}
