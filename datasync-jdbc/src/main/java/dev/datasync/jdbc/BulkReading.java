package dev.datasync.jdbc;

import java.sql.SQLException;
import java.util.Optional;

/**
 * A product's own way to read many rows, faster than by a cursor. Made for one session. What it delivers is exactly what
 * a cursor delivers, with the same refusals; where that is not certain, it is not offered.
 */
interface BulkReading {

    /**
     * Returns the rows of a query, which is executed when they are opened.
     *
     * @param query the query as the server takes it, without parameters and without anything that JDBC replaces
     * @param columns its columns
     * @return the rows, or empty when one of the columns has a type that is left to cursors
     */
    Optional<Result> result(String query, Columns columns);

    /** Rows that come from a server which does nothing else meanwhile. */
    interface Result extends Rows, AutoCloseable {

        /** Returns what the report calls it, for example {@code COPY}. */
        String name();

        /** Executes the query. */
        void open() throws SQLException;

        /** Ends what the server does for it, if it still does. Called by another thread, at any time. */
        void cancel() throws SQLException;

        /** Ends it, so that the connection can be used for something else. */
        @Override
        void close();
    }
}
