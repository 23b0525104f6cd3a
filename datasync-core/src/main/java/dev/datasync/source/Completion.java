package dev.datasync.source;

/**
 * What a source says at the end of a reading: whether what it delivered is all there is.
 *
 * <p>Records are deleted only after a complete reading. A source that cannot prove its end, that hit a limit on pages,
 * or that skipped something says so here; one that failed throws.
 */
public sealed interface Completion {

    /**
     * Returns the completion of a reading that reached the proven end.
     *
     * @return the completion
     */
    static Completion complete() {
        return new Complete();
    }

    /**
     * Returns the completion of a reading that may have missed records.
     *
     * @param reason what may be missing and why, for the report; no row values
     * @return the completion
     */
    static Completion incomplete(String reason) {
        return new Incomplete(reason);
    }

    /** Everything was read. */
    record Complete() implements Completion {}

    /**
     * Something may be missing.
     *
     * @param reason what may be missing and why; no row values
     */
    record Incomplete(String reason) implements Completion {}
}
