package dev.datasync.source;

/**
 * Takes the records of a {@link Source}, one call each. Belongs to the thread that called
 * {@link Source#read}; a record that was accepted must not be changed afterwards.
 *
 * <p>Each method may wait while the engine is busy, and throws {@link java.util.concurrent.CancellationException} when
 * the run is cancelled or has failed elsewhere: a source lets it pass.
 *
 * @param <T> the type of the records
 */
public interface Receiver<T> {

    /**
     * Takes a record, whose position is its number: 1 for the first, 2 for the next.
     *
     * @param record the record; not {@code null}
     */
    void accept(T record);

    /**
     * Takes a record that was found at a position of the source's own, for example a line of a file.
     *
     * @param record the record; not {@code null}
     * @param position the position, as {@link Source#locate} understands it; not negative
     */
    void accept(T record, long position);

    /**
     * Tells of a record that is there but cannot be read. The plan's failure policy decides whether the run goes on; if
     * so, the record is reported as rejected and nothing is deleted.
     *
     * @param position the position, as {@link Source#locate} understands it; not negative
     * @param reason what is wrong with it; no row values
     */
    void reject(long position, String reason);
}
