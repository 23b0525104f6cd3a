package dev.datasync.sink;

/**
 * Writing failed in passing: nothing of what was written since the last commit is in the target or will be, and the same
 * changes may well succeed when they are written again. The engine closes the writer, opens another and repeats them,
 * within the plan's {@link dev.datasync.run.Retries}. Thrown by {@link ChangeWriter#write} and
 * {@link ChangeWriter#commit}. Where changes {@link ChangeWriter#appliesAtOnce() apply at once}, it speaks of the batch
 * that was being written, and only that is repeated.
 */
public class RetryableException extends NotCommittedException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what happened and what to do; no row values
     * @param cause the failure behind it, whose message shows no row values either
     */
    public RetryableException(String message, Throwable cause) {
        super(message, cause);
    }
}
