package dev.datasync.sink;

/** A commit failed, and it is certain that the target is as it was before the run. */
public class NotCommittedException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message why nothing was committed and what to do; no row values
     */
    public NotCommittedException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message why nothing was committed and what to do; no row values
     * @param cause the failure behind it, whose message shows no row values either
     */
    public NotCommittedException(String message, Throwable cause) {
        super(message, cause);
    }
}
