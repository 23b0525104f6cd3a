package dev.datasync.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The documents are true: their Java is compiled, in a region of this module from {@code // readme: name} to
 * {@code // end}; their output of the tour is what the tour prints; the tests and files that they name are there.
 */
class ReadmeTest {

    private static final Pattern REGION = Pattern.compile("// readme: (\\S+)\\R(.*?)// end\\R", Pattern.DOTALL);
    private static final Pattern BLOCK = Pattern.compile("^```(\\w+)\\R(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)");
    private static final Pattern TEST_NAME = Pattern.compile("`(\\w+Test)`");

    @TempDir
    private Path folder;

    private static Path module() {
        return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    }

    private static Path root() {
        return module().getParent();
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> inRoot = Files.list(root());
                Stream<Path> inDocs = Files.walk(root().resolve("docs"))) {
            return Stream.concat(inRoot, inDocs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> blocks(Path document, String language) throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(document));
        List<String> found = new ArrayList<>();
        while (block.find()) {
            if (block.group(1).equals(language)) {
                found.add(normalized(block.group(2)));
            }
        }
        return found;
    }

    /** Returns the marked regions of this module's sources by name. */
    private static Map<String, String> regions() throws IOException {
        Map<String, String> regions = new LinkedHashMap<>();
        for (Path source : javaFiles(module().resolve("src"))) {
            Matcher region = REGION.matcher(Files.readString(source));
            while (region.find()) {
                assertThat(regions.put(region.group(1), normalized(region.group(2))))
                        .as("another region called '%s', in %s", region.group(1), source)
                        .isNull();
            }
        }
        return regions;
    }

    private static List<Path> javaFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(path -> path.toString().endsWith(".java")).toList();
        }
    }

    /** Takes away what is a matter of indentation only. */
    private static String normalized(String code) {
        return code.lines()
                .map(line -> line.strip().replaceAll("\\s+", " "))
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void all_java_in_the_documents_is_compiled() throws IOException {
        Map<String, String> regions = regions();
        for (Path document : documents()) {
            for (String block : blocks(document, "java")) {
                assertThat(regions.values())
                        .as("the regions, which must contain this Java of %s", document)
                        .contains(block);
            }
        }
    }

    @Test
    void every_marked_region_is_quoted() throws IOException {
        List<String> quoted = new ArrayList<>();
        for (Path document : documents()) {
            quoted.addAll(blocks(document, "java"));
        }
        regions()
                .forEach((name, code) -> assertThat(quoted)
                        .as("the Java of the documents, which must contain region '%s'", name)
                        .contains(code));
    }

    @Test
    void the_output_in_the_readme_is_what_the_tour_prints() throws Exception {
        List<String> printed = lines(TourTest.output(folder.resolve("products.csv")));
        List<String> shown = new ArrayList<>();
        for (String block : blocks(root().resolve("README.md"), "text")) {
            shown.addAll(lines(block));
        }

        assertThat(shown).hasSizeGreaterThan(10);
        assertThat(printed).containsSubsequence(shown);
    }

    /** Returns the lines as they are compared: without times, which differ, and without those that say "left out". */
    private static List<String> lines(String text) {
        return Arrays.stream(normalized(text).split("\n"))
                .map(line -> line.replaceAll("\\d+\\.\\d{3} s", "TIME"))
                .filter(line -> !line.equals("..."))
                .toList();
    }

    @Test
    void every_link_to_a_file_leads_somewhere() throws IOException {
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                if (!link.group(1).contains(":")) {
                    assertThat(document.resolveSibling(link.group(1)))
                            .as("what %s links to", document)
                            .exists();
                }
            }
        }
    }

    @Test
    void every_test_that_the_documents_name_is_there() throws IOException {
        Set<String> tests = tests();
        for (Path document : documents()) {
            Matcher name = TEST_NAME.matcher(Files.readString(document));
            while (name.find()) {
                assertThat(tests)
                        .as("the tests, of which %s names one", document)
                        .contains(name.group(1));
            }
        }
    }

    private static Set<String> tests() throws IOException {
        try (Stream<Path> modules = Files.list(root())) {
            List<Path> sources = modules.map(path -> path.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList();
            List<Path> files = new ArrayList<>();
            for (Path source : sources) {
                files.addAll(javaFiles(source));
            }
            return files.stream()
                    .map(path -> path.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "docs/files.md, datasync-files, CSV|XLS|JSON|FILE, 40",
        "docs/http.md, datasync-http, HTTP, 10",
    })
    void every_error_of_these_connectors_is_documented(String document, String module, String kinds, int atLeast)
            throws IOException {
        String errors = Files.readString(root().resolve(document));
        Pattern code = Pattern.compile("\"(E-(?:" + kinds + ")-[A-Z-]+)\"");
        Set<String> codes = new TreeSet<>();
        for (Path source : javaFiles(root().resolve(module).resolve("src/main"))) {
            Matcher found = code.matcher(Files.readString(source));
            while (found.find()) {
                codes.add(found.group(1));
            }
        }

        assertThat(codes).hasSizeGreaterThan(atLeast);
        for (String each : codes) {
            assertThat(errors).contains("| `" + each + "` |");
        }
    }
}
