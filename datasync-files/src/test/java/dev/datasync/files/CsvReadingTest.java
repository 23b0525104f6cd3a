package dev.datasync.files;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.datasync.files.Csv.Found;
import dev.datasync.row.Row;
import dev.datasync.source.ReadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReadingTest {

    @TempDir
    private Path folder;

    private Path file(String content) {
        return Csv.write(folder, "products.csv", content);
    }

    private List<List<String>> rows(String content) throws Exception {
        return Csv.rows(CsvFile.at(file(content)));
    }

    private void assertFails(String content, String code, String where) {
        assertFails(content.getBytes(StandardCharsets.UTF_8), code, where);
    }

    private void assertFails(byte[] content, String code, String where) {
        Path file = Csv.write(folder, "products.csv", content);
        ReadException failure = Csv.failure(file);
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure).hasMessageStartingWith(file + where);
    }

    @Test
    void reads_rows_and_the_lines_on_which_they_begin() throws Exception {
        CsvFile file = CsvFile.at(file("id,name\n1,hat\n2,\"two\nlines\"\n3,shoe\n"));

        assertThat(Csv.found(file))
                .containsExactly(
                        new Found(2, List.of("1", "hat")),
                        new Found(3, List.of("2", "two\nlines")),
                        new Found(5, List.of("3", "shoe")));
    }

    @Test
    void shares_one_schema_among_all_rows() throws Exception {
        Set<Integer> schemas = new HashSet<>();
        List<Row> rows = new ArrayList<>();

        Csv.found(CsvFile.at(file("id\n1\n2\n3\n")), row -> {
            schemas.add(System.identityHashCode(row.schema()));
            rows.add(row);
        });

        assertThat(schemas).hasSize(1);
        // a row takes values of other types afterwards
        assertThat(rows.get(0).with("id", 1L).value("id")).isEqualTo(1L);
    }

    @Test
    void tells_null_from_the_empty_text() throws Exception {
        assertThat(rows("a,b,c\n,\"\",x\n\"\",,\n")).containsExactly(asList(null, "", "x"), asList("", null, null));
    }

    @Test
    void reads_quotes_delimiters_and_line_breaks_inside_quotes() throws Exception {
        assertThat(rows("a,b\n\"say \"\"hi\"\"\",\"x,y\"\n\"\"\"\",\"1\r\n2\r3\n4\"\n"))
                .containsExactly(List.of("say \"hi\"", "x,y"), List.of("\"", "1\r\n2\r3\n4"));
    }

    @Test
    void keeps_blanks_and_foreign_scripts() throws Exception {
        assertThat(rows("a,b\n x , y\n\u0416\u4e2d\ud83d\ude00,\u00e4\u0308\n"))
                .containsExactly(List.of(" x ", " y"), List.of("\u0416\u4e2d\ud83d\ude00", "\u00e4\u0308"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void reads_any_line_break_and_needs_none_at_the_end(String lineBreak) throws Exception {
        String content = String.join(lineBreak, "id,name", "1,\"a" + lineBreak + "b\"", "2,y");

        for (String end : List.of("", lineBreak, lineBreak + lineBreak + lineBreak)) {
            assertThat(Csv.found(CsvFile.at(file(content + end))))
                    .containsExactly(
                            new Found(2, List.of("1", "a" + lineBreak + "b")), new Found(4, List.of("2", "y")));
        }
    }

    @Test
    void strips_a_byte_order_mark() throws Exception {
        CsvFile file = CsvFile.at(file("\ufeffid,name\n1,hat\n"));

        assertThat(file.schema().orElseThrow().names()).containsExactly("id", "name");
        assertThat(Csv.rows(file)).containsExactly(List.of("1", "hat"));
    }

    @Test
    void reads_other_delimiters_and_quotes() throws Exception {
        assertThat(Csv.rows(CsvFile.at(file("a;b\n'x;y';\"z\n")).delimiter(';').quote('\'')))
                .containsExactly(List.of("x;y", "\"z"));
        assertThat(Csv.rows(CsvFile.at(file("a\tb\nx, y\t\n")).delimiter('\t'))).containsExactly(asList("x, y", null));
    }

    @Test
    void reads_one_column_in_which_an_empty_line_is_null() throws Exception {
        assertThat(Csv.found(CsvFile.at(file("id\n1\n\n3\n"))))
                .containsExactly(
                        new Found(2, asList("1")), new Found(3, asList((String) null)), new Found(4, asList("3")));
    }

    @Test
    void reads_a_header_without_rows_as_complete() throws Exception {
        assertThat(rows("id,name\n")).isEmpty();
        assertThat(rows("id,name")).isEmpty();
    }

    @Test
    void reads_a_file_of_many_pieces() throws Exception {
        StringBuilder content = new StringBuilder("id,name\r\n");
        List<List<String>> expected = new ArrayList<>();
        for (int i = 0; i < 40_000; i++) {
            String name = "\ud83d\ude00".repeat(i % 5) + "\u00e4".repeat(i % 3) + (i % 7 == 0 ? "\r\n\"" : "");
            content.append(i).append(",\"").append(name.replace("\"", "\"\"")).append("\"\r\n");
            expected.add(List.of(String.valueOf(i), name));
        }

        assertThat(rows(content.toString())).isEqualTo(expected);
    }

    @Test
    void refuses_rows_of_another_width_than_the_header() {
        assertFails(
                "id,name,price\n1,hat,5\n2,coat\n", "E-CSV-WIDTH", " line 3: the row has 2 fields, the header has 3");
        assertFails("id,name\n1,hat,5\n", "E-CSV-WIDTH", " line 2: the row has 3 fields, the header has 2");
        assertFails("id,name\n1,\"a\nb\"\n2\n", "E-CSV-WIDTH", " line 4: the row has 1 field, the header has 2");
        assertFails("id\n1,2\n", "E-CSV-WIDTH", " line 2");
    }

    @Test
    void names_the_first_missing_column_and_no_value() {
        ReadException failure = Csv.failure(file("id,name,price\n1,secret\n"));

        assertThat(failure).hasMessageContaining("'price'").hasMessageNotContaining("secret");
    }

    @Test
    void refuses_an_empty_line_between_rows() {
        assertFails("id,name\n1,hat\n\n\n2,coat\n", "E-CSV-WIDTH", " line 3: the line is empty");
        assertFails("id,name\n\n1,hat\n", "E-CSV-WIDTH", " line 2: the line is empty");
    }

    @Test
    void refuses_two_columns_of_one_name() {
        assertFails("id,name,id\n", "E-CSV-DUP-HEADER", " line 1: columns 1 and 3 have the same name 'id'");
        assertFails("id,name,ID\n", "E-CSV-DUP-HEADER", " line 1: columns 1 and 3 have the same name 'ID'");
    }

    @Test
    void refuses_columns_without_a_name() {
        assertFails("id,,name\n", "E-CSV-HEADER-EMPTY", " line 1: column 2 of 3");
        assertFails("id,\"  \"\n", "E-CSV-HEADER-EMPTY", " line 1: column 2 of 2");
        assertFails("\nid,name\n", "E-CSV-HEADER-EMPTY", " line 1: column 1 of 1");
    }

    @Test
    void tells_the_line_with_which_spreadsheet_programs_name_their_delimiter_from_a_header() throws Exception {
        assertFails("sep=,\nid,name\n", "E-CSV-DELIM", " line 1: the line 'sep=,' is a hint");
        assertFails("sep=;\nid;name\n", "E-CSV-DELIM", " line 1: the line 'sep=;' is a hint");
        assertFails("\ufeffSEP=\t\nid\tname\n", "E-CSV-DELIM", " line 1: the line 'sep=\\t' is a hint");
        Path semicolons = file("sep=;\nid;name\n1;hat\n");
        assertThat(Csv.failure(semicolons)).hasMessageContaining("say .delimiter(';').skipLines(1)");
        assertThat(Csv.rows(CsvFile.at(semicolons).delimiter(';').skipLines(1))).hasSize(1);
    }

    @Test
    void refuses_a_quote_that_is_never_closed_and_says_where_it_opens() {
        assertFails(
                "id,name\n1,hat\n2,\"coat\n3,shoe\n4,sock\n",
                "E-CSV-QUOTE",
                " line 3, column 2 (name): the quoted field");
        assertFails("id,\"name\n", "E-CSV-QUOTE", " line 1, column 2: the quoted field");
        assertFails("\"", "E-CSV-QUOTE", " line 1, column 1");
    }

    @Test
    void does_not_read_a_quoted_field_without_end_into_memory() {
        byte[] content = ("id,name\n1,hat\n2,\"" + "text\n".repeat(4 << 20)).getBytes(StandardCharsets.UTF_8);

        assertFails(content, "E-CSV-QUOTE", " line 3, column 2 (name): the quoted field that begins here does not end");
    }

    @Test
    void does_not_read_a_line_without_end_into_memory() {
        assertFails("id\n" + "x".repeat(17 << 20), "E-CSV-TOO-LONG", " line 2: the record");
    }

    @Test
    void refuses_more_columns_than_anybody_has() throws Exception {
        assertFails("id,name\n" + ",".repeat(17 << 20), "E-CSV-TOO-WIDE", " line 2, column 16385: the record");
        assertThat(CsvFile.at(file("x" + ",\"x\"".repeat(16_383) + "\n")))
                .satisfies(wide ->
                        assertThatThrownBy(wide::schema).hasMessageContaining("columns 1 and 2 have the same name"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "1,\"hat\"x! 2 (name): something",
                "1,\"hat\" ! 2 (name): something",
                "1,\"say \\\"hi\\\"\"! 2 (name): something",
                "1,ha\"t! 2 (name): there is a quote",
                "1, \"hat\"! 2 (name): there is a quote",
                "1\",hat! 1 (id): there is a quote",
            })
    void refuses_quotes_in_the_wrong_place(String row, String where) {
        assertFails("id,name\n0,x\n" + row + "\n2,y\n", "E-CSV-QUOTE", " line 3, column" + " " + where.strip());
        assertFails("id,name\r\n0,x\r\n" + row, "E-CSV-QUOTE", " line 3, column" + " " + where.strip());
    }

    @Test
    void reports_the_first_mistake_of_several() {
        assertFails("id,name\n1,hat,5\n2,ha\"t\n", "E-CSV-WIDTH", " line 2");
        assertFails("id,name\n1,ha\"t\n2,hat,5\n", "E-CSV-QUOTE", " line 2");
    }

    @Test
    void delivers_the_rows_before_a_mistake() {
        List<Row> rows = new ArrayList<>();

        assertThatThrownBy(() -> Csv.found(CsvFile.at(file("id\n1\n2\n3\"\n")), rows::add))
                .isInstanceOf(ReadException.class);

        assertThat(rows).hasSize(2);
    }

    @Test
    void refuses_what_is_not_utf_8_and_says_where() {
        byte[] latin = "id,name\r\n1,hat\r\n2,\u00e4rmel\r\n".getBytes(StandardCharsets.ISO_8859_1);
        assertFails(latin, "E-CSV-ENCODING", " line 3: byte 18 of the file");

        byte[] surrogate = {'i', 'd', '\n', (byte) 0xed, (byte) 0xa0, (byte) 0x80};
        assertFails(surrogate, "E-CSV-ENCODING", " line 2: byte 3 of the file");

        byte[] cut = {'i', 'd', '\n', '1', '\n', (byte) 0xe4, (byte) 0xb8};
        assertFails(cut, "E-CSV-ENCODING", " line 3: byte 5 of the file");

        byte[] cutByQuote = {'i', 'd', '\n', '"', (byte) 0xe4, (byte) 0xb8, '"', 'x'};
        assertFails(cutByQuote, "E-CSV-ENCODING", " line 2: byte 4 of the file");
    }

    @Test
    void counts_bytes_and_lines_over_many_pieces() {
        byte[] content = ("id\r\n" + "\u00e4\u00e4\r\n".repeat(50_000) + "x").getBytes(StandardCharsets.UTF_8);
        content[content.length - 1] = (byte) 0xff;

        assertFails(content, "E-CSV-ENCODING", " line 50002: byte 300004 of the file");
    }

    @Test
    void reads_utf_16_with_its_mark_and_refuses_it_without() throws Exception {
        for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            Path file = Csv.write(folder, "products.csv", "\ufeffid,name\n1,h\u00e4t\n".getBytes(charset));
            assertThat(Csv.rows(CsvFile.at(file))).containsExactly(List.of("1", "h\u00e4t"));
        }
        assertFails("id,name\n".getBytes(StandardCharsets.UTF_16LE), "E-CSV-NUL", " line 1, column 1");
    }

    @Test
    void refuses_nul_characters() {
        assertFails("id,name\n1,ha\0t\n", "E-CSV-NUL", " line 2, column 2 (name)");
        assertFails("id,name\n1,\"a\n\0t\"\n", "E-CSV-NUL", " line 3, column 2 (name)");
        assertFails("id,name\n1,\"a\"\0\n", "E-CSV-NUL", " line 2, column 2 (name)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE html><html><body>Log in</body></html>",
                "\n  <html>\n",
                "\ufeff<!doctype HTML>",
                "PK\u0003\u0004rest"
            })
    void refuses_what_is_no_csv_at_all(String content) {
        assertFails(content, "E-CSV-NOT-CSV", " line 1: the file is no CSV file");
    }

    @Test
    void refuses_compressed_files() {
        assertFails(new byte[] {0x1f, (byte) 0x8b, 8, 0}, "E-CSV-NOT-CSV", " line 1: the file is no CSV file");
    }

    @Test
    void refuses_a_file_of_no_bytes() {
        assertFails("", "E-CSV-EMPTY", ": the file is empty");
        assertFails("\ufeff", "E-CSV-EMPTY", ": the file is empty");
    }

    @Test
    void refuses_a_header_with_other_delimiters() {
        assertFails(
                "id;name;price\n1;hat;5\n",
                "E-CSV-DELIM",
                " line 1: the header is one column and contains ';' 2 times");
        assertFails("id\tname\n1\that\n", "E-CSV-DELIM", " line 1: the header is one column and contains '\\t' once");
        assertThat(Csv.failure(CsvFile.at(file("id,name\n")).delimiter('|')).code())
                .isEqualTo("E-CSV-DELIM");
    }

    @Test
    void takes_a_single_column_with_such_a_name_when_it_is_quoted() throws Exception {
        assertThat(rows("\"price; net\"\n1\n")).containsExactly(List.of("1"));
    }

    @Test
    void says_what_a_missing_file_is_and_where_it_was_looked_for() {
        assertThat(Csv.failure(folder.resolve("missing.csv")).code()).isEqualTo("E-FILE-MISSING");
        assertThat(Csv.failure(Path.of("missing.csv")))
                .hasMessageContaining(Path.of("").toAbsolutePath().toString());
    }

    @Test
    void refuses_what_is_no_file() {
        assertThat(Csv.failure(folder).code()).isEqualTo("E-FILE-UNREADABLE");
        assertThatThrownBy(() -> CsvFile.at(folder).schema()).hasMessageContaining("is a folder");
    }

    @Test
    void refuses_a_device() {
        Path device = Path.of("/dev/null");
        assumeThat(Files.exists(device)).as("there is /dev/null").isTrue();

        assertThat(Csv.failure(device)).hasMessageContaining("a device or a pipe");
    }

    @Test
    void refuses_a_file_that_this_process_may_not_read() throws Exception {
        Path file = file("id\n");
        Files.setPosixFilePermissions(file, Set.of());
        assumeThat(Files.isReadable(file))
                .as("permissions bind this user (root they do not)")
                .isFalse();

        assertThat(Csv.failure(file).code()).isEqualTo("E-FILE-UNREADABLE");
    }

    @Test
    void notices_that_the_file_grew_while_it_was_read() {
        Path file = file("id\n1\n2\n");

        assertThatThrownBy(() -> Csv.found(CsvFile.at(file), row -> append(file, "3\n")))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-FILE-CHANGED"));
    }

    @Test
    void notices_that_the_file_was_replaced_while_it_was_read() {
        Path file = file("id\n1\n2\n");

        assertThatThrownBy(() -> Csv.found(CsvFile.at(file), row -> replace(file)))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-FILE-CHANGED"));
    }

    @Test
    void blames_a_writer_rather_than_the_rows_it_has_not_finished() {
        Path file = file("id,name\n1,hat\n2\n");

        assertThatThrownBy(() -> Csv.found(CsvFile.at(file), row -> append(file, "2,coat\n")))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-FILE-CHANGED"));
    }

    @Test
    void lets_the_end_of_the_run_pass() {
        assertThatThrownBy(() -> Csv.found(CsvFile.at(file("id\n1\n")), row -> {
                    throw new CancellationException();
                }))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void shows_no_control_characters_of_the_file_in_messages() {
        ReadException failure = Csv.failure(file("id,\"a\nFATAL forged\"\n1\n"));

        assertThat(failure.getMessage()).contains("a?FATAL forged").doesNotContain("\n");
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void replace(Path file) {
        try {
            Path other = Files.writeString(folder.resolve("other.csv"), "id\n1\n2\n");
            Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void refuses_a_comment_between_two_halves_of_a_line_break() throws Exception {
        for (String text : List.of("id,name\r# c\n\n1,a\n", "id,name\n\r\r# c\r\n\n1,a", "id,name\n2,b\r#\n#\n\n1,a")) {
            ReadException failure =
                    Csv.failure(CsvFile.at(Csv.write(folder, "mixed.csv", text)).comment('#'));
            assertThat(failure).as(text).isNotNull();
            assertThat(failure.code()).isIn("E-CSV-LINE-BREAK", "E-CSV-WIDTH");
        }
        Path file = Csv.write(folder, "some.csv", "id,name\r# c\r1,a\r#\r\n2,b\r\n# d\r\n3,c\n#\n4,d\n");
        assertThat(Csv.rows(CsvFile.at(file).comment('#'))).hasSize(4);
    }
}
