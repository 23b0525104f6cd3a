package dev.datasync.testkit;

import dev.datasync.row.Field;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows of any schema as rows of another, for comparison. */
final class Rows {

    private static final int MOST_SHOWN = 20;

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

    /** Returns the first rows that are on one side only; fast where assertions on lists of rows are not. */
    static List<Row> unequal(List<Row> expected, List<Row> actual) {
        Map<Row, Integer> counts = new HashMap<>();
        expected.forEach(row -> counts.merge(row, 1, Integer::sum));
        actual.forEach(row -> counts.merge(row, -1, Integer::sum));
        return counts.entrySet().stream()
                .filter(count -> count.getValue() != 0)
                .map(Map.Entry::getKey)
                .limit(MOST_SHOWN)
                .toList();
    }
}
