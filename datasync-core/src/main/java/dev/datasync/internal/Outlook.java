package dev.datasync.internal;

import dev.datasync.change.ChangeSet;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;

/**
 * What a preview holds until it is closed.
 *
 * @param <T> the type of the records
 */
public final class Outlook<T> implements AutoCloseable {

    private final Settings<T> settings;
    private final Compared compared;
    private final SpillFile spill;
    private final SyncReport report;

    Outlook(Settings<T> settings, Compared compared, SpillFile spill, SyncReport report) {
        this.settings = settings;
        this.compared = compared;
        this.spill = spill;
        this.report = report;
    }

    Compared compared() {
        return compared;
    }

    /** Tells whether deletes were found that may not be done. */
    boolean withholdsDeletes() {
        return !compared.withDeletes();
    }

    /** Returns the same content with other changes, of which there is a report. */
    Outlook<T> with(Compared other, SyncReport itsReport) {
        return new Outlook<>(settings, other, spill, itsReport);
    }

    /**
     * Returns the changes that would be written.
     *
     * @return the changes, without those that are withheld
     */
    public ChangeSet<T> changes() {
        return new StoredChanges<>(
                compared.changes(),
                compared.layout(),
                compared.withDeletes(),
                settings.sink().recordType()::fromRow,
                e -> new SyncException(
                        "E-SPILL", settings.name(), Stage.COMPARE, e.getMessage() + "; make a new preview", e, null));
    }

    /**
     * Returns what is known so far.
     *
     * @return the report, in which all changes are not written yet
     */
    public SyncReport report() {
        return report;
    }

    /**
     * Checks that the changes can still be read.
     *
     * @throws IllegalStateException when this was closed
     */
    public void checkOpen() {
        spill.checkOpen();
    }

    @Override
    public void close() {
        spill.close();
    }
}
