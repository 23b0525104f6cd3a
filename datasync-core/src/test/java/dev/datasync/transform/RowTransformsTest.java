package dev.datasync.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import org.junit.jupiter.api.Test;

final class RowTransformsTest {

    private static final Row ROW = Row.of("id", " 4 ", "name", "  ", "price", "n/a", "note", null);

    @Test
    void renames_selects_and_drops() throws Exception {
        assertThat(RowTransforms.rename("id", "key").transform(ROW).schema().names())
                .startsWith("key");
        assertThat(RowTransforms.select("note", "id").transform(ROW).schema().names())
                .containsExactly("note", "id");
        assertThat(RowTransforms.drop("note", "id").transform(ROW).schema().names())
                .containsExactly("name", "price");
    }

    @Test
    void a_conversion_that_fails_is_rejected_kept_or_replaced_but_never_silently_null() throws Exception {
        assertThatThrownBy(() ->
                        RowTransforms.convert("price", FieldType.decimal()).transform(ROW))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("'price'")
                .hasMessageNotContaining("n/a");
        assertThat(RowTransforms.convert("price", FieldType.decimal(), Unconvertible.keep())
                        .transform(ROW)
                        .value("price"))
                .isEqualTo("n/a");
        assertThat(RowTransforms.convert("price", FieldType.decimal(), Unconvertible.replaceWith(0))
                        .transform(ROW)
                        .value("price"))
                .isEqualTo(0L);
        assertThat(RowTransforms.convert("price", FieldType.decimal(), Unconvertible.replaceWith(null))
                        .transform(ROW)
                        .isNull("price"))
                .isTrue();
        assertThat(RowTransforms.convert("note", FieldType.decimal())
                        .transform(ROW)
                        .isNull("note"))
                .isTrue();
    }

    @Test
    void trims_and_makes_null_of_blanks() throws Exception {
        Row trimmed = RowTransforms.trim().andThen(RowTransforms.blankToNull()).transform(ROW);

        assertThat(trimmed).isEqualTo(Row.of("id", "4", "name", null, "price", "n/a", "note", null));
        assertThat(RowTransforms.trim("name").transform(ROW).text("id")).isEqualTo(" 4 ");
        assertThat(RowTransforms.convert("id", FieldType.integer())
                        .transform(RowTransforms.trim("id").transform(ROW))
                        .integer("id"))
                .isEqualTo(4);
    }

    @Test
    void defaults_fill_null_and_missing_fields_only() throws Exception {
        assertThat(RowTransforms.defaultValue("note", "none").transform(ROW).text("note"))
                .isEqualTo("none");
        assertThat(RowTransforms.defaultValue("colour", "red").transform(ROW).text("colour"))
                .isEqualTo("red");
        assertThat(RowTransforms.defaultValue("price", "0").transform(ROW).text("price"))
                .isEqualTo("n/a");
    }

    @Test
    void duplicates_name_their_fields_and_what_tells_the_newest() {
        assertThat(Duplicates.by("a", "b").keepFirst().fields()).containsExactly("a", "b");
        assertThat(Duplicates.by("a").keepNewest("at").newestBy()).contains("at");
        assertThatThrownBy(() -> new Duplicates(java.util.List.of(), Duplicates.Keep.FIRST, java.util.Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
