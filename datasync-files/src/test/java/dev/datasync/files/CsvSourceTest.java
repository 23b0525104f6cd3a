package dev.datasync.files;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a source can be told. */
class CsvSourceTest {

    @TempDir
    private Path folder;

    /** What a row of some tests becomes. */
    public record Product(String id, String name) {}

    private CsvFile file(String content) {
        return CsvFile.at(Csv.write(folder, "products.csv", content));
    }

    /** A reading with all that comes of it, in the order in which it comes. */
    private record Told(List<List<Object>> rows, List<String> rejections, List<String> warnings) {

        static Told of(Source<Row> source) throws Exception {
            return of(source, row -> {});
        }

        static Told of(Source<Row> source, Consumer<Row> onEach) throws Exception {
            Told told = new Told(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            source.read(
                    new Receiver<Row>() {
                        @Override
                        public void accept(Row row) {
                            throw new AssertionError("a row without its line");
                        }

                        @Override
                        public void accept(Row row, long position) {
                            Object[] values = new Object[row.schema().size()];
                            Arrays.setAll(values, row::value);
                            told.rows.add(asList(values));
                            onEach.accept(row);
                        }

                        @Override
                        public void reject(long position, String reason) {
                            told.rejections.add(source.locate(position) + ": " + reason);
                        }
                    },
                    new ReadContext() {
                        @Override
                        public String plan() {
                            return "test";
                        }

                        @Override
                        public List<String> order() {
                            return List.of();
                        }

                        @Override
                        public void warn(String message) {
                            told.warnings.add(message);
                        }

                        @Override
                        public boolean isCancelled() {
                            return false;
                        }

                        @Override
                        public void onCancel(Cancellation action) {}
                    });
            return told;
        }
    }

    // ---------------------------------------------------------------- types

    @Test
    void reads_typed_columns_and_rejects_what_does_not_fit_with_line_and_column() throws Exception {
        CsvFile file = file("id,day,price,ok\n1,31.12.2025,\"1.234,50\",X\n2,31.02.2025,1,X\n3,,\"1,2,3\",-\n4,,,-\n")
                .types(Map.of(
                        "id", TextFormat.integer(),
                        "day", TextFormat.date("dd.MM.yyyy"),
                        "price", TextFormat.decimal(',', '.'),
                        "ok", TextFormat.bool("X", "-")));

        Told told = Told.of(file);

        assertThat(told.rows)
                .containsExactly(
                        asList(1L, LocalDate.of(2025, 12, 31), new BigDecimal("1234.5"), true),
                        asList(4L, null, null, false));
        String place = folder.resolve("products.csv") + " line ";
        assertThat(told.rejections)
                .containsExactly(
                        place + "3: column 2 (day): a text of 10 characters is not of the form dd.MM.yyyy",
                        place
                                + "4: column 3 (price): a text of 5 characters is not a decimal with ',' before the fraction"
                                + " and '.' between groups");
    }

    @Test
    void writes_typed_columns_in_their_format_and_finds_no_difference_then() throws Exception {
        CsvFile file = file("id,day,price\n1,31.12.2025,\"1.234,50\"\n")
                .types(Map.of("day", TextFormat.date("dd.MM.yyyy"), "price", TextFormat.decimal(',', '.')));

        Csv.write(
                file,
                file.storedSchema().orElseThrow(),
                Csv.insert("id", "2", "day", LocalDate.of(2024, 2, 29), "price", new BigDecimal("-1234567.25")));

        assertThat(Csv.content(folder.resolve("products.csv")))
                .isEqualTo("id,day,price\n1,31.12.2025,\"1.234,50\"\n2,29.02.2024,\"-1234567,25\"\n");
        assertThat(Told.of(file).rows.get(1))
                .isEqualTo(asList("2", LocalDate.of(2024, 2, 29), new BigDecimal("-1234567.25")));
    }

