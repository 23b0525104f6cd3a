package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.Outcome;
import dev.datasync.source.ReadException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a workbook looks like that was not there, and what it refuses. */
class ExcelNewWorkbookTest {

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void name_the_file() {
        path = folder.resolve("new.xlsx");
    }

    @Test
    void types_in_another_case_hold_for_the_new_sheet_and_for_the_second_run() throws Exception {
        ExcelFile file = ExcelFile.at(path).types(Map.of("zip", FieldType.text()));
        Row row = Row.of("ID", 1L, "ZIP", 1234L);

        assertThat(Workbooks.sync(file, row).counts().inserted()).isEqualTo(1);
        assertThat(Workbooks.sync(file, row).counts().unchanged()).isEqualTo(1);
        Workbooks.look(
                path,
                book -> assertThat(Workbooks.value(book.getSheetAt(0), "B2")).isEqualTo("1234"));
    }

    @Test
    void each_value_becomes_a_cell_of_its_kind() throws Exception {
        Row row = Row.of(
                "text",
                "=1+1",
                "zeros",
                "007",
                "whole",
                42L,
                "decimal",
                new BigDecimal("1.10"),
                "bool",
                true,
                "date",
                LocalDate.of(2025, 1, 31),
                "stamp",
                LocalDateTime.of(2025, 1, 31, 23, 59, 59, 123_000_000),
                "time",
                LocalTime.of(6, 0),
                "instant",
                Instant.parse("2025-01-31T00:00:00Z"),
                "uuid",
                new UUID(1, 2),
                "bytes",
                new byte[] {1, 2},
                "nothing",
                null);

        assertThat(Workbooks.create(ExcelFile.at(path), row.schema(), row)).containsExactly(Outcome.applied());

        Workbooks.look(path, book -> {
            XSSFSheet sheet = book.getSheet("Sheet1");
            assertThat(IntStream.range(0, 12).mapToObj(i -> Workbooks.value(sheet, CellRange.cell(2, i + 1))))
                    .containsExactly(
                            "=1+1",
                            "007",
                            42.0,
                            1.1,
                            true,
                            45688.0,
                            45688 + 86_399_123 / 86_400_000.0,
                            0.25,
                            "2025-01-31T00:00:00Z",
                            "00000000-0000-0001-0000-000000000002",
                            "AQI=",
                            null);
            assertThat(format(sheet, "F2")).isEqualTo("yyyy\\-mm\\-dd");
            assertThat(format(sheet, "G2")).isEqualTo("yyyy\\-mm\\-dd\\ hh:mm:ss");
            assertThat(format(sheet, "H2")).isEqualTo("hh:mm:ss");
            assertThat(cell(sheet, "G2").getLocalDateTimeCellValue()).isEqualTo(row.timestamp("stamp"));
            assertThat(cell(sheet, "F2").getLocalDateTimeCellValue()).isEqualTo("2025-01-31T00:00");
        });
    }

    private static XSSFCell cell(XSSFSheet sheet, String reference) {
        org.apache.poi.ss.util.CellReference place = new org.apache.poi.ss.util.CellReference(reference);
        return sheet.getRow(place.getRow()).getCell(place.getCol());
    }

    private static String format(XSSFSheet sheet, String reference) {
        CellStyle style = cell(sheet, reference).getCellStyle();
        return style.getDataFormatString();
    }

    @Test
    void a_person_finds_a_bold_frozen_header_a_filter_and_columns_of_the_right_width() throws Exception {
        Row row = Row.of("id", 1L, "description", "a text that is longer than its name, by far");

        Workbooks.create(ExcelFile.at(path).sheet("Prices & more"), row.schema(), row, row);

        Workbooks.look(path, book -> {
            XSSFSheet sheet = book.getSheet("Prices & more");
            assertThat(cell(sheet, "A1").getCellStyle().getFont().getBold()).isTrue();
            assertThat(cell(sheet, "A2").getCellStyle().getFont().getBold()).isFalse();
            assertThat(sheet.getPaneInformation().getHorizontalSplitPosition()).isEqualTo((short) 1);
            assertThat(sheet.getPaneInformation().isFreezePane()).isTrue();
            assertThat(sheet.getCTWorksheet().getAutoFilter().getRef()).isEqualTo("A1:B3");
            assertThat(book.getAllNames().get(0).getRefersToFormula()).isEqualTo("'Prices & more'!$A$1:$B$3");
            assertThat(sheet.getColumnWidth(0)).isEqualTo(9 * 256);
            assertThat(sheet.getColumnWidth(1)).isBetween(44 * 256, 46 * 256);
        });
    }

