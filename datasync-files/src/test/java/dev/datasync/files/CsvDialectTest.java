package dev.datasync.files;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.files.Csv.Found;
import dev.datasync.row.Schema;
import dev.datasync.sink.Outcome;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways in which files are not RFC 4180: read, and rewritten as they are. */
class CsvDialectTest {

    @TempDir
    private Path folder;

    private CsvFile file(String content) {
        return CsvFile.at(Csv.write(folder, "products.csv", content));
    }

    private String content() throws Exception {
        return Csv.content(folder.resolve("products.csv"));
    }

    @Test
    void reads_and_writes_escapes() throws Exception {
        CsvFile file = file("id,name\n1,a\\,b\\n\\\\\n2,\"say \\\"hi\\\"\"\n3,x\\\ny\n4,\\x\n")
                .escape('\\');

        assertThat(Csv.found(file))
                .containsExactly(
                        new Found(2, List.of("1", "a,b\n\\")),
                        new Found(3, List.of("2", "say \"hi\"")),
                        new Found(4, List.of("3", "x\ny")),
                        new Found(6, List.of("4", "\\x")));

        Csv.change(file, Csv.update(file, 6, "name", "\"\\n,"), Csv.insert("id", "5", "name", "\\"));
        assertThat(content())
                .isEqualTo("id,name\n1,a\\,b\\n\\\\\n2,\"say \\\"hi\\\"\"\n3,x\\\ny\n4,\"\\\"\\\\n,\"\n5,\\\\\n");
    }

    @Test
    void passes_over_comments_and_keeps_them() throws Exception {
        CsvFile file = file("# one, \"two\nid,name\n#\n1,hat\n# between\n2,\"#\n#coat\"\n#end")
                .comment('#');

        assertThat(Csv.found(file))
                .containsExactly(new Found(4, List.of("1", "hat")), new Found(6, List.of("2", "#\n#coat")));

        Csv.change(file, Csv.delete(file, 4), Csv.update(file, 6, "id", "#2"), Csv.insert("id", "#3", "name", "#"));
        assertThat(content()).isEqualTo("# one, \"two\nid,name\n#\n# between\n\"#2\",\"#\n#coat\"\n#end\n\"#3\",#\n");
    }

    @Test
    void reads_many_comments_over_many_pieces() throws Exception {
        StringBuilder content = new StringBuilder("id,name\n");
        for (int i = 0; i < 30_000; i++) {
            content.append(i % 3 == 0 ? "# \u00e4\u00e4\ud83d\ude00\n" : "")
                    .append(i)
                    .append(",\u00e4\n");
        }
        List<Found> found = Csv.found(file(content.toString()).comment('#'));

        assertThat(found).hasSize(30_000);
        assertThat(found.get(29_999)).isEqualTo(new Found(40_001, List.of("29999", "\u00e4")));
    }

    @Test
    void begins_no_file_like_another_encoding() throws Exception {
        for (String first :
                List.of("\ufeffhat", "\ufffehat", "\u00ff\u00fehat", "\u00ef\u00bb\u00bfhat", "\ubbef\u00bf")) {
            for (Charset charset : List.of(
                    StandardCharsets.UTF_8,
                    StandardCharsets.UTF_16LE,
                    StandardCharsets.UTF_16BE,
                    StandardCharsets.ISO_8859_1)) {
                if (!charset.newEncoder().canEncode(first)) {
                    continue;
                }
                Path path = folder.resolve("first.csv");
                CsvFile file = CsvFile.at(path).charset(charset).withoutHeader("id", "name");
                Csv.create(file, Schema.ofText("id", "name"), Csv.insert("id", first, "name", "x"));

                assertThat(Csv.found(file)).as("%s", charset).containsExactly(new Found(1, List.of(first, "x")));
                Files.delete(path);
            }
        }
    }

    @Test
    void reads_and_writes_files_without_header() throws Exception {
        CsvFile file = file("1,hat\n2,coat").withoutHeader("id", "name");

        assertThat(file.schema()).contains(Schema.ofText("id", "name"));
        assertThat(Csv.found(file))
                .containsExactly(new Found(1, List.of("1", "hat")), new Found(2, List.of("2", "coat")));

        Csv.change(file, Csv.delete(file, 1), Csv.insert("id", "3", "name", null));
        assertThat(content()).isEqualTo("2,coat\n3,\n");
    }

    @Test
    void takes_no_bytes_for_no_rows_when_there_is_no_header() throws Exception {
        CsvFile file = file("").withoutHeader("id", "name");
        assertThat(Csv.rows(file)).isEmpty();

        Csv.change(file, Csv.insert("id", "<html>", "name", "x"));
        assertThat(content()).isEqualTo("\"<html>\",x\n");
        assertThat(Csv.rows(file)).containsExactly(List.of("<html>", "x"));

        CsvFile missing = CsvFile.at(folder.resolve("new.csv")).withoutHeader("a", "b");
        Csv.create(missing, Schema.ofText("b"), Csv.insert("b", "1"));
        assertThat(Csv.content(folder.resolve("new.csv"))).isEqualTo(",1\n");
    }