    @Test
    void infers_types_only_where_nothing_is_lost() throws Exception {
        Source<Row> source = file("""
                        a,b,c,d,e,f,g,h,i,j,k
                        1,1.50,true,2025-12-31,2025-12-31T10:00:00,2025-12-31T10:00:00Z,01,1e5,NA,12345678901234567890,+1
                        -20,7,false,2024-02-29,2025-01-01T00:00:00.5,2025-01-01T00:00:00Z,2,2,3,4,5
                        ,,,,,,,,,,
                        """).inferTypes();

        assertThat(source.schema().orElseThrow().fields())
                .extracting(field -> field.type())
                .startsWith(
                        FieldType.integer(),
                        FieldType.decimal(),
                        FieldType.bool(),
                        FieldType.date(),
                        FieldType.timestamp(),
                        FieldType.instant())
                .endsWith(FieldType.text(), FieldType.text(), FieldType.text(), FieldType.text(), FieldType.text());
        assertThat(Told.of(source).rows.get(0).subList(0, 8))
                .isEqualTo(asList(
                        1L,
                        new BigDecimal("1.5"),
                        true,
                        LocalDate.of(2025, 12, 31),
                        LocalDateTime.of(2025, 12, 31, 10, 0),
                        Instant.parse("2025-12-31T10:00:00Z"),
                        "01",
                        "1e5"));
    }

    @Test
    void infers_text_for_everything_doubtful() throws Exception {
        for (String text : List.of(
                "01",
                "-0",
                "-0.0",
                "+1",
                ".5",
                "5.",
                "1e5",
                "1E5",
                "NaN",
                "1,5",
                "1 000",
                "0x1",
                "",
                " 1",
                "1234567890123456789",
                "TRUE",
                "yes",
                "2025-2-3",
                "2025-02-30",
                "2025-12-31 10:00:00",
                "2025-12-31T24:00:00Z",
                "2025-12-31T10:00:00+02:00",
                "10:00",
                "\u0661")) {
            assertThat(file("id\n\"" + text + "\"\n")
                            .inferTypes()
                            .schema()
                            .orElseThrow()
                            .field(0)
                            .type())
                    .as(text)
                    .isEqualTo(FieldType.text());
        }
        // named types go first
        Source<Row> named =
                file("id,x\n01,2\n").types(Map.of("ID", TextFormat.integer())).inferTypes();
        assertThat(Told.of(named).rows).containsExactly(asList(1L, 2L));
    }

    // ---------------------------------------------------------------- lenient

    @Test
    void forgives_what_it_is_told_to_and_tells() throws Exception {
        Source<Row> source = file("id,,ID,name\n1,a\n\n2,b,c,d,e\n3,x\"y,\"z\"z,\n")
                .lenient(CsvFlaw.SHORT_ROWS, CsvFlaw.LONG_ROWS, CsvFlaw.EMPTY_LINES, CsvFlaw.STRAY_QUOTES)
                .lenient(CsvFlaw.DUPLICATE_HEADER, CsvFlaw.EMPTY_HEADER);

        assertThat(source.schema().orElseThrow().names()).containsExactly("id", "column_2", "ID_2", "name");
        Told told = Told.of(source);

        assertThat(told.rows)
                .containsExactly(
                        asList("1", "a", null, null), asList("2", "b", "c", "d"), asList("3", "x\"y", "zz", null));
        assertThat(told.warnings).hasSize(6);
        assertThat(told.warnings.get(0)).contains(" line 2: rows have fewer fields", "(1 in all");
        assertThat(told.warnings).anyMatch(warning -> warning.contains(" line 5: ") && warning.contains("(2 in all"));
    }

    @Test
    void forgives_only_what_it_is_told_to() {
        assertThat(Csv.failure(file("id,name\n1\n").lenient(CsvFlaw.LONG_ROWS)).code())
                .isEqualTo("E-CSV-WIDTH");
        assertThat(Csv.failure(file("id,name\n1,2,3\n").lenient(CsvFlaw.SHORT_ROWS))
                        .code())
                .isEqualTo("E-CSV-WIDTH");
        assertThat(Csv.failure(file("id,name\n1,\"x\n").lenient(CsvFlaw.STRAY_QUOTES))
                        .code())
                .isEqualTo("E-CSV-QUOTE");
    }

