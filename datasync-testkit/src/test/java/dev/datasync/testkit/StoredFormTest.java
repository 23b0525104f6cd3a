package dev.datasync.testkit;

import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.change.Deletes;
import dev.datasync.match.Difference;
import dev.datasync.match.Matcher;
import dev.datasync.match.Normalization;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.PlanException;
import dev.datasync.run.SyncException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values are compared in the form in which the target stores them, and stored in it. */
class StoredFormTest {

    private static final Schema RAW = Schema.of(Field.of("id", FieldType.any()), Field.of("value", FieldType.any()));

    private static Schema stored(FieldType type) {
        return Schema.of(Field.of("id", FieldType.integer()), Field.of("value", type));
    }

    private static SyncPlan.Builder<Row> plan(InMemorySource<Row> source, InMemorySink sink) {
        return SyncPlan.named("stored")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(sink);
    }

    static Stream<Arguments> equal_values() {
        Map<String, Object> nested = new LinkedHashMap<>();
        nested.put("b", new BigDecimal("1.0"));
        nested.put("a", 1);
        Map<String, Object> reversed = new LinkedHashMap<>();
        reversed.put("a", 1L);
        reversed.put("b", 1L);
        return Stream.of(
                Arguments.of(FieldType.decimal(9, 2), new BigDecimal("1.10"), new BigDecimal("1.1")),
                Arguments.of(FieldType.decimal(9, 2), new BigDecimal("1.10"), "1.1000"),
                Arguments.of(FieldType.decimal(9, 2), new BigDecimal("1.12"), new BigDecimal("1.1151")),
                Arguments.of(FieldType.decimal(9, 2), new BigDecimal("1.10"), 1.1),
                Arguments.of(FieldType.decimal(), new BigDecimal("1.50"), new BigDecimal("1.5")),
                Arguments.of(FieldType.decimal(), new BigDecimal("100"), new BigDecimal("1E+2")),
                Arguments.of(FieldType.integer(), 7L, "7"),
                Arguments.of(FieldType.integer(), 7L, new BigDecimal("7.00")),
                Arguments.of(FieldType.float64(), 0.0, -0.0),
                Arguments.of(FieldType.float64(), Double.NaN, Double.NaN),
                Arguments.of(FieldType.float32(), 0.1, 0.1f),
                Arguments.of(FieldType.paddedText(5), "ab", "ab   "),
                Arguments.of(FieldType.text(), "7", 7),
                Arguments.of(FieldType.bool(), true, "yes"),
                Arguments.of(FieldType.bool(), false, 0),
                Arguments.of(FieldType.date(), LocalDate.of(2024, 2, 29), "2024-02-29"),
                Arguments.of(FieldType.time(0), LocalTime.of(1, 2, 3), LocalTime.of(1, 2, 3, 999_999_999)),
                Arguments.of(
                        FieldType.timestamp(6),
                        LocalDateTime.of(2024, 1, 1, 0, 0, 0, 123_456_000),
                        LocalDateTime.of(2024, 1, 1, 0, 0, 0, 123_456_789)),
                Arguments.of(
                        FieldType.instant(6),
                        Instant.parse("2024-01-01T00:00:00.123456Z"),
                        OffsetDateTime.parse("2024-01-01T02:00:00.123456789+02:00")),
                Arguments.of(FieldType.uuid(), new UUID(1, 2), "00000000-0000-0001-0000-000000000002"),
                Arguments.of(FieldType.binary(), new byte[] {1, 2}, "AQI="),
                Arguments.of(FieldType.list(FieldType.integer()), List.of(1, 2), Arrays.asList("1", 2L)),
                Arguments.of(FieldType.map(), nested, reversed));
    }

    @ParameterizedTest
    @MethodSource("equal_values")
    void finds_no_difference_between_values_that_are_stored_alike(FieldType type, Object present, Object wanted) {
        InMemorySink sink = InMemorySink.of(stored(type), "id").holding(RAW.row(1L, present));
        assertThatPlan(plan(InMemorySource.of(RAW.row("1", wanted)), sink).build())
                .changesNothing();
    }

    @ParameterizedTest
    @MethodSource("equal_values")
    void stores_values_in_the_form_of_the_target(FieldType type, Object present, Object wanted) {
        InMemorySink inserted = InMemorySink.of(stored(type), "id");
        assertThatPlan(plan(InMemorySource.of(RAW.row("1", wanted)), inserted).build())
                .inserts(1)
                .converges();
        InMemorySink updated = InMemorySink.of(stored(type), "id").holding(RAW.row(1L, null));
        assertThatPlan(plan(InMemorySource.of(RAW.row("1", wanted)), updated).build())
                .updates(1)
                .converges();
        InMemorySink expected = InMemorySink.of(stored(type), "id").holding(RAW.row(1L, present));
        assertThat(inserted.content()).isEqualTo(expected.content());
        assertThat(updated.content()).isEqualTo(expected.content());
    }

