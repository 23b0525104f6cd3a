package dev.datasync.transform;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ready-made transformers of rows, for {@code map(...)}. All are immutable and safe for use by several threads. */
public final class RowTransforms {

    private RowTransforms() {}

    /**
     * Returns a transformer that gives a field another name.
     *
     * @param from the field's name now
     * @param to its new name
     * @return the transformer
     */
    public static Transformer<Row, Row> rename(String from, String to) {
        return row -> row.rename(from, to);
    }

    /**
     * Returns a transformer that keeps some fields, in the order given.
     *
     * @param fields the fields to keep
     * @return the transformer
     */
    public static Transformer<Row, Row> select(String... fields) {
        String[] kept = fields.clone();
        return row -> row.select(kept);
    }

    /**
     * Returns a transformer that leaves out some fields.
     *
     * @param fields the fields to leave out
     * @return the transformer
     */
    public static Transformer<Row, Row> drop(String... fields) {
        String[] dropped = fields.clone();
        return row -> row.without(dropped);
    }

    /**
     * Returns a transformer that converts a field, and rejects the record where that fails.
     *
     * @param field the field's name
     * @param type the type it shall have
     * @return the transformer
     */
    public static Transformer<Row, Row> convert(String field, FieldType type) {
        return convert(field, type, Unconvertible.reject());
    }

    /**
     * Returns a transformer that converts a field. {@code null} stays {@code null}.
     *
     * @param field the field's name
     * @param type the type it shall have
     * @param otherwise what to do where the conversion fails
     * @return the transformer
     */
    public static Transformer<Row, Row> convert(String field, FieldType type, Unconvertible otherwise) {
        return row -> {
            Object value = row.value(field);
            return value == null ? row : row.with(field, converted(field, value, type, otherwise));
        };
    }

    private static @Nullable Object converted(String field, Object value, FieldType type, Unconvertible otherwise) {
        try {
            return type.convert(value);
        } catch (ConversionException e) {
            if (otherwise instanceof Unconvertible.Keep) {
                return value;
            }
            if (otherwise instanceof Unconvertible.Replace replacement) {
                return replacement.value();
            }
            throw new ConversionException("field '" + field + "': " + e.getMessage());
        }
    }

    /**
     * Returns a transformer that fills a field where it is {@code null} or not there.
     *
     * @param field the field's name
     * @param value the value to put in; not {@code null}
     * @return the transformer
     */
    public static Transformer<Row, Row> defaultValue(String field, Object value) {
        return row -> row.has(field) && !row.isNull(field) ? row : row.with(field, value);
    }

    /**
     * Returns a transformer that takes the blanks off both ends of texts.
     *
     * @param fields the fields to trim; none for every field that holds a text
     * @return the transformer
     */
    public static Transformer<Row, Row> trim(String... fields) {
        return texts(fields, String::strip);
    }

    /**
     * Returns a transformer that makes {@code null} of texts without a character other than blanks.
     *
     * @param fields the fields to look at; none for every field that holds a text
     * @return the transformer
     */
    public static Transformer<Row, Row> blankToNull(String... fields) {
        return texts(fields, text -> text.isBlank() ? null : text);
    }

    private static Transformer<Row, Row> texts(String[] fields, Function<String, @Nullable String> change) {
        String[] chosen = fields.clone();
        return row -> {
            String[] names = chosen.length > 0 ? chosen : row.schema().names().toArray(String[]::new);
            Row changed = row;
            for (String name : names) {
                if (row.value(name) instanceof String text) {
                    String replacement = change.apply(text);
                    if (!text.equals(replacement)) {
                        changed = changed.with(name, replacement);
                    }
                }
            }
            return changed;
        };
    }
}
