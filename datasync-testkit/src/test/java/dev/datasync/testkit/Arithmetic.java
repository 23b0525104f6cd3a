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
     * @param others which changes were found and not confirmed: not written, unknown, or refused by the target
     * @param skippedInBoth how many of the skipped records are on both sides
     */
    static void check(SyncReport report, ChangeCounts others, long skippedInBoth) {
        SyncReport.Counts counts = report.counts();
        assertThat(report.rejections()).as("all are listed").hasSize((int) counts.rejected());
        long refused = report.rejections().stream()
                .filter(rejection -> rejection.stage() == Stage.APPLY)
                .count();
        long inserts = counts.inserted() + others.inserts();
        long updates = counts.updated() + others.updates();
        long deletes = counts.deleted() + others.deletes();
        assertThat(counts.sourceRead() + counts.added())
                .as(
                        "read + added = filtered + duplicates + rejected + inserts + updates + unchanged + skipped in %s",
                        report)
                .isEqualTo(counts.filtered()
                        + counts.duplicates()
                        + (counts.rejected() - refused)
                        + inserts
                        + updates
                        + counts.unchanged()
                        + counts.skipped());
        assertThat(counts.targetRead())
                .as("target read = updates + deletes + unchanged + skipped + withheld + kept in %s", report)
                .isEqualTo(updates + deletes + counts.unchanged() + skippedInBoth + counts.withheld() + counts.kept());
        assertThat(counts.written() + counts.notWritten() + counts.unknown() + refused)
                .as("written + not written + unknown + refused = all changes in %s", report)
                .isEqualTo(inserts + updates + deletes);
        assertThat(counts.written()).isEqualTo(counts.inserted() + counts.updated() + counts.deleted());
    }
}
