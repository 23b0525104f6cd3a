package dev.datasync.run;

import dev.datasync.change.Limit;

/**
 * What to do with a record that cannot be used: end the run, or skip it and go on within a limit. The limit is checked
 * before anything is written, and no record is deleted in a run that rejected one.
 *
 * @param limit the most records that may be rejected, of all records read from the source
 */
public record FailurePolicy(Limit limit) {

    /**
     * Ends the run at the first rejected record. The default.
     *
     * @return the policy
     */
    public static FailurePolicy failFast() {
        return new FailurePolicy(Limit.records(0));
    }

    /**
     * Skips rejected records up to a number.
     *
     * @param records the most records; not negative
     * @return the policy
     */
    public static FailurePolicy skipUpTo(long records) {
        return new FailurePolicy(Limit.records(records));
    }

    /**
     * Skips rejected records up to a limit, for example {@code skipUpTo(percent(1))}.
     *
     * @param limit the most records, of all records read from the source
     * @return the policy
     */
    public static FailurePolicy skipUpTo(Limit limit) {
        return new FailurePolicy(limit);
    }

    /**
     * Tells whether the first rejected record ends the run.
     *
     * @return whether nothing is skipped
     */
    public boolean isFailFast() {
        return limit.records() == 0 && limit.percent() == 0;
    }
}
