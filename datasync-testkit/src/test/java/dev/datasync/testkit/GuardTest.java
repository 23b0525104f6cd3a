package dev.datasync.testkit;

import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static dev.datasync.testkit.Products.changed;
import static dev.datasync.testkit.Products.product;
import static dev.datasync.testkit.Products.products;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.DeleteGuard;
import dev.datasync.change.Deletes;
import dev.datasync.change.Limit;
import dev.datasync.match.Key;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.AlreadyRunningException;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.PlanException;
import dev.datasync.run.RunOptions;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.run.TargetMovedException;
import dev.datasync.sink.Sink;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import dev.datasync.transform.RowTransforms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every rule that keeps rows from being lost: each test goes red when its rule is taken out of the engine. */
class GuardTest {

    private static SyncPlan.Builder<Row> plan(Source<Row> source, Sink<Row> sink) {
        return SyncPlan.named("guards")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(sink);
    }

    private static SyncPlan.Builder<Row> deleting(Source<Row> source, Sink<Row> sink) {
        return plan(source, sink).deletes(Deletes.missing().unlimited());
    }

    // ---------------------------------------------------------------- deletes

    @Test
    void deletes_nothing_unless_the_plan_says_so() {
        InMemorySink sink = Products.target(products(1, 3));
        SyncReport report = plan(InMemorySource.of(product(1)), sink).build().run();
        assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(report.counts().kept()).isEqualTo(2);
        assertThat(sink.content()).isEqualTo(products(1, 3));
    }

    @ParameterizedTest
    @EnumSource
    void withholds_deletes_when_the_source_is_incomplete(EnginePath path) {
        InMemorySink sink = path.sink(Products.target(products(1, 3)));
        InMemorySource<Row> source =
                path.source(InMemorySource.of(changed(1), product(4)).incomplete("a page limit was hit"));
        SyncReport report = path.plan(deleting(source, sink)).build().run();
        assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
        assertThat(report.guards()).containsExactly(DeleteGuard.INCOMPLETE_SOURCE);
        assertThat(report.withheld()).containsExactly(Key.of("id", 2L), Key.of("id", 3L));
        assertThat(report.counts().withheld()).isEqualTo(2);
        assertThat(report.reasons()).anyMatch(reason -> reason.contains("a page limit was hit"));
        assertThat(sink.content())
                .as("inserts and updates go through")
                .containsExactlyInAnyOrder(changed(1), product(2), product(3), product(4));
    }

    @Test
    void withholds_deletes_when_a_record_was_rejected() {
        InMemorySink sink = Products.target(products(1, 3));
        SyncReport report = deleting(InMemorySource.of(changed(1)).rejecting("broken"), sink)
                .onFailure(FailurePolicy.skipUpTo(1))
                .build()
                .run();
        assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
        assertThat(report.guards()).containsExactly(DeleteGuard.REJECTED_RECORDS);
        assertThat(sink.content()).containsExactly(changed(1), product(2), product(3));
    }

    @Test
    void withholds_deletes_when_a_record_could_not_be_transformed() {
        InMemorySink sink = Products.target(products(1, 3));
        SyncReport report = SyncPlan.named("guards")
                .from(InMemorySource.of(products(1, 2)))
                .map(row -> {
                    if (row.integer("id") == 2) {
                        throw new IllegalStateException("no");
                    }
                    return row;
                })
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .deletes(Deletes.missing().unlimited())
                .onFailure(FailurePolicy.skipUpTo(5))
                .build()
                .run();
        assertThat(report.guards()).containsExactly(DeleteGuard.REJECTED_RECORDS);
        assertThat(report.counts().withheld()).isEqualTo(2);
        assertThat(sink.content()).isEqualTo(products(1, 3));
    }

