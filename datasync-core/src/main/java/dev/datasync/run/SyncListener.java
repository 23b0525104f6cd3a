package dev.datasync.run;

import dev.datasync.change.ChangeCounts;

/**
 * Hears what happens in a run. All methods do nothing unless overridden.
 *
 * <p>Calls come one at a time within a run, from the threads of the engine, and should return soon. What a listener
 * throws is logged and changes nothing.
 */
public interface SyncListener {

    /**
     * A preview or run has begun.
     *
     * @param plan the plan's name
     */
    default void started(String plan) {}

    /**
     * A stage has come further; called per batch, and once at the stage's end.
     *
     * @param progress how far
     */
    default void progressed(Progress progress) {}

    /**
     * A record was rejected.
     *
     * @param rejection where and why
     */
    default void rejected(Rejection rejection) {}

    /**
     * The change set is complete and has passed the guards; nothing is committed yet.
     *
     * @param changes the changes that will be written
     */
    default void compared(ChangeCounts changes) {}

    /**
     * A run has ended, whatever the outcome.
     *
     * @param report what happened
     */
    default void finished(SyncReport report) {}
}
