package dev.datasync.run;

/** The stages of a run, in order. Source and target are read at the same time. */
public enum Stage {
    /** Connections, fields, types and keys are checked before anything is read. */
    VALIDATE("validate"),
    /** The source's records are read. */
    READ_SOURCE("read source"),
    /** Each record of the source is transformed, and converted to the target's types. */
    TRANSFORM("transform"),
    /** The target's records are read. */
    READ_TARGET("read target"),
    /** The two sides are compared. */
    COMPARE("compare"),
    /** The whole change set is checked against the plan's guards and limits. */
    GUARD("guard"),
    /** Changes are written to the target. */
    APPLY("apply"),
    /** What was written is made to last. */
    COMMIT("commit");

    private final String text;

    Stage(String text) {
        this.text = text;
    }

    /**
     * Returns the stage in words.
     *
     * @return for example {@code read source}
     */
    @Override
    public String toString() {
        return text;
    }
}
