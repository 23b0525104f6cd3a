package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.row.Row;
import dev.datasync.source.ReadException;
import dev.datasync.source.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A file cut off or changed at each of its bytes: rows or a {@link ReadException}, and nothing else. */
class CsvDamageTest {

    private static final List<String> CONTENTS = List.of(
            "\ufeffid,name,note\r\n1,hat,\"x, \"\"y\"\"\"\r\n2,\u00e4\u4e2d\ud83d\ude00,\"two\r\nlines\"\r\n3,,\"\"\r\n",
            "id\n1\n\n\"a\"\n",
            "id,name\r1,\"\n\"\r\r");

    private static final List<String> CODES = List.of(
            "E-CSV-WIDTH",
            "E-CSV-DUP-HEADER",
            "E-CSV-HEADER-EMPTY",
            "E-CSV-QUOTE",
            "E-CSV-ENCODING",
            "E-CSV-NUL",
            "E-CSV-NOT-CSV",
            "E-CSV-EMPTY",
            "E-CSV-DELIM");

    @TempDir
    private Path folder;

    @Test
    void a_file_cut_off_at_any_byte_gives_its_first_rows_or_a_typed_error() throws Exception {
        for (String content : CONTENTS) {
            byte[] whole = content.getBytes(StandardCharsets.UTF_8);
            int most = read(whole).size();
            for (int length = 0; length < whole.length; length++) {
                List<Csv.Found> rows = read(Arrays.copyOf(whole, length));
                assertThat(rows.size()).as("%s cut at %d", content, length).isLessThanOrEqualTo(most);
            }
        }
    }

