package dev.datasync.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Measures DataSync and its rivals, how its time grows, and its parts; prints tables and writes them as Markdown: into the
 * folder of the build, and on demand into the document that shows them.
 */
final class Benchmarks {

    /** What may be chosen besides jobs: all of them, which is what is done unless something is said, and two more. */
    static final String JOBS = "jobs";

    static final String SCALE = "scale";
    static final String PARTS = "parts";

    private final Size size;
    private final Postgres postgres;
    private final PrintStream out;
    private @Nullable String plot;

    Benchmarks(Size size, Postgres postgres, PrintStream out) {
        this.size = size;
        this.postgres = postgres;
        this.out = out;
    }

    /**
     * Runs what is chosen.
     *
     * @param arguments the size, the folder for the Markdown, and what is chosen: names of jobs, {@code jobs} for all of
     *     them, {@code scale}, {@code parts}, each an argument or several with commas between. The system property
     *     {@code benchmarks.document} names a document into which the tables are written too.
     */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Size size = Size.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        Set<String> chosen = chosen(List.of(arguments).subList(2, arguments.length));
        String document = System.getProperty("benchmarks.document", "");
        if (size == Size.SMALL && !document.isEmpty()) {
            throw new IllegalArgumentException("what is measured in a small size belongs into no document");
        }
        try (Postgres postgres = new Postgres()) {
            Benchmarks benchmarks = new Benchmarks(size, postgres, out);
            Map<String, String> texts = benchmarks.run(chosen);
            String all = String.join("\n", texts.values());
            out.println("\n" + all);
            Path file = Path.of(arguments[1]).resolve("benchmarks.md");
            Files.writeString(file, all);
            benchmarks.draw(file);
            if (!document.isEmpty()) {
                benchmarks.write(Path.of(document), texts, chosen);
            }
        }
    }

    /** Returns the words, {@code jobs} in place of all jobs. */
    static Set<String> chosen(List<String> arguments) {
        Set<String> chosen = new LinkedHashSet<>();
        for (String argument : arguments) {
            for (String word : argument.split("[,\\s]+", -1)) {
                if (!List.of(JOBS, SCALE, PARTS, "").contains(word)) {
                    Jobs.named(word);
                }
                chosen.add(word);
            }
        }
        chosen.remove("");
        return chosen.isEmpty() ? Set.of(JOBS) : chosen;
    }

    /** Runs what is chosen. Returns Markdown for the jobs, the scale and the parts, as far as they are chosen. */
    Map<String, String> run(Set<String> chosen) throws Exception {
        Map<String, String> texts = new LinkedHashMap<>();
        Runner runner = new Runner(size, postgres, out);
        List<Job> jobs = Jobs.ALL.stream()
                .filter(job -> chosen.contains(JOBS) || chosen.contains(job.name()))
                .toList();
        if (!jobs.isEmpty()) {
            texts.put(JOBS, table(jobs, runner));
        }
        if (chosen.contains(SCALE)) {
            Scale.Result scale = new Scale(size, runner, out).run();
            plot = scale.plot();
            texts.put(SCALE, scale.markdown());
        }
        if (chosen.contains(PARTS)) {
            texts.put(PARTS, new Parts(size, out).run());
        }
        String machine = Machine.described(postgres)
                + (size == Size.SMALL ? " With 500 rows instead of more: the times say nothing." : "");
        texts.replaceAll((part, text) -> machine + "\n\n" + text);
        return texts;
    }

    /** Writes the texts and the plot into a document and beside it. */
    private void write(Path document, Map<String, String> texts, Set<String> chosen) throws IOException {
        String text = Files.readString(document);
        for (Map.Entry<String, String> part : texts.entrySet()) {
            if (part.getKey().equals(JOBS) && !chosen.contains(JOBS)) {
                out.println("The table of the jobs is not written into " + document + ": not all of them ran.");
            } else {
                text = Document.replaced(text, part.getKey(), part.getValue());
            }
        }
        Files.writeString(document, text);
        draw(document);
        out.println("Written into " + document.normalize() + ".");
    }

    /** Puts the plot, if there is one, beside a document that shows it. */
    private void draw(Path document) throws IOException {
        if (plot != null) {
            Files.writeString(document.resolveSibling(Scale.PLOT), plot);
        }
    }

    private String table(List<Job> jobs, Runner runner) throws IOException, InterruptedException {
        List<String> rows = new ArrayList<>(List.of(
                "| job | who | heap | median | fastest | cpu | whole process | peak of the heap | ratio | aim |",
                "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"));
        for (Job job : jobs) {
            List<Measured> measured = runner.measure(job);
            for (int i = 0; i < measured.size(); i++) {
                String row = row(job, i, measured.get(i), measured.get(0));
                out.println(row);
                rows.add(row);
            }
        }
        return String.join("\n", rows) + "\n";
    }

    private static String row(Job job, int contestant, Measured one, Measured ours) {
        boolean rival = contestant > 0;
        return String.format(
                Locale.ROOT,
                "| %s | %s | %d MiB | %.3f s | %.3f s | %.3f s | %.3f s | %d MiB | %s | %s |",
                rival ? "" : job.work(),
                job.contestants().get(contestant).name(),
                job.heap(),
                one.median(),
                one.fastest(),
                one.medianOfProcessors(),
                one.medianOfProcesses(),
                one.peak() >> 20,
                rival ? String.format(Locale.ROOT, "%.2f", ours.median() / one.median()) : "",
                rival ? String.format(Locale.ROOT, "at most %.2f", job.aim()) : "");
    }
}
