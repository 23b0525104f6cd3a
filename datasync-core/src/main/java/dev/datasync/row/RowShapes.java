package dev.datasync.row;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of records that bring their own names, such as the objects of a JSON document; records with the same names
 * share a {@link Schema}. One object belongs to one reading. Not safe for use by several threads.
 *
 * <p>A field whose type is given has that type, and its values are converted to it; the others have the type
 * {@link FieldType#any()}, and their values stay as they are. {@code null} stays {@code null}.
 */
public final class RowShapes {

    /**
     * How many names are remembered, those of all schemas together. Beyond that all are forgotten and made anew: records
     * that all have names of their own must not fill the memory.
     */
    public static final int MOST_REMEMBERED = 65_536;

    private static final int LONGEST_SHOWN = 60;

    private final List<String> wanted;
    private final Map<String, FieldType> types;
    private final BiFunction<FieldType, Object, @Nullable Object> conversion;
    private final Map<List<String>, Shape> shapes = new HashMap<>();
    private @Nullable Shape last;
    private int remembered;

    /** What rows with some names are made of: of each field, its place among the names of the record. */
    private static final class Shape {

        private final List<String> names;
        private final Schema schema;
        private final int[] places;
        private final boolean[] isTyped;

        Shape(List<String> names, Schema schema, int[] places, boolean[] isTyped) {
            this.names = names;
            this.schema = schema;
            this.places = places;
            this.isTyped = isTyped;
        }
    }

    /**
     * Prepares a reading whose values are converted by {@link FieldType#convert}.
     *
     * @param fields the names of the fields that rows have, in this order, where the record has them; empty for all, in
     *     the order of the record
     * @param types the types of fields by their names; those of other fields are not converted
     */
    public RowShapes(List<String> fields, Map<String, FieldType> types) {
        this(fields, types, FieldType::convert);
    }

    /**
     * Prepares a reading whose values are converted in a way of its own.
     *
     * @param fields the names of the fields that rows have, in this order, where the record has them; empty for all, in
     *     the order of the record
     * @param types the types of fields by their names; those of other fields are not converted
     * @param conversion returns a value in the form in which a type holds it, and throws a {@link ConversionException}
     *     when it cannot; never given {@code null}
     */
    public RowShapes(
            List<String> fields,
            Map<String, FieldType> types,
            BiFunction<FieldType, Object, @Nullable Object> conversion) {
        this.wanted = List.copyOf(fields);
        this.types = Map.copyOf(types);
        this.conversion = conversion;
    }

    /**
     * Returns the first name that a record has twice. Takes no time for names that rows were made of before.
     *
     * @param names the names of the record
     * @return the name, or empty when all differ
     */
    public Optional<String> duplicate(List<String> names) {
        Shape known = last;
        if (known != null && known.names.equals(names) || shapes.containsKey(names)) {
            return Optional.empty();
        }
        Set<String> seen = new HashSet<>();
        return names.stream().filter(name -> !seen.add(name)).findFirst();
    }

    /**
     * Returns a record as a row. Both lists may be used again afterwards.
     *
     * @param names the names of the record, which all differ: see {@link #duplicate}
     * @param values the value of each name, in the same order; may be {@code null}
     * @return the row
     * @throws RowException when the record cannot become a row, because a value does not fit its type, or a name is blank
     *     or no text that can be stored; the message is a sentence that shows no values
     */
    public Row row(List<String> names, List<@Nullable Object> values) {
        Shape shape = shape(names);
        @Nullable Object[] row = new @Nullable Object[shape.places.length];
        for (int i = 0; i < row.length; i++) {
            Object value = values.get(shape.places[i]);
            if (shape.isTyped[i] && value != null) {
                Field field = shape.schema.field(i);
                try {
                    value = conversion.apply(field.type(), value);
                } catch (ConversionException e) {
                    throw new RowException(field.name(), "field '" + shown(field.name()) + "': " + e.getMessage());
                }
            }
            row[i] = value;
        }
        return shape.schema.row(row);
    }

    private Shape shape(List<String> names) {
        Shape known = last;
        if (known == null || !known.names.equals(names)) {
            known = shapes.get(names);
            if (known == null) {
                known = made(List.copyOf(names));
                if (remembered > MOST_REMEMBERED - names.size()) {
                    shapes.clear();
                    remembered = 0;
                }
                shapes.put(known.names, known);
                // one more, so that records without any name count too
                remembered += names.size() + 1;
            }
            last = known;
        }
        return known;
    }

    private Shape made(List<String> names) {
        List<Field> fields = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        Map<String, Integer> index = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            index.put(names.get(i), i);
        }
        for (String name : wanted.isEmpty() ? names : wanted) {
            int place = index.getOrDefault(name, -1);
            if (place < 0) {
                continue;
            }
            if (name.isBlank()) {
                throw new RowException(name, "a member has a name that is blank: leave it out with fields(...)");
            }
            if (hasLoneSurrogate(name)) {
                throw new RowException(
                        name, "the name of a member has half of a character that needs two, such as \\ud800");
            }
            fields.add(Field.of(name, types.getOrDefault(name, FieldType.any())));
            places.add(place);
        }
        boolean[] isTyped = new boolean[fields.size()];
        for (int i = 0; i < isTyped.length; i++) {
            isTyped[i] = types.containsKey(fields.get(i).name());
        }
        return new Shape(
                names,
                Schema.of(fields),
                places.stream().mapToInt(Integer::intValue).toArray(),
                isTyped);
    }

    /**
     * Tells whether half of a character is without the other half: no UTF-8 can hold that, and so no target can.
     *
     * @param text a text or name out of a record
     * @return whether there is such a half
     */
    public static boolean hasLoneSurrogate(String text) {
        int next = 0;
        while (next < text.length()) {
            char c = text.charAt(next++);
            if (Character.isSurrogate(c)) {
                boolean isPair = Character.isHighSurrogate(c)
                        && next < text.length()
                        && Character.isLowSurrogate(text.charAt(next++));
                if (!isPair) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns a name out of a record, made fit for a line of a log. */
    static String shown(String name) {
        StringBuilder shown = new StringBuilder();
        name.codePoints()
                .limit(LONGEST_SHOWN)
                .forEach(point -> shown.appendCodePoint(Character.isISOControl(point) ? '?' : point));
        return name.codePointCount(0, name.length()) > LONGEST_SHOWN ? shown + "..." : shown.toString();
    }
}
