package dev.datasync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every job still runs, and all contestants come to the same result. Times are judged by people. */
@Tag("long")
class BenchmarksTest {

    static List<String> jobs() {
        return Jobs.ALL.stream().map(Job::name).toList();
    }

    @ParameterizedTest
    @MethodSource("jobs")
    void a_small_job_runs_and_gives_one_result(String name) throws Exception {
        Job job = Jobs.named(name);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        String table =
                new Benchmarks(Size.SMALL, new PrintStream(printed, true, StandardCharsets.UTF_8)).run(List.of(job));

        assertThat(table.lines()).hasSize(2 + job.contestants().size());
        assertThat(table).contains(job.work()).contains("DataSync").contains("at most");
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains(job.name());
    }
}
