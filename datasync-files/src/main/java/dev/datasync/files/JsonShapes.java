package dev.datasync.files;

import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes rows of names and values; records with the same names share a schema. */
final class JsonShapes {

    /** How many names are remembered: records that all have names of their own must not fill the memory. */
    private static final int MOST_REMEMBERED = 4 * JsonLimits.MOST_FIELDS;

    private final List<String> wanted;
    private final Map<String, FieldType> types;
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

    /** A record that cannot become a row. */
    static final class Unusable extends Exception {

        private static final long serialVersionUID = 1L;

        Unusable(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    JsonShapes(List<String> wanted, Map<String, FieldType> types) {
        this.wanted = wanted;
        this.types = types;
    }

    /** Returns the first name that is there twice. */
    Optional<String> duplicate(List<String> names) {
        Shape known = last;
        if (known != null && known.names.equals(names) || shapes.containsKey(names)) {
            return Optional.empty();
        }
        Set<String> seen = new HashSet<>();
        return names.stream().filter(name -> !seen.add(name)).findFirst();
    }

    Row row(List<String> names, List<@Nullable Object> values) throws Unusable {
        Shape shape = shape(names);
        @Nullable Object[] row = new @Nullable Object[shape.places.length];
        for (int i = 0; i < row.length; i++) {
            Object value = values.get(shape.places[i]);
            if (shape.isTyped[i] && value != null) {
                Field field = shape.schema.field(i);
                try {
                    value = JsonValues.typed(field.type(), value);
                } catch (ConversionException e) {
                    throw new Unusable("field '" + Shown.name(field.name()) + "': " + e.getMessage());
                }
            }
            row[i] = value;
        }
        return shape.schema.row(row);
    }

    private Shape shape(List<String> names) throws Unusable {
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
                remembered += names.size() + 1;
            }
            last = known;
        }
        return known;
    }

    private Shape made(List<String> names) throws Unusable {
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
                throw new Unusable("a member has a name that is blank: leave it out with fields(...)");
            }
            if (JsonLimits.hasLoneSurrogate(name)) {
                throw new Unusable("the name of a member has half of a character that needs two, such as \\ud800");
            }
            FieldType type = types.get(name);
            fields.add(Field.of(name, type == null ? FieldType.any() : type));
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
}
