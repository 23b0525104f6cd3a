package dev.datasync.sink;

import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Source;
import java.util.List;
import java.util.Optional;

/**
 * Where changes go, and what is there now.
 *
 * <p>A sink says how it stores values ({@link #storedSchema()}), delivers its present content ({@link #existing()}) and opens
 * a writer for changes ({@link #open}). Per run the engine calls {@code storedSchema()} first, reads {@code existing()} once,
 * and opens a writer only when there is something to write. A sink may be used by several plans and threads at once and
 * keeps no state between runs.
 *
 * @param <T> the type of the records
 */
public interface Sink<T> {

    /**
     * Returns how records are seen as rows.
     *
     * @return the type; {@link RecordType#rows()} for a sink of rows
     */
    RecordType<T> recordType();

    /**
     * Returns the fields as the target stores them, with sizes, so that values can be compared in the form they will
     * have. Fails here, before anything is read, when the target cannot be reached or cannot be written.
     *
     * @return the fields, or empty when the target takes the fields that the records bring, such as a new file
     * @throws Exception when the target is not there or not usable; the message says what to do
     */
    Optional<Schema> storedSchema() throws Exception;

    /**
     * Returns how the target will store records that bring these fields. Called only when {@link #storedSchema()} is empty,
     * at most once per run, with the fields of the first record.
     *
     * @param incoming the fields that the records bring
     * @param keyFields the names of the key's fields; empty when the key is computed by a function
     * @return the fields as the target will store them
     * @throws Exception when the target cannot store such records; the message says what to do
     */
    default Schema schemaFor(Schema incoming, List<String> keyFields) throws Exception {
        return incoming;
    }

    /**
     * Returns the present content. A source that is incomplete fails the run: without the whole target nothing can be
     * compared.
     *
     * @return a source over the target's records
     */
    Source<T> existing();

    /**
     * Opens a writer.
     *
     * @param context what there is to know of the run
     * @return the writer, which the engine closes
     * @throws Exception when the target cannot be written; nothing has changed then
     */
    ChangeWriter<T> open(WriteContext context) throws Exception;

    /**
     * Opens a writer for inserts while the source is still being read. Asked at most once per run, when there was no
     * record in {@link #existing()}, when the run commits once and by itself, and when many inserts wait already.
     *
     * <p>A sink that returns a writer promises that nobody sees what is written before the commit, that
     * {@link ChangeWriter#close()} without a commit takes all of it back, that nobody who reads has to wait for it, and
     * that the order in which rows are inserted does not matter. The commit comes when the comparison is complete and
     * has passed all guards. Should the comparison fail, should anything not be applied or not be committed, or should
     * the source be slow, the writer is closed, and but for the first case all inserts are written again by another
     * one. Until the comparison is complete, {@link WriteContext#expected()} is as much as there can be.
     *
     * @param context what there is to know of the run
     * @return the writer, used and closed as one of {@link #open}; empty unless overridden, and then nothing is written
     *     before the comparison is complete
     * @throws Exception when the target cannot be written; nothing has changed then, and the run goes on as if the
     *     result were empty
     */
    default Optional<ChangeWriter<T>> openAhead(WriteContext context) throws Exception {
        return Optional.empty();
    }

    /**
     * Tells whether writers can commit several times, each time for good what was written since the time before.
     *
     * @return whether a plan may ask for that; {@code false} unless overridden
     */
    default boolean canCommitInParts() {
        return false;
    }

    /**
     * Tells whether records of this sink refer to records of another, so that a group writes the other first and
     * deletes from it last.
     *
     * @param other a sink of the same group
     * @return whether they do; {@code false} unless overridden
     * @throws Exception when that cannot be told
     */
    default boolean refersTo(Sink<?> other) throws Exception {
        return false;
    }

    /**
     * Returns a name for messages and reports.
     *
     * @return for example {@code table products}; no secrets
     */
    default String name() {
        return "target";
    }

    /**
     * Returns this sink as a sink of rows, which is how the engine sees it.
     *
     * @return the sink of rows
     */
    @SuppressWarnings("unchecked") // a sink whose record type is that of rows is a sink of rows
    default Sink<Row> rows() {
        return recordType() == (Object) RecordType.rows() ? (Sink<Row>) this : new RowView<>(this);
    }

    /**
     * Returns a sink of rows as a sink of another type.
     *
     * @param rows the sink of rows
     * @param type how a record becomes a row
     * @param <T> the type of the records
     * @return the sink
     */
    static <T> Sink<T> typed(Sink<Row> rows, RecordType<T> type) {
        return new TypedSink<>(rows, type);
    }
}
