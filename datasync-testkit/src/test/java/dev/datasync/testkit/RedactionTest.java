package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.ChangeCounts;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.Progress;
import dev.datasync.run.Rejection;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import dev.datasync.source.Completion;
import dev.datasync.source.Source;
import dev.datasync.transform.Duplicates;
import dev.datasync.transform.RowTransforms;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Values of rows, other than keys, are seen in previews and nowhere else. */
class RedactionTest {

    private static final String CANARY = "CANARY-4711";

    private static final Schema SCHEMA = Schema.ofText("id", "name", "price");

    /** A Java record whose own code shows a value when it complains. */
    public record Complaining(String id, String name) {

        public Complaining {
            if (name.contains(CANARY)) {
                throw new IllegalArgumentException("what a name: " + name);
            }
        }
    }

    /** A Java record that shows a value when it is asked for it. */
    public record Secretive(String id, String name) {

        @Override
        public String name() {
            throw new IllegalStateException("nobody shall know " + name);
        }
    }

    private static RuntimeException showing(Row row) {
        RuntimeException thrown = new IllegalStateException(
                "cannot use " + row, new IllegalArgumentException("because of " + row.text("name")));
        thrown.addSuppressed(new IllegalArgumentException("and of " + row.text("name")));
        return thrown;
    }

    private static Row canary(String id) {
        return SCHEMA.row(id, CANARY, CANARY + id);
    }

    private static InMemorySource<Row> source() {
        return InMemorySource.of(canary("1"), canary("2"));
    }

    private static InMemorySink sink() {
        return InMemorySink.of(SCHEMA, "id").holding(SCHEMA.row("1", CANARY + " before", "1"), canary("9"));
    }

    private static SyncPlan.Reading<Row> reading() {
        return SyncPlan.named("redacted").from(source());
    }

    private static SyncPlan.Builder<Row> into(SyncPlan.Reading<Row> reading) {
        return reading.match(Matcher.<Row>on("id"))
                .into(sink())
                .deletes(Deletes.missing().unlimited());
    }

    @SuppressWarnings("TypeParameterUnusedInFormals") // it returns nothing, whatever the caller wants
    private static <R> R fail(Row row) {
        throw showing(row);
    }

    @TestFactory
    Stream<DynamicTest> of_what_the_functions_of_the_host_throw() {
        Map<String, Supplier<SyncPlan.Builder<?>>> plans = new LinkedHashMap<>();
        plans.put("map", () -> into(reading().map(row -> RedactionTest.<Row>fail(row))));
        plans.put("filter", () -> into(reading().filter(row -> RedactionTest.<Boolean>fail(row))));
        plans.put("expand", () -> into(reading().expand(row -> RedactionTest.<List<Row>>fail(row))));
        plans.put(
                "iterator of expand",
                () -> into(reading().expand(row -> {
                    Iterable<Row> failing = () ->
                            Stream.generate(() -> RedactionTest.<Row>fail(row)).iterator();
                    return failing;
                })));
        plans.put(
                "map to a record",
                () -> into(reading()
                        .map(row -> row.as(Complaining.class))
                        .map(complaining -> Row.of("id", complaining.id()))));
        plans.put("getter", () -> into(reading().map(row -> row.with("price", row.decimal("price")))));
        plans.put("ready-made", () -> into(reading().map(RowTransforms.convert("price", FieldType.date()))));
        plans.put(
                "key function",
                () -> reading()
                        .match(Matcher.<Row>by(row -> RedactionTest.<String>fail(row)))
                        .into(sink()));
        plans.put(
                "key function on the target only",
                () -> reading()
                        .match(Matcher.<Row>by(row -> row.text("id").equals("9") ? fail(row) : row.text("id")))
                        .into(sink()));
        plans.put(
                "normalisation",
                () -> reading()
                        .match(Matcher.<Row>on("id").normalizing(text -> {
                            throw showing(canary(text));
                        }))
                        .into(sink()));
        plans.put(
                "scope of deletes",
                () -> reading()
                        .match(Matcher.<Row>on("id"))
                        .into(sink())
                        .deletes(Deletes.within(row -> RedactionTest.<Boolean>fail(row))));
        plans.put(
                "mark of soft deletes",
                () -> reading()
                        .match(Matcher.<Row>on("id"))
                        .into(sink())
                        .deletes(Deletes.soft("price", () -> RedactionTest.<Object>fail(canary("1")))));
        plans.put(
                "record of the sink",
                () -> SyncPlan.named("redacted")
                        .from(source())
                        .map(row -> new Complaining(row.text("id"), "harmless"))
                        .match(Matcher.by(Complaining::id))
                        .into(InMemorySink.of(Schema.ofText("id", "name"), "id")
                                .holding(Row.of("id", "1", "name", CANARY))
                                .as(Complaining.class)));
        plans.put(
                "record of the source",
                () -> SyncPlan.named("redacted")
                        .from(InMemorySource.of(canary("1")).as(Complaining.class))
                        .match(Matcher.by(Complaining::id))
                        .into(InMemorySink.of(Schema.ofText("id", "name"), "id").as(Complaining.class)));
        plans.put(
                "accessor",
                () -> SyncPlan.named("redacted")
                        .from(InMemorySource.of(new Secretive("1", CANARY)))
                        .match(Matcher.by(Secretive::id))
                        .into(InMemorySink.of(Schema.ofText("id", "name"), "id").as(Secretive.class)));
        plans.put(
                "accessor in a search for duplicates",
                () -> SyncPlan.named("redacted")
                        .from(InMemorySource.of(new Secretive("1", CANARY)))
                        .dropDuplicates(Duplicates.by("id").keepFirst())
                        .match(Matcher.by(Secretive::id))
                        .into(InMemorySink.of(Schema.ofText("id", "name"), "id").as(Secretive.class)));
        plans.put(
                "duplicate keys",
                () -> SyncPlan.named("redacted")
                        .from(InMemorySource.of(canary("1"), canary("1")))
                        .match(Matcher.<Row>on("id"))
                        .into(sink()));
        plans.put(
                "duplicates without the field",
                () -> into(reading().dropDuplicates(Duplicates.by("nowhere").keepLast())));
        plans.put(
                "values that do not fit",
                () -> reading()
                        .match(Matcher.<Row>on("id"))
                        .into(InMemorySink.of(
                                Schema.of(
                                        Field.of("id", FieldType.text()),
                                        Field.of("name", FieldType.text(3)),
                                        Field.of("price", FieldType.integer())),
                                "id")));
        List<DynamicTest> tests = new ArrayList<>();
        plans.forEach((name, plan) -> {
            tests.add(DynamicTest.dynamicTest(
                    name + ", fail fast", () -> check(plan.get().build())));
            tests.add(DynamicTest.dynamicTest(
                    name + ", skipping",
                    () -> check(
                            plan.get().onFailure(FailurePolicy.skipUpTo(100)).build())));
            tests.add(DynamicTest.dynamicTest(
                    name + ", spilling",
                    () -> check(plan.get()
                            .memoryBudget(new MemoryBudget(MemoryBudget.SMALLEST))
                            .build())));
        });
        return tests.stream();
    }

