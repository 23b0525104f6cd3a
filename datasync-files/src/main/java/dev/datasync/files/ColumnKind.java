package dev.datasync.files;

import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the type that all values of a column have, for targets whose columns have none of their own: a number that
 * comes as text is then compared, and written, as the number that the column holds.
 */
final class ColumnKind {

    private @Nullable FieldType type;

    /** Takes a value of the column; {@code null} says nothing of it. */
    void see(@Nullable Object value) {
        if (value == null) {
            return;
        }
        FieldType own = kindOf(value);
        if (type == null) {
            type = own;
        } else if (!type.equals(own)) {
            type = isTimeOfDays(type) && isTimeOfDays(own) ? FieldType.timestamp() : FieldType.any();
        }
    }

    private static boolean isTimeOfDays(FieldType type) {
        return type instanceof FieldType.Day || type instanceof FieldType.Timestamp;
    }

    private static FieldType kindOf(Object value) {
        if (value instanceof String) {
            return FieldType.text();
        } else if (value instanceof Long || value instanceof BigDecimal) {
            return FieldType.decimal();
        } else if (value instanceof Boolean) {
            return FieldType.bool();
        } else if (value instanceof LocalDate) {
            return FieldType.date();
        } else if (value instanceof LocalDateTime) {
            return FieldType.timestamp();
        } else if (value instanceof LocalTime) {
            return FieldType.time();
        } else if (value instanceof List) {
            return FieldType.list(FieldType.any());
        } else if (value instanceof Map) {
            return FieldType.map();
        }
        return FieldType.any();
    }

    /** Returns the type of all values seen; any when there were none, or of several kinds. */
    FieldType type() {
        return type == null ? FieldType.any() : type;
    }
}
