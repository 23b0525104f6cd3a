package dev.datasync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every job still runs, and all contestants come to the same result. Times are judged by people. Where no PostgreSQL starts
 * the jobs are skipped, unless {@code DATASYNC_REQUIRED_DATABASES} names {@code postgresql}: then they fail.
 */
@Tag("long")
class BenchmarksTest {

    private static final String REQUIRED = "DATASYNC_REQUIRED_DATABASES";

    private static final Postgres POSTGRES = new Postgres();

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Benchmarks benchmarks =
            new Benchmarks(Size.SMALL, POSTGRES, new PrintStream(printed, true, StandardCharsets.UTF_8));

    @BeforeAll
    static void start() {
        try {
            POSTGRES.start();
        } catch (IOException | RuntimeException e) {
            String required = System.getenv(REQUIRED);
            if (required != null && Arrays.asList(required.split("[,\\s]+", -1)).contains("postgresql")) {
                throw new AssertionError(REQUIRED + " names postgresql, but no server starts", e);
            }
            String message = "SKIPPED: no PostgreSQL server starts (" + e + ")";
            System.err.println(message);
            Assumptions.abort(message);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        POSTGRES.close();
    }

    static List<String> jobs() {
        return Jobs.ALL.stream().map(Job::name).toList();
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void a_small_job_runs_and_gives_one_result(String name) throws Exception {
        Job job = Jobs.named(name);

        Map<String, String> texts = benchmarks.run(Set.of(name));

        assertThat(texts).containsOnlyKeys(Benchmarks.JOBS);
        String text = texts.get(Benchmarks.JOBS);
        // what was measured on, an empty line, the head of the table
        assertThat(text.lines()).hasSize(4 + job.contestants().size());
        assertThat(text)
                .contains("Measured on", "PostgreSQL 17", "fsync off")
                .contains(job.work(), "| DataSync |", "at most");
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains(job.name(), "round 1 of 1");
    }

    @Test
    void the_scale_runs() throws Exception {
        String text = benchmarks.run(Set.of(Benchmarks.SCALE)).get(Benchmarks.SCALE);

        assertThat(text).contains("| 500 | 128 MiB |");
    }

    @Test
    void the_parts_run() throws Exception {
        String text = benchmarks.run(Set.of(Benchmarks.PARTS)).get(Benchmarks.PARTS);

        assertThat(text).contains("| CsvReading.read |", "| Comparing.preview | 1 |", "| Converting.convert | DATE |");
    }

    @Test
    void what_there_is_not_cannot_be_chosen() {
        assertThat(Benchmarks.chosen(List.of())).containsExactly("jobs");
        assertThat(Benchmarks.chosen(List.of("csv-to-table, scale", "parts")))
                .containsExactly("csv-to-table", "scale", "parts");
        assertThatThrownBy(() -> Benchmarks.chosen(List.of("csv-to-tabel")))
                .hasMessageContaining("no job 'csv-to-tabel'")
                .hasMessageContaining("csv-to-table,");
    }

    @Test
    void the_document_has_a_place_for_each_table() throws Exception {
        String document = Files.readString(Path.of("..", "docs", "performance.md"));

        for (String part : List.of(Benchmarks.JOBS, Benchmarks.SCALE, Benchmarks.PARTS)) {
            String once = Document.replaced(document, part, "| a table of " + part + " |\n");

            assertThat(once).contains("\n\n| a table of " + part + " |\n\n");
            assertThat(Document.replaced(once, part, "| a table of " + part + " |\n"))
                    .isEqualTo(once);
        }
    }

    @Test
    void every_job_is_in_the_document() throws Exception {
        assertThat(Files.readString(Path.of("..", "docs", "performance.md")))
                .contains(jobs().stream().map(job -> "| `" + job + "` |").toList());
    }
}
