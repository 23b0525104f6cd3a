package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Endpoint;
import dev.datasync.sink.NotCommittedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writers of JSON files and workbooks that commit at the same moment; those of CSV files are in CsvRewriterTest. */
class ConcurrentWritersTest {

    private static final int WRITERS = 4;

    @TempDir
    private Path folder;

    /** All look at the same file, open, write, and then commit at the same moment. */
    @ParameterizedTest
    @CsvSource({"json, true, 50", "json, false, 50", "xlsx, true, 8", "xlsx, false, 8"})
    void only_one_of_many_commits(String kind, boolean exists, int rounds) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            for (int round = 0; round < rounds; round++) {
                Path path = folder.resolve("round-" + round + "." + kind);
                if (exists) {
                    write(file(path), "old");
                }
                CyclicBarrier together = new CyclicBarrier(WRITERS);
                List<Future<Boolean>> commits = new ArrayList<>();
                for (int i = 0; i < WRITERS; i++) {
                    String id = "of writer " + i;
                    commits.add(threads.submit(() -> commitsTogether(file(path), id, together)));
                }
                List<List<Object>> expected = new ArrayList<>(exists ? List.of(List.of("old")) : List.of());
                for (int i = 0; i < WRITERS; i++) {
                    if (commits.get(i).get()) {
                        expected.add(List.of("of writer " + i));
                    }
                }
                assertThat(expected).as("round %d", round).hasSize(exists ? 2 : 1);
                assertThat(Excel.rows(file(path))).as("round %d", round).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(Csv.names(folder)).hasSize(rounds).allMatch(name -> name.startsWith("round-"));
    }

    private static Endpoint<Row> file(Path path) {
        return path.toString().endsWith(".json") ? JsonFile.at(path) : ExcelFile.at(path);
    }

    @SuppressWarnings("try") // close() may throw an interrupt, which fails the test
    private static void write(Endpoint<Row> file, String id) throws Exception {
        try (ChangeWriter<Row> writer = file.open(new Workbooks.Writing(Schema.ofText("id"), 1))) {
            writer.write(List.of(Workbooks.insert(Row.of("id", id))));
            writer.commit();
        }
    }

    @SuppressWarnings("try") // close() may throw an interrupt, which fails the test
    private static boolean commitsTogether(Endpoint<Row> file, String id, CyclicBarrier together) throws Exception {
        try (ChangeWriter<Row> writer = file.open(new Workbooks.Writing(Schema.ofText("id"), 1))) {
            writer.write(List.of(Workbooks.insert(Row.of("id", id))));
            together.await(60, TimeUnit.SECONDS);
            writer.commit();
            return true;
        } catch (NotCommittedException e) {
            assertThat(e).hasMessageContaining("changed by somebody else");
            return false;
        }
    }
}
