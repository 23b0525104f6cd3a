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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures the contestants of a job: each gets processes of its own with a stated heap and stated processors, by turns
 * with the others, so that whatever else the machine does concerns all of them.
 */
final class Runner {

    private final Size size;
    private final Postgres postgres;
    private final PrintStream out;

    Runner(Size size, Postgres postgres, PrintStream out) {
        this.size = size;
        this.postgres = postgres;
        this.out = out;
    }

    /** Returns what was measured for each contestant, in their order; all came to the same result. */
    List<Measured> measure(Job job) throws IOException, InterruptedException {
        out.println(job.name() + ": " + job.work());
        Path folder = Files.createTempDirectory("datasync-benchmark");
        try {
            step(job, "cannot be prepared", () -> job.prepare(folder, size, postgres));
            List<Measured> measured = measured(job, folder);
            for (int i = 1; i < measured.size(); i++) {
                if (measured.get(i).result() != measured.get(0).result()) {
                    throw new IllegalStateException("job " + job.name() + ": "
                            + job.contestants().get(i).name() + " has the result "
                            + measured.get(i).result() + ", and DataSync "
                            + measured.get(0).result());
                }
            }
            return measured;
        } finally {
            try {
                step(job, "cannot be finished", () -> {
                    job.finish();
                    postgres.drop();
                });
            } finally {
                delete(folder);
            }
        }
    }

    private List<Measured> measured(Job job, Path folder) throws IOException, InterruptedException {
        List<Job.Contestant> contestants = job.contestants();
        List<List<String>> lines = new ArrayList<>();
        for (int i = 0; i < contestants.size(); i++) {
            lines.add(new ArrayList<>());
        }
        Job.Repetitions repetitions = job.repetitions(size);
        for (int round = 1; round <= repetitions.rounds(); round++) {
            for (int i = 0; i < contestants.size(); i++) {
                List<String> now = new ArrayList<>();
                if (repetitions.timedRuns() > 0) {
                    now.addAll(child(job, i, folder, Child.REPEATED));
                }
                step(job, "cannot be begun again", () -> job.reset(folder));
                long began = System.nanoTime();
                List<String> once = child(job, i, folder, Child.ONCE);
                now.add("process " + (System.nanoTime() - began));
                now.addAll(once);
                step(job, "went wrong", () -> job.check(folder));
                out.println("  round " + round + " of " + repetitions.rounds() + ", "
                        + contestants.get(i).name() + ": " + seconds(now, Child.RUN, "warm ")
                        + seconds(now, Child.FIRST_RUN, "first run ") + seconds(now, "process", "whole process "));
                lines.get(i).addAll(now);
            }
        }
        return lines.stream().map(Runner::parsed).toList();
    }

    private static String seconds(List<String> lines, String first, String label) {
        String times = words(lines, first, 1)
                .map(nanos -> String.format(Locale.ROOT, "%.3f s", Long.parseLong(nanos) / 1e9))
                .collect(Collectors.joining(", "));
        return times.isEmpty() ? "" : label + times + "; ";
    }

    /** Something to be done around the work. */
    private interface Step {

        void run() throws Exception;
    }

    private static void step(Job job, String failure, Step step) throws IOException {
        try {
            step.run();
        } catch (Exception e) {
            throw new IOException("job " + job.name() + " " + failure, e);
        }
    }

    private List<String> child(Job job, int contestant, Path folder, String mode)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(java(), "-Xmx" + job.heap() + "m", "-XX:ActiveProcessorCount=" + job.processors()));
        if (size == Size.SMALL) {
            // a process that ends at once need not compile well
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                job.name(),
                Integer.toString(contestant),
                folder.toString(),
                size.name(),
                mode));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("job " + job.name() + ", "
                    + job.contestants().get(contestant).name() + ": the process failed:\n" + output);
        }
        return output.lines().toList();
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Measured parsed(List<String> lines) {
        // the first run of a process counts where there is no other
        String kind = words(lines, Child.RUN, 1).findAny().isPresent() ? Child.RUN : Child.FIRST_RUN;
        List<String> results = Stream.concat(words(lines, Child.RUN, 2), words(lines, Child.FIRST_RUN, 2))
                .distinct()
                .toList();
        if (results.size() != 1) {
            throw new IllegalStateException("the runs of one contestant have different results: " + results);
        }
        return new Measured(
                words(lines, kind, 1).map(Long::valueOf).toList(),
                words(lines, kind, 3).map(Long::valueOf).toList(),
                words(lines, "process", 1).map(Long::valueOf).toList(),
                Long.parseLong(results.get(0)),
                words(lines, Child.PEAK, 1).mapToLong(Long::parseLong).max().orElseThrow());
    }

    /** Returns a word of each line that begins with another. */
    private static Stream<String> words(List<String> lines, String first, int place) {
        return lines.stream()
                .map(line -> line.split(" ", -1))
                .filter(words -> words[0].equals(first))
                .map(words -> words[place]);
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