    @Test
    void an_empty_field_in_front_of_a_tag_makes_no_page() throws Exception {
        CsvFile file = file("").withoutHeader("id", "name").delimiter('\t');

        Csv.change(file, Csv.insert("id", null, "name", "<html>"));

        assertThat(content()).isEqualTo("\t<html>\n");
        assertThat(Csv.rows(file)).containsExactly(Arrays.asList(null, "<html>"));
    }

    @Test
    void skips_lines_and_keeps_them() throws Exception {
        CsvFile file = file("Products \"of\r\n\r\nid,name\r\n1,hat\r\n").skipLines(2);

        assertThat(Csv.found(file)).containsExactly(new Found(4, List.of("1", "hat")));
        Csv.change(file, Csv.insert("id", "2", "name", "coat"));
        assertThat(content()).isEqualTo("Products \"of\r\n\r\nid,name\r\n1,hat\r\n2,coat\r\n");

        assertThat(Csv.failure(file.skipLines(5)).code()).isEqualTo("E-CSV-EMPTY");
        assertThat(Csv.failure(file.skipLines(9).withoutHeader("a", "b")).code())
                .isEqualTo("E-CSV-EMPTY");
        CsvFile missing = CsvFile.at(folder.resolve("new.csv")).skipLines(2);
        Csv.create(missing, Schema.ofText("id"), Csv.insert("id", "1"));
        assertThat(Csv.rows(missing)).containsExactly(List.of("1"));
    }

    @Test
    void tells_a_null_token_from_the_same_text_in_quotes() throws Exception {
        CsvFile file = file("id,name,note\n1,NULL,\"NULL\"\n2,,\"\"\n").nullToken("NULL");

        assertThat(Csv.rows(file)).containsExactly(asList("1", null, "NULL"), asList("2", "", ""));

        Csv.change(file, Csv.update(file, 2, "note", null), Csv.insert("id", "3", "name", "NULL", "note", ""));
        assertThat(content()).isEqualTo("id,name,note\n1,NULL,NULL\n2,,\"\"\n3,\"NULL\",\"\"\n");
    }

    @Test
    void reads_the_null_of_database_dumps() throws Exception {
        CsvFile file = file("id\tname\n1\t\\N\n2\t\\\\N\n")
                .delimiter('\t')
                .escape('\\')
                .nullToken("\\N");

        assertThat(Csv.rows(file).get(0)).isEqualTo(asList("1", null));
        Csv.change(file, Csv.insert("id", "3", "name", "\\N"), Csv.insert("id", null, "name", "\\n"));
        assertThat(Csv.rows(file).subList(2, 4)).containsExactly(asList("3", "\\N"), asList(null, "\\n"));
    }

