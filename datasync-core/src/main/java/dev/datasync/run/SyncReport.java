package dev.datasync.run;

import dev.datasync.change.DeleteGuard;
import dev.datasync.match.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a run did. Counts are confirmed counts: a change counts as inserted, updated or deleted when the target has said
 * so and has committed it, or when it said so and has nothing to commit because each change is final at once.
 *
 * @param plan the plan's name
 * @param outcome how the run ended
 * @param reasons why the outcome is not {@link RunOutcome#SUCCEEDED}; empty when it is
 * @param counts how many records there were and what became of them
 * @param stages how long each stage took
 * @param rejections the first rejected records, at most {@link #MOST_SHOWN}; {@link Counts#rejected()} counts all
 * @param withheld the keys of the first withheld deletes, at most {@link #MOST_SHOWN}; {@link Counts#withheld()}
 *     counts all
 * @param guards the rules that withheld deletes
 * @param overridden the rules that would have withheld deletes and were overridden for this run
 * @param warnings what a person should know although nothing failed
 * @param watermark how far an incremental source was read, once that is saved; empty otherwise
 * @param method how the records were compared and written
 * @param started when the run began
 * @param duration how long it took
 */
public record SyncReport(
        String plan,
        RunOutcome outcome,
        List<String> reasons,
        Counts counts,
        List<StageTime> stages,
        List<Rejection> rejections,
        List<Key> withheld,
        Set<DeleteGuard> guards,
        Set<DeleteGuard> overridden,
        List<String> warnings,
        Optional<String> watermark,
        String method,
        Instant started,
        Duration duration) {

    /** The most rejections and withheld keys that a report lists. */
    public static final int MOST_SHOWN = 1_000;

    /** The most entries of a list that {@link #toString()} prints. */
    private static final int MOST_PRINTED = 10;

    /**
     * Copies the collections.
     *
     * @param plan the plan's name
     * @param outcome how the run ended
     * @param reasons why the outcome is not {@link RunOutcome#SUCCEEDED}; empty when it is
     * @param counts how many records there were and what became of them
     * @param stages how long each stage took
     * @param rejections the first rejected records, at most {@link #MOST_SHOWN}; {@link Counts#rejected()} counts all
     * @param withheld the keys of the first withheld deletes, at most {@link #MOST_SHOWN}; {@link Counts#withheld()} counts all
     * @param guards the rules that withheld deletes
     * @param overridden the rules that would have withheld deletes and were overridden for this run
     * @param warnings what a person should know although nothing failed
     * @param watermark how far an incremental source was read, once that is saved; empty otherwise
     * @param method how the records were compared and written
     * @param started when the run began
     * @param duration how long it took
     */
    public SyncReport {
        reasons = List.copyOf(reasons);
        stages = List.copyOf(stages);
        rejections = List.copyOf(rejections);
        withheld = List.copyOf(withheld);
        guards = Set.copyOf(guards);
        overridden = Set.copyOf(overridden);
        warnings = List.copyOf(warnings);
    }

    /**
     * How many records there were and what became of them. Of a run whose comparison was complete they add up:
     *
     * <ul>
     *   <li>{@code sourceRead + added = filtered + duplicates + rejected before writing + unchanged + skipped}, and the
     *       inserts and updates that were found
     *   <li>{@code targetRead = unchanged + skipped + withheld + kept}, and the updates and deletes that were found; of
     *       the skipped only those that are on both sides, which are those of a plan that only inserts
     *   <li>the inserts, updates and deletes that were found are {@code inserted + updated + deleted + notWritten +
     *       unknown}, and those that the target refused, which are counted as {@code rejected} too
     * </ul>
     *
     * @param sourceRead records that the source delivered, rejected ones among them
     * @param targetRead records that the target delivered
     * @param added further records that one-to-many steps made
     * @param filtered records that a filter left out, or a one-to-many step made nothing of
     * @param duplicates duplicates that were dropped
     * @param rejected records that were rejected, at any stage
     * @param unchanged records that are equal on both sides
     * @param inserted records inserted into the target
     * @param updated records of the target that were updated
     * @param deleted records of the target that were deleted, or marked as deleted
     * @param skipped records that the plan's mode does not insert or update
     * @param withheld deletes that a guard withheld
     * @param kept records that only the target has and that the plan does not delete, or that are marked as deleted
     * @param notWritten changes that were found and then not written, because the run ended before
     * @param unknown changes of which nobody can say whether they were committed
     */
    public record Counts(
            long sourceRead,
            long targetRead,
            long added,
            long filtered,
            long duplicates,
            long rejected,
            long unchanged,
            long inserted,
            long updated,
            long deleted,
            long skipped,
            long withheld,
            long kept,
            long notWritten,
            long unknown) {

        /**
         * Returns how many changes were committed.
         *
         * @return the sum of inserted, updated and deleted
         */
        public long written() {
            return inserted + updated + deleted;
        }
    }

    /**
     * How long a stage took. The two reading stages overlap.
     *
     * @param stage the stage
     * @param records the records it dealt with
     * @param duration how long it took
     */
    public record StageTime(Stage stage, long records, Duration duration) {

        /**
         * Returns the stage's speed.
         *
         * @return records per second, or 0 when it took no measurable time
         */
        public long recordsPerSecond() {
            long nanos = duration.toNanos();
            return nanos == 0 ? 0 : (long) (records * 1e9 / nanos);
        }
    }

    /**
     * Returns the report for a person to read, over several lines. It shows keys and no other values.
     *
     * @return the text, without a line break at its end
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT, "Sync '%s' %s in %s%n", plan, outcome.name().toLowerCase(Locale.ROOT), shown(duration)));
        for (String reason : reasons) {
            text.append("  because    ").append(reason).append(System.lineSeparator());
        }
        line(text, "read", "%,d from the source, %,d from the target", counts.sourceRead, counts.targetRead);
        if (counts.added + counts.filtered + counts.duplicates > 0) {
            line(
                    text,
                    "transform",
                    "%,d filtered out, %,d duplicates dropped, %,d added",
                    counts.filtered,
                    counts.duplicates,
                    counts.added);
        }
        line(
                text,
                "written",
                "%,d inserted, %,d updated, %,d deleted",
                counts.inserted,
                counts.updated,
                counts.deleted);
        line(text, "unchanged", "%,d", counts.unchanged);
        optional(text, "skipped", "%,d that the plan's mode leaves alone", counts.skipped);
        optional(text, "kept", "%,d that only the target has", counts.kept);
        optional(text, "withheld", "%,d deletes", counts.withheld);
        optional(text, "rejected", "%,d", counts.rejected);
        optional(text, "not written", "%,d", counts.notWritten);
        optional(text, "UNKNOWN", "%,d changes may or may not have been committed", counts.unknown);
        list(text, "rejected", rejections, counts.rejected);
        list(text, "withheld", withheld, counts.withheld);
        if (!overridden.isEmpty()) {
            line(text, "overridden", "%s", overridden);
        }
        for (String warning : warnings) {
            line(text, "warning", "%s", warning);
        }
        watermark.ifPresent(value -> line(text, "read up to", "%s", value));
        if (!method.isEmpty()) {
            line(text, "method", "%s", method);
        }
        for (StageTime time : stages) {
            String speed = time.records == 0
                    ? ""
                    : String.format(
                            Locale.ROOT, ", %,d records, %,d per second", time.records, time.recordsPerSecond());
            line(text, "  " + time.stage, "%s%s", shown(time.duration), speed);
        }
        return text.toString().stripTrailing();
    }

    private static void line(StringBuilder text, String label, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, "  %-14s ", label))
                .append(String.format(Locale.ROOT, format, arguments))
                .append(System.lineSeparator());
    }

    private static void optional(StringBuilder text, String label, String format, long count) {
        if (count > 0) {
            line(text, label, format, count);
        }
    }

    private static void list(StringBuilder text, String label, List<?> entries, long total) {
        for (int i = 0; i < Math.min(entries.size(), MOST_PRINTED); i++) {
            line(text, "  " + label, "%s", entries.get(i));
        }
        if (total > MOST_PRINTED && !entries.isEmpty()) {
            line(text, "  " + label, "and %,d more", total - MOST_PRINTED);
        }
    }

    private static String shown(Duration time) {
        return String.format(Locale.ROOT, "%.3f s", time.toNanos() / 1e9);
    }
}
