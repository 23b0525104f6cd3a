package dev.datasync.internal;

import dev.datasync.change.DeleteGuard;
import dev.datasync.match.Key;
import dev.datasync.row.Row;
import dev.datasync.run.Rejection;
import dev.datasync.run.SyncReport;
import dev.datasync.run.SyncReport.StageTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The result of a comparison, which has passed the guards and can be applied once.
 *
 * @param layout how records lie in bytes; {@code null} when neither side had one
 * @param changes all changes
 * @param guards the rules that withhold the deletes; empty when they are allowed
 * @param overridden the rules that would withhold them and were overridden
 * @param withheld the keys of the first withheld deletes
 * @param reasons why the run cannot make both sides equal
 * @param tally how many records there were
 * @param rejections the first rejected records
 * @param stages how long each stage took
 * @param method how the records were compared
 * @param fingerprint what the target was like; {@code null} when nobody will compare it
 * @param watermarks from where to where an incremental source was read
 */
record Compared(
        @Nullable Layout layout,
        ChangeStore changes,
        Set<DeleteGuard> guards,
        Set<DeleteGuard> overridden,
        List<Key> withheld,
        List<String> reasons,
        Tally tally,
        List<Rejection> rejections,
        List<StageTime> stages,
        String method,
        @Nullable Fingerprint fingerprint,
        Watermarks watermarks) {

    /**
     * How many records there were, before anything is written.
     *
     * @param kept records that only the target has and that stay
     */
    record Tally(
            long sourceRead,
            long targetRead,
            long added,
            long filtered,
            long duplicates,
            long rejected,
            long unchanged,
            long skipped,
            long kept) {

        static final Tally NOTHING = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Returns the same result with the stages of another run, which applies it. */
    Compared timedBy(List<StageTime> otherStages) {
        return new Compared(
                layout,
                changes,
                guards,
                overridden,
                withheld,
                reasons,
                tally,
                rejections,
                otherStages,
                method,
                fingerprint,
                watermarks);
    }

    boolean withDeletes() {
        return guards.isEmpty();
    }

    /** Returns the changes as rows, without those that are withheld. */
    StoredChanges<Row> rows() {
        return new StoredChanges<>(changes, layout, withDeletes(), row -> row, e -> e);
    }

    /** Returns the same result with its deletes withheld, because those of another plan of the group are. */
    Compared withoutDeletes() {
        long deletes = changes.counts().deletes();
        if (!withDeletes() || deletes == 0) {
            return this;
        }
        List<String> moreReasons = new ArrayList<>(reasons);
        moreReasons.add(String.format(
                Locale.ROOT,
                "%,d %s withheld: %s",
                deletes,
                deletes == 1 ? "delete is" : "deletes are",
                DeleteGuard.GROUP.reason()));
        return new Compared(
                layout,
                changes,
                Set.of(DeleteGuard.GROUP),
                overridden,
                rows().keysOfDeletes(SyncReport.MOST_SHOWN),
                moreReasons,
                tally,
                rejections,
                stages,
                method,
                fingerprint,
                watermarks);
    }
}
