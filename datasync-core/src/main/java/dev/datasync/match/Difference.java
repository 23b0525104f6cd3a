package dev.datasync.match;

import org.jspecify.annotations.Nullable;

/**
 * A field in which two records with one key differ, in the form in which the target stores it.
 *
 * @param field the field's name in the target
 * @param before its value in the target, or {@code null}
 * @param after the value that the source wants, or {@code null}
 * @param reason why the two are not equal
 */
public record Difference(
        String field, @Nullable Object before, @Nullable Object after, Reason reason) {

    /** Why two values are not equal. */
    public enum Reason {
        /** Both are there and are not the same. */
        OTHER_VALUE,
        /** Both are there and are further apart than the tolerance allows. */
        BEYOND_TOLERANCE,
        /** The target has no value, the source has one. */
        WAS_NULL,
        /** The target has a value, the source has none. */
        BECAME_NULL
    }

    /**
     * Returns field and values, for a person to read.
     *
     * @return for example {@code price: 1.10 -> 1.20}
     */
    @Override
    public String toString() {
        return field + ": " + shown(before) + " -> " + shown(after);
    }

    private static String shown(@Nullable Object value) {
        return value instanceof byte[] bytes ? bytes.length + " bytes" : String.valueOf(value);
    }
}