    @Test
    void forgives_invalid_characters_one_by_one() throws Exception {
        byte[] content = "id,name\n1,h?t\n2,??\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int i = 0; i < content.length; i++) {
            content[i] = content[i] == '?' ? (byte) 0xff : content[i];
        }
        Told told =
                Told.of(CsvFile.at(Csv.write(folder, "products.csv", content)).lenient(CsvFlaw.INVALID_CHARACTERS));

        assertThat(told.rows).containsExactly(asList("1", "h\ufffdt"), asList("2", "\ufffd\ufffd"));
        assertThat(told.warnings)
                .singleElement()
                .satisfies(warning -> assertThat(warning).contains("line 2", "(3 in all"));
    }

    // ---------------------------------------------------------------- the end

    @Test
    void checks_the_number_of_rows_and_the_trailer() throws Exception {
        assertThat(Told.of(file("id\n1\n2\n").expectRows(2)).rows).hasSize(2);
        assertThat(Told.of(file("id,name\n1,a\nEND,x,1\n\n").trailer("END", 3)).rows)
                .hasSize(1);
        assertThat(Told.of(file("id,name\nEND,0").trailer("END", 2)).rows).isEmpty();
        assertThatThrownBy(() -> file("").expectRows(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> file("").trailer("END", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void requires_a_line_break_of_any_kind_at_the_end() throws Exception {
        for (String end : List.of("\n", "\r\n", "\r", "\n\n")) {
            assertThat(Told.of(file("id" + end + "1" + end).requireFinalLineBreak()).rows)
                    .isNotEmpty();
        }
        assertThat(Csv.failure(file("id").requireFinalLineBreak()).code()).isEqualTo("E-CSV-CUT");
        assertThat(Csv.failure(file("id\n\"1\n\"").requireFinalLineBreak()).code())
                .isEqualTo("E-CSV-CUT");
    }

    // ---------------------------------------------------------------- several files

    @Test
    void reads_all_files_of_a_pattern_in_the_order_of_their_names() throws Exception {
        Csv.write(folder, "orders-2.csv", "id,name\n3,c\nx\n".replace("x\n", ""));
        Csv.write(folder, "orders-1.csv", "id,name\n1,a\n2,b\n");
        Csv.write(folder, "other.csv", "x\n");
        Csv.write(folder, ".orders-3.csv", "x\n");
        Files.createDirectory(folder.resolve("orders-4.csv"));
        CsvSource source = CsvFile.at(folder).matching("orders-*.csv", "file");

        Told told = Told.of(source);

        assertThat(told.rows)
                .containsExactly(
                        asList("1", "a", "orders-1.csv"),
                        asList("2", "b", "orders-1.csv"),
                        asList("3", "c", "orders-2.csv"));
        assertThat(source.schema().orElseThrow().names()).containsExactly("id", "name", "file");
        assertThat(source.name()).isEqualTo("CSV files " + folder + "/orders-*.csv");
        assertThat(source.inferTypes().schema().orElseThrow().field(0).type()).isEqualTo(FieldType.integer());
        assertThat(Told.of(source.types(Map.of("name", TextFormat.integer()))).rejections)
                .hasSize(3)
                .allMatch(reason -> reason.startsWith(folder.resolve("orders-").toString()))
                .last()
                .satisfies(reason -> assertThat(reason).startsWith(folder.resolve("orders-2.csv") + " line 2: "));
        assertThat(Told.of(source.expectRows(3)).rows).hasSize(3);
    }

    @Test
    void notices_files_that_come_go_or_change_meanwhile() throws Exception {
        Csv.write(folder, "orders-1.csv", "id\n1\n");
        Csv.write(folder, "orders-2.csv", "id\n2\n");
        Source<Row> source = CsvFile.at(folder).matching("orders-*.csv");

        for (Consumer<Row> meanwhile : List.<Consumer<Row>>of(
                row -> Csv.write(folder, "orders-3.csv", "id\n"),
                row -> Csv.write(
                        folder,
                        "orders-1.csv",
                        "id\n1\n" + "3\n".repeat(row.text("id").equals("1") ? 1 : 2)),
                row -> delete(folder.resolve("orders-" + (row.text("id").equals("2") ? 1 : 7) + ".csv")))) {
            assertThatThrownBy(() -> Told.of(source, meanwhile))
                    .isInstanceOfSatisfying(
                            ReadException.class, e -> assertThat(e.code()).isEqualTo("E-FILE-CHANGED"));
            Files.deleteIfExists(folder.resolve("orders-3.csv"));
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void never_leaves_the_folder() throws Exception {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Path outside = Csv.write(folder, "outside.csv", "id\n1\n");
        for (String glob : List.of("../*.csv", "*/x.csv", "**", "..", "", "[", "a\\b")) {
            assertThatThrownBy(() -> CsvFile.at(inner).matching(glob)).isInstanceOf(IllegalArgumentException.class);
        }
        Files.createSymbolicLink(inner.resolve("link.csv"), outside);

        ReadException failure = Csv.failure(CsvFile.at(inner).matching("*.csv"));

        assertThat(failure.code()).isEqualTo("E-FILE-UNREADABLE");
        assertThat(failure).hasMessageContaining("leads out of the folder");
        assertThat(Csv.failure(CsvFile.at(outside).matching("*.csv")).code()).isEqualTo("E-FILE-MISSING");
    }

    @Test
    void takes_the_words_of_a_file_in_any_order() throws Exception {
        Source<Product> products = file("title\nid;name\n# none\n1;'a\\'b'\n")
                .requireFinalLineBreak()
                .delimiter(';')
                .quote('\'')
                .escape('\\')
                .comment('#')
                .skipLines(1)
                .nullToken("NULL")
                .charset(java.nio.charset.StandardCharsets.UTF_8)
                .spreadsheetSafe(SpreadsheetSafety.ESCAPE)
                .types(Map.of())
                .sortedBy("id")
                .as(Product.class);
        List<Product> read = new ArrayList<>();

        products.read(
                new Receiver<Product>() {
                    @Override
                    public void accept(Product product) {
                        read.add(product);
                    }

                    @Override
                    public void accept(Product product, long position) {
                        read.add(product);
                    }

                    @Override
                    public void reject(long position, String reason) {
                        throw new AssertionError(reason);
                    }
                },
                new Csv.Reading());

        assertThat(read).containsExactly(new Product("1", "a'b"));
        assertThat(products.canOrderBy(List.of("id"))).isTrue();
    }

    @Test
    void numbers_a_header_of_one_name_in_no_time() throws Exception {
        Path file = Csv.write(folder, "wide.csv", "a" + ",a".repeat(16_383) + "\n");
        long began = System.nanoTime();
        List<String> names = CsvFile.at(file)
                .lenient(CsvFlaw.DUPLICATE_HEADER)
                .schema()
                .orElseThrow()
                .names();
        assertThat(names).startsWith("a", "a_2", "a_3").endsWith("a_16384");
        assertThat(System.nanoTime() - began).isLessThan(8_000_000_000L);
    }

    @Test
    void numbers_pass_over_names_that_are_there() throws Exception {
        Path file = Csv.write(folder, "names.csv", "a,A,a_2,a,b,B_2,b,B\n");
        assertThat(CsvFile.at(file)
                        .lenient(CsvFlaw.DUPLICATE_HEADER)
                        .schema()
                        .orElseThrow()
                        .names())
                .containsExactly("a", "A_3", "a_2", "a_4", "b", "B_2", "b_3", "B_4");
    }
}
