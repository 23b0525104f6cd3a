package dev.datasync.internal;

/**
 * Stands for an exception of the host's own functions, whose messages may quote row values: class and stack trace
 * without the message.
 */
final class Redacted extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Chains of causes may be circular. */
    private static final int DEEPEST_CAUSE = 20;

    private Redacted(Throwable original) {
        super(original.getClass().getName() + " (its message is left out because it may show row values)");
        setStackTrace(original.getStackTrace());
    }

    static Redacted of(Throwable original) {
        return of(original, DEEPEST_CAUSE);
    }

    private static Redacted of(Throwable original, int depth) {
        Redacted copy = new Redacted(original);
        Throwable cause = original.getCause();
        if (cause != null && depth > 0) {
            copy.initCause(of(cause, depth - 1));
        }
        return copy;
    }
}
