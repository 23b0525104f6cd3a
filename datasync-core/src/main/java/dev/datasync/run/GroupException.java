package dev.datasync.run;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The preview or run of a group has failed, or was cancelled, which the report's outcome tells. The cause is the
 * exception of the plan that failed, if it was a plan; {@link #code()} and {@link #stage()} are those of the cause, and
 * {@link #plan()} is the group's name.
 */
public final class GroupException extends SyncException {

    private static final long serialVersionUID = 1L;

    /** What happened until then; not serialized, for it is data and not a message. */
    private final transient @Nullable GroupReport groupReport;

    /**
     * Creates an exception.
     *
     * @param code a stable code
     * @param group the group's name
     * @param stage where in the run it went wrong
     * @param message what went wrong, at which place, and what to do
     * @param cause the failure behind it, or {@code null}
     * @param report what happened until then
     */
    public GroupException(
            String code, String group, Stage stage, String message, @Nullable Throwable cause, GroupReport report) {
        super(
                "group '" + group + "': " + message + (cause instanceof SyncException ? "" : " [" + code + "]"),
                cause,
                code,
                group,
                stage,
                cause instanceof SyncException plan ? plan.report().orElse(null) : null);
        this.groupReport = report;
    }

    /**
     * Returns what happened until then, to all plans.
     *
     * @return the report, or empty after deserialization
     */
    public Optional<GroupReport> groupReport() {
        return Optional.ofNullable(groupReport);
    }
}
