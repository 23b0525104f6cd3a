package dev.datasync.internal;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.run.Rejection;
import dev.datasync.run.SyncReport;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of the changes of one run: which are committed, which were written since, and which the target refused.
 * Changes are known by their place in the change set, so that what was not committed can be written again. Belongs to
 * one thread.
 */
final class Ledger {

    private final Map<Change.Kind, Long> committed = new EnumMap<>(Change.Kind.class);
    private final Map<Change.Kind, Long> applied = new EnumMap<>(Change.Kind.class);
    private final List<Rejection> rejections = new ArrayList<>();
    private long rejected;
    private int rejectionsAtCommit;
    private long rejectedAtCommit;

    /** How many changes have an outcome, and how many of these had one at the last commit. */
    private long place;

    private long placeAtCommit;

    /** How many changes were handed to the writer and have no outcome yet. */
    private long pending;

    /** Up to where the listeners have heard of rejections: they do not hear of the same one twice. */
    private long told;

    /** How many changes have an outcome that says that nobody knows. */
    private long doubtful;

    private long unknown;

    long place() {
        return place;
    }

    long placeAtCommit() {
        return placeAtCommit;
    }

    long rejected() {
        return rejected;
    }

    List<Rejection> rejections() {
        return List.copyOf(rejections);
    }

    /** Returns how many changes may or may not be committed. */
    long unknown() {
        return unknown;
    }

    ChangeCounts committed() {
        return counts(committed);
    }

    /** Returns how many changes were done since the last commit. */
    long uncommitted() {
        return counts(applied).total();
    }

    private static ChangeCounts counts(Map<Change.Kind, Long> numbers) {
        return new ChangeCounts(
                numbers.getOrDefault(Change.Kind.INSERT, 0L),
                numbers.getOrDefault(Change.Kind.UPDATE, 0L),
                numbers.getOrDefault(Change.Kind.DELETE, 0L));
    }

    void handOver(int changes) {
        pending = changes;
    }

    void apply(Change.Kind kind) {
        settle();
        applied.merge(kind, 1L, Long::sum);
    }

    /** Takes inserts that were done, and are not committed, before there was a ledger. */
    void adopt(long inserts) {
        place += inserts;
        applied.merge(Change.Kind.INSERT, inserts, Long::sum);
    }

    /** Takes a change of which nobody knows what became of it. */
    void doubt() {
        settle();
        doubtful++;
    }

    /** Takes a change that is not in the target. */
    void leave() {
        settle();
    }

    /** Takes a rejection, and returns whether it is the first time. */
    boolean reject(Rejection rejection) {
        settle();
        rejected++;
        if (rejections.size() < SyncReport.MOST_SHOWN) {
            rejections.add(rejection);
        }
        boolean isNew = place > told;
        told = Math.max(told, place);
        return isNew;
    }

    private void settle() {
        pending--;
        place++;
    }

    /** Everything that was done so far is committed. */
    void commit() {
        applied.forEach((kind, number) -> committed.merge(kind, number, Long::sum));
        applied.clear();
        rejectedAtCommit = rejected;
        rejectionsAtCommit = rejections.size();
        placeAtCommit = place;
    }

    /** Everything since the last commit is undone and will be written again. */
    void rewind() {
        applied.clear();
        rejected = rejectedAtCommit;
        rejections.subList(rejectionsAtCommit, rejections.size()).clear();
        place = placeAtCommit;
        pending = 0;
        doubtful = 0;
    }

    /** Nobody knows what became of everything since the last commit that was done, or was to be done. */
    void lose() {
        unknown = uncommitted() + doubtful + pending;
    }
}
