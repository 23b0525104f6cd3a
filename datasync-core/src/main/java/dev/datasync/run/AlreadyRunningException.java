package dev.datasync.run;

import org.jspecify.annotations.Nullable;

/** The same plan is running, here or in another process, and runs of one plan do not overlap. Nothing was read or written. */
public final class AlreadyRunningException extends SyncException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param plan the plan's name
     * @param stage where in the run it was noticed
     * @param message what happened and what to do
     * @param report what happened until then, or {@code null}
     */
    public AlreadyRunningException(String plan, Stage stage, String message, @Nullable SyncReport report) {
        super("E-RUNNING", plan, stage, message, null, report);
    }
}
