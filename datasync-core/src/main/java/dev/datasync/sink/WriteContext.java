package dev.datasync.sink;

import dev.datasync.change.ChangeCounts;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadContext.Cancellation;
import java.util.List;
import java.util.Optional;

/** What a {@link Sink} may know of the run that writes to it. Safe for use by several threads. */
public interface WriteContext {

    /**
     * Returns the name of the plan, for messages.
     *
     * @return the name
     */
    String plan();

    /**
     * Returns the fields as the target stores them: what {@link Sink#storedSchema()} said, or what
     * {@link Sink#schemaFor} made of the source's fields.
     *
     * @return the schema of every {@code before} and of every update's {@code after}
     */
    Schema schema();

    /**
     * Returns the names of the key's fields in the target.
     *
     * @return the names; empty when the key is computed by a function
     */
    List<String> keyFields();

    /**
     * Returns how many changes will be written at most. Ask again when it matters: of a writer that was opened ahead
     * ({@link Sink#openAhead}) it is not known until the comparison is complete.
     *
     * @return the counts
     */
    ChangeCounts expected();

    /**
     * Returns what the writer does with a change that the target refuses.
     *
     * @return the rule
     */
    OnRejection onRejection();

    /**
     * Adds a warning to the report.
     *
     * @param message what a person should know, and what to do; no row values
     */
    default void warn(String message) {}

    /**
     * Returns the transaction that this writer shares with those of other plans.
     *
     * @return the transaction, or empty when the writer has its own
     */
    default Optional<JointTransaction> joint() {
        return Optional.empty();
    }

    /**
     * Tells whether the run was cancelled.
     *
     * @return whether the writer should stop and throw
     */
    boolean isCancelled();

    /**
     * Registers what ends a blocked write when the run is cancelled, for example {@code statement::cancel}. It runs on
     * another thread, at most once, at once if the run is cancelled already, and never after the writer was closed;
     * what it throws is ignored.
     *
     * @param action what to do
     */
    void onCancel(Cancellation action);

    /** What a writer does with a change that the target refuses. */
    enum OnRejection {
        /** The run ends: throw, or return an outcome that says so. */
        END_RUN,
        /** The others go on: find the change, undo it alone, and return an outcome that says so. */
        SKIP_CHANGE
    }
}
