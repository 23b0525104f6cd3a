package dev.datasync.sink;

import dev.datasync.change.Change;
import java.util.List;

/**
 * Writes the changes of one run. Used by one thread; opened by {@link Sink#open}, then {@link #write} any number of
 * times, {@link #commit} once, or several times when {@link Sink#canCommitInParts()}, {@link #close} exactly once, also
 * when something else has failed. Closing undoes what was written since the last successful commit, as far as the target
 * can.
 *
 * @param <T> the type of the records
 */
@SuppressWarnings("try") // close() may throw anything, an interrupt included: the engine handles it
public interface ChangeWriter<T> extends AutoCloseable {

    /**
     * Writes some changes. They come in the order in which they must be done: deletes, updates, inserts. The list and
     * the changes may be kept.
     *
     * <p>An outcome that ends the run does so when all outcomes of the batch are taken. A run that was cancelled
     * meanwhile takes them too: a writer that knows what became of each change returns that, and
     * {@link Outcome#notTried} for the rest, instead of throwing.
     *
     * @param batch the changes; not empty
     * @return an outcome for each change, in the same order
     * @throws RetryableException when the same changes may be written again, see there
     * @throws Exception when the batch cannot be written; the run then fails and the writer is closed without commit.
     *     What the target does not take back of the batch is reported as unknown
     */
    List<Outcome> write(List<Change<T>> batch) throws Exception;

    /**
     * Makes everything that was written since the last commit last. When it throws anything but a {@link NotCommittedException}, the run
     * reports the changes as unknown, because an answer that was lost does not tell.
     *
     * @throws Exception when it fails
     */
    void commit() throws Exception;

    /**
     * Releases everything, and undoes what was not committed.
     *
     * @throws Exception when that fails; reported, and without effect on what was committed
     */
    @Override
    void close() throws Exception;

    /**
     * Tells whether {@link #close()} takes back what was written and not committed. The report of a run that fails
     * depends on it: what was not taken back may be there.
     *
     * @return whether nothing stays; {@code true} unless overridden, or {@link #appliesAtOnce()}
     */
    default boolean undoesOnClose() {
        return !appliesAtOnce();
    }

    /**
     * Tells whether an applied outcome is final: the change is in the target for good when {@link #write} returns, and
     * there is nothing to commit or undo, as with most REST resources. The report then counts it as committed, whatever
     * happens afterwards, and calls only those changes unknown whose outcome is {@link Outcome#unknown}, and those of a
     * batch for which {@code write} threw. {@link #commit()} is called nevertheless, and closing the writer takes nothing
     * back. Asked once, when the writer is opened.
     *
     * @return whether it is; {@code false} unless overridden
     */
    default boolean appliesAtOnce() {
        return false;
    }

    /**
     * Takes something into the writer's own transaction, to be committed by the next {@link #commit()}. Called right
     * before it.
     *
     * @param part what belongs to the changes
     * @return whether it was taken; if not, the engine executes it apart from the transaction
     * @throws Exception when it was tried and failed; the run then fails as if the commit had not been tried
     */
    default boolean include(TransactionPart part) throws Exception {
        return false;
    }

    /**
     * Tells whether what was written so far can be committed by itself: not while changes wait for later ones, for
     * example unique values that change places. The engine then puts an intermediate commit off until it can, and always
     * commits at the end. Asked before each intermediate commit, and not before the last.
     *
     * @return whether nothing that counts as written still waits; {@code true} unless overridden
     */
    default boolean canCommitNow() {
        return true;
    }

    /**
     * Returns how many changes this writer would like to be given at a time. A plan that says {@code batchSize(...)} is
     * not asked.
     *
     * @return the number; 1,000 unless overridden
     */
    default int batchSize() {
        return 1_000;
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
