package dev.datasync.run;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A preview or run has failed. The root of all exceptions of this library that a host application sees.
 *
 * <p>The message names plan, stage, place and remedy. It shows keys and never other values or secrets.
 */
public class SyncException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The stable code of what went wrong. */
    private final String code;

    /** The plan's name. */
    private final String plan;

    /** Where in the run it went wrong. */
    private final Stage stage;

    /** What happened until then; not serialized, for it is data and not a message. */
    private final transient @Nullable SyncReport report;

    /**
     * Creates an exception.
     *
     * @param code a stable code, for example {@code E-KEY-DUPLICATE}
     * @param plan the plan's name
     * @param stage where in the run it went wrong
     * @param message what went wrong, at which place, and what to do
     * @param cause the failure behind it, or {@code null}
     * @param report what happened until then, or {@code null} for a preview
     */
    public SyncException(
            String code,
            String plan,
            Stage stage,
            String message,
            @Nullable Throwable cause,
            @Nullable SyncReport report) {
        this("plan '" + plan + "', " + stage + ": " + message + " [" + code + "]", cause, code, plan, stage, report);
    }

    /** Creates an exception whose whole text is given. */
    SyncException(
            String text,
            @Nullable Throwable cause,
            String code,
            String plan,
            Stage stage,
            @Nullable SyncReport report) {
        super(text, cause);
        this.code = code;
        this.plan = plan;
        this.stage = stage;
        this.report = report;
    }

    /**
     * Returns the stable code of what went wrong: one of the {@code E-...} codes of this library or of a connector.
     *
     * @return the code
     */
    public String code() {
        return code;
    }

    /**
     * Returns the name of the plan.
     *
     * @return the name
     */
    public String plan() {
        return plan;
    }

    /**
     * Returns where in the run it went wrong.
     *
     * @return the stage
     */
    public Stage stage() {
        return stage;
    }

    /**
     * Returns what happened until then.
     *
     * @return the report, or empty for a preview and after deserialization
     */
    public Optional<SyncReport> report() {
        return Optional.ofNullable(report);
    }
}
