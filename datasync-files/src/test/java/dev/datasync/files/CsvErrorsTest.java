package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.row.Row;
import dev.datasync.source.ReadException;
import dev.datasync.source.Source;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each code by a file of its own: the code, the place, what to do, and never a value. */
class CsvErrorsTest {

    @TempDir
    private Path folder;

    static Stream<Arguments> files() {
        return Stream.of(
                error("e-csv-empty.csv", "E-CSV-EMPTY", ": the file is empty", "written to the end"),
                error("e-csv-header-empty.csv", "E-CSV-HEADER-EMPTY", " line 1: column 2 of 3", "give it one"),
                error("e-csv-dup-header.csv", "E-CSV-DUP-HEADER", " line 1: columns 1 and 3", "own name"),
                error("e-csv-delim.csv", "E-CSV-DELIM", " line 1: the header is one column", ".delimiter(';')"),
                error("e-csv-width-short.csv", "E-CSV-WIDTH", " line 3: the row has 2 fields", "'price'"),
                error("e-csv-width-long.csv", "E-CSV-WIDTH", " line 3: the row has 3 fields", "in quotes"),
                error("e-csv-width-empty-line.csv", "E-CSV-WIDTH", " line 3: the line is empty", "remove it"),
                error("e-csv-quote-stray.csv", "E-CSV-QUOTE", " line 2, column 2 (name): there is a quote", "double"),
                error("e-csv-quote-behind.csv", "E-CSV-QUOTE", " line 2, column 2 (name): something", "doubled"),
                error(
                        "e-csv-quote-backslash.csv",
                        "E-CSV-QUOTE",
                        " line 2, column 2 (name): something",
                        ".escape('\\\\')"),
                error("e-csv-quote-open.csv", "E-CSV-QUOTE", " line 3, column 2 (name): the quoted", "closing quote"),
                error(
                        "e-csv-escape.csv",
                        "E-CSV-ESCAPE",
                        " line 2, column 2 (name): the file ends",
                        "cut off",
                        file -> file.escape('\\')),
                error("e-csv-nul.csv", "E-CSV-NUL", " line 2, column 2 (name): there is a NUL", ".charset("),
                error("e-csv-encoding-utf-8.csv", "E-CSV-ENCODING", " line 3: byte 19 of the file", ".charset("),
                error("e-csv-encoding-utf-16.csv", "E-CSV-ENCODING", " line 2: byte 8 of the file", "UTF-16LE"),
                error(
                        "e-csv-encoding-mark.csv",
                        "E-CSV-ENCODING",
                        " line 1: the file begins with the byte order mark of UTF-16LE",
                        "leave the word out",
                        file -> file.charset(StandardCharsets.UTF_8)),
                error("e-csv-not-csv-html.csv", "E-CSV-NOT-CSV", " line 1: the file is no CSV", "look at where"),
                error("e-csv-not-csv-zip.csv", "E-CSV-NOT-CSV", " line 1: the file is no CSV", "save it as CSV"),
                error(
                        "e-csv-column.csv",
                        "E-CSV-COLUMN",
                        " line 1: types names a column 'nom'",
                        "[id, name]",
                        file -> file.types(Map.of("nom", TextFormat.text()))),
                error(
                        "e-csv-cut.csv",
                        "E-CSV-CUT",
                        " line 3: the file does not end",
                        "cut off",
                        CsvFile::requireFinalLineBreak),
                trailer("e-csv-trailer-missing.csv", "E-CSV-TRAILER", ": the last record", "cut off"),
                trailer("e-csv-trailer-behind.csv", "E-CSV-TRAILER", " line 4: a record follows", "trailer"),
                trailer(
                        "e-csv-trailer-count.csv",
                        "E-CSV-TRAILER",
                        " line 3, column 2: the trailer",
                        "another trailer"),
                trailer("e-csv-count.csv", "E-CSV-COUNT", " line 3, column 2: the trailer counts 2", "cut off"),
                error(
                        "e-csv-column.csv",
                        "E-CSV-COUNT",
                        ": there are 1 rows, and 2 are expected",
                        "cut off",
                        file -> file.expectRows(2)),
                error("e-file-gzip.csv.gz", "E-FILE-GZIP", ": the compressed file is cut off", "get it again"),
                error(
                        "e-csv-column.csv",
                        "E-FILE-GZIP",
                        ": the file is not compressed by gzip",
                        "look at",
                        CsvFile::gzip),
                error("no-such-file.csv", "E-FILE-MISSING", ": there is no such file", "check the path"),
                error(
                        "e-csv-columns",
                        "E-CSV-COLUMNS",
                        "/b.csv has other columns than",
                        "column 2 is 'nom' and not 'name'",
                        file -> file.matching("*.csv")),
                error(
                        "e-csv-columns",
                        "E-FILE-MISSING",
                        ": no file in it matches '*.txt'",
                        "check the pattern",
                        file -> file.matching("*.txt")));
    }

    private static Arguments error(String file, String code, String place, String advice) {
        return error(file, code, place, advice, source -> source);
    }

    private static Arguments trailer(String file, String code, String place, String advice) {
        return error(file, code, place, advice, source -> source.trailer("TRAILER", 2));
    }

    private static Arguments error(
            String file, String code, String place, String advice, Function<CsvFile, Source<Row>> words) {
        return Arguments.of(file, code, place, advice, words);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @MethodSource("files")
    void says_what_is_wrong_and_where_and_what_to_do(
            String name, String code, String place, String advice, Function<CsvFile, Source<Row>> words)
            throws Exception {
        Path file = Samples.path(name);

        ReadException failure = Csv.failure(words.apply(CsvFile.at(file)));

        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure).hasMessageStartingWith(file + place).hasMessageContaining(advice);
        assertThat(Samples.chain(failure)).doesNotContain("secret");
    }

    @Test
    void every_file_of_an_error_is_read_by_a_test() throws Exception {
        try (Stream<Path> samples = Files.list(Samples.path("."))) {
            assertThat(files().map(error -> error.get()[0]))
                    .containsAll(samples.map(sample -> sample.getFileName().toString())
                            .filter(name -> name.startsWith("e-"))
                            .toList());
        }
    }

    @Test
    void finds_a_mark_that_contradicts_the_named_encoding() {
        Path marked = Csv.write(folder, "marked.csv", "\ufeffid\n1\n");

        assertThat(Csv.failure(CsvFile.at(marked).charset(StandardCharsets.ISO_8859_1))
                        .code())
                .isEqualTo("E-CSV-ENCODING");
    }

    /** The files of this test. */
    static final class Samples {

        private Samples() {}

        static Path path(String name) throws Exception {
            return Path.of(CsvErrorsTest.class.getResource("csv").toURI()).resolve(name);
        }

        static String chain(Throwable failure) {
            StringBuilder text = new StringBuilder();
            for (Throwable next = failure; next != null; next = next.getCause()) {
                text.append(next).append('\n');
            }
            return text.toString();
        }
    }
}
