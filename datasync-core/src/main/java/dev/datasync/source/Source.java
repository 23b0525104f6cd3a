package dev.datasync.source;

import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

/**
 * Where records come from. A connector writes one method:
 *
 * <pre>{@code
 * public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
 *     try (Reader in = open()) {
 *         for (Row row = next(in); row != null; row = next(in)) {
 *             receiver.accept(row);
 *         }
 *     }
 *     return Completion.complete();
 * }
 * }</pre>
 *
 * <p>{@link #read} is called once per preview or run, on a thread of the engine that also calls the receiver; it opens
 * what it needs and closes it before it returns or throws. It may throw anything: the engine wraps it once and treats
 * the reading as failed, never as an early end. A source that is used by several plans, or by one plan several times,
 * may be read by several threads at once and keeps no state between readings.
 *
 * @param <T> the type of the records
 */
@FunctionalInterface
public interface Source<T> {

    /**
     * Pushes every record into the receiver.
     *
     * @param receiver takes the records; not to be used after the method has returned
     * @param context what there is to know of the run
     * @return {@link Completion#complete()} when the proven end was reached, else what may be missing
     * @throws Exception when the reading fails, or a {@link java.util.concurrent.CancellationException} of the receiver
     */
    Completion read(Receiver<? super T> receiver, ReadContext context) throws Exception;

    /**
     * Returns a name for messages and reports.
     *
     * @return for example {@code CSV file products.csv}; no secrets
     */
    default String name() {
        return "source";
    }

    /**
     * Returns the fields that every record has, where that is cheap to know before reading: a plan can then report
     * wrong names at once. Called before each reading.
     *
     * @return the fields, or empty when they are not known
     * @throws Exception when the source cannot be reached; that fails the run before anything else is read
     */
    default Optional<Schema> schema() throws Exception {
        return Optional.empty();
    }

    /**
     * Tells whether the source can deliver its records in ascending order of some fields: whole numbers and decimals by
     * value, text by Unicode code point, {@code false} before {@code true}, times by time, identifiers and bytes as
     * unsigned bytes, the first field first. The engine then asks for it by {@link ReadContext#order()}, merges instead
     * of collecting, and checks the order as it reads: a source that breaks its word fails the run.
     *
     * @param fields the fields' names, not empty
     * @return whether it can
     */
    default boolean canOrderBy(List<String> fields) {
        return false;
    }

    /**
     * Tells whether the source reads only what has changed since its last reading. A plan over it remembers the
     * watermark and never deletes, because a record that is gone is not seen.
     *
     * @return whether it is incremental; {@code false} unless overridden
     */
    default boolean isIncremental() {
        return false;
    }

    /**
     * Returns what is read, in a form that is equal for two sources that read the same thing, so that a plan whose
     * source is its own target can be refused. Called once before each reading.
     *
     * @return for example a file's real path, or a database and a table's name; empty when there is no telling
     * @throws Exception when the source cannot be reached; that fails the run before anything else is read
     */
    default Optional<Object> identity() throws Exception {
        return Optional.empty();
    }

    /**
     * Returns the pool of which a reading takes one, as long as it lasts.
     *
     * @return the pool, or empty when there is no limit
     */
    default Optional<Pool> pool() {
        return Optional.empty();
    }

    /**
     * Returns about how many records there are, for progress.
     *
     * @return the number, or empty when it is not cheap to know
     */
    default OptionalLong estimatedSize() {
        return OptionalLong.empty();
    }

    /**
     * Describes a position for messages. Called only for records with which something is wrong.
     *
     * @param position what {@link Receiver#accept(Object, long)} was given, or the record's number
     * @return for example {@code products.csv line 17}
     */
    default String locate(long position) {
        return "record " + position;
    }

    /**
     * Returns a source over anything iterable, for example {@code Source.of(repository::findAll)}. The iteration's end
     * counts as the proven end. An iterable that is {@link AutoCloseable} is closed.
     *
     * @param records makes the records, anew for each reading
     * @param <T> the type of the records
     * @return the source
     */
    static <T> Source<T> of(Callable<? extends Iterable<? extends T>> records) {
        return new IterableSource<>(records);
    }

    /**
     * Returns a source of rows as a source of another type.
     *
     * @param rows the source of rows
     * @param type how a row becomes a record
     * @param <T> the type of the records
     * @return the source
     */
    static <T> Source<T> typed(Source<Row> rows, RecordType<T> type) {
        return new TypedSource<>(rows, type);
    }
}
