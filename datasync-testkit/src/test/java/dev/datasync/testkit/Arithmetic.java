package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.change.ChangeCounts;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncReport;

/** The sums that {@link SyncReport.Counts} promises. */
final class Arithmetic {

    static final ChangeCounts NOTHING = new ChangeCounts(0, 0, 0);

    private Arithmetic() {}

    /**
     * Checks the sums of a report.
     *
     * @param notWritten which changes were not written, or are unknown
     * @param skippedInBoth how many of the skipped records are on both sides
     */
    static void check(SyncReport report, ChangeCounts notWritten, long skippedInBoth) {
        SyncReport.Counts counts = report.counts();
        assertThat(report.rejections()).as("all are listed").hasSize((int) counts.rejected());
        long rejectedByTarget = report.rejections().stream()
                .filter(rejection -> rejection.stage() == Stage.APPLY)
                .count();
        assertThat(rejectedByTarget)
                .as("rejected by the target, which is not told apart here")
                .isZero();
        long compared = counts.inserted()
                + counts.updated()
                + counts.unchanged()
                + counts.skipped()
                + notWritten.inserts()
                + notWritten.updates();
        assertThat(counts.sourceRead() + counts.added())
                .as("read + added = filtered + duplicates + rejected + compared in %s", report)
                .isEqualTo(counts.filtered() + counts.duplicates() + counts.rejected() + compared);
        assertThat(counts.targetRead())
                .as("target read = updated + unchanged + deleted + withheld + kept in %s", report)
                .isEqualTo(counts.updated()
                        + counts.unchanged()
                        + counts.deleted()
                        + counts.withheld()
                        + counts.kept()
                        + skippedInBoth
                        + notWritten.updates()
                        + notWritten.deletes());
        assertThat(counts.notWritten() + counts.unknown()).isEqualTo(notWritten.total());
        assertThat(counts.written()).isEqualTo(counts.inserted() + counts.updated() + counts.deleted());
    }
}
