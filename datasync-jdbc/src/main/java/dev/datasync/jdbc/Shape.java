package dev.datasync.jdbc;

import java.util.List;

/**
 * What makes two changes need the same statement. Its parameters are the values of the columns that it sets, then those
 * of the table's identity (not for an insert), then those of the columns that it checks.
 *
 * @param kind what the statement does
 * @param columns the places of the columns that it sets, in order
 * @param checked the places of the columns that must still have their old values, in order
 * @param absent the places of the columns that must still be {@code null}, in order
 */
record Shape(Kind kind, List<Integer> columns, List<Integer> checked, List<Integer> absent) {

    /** What a statement does. */
    enum Kind {
        INSERT,
        UPDATE,
        DELETE
    }

    /** A shape that checks nothing but the identity. */
    Shape(Kind kind, List<Integer> columns) {
        this(kind, columns, List.of(), List.of());
    }

    /** Tells whether the row must still be as the comparison has seen it. */
    boolean isChecked() {
        return !checked.isEmpty() || !absent.isEmpty();
    }
}
