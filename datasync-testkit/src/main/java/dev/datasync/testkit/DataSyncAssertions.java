package dev.datasync.testkit;

import dev.datasync.SyncPlan;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on plans, in the manner of AssertJ.
 *
 * <pre>{@code
 * assertThatPlan(plan).inserts(2).updates(1).deletes(0);
 * assertThatPlan(plan).converges();
 * }</pre>
 */
public final class DataSyncAssertions {

    private DataSyncAssertions() {}

    /**
     * Begins an assertion on a plan.
     *
     * @param plan the plan
     * @param <T> the type of its records
     * @return the assertion
     */
    public static <T> PlanAssert<T> assertThatPlan(@Nullable SyncPlan<T> plan) {
        return new PlanAssert<>(plan);
    }
}
