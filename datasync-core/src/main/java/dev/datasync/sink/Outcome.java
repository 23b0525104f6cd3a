package dev.datasync.sink;

/** What became of one change. */
public sealed interface Outcome {

    /**
     * The change was done, and holds once the writer has committed; at once when {@link ChangeWriter#appliesAtOnce()}.
     *
     * @return the outcome
     */
    static Outcome applied() {
        return Applied.INSTANCE;
    }

    /**
     * The target refused the change and is as it was.
     *
     * @param reason why, without row values
     * @return the outcome
     */
    static Outcome rejected(String reason) {
        return new Rejected(reason);
    }

    /**
     * The target's record was not as the comparison had found it: it was changed, removed or inserted by somebody else.
     *
     * @param reason what was found, without row values
     * @return the outcome
     */
    static Outcome conflict(String reason) {
        return new Conflict(reason);
    }

    /**
     * Nobody can say whether the change was done.
     *
     * @param reason what happened, without row values
     * @return the outcome
     */
    static Outcome unknown(String reason) {
        return new Unknown(reason);
    }

    /**
     * The change was not sent, because of something that ends the run: the target cannot be reached any more, refuses
     * everything, or the run was cancelled. The target's record is as it was. The run fails with the code of the first
     * such cause, or is cancelled when it was; the other outcomes of the batch count all the same.
     *
     * @param cause what ends the run, whose message shows no row values; a {@link dev.datasync.source.ReadException}
     *     brings its code
     * @return the outcome
     */
    static Outcome notTried(Exception cause) {
        return new NotTried(cause);
    }

    /** The change was done. */
    enum Applied implements Outcome {
        /** The only instance. */
        INSTANCE
    }

    /**
     * The target refused the change.
     *
     * @param reason why, without row values
     */
    record Rejected(String reason) implements Outcome {}

    /**
     * The target's record was not as the comparison had found it.
     *
     * @param reason what was found, without row values
     */
    record Conflict(String reason) implements Outcome {}

    /**
     * Nobody can say whether the change was done.
     *
     * @param reason what happened, without row values
     */
    record Unknown(String reason) implements Outcome {}

    /**
     * The change was not sent.
     *
     * @param cause what ends the run, whose message shows no row values
     */
    record NotTried(Exception cause) implements Outcome {}
}
