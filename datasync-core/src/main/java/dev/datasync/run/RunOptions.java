package dev.datasync.run;

import dev.datasync.change.DeleteGuard;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * What is different for one run only.
 *
 * @param overriddenGuards the rules in spite of which this run deletes
 */
public record RunOptions(Set<DeleteGuard> overriddenGuards) {

    /**
     * Checks and copies the rules.
     *
     * @param overriddenGuards the rules in spite of which this run deletes
     * @throws IllegalArgumentException when one of them cannot be overridden
     */
    public RunOptions {
        overriddenGuards = Set.copyOf(overriddenGuards);
        for (DeleteGuard guard : overriddenGuards) {
            if (!guard.isOverridable()) {
                throw new IllegalArgumentException(guard + " cannot be overridden: " + guard.reason()
                        + ", so nobody knows which records are missing");
            }
        }
    }

    /**
     * Returns the options of an ordinary run.
     *
     * @return no options
     */
    public static RunOptions none() {
        return new RunOptions(Set.of());
    }

    /**
     * Lets one run delete in spite of some rules. The report says so.
     *
     * @param guard the rule, {@link DeleteGuard#LIMIT} or {@link DeleteGuard#EMPTY_SOURCE}
     * @param more further rules
     * @return the options
     * @throws IllegalArgumentException when a rule cannot be overridden
     */
    public static RunOptions allowDeletesDespite(DeleteGuard guard, DeleteGuard... more) {
        EnumSet<DeleteGuard> guards = EnumSet.of(guard);
        guards.addAll(Arrays.asList(more));
        return new RunOptions(guards);
    }
}