    @Test
    void a_file_with_any_byte_changed_gives_rows_or_a_typed_error() throws Exception {
        for (String content : CONTENTS) {
            byte[] whole = content.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < whole.length; i++) {
                for (byte other :
                        new byte[] {0, '\n', '\r', '"', ',', ';', 'x', ' ', (byte) 0x80, (byte) 0xc3, (byte) 0xff}) {
                    byte[] damaged = whole.clone();
                    damaged[i] = other;
                    read(damaged);
                }
                for (int bit = 0; bit < 8; bit++) {
                    byte[] damaged = whole.clone();
                    damaged[i] ^= (byte) (1 << bit);
                    read(damaged);
                }
            }
        }
    }

    /** The files that the tests of this package have, and how they are read. */
    static Stream<Arguments> samples() throws Exception {
        Path folder = CsvErrorsTest.Samples.path(".");
        try (Stream<Path> files = Files.list(folder)) {
            return files
                    .filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .map(name -> Arguments.of(name, words(name)))
                    .toList()
                    .stream();
        }
    }

    private static UnaryOperator<CsvFile> words(String name) {
        return switch (name) {
            case "good-semicolon-crlf-bom.csv" -> file -> file.delimiter(';');
            case "good-dialect.csv" ->
                file -> file.delimiter('|')
                        .escape('\\')
                        .comment('#')
                        .skipLines(1)
                        .nullToken("\\N");
            case "e-csv-escape.csv" -> file -> file.escape('\\');
            default -> file -> file;
        };
    }

    /** Cut off or with a byte changed, every sample gives rows or a typed error, and within the time. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void any_damage_to_any_sample_gives_rows_or_a_typed_error(String name, UnaryOperator<CsvFile> words)
            throws Exception {
        byte[] whole = Files.readAllBytes(CsvErrorsTest.Samples.path(name));
        long begin = System.nanoTime();
        for (byte[] damaged : damaged(whole)) {
            CsvFile file = words.apply(CsvFile.at(Csv.write(folder, name, damaged)));
            Optional<List<List<String>>> rows = rows(file);
            if (rows.isPresent() && !name.endsWith(".gz")) {
                assertThat(raw(damaged, file.options()))
                        .as("the records that a rewrite sees of %s", new String(damaged, StandardCharsets.ISO_8859_1))
                        .isEqualTo(rows.get());
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
    }

    /** The format cannot tell a file that was cut off at the end of a record, or inside the last field, from a whole. */
    @Test
    void a_cut_shows_unless_it_is_at_the_end_of_a_record_or_in_the_last_field() throws Exception {
        byte[] whole = Files.readAllBytes(CsvErrorsTest.Samples.path("good-plain.csv"));
        String text = new String(whole, StandardCharsets.ISO_8859_1);
        List<Integer> unseen = new ArrayList<>();
        for (int length = 0; length < whole.length; length++) {
            if (rows(CsvFile.at(Csv.write(folder, "cut.csv", Arrays.copyOf(whole, length))))
                    .isPresent()) {
                unseen.add(length);
            }
        }
        int header = text.indexOf('\n') + 1;
        int second = text.indexOf("2,");
        int third = text.indexOf("3,");
        assertThat(unseen)
                .as("the header from its first letter on, then whole records, with and without their line break, and"
                        + " records whose last field has not begun or ends at a quote")
                .containsOnlyOnceElementsOf(List.of(header - 1, header, second - 1, second, third - 1, third))
                .allMatch(length -> length <= header
                        || length == second - 1
                        || length == second
                        || length == third - 1
                        || length == third
                        || text.substring(0, length).matches("(?s).*\\n\\d,[^\"\\n]*,(\"([^\"]|\"\")*\")?"));
    }

    @Test
    void with_a_trailer_or_a_number_of_rows_there_are_never_fewer() throws Exception {
        byte[] whole = Files.readAllBytes(CsvErrorsTest.Samples.path("good-trailer.csv"));
        for (int length = 0; length < whole.length - 1; length++) {
            Path cut = Csv.write(folder, "cut.csv", Arrays.copyOf(whole, length));
            assertThat(rows(CsvFile.at(cut).trailer("TRAILER", 2)))
                    .as("cut at %d", length)
                    .isEmpty();
        }
        String plain = "id,name\n1,hat\n2,coat\n";
        for (int length = 0; length < plain.length(); length++) {
            Path cut = Csv.write(folder, "cut.csv", plain.substring(0, length));
            Optional<List<List<String>>> rows = rows(CsvFile.at(cut).expectRows(2));
            rows.ifPresent(those -> assertThat(those).hasSize(2));
            assertThat(rows(CsvFile.at(cut).expectRows(2).requireFinalLineBreak()))
                    .isEmpty();
        }
        for (byte[] damaged : damaged(whole)) {
            rows(CsvFile.at(Csv.write(folder, "damaged.csv", damaged))
                            .trailer("TRAILER", 2)
                            .expectRows(2))
                    .ifPresent(rows -> assertThat(rows).hasSize(2));
        }
    }

    @Test
    void damage_to_a_compressed_file_is_never_taken_for_other_rows() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write("id,name\n1,hat\n2,coat\n3,shoe\n".getBytes(StandardCharsets.UTF_8));
        }
        List<List<String>> expected = rows(CsvFile.at(Csv.write(folder, "whole.csv.gz", bytes.toByteArray())))
                .orElseThrow();
        for (byte[] damaged : damaged(bytes.toByteArray())) {
            rows(CsvFile.at(Csv.write(folder, "damaged.csv.gz", damaged)))
                    .ifPresent(rows -> assertThat(rows).isEqualTo(expected));
        }
    }

    private static List<byte[]> damaged(byte[] whole) {
        List<byte[]> damaged = new ArrayList<>();
        for (int i = 0; i < whole.length; i++) {
            damaged.add(Arrays.copyOf(whole, i));
            for (byte other : new byte[] {'\n', '"', (byte) 0xe4, (byte) (whole[i] ^ 1)}) {
                byte[] changed = whole.clone();
                changed[i] = other;
                damaged.add(changed);
            }
        }
        return damaged;
    }

    /** Returns the rows, or nothing after a typed error. */
    private static Optional<List<List<String>>> rows(Source<Row> source) throws Exception {
        try {
            return Optional.of(Csv.rows(source));
        } catch (ReadException e) {
            assertThat(e.code()).matches("E-(CSV|FILE)-[A-Z-]+").isNotEqualTo("E-CSV-PARSER");
            return Optional.empty();
        }
    }

    private static List<List<String>> raw(byte[] content, CsvOptions options) throws IOException {
        List<List<String>> found = new ArrayList<>();
        Charset charset = charset(content);
        InputStream bytes = new ByteArrayInputStream(content);
        InputStream in = charset.equals(StandardCharsets.UTF_8)
                ? bytes
                : new CharsetInput(bytes, charset, new CsvFlaws(Set.of()));
        try (RawRecords records = new RawRecords(in, options)) {
            int width = -1;
            while (records.next()) {
                if (width < 0 && records.isRecord()) {
                    width = records.values().size();
                } else if (records.isRecord() && (width == 1 || records.contentEnd() > records.from())) {
                    found.add(records.values());
                }
            }
        }
        return found;
    }

    private static Charset charset(byte[] content) {
        boolean isWide = content.length > 1 && content[0] == (byte) 0xff && content[1] == (byte) 0xfe;
        boolean isWideTheOtherWay = content.length > 1 && content[0] == (byte) 0xfe && content[1] == (byte) 0xff;
        return isWide
                ? StandardCharsets.UTF_16LE
                : isWideTheOtherWay ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
    }

    /** Reads, and holds the records that a rewrite would see against the rows that the parser sees. */
    private List<Csv.Found> read(byte[] content) throws Exception {
        Path file = Csv.write(folder, "damaged.csv", content);
        List<Csv.Found> rows;
        try {
            rows = Csv.found(CsvFile.at(file));
        } catch (ReadException e) {
            assertThat(e.code()).isIn(CODES);
            assertThat(e).hasMessageStartingWith(file.toString());
            return List.of();
        }
        assertThat(raw(content)).as(new String(content, StandardCharsets.UTF_8)).isEqualTo(rows);
        return rows;
    }

    private static List<Csv.Found> raw(byte[] content) throws IOException {
        List<Csv.Found> found = new ArrayList<>();
        try (RawRecords records = new RawRecords(new ByteArrayInputStream(content), CsvOptions.DEFAULT)) {
            assertThat(records.next()).isTrue();
            int width = records.values().size();
            while (records.next()) {
                if (width == 1 || records.contentEnd() > records.from()) {
                    found.add(new Csv.Found(records.line(), records.values()));
                }
            }
        }
        return found;
    }
}