    @Test
    void the_table_goes_where_the_options_say() throws Exception {
        Row row = Row.of("id", 1L, "name", "a");

        Workbooks.create(ExcelFile.at(path).range("C3:D9"), row.schema(), row);
        Workbooks.look(path, book -> {
            assertThat(Workbooks.value(book.getSheetAt(0), "C3")).isEqualTo("id");
            assertThat(Workbooks.value(book.getSheetAt(0), "D4")).isEqualTo("a");
        });

        Path other = folder.resolve("other.xlsx");
        Workbooks.create(ExcelFile.at(other).withoutHeader("name", "id"), row.schema(), row);
        Workbooks.look(other, book -> {
            assertThat(Workbooks.value(book.getSheetAt(0), "A1")).isEqualTo("a");
            assertThat(Workbooks.value(book.getSheetAt(0), "B1")).isEqualTo(1.0);
            assertThat(book.getSheetAt(0).getCTWorksheet().isSetAutoFilter()).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/b",
                "",
                " ",
                "'a",
                "a'",
                "a:b",
                "[a]",
                "a?",
                "a*",
                "a\\b",
                "History",
                "history",
                "a\u0000b",
                "12345678901234567890123456789012",
                "a\uFFFEb",
                "\uD800"
            })
    void a_name_that_no_sheet_can_have_is_refused_at_once(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExcelFile.at(path).sheet(name))
                .withMessageContaining("is no name for a sheet");
    }

    @Test
    void values_that_a_cell_cannot_hold_are_rejected_and_the_others_written() throws Exception {
        Schema schema = Schema.of(Field.of("id", FieldType.integer()), Field.of("value", FieldType.any()));
        List<Object> bad = List.of(
                Double.NaN,
                Double.NEGATIVE_INFINITY,
                new BigDecimal("1234567890.1234567"),
                1_000_000_000_000_000L,
                Double.MIN_VALUE,
                new BigDecimal("1E400"),
                "x".repeat(32_768),
                "\u0001".repeat(5_000),
                "half \uD83D a character",
                LocalDate.of(1899, 12, 31),
                LocalDate.of(10_000, 1, 1),
                LocalTime.of(1, 2, 3, 4),
                List.of(1),
                Map.of("a", 1));
        Row[] rows = IntStream.range(0, bad.size() + 1)
                .mapToObj(i -> schema.row((long) i, i < bad.size() ? bad.get(i) : "good"))
                .toArray(Row[]::new);

        List<Outcome> outcomes = Workbooks.create(ExcelFile.at(path), schema, rows);

        for (int i = 0; i < bad.size(); i++) {
            assertThat(outcomes.get(i))
                    .as("%s", bad.get(i).getClass())
                    .isInstanceOfSatisfying(
                            Outcome.Rejected.class,
                            rejected -> assertThat(rejected.reason())
                                    .startsWith("field 'value': ")
                                    .hasSizeLessThan(300));
        }
        assertThat(outcomes.get(bad.size())).isEqualTo(Outcome.applied());
        Workbooks.look(path, book -> {
            assertThat(Workbooks.value(book.getSheetAt(0), "B2")).isEqualTo("good");
            assertThat(book.getSheetAt(0).getLastRowNum()).isEqualTo(1);
        });
    }

    @Test
    void naughty_texts_come_back_as_themselves() throws Exception {
        List<String> texts = List.of(
                "",
                " ",
                " a ",
                "\t",
                "\n",
                "\r",
                "\r\n",
                "a\r\nb",
                "\u0000",
                "\u0001b\u001f",
                "\uFFFE\uFFFF",
                "_x0041_",
                "_x0041\u0001",
                "_x0041_x0042_x0043\r\n",
                "_x005F_x0041_",
                "__x0041_",
                "_x004_",
                "_xZZZZ_",
                "_x00e4_",
                "_",
                "_x",
                "\u0085\u2028",
                "\u007f",
                "<b>&amp;\"'",
                "]]>",
                "\uD83D\uDE00",
                "=1+1",
                "'quoted",
                "#N/A",
                "TRUE",
                "1E5",
                "0x1F",
                "007",
                "x".repeat(32_767));
        Schema schema = Schema.ofText("text");

        assertThat(Workbooks.create(
                        ExcelFile.at(path),
                        schema,
                        texts.stream().map(schema::row).toArray(Row[]::new)))
                .containsOnly(Outcome.applied());

        Workbooks.look(
                path,
                book -> assertThat(IntStream.range(0, texts.size())
                                .mapToObj(i -> Workbooks.value(book.getSheetAt(0), "A" + (i + 2))))
                        .isEqualTo(texts));
    }

    @Test
    void limits_are_known_before_anything_is_written() {
        String[] names = IntStream.range(0, 16_385).mapToObj(i -> "c" + i).toArray(String[]::new);
        ExcelFile file = ExcelFile.at(path);

        assertThatThrownBy(() -> file.schemaFor(Schema.ofText(names), List.of()))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-XLS-LIMIT"));
        assertThatThrownBy(() -> file.range("A1:B9").schemaFor(Schema.ofText("a", "b", "c"), List.of()))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-XLS-LIMIT"));
        assertThatThrownBy(() -> file.open(new Workbooks.Writing(Schema.ofText("a"), 1_048_576)))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-XLS-LIMIT"));
        assertThatThrownBy(() -> file.range("A1:B9").open(new Workbooks.Writing(Schema.ofText("a"), 9)))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-XLS-LIMIT"))
                .hasMessageContaining("9 new records, and range(...) has room for 8")
                .hasMessageContaining("give the range more rows");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void lists_need_a_type() {
        Schema schema = Schema.of(Field.of("tags", FieldType.list(FieldType.any())));

        assertThatThrownBy(() -> ExcelFile.at(path).schemaFor(schema, List.of()))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-XLS-TYPE"))
                .hasMessageContaining("FieldType.json()");
    }
}
