package dev.datasync;

import dev.datasync.internal.GroupRun;
import dev.datasync.internal.Run;
import dev.datasync.internal.Settings;
import dev.datasync.run.GroupReport;
import dev.datasync.run.PlanException;
import dev.datasync.run.Retries;
import dev.datasync.run.RunOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Several plans that run as one, because their targets refer to each other.
 *
 * <pre>{@code
 * SyncGroup shop = SyncGroup.named("shop")
 *         .add(customers)
 *         .add(orders)
 *         .inOneTransaction()
 *         .build();
 *
 * GroupReport report = shop.run();
 * }</pre>
 *
 * <p>All plans are read, compared and guarded before the first of them writes, so that a failure of one stops all; a plan
 * does not see what another one writes in the same run. When the deletes of one plan are withheld, those of all are.
 * Then come the deletes, children first, and after them updates and inserts, parents first. Which target refers to which
 * is asked of the sinks ({@link dev.datasync.sink.Sink#refersTo}). Without {@link Builder#inOneTransaction()} each plan
 * commits for itself: once after its deletes and once after the rest, or as often as it says.
 *
 * <p>The plans keep everything else that they say: listeners, limits, locks and watermarks. Immutable and safe for use by
 * several threads; it can be run any number of times, one run at a time.
 */
public final class SyncGroup {

    private final String name;
    private final List<SyncPlan<?>> plans;
    private final GroupRun.Writing writing;

    private SyncGroup(Builder builder) {
        this.name = builder.name;
        this.plans = builder.plans;
        this.writing = builder.writing();
    }

    /**
     * Begins the sentence.
     *
     * @param name the group's name, for messages and reports
     * @return the next word
     */
    public static Builder named(String name) {
        return new Builder(Objects.requireNonNull(name, "name"), List.of(), false, false, null);
    }

    /**
     * Returns the group's name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Returns the plans.
     *
     * @return the plans, in the order in which they were added
     */
    public List<SyncPlan<?>> plans() {
        return plans;
    }

    /**
     * Reads and compares both sides of all plans and shows what {@link #run()} would do. Writes nothing anywhere, except
     * to private temporary files when a comparison does not fit its memory budget.
     *
     * @return the preview; close it to remove such files early
     * @throws dev.datasync.run.GroupException when a plan fails, or it is cancelled by an interrupt
     */
    public GroupPreview preview() {
        return preview(RunOptions.none());
    }

    /**
     * Reads and compares both sides of all plans and shows what {@link #run(RunOptions)} would do with the same options.
     *
     * @param options what is different this time, for all plans
     * @return the preview; close it to remove temporary files early
     * @throws dev.datasync.run.GroupException when a plan fails, or it is cancelled by an interrupt
     */
    public GroupPreview preview(RunOptions options) {
        return new GroupPreview(
                newRun(options).preview(), outlooks -> newRun(options).apply(outlooks));
    }

    /**
     * Reads and compares both sides of all plans and makes all targets equal to their sources. Uses the calling thread
     * for writing; an interrupt of the calling thread cancels the run.
     *
     * @return what was done; the outcome is {@code SUCCEEDED} or {@code INCOMPLETE}
     * @throws dev.datasync.run.GroupException when the run failed or was cancelled; carries the report
     */
    public GroupReport run() {
        return run(RunOptions.none());
    }

    /**
     * Runs like {@link #run()}, with options for this one time.
     *
     * @param options what is different this time, for all plans
     * @return what was done; the outcome is {@code SUCCEEDED} or {@code INCOMPLETE}
     * @throws dev.datasync.run.GroupException when the run failed or was cancelled; carries the report
     */
    public GroupReport run(RunOptions options) {
        return newRun(options).execute();
    }

    /**
     * Runs like {@link #run()} on a thread of its own.
     *
     * @return a handle to wait for the run or to cancel it
     */
    public GroupHandle start() {
        return start(RunOptions.none());
    }

    /**
     * Runs like {@link #run(RunOptions)} on a thread of its own.
     *
     * @param options what is different this time, for all plans
     * @return a handle to wait for the run or to cancel it
     */
    public GroupHandle start(RunOptions options) {
        return GroupHandle.start(name, plans.get(0).settings().environment().threads(), newRun(options));
    }

    private GroupRun newRun(RunOptions options) {
        List<Run<?>> runs = new ArrayList<>();
        for (SyncPlan<?> plan : plans) {
            runs.add(plan.newRun(options));
        }
        return new GroupRun(name, writing, runs);
    }

    /**
     * Returns the group's name.
     *
     * @return for example {@code SyncGroup shop}
     */
    @Override
    public String toString() {
        return "SyncGroup " + name;
    }

    /** A group that has a name, and to which plans are added. Immutable: every word returns a new one. */
    public static final class Builder {

        private final String name;
        private final List<SyncPlan<?>> plans;
        private final boolean isInGivenOrder;
        private final boolean isJoint;
        private final @Nullable Retries retries;

        private Builder(
                String name,
                List<SyncPlan<?>> plans,
                boolean isInGivenOrder,
                boolean isJoint,
                @Nullable Retries retries) {
            this.name = name;
            this.plans = List.copyOf(plans);
            this.isInGivenOrder = isInGivenOrder;
            this.isJoint = isJoint;
            this.retries = retries;
        }

        /**
         * Adds a plan.
         *
         * @param plan the plan
         * @return the group with this plan
         */
        public Builder add(SyncPlan<?> plan) {
            List<SyncPlan<?>> more = new ArrayList<>(plans);
            more.add(Objects.requireNonNull(plan, "plan"));
            return new Builder(name, more, isInGivenOrder, isJoint, retries);
        }

        /**
         * Takes the order in which the plans were added, parents first, instead of asking the sinks which of them refers
         * to which.
         *
         * @return the group with this choice
         */
        public Builder inThisOrder() {
            return new Builder(name, plans, true, isJoint, retries);
        }

        /**
         * Writes all plans in one transaction: all of it is committed, or nothing. All targets must be in one database,
         * which is checked when the writers are opened, before anything is written.
         *
         * @return the group with this choice
         */
        public Builder inOneTransaction() {
            return new Builder(name, plans, isInGivenOrder, true, retries);
        }

        /**
         * Says how often the one transaction is repeated when it failed in passing. By default
         * {@link Retries#standard()}. Without {@link #inOneTransaction()} each plan says so for itself.
         *
         * @param policy the policy
         * @return the group with this choice
         */
        public Builder retries(Retries policy) {
            return new Builder(name, plans, isInGivenOrder, isJoint, Objects.requireNonNull(policy, "policy"));
        }

        private GroupRun.Writing writing() {
            return new GroupRun.Writing(isInGivenOrder, isJoint, retries == null ? Retries.standard() : retries);
        }

        /**
         * Checks everything that can be checked without looking at sources and targets, and makes the group.
         *
         * @return the group
         * @throws PlanException with every mistake that was found
         */
        public SyncGroup build() {
            List<String> problems = problems();
            if (!problems.isEmpty()) {
                throw new PlanException(name, problems);
            }
            return new SyncGroup(this);
        }

        private List<String> problems() {
            List<String> problems = new ArrayList<>();
            if (name.isBlank()) {
                problems.add("the group needs a name that is not blank");
            }
            if (plans.isEmpty()) {
                problems.add("the group has no plans: add(...) some");
            }
            if (retries != null && !isJoint) {
                problems.add("retries(...) of a group goes with inOneTransaction(): say it in the plans, or add that");
            }
            Set<String> names = new HashSet<>();
            for (SyncPlan<?> plan : plans) {
                if (!names.add(plan.name())) {
                    problems.add(
                            "two plans have the name '" + plan.name() + "': add each once, and name all differently");
                }
                if (isJoint && plan.settings().writing().commitEvery() != 0) {
                    problems.add("plan '" + plan.name()
                            + "' says commitEvery(...), which does not go with inOneTransaction(): leave one out");
                }
                checkChain(plan.settings(), problems);
            }
            return problems;
        }

        private void checkChain(Settings<?> reading, List<String> problems) {
            for (SyncPlan<?> other : plans) {
                if ((Object) other.settings().sink() == reading.source()) {
                    problems.add("plan '" + reading.name() + "' reads what plan '" + other.name()
                            + "' writes, but in a group all plans read before the first one writes: run them one after"
                            + " the other instead");
                }
            }
        }
    }
}
