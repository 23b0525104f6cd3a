package dev.datasync.row;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fields of a target whose records bring their own names, as a JSON document does: the names of all records in
 * order of appearance, each with the type that all its values have. Nested values are JSON, so that they are equal to
 * the JSON of a database and to nested fields of any kind. One object belongs to one reading. Not safe for use by several
 * threads.
 */
public final class SchemaInference {

    /** How many different names the records may have together: more are values that somebody has used as names. */
    public static final int MOST_FIELDS = 16_384;

    private final Map<String, TypeInference> found = new LinkedHashMap<>();
    private @Nullable Schema last;
    private TypeInference[] ofLast = {};

    /** Makes one that has seen nothing. */
    public SchemaInference() {}

    /**
     * Takes a row. Rows that share a {@link Schema}, as those of {@link RowShapes} do, take the least time.
     *
     * @param row the row; it is not kept
     * @throws RowException when the rows have more than {@link #MOST_FIELDS} different names together; the message is a
     *     sentence about "its records"
     */
    @SuppressWarnings("ReferenceEquality") // rows of one shape share their schema: the fast way to know it again
    public void see(Row row) {
        Schema schema = row.schema();
        if (schema != last) {
            TypeInference[] own = new TypeInference[schema.size()];
            for (int i = 0; i < own.length; i++) {
                String name = schema.field(i).name();
                own[i] = found.computeIfAbsent(name, added -> new TypeInference());
                if (found.size() > MOST_FIELDS) {
                    throw new RowException(
                            name,
                            "its records have more than " + MOST_FIELDS
                                    + " different names together: are some of them values?");
                }
            }
            ofLast = own;
            last = schema;
        }
        for (int i = 0; i < ofLast.length; i++) {
            ofLast[i].see(row.value(i));
        }
    }

    /**
     * Returns the fields that were found.
     *
     * @param fields the names of the fields that the target is limited to, in this order, which may be new to it; empty
     *     for all that were found
     * @param types the types of fields by their names, which win over what was found; the other fields have the trait
     *     {@link Field.Trait#INFERRED}
     * @return the fields, or empty when no row was seen
     * @throws RowException when two names are equal but for case and underscores: a row that lacks one of them would be
     *     taken for one that has the other; the message is a sentence about "its records"
     */
    public Optional<Schema> schema(List<String> fields, Map<String, FieldType> types) {
        if (last == null) {
            return Optional.empty();
        }
        List<Field> all = new ArrayList<>();
        for (String name : fields.isEmpty() ? found.keySet() : fields) {
            FieldType given = types.get(name);
            if (given == null) {
                TypeInference own = found.get(name);
                all.add(Field.of(name, own == null ? FieldType.any() : own.type())
                        .with(Field.Trait.INFERRED));
            } else {
                all.add(Field.of(name, given));
            }
        }
        requireDistinct(all);
        return Optional.of(Schema.of(all));
    }

    private static void requireDistinct(List<Field> fields) {
        Map<String, String> folded = new HashMap<>();
        for (Field field : fields) {
            String name = field.name();
            String same = folded.putIfAbsent(name.toLowerCase(Locale.ROOT).replace("_", ""), name);
            if (same != null) {
                throw new RowException(
                        name,
                        "its records have the names '" + RowShapes.shown(same) + "' and '" + RowShapes.shown(name)
                                + "', which are the same, upper and lower case and underscores apart: say with"
                                + " fields(...) which one is meant");
            }
        }
    }

    /**
     * Returns the types of fields as a JSON document can hold them, which are those that would be found in it afterwards:
     * text, decimal, bool and JSON, or any where nothing is known.
     *
     * @param incoming the fields of the rows that will be written
     * @param fields the names of the fields that the target is limited to, in this order; empty for all that come in
     * @param types the types of fields by their names, which win over what a document can hold
     * @return the fields of the document
     */
    public static Schema storing(Schema incoming, List<String> fields, Map<String, FieldType> types) {
        List<Field> all = new ArrayList<>();
        for (String name : fields.isEmpty() ? incoming.names() : fields) {
            FieldType type = incoming.has(name) ? stored(incoming.field(name).type()) : FieldType.any();
            all.add(Field.of(name, types.getOrDefault(name, type)));
        }
        return Schema.of(all);
    }

    private static FieldType stored(FieldType type) {
        if (type instanceof FieldType.Bool || type instanceof FieldType.Any) {
            return type;
        }
        if (type instanceof FieldType.Whole || type instanceof FieldType.Decimal || type instanceof FieldType.Real) {
            return FieldType.decimal();
        }
        if (type instanceof FieldType.Nested || type instanceof FieldType.Sequence || type instanceof FieldType.Json) {
            return FieldType.json();
        }
        return FieldType.text();
    }
}
