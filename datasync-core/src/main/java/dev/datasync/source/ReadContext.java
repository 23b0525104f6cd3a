package dev.datasync.source;

import java.util.List;
import java.util.Optional;

/** What a {@link Source} may know of the run that reads it. Safe for use by several threads. */
public interface ReadContext {

    /**
     * Returns the name of the plan, for messages.
     *
     * @return the name
     */
    String plan();

    /**
     * Returns the fields by which the records must come in ascending order, because {@link Source#canOrderBy} agreed.
     *
     * @return the fields' names; empty when any order will do
     */
    List<String> order();

    /**
     * Returns where an incremental source begins: what its last reading has returned with
     * {@link Completion#completeUpTo}, and what has since been committed.
     *
     * @return the watermark, or empty when everything must be read
     */
    default Optional<String> watermark() {
        return Optional.empty();
    }

    /**
     * Adds a warning to the report.
     *
     * @param message what a person should know, and what to do; no row values
     */
    default void warn(String message) {}

    /**
     * Says how the records are read, for a source that has several ways; the report's method shows it. What was said
     * last counts.
     *
     * @param text the way in a few words, for example {@code COPY}; no row values
     */
    default void method(String text) {}

    /**
     * Tells whether the run was cancelled. A source that can wait long between two records asks now and then, or
     * registers an action with {@link #onCancel}.
     *
     * @return whether the source should stop and throw
     */
    boolean isCancelled();

    /**
     * Registers what ends a blocked read when the run is cancelled, for example {@code statement::cancel}. It runs on
     * another thread, at most once, at once if the run is cancelled already, and never after the reading has ended;
     * what it throws is ignored.
     *
     * @param action what to do
     */
    void onCancel(Cancellation action);

    /** Ends a blocked call from another thread. */
    @FunctionalInterface
    interface Cancellation {

        /**
         * Ends the blocked call.
         *
         * @throws Exception when that fails; ignored
         */
        void cancel() throws Exception;
    }
}