    private static void check(SyncPlan<?> plan) {
        try (CapturedLog log = new CapturedLog()) {
            List<String> shown = new ArrayList<>();
            for (boolean isPreview : new boolean[] {true, false}) {
                try {
                    SyncReport report;
                    if (isPreview) {
                        try (Preview<?> preview = plan.preview()) {
                            report = preview.report();
                        }
                    } else {
                        report = plan.run();
                    }
                    shown.add(report.toString());
                    report.rejections().forEach(rejection -> shown.add(rejection.toString()));
                } catch (SyncException e) {
                    StringWriter trace = new StringWriter();
                    e.printStackTrace(new PrintWriter(trace));
                    shown.add(trace.toString());
                    e.report().ifPresent(report -> {
                        shown.add(report.toString());
                        report.rejections().forEach(rejection -> shown.add(rejection.toString()));
                    });
                }
            }
            assertThat(shown).isNotEmpty().noneMatch(text -> text.contains(CANARY));
            assertThat(log.text()).doesNotContain(CANARY);
            assertThat(plan.explain()).doesNotContain(CANARY);
        }
    }

    @Test
    void of_what_listeners_throw() {
        InMemorySink sink = sink();
        SyncPlan<Row> plan = reading()
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .listener(new SyncListener() {
                    @Override
                    public void started(String name) {
                        fail(canary("1"));
                    }

                    @Override
                    public void progressed(Progress progress) {
                        fail(canary("1"));
                    }

                    @Override
                    public void rejected(Rejection rejection) {
                        fail(canary("1"));
                    }

                    @Override
                    public void compared(ChangeCounts changes) {
                        fail(canary("1"));
                    }

                    @Override
                    public void finished(SyncReport report) {
                        fail(canary("1"));
                    }
                })
                .build();
        try (CapturedLog log = new CapturedLog()) {
            assertThat(plan.run().counts().written()).isEqualTo(2);
            assertThat(log.text())
                    .contains("a listener of plan 'redacted' failed")
                    .doesNotContain(CANARY);
        }
    }

    @Test
    void of_what_a_cancellation_throws() throws Exception {
        CountDownLatch registered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Source<Row> source = (receiver, context) -> {
            context.onCancel(() -> fail(canary("1")));
            context.onCancel(released::countDown);
            registered.countDown();
            released.await();
            receiver.accept(canary("1"));
            return Completion.complete();
        };
        try (CapturedLog log = new CapturedLog()) {
            var handle = SyncPlan.named("redacted")
                    .from(source)
                    .match(Matcher.<Row>on("id"))
                    .into(sink())
                    .build()
                    .start();
            registered.await();
            handle.cancel();
            assertThat(released.await(60, TimeUnit.SECONDS))
                    .as("whether the second action was run although the first has failed")
                    .isTrue();
            try {
                handle.await();
            } catch (SyncException e) {
                assertThat(e).hasMessageNotContaining(CANARY);
            }
            assertThat(log.text()).doesNotContain(CANARY);
        }
    }

    @Test
    void shows_keys_and_changed_values_where_they_are_asked_for() {
        try (CapturedLog log = new CapturedLog();
                Preview<Row> preview = into(reading()).build().preview()) {
            assertThat(preview.toString()).contains(CANARY);
            assertThat(preview.summary()).doesNotContain(CANARY);
            assertThat(preview.report().toString()).doesNotContain(CANARY);
            assertThat(log.text()).doesNotContain(CANARY);
        }
    }
}
