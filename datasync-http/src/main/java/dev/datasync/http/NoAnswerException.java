package dev.datasync.http;

import dev.datasync.source.ReadException;

/** A request got no answer, after all repetitions. Its message shows no row values and no secrets. */
final class NoAnswerException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What a reading fails with. */
    private final ReadException failure;

    /** Whether the server may have done what was asked. */
    private final boolean mayHaveArrived;

    NoAnswerException(ReadException failure, boolean mayHaveArrived) {
        super(failure.getMessage(), failure);
        this.failure = failure;
        this.mayHaveArrived = mayHaveArrived;
    }

    ReadException failure() {
        return failure;
    }

    boolean mayHaveArrived() {
        return mayHaveArrived;
    }
}
