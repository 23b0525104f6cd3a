package dev.datasync.testkit;

import dev.datasync.row.Field;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of any schema as rows of another, for comparison. */
final class Rows {

    private Rows() {}

    /** Returns rows with the fields of a schema, values converted to its types. */
    static List<Row> canonical(Schema schema, List<Row> rows) {
        return rows.stream().map(row -> canonical(schema, row)).toList();
    }

    static Row canonical(Schema schema, Row row) {
        @Nullable Object[] values = new @Nullable Object[schema.size()];
        for (int i = 0; i < values.length; i++) {
            Field field = schema.field(i);
            Object value = row.value(field.name());
            values[i] = value == null ? null : field.type().convert(value);
        }
        return schema.row(values);
    }
}
