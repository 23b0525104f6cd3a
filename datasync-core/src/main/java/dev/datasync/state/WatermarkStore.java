package dev.datasync.state;

import dev.datasync.sink.TransactionPart;
import java.util.Optional;

/**
 * Keeps the watermarks of incremental plans: how far each has read. Safe for use by several threads.
 *
 * <p>The engine loads the watermark before a run reads, and saves the new one with the changes, in the same transaction
 * where the target can do that ({@link #saving}), else after they are committed; never before, and never when a record
 * was rejected.
 */
public interface WatermarkStore {

    /**
     * Makes the place where watermarks are kept, when it is not there yet. Called before a run reads, and never by a
     * preview, which changes nothing anywhere.
     *
     * @throws Exception when that fails; the run then fails before it reads
     */
    default void prepare() throws Exception {}

    /**
     * Returns the watermark of a plan.
     *
     * @param plan the plan's name
     * @return what was saved last, or empty when nothing was
     * @throws Exception when that cannot be told; the run then fails before it reads
     */
    Optional<String> load(String plan) throws Exception;

    /**
     * Saves the watermark of a plan, in place of the one before.
     *
     * @param plan the plan's name
     * @param watermark the watermark, in its source's own notation; at most 4,000 characters
     * @throws Exception when that fails; the next run then reads from the watermark before
     */
    void save(String plan, String watermark) throws Exception;

    /**
     * Returns the saving of a watermark as something that a target in the same database can commit together with the
     * changes.
     *
     * @param plan the plan's name
     * @param watermark the watermark
     * @return the part, not executed yet
     */
    default TransactionPart saving(String plan, String watermark) {
        return () -> save(plan, watermark);
    }

    /**
     * Returns a name for messages.
     *
     * @return for example {@code table datasync_watermarks}; no secrets
     */
    default String name() {
        return "watermark store";
    }
}