    static Stream<Arguments> values_that_do_not_fit() {
        return Stream.of(
                Arguments.of(FieldType.text(3), "secret"),
                Arguments.of(FieldType.paddedText(3), "secret"),
                Arguments.of(FieldType.integer(8), 128),
                Arguments.of(FieldType.integer(), "secret"),
                Arguments.of(FieldType.integer(), new BigDecimal("1.5")),
                Arguments.of(FieldType.decimal(4, 2), new BigDecimal("99.999")),
                Arguments.of(FieldType.decimal(), "secret"),
                Arguments.of(FieldType.bool(), "secret"),
                Arguments.of(FieldType.date(), "secret"),
                Arguments.of(FieldType.date(), LocalDateTime.of(2024, 1, 1, 1, 1)),
                Arguments.of(FieldType.timestamp(), Instant.EPOCH),
                Arguments.of(FieldType.instant(), LocalDateTime.of(2024, 1, 1, 1, 1)),
                Arguments.of(FieldType.uuid(), "secret"),
                Arguments.of(FieldType.binary(2), new byte[] {1, 2, 3}),
                Arguments.of(FieldType.list(FieldType.integer()), List.of("secret")));
    }

    @ParameterizedTest
    @MethodSource("values_that_do_not_fit")
    void rejects_a_value_that_does_not_fit_before_the_first_write(FieldType type, Object value) {
        InMemorySink sink = InMemorySink.of(stored(type), "id");
        InMemorySource<Row> source = InMemorySource.of(RAW.row(1, null), RAW.row(2, value));
        SyncException thrown = catchThrowableOfType(
                SyncException.class, plan(source, sink).batchSize(1).build()::run);
        assertThat(thrown.code()).isEqualTo("E-REJECTED");
        assertThat(thrown)
                .hasMessageContaining("id=2")
                .hasMessageContaining("value")
                .hasMessageContaining("record 2")
                .hasMessageNotContaining("secret");
        assertThat(sink.writes()).isEmpty();
        assertThat(plan(source, sink)
                        .onFailure(FailurePolicy.skipUpTo(1))
                        .build()
                        .run()
                        .counts()
                        .inserted())
                .isEqualTo(1);
    }

    @Test
    void updates_nothing_but_the_fields_that_differ() {
        Schema schema = Schema.ofText("id", "a", "b", "only_in_target");
        InMemorySink sink = InMemorySink.of(schema, "id").holding(schema.row("1", "a", "b", "kept"));
        Schema narrower = Schema.ofText("id", "a", "b");
        SyncPlan<Row> plan =
                plan(InMemorySource.of(narrower.row("1", "a", null)), sink).build();
        try (Preview<Row> preview = plan.preview()) {
            Change.Update<Row> update =
                    (Change.Update<Row>) preview.changes().stream().findFirst().orElseThrow();
            assertThat(update.differences())
                    .containsExactly(new Difference("b", "b", null, Difference.Reason.BECAME_NULL));
            assertThat(update.before()).isEqualTo(schema.row("1", "a", "b", "kept"));
            assertThat(update.after()).isEqualTo(schema.row("1", "a", null, "kept"));
        }
        plan.run();
        assertThat(sink.content()).containsExactly(schema.row("1", "a", null, "kept"));
    }

