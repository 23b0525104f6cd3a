package dev.datasync.run;

import org.jspecify.annotations.Nullable;

/** The target, or the watermark of an incremental plan, is not as the preview saw it, so the preview is not applied. Nothing was written. */
public final class TargetMovedException extends SyncException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param plan the plan's name
     * @param stage where in the run it was noticed
     * @param message what happened and what to do
     * @param report what happened until then, or {@code null}
     */
    public TargetMovedException(String plan, Stage stage, String message, @Nullable SyncReport report) {
        super("E-TARGET-MOVED", plan, stage, message, null, report);
    }
}
