package dev.datasync.run;

/** How a run ended. */
public enum RunOutcome {
    /** The target's records are equal to the source's, in everything that the plan asks for. */
    SUCCEEDED,
    /** What could be written is written, and something is left undone for the reasons in the report. */
    INCOMPLETE,
    /** The run failed; the report says what was committed before, which with one transaction is nothing. */
    FAILED,
    /** The run was cancelled; the report says what was committed before, which with one transaction is nothing. */
    CANCELLED
}
