package dev.datasync.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A driver's exception without its message, which may quote values: its class, its codes, where it was thrown, and the
 * same of its causes.
 */
final class RedactedException extends SQLException {

    private static final long serialVersionUID = 1L;

    private static final int MOST_CAUSES = 5;

    private RedactedException(Throwable original, String text, @Nullable Throwable cause) {
        super(
                original.getClass().getName() + text,
                original instanceof SQLException failure ? failure.getSQLState() : null,
                original instanceof SQLException failure ? failure.getErrorCode() : 0,
                cause);
        setStackTrace(original.getStackTrace());
    }

    static RedactedException of(Throwable original) {
        return of(original, 0);
    }

    private static RedactedException of(Throwable original, int depth) {
        Throwable cause = original.getCause();
        return new RedactedException(
                original,
                original instanceof SQLException failure ? " " + codes(failure) : "",
                cause == null || cause == original || depth == MOST_CAUSES ? null : of(cause, depth + 1));
    }

    /** Returns the codes in parentheses, for a message. */
    static String codes(SQLException failure) {
        return "(SQLState " + failure.getSQLState() + ", vendor code " + failure.getErrorCode() + ")";
    }
}
