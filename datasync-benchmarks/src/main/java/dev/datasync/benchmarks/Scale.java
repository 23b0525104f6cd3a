package dev.datasync.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the time of DataSync grows with the rows, in one and the same heap. */
final class Scale {

    /** By how much the time of ten times the rows may be a multiple. */
    static final double AIM = 11;

    /** The name of the file with the plot. */
    static final String PLOT = "performance.svg";

    /** What a row needs of the temporary folder: the file, the table in three states, the log of the database. */
    private static final long BYTES_PER_ROW = 2_000;

    private final Size size;
    private final Runner runner;
    private final PrintStream out;

    Scale(Size size, Runner runner, PrintStream out) {
        this.size = size;
        this.runner = runner;
        this.out = out;
    }

    /**
     * What was measured.
     *
     * @param markdown a table, and what follows from it
     * @param plot the time per row against the rows, as SVG
     */
    record Result(String markdown, String plot) {}

    private record Step(int rows, Measured measured) {

        /** Returns the time per row in microseconds. */
        double perRow() {
            return measured.median() * 1e6 / rows;
        }
    }

    Result run() throws IOException, InterruptedException {
        // a second small one would be as small as the first
        List<ScaleJob> jobs = size == Size.FULL ? ScaleJob.ALL : ScaleJob.ALL.subList(0, 1);
        List<Step> steps = new ArrayList<>();
        StringBuilder markdown = new StringBuilder("""
                | rows | heap | median | per row | cpu | whole process | per row | peak of the heap |
                | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                """);
        Plot plot = new Plot("Time per row of a sync, CSV into PostgreSQL", "rows", "µs per row");
        for (ScaleJob job : jobs) {
            Optional<String> obstacle = obstacle(job);
            if (obstacle.isPresent()) {
                out.println("  SKIPPED: " + obstacle.get());
                markdown.append(String.format(
                        Locale.ROOT,
                        "| %,d | %d MiB | not measured: %s ||||||\n",
                        job.rows(),
                        job.heap(),
                        obstacle.get()));
                continue;
            }
            Measured measured = runner.measure(job).get(0);
            Step step = new Step(size.rows(job.rows()), measured);
            steps.add(step);
            plot.add(step.rows(), step.perRow());
            String row = String.format(
                    Locale.ROOT,
                    "| %,d | %d MiB | %.3f s | %.2f µs | %.3f s | %.3f s | %.2f µs | %d MiB |\n",
                    step.rows(),
                    job.heap(),
                    measured.median(),
                    step.perRow(),
                    measured.medianOfProcessors(),
                    measured.medianOfProcesses(),
                    measured.medianOfProcesses() * 1e6 / step.rows(),
                    measured.peak() >> 20);
            out.print(row);
            markdown.append(row);
        }
        if (steps.size() == ScaleJob.ALL.size()) {
            Step last = steps.get(steps.size() - 1);
            Step before = steps.get(steps.size() - 2);
            String ratio = String.format(
                    Locale.ROOT,
                    "%,d rows take %.1f times as long as %,d in a process that is warm (aim: at most %.0f), and %.1f times as"
                            + " long as whole processes.\n",
                    last.rows(),
                    last.measured().median() / before.measured().median(),
                    before.rows(),
                    AIM,
                    last.measured().medianOfProcesses() / before.measured().medianOfProcesses());
            out.print(ratio);
            markdown.append('\n').append(ratio);
        }
        markdown.append("\n![Time per row against rows](" + PLOT + ")\n");
        return new Result(markdown.toString(), plot.svg());
    }

    /** Returns why a job cannot be done here, or nothing. */
    private Optional<String> obstacle(ScaleJob job) throws IOException {
        long needed = size.rows(job.rows()) * BYTES_PER_ROW;
        long there = Files.getFileStore(Path.of(System.getProperty("java.io.tmpdir")))
                .getUsableSpace();
        return there >= needed
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "the temporary folder has %d GB left, and %d GB are needed",
                        there / 1_000_000_000,
                        needed / 1_000_000_000));
    }
}
