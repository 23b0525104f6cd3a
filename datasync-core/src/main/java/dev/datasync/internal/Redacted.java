package dev.datasync.internal;

/**
 * Stands for an exception of the host's own functions, whose messages may quote row values: class and stack trace
 * without the message.
 */
final class Redacted extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private Redacted(Throwable original) {
        super(original.getClass().getName() + " (its message is left out because it may show row values)");
        setStackTrace(original.getStackTrace());
    }

    static Redacted of(Throwable original) {
        Redacted copy = new Redacted(original);
        Throwable cause = original.getCause();
        if (cause != null && cause != original) {
            copy.initCause(of(cause));
        }
        return copy;
    }
}
