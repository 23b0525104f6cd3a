package dev.datasync.sink;

import dev.datasync.change.Change;
import java.util.List;

/**
 * Writes the changes of one run. Used by one thread; opened by {@link Sink#open}, then {@link #write} any number of
 * times, {@link #commit} at most once, {@link #close} exactly once, also when something else has failed. Without a
 * successful commit, closing puts the target back as it was, as far as the target can.
 *
 * @param <T> the type of the records
 */
@SuppressWarnings("try") // close() may throw anything, an interrupt included: the engine handles it
public interface ChangeWriter<T> extends AutoCloseable {

    /**
     * Writes some changes. They come in the order in which they must be done: deletes, updates, inserts. The list and
     * the changes may be kept.
     *
     * @param batch the changes; not empty
     * @return an outcome for each change, in the same order
     * @throws Exception when the batch cannot be written; the run then fails and the writer is closed without commit
     */
    List<Outcome> write(List<Change<T>> batch) throws Exception;

    /**
     * Makes everything that was written last. When it throws anything but a {@link NotCommittedException}, the run
     * reports the changes as unknown, because an answer that was lost does not tell.
     *
     * @throws Exception when it fails
     */
    void commit() throws Exception;

    /**
     * Releases everything; without a commit before, puts the target back as it was.
     *
     * @throws Exception when that fails; reported, and without effect on what was committed
     */
    @Override
    void close() throws Exception;

    /**
     * Tells whether {@link #close()} without a commit takes back what was written. The report of a run that fails
     * depends on it: what was not taken back may be there.
     *
     * @return whether nothing stays; {@code true} unless overridden
     */
    default boolean undoesOnClose() {
        return true;
    }

    /**
     * Says how the changes were written, for the report.
     *
     * @return for example {@code batches of 1,000, one transaction}
     */
    default String method() {
        return "";
    }
}