    @Test
    void refuses_null_tokens_that_cannot_stand_without_quotes() {
        for (String token : List.of("a,b", "\"", " x", "a\nb", "\\n", "#x", "x\\", "\ud800")) {
            assertThatThrownBy(() -> file("").escape('\\').comment('#').nullToken(token))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> file("").escape('"')).hasMessageContaining("quote and escape must differ");
        assertThatThrownBy(() -> file("").comment(',')).hasMessageContaining("delimiter and comment must differ");
        assertThatThrownBy(() -> file("").skipLines(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keeps_the_encoding_and_rejects_what_it_lacks() throws Exception {
        for (Charset charset : List.of(
                StandardCharsets.ISO_8859_1,
                Charset.forName("windows-1252"),
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16BE)) {
            boolean isUnicode = charset.name().startsWith("UTF");
            String mark = isUnicode ? "\ufeff" : "";
            Path path = Csv.write(folder, "products.csv", (mark + "id,name\n1,h\u00e4t\n").getBytes(charset));
            CsvFile file = isUnicode ? CsvFile.at(path) : CsvFile.at(path).charset(charset);

            List<Outcome> outcomes =
                    Csv.change(file, Csv.insert("id", "2", "name", "\u00fc"), Csv.insert("id", "3", "name", "\u4e2d"));

            assertThat(Files.readString(path, charset))
                    .isEqualTo(mark + "id,name\n1,h\u00e4t\n2,\u00fc\n" + (isUnicode ? "3,\u4e2d\n" : ""));
            assertThat(outcomes.get(1) instanceof Outcome.Rejected).isEqualTo(!isUnicode);
        }
    }

    @Test
    void creates_files_in_any_encoding() throws Exception {
        for (Charset charset :
                List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, Charset.forName("GB18030"))) {
            CsvFile file = CsvFile.at(folder.resolve("new.csv")).charset(charset);
            Csv.create(file, Schema.ofText("id"), Csv.insert("id", "\u4e2d\ud83d\ude00"));
            assertThat(Csv.rows(file)).containsExactly(List.of("\u4e2d\ud83d\ude00"));
            assertThat(Files.readString(folder.resolve("new.csv"), charset)).isEqualTo("id\n\u4e2d\ud83d\ude00\n");
            Files.delete(folder.resolve("new.csv"));
        }
    }

    @Test
    void counts_bytes_of_the_original_over_many_pieces() {
        byte[] content = ("id\r\n" + "\u00e4\u00e4\r\n".repeat(50_000) + "x").getBytes(StandardCharsets.UTF_16LE);
        content[content.length - 1] = (byte) 0xdc;
        Path file = Csv.write(folder, "products.csv", content);

        assertThat(Csv.failure(CsvFile.at(file).charset(StandardCharsets.UTF_16LE)))
                .hasMessageContaining(" line 50002: byte 400008 of the file");
    }

    @Test
    void reads_and_writes_gzip_by_name_and_by_word() throws Exception {
        for (String name : List.of("products.csv.gz", "products.bin")) {
            Path path = folder.resolve(name);
            try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
                out.write("id,name\n1,hat\n".getBytes(StandardCharsets.UTF_8));
            }
            CsvFile file =
                    name.endsWith(".gz") ? CsvFile.at(path) : CsvFile.at(path).gzip();

            Csv.change(file, Csv.insert("id", "2", "name", "coat"));

            try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(path))) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("id,name\n1,hat\n2,coat\n");
            }
        }
    }

    @Test
    void reads_gzip_of_several_parts_and_notices_when_one_is_cut_off() throws Exception {
        byte[] one = gzip("id,name\n1,hat\n");
        byte[] two = gzip("2,coat\n");
        byte[] both = java.util.Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);

        assertThat(Csv.rows(CsvFile.at(Csv.write(folder, "both.csv.gz", both)))).hasSize(2);
        for (int length = 0; length < both.length; length++) {
            Path cut = Csv.write(folder, "cut.csv.gz", java.util.Arrays.copyOf(both, length));
            if (length == one.length) {
                // the end of a part: nothing in the format says that another one is missing
                assertThat(Csv.rows(CsvFile.at(cut))).hasSize(1);
            } else {
                assertThat(Csv.failure(cut).code()).as("cut at %d", length).isEqualTo("E-FILE-GZIP");
            }
        }
    }

    private static byte[] gzip(String text) throws Exception {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void escapes_formulas_and_reads_them_back() throws Exception {
        List<String> texts = List.of(
                "=1+1", "+x", "-x", "@SUM(1)", "\tx", "\rx", "\nx", "\uff1d1", "'=1", "''-x", "'x", "-5", "+1.5", "-",
                "-1-2", "x=1");
        CsvFile file = file("id,name\n").spreadsheetSafe(SpreadsheetSafety.ESCAPE);

        Csv.change(
                file,
                texts.stream()
                        .map(text -> Csv.insert("id", text, "name", text))
                        .toArray(dev.datasync.change.Change<?>[]::new));

        assertThat(Csv.rows(file)).extracting(row -> row.get(1)).containsExactlyElementsOf(texts);
        assertThat(content())
                .contains("'=1+1,", "'+x,", "''=1,", "'''-x,", "\n'x,", "\n-5,", "\n+1.5,", "\n'-,", "\n'-1-2,");
    }

    @Test
    void escapes_formulas_in_the_header_of_a_new_file() throws Exception {
        CsvFile file = CsvFile.at(folder.resolve("new.csv")).spreadsheetSafe(SpreadsheetSafety.ESCAPE);
        Csv.create(file, Schema.ofText("=id", "x"), Csv.insert("=id", "1"));

        assertThat(Csv.content(folder.resolve("new.csv"))).isEqualTo("\"'=id\",x\n1,\n");
        assertThat(file.schema()).contains(Schema.ofText("=id", "x"));
        Csv.change(file, Csv.insert("=id", "2"));
        assertThat(Csv.rows(file)).hasSize(2);

        CsvFile refusing = CsvFile.at(folder.resolve("other.csv")).spreadsheetSafe(SpreadsheetSafety.REJECT);
        assertThatThrownBy(() -> refusing.schemaFor(Schema.ofText("=id"), List.of()))
                .hasMessageContaining("'=id'");
    }

    @Test
    void rejects_formulas_but_no_numbers_and_dates() throws Exception {
        CsvFile file = file("id,name\n")
                .spreadsheetSafe(SpreadsheetSafety.REJECT)
                .types(java.util.Map.of("id", TextFormat.decimal(',', '.')));

        List<Outcome> outcomes = Csv.change(
                file,
                Csv.insert("id", new java.math.BigDecimal("-1.5"), "name", "-5"),
                Csv.insert("id", 2L, "name", "=1+1"));

        assertThat(outcomes.get(0)).isEqualTo(Outcome.applied());
        assertThat(outcomes.get(1))
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected -> assertThat(rejected.reason())
                                .startsWith("field 'name': ")
                                .doesNotContain("1+1"));
        assertThat(content()).isEqualTo("id,name\n\"-1,5\",-5\n");
    }
}
