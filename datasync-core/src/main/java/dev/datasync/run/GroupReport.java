package dev.datasync.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What a run of a group did.
 *
 * @param group the group's name
 * @param outcome how the run ended: {@link RunOutcome#SUCCEEDED} only when every plan has succeeded
 * @param reasons why the outcome is not {@link RunOutcome#SUCCEEDED}; empty when it is
 * @param plans one report for each plan, in the order in which the plans were added
 * @param started when the run began
 * @param duration how long it took
 */
public record GroupReport(
        String group,
        RunOutcome outcome,
        List<String> reasons,
        List<SyncReport> plans,
        Instant started,
        Duration duration) {

    /**
     * Copies the lists.
     *
     * @param group the group's name
     * @param outcome how the run ended: {@link RunOutcome#SUCCEEDED} only when every plan has succeeded
     * @param reasons why the outcome is not {@link RunOutcome#SUCCEEDED}; empty when it is
     * @param plans one report for each plan, in the order in which the plans were added
     * @param started when the run began
     * @param duration how long it took
     */
    public GroupReport {
        reasons = List.copyOf(reasons);
        plans = List.copyOf(plans);
    }

    /**
     * Returns how many changes of all plans were committed.
     *
     * @return the sum
     */
    public long written() {
        return plans.stream().mapToLong(plan -> plan.counts().written()).sum();
    }

    /**
     * Returns of how many changes of all plans nobody can say whether they were committed.
     *
     * @return the sum
     */
    public long unknown() {
        return plans.stream().mapToLong(plan -> plan.counts().unknown()).sum();
    }

    /**
     * Returns the report for a person to read, over several lines, that of each plan below. It shows keys and no other
     * values.
     *
     * @return the text, without a line break at its end
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "Group '%s' %s in %.3f s",
                group,
                outcome.name().toLowerCase(Locale.ROOT),
                duration.toNanos() / 1e9));
        for (String reason : reasons) {
            text.append(System.lineSeparator()).append("  because    ").append(reason);
        }
        for (SyncReport plan : plans) {
            text.append(System.lineSeparator()).append(plan.toString().indent(2).stripTrailing());
        }
        return text.toString();
    }
}
