package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.source.ReadException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReadingTest {

    @TempDir
    private Path folder;

    private JsonFile file(String content) {
        return JsonFile.at(Csv.write(folder, "some.json", content));
    }

    private List<Row> rows(String content) throws Exception {
        return Json.rows(file(content));
    }

    private Path sample(String name) throws IOException {
        try (InputStream in = getClass().getResourceAsStream("json/" + name)) {
            return Csv.write(folder, name, Objects.requireNonNull(in).readAllBytes());
        }
    }

    private static void assertFailure(ReadException failure, Path path, String code, String place, String remedy) {
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure).hasMessageStartingWith(path + place + ": ").hasMessageContaining(remedy);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            assertThat(String.valueOf(cause.getMessage()))
                    .doesNotContain("SECR")
                    .doesNotContain("0123456")
                    .doesNotContain("Source:");
        }
    }

    // ---------------------------------------------------------------- what is refused

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "empty.json                | E-JSON-EMPTY     | ''                                     | the file is empty",
                "blank.json                | E-JSON-EMPTY     | ''                                     | nothing but blanks",
                "html.json                 | E-JSON-NOT-JSON  | ''                                     | an HTML page",
                "xml.json                  | E-JSON-NOT-JSON  | ''                                     | XML",
                "csv.json                  | E-JSON-NOT-JSON  | ''                                     | looks like CSV",
                "trailing.json             | E-JSON-TRAILING  | ' line 2, column 1'                    | .lines()",
                "trailing-bracket.json     | E-JSON-TRAILING  | ' line 1, column 27'                   | behind the end",
                "trailing-garbage.json     | E-JSON-TRAILING  | ' line 1, column 12'                   | behind the end",
                "duplicate-key.json        | E-JSON-DUP-KEY   | ' record 2 (line 2, column 32)'        | 'id' is there twice",
                "duplicate-nested-key.json | E-JSON-DUP-KEY   | ' record 1 (line 1, column 37)'        | 'city' is there twice",
                "truncated.json            | E-JSON-TRUNCATED | ' record 2 (line 2, column 11)'        | cut off",
                "truncated-text.json       | E-JSON-TRUNCATED | ' record 1 (line 1, column 22)'        | cut off",
                "truncated-word.json       | E-JSON-TRUNCATED | ' record 1 (line 1, column 17)'        | cut off",
                "comment.json              | E-JSON-SYNTAX    | ' record 1 (line 1, column 12)'        | comment",
                "single-quotes.json        | E-JSON-SYNTAX    | ' record 1 (line 1, column 3)'         | quote",
                "trailing-comma.json       | E-JSON-SYNTAX    | ' record 1 (line 1, column 27)'        | comma",
                "leading-zero.json         | E-JSON-SYNTAX    | ' record 2 (line 2, column 9)'         | no JSON",
                "nan.json                  | E-JSON-SYNTAX    | ' record 1 (line 1, column 21)'        | NaN",
                "line-break.json           | E-JSON-SYNTAX    | ' record 1 (line 1, column 24)'         | line breaks",
                "unquoted-name.json        | E-JSON-SYNTAX    | ' record 1 (line 1, column 3)'         | quote",
                "bad-escape.json           | E-JSON-SYNTAX    | ' record 1 (line 1, column 16)'        | backslashes",
                "number-exponent.json      | E-JSON-NUMBER    | ' record 1 (line 1, column 18)'        | 1000 digits",
                "number-exponent-huge.json | E-JSON-NUMBER    | ' record 1 (line 1, column 18)'        | 1000 digits",
                "number-digits.json        | E-JSON-NUMBER    | ' record 2 (line 1, column 17)'        | 1000 digits",
                "number-digits-more.json   | E-JSON-NUMBER    | ' record 2 (line 1, column 12)'        | 1000 digits",
                "deep.json                 | E-JSON-LIMIT     | ' record 1 (line 1, column 406)'       | 400 levels",
                "long-name.json            | E-JSON-LIMIT     | ' record 1 (line 1, column 2)'         | 1024",
                "record-number.json        | E-JSON-RECORD    | ' record 2 (line 2, column 3)'         | a number and no object",
                "record-array.json         | E-JSON-RECORD    | ' record 1 (line 1, column 2)'         | an array and no object",
                "record-null.json          | E-JSON-RECORD    | ' record 1 (line 1, column 2)'         | null and no object",
                "object.json               | E-JSON-POINTER   | ' line 1, column 26'                   | 'data'"
            })
    void what_is_no_strict_array_is_refused_with_its_place(String name, String code, String place, String remedy)
            throws Exception {
        Path path = sample(name);
        assertFailure(Json.failure(JsonFile.at(path)), path, code, place.replace("'", ""), remedy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "trailing-pointer.json    | /items      | E-JSON-TRAILING  | behind the end",
                "duplicate-outer-key.json | /items      | E-JSON-DUP-KEY   | 'items' is there twice",
                "truncated-around.json    | /items      | E-JSON-TRUNCATED | cut off",
                "pointer-error.json       | /data/items | E-JSON-POINTER   | no '/data/items' in the document: the document is an object with 'error'",
                "pointer-missing.json     | /data/items | E-JSON-POINTER   | '/data' is an object with 'rows'",
                "pointer-null.json        | /data/items | E-JSON-POINTER   | '/data/items' is null and no array",
                "pointer-object.json      | /data/items | E-JSON-POINTER   | '/data/items' is an object with 'id' and no array of records: correct the way in .array(...)",
                "pointer-text.json        | /data/items | E-JSON-POINTER   | '/data' is a text",
                "record-number.json       | /2/items    | E-JSON-POINTER   | the document is an array that ends before",
                "record-number.json       | /1/items    | E-JSON-POINTER   | '/1' is a number"
            })
    void a_document_without_the_array_is_refused(String name, String pointer, String code, String remedy)
            throws Exception {
        Path path = sample(name);
        ReadException failure = Json.failure(JsonFile.at(path).array(pointer));
        assertFailure(failure, path, code, place(failure, path), remedy);
    }

    private static String place(ReadException failure, Path path) {
        return Objects.requireNonNull(failure.getMessage())
                .substring(path.toString().length())
                .replaceFirst(": (?s).*", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "empty.json              | E-JSON-EMPTY     | ''                  | the file is empty",
                "lines-two-records.jsonl | E-JSON-LINES     | ' line 2, column 10' | more than one record on the line",
                "lines-empty-line.jsonl  | E-JSON-LINES     | ' line 2'           | the line is empty",
                "lines-over-lines.jsonl  | E-JSON-LINES     | ' line 3, column 16' | over several lines",
                "lines-array.jsonl       | E-JSON-RECORD    | ' line 1, column 1' | leave out .lines()",
                "lines-number.jsonl      | E-JSON-RECORD    | ' line 2, column 1' | a number and no object",
                "lines-truncated.jsonl   | E-JSON-TRUNCATED | ' line 2, column 21' | cut off",
                "lines-comma.jsonl       | E-JSON-SYNTAX    | ' line 1, column 9' | comma"
            })
    void what_are_no_strict_lines_is_refused_with_its_place(String name, String code, String place, String remedy)
            throws Exception {
        Path path = sample(name);
        assertFailure(Json.failure(JsonFile.at(path).lines()), path, code, place.replace("'", ""), remedy);
    }

    @Test
    void flattening_refuses_names_with_the_separator_and_names_that_are_there_twice() throws Exception {
        Path path = sample("flatten-separator.json");
        assertFailure(
                Json.failure(JsonFile.at(path).flatten()),
                path,
                "E-JSON-FLATTEN",
                " record 2 (line 1, column 27)",
                "'address.city' contains the separator '.'");
        assertThat(Json.rows(JsonFile.at(path).flatten("/"))).hasSize(2);
        path = sample("flatten-duplicate.json");
        assertFailure(
                Json.failure(JsonFile.at(path).flatten()),
                path,
                "E-JSON-DUP-KEY",
                " record 1 (line 1, column 26)",
                "'a' is there twice");
    }

    @Test
    void other_encodings_than_utf_8_are_refused_with_the_byte() throws Exception {
        String content = "[{\"id\":1,\"name\":\"SECRET \u00e4\"}]";
        for (String charset : List.of("UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "UTF-32BE", "UTF-32LE")) {
            Path path = Csv.write(folder, charset, content.getBytes(Charset.forName(charset)));
            assertFailure(Json.failure(JsonFile.at(path)), path, "E-JSON-ENCODING", "", "save it as UTF-8");
        }
        Path latin = Csv.write(folder, "latin", content.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(Json.failure(JsonFile.at(latin)).getMessage())
                .contains("byte 24 of the file (counted from 0) is not valid UTF-8");
        Path marked =
                Csv.write(folder, "marked", new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '[', '"', (byte) 0x80});
        assertThat(Json.failure(JsonFile.at(marked)).getMessage()).contains("byte 5 of the file");
    }

    @Test
    void bytes_that_are_no_characters_are_refused() throws Exception {
        for (String hex : List.of(
                "80",
                "bf",
                "c080",
                "c1bf",
                "c3",
                "c328",
                "e08080",
                "e09fbf",
                "eda080",
                "edbfbf",
                "f0808080",
                "f08fbfbf",
                "f4908080",
                "f5808080",
                "f8888080",
                "fe",
                "ff",
                "e282",
                "f09f98")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes("[{\"name\":\"".getBytes(StandardCharsets.UTF_8));
            bytes.writeBytes(HexFormat.of().parseHex(hex));
            bytes.writeBytes("\"}]".getBytes(StandardCharsets.UTF_8));
            Path path = Csv.write(folder, "bytes.json", bytes.toByteArray());
            assertThat(Json.failure(JsonFile.at(path)).code()).as(hex).isEqualTo("E-JSON-ENCODING");
        }
        assertThat(rows("[{\"name\":\"\u0080\u07ff\u0800\ud7ff\ue000\uffff\ud800\udc00\udbff\udfff\"}]")
                        .get(0)
                        .text("name"))
                .isEqualTo("\u0080\u07ff\u0800\ud7ff\ue000\uffff\ud800\udc00\udbff\udfff");
    }

    @Test
    void a_character_at_the_border_of_a_piece_is_read() throws Exception {
        for (int length = 7_980; length < 8_010; length++) {
            String text = "x".repeat(length) + "\u00e4\u4e2d\ud83d\ude00";
            assertThat(rows("[{\"name\":\"" + text + "\"}]").get(0).text("name"))
                    .isEqualTo(text);
        }
    }

    @Test
    void archives_and_cut_off_archives_are_refused() throws Exception {
        byte[] gzip = Json.gzip("[{\"id\":1}]".getBytes(StandardCharsets.UTF_8));
        Path path = Csv.write(folder, "plain.json", gzip);
        assertFailure(Json.failure(JsonFile.at(path)), path, "E-JSON-NOT-JSON", "", ".gzip()");
        assertThat(Json.rows(JsonFile.at(path).gzip())).containsExactly(Row.of("id", 1L));
        path = Csv.write(folder, "data.json.gz", Arrays.copyOf(gzip, gzip.length - 9));
        assertFailure(Json.failure(JsonFile.at(path)), path, "E-FILE-GZIP", "", "cut off");
        path = Csv.write(folder, "book.json", new byte[] {'P', 'K', 3, 4, 20, 0});
        assertFailure(Json.failure(JsonFile.at(path)), path, "E-JSON-NOT-JSON", "", "ZIP or Excel");
    }

    @Test
    void what_is_too_large_is_refused() throws Exception {
        String many =
                IntStream.range(0, 16_385).mapToObj(i -> "\"f" + i + "\":1").collect(Collectors.joining(","));
        assertThat(Json.failure(file("[{" + many + "}]")).code()).isEqualTo("E-JSON-LIMIT");
        String values = "0,".repeat(JsonLimits.MOST_VALUES);
        assertThat(Json.failure(file("[{\"a\":[" + values + "0]}]")).code()).isEqualTo("E-JSON-LIMIT");
        String mebibyte = "x".repeat(1 << 20);
        assertThat(Json.failure(file("[{\"a\":\"" + mebibyte.repeat(17) + "\"}]"))
                        .code())
                .isEqualTo("E-JSON-LIMIT");
        String parts = IntStream.range(0, 18)
                .mapToObj(i -> "\"f" + i + "\":\"" + mebibyte + "\"")
                .collect(Collectors.joining(","));
        ReadException failure = Json.failure(file("[{\"a\":1},{" + parts + "}]"));
        assertThat(failure.code()).isEqualTo("E-JSON-LIMIT");
        assertThat(failure).hasMessageContaining("record 2").hasMessageContaining("16 MiB");
    }

    @Test
    void a_missing_file_is_known_before_it_is_read() {
        assertThatThrownBy(() -> JsonFile.at(folder.resolve("none.json")).schema())
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-FILE-MISSING"));
        assertThat(Json.failure(JsonFile.at(folder)).code()).isEqualTo("E-FILE-UNREADABLE");
    }

    @Test
    void a_file_that_changes_while_it_is_read_fails_the_reading() throws Exception {
        JsonFile file = file("[" + "{\"id\":1},".repeat(10_000) + "{\"id\":2}]");
        assertThatThrownBy(() -> file.read(
                        new OnFirst(() ->
                                Files.setLastModifiedTime(folder.resolve("some.json"), FileTime.fromMillis(1_000_000))),
                        new Csv.Reading()))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-FILE-CHANGED"));
    }

    // ---------------------------------------------------------------- what is rejected

    @Test
    void records_that_nothing_could_store_are_rejected_one_by_one() throws Exception {
        List<Json.Found> found = Json.found(JsonFile.at(sample("lone-surrogate.json")));
        assertThat(found).extracting(Json.Found::position).containsExactly(1L, 2L, 3L, 4L);
        assertThat(found.get(1).problem()).contains("half of a character").doesNotContain("SECRET");
        assertThat(found.get(2).problem()).contains("half of a character");
        assertThat(Objects.requireNonNull(found.get(3).row()).text("name")).isEqualTo("\ud83d\ude00");

        found = Json.found(JsonFile.at(sample("blank-name.json")));
        assertThat(found.get(0).problem()).contains("blank").doesNotContain("SECRET");
        assertThat(found.get(1).problem()).isEmpty();
    }

    @Test
    void types_convert_and_reject_what_does_not_fit() throws Exception {
        List<Json.Found> found = Json.found(file("[{\"day\":\"2025-12-31\",\"doc\":\"SECRET\"},{\"day\":\"SECRET\"}]")
                .types(Map.of("day", FieldType.date(), "doc", FieldType.json())));
        assertThat(Objects.requireNonNull(found.get(0).row()).value("day")).isEqualTo(LocalDate.of(2025, 12, 31));
        assertThat(Objects.requireNonNull(found.get(0).row()).value("doc")).isEqualTo("\"SECRET\"");
        assertThat(found.get(1).problem())
                .contains("field 'day'")
                .contains("date")
                .doesNotContain("SECRET");
    }

    // ---------------------------------------------------------------- what is read

    @Test
    void values_are_what_they_are() throws Exception {
        Row row = rows("[{\"a\":\"x\",\"b\":9223372036854775807,\"c\":9223372036854775808,\"d\":1.000000000000000005,"
                        + "\"e\":1e400,\"f\":1.10,\"g\":true,\"h\":null,\"i\":{\"k\":[1,{\"l\":-0.0}]},\"m\":[],\"n\":-5,"
                        + "\"o\":false,\"p\":{}}]")
                .get(0);
        assertThat(row.value("a")).isEqualTo("x");
        assertThat(row.value("b")).isEqualTo(Long.MAX_VALUE);
        assertThat(row.value("c")).isEqualTo(new BigDecimal("9223372036854775808"));
        assertThat(row.value("d")).isEqualTo(new BigDecimal("1.000000000000000005"));
        assertThat(row.value("e")).isEqualTo(new BigDecimal("1e400"));
        assertThat(row.value("f")).isEqualTo(new BigDecimal("1.10"));
        assertThat(row.value("g")).isEqualTo(true);
        assertThat(row.value("h")).isNull();
        assertThat(row.value("i")).isEqualTo(Map.of("k", List.of(1L, Map.of("l", new BigDecimal("0.0")))));
        assertThat(row.value("m")).isEqualTo(List.of());
        assertThat(row.value("n")).isEqualTo(-5L);
        assertThat(row.value("o")).isEqualTo(false);
        assertThat(row.value("p")).isEqualTo(Map.of());
    }

    @Test
    @SuppressWarnings("ReferenceEquality") // that is what is tested
    void records_with_the_same_names_share_a_schema_and_others_lack_what_they_lack() throws Exception {
        List<Row> rows = rows("[{\"id\":1,\"name\":\"a\"},{\"id\":2},{\"id\":3,\"name\":null},{}]");
        assertThat(rows.get(0).schema() == rows.get(2).schema()).isTrue();
        assertThat(rows.get(1).has("name")).isFalse();
        assertThat(rows.get(2).has("name")).isTrue();
        assertThat(rows.get(3).schema().size()).isZero();
    }

    @Test
    void fields_project_in_their_order() throws Exception {
        List<Row> rows =
                Json.rows(file("[{\"id\":1,\"x\":0,\"name\":\"a\"},{\"id\":2}]").fields("name", "id"));
        assertThat(rows).extracting(row -> row.schema().names()).containsExactly(List.of("name", "id"), List.of("id"));
    }

    @Test
    void flattening_names_nested_values_by_their_way() throws Exception {
        List<Row> rows =
                Json.rows(file("[{\"id\":1,\"a\":{\"b\":{\"c\":1},\"d\":[{\"x\":1}],\"e\":{}}},{\"id\":2,\"a\":null}]")
                        .flatten());
        assertThat(rows.get(0))
                .isEqualTo(Row.of("id", 1L, "a.b.c", 1L, "a.d", List.of(Map.of("x", 1L)), "a.e", Map.of()));
        assertThat(rows.get(1).schema().names()).containsExactly("id", "a");
    }

    @Test
    void a_pointer_leads_through_objects_and_arrays() throws Exception {
        JsonFile file = file("{\"a/b\":[{\"x\":[9]},{\"~\":[{\"id\":1}],\"z\":{\"k\":[]}}],\"later\":{\"a\":{}}}");
        assertThat(Json.rows(file.array("/a~1b/1/~0"))).containsExactly(Row.of("id", 1L));
        assertThatThrownBy(() -> file.array("data"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/data/items");
        assertThatThrownBy(() -> file.array("/~2")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.array("/a").lines()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.lines().array("/a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file.flatten("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lines_may_end_in_any_way_and_with_empty_lines() throws Exception {
        for (String content : List.of(
                "{\"id\":1}\n{\"id\":2}",
                "\ufeff{\"id\":1}\r\n{\"id\":2}\r\n",
                " {\"id\":1} \n\t{\"id\":2}\n\n \n",
                "{\"id\":1}\r{\"id\":2}\r")) {
            assertThat(Json.found(file(content).lines()))
                    .extracting(Json.Found::position)
                    .containsExactly(1L, 2L);
        }
        assertThat(Json.rows(file("\n").lines())).isEmpty();
        assertThat(file("").lines().locate(17)).endsWith("some.json line 17");
        assertThat(file("").locate(17)).endsWith("some.json record 17");
    }

    @Test
    void a_byte_order_mark_and_blanks_are_passed_over() throws Exception {
        assertThat(rows("\ufeff \r\n\t[ { } ] \n")).hasSize(1);
        assertThat(rows(" [ ] ")).isEqualTo(Collections.emptyList());
    }

    @Test
    void utf_16_behind_the_byte_order_mark_of_utf_8_is_refused() {
        byte[] text = "[{\"id\":1}]".getBytes(StandardCharsets.UTF_16LE);
        byte[] marked = new byte[text.length + 3];
        System.arraycopy(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, 0, marked, 0, 3);
        System.arraycopy(text, 0, marked, 3, text.length);
        ReadException failure = Json.failure(JsonFile.at(Csv.write(folder, "some.json", marked)));
        assertThat(failure.code()).isEqualTo("E-JSON-ENCODING");
        assertThat(failure).hasMessageContaining("byte 4 ");
    }

    @Test
    void a_name_that_could_be_split_in_two_ways_is_refused() {
        JsonFile file = JsonFile.at(Csv.write(folder, "some.json", "[{\"id\":1,\"a_\":{\"b\":1}}]"))
                .flatten("__");
        ReadException failure = Json.failure(file);
        assertThat(failure.code()).isEqualTo("E-JSON-FLATTEN");
        assertThat(failure).hasMessageContaining("'a_'").hasMessageContaining("give another one");
    }

    @Test
    void flattened_names_have_a_limit_as_a_whole() {
        String name = "\"" + "n".repeat(400) + "\":";
        String record = "{" + name + "{" + name + "{" + name + "{\"a\":1}}}}";
        JsonFile file =
                JsonFile.at(Csv.write(folder, "some.json", "[" + record + "]")).flatten();
        ReadException failure = Json.failure(file);
        assertThat(failure.code()).isEqualTo("E-JSON-LIMIT");
        assertThat(failure).hasMessageContaining("1024 characters");
    }

    @Test
    void names_around_the_array_have_a_limit_together() {
        StringBuilder text = new StringBuilder("{\"x\":{");
        String pad = "n".repeat(480);
        for (int i = 0; i < 33_000; i++) {
            text.append(i == 0 ? "\"" : ",\"").append(i).append(pad).append("\":1");
        }
        Path path = Csv.write(folder, "some.json", text.append("},\"data\":[]}").toString());
        ReadException failure = Json.failure(JsonFile.at(path).array("/data"));
        assertThat(failure.code()).isEqualTo("E-JSON-LIMIT");
        assertThat(failure).hasMessageContaining("names").hasMessageContaining("together");
    }

    @Test
    void names_around_the_array_count_as_long_as_their_object_is_open() throws Exception {
        String members = IntStream.range(0, 40)
                .mapToObj(i -> "\"" + i + "n".repeat(1_000) + "\":1")
                .collect(Collectors.joining(","));
        String text = "{\"x\":[" + String.join(",", Collections.nCopies(500, "{" + members + "}"))
                + "],\"data\":[{\"id\":1}]}";
        assertThat(Json.rows(JsonFile.at(Csv.write(folder, "some.json", text)).array("/data")))
                .hasSize(1);
    }
}