    @Test
    void says_why_values_differ() {
        Schema schema = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("number", FieldType.decimal(9, 2)),
                Field.of("time", FieldType.timestamp(0)),
                Field.of("text", FieldType.text()));
        LocalDateTime noon = LocalDateTime.of(2024, 1, 1, 12, 0);
        InMemorySink sink = InMemorySink.of(schema, "id")
                .holding(
                        Row.of("id", 1, "number", new BigDecimal("1.00"), "time", noon, "text", "x"),
                        Row.of("id", 2, "number", new BigDecimal("1.00"), "time", noon, "text", null));
        SyncPlan<Row> plan = SyncPlan.named("why")
                .from(InMemorySource.of(
                        Row.of("id", 1, "number", "1.10", "time", noon.plusSeconds(2), "text", "X"),
                        Row.of("id", 2, "number", "1.11", "time", noon.plusSeconds(3), "text", "y")))
                .match(Matcher.<Row>on("id").tolerance("number", 0.1).tolerance("time", Duration.ofSeconds(2)))
                .into(sink)
                .build();
        try (Preview<Row> preview = plan.preview()) {
            List<List<Difference.Reason>> reasons = preview.changes().stream()
                    .map(change -> ((Change.Update<Row>) change)
                            .differences().stream().map(Difference::reason).toList())
                    .toList();
            assertThat(reasons)
                    .containsExactly(
                            List.of(Difference.Reason.OTHER_VALUE),
                            List.of(
                                    Difference.Reason.BEYOND_TOLERANCE,
                                    Difference.Reason.BEYOND_TOLERANCE,
                                    Difference.Reason.WAS_NULL));
        }
    }

    @Test
    void leaves_ignored_fields_alone_in_updates_and_writes_them_in_inserts() {
        Schema schema = Schema.ofText("id", "name", "updated_at");
        InMemorySink sink = InMemorySink.of(schema, "id").holding(schema.row("1", "old", "yesterday"));
        SyncPlan<Row> plan = SyncPlan.named("ignored")
                .from(InMemorySource.of(schema.row("1", "new", "today"), schema.row("2", "two", "today")))
                .match(Matcher.<Row>on("id").ignoring("updated_at"))
                .into(sink)
                .build();
        assertThatPlan(plan).converges();
        assertThat(sink.content())
                .containsExactly(schema.row("1", "new", "yesterday"), schema.row("2", "two", "today"));
    }

    @Test
    void compares_only_the_fields_that_are_named() {
        Schema schema = Schema.ofText("id", "name", "note");
        InMemorySink sink =
                InMemorySink.of(schema, "id").holding(schema.row("1", "same", "old"), schema.row("2", "old", "old"));
        SyncPlan<Row> plan = SyncPlan.named("compared")
                .from(InMemorySource.of(schema.row("1", "same", "new"), schema.row("2", "new", "new")))
                .match(Matcher.<Row>on("id").comparing("name"))
                .into(sink)
                .build();
        assertThatPlan(plan).updates(1).converges();
        assertThat(sink.content()).containsExactly(schema.row("1", "same", "old"), schema.row("2", "new", "old"));
    }

    @Test
    void neither_compares_nor_writes_what_the_target_computes() {
        Schema schema = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text()),
                Field.of("length", FieldType.integer()).with(Field.Trait.READ_ONLY));
        InMemorySink sink = InMemorySink.of(schema, "id").holding(Row.of("id", 1, "name", "one", "length", 3));
        assertThatPlan(plan(InMemorySource.of(Row.of("id", 1, "name", "one"), Row.of("id", 2, "name", "two")), sink)
                        .build())
                .inserts(1)
                .updates(0)
                .converges();
        assertThatPlan(plan(InMemorySource.of(Row.of("id", 1, "name", "one", "length", 4)), sink)
                        .build())
                .isRefusedWith("E-PLAN");
    }

    @Test
    void finds_names_that_differ_in_case_and_underscores() {
        Schema schema = Schema.ofText("ID", "UNIT_PRICE");
        InMemorySink sink = InMemorySink.of(schema, "ID").holding(schema.row("1", "5"));
        assertThatPlan(plan(InMemorySource.of(Row.of("id", 1, "unitPrice", "5")), sink)
                        .build())
                .changesNothing();
    }

    @Test
    void reports_every_wrong_name_at_once() {
        InMemorySource<Row> source =
                InMemorySource.of(Row.of("nr", 1, "title", "x")).announcing(Schema.ofText("nr", "title"));
        InMemorySink sink = Products.target();
        SyncPlan<Row> plan = SyncPlan.named("wrong")
                .from(source)
                .match(Matcher.<Row>on("id").comparing("weight").tolerance("name", 0.5))
                .into(sink)
                .deletes(Deletes.soft("deleted", true))
                .build();
        PlanException thrown = catchThrowableOfType(PlanException.class, plan::run);
        assertThat(thrown.problems())
                .anyMatch(problem -> problem.contains("'title'"))
                .anyMatch(problem -> problem.contains("'weight'"))
                .anyMatch(problem -> problem.contains("'deleted'"))
                .anyMatch(problem -> problem.contains("no key field 'id'"))
                .anyMatch(problem -> problem.contains("tolerance"));
        assertThat(source.openings()).isZero();
    }

    @Test
    void matches_normalised_keys_and_leaves_them_as_they_are() {
        Schema schema = Schema.ofText("id", "name");
        InMemorySink sink = InMemorySink.of(schema, "id").holding(schema.row("Ab ", "old"), schema.row("CD", "gone"));
        SyncPlan<Row> plan = SyncPlan.named("normalised")
                .from(InMemorySource.of(schema.row("aB", "new"), schema.row(" ef", "more")))
                .match(Matcher.<Row>on("id").normalizing(Normalization.IGNORE_CASE, Normalization.TRIM))
                .into(sink)
                .deletes(Deletes.missing().unlimited())
                .build();
        assertThatPlan(plan).inserts(1).updates(1).deletes(1).converges();
        assertThat(sink.content()).containsExactly(schema.row("Ab ", "new"), schema.row(" ef", "more"));
    }

    @Test
    void takes_the_fields_of_the_first_record_when_the_target_has_none() {
        InMemorySink sink = InMemorySink.ofAnyFields("id");
        SyncPlan<Row> plan =
                plan(InMemorySource.of(Products.products(1, 3)), sink).build();
        assertThatPlan(plan).inserts(3).converges();
        assertThat(sink.content()).isEqualTo(Products.products(1, 3));
        assertThatPlan(plan(InMemorySource.<Row>of(), InMemorySink.ofAnyFields("id"))
                        .build())
                .changesNothing();
    }
}
