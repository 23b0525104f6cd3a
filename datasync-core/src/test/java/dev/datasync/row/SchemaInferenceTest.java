package dev.datasync.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SchemaInferenceTest {

    private static Row row(String name, @Nullable Object value) {
        return Schema.of(Field.of(name, FieldType.any())).row(value);
    }

    private static Schema found(Row... rows) {
        SchemaInference inference = new SchemaInference();
        Arrays.stream(rows).forEach(inference::see);
        return inference.schema(List.of(), Map.of()).orElseThrow();
    }

    private static FieldType type(@Nullable Object... values) {
        TypeInference inference = new TypeInference();
        Arrays.stream(values).forEach(inference::see);
        return inference.type();
    }

    @Test
    void nothing_is_known_of_no_rows_and_something_of_a_row_without_fields() {
        SchemaInference inference = new SchemaInference();
        assertThat(inference.schema(List.of("id"), Map.of("id", FieldType.integer())))
                .isEmpty();
        inference.see(Schema.of().row());
        assertThat(inference.schema(List.of(), Map.of())).contains(Schema.of());
    }

    @Test
    void the_names_of_all_rows_come_in_order_of_appearance() {
        assertThat(found(row("b", 1L), row("a", "x"), row("b", 2L), row("c", null)))
                .isEqualTo(Schema.of(
                        Field.of("b", FieldType.decimal()).with(Field.Trait.INFERRED),
                        Field.of("a", FieldType.text()).with(Field.Trait.INFERRED),
                        Field.of("c", FieldType.any()).with(Field.Trait.INFERRED)));
    }

    @Test
    void rows_of_several_schemas_by_turns_are_one_field() {
        Schema one = Schema.of(Field.of("id", FieldType.any()), Field.of("v", FieldType.any()));
        Schema other = Schema.of(Field.of("v", FieldType.any()));
        Schema found = found(one.row(1L, 1L), other.row("x"), one.row(2L, 2L));
        assertThat(found.field("id").type()).isEqualTo(FieldType.decimal());
        assertThat(found.field("v").type()).isEqualTo(FieldType.any());
    }

    @Test
    void given_fields_and_types_win() {
        SchemaInference inference = new SchemaInference();
        inference.see(Row.of("id", 1L, "day", "2024-02-29", "other", 1L));
        assertThat(inference.schema(List.of("day", "new", "id"), Map.of("day", FieldType.date())))
                .contains(Schema.of(
                        Field.of("day", FieldType.date()),
                        Field.of("new", FieldType.any()).with(Field.Trait.INFERRED),
                        Field.of("id", FieldType.decimal()).with(Field.Trait.INFERRED)));
    }

    @Test
    void each_kind_of_value_has_its_type() {
        assertThat(type("a", "")).isEqualTo(FieldType.text());
        assertThat(type(1L, new BigDecimal("1.5"))).isEqualTo(FieldType.decimal());
        assertThat(type(true, false)).isEqualTo(FieldType.bool());
        assertThat(type(LocalDate.EPOCH)).isEqualTo(FieldType.date());
        assertThat(type(LocalDateTime.MIN)).isEqualTo(FieldType.timestamp());
        assertThat(type(LocalTime.NOON)).isEqualTo(FieldType.time());
        assertThat(type(Map.of("a", 1L), List.of())).isEqualTo(FieldType.json());
        assertThat(type(Instant.EPOCH)).isEqualTo(FieldType.any());
    }

    @Test
    void null_says_nothing_and_kinds_that_mix_are_any() {
        assertThat(type()).isEqualTo(FieldType.any());
        assertThat(type((Object) null)).isEqualTo(FieldType.any());
        assertThat(type(null, 1L, null)).isEqualTo(FieldType.decimal());
        assertThat(type(1L, "1", 1L)).isEqualTo(FieldType.any());
        assertThat(type(List.of(), "x", List.of())).isEqualTo(FieldType.any());
        assertThat(type(LocalDate.EPOCH, LocalDateTime.MIN, LocalDate.EPOCH)).isEqualTo(FieldType.timestamp());
        assertThat(type(LocalDate.EPOCH, LocalTime.NOON)).isEqualTo(FieldType.any());
        assertThat(type(LocalDate.EPOCH, "x", LocalDateTime.MIN)).isEqualTo(FieldType.any());
    }

    @Test
    void names_that_differ_in_case_and_underscores_only_need_a_choice() {
        SchemaInference inference = new SchemaInference();
        inference.see(row("unit_price", 1L));
        inference.see(row("unitPrice", 1L));
        assertThatThrownBy(() -> inference.schema(List.of(), Map.of()))
                .isInstanceOfSatisfying(
                        RowException.class, e -> assertThat(e.field()).isEqualTo("unitPrice"))
                .hasMessageStartingWith("its records have the names 'unit_price' and 'unitPrice'")
                .hasMessageContaining("fields(...)");
        assertThat(inference
                        .schema(List.of("unitPrice"), Map.of())
                        .orElseThrow()
                        .names())
                .containsExactly("unitPrice");
    }

    @Test
    void too_many_names_are_values() {
        SchemaInference inference = new SchemaInference();
        Schema most = Schema.of(IntStream.range(0, SchemaInference.MOST_FIELDS)
                .mapToObj(i -> Field.of("n" + i, FieldType.any()))
                .toList());
        inference.see(most.row(new @Nullable Object[most.size()]));
        assertThatCode(() -> inference.see(row("n7", 1L))).doesNotThrowAnyException();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> inference.see(row("more", 1L)))
                    .isInstanceOf(RowException.class)
                    .hasMessageContaining("more than 16384 different names together");
        }
    }

    @Test
    void a_document_holds_few_types() {
        Schema incoming = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("real", FieldType.float64()),
                Field.of("flag", FieldType.bool()),
                Field.of("day", FieldType.date()),
                Field.of("nested", FieldType.map()),
                Field.of("list", FieldType.list(FieldType.text())),
                Field.of("bytes", FieldType.binary()),
                Field.of("any", FieldType.any()),
                Field.of("typed", FieldType.text()));
        assertThat(SchemaInference.storing(incoming, List.of(), Map.of("typed", FieldType.uuid())))
                .isEqualTo(Schema.of(
                        Field.of("id", FieldType.decimal()),
                        Field.of("real", FieldType.decimal()),
                        Field.of("flag", FieldType.bool()),
                        Field.of("day", FieldType.text()),
                        Field.of("nested", FieldType.json()),
                        Field.of("list", FieldType.json()),
                        Field.of("bytes", FieldType.text()),
                        Field.of("any", FieldType.any()),
                        Field.of("typed", FieldType.uuid())));
        assertThat(SchemaInference.storing(incoming, List.of("day", "none"), Map.of()))
                .isEqualTo(Schema.of(Field.of("day", FieldType.text()), Field.of("none", FieldType.any())));
    }
}
