package dev.datasync.jdbc;

import java.util.List;

/**
 * What makes two changes need the same statement.
 *
 * @param kind what the statement does
 * @param columns the places of the columns that it sets, in order
 */
record Shape(Kind kind, List<Integer> columns) {

    /** What a statement does. */
    enum Kind {
        INSERT,
        UPDATE,
        DELETE
    }
}
