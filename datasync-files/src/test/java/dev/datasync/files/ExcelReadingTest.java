package dev.datasync.files;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.source.ReadException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.ss.SpreadsheetVersion;
import org.apache.poi.ss.usermodel.FormulaError;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.usermodel.SheetVisibility;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.xssf.usermodel.XSSFRichTextString;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xssf.usermodel.XSSFWorkbookType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExcelReadingTest {

    @TempDir
    private Path folder;

    private static Object[] row(Object... values) {
        return values;
    }

    private ExcelFile file(String kind, Object[]... rows) {
        return ExcelFile.at(Excel.write(folder.resolve("prices." + kind), rows));
    }

    /** A workbook made by hand, whose sheet has a header "v" in column A and one cell below it. */
    private ExcelFile cell(String cell) {
        return sheet(
                "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>v</t></is></c></row><row r=\"2\">" + cell + "</row>");
    }

    private ExcelFile sheet(String sheetData) {
        return ExcelFile.at(Excel.zip(folder.resolve("hand.xlsx"), Excel.parts(sheetData)));
    }

    private Object value(String cell) throws Exception {
        List<List<Object>> rows = Excel.rows(cell(cell));
        assertThat(rows).hasSize(1);
        return rows.get(0).get(0);
    }

    private static void assertFails(ExcelFile file, String code, String... words) {
        ReadException failure = Excel.failure(file);
        assertThat(failure).as("failure").isNotNull();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure).hasMessageContainingAll(words);
    }

    private ExcelFile filled(String kind, Consumer<Sheet> content) {
        return ExcelFile.at(Excel.write(
                folder.resolve("prices." + kind), workbook -> content.accept(workbook.createSheet("Data"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void reads_cells_by_their_own_type(String kind) throws Exception {
        Path path = Excel.write(
                folder.resolve("prices." + kind),
                row("id", "name", "price", "since", "changed", "is sold"),
                row(
                        1,
                        "hat",
                        1.1,
                        LocalDate.of(2024, 2, 29),
                        LocalDateTime.of(2024, 2, 29, 13, 14, 15, 16_000_000),
                        true),
                row(null, null, null),
                row(2, "", -0.5, LocalDate.of(1900, 1, 1), LocalDateTime.of(9999, 12, 31, 23, 59, 59), false),
                row(3, "007"));

        Excel.Read read = Excel.read(ExcelFile.at(path));

        assertThat(read.rejections()).isEmpty();
        assertThat(read.positions()).containsExactly(2L, 4L, 5L);
        assertThat(read.values())
                .containsExactly(
                        List.of(
                                1L,
                                "hat",
                                new BigDecimal("1.1"),
                                LocalDate.of(2024, 2, 29),
                                LocalDateTime.of(2024, 2, 29, 13, 14, 15, 16_000_000),
                                true),
                        List.of(
                                2L,
                                "",
                                new BigDecimal("-0.5"),
                                LocalDate.of(1900, 1, 1),
                                LocalDateTime.of(9999, 12, 31, 23, 59, 59),
                                false),
                        asList(3L, "007", null, null, null, null));
        assertThat(Excel.stored(path).fields().stream().map(Object::toString))
                .containsExactly(
                        "id decimal",
                        "name text",
                        "price decimal",
                        "since date",
                        "changed timestamp(9)",
                        "is sold boolean");
        assertThat(ExcelFile.at(path).schema().orElseThrow().field("id").type()).isEqualTo(FieldType.any());
    }

    // ---------------------------------------------------------------- numbers

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void gives_numbers_as_excel_shows_them(String kind) throws Exception {
        ExcelFile file = file(
                kind,
                row("v"),
                row(1.1),
                row(0.1 + 0.2),
                row(Math.nextUp(1.1)),
                row(123456789012345.0),
                row(-1.5e-7),
                row(1e20),
                row(0.0),
                row(-0.0),
                row(100.0),
                row(Double.MAX_VALUE),
                row(Double.MIN_NORMAL));

        assertThat(Excel.rows(file).stream().map(row -> row.get(0)))
                .containsExactly(
                        new BigDecimal("1.1"),
                        new BigDecimal("0.3"),
                        new BigDecimal("1.1"),
                        123456789012345L,
                        new BigDecimal("-0.00000015"),
                        new BigDecimal("100000000000000000000"),
                        0L,
                        0L,
                        100L,
                        new BigDecimal("1.79769313486232E+308").setScale(0),
                        new BigDecimal("2.2250738585072E-308"));
    }

    @ParameterizedTest
    @CsvSource({
        "1.10, 1.1",
        "1.1000000000000001, 1.1",
        "1.0999999999999999, 1.1",
        "007, 7",
        "-0, 0",
        "-0.0, 0",
        "+5, 5",
        "1E3, 1000",
        "1.5e-3, 0.0015",
        "0.000001, 0.000001",
        "123456789.123456, 123456789.123456",
        "999999999999999, 999999999999999",
        "12345678901234567, 12345678901234600",
        "' 12 ', 12",
        ".5, 0.5",
        "0.0000000000000000000000001, 1E-25"
    })
    void reads_any_notation_of_a_number(String written, BigDecimal number) throws Exception {
        Object value = value("<c r=\"A2\"><v>" + written + "</v></c>");

        assertThat(value instanceof Long whole ? BigDecimal.valueOf(whole) : value)
                .isEqualTo(number.scale() < 0 ? number.setScale(0) : number);
        assertThat(value instanceof BigDecimal decimal && decimal.scale() == 0 && decimal.precision() < 19)
                .as("a whole number that is no Long")
                .isFalse();
    }

    @Test
    void agrees_with_an_exact_calculation_on_random_numbers() {
        long seed = 20_240_229;
        java.util.Random random = new java.util.Random(seed);
        for (int i = 0; i < 6_000; i++) {
            double number = switch (i % 3) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> random.nextInt(1_000_000_000) / Math.pow(10, random.nextInt(10));
                default -> random.nextLong() >> random.nextInt(64);
            };
            if (Double.isNaN(number) || Double.isInfinite(number)) {
                continue;
            }
            BigDecimal expected =
                    new BigDecimal(number).round(new java.math.MathContext(15, java.math.RoundingMode.HALF_UP));
            for (String text :
                    new String[] {Double.toString(number), new BigDecimal(number).toString(), expected.toPlainString()
                    }) {
                if (text.length() < 400) {
                    Object parsed = ExcelNumbers.parse(text.toCharArray(), 0, text.length());
                    assertThat(new BigDecimal(String.valueOf(parsed)))
                            .as("seed %d, %s", seed, text)
                            .isEqualByComparingTo(expected);
                    assertThat(parsed).as(text).isEqualTo(FieldType.any().convert(parsed));
                }
            }
            assertThat(new BigDecimal(String.valueOf(ExcelNumbers.of(number)))).isEqualByComparingTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void tells_of_numbers_that_excel_has_cut_once_for_a_column(String kind) throws Exception {
        Excel.Read read = Excel.read(file(
                kind,
                row("id", "other"),
                row(1, 1e300),
                row(12345678901234568.0, 999_999_999_999_999L),
                row(-1e15, 1.5)));

        assertThat(read.rejections()).isEmpty();
        assertThat(read.warnings()).hasSize(2);
        assertThat(read.warnings().get(0)).contains("'other'", "cell B2", "as text");
        assertThat(read.warnings().get(1))
                .contains("sheet 'Data'", "'id'", "cell A3")
                .doesNotContain("12345");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void keeps_percentages_and_other_formats_as_numbers(String kind) throws Exception {
        ExcelFile file = file(
                kind,
                row("v"),
                row(new Excel.Formatted(0.125, "0.0%")),
                row(new Excel.Formatted(1234.5, "#,##0.00 \"days\"")),
                row(new Excel.Formatted(42, "00000")),
                row(new Excel.Formatted(42, "[Red]0.0;[Blue]-0.0")));

        assertThat(Excel.rows(file.types(Map.of("v", FieldType.text()))))
                .containsExactly(List.of("12.5%"), List.of("1,234.50 days"), List.of("00042"), List.of("42.0"));
        assertThat(Excel.rows(file))
                .containsExactly(
                        List.of(new BigDecimal("0.125")),
                        List.of(new BigDecimal("1234.5")),
                        List.of(42L),
                        List.of(42L));
    }

    // ---------------------------------------------------------------- dates

    @ParameterizedTest
    @CsvSource({
        "1, yyyy-mm-dd, 1900-01-01",
        "59, yyyy-mm-dd, 1900-02-28",
        "61, yyyy-mm-dd, 1900-03-01",
        "45351, d/m/yy, 2024-02-29",
        "45351, '[$-407]d. mmmm yyyy;@', 2024-02-29",
        "45351, 'yyyy\"年\"m\"月\"d\"日\"', 2024-02-29",
        "45351, mmm-yy, 2024-02-29",
        "45351.0000000001, yyyy-mm-dd, 2024-02-29",
        "2958465, yyyy-mm-dd, 9999-12-31",
        "45351.5, yyyy-mm-dd, 2024-02-29T12:00",
        "45351.25, yyyy-mm-dd hh:mm, 2024-02-29T06:00",
        "45351, yyyy-mm-dd hh:mm, 2024-02-29T00:00",
        "45351.5000000116, yyyy-mm-dd hh:mm:ss.000, 2024-02-29T12:00:00.001",
        "45351.999999999, yyyy-mm-dd, 2024-03-01",
        "0.5, hh:mm, 12:00",
        "0, hh:mm:ss, 00:00",
        "0.999988425925926, h:mm:ss AM/PM, 23:59:59",
        "0.0104166666666667, mm:ss, 00:15",
        "0.25, [h]:mm, 06:00",
        "1.25, [h]:mm, 1900-01-01T06:00"
    })
    void reads_dates_and_times_as_what_their_format_shows(double number, String format, String expected)
            throws Exception {
        for (String kind : new String[] {"xlsx", "xls"}) {
            ExcelFile file = file(kind, row("v"), row(new Excel.Formatted(number, format)));

            assertThat(Excel.rows(file).get(0).get(0)).isEqualTo(temporal(expected));
        }
    }

    private static Object temporal(String text) {
        if (text.contains("T")) {
            return LocalDateTime.parse(text);
        }
        return text.contains(":") ? LocalTime.parse(text) : LocalDate.parse(text);
    }

    @ParameterizedTest
    @ValueSource(doubles = {60, 60.5, -1, -0.001, 0, 0.5, 2958466, 1e10, 1e300})
    void rejects_what_is_shown_as_a_date_and_is_none(double number) throws Exception {
        for (String kind : new String[] {"xlsx", "xls"}) {
            Excel.Read read =
                    Excel.read(file(kind, row("id", "day"), row(1, new Excel.Formatted(number, "yyyy-mm-dd")), row(2)));

            assertThat(read.positions()).containsExactly(3L);
            assertThat(read.rejections()).hasSize(1);
            assertThat(read.rejections().get(0))
                    .startsWith("2: cell B2 is shown as a date")
                    .contains("correct it");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void respects_the_calendar_since_1904(String kind) throws Exception {
        Path path = Excel.write(folder.resolve("prices." + kind), workbook -> {
            if (workbook instanceof XSSFWorkbook xssf) {
                xssf.getCTWorkbook().addNewWorkbookPr().setDate1904(true);
            } else {
                ((HSSFWorkbook) workbook)
                        .getInternalWorkbook().getRecords().stream()
                                .filter(record -> record instanceof org.apache.poi.hssf.record.DateWindow1904Record)
                                .forEach(record -> ((org.apache.poi.hssf.record.DateWindow1904Record) record)
                                        .setWindowing((short) 1));
            }
            Excel.sheet(
                    workbook,
                    "Data",
                    row("v"),
                    row(new Excel.Formatted(0, "yyyy-mm-dd")),
                    row(new Excel.Formatted(60, "yyyy-mm-dd")),
                    row(new Excel.Formatted(43889, "yyyy-mm-dd")),
                    row(new Excel.Formatted(2957003, "yyyy-mm-dd")));
        });

        assertThat(Excel.rows(ExcelFile.at(path)))
                .containsExactly(
                        List.of(LocalDate.of(1904, 1, 1)),
                        List.of(LocalDate.of(1904, 3, 1)),
                        List.of(LocalDate.of(2024, 2, 29)),
                        List.of(LocalDate.of(9999, 12, 31)));
    }

    @Test
    void knows_the_formats_that_files_name_by_their_number_only() throws Exception {
        assertThat(value("<c r=\"A2\" s=\"2\"><v>45351</v></c>")).isEqualTo(LocalDate.of(2024, 2, 29));
        assertThat(CellFormats.kindOf(14, null)).isEqualTo(CellFormats.Kind.DATE);
        assertThat(CellFormats.kindOf(20, null)).isEqualTo(CellFormats.Kind.TIME);
        assertThat(CellFormats.kindOf(22, null)).isEqualTo(CellFormats.Kind.TIMESTAMP);
        assertThat(CellFormats.kindOf(46, null)).isEqualTo(CellFormats.Kind.TIME);
        assertThat(CellFormats.kindOf(32, null)).isEqualTo(CellFormats.Kind.TIME);
        assertThat(CellFormats.kindOf(55, null)).isEqualTo(CellFormats.Kind.TIMESTAMP);
        assertThat(CellFormats.kindOf(9, null)).isEqualTo(CellFormats.Kind.NUMBER);
        assertThat(CellFormats.kindOf(200, null)).isEqualTo(CellFormats.Kind.NUMBER);
    }

    @Test
    void reads_dates_that_a_file_writes_as_such() throws Exception {
        assertThat(value("<c r=\"A2\" t=\"d\"><v>2024-02-29</v></c>")).isEqualTo(LocalDate.of(2024, 2, 29));
        assertThat(value("<c r=\"A2\" t=\"d\"><v>2024-02-29T13:14:15.5</v></c>"))
                .isEqualTo(LocalDateTime.of(2024, 2, 29, 13, 14, 15, 500_000_000));
        assertThat(value("<c r=\"A2\" t=\"d\"><v>2024-02-29T13:14:15Z</v></c>"))
                .isEqualTo(LocalDateTime.of(2024, 2, 29, 13, 14, 15));
        assertThat(value("<c r=\"A2\" t=\"d\"><v>13:14:15</v></c>")).isEqualTo(LocalTime.of(13, 14, 15));
    }

    // ---------------------------------------------------------------- texts

    @Test
    void reads_texts_in_all_notations() throws Exception {
        String inline = "<c r=\"A2\" t=\"inlineStr\"><is>%s</is></c>";

        assertThat(value(inline.formatted("<t>a &lt; b &#13;&#10; c</t>"))).isEqualTo("a < b \r\n c");
        assertThat(value(inline.formatted("<t> a </t>"))).isEqualTo("a");
        assertThat(value(inline.formatted("<t xml:space=\"preserve\"> a\n</t>")))
                .isEqualTo(" a\n");
        assertThat(value(inline.formatted("<t/>"))).isEqualTo("");
        assertThat(value(inline.formatted(""))).isEqualTo("");
        assertThat(value(inline.formatted("<t><![CDATA[<b>]]></t>"))).isEqualTo("<b>");
        assertThat(value(inline.formatted("<t>a<!-- no text -->b</t>"))).isEqualTo("ab");
        assertThat(value(inline.formatted(
                        "<r><rPr><b/></rPr><t xml:space=\"preserve\">bold </t></r><r><t>and not</t></r>"
                                + "<rPh sb=\"0\" eb=\"1\"><t>spoken</t></rPh>")))
                .isEqualTo("bold and not");
        assertThat(value("<c r=\"A2\" t=\"str\"><f>B1</f><v> a_x000D_ </v></c>"))
                .isEqualTo(" a\r ");
        assertThat(value("<c r=\"A2\" t=\"s\"><v>2</v></c>")).isEqualTo("");
    }

    @ParameterizedTest
    @CsvSource({
        "_x0041_, A",
        "_x005F_x0041_, _x0041_",
        "a_x0001_b, a\u0001b",
        "_xD83D__xDE00_, \ud83d\ude00",
        "_xd83d_, \ud83d",
        "_x41_, _x41_",
        "_x004G_, _x004G_",
        "_x0041, _x0041",
        "__x0041_, _A",
        "_X0041_, _X0041_"
    })
    void decodes_escaped_characters(String written, String text) throws Exception {
        assertThat(value("<c r=\"A2\" t=\"inlineStr\"><is><t>" + written + "</t></is></c>"))
                .isEqualTo(text);
    }

    @Test
    void joins_rich_text_of_shared_strings() throws Exception {
        ExcelFile file = filled("xlsx", sheet -> {
            sheet.createRow(0).createCell(0).setCellValue("v");
            XSSFRichTextString text = new XSSFRichTextString("half bold ");
            text.applyFont(0, 4, sheet.getWorkbook().createFont());
            sheet.createRow(1).createCell(0).setCellValue(text);
        });

        assertThat(Excel.rows(file)).containsExactly(List.of("half bold "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void tells_an_empty_text_from_an_empty_cell(String kind) throws Exception {
        ExcelFile file = file(kind, row("a", "b"), row("", null), row(null, ""), row(null, null), row("x", "0071"));

        assertThat(Excel.rows(file)).containsExactly(asList("", null), asList(null, ""), List.of("x", "0071"));
    }

    // ---------------------------------------------------------------- other cells

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void reads_the_results_of_formulas(String kind) throws Exception {
        ExcelFile file = ExcelFile.at(Excel.write(folder.resolve("prices." + kind), workbook -> {
            Sheet sheet = Excel.sheet(workbook, "Data", row("a", "b", "c", "d"), row());
            sheet.getRow(1).createCell(0).setCellFormula("1.5*2");
            sheet.getRow(1).createCell(1).setCellFormula("\"x\"&\"y\"");
            sheet.getRow(1).createCell(2).setCellFormula("1=1");
            sheet.getRow(1).createCell(3).setCellFormula("\"\"");
            sheet.createRow(2).createCell(0).setCellFormula("1/0");
            workbook.getCreationHelper().createFormulaEvaluator().evaluateAll();
        }));

        Excel.Read read = Excel.read(file);
        assertThat(read.values()).containsExactly(List.of(3L, "xy", true, ""));
        assertThat(read.rejections()).containsExactly("3: cell A3 holds the error #DIV/0!: correct it");
    }

    @Test
    void rejects_formulas_that_were_never_calculated() throws Exception {
        for (String cell : new String[] {
            "<c r=\"A2\"><f>1+1</f></c>", "<c r=\"A2\"><f>1+1</f><v></v></c>", "<c r=\"A2\" t=\"str\"><f>B1</f></c>"
        }) {
            Excel.Read read = Excel.read(cell(cell));

            assertThat(read.rows()).isEmpty();
            assertThat(read.rejections()).hasSize(1);
            assertThat(read.rejections().get(0)).contains("2: cell A2 holds a formula without a result");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void rejects_records_with_errors(String kind) throws Exception {
        ExcelFile file = filled(kind, sheet -> {
            sheet.createRow(0).createCell(0).setCellValue("v");
            for (FormulaError error : List.of(FormulaError.NA, FormulaError.REF, FormulaError.NAME, FormulaError.NUM)) {
                sheet.createRow(sheet.getLastRowNum() + 1).createCell(0).setCellErrorValue(error.getCode());
            }
        });

        assertThat(Excel.read(file).rejections())
                .containsExactly(
                        "2: cell A2 holds the error #N/A: correct it",
                        "3: cell A3 holds the error #REF!: correct it",
                        "4: cell A4 holds the error #NAME?: correct it",
                        "5: cell A5 holds the error #NUM!: correct it");
    }

    @Test
    void does_not_show_what_only_pretends_to_be_an_error() throws Exception {
        assertThat(Excel.read(cell("<c r=\"A2\" t=\"e\"><v>secret</v></c>")).rejections())
                .containsExactly("2: cell A2 holds an error: correct it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void gives_the_value_of_merged_cells_to_the_first(String kind) throws Exception {
        ExcelFile file = ExcelFile.at(Excel.write(
                folder.resolve("prices." + kind),
                workbook -> Excel.sheet(workbook, "Data", row("a", "b"), row(1, "x"), row(2, null))
                        .addMergedRegion(new CellRangeAddress(1, 2, 1, 1))));

        assertThat(Excel.rows(file)).containsExactly(List.of(1L, "x"), asList(2L, null));
    }

    // ---------------------------------------------------------------- sheets

    private ExcelFile sheets(String kind) {
        return ExcelFile.at(Excel.write(folder.resolve("prices." + kind), workbook -> {
            Excel.sheet(workbook, "Notes", row("a"), row("hidden"));
            Excel.sheet(workbook, "Prices", row("a"), row("visible"));
            Excel.sheet(workbook, "Old prices", row("a"), row("third"));
            workbook.createSheet("Empty");
            workbook.setSheetVisibility(0, SheetVisibility.VERY_HIDDEN);
            workbook.setActiveSheet(2);
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void finds_sheets_by_name_number_or_as_the_first_visible_one(String kind) throws Exception {
        ExcelFile file = sheets(kind);

        assertThat(Excel.rows(file)).containsExactly(List.of("visible"));
        assertThat(Excel.rows(file.sheet("PRICES"))).containsExactly(List.of("visible"));
        assertThat(Excel.rows(file.sheet("notes"))).containsExactly(List.of("hidden"));
        assertThat(Excel.rows(file.sheet(1))).containsExactly(List.of("hidden"));
        assertThat(Excel.rows(file.sheet(3))).containsExactly(List.of("third"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void a_missing_sheet_is_an_error_of_a_source_and_nothing_of_a_target(String kind) throws Exception {
        for (ExcelFile file : List.of(sheets(kind).sheet("Price"), sheets(kind).sheet(5))) {
            assertFails(file, "E-XLS-SHEET", "there is no sheet", "'Notes' (hidden), 'Prices', 'Old prices', 'Empty'");
            if (kind.equals("xlsx")) {
                assertThat(file.storedSchema()).isEmpty();
                assertThat(Excel.rows(file.existing())).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void an_empty_sheet_is_an_error_of_a_source_and_nothing_of_a_target(String kind) throws Exception {
        ExcelFile file = sheets(kind).sheet("Empty");

        assertFails(file, "E-XLS-NO-HEADER", "sheet 'Empty'", "not even a header");
        assertFails(file.headerRow(3), "E-XLS-NO-HEADER", "sheet 'Empty'");
        if (kind.equals("xlsx")) {
            assertThat(file.storedSchema()).isEmpty();
            assertThat(Excel.rows(file.existing())).isEmpty();
        }
        assertThat(Excel.rows(file.withoutHeader("a"))).isEmpty();
        assertThat(Excel.rows(file(kind, row("only", "a header")))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a/b", "a:b", "a[b", "'a", "a'", "12345678901234567890123456789012", "a\u0000"})
    void refuses_names_that_no_sheet_can_have(String name) {
        assertThatThrownBy(() -> ExcelFile.at(folder).sheet(name)).isInstanceOf(IllegalArgumentException.class);
    }

    // ---------------------------------------------------------------- headers and ranges

    private static final Object[][] REPORT = {
        {"Prices of all shops"},
        {},
        {null, "id", "name", "price"},
        {null, 1, "hat", 1.5},
        {null, 2, "shoe", 2.5},
        {null, "sum", null, 4}
    };

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void finds_the_header_where_it_is_said_to_be(String kind) throws Exception {
        ExcelFile file = file(kind, REPORT);
        List<Object> hat = List.of(1L, "hat", new BigDecimal("1.5"));
        List<Object> shoe = List.of(2L, "shoe", new BigDecimal("2.5"));
        List<Object> sum = asList("sum", null, 4L);

        assertThat(Excel.rows(file.headerRow(3))).containsExactly(hat, shoe, sum);
        assertThat(Excel.rows(file.headerWith("PRICE", "id"))).containsExactly(hat, shoe, sum);
        assertThat(Excel.rows(file.range("B3:D5"))).containsExactly(hat, shoe);
        assertThat(Excel.rows(file.range("B2:D"))).containsExactly(hat, shoe, sum);
        assertThat(Excel.rows(file.range("B:C").headerRow(3)))
                .containsExactly(List.of(1L, "hat"), List.of(2L, "shoe"), asList("sum", null));
        assertThat(Excel.rows(file.range("B4:D5").withoutHeader("i", "n", "p"))).containsExactly(hat, shoe);
        assertThat(Excel.read(file.range("B4:D5").withoutHeader("i", "n", "p")).positions())
                .containsExactly(4L, 5L);
        assertThat(Excel.read(file.headerRow(3)).positions()).containsExactly(4L, 5L, 6L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void refuses_headers_that_are_not_where_they_should_be(String kind) {
        ExcelFile file = file(kind, REPORT);

        assertFails(file, "E-XLS-WIDTH", "sheet 'Data' cell B3", "its column has no name in the header in row 1");
        assertFails(file.headerRow(2), "E-XLS-HEADER", "row 2");
        assertFails(file.headerRow(9), "E-XLS-HEADER", "row 9");
        assertFails(file.headerWith("colour"), "E-XLS-HEADER", "headerWith", "'colour'", "headerRow");
        assertFails(
                file.headerWith("Price", "colour", "id"), "E-XLS-HEADER", "headerWith", "row 3 has all but 'colour'");
        assertFails(file.withoutHeader("a"), "E-XLS-WIDTH", "cell B3", "withoutHeader");
        assertFails(file.range("F1:G"), "E-XLS-NO-HEADER", "range");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void refuses_headers_with_gaps_or_the_same_name_twice(String kind) {
        assertFails(file(kind, row("a", null, "c"), row(1)), "E-XLS-HEADER-EMPTY", "sheet 'Data' cell B1", "merged");
        assertFails(file(kind, row("a", "  ", "c"), row(1)), "E-XLS-HEADER-EMPTY", "cell B1");
        assertFails(file(kind, row("Id", "b", "ID"), row(1)), "E-XLS-DUP-HEADER", "cell C1", "'ID'", "cell A1");
        assertFails(file(kind, row("a", "b"), row(1, 2, 3)), "E-XLS-WIDTH", "cell C2");
        assertFails(file(kind, row("a", "b", null), row(1, 2), row(1, 2, false)), "E-XLS-WIDTH", "cell C3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void columns_without_name_and_value_do_not_exist(String kind) throws Exception {
        ExcelFile file = filled(kind, sheet -> {
            sheet.createRow(0).createCell(1).setCellValue("a");
            sheet.getRow(0).createCell(2).setCellValue(" ");
            sheet.createRow(1).createCell(1).setCellValue(1);
            sheet.getRow(1).createCell(2);
            sheet.getRow(1).createCell(0);
            sheet.createRow(5).createCell(1);
            sheet.createRow(6).createCell(1).setCellValue(2);
            sheet.getRow(6).createCell(3).setCellValue("");
            sheet.createRow(7).createCell(1);
        });

        Excel.Read read = Excel.read(file);
        assertThat(read.values()).containsExactly(List.of(1L), List.of(2L));
        assertThat(read.positions()).containsExactly(2L, 7L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void takes_names_of_columns_from_any_kind_of_cell(String kind) throws Exception {
        ExcelFile file = file(kind, row(2024, LocalDate.of(2024, 2, 29), true, 1.5, " x "), row(1, 2, 3, 4, 5));

        assertThat(file.schema().orElseThrow().names()).containsExactly("2024", "2024-02-29", "true", "1.5", " x ");
    }

    @Test
    void refuses_an_error_as_the_name_of_a_column() {
        assertFails(
                sheet("<row r=\"1\"><c r=\"A1\" t=\"e\"><v>#REF!</v></c></row>"),
                "E-XLS-HEADER",
                "cell A1",
                "the error #REF!");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void passes_over_hidden_rows_if_told_to(String kind) throws Exception {
        ExcelFile file = ExcelFile.at(Excel.write(folder.resolve("prices." + kind), workbook -> {
            Sheet sheet = Excel.sheet(workbook, "Data", row("title"), row("id"), row(1), row(2), row(3));
            sheet.getRow(0).setZeroHeight(true);
            sheet.getRow(3).setZeroHeight(true);
        }));

        assertThat(Excel.rows(file)).containsExactly(List.of("id"), List.of(1L), List.of(2L), List.of(3L));
        assertThat(Excel.rows(file.hiddenRows(HiddenRows.SKIP))).containsExactly(List.of(1L), List.of(3L));
    }

    @Test
    void counts_rows_and_cells_that_do_not_say_where_they_are() throws Exception {
        ExcelFile file =
                sheet("<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c></row><row/><row><c><v>1</v></c></row>"
                        + "<row r=\"7\"><c/><c t=\"b\"><v>1</v></c></row><row><c r=\"A8\"><v>2</v></c></row>");

        Excel.Read read = Excel.read(file);
        assertThat(read.values()).containsExactly(asList(1L, null), asList(null, true), asList(2L, null));
        assertThat(read.positions()).containsExactly(3L, 7L, 8L);
    }

    @Test
    void reads_elements_with_prefixes_and_passes_over_unknown_ones() throws Exception {
        Map<String, String> parts = Excel.parts("");
        parts.put(
                "xl/worksheets/sheet1.xml",
                "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><!-- x --><x:worksheet xmlns:x=\""
                        + Excel.MAIN
                        + "\" xmlns:y=\"y\"><x:cols><x:col min=\"1\"/></x:cols><x:sheetData><x:row r=\"1\" y:r=\"5\">"
                        + "<x:c r=\"A1\" y:t=\"q\" t=\"s\"><x:v>0</x:v><x:extLst><x:v>9</x:v></x:extLst></x:c></x:row>"
                        + "<x:row r=\"2\"><x:c r=\"A2\"><x:v>5</x:v></x:c><y:c/></x:row><y:row/></x:sheetData>"
                        + "<x:row r=\"3\"><x:c r=\"A3\"><x:v>6</x:v></x:c></x:row></x:worksheet>");

        assertThat(Excel.rows(ExcelFile.at(Excel.zip(folder.resolve("hand.xlsx"), parts))))
                .containsExactly(List.of(5L));
    }

    // ---------------------------------------------------------------- types

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void reads_cells_as_the_types_that_the_user_gives(String kind) throws Exception {
        ExcelFile file = file(
                        kind,
                        row("zip", "day", "at", "time", "count", "ok", "plain", "serial"),
                        row(
                                new Excel.Formatted(1234, "00000"),
                                45351,
                                45351.5,
                                0.25,
                                "17",
                                1,
                                3,
                                LocalDate.of(2024, 2, 29)),
                        row("01234", "2024-02-29", LocalDate.of(2024, 2, 29), "06:00", 17, "yes", "4", 7))
                .types(Map.of(
                        "zip",
                        FieldType.text(),
                        "day",
                        FieldType.date(),
                        "at",
                        FieldType.timestamp(),
                        "time",
                        FieldType.time(),
                        "count",
                        FieldType.integer(),
                        "ok",
                        FieldType.bool(),
                        "serial",
                        FieldType.integer()));

        assertThat(Excel.rows(file))
                .containsExactly(
                        List.of(
                                "01234",
                                LocalDate.of(2024, 2, 29),
                                LocalDateTime.of(2024, 2, 29, 12, 0),
                                LocalTime.of(6, 0),
                                17L,
                                true,
                                3L,
                                45351L),
                        List.of(
                                "01234",
                                LocalDate.of(2024, 2, 29),
                                LocalDateTime.of(2024, 2, 29, 0, 0),
                                LocalTime.of(6, 0),
                                17L,
                                true,
                                "4",
                                7L));
        assertThat(file.schema().orElseThrow().field("zip").type()).isEqualTo(FieldType.text());
        assertThat(file.schema().orElseThrow().field("plain").type()).isEqualTo(FieldType.any());
        if (kind.equals("xlsx")) {
            assertThat(file.storedSchema().orElseThrow().field("count").type()).isEqualTo(FieldType.integer());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void rejects_what_does_not_fit_the_type_that_the_user_gives(String kind) throws Exception {
        ExcelFile file = file(
                        kind, row("count", "day"), row("many", 1), row(1.5, 1), row(2, "soon"), row(3, -5), row(4, 1))
                .types(Map.of("count", FieldType.integer(), "day", FieldType.date()));

        Excel.Read read = Excel.read(file);
        assertThat(read.rows()).hasSize(1);
        assertThat(read.rejections()).hasSize(4);
        assertThat(read.rejections().get(0))
                .contains("2: cell A2 does not fit the type integer")
                .doesNotContain("many");
        assertThat(read.rejections().get(3)).contains("5: cell B5 is no date");
    }

    @Test
    void refuses_types_of_columns_that_are_not_there() {
        assertFails(
                file("xlsx", row("a"), row(1)).types(Map.of("b", FieldType.text())),
                "E-XLS-COLUMN",
                "a column 'b'",
                "its columns are [a]");
    }

    @Test
    void types_find_their_columns_in_upper_and_lower_case() throws Exception {
        ExcelFile file = file("xlsx", row("ID", "Zip"), row(1, 1234))
                .types(Map.of("id", FieldType.integer(), "ZIP", FieldType.text()));

        assertThat(file.schema().orElseThrow().fields())
                .containsExactly(Field.of("ID", FieldType.integer()), Field.of("Zip", FieldType.text()));
        assertThat(Excel.rows(file)).containsExactly(asList(1L, "1234"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void infers_the_types_of_a_target_from_what_it_holds(String kind) throws Exception {
        ExcelFile file = file(
                kind,
                row("n", "t", "mixed", "none", "d"),
                row(1, "x", 1, null, LocalDate.of(2024, 2, 29)),
                row(null, null, null, null, null),
                row(1.5, null, "x", null, LocalDateTime.of(2024, 2, 29, 1, 0)));

        assertThat(Excel.stored(folder.resolve("prices." + kind)).fields().stream()
                        .map(Object::toString))
                .containsExactly("n decimal", "t text", "mixed any", "none any", "d timestamp(9)");
        assertThat(Excel.rows(file)).hasSize(2);
    }

    // ---------------------------------------------------------------- readings

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void shares_one_schema_among_all_rows(String kind) throws Exception {
        List<Row> rows =
                Excel.read(file(kind, row("id"), row(1), row("x"), row(true))).rows();

        Set<Integer> schemas = rows.stream()
                .map(each -> System.identityHashCode(each.schema()))
                .collect(Collectors.toSet());
        assertThat(schemas).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void notices_a_file_that_changes_while_it_is_read(String kind) throws Exception {
        ExcelFile file = file(kind, row("id"), row(1), row(2));
        Path path = folder.resolve("prices." + kind);
        List<Row> rows = new ArrayList<>();

        try (ExcelReading reading = ExcelReading.open(path, ExcelOptions.DEFAULT)) {
            Files.setLastModifiedTime(path, FileTime.fromMillis(1_000));
            ReadException failure = org.assertj.core.api.Assertions.catchThrowableOfType(
                    ReadException.class, () -> reading.read(new Collecting(rows), new Excel.Warned(new ArrayList<>())));
            assertThat(failure.code()).isEqualTo("E-FILE-CHANGED");
        }
        assertThat(Csv.openFiles(folder)).hasValue(0);
        assertThat(Excel.rows(file)).hasSize(2);
    }

    private record Collecting(List<Row> rows) implements dev.datasync.source.Receiver<Row> {

        @Override
        public void accept(Row row) {
            rows.add(row);
        }

        @Override
        public void accept(Row row, long position) {
            rows.add(row);
        }

        @Override
        public void reject(long position, String reason) {
            throw new AssertionError(reason);
        }
    }

    @Test
    void reads_macros_and_templates_like_other_workbooks() throws Exception {
        for (XSSFWorkbookType type : XSSFWorkbookType.values()) {
            Path path = Excel.write(folder.resolve("macros.xlsm"), workbook -> {
                ((XSSFWorkbook) workbook).setWorkbookType(type);
                Excel.sheet(workbook, "Data", row("id"), row(1));
            });
            assertThat(Excel.rows(ExcelFile.at(path))).containsExactly(List.of(1L));
        }
    }

    @Test
    void tells_the_kind_of_a_file_by_its_content() throws Exception {
        Path xls = Excel.write(folder.resolve("prices.xls"), row("id"), row(1));
        Path named = Files.copy(xls, folder.resolve("really.xlsx"));

        assertThat(Excel.rows(ExcelFile.at(named))).containsExactly(List.of(1L));
    }

    @Test
    void reads_the_largest_sheet_of_an_xls_workbook() throws Exception {
        int last = SpreadsheetVersion.EXCEL97.getLastRowIndex();
        ExcelFile file = filled("xls", sheet -> {
            sheet.createRow(0).createCell(255).setCellValue("id");
            sheet.createRow(1_000).createCell(255).setCellValue(1);
            sheet.createRow(last).createCell(255).setCellValue(2);
        });

        Excel.Read read = Excel.read(file);
        assertThat(read.positions()).containsExactly(1_001L, 65_536L);
        assertThat(read.values()).containsExactly(List.of(1L), List.of(2L));
    }
}
