package dev.datasync.change;

/** A rule that withholds the deletes of a run. */
public enum DeleteGuard {
    /** The source could not say that it delivered everything. Cannot be overridden. */
    INCOMPLETE_SOURCE("the source was not read to its proven end"),
    /** Records of the source were rejected, so that their counterparts only seem to be missing. Not overridable. */
    REJECTED_RECORDS("records of the source were rejected"),
    /** The source delivered nothing. */
    EMPTY_SOURCE("the source is empty"),
    /** More records would be deleted than the plan allows. */
    LIMIT("more records would be deleted than the limit allows"),
    /** The deletes of another plan of the same group are withheld, which may be what refers to these. Not overridable. */
    GROUP("the deletes of another plan of the group are withheld");

    private final String reason;

    DeleteGuard(String reason) {
        this.reason = reason;
    }

    /**
     * Returns why this rule withholds deletes.
     *
     * @return half a sentence
     */
    public String reason() {
        return reason;
    }

    /**
     * Tells whether one run may be told to delete in spite of this rule.
     *
     * @return whether it can be overridden
     */
    public boolean isOverridable() {
        return this == EMPTY_SOURCE || this == LIMIT;
    }
}
