package dev.datasync.sink;

/**
 * Something small that belongs to a run's changes and should be committed together with them, such as its watermark. A
 * {@link ChangeWriter} that knows how takes it into its own transaction; for all others it is executed as it is.
 */
@FunctionalInterface
public interface TransactionPart {

    /**
     * Does it, in a transaction of its own.
     *
     * @throws Exception when that fails
     */
    void execute() throws Exception;
}