    @ParameterizedTest
    @EnumSource
    void never_deletes_because_the_source_is_empty(EnginePath path) {
        InMemorySink sink = path.sink(Products.target(products(1, 3)));
        SyncReport report = path.plan(deleting(path.source(InMemorySource.<Row>of()), sink))
                .build()
                .run();
        assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
        assertThat(report.guards()).containsExactly(DeleteGuard.EMPTY_SOURCE);
        assertThat(sink.content()).isEqualTo(products(1, 3));
    }

    @Test
    void counts_a_source_as_empty_when_a_filter_leaves_nothing() {
        InMemorySink sink = Products.target(products(1, 3));
        SyncReport report = SyncPlan.named("guards")
                .from(InMemorySource.of(products(1, 3)))
                .filter(row -> false)
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .deletes(Deletes.missing().unlimited())
                .build()
                .run();
        assertThat(report.guards()).containsExactly(DeleteGuard.EMPTY_SOURCE);
        assertThat(sink.content()).isEqualTo(products(1, 3));
    }

    @ParameterizedTest(name = "{0} of {1} with at most {2} records or {3} %: withheld {4}")
    @CsvSource({
        // just at and just above a number
        "3, 10, 3, 0, false",
        "4, 10, 3, 0, true",
        "0, 10, 0, 0, false",
        "1, 10, 0, 0, true",
        // just at and just above a share
        "2, 10, 0, 20, false",
        "3, 10, 0, 20, true",
        "1, 3, 0, 33, true",
        "1, 3, 0, 34, false",
        // one of them is enough
        "3, 10, 3, 10, false",
        "3, 10, 1, 30, false",
        "4, 10, 3, 30, true",
        // small tables: one of two is a half
        "1, 2, 0, 50, false",
        "1, 2, 0, 49, true",
        "1, 2, 1, 0, false",
        "2, 3, 1, 50, true",
    })
    void withholds_deletes_above_the_limit(int missing, int total, long records, double percent, boolean isWithheld) {
        InMemorySink sink = Products.target(products(1, total));
        SyncPlan<Row> plan = plan(InMemorySource.of(products(missing + 1, total)), sink)
                .deletes(Deletes.missing().atMost(new Limit(records, percent)))
                .build();
        SyncReport report = plan.run();
        assertThat(report.guards()).isEqualTo(isWithheld ? Set.of(DeleteGuard.LIMIT) : Set.of());
        assertThat(report.counts().deleted()).isEqualTo(isWithheld ? 0 : missing);
        assertThat(report.counts().withheld()).isEqualTo(isWithheld ? missing : 0);
        assertThat(sink.content()).isEqualTo(isWithheld ? products(1, total) : products(missing + 1, total));
    }

    @ParameterizedTest
    @CsvSource({"10, 11, false", "11, 50, true", "11, 110, false", "12, 110, true", "1, 2, false"})
    void has_a_limit_of_ten_records_or_ten_percent_by_default(int missing, int total, boolean isWithheld) {
        InMemorySink sink = Products.target(products(1, total));
        SyncReport report = plan(InMemorySource.of(products(missing + 1, total)), sink)
                .deletes(Deletes.missing())
                .build()
                .run();
        assertThat(report.counts().deleted()).isEqualTo(isWithheld ? 0 : missing);
        assertThat(sink.content()).hasSize(isWithheld ? total : total - missing);
    }

    @Test
    void withholds_all_deletes_above_the_limit_and_not_only_the_rest() {
        InMemorySink sink = Products.target(products(1, 100));
        SyncPlan<Row> plan = plan(InMemorySource.of(products(51, 100)), sink)
                .deletes(Deletes.missing().atMost(49))
                .batchSize(10)
                .build();
        plan.run();
        assertThat(sink.content()).hasSize(100);
        assertThat(sink.writes()).isEmpty();
    }

