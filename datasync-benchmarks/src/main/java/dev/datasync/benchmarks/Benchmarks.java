package dev.datasync.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures DataSync and its rivals: each contestant gets a process of its own with a stated heap and one processor, by
 * turns with the others, so that whatever else the machine does concerns all of them. Prints a table and writes it as
 * Markdown.
 */
final class Benchmarks {

    private final Size size;
    private final PrintStream out;

    Benchmarks(Size size, PrintStream out) {
        this.size = size;
        this.out = out;
    }

    /**
     * Runs all jobs, or those that are named.
     *
     * @param arguments the size, the folder for the Markdown, and the names of jobs if not all are meant
     */
    public static void main(String[] arguments) throws Exception {
        Size size = Size.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        List<String> names = List.of(arguments).subList(2, arguments.length);
        Benchmarks benchmarks = new Benchmarks(size, new PrintStream(System.out, true, StandardCharsets.UTF_8));
        String table = benchmarks.run(Jobs.ALL.stream()
                .filter(job -> names.isEmpty() || names.contains(job.name()))
                .toList());
        Files.writeString(Path.of(arguments[1]).resolve("benchmarks.md"), table);
    }

    /** Runs some jobs. Returns the results as Markdown. */
    String run(List<Job> jobs) throws IOException, InterruptedException {
        StringBuilder table = new StringBuilder("""
                | job | who | heap | median | fastest | whole process | peak of the heap | ratio | aim |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                """);
        for (Job job : jobs) {
            table.append(run(job));
        }
        return table.toString();
    }

    private String run(Job job) throws IOException, InterruptedException {
        out.println(job.name() + ": " + job.work());
        Path folder = Files.createTempDirectory("datasync-benchmark");
        try {
            prepare(job, folder);
            return rows(job, measured(job, folder));
        } finally {
            finish(job);
            delete(folder);
        }
    }

    private void prepare(Job job, Path folder) throws IOException {
        try {
            job.prepare(folder, size);
        } catch (Exception e) {
            throw new IOException("job " + job.name() + " cannot be prepared", e);
        }
    }

    private static void finish(Job job) throws IOException {
        try {
            job.finish();
        } catch (Exception e) {
            throw new IOException("job " + job.name() + " cannot be finished", e);
        }
    }

    private List<Measured> measured(Job job, Path folder) throws IOException, InterruptedException {
        int count = job.contestants().size();
        List<List<String>> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(new ArrayList<>());
        }
        for (int round = 0; round < job.repetitions(size).rounds(); round++) {
            for (int i = 0; i < count; i++) {
                lines.get(i).addAll(child(job, i, folder, Child.REPEATED));
                around(job, folder, job::reset);
                long began = System.nanoTime();
                List<String> once = child(job, i, folder, Child.ONCE);
                lines.get(i).add("process " + (System.nanoTime() - began));
                lines.get(i).addAll(once);
                around(job, folder, job::check);
            }
        }
        return lines.stream().map(Benchmarks::parsed).toList();
    }

    /** Something to be done around the work. */
    private interface Step {

        void run(Path folder) throws Exception;
    }

    private static void around(Job job, Path folder, Step step) throws IOException {
        try {
            step.run(folder);
        } catch (Exception e) {
            throw new IOException("job " + job.name(), e);
        }
    }

    private List<String> child(Job job, int contestant, Path folder, String mode)
            throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-Xmx" + job.heap() + "m",
                        "-XX:ActiveProcessorCount=" + job.processors(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        job.name(),
                        Integer.toString(contestant),
                        folder.toString(),
                        size.name(),
                        mode)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("job " + job.name() + ", "
                    + job.contestants().get(contestant).name() + ": the process failed:\n" + output);
        }
        return output.lines().toList();
    }

    private static Measured parsed(List<String> lines) {
        List<String> results = Stream.concat(words(lines, "run", 2), words(lines, "result", 1))
                .distinct()
                .toList();
        if (results.size() != 1) {
            throw new IllegalStateException("the runs of one contestant have different results: " + results);
        }
        return new Measured(
                words(lines, "run", 1).map(Long::valueOf).toList(),
                words(lines, "process", 1).map(Long::valueOf).toList(),
                Long.parseLong(results.get(0)),
                words(lines, "peak", 1).mapToLong(Long::parseLong).max().orElseThrow());
    }

    /** Returns a word of each line that begins with another. */
    private static Stream<String> words(List<String> lines, String first, int place) {
        return lines.stream()
                .map(line -> line.split(" ", -1))
                .filter(words -> words[0].equals(first))
                .map(words -> words[place]);
    }

    private String rows(Job job, List<Measured> measured) {
        StringBuilder rows = new StringBuilder();
        Measured ours = measured.get(0);
        for (int i = 0; i < measured.size(); i++) {
            Measured one = measured.get(i);
            if (one.result() != ours.result()) {
                throw new IllegalStateException("job " + job.name() + ": "
                        + job.contestants().get(i).name() + " has the result " + one.result() + ", and DataSync "
                        + ours.result());
            }
            String row = String.format(
                    Locale.ROOT,
                    "| %s | %s | %d MiB | %.3f s | %.3f s | %.3f s | %d MiB | %s | %s |",
                    i == 0 ? job.work() : "",
                    job.contestants().get(i).name(),
                    job.heap(),
                    one.median(),
                    one.fastest(),
                    one.medianOfProcesses(),
                    one.peak() >> 20,
                    i == 0 ? "" : String.format(Locale.ROOT, "%.2f", ours.median() / one.median()),
                    i == 0 ? "" : String.format(Locale.ROOT, "at most %.2f", job.aim()));
            out.println(row);
            rows.append(row).append('\n');
        }
        return rows.toString();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
