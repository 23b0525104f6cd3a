package dev.datasync.run;

import org.jspecify.annotations.Nullable;

/** A run was cancelled, by an interrupt or by its handle. After an interrupt the thread is interrupted still. */
public final class SyncCancelledException extends SyncException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param plan the plan's name
     * @param stage where in the run it was noticed
     * @param message what happened and what to do
     * @param report what happened until then, or {@code null}
     */
    public SyncCancelledException(String plan, Stage stage, String message, @Nullable SyncReport report) {
        super("E-CANCELLED", plan, stage, message, null, report);
    }
}
