package dev.datasync;

import dev.datasync.change.ChangeSet;
import dev.datasync.internal.Outlook;
import dev.datasync.run.AlreadyRunningException;
import dev.datasync.run.SyncReport;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * What a run would do, before it is done. Nothing has been written.
 *
 * <p>Closing it removes the temporary file that a large comparison needed; a preview that is not closed loses it when
 * the process ends. Safe for use by several threads.
 *
 * @param <T> the type of the records
 */
public final class Preview<T> implements AutoCloseable {

    /** The most changes that {@link #toString()} shows. */
    private static final int MOST_SHOWN = 50;

    private final Outlook<T> outlook;
    private final Function<Outlook<T>, SyncReport> applier;
    private final ChangeSet<T> changes;
    private final AtomicBoolean applied = new AtomicBoolean();

    Preview(Outlook<T> outlook, Function<Outlook<T>, SyncReport> applier) {
        this.outlook = outlook;
        this.applier = applier;
        this.changes = outlook.changes();
    }

    /**
     * Returns the changes that a run would write. Withheld deletes are not among them; {@link #report()} lists these.
     *
     * @return the changes
     */
    public ChangeSet<T> changes() {
        return changes;
    }

    /**
     * Returns the report of what was read and compared. The changes count as not written.
     *
     * @return the report
     */
    public SyncReport report() {
        return outlook.report();
    }

    /**
     * Returns the counts in one line.
     *
     * @return for example {@code 3 inserts, 1 update, no deletes; 40 unchanged}
     */
    public String summary() {
        SyncReport.Counts counts = report().counts();
        String withheld =
                counts.withheld() == 0 ? "" : String.format(Locale.ROOT, "; %,d deletes withheld", counts.withheld());
        String rejected = counts.rejected() == 0 ? "" : String.format(Locale.ROOT, "; %,d rejected", counts.rejected());
        return changes.counts()
                + String.format(Locale.ROOT, "; %,d unchanged", counts.unchanged())
                + withheld
                + rejected;
    }

    /**
     * Returns the changes as a table for a person to read, with values.
     *
     * @param mostChanges the most changes to show; what is left out is counted
     * @return several lines
     */
    public String table(int mostChanges) {
        return ChangeTable.of(changes, mostChanges) + System.lineSeparator() + summary();
    }

    /**
     * Writes exactly these changes, when the target is still as it was. The source is not read again.
     *
     * @return what was done; the outcome is {@code SUCCEEDED} or {@code INCOMPLETE}
     * @throws dev.datasync.run.TargetMovedException when the target, or the
     *     watermark of an incremental plan, is not as the preview saw it; nothing was written
     * @throws dev.datasync.run.SyncException when the run failed or was cancelled; carries the report
     * @throws IllegalStateException when the preview was applied before, or is closed
     */
    public SyncReport apply() {
        outlook.checkOpen();
        if (!applied.compareAndSet(false, true)) {
            throw new IllegalStateException("this preview was applied before: make a new one");
        }
        try {
            return applier.apply(outlook);
        } catch (AlreadyRunningException e) {
            // nothing was read or written, so it may be tried again
            applied.set(false);
            throw e;
        }
    }

    /** Removes the temporary file, if there is one. Its changes can no longer be read or applied then. */
    @Override
    public void close() {
        outlook.close();
    }

    /**
     * Returns the first changes as a table for a person to read, with values.
     *
     * @return several lines
     */
    @Override
    public String toString() {
        return table(MOST_SHOWN);
    }
}
