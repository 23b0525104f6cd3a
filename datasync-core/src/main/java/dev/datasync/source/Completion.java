package dev.datasync.source;

import java.util.Optional;

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
        return new Complete(Optional.empty());
    }

    /**
     * Returns the completion of an incremental reading that delivered everything up to a watermark. The next reading is
     * given it by {@link ReadContext#watermark()}, once the changes of this one are committed.
     *
     * @param watermark where the next reading begins, in the source's own notation; at most 4,000 characters
     * @return the completion
     */
    static Completion completeUpTo(String watermark) {
        return new Complete(Optional.of(watermark));
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

    /**
     * Everything was read.
     *
     * @param watermark where the next incremental reading begins; empty for a source that always reads everything
     */
    record Complete(Optional<String> watermark) implements Completion {}

    /**
     * Something may be missing.
     *
     * @param reason what may be missing and why; no row values
     */
    record Incomplete(String reason) implements Completion {}
}
