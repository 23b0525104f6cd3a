package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.SyncException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The temporary file of a preview is damaged while the preview is open. */
class SpillReadTest {

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    @TempDir
    Path spillDirectory;

    @Test
    void changes_that_cannot_be_read_any_more_are_a_failure_of_the_library() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(OPEN_FILES), "open files cannot be reached here");
        List<Row> rows = new ArrayList<>();
        for (int id = 1; id <= 2_000; id++) {
            rows.add(Products.product(id, "long ".repeat(200) + id, "1.00"));
        }
        SyncPlan<Row> plan = SyncPlan.named("damaged")
                .from(InMemorySource.of(rows))
                .match(Matcher.<Row>on("id"))
                .into(Products.target())
                .memoryBudget(new MemoryBudget(MemoryBudget.SMALLEST))
                .spillDirectory(spillDirectory)
                .build();
        try (Preview<Row> preview = plan.preview()) {
            assertThat(truncateTheTemporaryFile()).as("temporary files").isEqualTo(1);
            assertThatThrownBy(() -> preview.changes().forEach(change -> {}))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo("E-SPILL"))
                    .hasMessageContaining("make a new preview");
        }
    }

    private int truncateTheTemporaryFile() throws IOException {
        int truncated = 0;
        try (Stream<Path> open = Files.list(OPEN_FILES)) {
            for (Path file : open.toList()) {
                if (Files.isSymbolicLink(file)
                        && Files.readSymbolicLink(file).toString().startsWith(spillDirectory.toString())) {
                    FileChannel.open(file, StandardOpenOption.WRITE).truncate(0).close();
                    truncated++;
                }
            }
        }
        return truncated;
    }
}
