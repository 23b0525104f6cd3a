package dev.datasync.sink;

import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Source;
import java.util.Optional;

/**
 * Something that can be read and written, such as a table or a file: a source and a sink in one.
 *
 * @param <T> the type of the records
 */
public interface Endpoint<T> extends Source<T>, Sink<T> {

    /**
     * Returns the fields as the target stores them, which are those with which its records are read unless overridden.
     *
     * @return the fields, or empty when there are none yet, such as in a new file
     * @throws Exception when it is not there or not usable; the message says what to do
     */
    @Override
    default Optional<Schema> storedSchema() throws Exception {
        return schema();
    }

    /**
     * Returns a name for messages and reports.
     *
     * @return for example {@code table products}; no secrets
     */
    @Override
    String name();

    /**
     * Returns the present content, which is this endpoint read as a source.
     *
     * @return this
     */
    @Override
    default Source<T> existing() {
        return this;
    }

    /**
     * Returns an endpoint of rows as one of another type.
     *
     * @param rows the endpoint of rows
     * @param type how a record becomes a row and back
     * @param <T> the type of the records
     * @return the endpoint
     */
    static <T> Endpoint<T> typed(Endpoint<Row> rows, RecordType<T> type) {
        return new TypedEndpoint<>(rows, type);
    }
}
