package dev.datasync.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RowShapesTest {

    private static RowShapes all() {
        return new RowShapes(List.of(), Map.of());
    }

    @Test
    void records_with_the_same_names_share_a_schema_also_when_others_come_between() {
        RowShapes shapes = all();
        List<String> names = new ArrayList<>(List.of("id", "name"));
        Row first = shapes.row(names, Arrays.asList(1L, "Ada"));
        names.set(1, "price");
        Row other = shapes.row(names, Arrays.asList(2L, null));
        Row again = shapes.row(List.of("id", "name"), List.of(3L, "Bo"));
        assertThat(again.schema()).isSameAs(first.schema());
        assertThat(first).isEqualTo(Row.of("id", 1L, "name", "Ada"));
        assertThat(other.schema().names()).containsExactly("id", "price");
        assertThat(other.isNull("price")).isTrue();
    }

    @Test
    void a_row_does_not_change_when_the_lists_are_used_again() {
        RowShapes shapes = all();
        List<Object> values = new ArrayList<>(List.of(1L));
        Row row = shapes.row(List.of("id"), values);
        values.set(0, 2L);
        assertThat(row.value("id")).isEqualTo(1L);
    }

    @Test
    void only_the_wanted_fields_come_in_their_order_where_the_record_has_them() {
        RowShapes shapes = new RowShapes(List.of("name", "none", "id"), Map.of());
        assertThat(shapes.row(List.of("id", "other", "name"), List.of(1L, " ", "Ada")))
                .isEqualTo(Row.of("name", "Ada", "id", 1L));
        // what is not wanted may have any name
        assertThat(shapes.row(List.of("", "id"), List.of(0L, 1L))).isEqualTo(Row.of("id", 1L));
    }

    @Test
    void given_types_convert_and_others_leave_values_as_they_are() {
        RowShapes shapes = new RowShapes(List.of(), Map.of("price", FieldType.decimal(9, 2)));
        Row row = shapes.row(List.of("price", "text"), List.of("1.5", "1.5"));
        assertThat(row.value("price")).isEqualTo(new BigDecimal("1.50"));
        assertThat(row.value("text")).isEqualTo("1.5");
        assertThat(row.schema().field("price").type()).isEqualTo(FieldType.decimal(9, 2));
        assertThat(row.schema().field("text").type()).isEqualTo(FieldType.any());
        assertThat(shapes.row(List.of("price"), Arrays.asList((Object) null)).isNull("price"))
                .isTrue();
    }

    @Test
    void a_conversion_of_ones_own_is_asked_for_typed_values_only() {
        List<Object> asked = new ArrayList<>();
        RowShapes shapes = new RowShapes(List.of(), Map.of("a", FieldType.text()), (type, value) -> {
            asked.add(value);
            return type + " " + value;
        });
        assertThat(shapes.row(List.of("a", "b"), List.of(1L, 2L)).value("a")).isEqualTo("text 1");
        assertThat(asked).containsExactly(1L);
    }

    @Test
    void a_value_that_does_not_fit_is_told_by_its_field_and_not_shown() {
        RowShapes shapes = new RowShapes(List.of(), Map.of("born", FieldType.date()));
        assertThatThrownBy(() -> shapes.row(List.of("born"), List.of("secret")))
                .isInstanceOfSatisfying(
                        RowException.class, e -> assertThat(e.field()).isEqualTo("born"))
                .hasMessageStartingWith("field 'born': ")
                .hasMessageNotContaining("secret")
                .hasNoCause();
        assertThat(shapes.row(List.of("born"), List.of("2024-02-29")).value("born"))
                .hasToString("2024-02-29");
    }

    @Test
    void names_that_no_field_can_have_are_refused_each_time() {
        RowShapes shapes = all();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> shapes.row(List.of(" "), List.of(1L)))
                    .isInstanceOf(RowException.class)
                    .hasMessageContaining("blank");
            assertThatThrownBy(() -> shapes.row(List.of("\ud800x"), List.of(1L)))
                    .isInstanceOf(RowException.class)
                    .hasMessageContaining("half of a character");
        }
    }

    @Test
    void a_long_name_with_control_characters_is_shown_short_and_on_one_line() {
        String name = "a\nb" + "c".repeat(100);
        RowShapes shapes = new RowShapes(List.of(), Map.of(name, FieldType.bool()));
        assertThatThrownBy(() -> shapes.row(List.of(name), List.of("neither")))
                .hasMessageStartingWith("field 'a?b" + "c".repeat(57) + "...': ");
    }

    @Test
    void the_first_name_that_is_there_twice_is_found() {
        RowShapes shapes = all();
        assertThat(shapes.duplicate(List.of("a", "b", "c", "b", "a"))).contains("b");
        assertThat(shapes.duplicate(List.of("a", "b"))).isEmpty();
        shapes.row(List.of("a", "b"), List.of(1L, 2L));
        assertThat(shapes.duplicate(List.of("a", "b"))).isEmpty();
        assertThat(shapes.duplicate(List.of("a", "a"))).contains("a");
        assertThat(shapes.duplicate(List.of("a", "A"))).isEmpty();
    }

    @Test
    void records_that_all_have_names_of_their_own_are_forgotten() {
        RowShapes shapes = all();
        Schema first = shapes.row(List.of("x"), List.of(0L)).schema();
        // each weighs its name and one more
        int fitting = RowShapes.MOST_REMEMBERED / 2 - 1;
        for (int i = 0; i < fitting; i++) {
            shapes.row(List.of("n" + i), List.of(0L));
        }
        assertThat(shapes.row(List.of("x"), List.of(0L)).schema()).isSameAs(first);
        shapes.row(List.of("one more"), List.of(0L));
        shapes.row(List.of("another"), List.of(0L));
        Row made = shapes.row(List.of("x"), List.of(0L));
        assertThat(made.schema()).isNotSameAs(first).isEqualTo(first);
    }

    @Test
    void half_of_a_character_is_found_wherever_it_is() {
        for (String text : List.of("\ud800", "a\udc00", "\ud800\ud800\udc00", "\udc00\ud800", "\ud83d\ude00\ud83d")) {
            assertThat(RowShapes.hasLoneSurrogate(text)).isTrue();
        }
        for (String text : List.of("", "abc", "\ud83d\ude00", "a\ud83d\ude00b\ud83d\ude00")) {
            assertThat(RowShapes.hasLoneSurrogate(text)).isFalse();
        }
    }
}