    @Test
    void deletes_only_within_the_scope() {
        InMemorySink sink = Products.target(products(1, 6));
        SyncReport report = plan(InMemorySource.of(product(1)), sink)
                .deletes(Deletes.within(row -> row.integer("id") <= 3).unlimited())
                .build()
                .run();
        assertThat(report.counts().deleted()).isEqualTo(2);
        assertThat(report.counts().kept()).isEqualTo(3);
        assertThat(sink.content()).containsExactly(product(1), product(4), product(5), product(6));
    }

    @Test
    void takes_the_limit_as_a_share_of_the_scope_and_not_of_everything() {
        InMemorySink sink = Products.target(products(1, 100));
        SyncReport report = plan(InMemorySource.of(products(3, 100)), sink)
                .deletes(Deletes.within(row -> row.integer("id") <= 4).atMost(Limit.percent(10)))
                .build()
                .run();
        assertThat(report.guards()).containsExactly(DeleteGuard.LIMIT);
        assertThat(report.reasons()).anyMatch(reason -> reason.contains("2 of 4"));
        assertThat(sink.content()).hasSize(100);
    }

    @Test
    void overrides_a_guard_for_one_run_only() {
        InMemorySink sink = Products.target(products(1, 3));
        SyncPlan<Row> plan = deleting(InMemorySource.<Row>of(), sink).build();
        SyncReport first = plan.run(RunOptions.allowDeletesDespite(DeleteGuard.EMPTY_SOURCE));
        assertThat(first.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(first.overridden()).containsExactly(DeleteGuard.EMPTY_SOURCE);
        assertThat(sink.content()).isEmpty();
        sink.insert(product(1), product(2));
        SyncReport second = plan.run();
        assertThat(second.guards()).containsExactly(DeleteGuard.EMPTY_SOURCE);
        assertThat(sink.content()).hasSize(2);
    }

    @Test
    void overrides_only_the_guard_that_was_named() {
        InMemorySink sink = Products.target(products(1, 3));
        SyncPlan<Row> plan = plan(InMemorySource.<Row>of(), sink)
                .deletes(Deletes.missing().atMost(1))
                .build();
        SyncReport report = plan.run(RunOptions.allowDeletesDespite(DeleteGuard.LIMIT));
        assertThat(report.guards()).containsExactly(DeleteGuard.EMPTY_SOURCE);
        assertThat(report.counts().deleted()).isZero();
        assertThat(plan.run(RunOptions.allowDeletesDespite(DeleteGuard.LIMIT, DeleteGuard.EMPTY_SOURCE))
                        .counts()
                        .deleted())
                .isEqualTo(3);
    }

    @Test
    void cannot_override_what_nobody_can_know() {
        assertThatThrownBy(() -> RunOptions.allowDeletesDespite(DeleteGuard.INCOMPLETE_SOURCE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RunOptions.allowDeletesDespite(DeleteGuard.REJECTED_RECORDS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---------------------------------------------------------------- soft deletes

    private static final Schema SOFT = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("name", FieldType.text()),
            Field.of("deleted", FieldType.bool()));

    private static Row soft(int id, Boolean deleted) {
        return SOFT.row((long) id, "n" + id, deleted);
    }

    private static Row named(int id) {
        return Row.of("id", id, "name", "n" + id);
    }

    @Test
    void marks_records_instead_of_deleting_them() {
        InMemorySink sink =
                InMemorySink.of(SOFT, "id").holding(soft(1, false), soft(2, false), soft(3, true), soft(4, true));
        SyncPlan<Row> plan = plan(InMemorySource.of(named(1), named(4)), sink)
                .deletes(Deletes.soft("deleted", true).unlimited())
                .build();
        SyncReport report = plan.run();
        assertThat(report.counts().deleted()).as("marked").isEqualTo(1);
        assertThat(report.counts().updated()).as("revived").isEqualTo(1);
        assertThat(report.counts().kept()).as("marked before").isEqualTo(1);
        assertThat(sink.content()).containsExactly(soft(1, false), soft(2, true), soft(3, true), soft(4, false));
        assertThatPlan(plan).converges();
    }

    @Test
    void guards_soft_deletes_as_it_guards_others() {
        InMemorySink sink = InMemorySink.of(SOFT, "id").holding(soft(1, false), soft(2, false), soft(3, true));
        SyncPlan<Row> incomplete = plan(InMemorySource.of(named(1)).incomplete("because"), sink)
                .deletes(Deletes.soft("deleted", true).unlimited())
                .build();
        assertThat(incomplete.run().guards()).containsExactly(DeleteGuard.INCOMPLETE_SOURCE);
        SyncPlan<Row> limited = plan(InMemorySource.of(named(1)), sink)
                .deletes(Deletes.soft("deleted", true).atMost(Limit.percent(49)))
                .build();
        SyncReport report = limited.run();
        assertThat(report.guards()).containsExactly(DeleteGuard.LIMIT);
        assertThat(report.reasons())
                .as("what is deleted already is not part of the whole")
                .anyMatch(reason -> reason.contains("1 of 2"));
        assertThat(sink.content()).containsExactly(soft(1, false), soft(2, false), soft(3, true));
    }

    @Test
    void takes_a_record_for_deleted_only_when_it_has_the_mark() {
        Schema schema = Schema.ofText("id", "status");
        InMemorySink sink = InMemorySink.of(schema, "id")
                .holding(
                        schema.row("1", "active"),
                        schema.row("2", "active"),
                        schema.row("3", null),
                        schema.row("4", null),
                        schema.row("5", "deleted"),
                        schema.row("6", "deleted"));
        Schema ids = Schema.ofText("id");
        SyncPlan<Row> plan = plan(InMemorySource.of(ids.row("1"), ids.row("3"), ids.row("5")), sink)
                .deletes(Deletes.soft("status", "deleted").unlimited())
                .build();
        assertThat(plan.run().counts().updated()).as("revived").isEqualTo(1);
        assertThat(sink.content())
                .containsExactly(
                        schema.row("1", "active"),
                        schema.row("2", "deleted"),
                        schema.row("3", null),
                        schema.row("4", "deleted"),
                        schema.row("5", null),
                        schema.row("6", "deleted"));
        assertThatPlan(plan).converges();
    }

    @Test
    void marks_with_a_value_made_once_per_run() {
        Schema schema = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text()),
                Field.of("deleted_at", FieldType.integer()));
        InMemorySink sink = InMemorySink.of(schema, "id").holding(named(1), named(2), named(3));
        long[] calls = {0};
        SyncPlan<Row> plan = plan(InMemorySource.of(named(1)), sink)
                .deletes(Deletes.soft("deleted_at", () -> ++calls[0]).unlimited())
                .build();
        plan.run();
        assertThat(sink.content()).extracting(row -> row.value("deleted_at")).containsExactly(null, 1L, 1L);
        plan.run();
        assertThat(sink.content()).extracting(row -> row.value("deleted_at")).containsExactly(null, 1L, 1L);
    }

    // ---------------------------------------------------------------- keys

    @ParameterizedTest
    @EnumSource
    void stops_when_the_source_has_a_key_twice(EnginePath path) {
        InMemorySink sink = path.sink(Products.target(products(1, 2)));
        InMemorySource<Row> source = path.source(InMemorySource.of(product(1), product(2), changed(2)));
        SyncPlan<Row> plan = path.plan(deleting(source, sink)).build();
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(thrown.code()).isEqualTo("E-KEY-DUPLICATE");
        assertThat(thrown).hasMessageContaining("id=2");
        assertThat(sink.content()).isEqualTo(products(1, 2));
        assertThat(sink.writes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void stops_when_the_target_has_a_key_twice(EnginePath path) {
        InMemorySink sink = path.sink(InMemorySink.of(Products.SCHEMA).holding(product(1), product(2), product(2)));
        InMemorySource<Row> source = path.source(InMemorySource.of(products(1, 3)));
        SyncPlan<Row> plan = path.plan(deleting(source, sink)).build();
        assertThatPlan(plan).isRefusedWith("E-KEY-DUPLICATE");
        assertThatThrownBy(plan::run).isInstanceOf(SyncException.class).hasMessageContaining("row 2");
        assertThat(sink.writes()).isEmpty();
    }

    @Test
    void stops_when_two_keys_are_the_same_after_normalising() {
        Schema schema = Schema.ofText("id", "name");
        InMemorySink sink = InMemorySink.of(schema);
        SyncPlan<Row> plan = SyncPlan.named("guards")
                .from(InMemorySource.of(schema.row("a", "1"), schema.row("A ", "2")))
                .match(Matcher.<Row>on("id")
                        .normalizing(
                                dev.datasync.match.Normalization.IGNORE_CASE, dev.datasync.match.Normalization.TRIM))
                .into(sink)
                .build();
        assertThatPlan(plan).isRefusedWith("E-KEY-DUPLICATE");
    }

    @Test
    void rejects_records_without_a_key() {
        Schema schema = Schema.ofText("id", "name");
        for (String key : new String[] {null, "", "  "}) {
            InMemorySink sink = InMemorySink.of(schema, "id").holding(schema.row("1", "one"), schema.row("2", "two"));
            InMemorySource<Row> source = InMemorySource.of(schema.row("1", "one"), schema.row(key, "none"));
            assertThatPlan(deleting(source, sink).build()).isRefusedWith("E-REJECTED");
            SyncReport report = deleting(source, sink)
                    .onFailure(FailurePolicy.skipUpTo(1))
                    .build()
                    .run();
            assertThat(report.counts().rejected()).isEqualTo(1);
            assertThat(report.guards()).containsExactly(DeleteGuard.REJECTED_RECORDS);
            assertThat(report.rejections().get(0).location()).isEqualTo("record 2");
            assertThat(sink.content()).as("key %s", key).hasSize(2);
        }
    }

    @Test
    void rejects_records_with_a_part_of_the_key_missing() {
        Schema schema = Schema.ofText("country", "code", "name");
        InMemorySink sink = InMemorySink.of(schema, "country", "code");
        SyncPlan<Row> plan = SyncPlan.named("guards")
                .from(InMemorySource.of(schema.row("NA", "01", "x"), schema.row("NA", null, "y")))
                .match(Matcher.<Row>on("country", "code"))
                .into(sink)
                .onFailure(FailurePolicy.skipUpTo(1))
                .build();
        assertThat(plan.run().counts().inserted()).isEqualTo(1);
        assertThat(sink.content()).hasSize(1);
    }

    @Test
    void fails_when_a_record_of_the_target_has_no_key() {
        Schema schema = Schema.ofText("id", "name");
        InMemorySink sink = InMemorySink.of(schema, "id").holding(schema.row("1", "one"), schema.row(null, "none"));
        assertThatPlan(deleting(InMemorySource.of(schema.row("1", "one")), sink).build())
                .isRefusedWith("E-TARGET-RECORD");
        assertThat(sink.content()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"source", "target"})
    void never_trusts_an_order_that_was_promised(String side) {
        InMemorySource<Row> ordered = InMemorySource.of(products(1, 3)).ordered();
        Source<Row> disordered = new Source<>() {
            @Override
            public Completion read(Receiver<? super Row> receiver, ReadContext context) {
                receiver.accept(product(1));
                receiver.accept(product(3));
                receiver.accept(product(2));
                return Completion.complete();
            }

            @Override
            public boolean canOrderBy(List<String> fields) {
                return true;
            }
        };
        InMemorySink sink = Products.target(products(1, 3)).ordered();
        Source<Row> source = side.equals("source") ? disordered : ordered;
        Sink<Row> target = side.equals("source") ? sink : new ReadingFrom(sink, disordered);
        assertThatPlan(deleting(source, target).build()).isRefusedWith("E-ORDER");
        assertThat(sink.content()).isEqualTo(products(1, 3));
    }

    /** A sink whose content is read from somewhere else. */
    private record ReadingFrom(InMemorySink sink, Source<Row> existing) implements Sink<Row> {

        @Override
        public dev.datasync.row.RecordType<Row> recordType() {
            return sink.recordType();
        }

        @Override
        public Optional<Schema> storedSchema() {
            return sink.storedSchema();
        }

        @Override
        public dev.datasync.sink.ChangeWriter<Row> open(dev.datasync.sink.WriteContext context) {
            return sink.open(context);
        }
    }

    @Test
    void compares_nothing_with_a_part_of_the_target() {
        InMemorySink sink = Products.target(products(1, 3));
        Source<Row> part = InMemorySource.of(product(1)).incomplete("half of it");
        SyncPlan<Row> plan = deleting(InMemorySource.of(products(1, 4)), new ReadingFrom(sink, part))
                .build();
        assertThatPlan(plan).isRefusedWith("E-TARGET-INCOMPLETE");
        assertThatThrownBy(plan::run).isInstanceOf(SyncException.class);
        assertThat(sink.writes()).isEmpty();
    }

    /** The source comes last, so that its records would be missing in a target that has ended. */
    @Test
    void rejects_no_record_because_a_part_of_the_target_does_not_have_it() {
        Schema schema = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text()).with(Field.Trait.NOT_NULL),
                Field.of("price", FieldType.decimal(9, 2)));
        Row one = schema.row(1L, "one", null);
        InMemorySink sink = InMemorySink.of(schema, "id").holding(List.of(one, schema.row(2L, "two", null)));
        Source<Row> part = InMemorySource.of(one).incomplete("half of it");
        Source<Row> late = new Source<>() {

            @Override
            public String name() {
                return "late";
            }

            @Override
            public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
                CountDownLatch isStopped = new CountDownLatch(1);
                context.onCancel(isStopped::countDown);
                assertThat(isStopped.await(3, TimeUnit.SECONDS)).isTrue();
                products(1, 2).forEach(receiver::accept);
                return Completion.complete();
            }
        };
        SyncPlan<Row> plan = SyncPlan.named("guards")
                .from(late)
                .map(RowTransforms.drop("name"))
                .match(Matcher.<Row>on("id"))
                .into(new ReadingFrom(sink, part))
                .build();
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(thrown.code()).isEqualTo("E-TARGET-INCOMPLETE");
        assertThat(thrown.report().orElseThrow().counts().rejected()).isZero();
    }

    // ---------------------------------------------------------------- the target has moved

    @Test
    void refuses_to_apply_a_preview_when_a_row_was_changed() {
        refusesToApplyAfter(sink -> sink.update(row -> row.integer("id") == 3, row -> changed(3)));
    }

    @Test
    void refuses_to_apply_a_preview_when_a_row_was_added() {
        refusesToApplyAfter(sink -> sink.insert(product(9)));
    }

    @Test
    void refuses_to_apply_a_preview_when_a_row_was_removed() {
        refusesToApplyAfter(sink -> sink.removeIf(row -> row.integer("id") == 3));
    }

    private static void refusesToApplyAfter(java.util.function.Consumer<InMemorySink> move) {
        InMemorySink sink = Products.target(products(1, 5));
        SyncPlan<Row> plan = deleting(InMemorySource.of(changed(1), product(3), product(4)), sink)
                .build();
        try (Preview<Row> preview = plan.preview()) {
            move.accept(sink);
            List<Row> moved = sink.content();
            assertThatThrownBy(preview::apply).isInstanceOf(TargetMovedException.class);
            assertThat(sink.content()).isEqualTo(moved);
            assertThat(sink.writes()).isEmpty();
        }
        assertThatPlan(plan).converges();
    }

    @Test
    void applies_a_preview_once() {
        InMemorySink sink = Products.target(products(1, 3));
        try (Preview<Row> preview =
                deleting(InMemorySource.of(products(2, 4)), sink).build().preview()) {
            assertThat(preview.apply().counts().written()).isEqualTo(2);
            assertThatThrownBy(preview::apply).isInstanceOf(IllegalStateException.class);
        }
        assertThat(sink.content()).isEqualTo(products(2, 4));
    }

    @Test
    void reports_a_conflict_when_the_target_moves_while_the_run_writes() {
        InMemorySink sink = Products.target(products(1, 4));
        Faults faults = Faults.of(Fault.before("sink.open").doing(() -> sink.removeIf(row -> row.integer("id") == 2)));
        List<Row> wanted = List.of(changed(1), changed(2), changed(3), changed(4));
        SyncPlan<Row> plan =
                plan(InMemorySource.of(wanted), FaultySink.of(sink, faults)).build();
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(thrown.code()).isEqualTo("E-CONFLICT");
        assertThat(sink.content()).as("rolled back").isEqualTo(List.of(product(1), product(3), product(4)));
    }

    // ---------------------------------------------------------------- one run at a time

    @Test
    void does_not_run_twice_at_the_same_time() throws InterruptedException {
        InMemorySink sink = Products.target();
        CountDownLatch isReading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Faults faults = Faults.of(Fault.before("source.read").doing(() -> {
            isReading.countDown();
            goOn.await();
        }));
        SyncPlan<Row> plan = plan(FaultySource.of(InMemorySource.of(products(1, 3)), faults), sink)
                .build();
        var handle = plan.start();
        isReading.await();
        assertThatThrownBy(plan::run)
                .isInstanceOf(AlreadyRunningException.class)
                .extracting(e -> ((SyncException) e).code())
                .isEqualTo("E-RUNNING");
        goOn.countDown();
        assertThat(handle.await().counts().inserted()).isEqualTo(3);
        assertThat(plan.run().counts().unchanged()).isEqualTo(3);
    }

    // ---------------------------------------------------------------- modes

    @Test
    void only_inserts_when_told_so() {
        InMemorySink sink = Products.target(products(1, 2));
        SyncReport report = plan(InMemorySource.of(changed(1), product(2), product(3)), sink)
                .insertOnly()
                .build()
                .run();
        assertThat(report.counts().inserted()).isEqualTo(1);
        assertThat(report.counts().updated()).isZero();
        assertThat(report.counts().skipped()).isEqualTo(1);
        assertThat(sink.content()).isEqualTo(products(1, 3));
    }

    @Test
    void only_updates_when_told_so() {
        InMemorySink sink = Products.target(products(1, 2));
        SyncReport report = plan(InMemorySource.of(changed(1), product(3)), sink)
                .updateOnly()
                .build()
                .run();
        assertThat(report.counts().updated()).isEqualTo(1);
        assertThat(report.counts().inserted()).isZero();
        assertThat(report.counts().skipped()).isEqualTo(1);
        assertThat(report.counts().kept()).isEqualTo(1);
        assertThat(sink.content()).containsExactly(changed(1), product(2));
    }

    @Test
    void does_not_combine_inserting_only_with_deletes() {
        assertThatThrownBy(() -> deleting(InMemorySource.of(products(1, 2)), Products.target())
                        .insertOnly()
                        .build())
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("insertOnly");
    }

    // ---------------------------------------------------------------- failures

    @ParameterizedTest
    @CsvSource({"2, false", "1, true", "0, true"})
    void checks_the_failure_budget_before_the_first_write(int allowed, boolean isStopped) {
        InMemorySink sink = Products.target(products(1, 2));
        InMemorySource<Row> source =
                InMemorySource.of(changed(1), product(3)).rejecting("first").rejecting("second");
        SyncPlan<Row> plan =
                plan(source, sink).onFailure(FailurePolicy.skipUpTo(allowed)).build();
        if (isStopped) {
            SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
            assertThat(thrown.code()).isEqualTo("E-REJECTED");
            assertThat(thrown).hasMessageContaining("first");
            assertThat(sink.writes()).isEmpty();
        } else {
            SyncReport report = plan.run();
            assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
            assertThat(report.counts().rejected()).isEqualTo(2);
            assertThat(sink.content()).containsExactly(changed(1), product(2), product(3));
        }
    }

    @ParameterizedTest
    @CsvSource({"20, false", "19, true"})
    void checks_the_failure_budget_as_a_share_of_what_was_read(double percent, boolean isStopped) {
        InMemorySink sink = Products.target();
        SyncPlan<Row> plan = plan(InMemorySource.of(products(1, 4)).rejecting("broken"), sink)
                .onFailure(FailurePolicy.skipUpTo(Limit.percent(percent)))
                .build();
        if (isStopped) {
            assertThatPlan(plan).isRefusedWith("E-REJECTED");
        } else {
            assertThat(plan.run().counts().inserted()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void finds_a_value_that_the_target_cannot_hold_before_the_first_write(EnginePath path) {
        InMemorySink sink = path.sink(Products.target(products(1, 2)));
        List<Row> rows = new ArrayList<>(List.of(changed(1), product(3)));
        rows.add(Row.of("id", 4, "name", "too much", "price", new java.math.BigDecimal("123456789.00")));
        SyncPlan<Row> plan = path.plan(plan(path.source(InMemorySource.of(rows)), sink))
                .batchSize(1)
                .build();
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(thrown.code()).isEqualTo("E-REJECTED");
        assertThat(thrown)
                .hasMessageContaining("price")
                .hasMessageContaining("id=4")
                .hasMessageNotContaining("123456789");
        assertThat(sink.writes()).isEmpty();
    }

    @Test
    void rejects_an_insert_that_lacks_a_required_field() {
        Schema schema = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text()).with(Field.Trait.NOT_NULL),
                Field.of("price", FieldType.decimal(9, 2)));
        InMemorySink sink = InMemorySink.of(schema, "id").holding(Row.of("id", 1, "name", "one"));
        SyncPlan<Row> plan = SyncPlan.named("guards")
                .from(InMemorySource.of(products(1, 2)))
                .map(RowTransforms.drop("name"))
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .build();
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(thrown).hasMessageContaining("name").hasMessageContaining("id=2");
        assertThat(sink.writes()).isEmpty();
    }

    @Test
    void rejects_null_where_the_target_takes_none() {
        Schema schema = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text()).with(Field.Trait.NOT_NULL));
        InMemorySink sink = InMemorySink.of(schema, "id").holding(Row.of("id", 1, "name", "one"));
        SyncPlan<Row> plan =
                plan(InMemorySource.of(Row.of("id", 1, "name", null)), sink).build();
        assertThatPlan(plan).isRefusedWith("E-REJECTED");
        assertThat(sink.writes()).isEmpty();
    }

    @Test
    void skips_changes_that_the_target_refuses_within_the_budget() {
        InMemorySink sink = Products.target(products(1, 4));
        Faults faults = Faults.of(Fault.before("sink.open").doing(() -> sink.removeIf(row -> row.integer("id") == 2)));
        SyncPlan<Row> plan = plan(InMemorySource.of(changed(1), changed(2), changed(3)), FaultySink.of(sink, faults))
                .onFailure(FailurePolicy.skipUpTo(1))
                .build();
        SyncReport report = plan.run();
        assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
        assertThat(report.counts().updated()).isEqualTo(2);
        assertThat(report.counts().rejected()).isEqualTo(1);
        assertThat(sink.content()).containsExactly(changed(1), changed(3), product(4));
    }
}
