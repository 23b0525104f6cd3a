package dev.datasync.files;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a target: the names of all its records in order of appearance, each with the type that all its values
 * have. Nested values are JSON, so that they are equal to the JSON of a database and to nested fields of any kind.
 */
final class JsonColumns {

    private final Map<String, Column> columns = new LinkedHashMap<>();
    private @Nullable Schema last;
    private Column[] ofLast = {};

    private static final class Column {

        private final ColumnKind plain = new ColumnKind();
        private boolean isPlain;
        private boolean isNested;

        void see(@Nullable Object value) {
            if (value instanceof Map || value instanceof List) {
                isNested = true;
            } else if (value != null) {
                isPlain = true;
                plain.see(value);
            }
        }

        FieldType type() {
            if (isNested) {
                return isPlain ? FieldType.any() : FieldType.json();
            }
            return plain.type();
        }
    }

    /** Returns the fields of the file, or empty when it has no records. */
    static Optional<Schema> of(Path path, JsonOptions options) throws ReadException, IOException {
        JsonColumns columns = new JsonColumns();
        long records = 0;
        try (JsonReading reading = JsonReading.open(path, options, Map.of())) {
            while (reading.next()) {
                records++;
                Row row = reading.row();
                if (row != null) {
                    columns.see(path, row);
                }
            }
            reading.requireUnchanged();
        }
        if (records == 0) {
            return Optional.empty();
        }
        Schema found = columns.schema(options);
        requireDistinct(path, found.names());
        return Optional.of(found);
    }

    /** A record that lacks one of two names would otherwise be taken for one that has the other. */
    private static void requireDistinct(Path path, List<String> names) throws ReadException {
        Map<String, String> folded = new HashMap<>();
        for (String name : names) {
            String same = folded.putIfAbsent(name.toLowerCase(Locale.ROOT).replace("_", ""), name);
            if (same != null) {
                throw new ReadException(
                        "E-JSON-NAMES",
                        path + ": its records have the names '" + Shown.name(same) + "' and '" + Shown.name(name)
                                + "', which are the same, upper and lower case and underscores apart: say with"
                                + " fields(...) which one is meant");
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // rows of one shape share their schema: the fast way to know it again
    private void see(Path path, Row row) throws ReadException {
        if (row.schema() != last) {
            Schema schema = row.schema();
            ofLast = new Column[schema.size()];
            for (int i = 0; i < ofLast.length; i++) {
                ofLast[i] = columns.computeIfAbsent(schema.field(i).name(), name -> new Column());
            }
            last = schema;
            if (columns.size() > JsonLimits.MOST_FIELDS) {
                throw new ReadException(
                        "E-JSON-LIMIT",
                        path + ": its records have more than " + JsonLimits.MOST_FIELDS
                                + " different names together: are some of them values?");
            }
        }
        for (int i = 0; i < ofLast.length; i++) {
            ofLast[i].see(row.value(i));
        }
    }

    private Schema schema(JsonOptions options) {
        List<Field> fields = new ArrayList<>();
        for (String name : options.fields().isEmpty() ? columns.keySet() : options.fields()) {
            Column column = columns.get(name);
            FieldType given = options.types().get(name);
            FieldType found = column == null ? FieldType.any() : column.type();
            fields.add(given == null ? Field.of(name, found).with(Field.Trait.INFERRED) : Field.of(name, given));
        }
        return Schema.of(fields);
    }

    /** Returns the types of fields as a document can hold them, which are those that would be found in it afterwards. */
    static Schema storing(Schema incoming, JsonOptions options) {
        List<Field> fields = new ArrayList<>();
        for (String name : options.fields().isEmpty() ? incoming.names() : options.fields()) {
            FieldType type = incoming.has(name) ? stored(incoming.field(name).type()) : FieldType.any();
            fields.add(Field.of(name, options.types().getOrDefault(name, type)));
        }
        return Schema.of(fields);
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
