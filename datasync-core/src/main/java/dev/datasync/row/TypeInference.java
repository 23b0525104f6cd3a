package dev.datasync.row;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the type that all values of a field have, for targets whose fields have none of their own: a number that comes
 * as text is then compared, and written, as the number that the target holds. One object belongs to one field of one
 * reading. Not safe for use by several threads.
 */
public final class TypeInference {

    private @Nullable FieldType type;

    /** Makes one that has seen nothing. */
    public TypeInference() {}

    /**
     * Takes a value of the field.
     *
     * @param value the value; {@code null} says nothing of the type
     */
    public void see(@Nullable Object value) {
        if (value == null) {
            return;
        }
        FieldType own = typeOf(value);
        if (type == null) {
            type = own;
        } else if (!type.equals(own)) {
            type = isTimeOfDays(type) && isTimeOfDays(own) ? FieldType.timestamp() : FieldType.any();
        }
    }

    private static boolean isTimeOfDays(FieldType type) {
        return type instanceof FieldType.Day || type instanceof FieldType.Timestamp;
    }

    private static FieldType typeOf(Object value) {
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
        } else if (value instanceof List || value instanceof Map) {
            return FieldType.json();
        }
        return FieldType.any();
    }

    /**
     * Returns the type of all values seen.
     *
     * @return text, decimal for all numbers, bool, date, timestamp also for dates among timestamps, time, or JSON for
     *     lists and maps; any when there were no values, or of several kinds
     */
    public FieldType type() {
        return type == null ? FieldType.any() : type;
    }
}
