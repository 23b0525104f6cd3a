package dev.datasync.benchmarks;

import dev.datasync.benchmarks.parts.Comparing;
import dev.datasync.benchmarks.parts.Converting;
import dev.datasync.benchmarks.parts.CsvReading;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.openjdk.jmh.generators.core.BenchmarkGenerator;
import org.openjdk.jmh.generators.core.FileSystemDestination;
import org.openjdk.jmh.generators.reflection.RFGeneratorSource;

/**
 * The parts, measured by JMH in a process of its own. What JMH wants to be generated is generated and compiled now, so that
 * the compiler of the build sees no code but ours.
 */
final class Parts {

    private final Size size;
    private final PrintStream out;

    Parts(Size size, PrintStream out) {
        this.size = size;
        this.out = out;
    }

    /** Returns a table as Markdown. */
    String run() throws IOException, InterruptedException {
        out.println("parts: by JMH");
        Path folder = Files.createTempDirectory("datasync-benchmark-parts");
        try {
            generate(folder);
            Path results = folder.resolve("results.csv");
            measure(folder, results);
            return table(results);
        } finally {
            Runner.delete(folder);
        }
    }

    private static void generate(Path folder) throws IOException {
        RFGeneratorSource source = new RFGeneratorSource();
        source.processClasses(CsvReading.class, Converting.class, Comparing.class);
        FileSystemDestination destination = new FileSystemDestination(folder.toFile(), folder.toFile());
        BenchmarkGenerator generator = new BenchmarkGenerator();
        generator.generate(source, destination);
        generator.complete(source, destination);
        if (destination.hasErrors()) {
            throw new IOException("JMH generates nothing: " + destination.getErrors());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IOException("the parts want a JDK: this Java has no compiler");
        }
        List<String> arguments = new ArrayList<>(List.of(
                "-proc:none", "-nowarn", "-d", folder.toString(), "-cp", System.getProperty("java.class.path")));
        try (Stream<Path> files = Files.walk(folder)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        if (compiler.run(null, null, null, arguments.toArray(String[]::new)) != 0) {
            throw new IOException("what JMH generates does not compile");
        }
    }

    private void measure(Path folder, Path results) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Runner.java(),
                "-cp",
                folder + File.pathSeparator + System.getProperty("java.class.path"),
                "org.openjdk.jmh.Main",
                "-foe",
                "true",
                "-rf",
                "csv",
                "-rff",
                results.toString()));
        command.addAll(
                size == Size.FULL
                        ? List.of("-f", "2", "-wi", "3", "-w", "1s", "-i", "5", "-r", "1s", "-jvmArgs", "-Xmx512m")
                        : List.of("-f", "0", "-wi", "0", "-i", "1", "-r", "1ms"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        StringBuilder output = new StringBuilder();
        process.inputReader(StandardCharsets.UTF_8).lines().forEach(line -> {
            output.append(line).append('\n');
            if (line.startsWith("# Benchmark: ") || line.startsWith("# Parameters: ") || line.startsWith("Iteration")) {
                out.println("  " + line);
            }
        });
        if (process.waitFor() != 0) {
            throw new IOException("JMH failed:\n" + output);
        }
    }

    private String table(Path results) throws IOException {
        List<String> rows = new ArrayList<>(List.of("| part | of | time | error |", "| --- | --- | ---: | ---: |"));
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (Reader in = Files.newBufferedReader(results);
                CSVParser parser =
                        CSVParser.builder().setReader(in).setFormat(format).get()) {
            for (CSVRecord result : parser) {
                String name = result.get("Benchmark");
                String of = parser.getHeaderNames().stream()
                        .filter(column -> column.startsWith("Param: "))
                        .map(result::get)
                        .filter(value -> !value.isEmpty())
                        .collect(Collectors.joining(", "));
                String row = String.format(
                        Locale.ROOT,
                        "| %s | %s | %,.1f %s | %,.1f |",
                        name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                        of,
                        Double.parseDouble(result.get("Score")),
                        result.get("Unit").replace("us", "µs"),
                        Double.parseDouble(result.get("Score Error (99.9%)")));
                out.println(row);
                rows.add(row);
            }
        }
        return String.join("\n", rows) + "\n";
    }
}
