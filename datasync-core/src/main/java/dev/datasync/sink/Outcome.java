package dev.datasync.sink;

/** What became of one change. */
public sealed interface Outcome {

    /**
     * The change was done, and holds once the writer has committed.
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
}
