package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.run.SyncReport;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.poi.ss.SpreadsheetVersion;
import org.apache.poi.ss.usermodel.DataValidationHelper;
import org.apache.poi.ss.util.AreaReference;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.ss.util.CellRangeAddressList;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFTable;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.xmlbeans.XmlException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openxmlformats.schemas.spreadsheetml.x2006.main.CTExtensionList;

/** What is around the records that change: rules, formulas of other sheets, hidden rows, other tables. */
class ExcelNeighboursTest {

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void name_the_file() {
        path = folder.resolve("book.xlsx");
    }

    private ExcelFile data() {
        return ExcelFile.at(path).sheet("Data");
    }

    /** Makes a sheet "Data" with records 1 to 5 in rows 2 to 6, a sheet "Other", and more. */
    private void make(Consumer<XSSFWorkbook> more) throws IOException {
        Workbooks.make(path, book -> {
            XSSFSheet data = book.createSheet("Data");
            data.createRow(0).createCell(0).setCellValue("id");
            data.getRow(0).createCell(1).setCellValue("price");
            for (int i = 1; i <= 5; i++) {
                data.createRow(i).createCell(0).setCellValue(i);
                data.getRow(i).createCell(1).setCellValue(i * 10);
            }
            book.createSheet("Other");
            more.accept(book);
        });
    }

    private static Row record(int id) {
        return Row.of("id", (long) id, "price", id * 10L);
    }

    private static Row[] records(int... ids) {
        return Arrays.stream(ids).mapToObj(ExcelNeighboursTest::record).toArray(Row[]::new);
    }

    private static Object value(XSSFWorkbook book, String sheet, String place) {
        return Workbooks.value(book.getSheet(sheet), place);
    }

    @Test
    void rules_of_cells_are_about_the_same_cells_when_the_first_row_goes() throws Exception {
        make(book -> {
            XSSFSheet data = book.getSheet("Data");
            data.getSheetConditionalFormatting()
                    .addConditionalFormatting(
                            new CellRangeAddress[] {CellRangeAddress.valueOf("B2:B6")},
                            data.getSheetConditionalFormatting().createConditionalFormattingRule("$B2>$B$5+A3"));
            DataValidationHelper helper = data.getDataValidationHelper();
            data.addValidationData(helper.createValidation(
                    helper.createCustomConstraint("B2>Other!A2"), new CellRangeAddressList(1, 5, 1, 1)));
        });

        Workbooks.sync(data(), records(3, 4, 5));

        Workbooks.look(path, book -> {
            XSSFSheet data = book.getSheet("Data");
            assertThat(data.getSheetConditionalFormatting()
                            .getConditionalFormattingAt(0)
                            .getRule(0)
                            .getFormula1())
                    .isEqualTo("$B2>$B$3+A3");
            assertThat(data.getDataValidations()
                            .get(0)
                            .getValidationConstraint()
                            .getFormula1())
                    .isEqualTo("B2>Other!A4");
        });
    }

    @Test
    void rules_of_other_sheets_follow_the_rows() throws Exception {
        make(book -> {
            XSSFSheet other = book.getSheet("Other");
            DataValidationHelper helper = other.getDataValidationHelper();
            other.addValidationData(helper.createValidation(
                    helper.createFormulaListConstraint("Data!$A$4:$A$6"), new CellRangeAddressList(0, 5, 1, 1)));
        });

        Workbooks.sync(data(), records(2, 3, 4, 5));

        Workbooks.look(
                path,
                book -> assertThat(book.getSheet("Other")
                                .getDataValidations()
                                .get(0)
                                .getValidationConstraint()
                                .getFormula1())
                        .isEqualTo("Data!$A$3:$A$5"));
    }

    @Test
    void rules_of_newer_editions_of_excel_follow_the_rows() throws Exception {
        make(book -> {
            book.getSheet("Other").getCTWorksheet().setExtLst(extensions("Data!$A$4:$A$6", "B1:B6"));
            book.getSheet("Data").getCTWorksheet().setExtLst(extensions("Other!$A$4:$A$6", "B4:B6 D2"));
        });

        Workbooks.sync(data(), records(2, 3, 4, 5));

        Workbooks.look(path, book -> {
            assertThat(book.getSheet("Other").getCTWorksheet().getExtLst().xmlText())
                    .contains("Data!$A$3:$A$5")
                    .contains("B1:B6");
            assertThat(book.getSheet("Data").getCTWorksheet().getExtLst().xmlText())
                    .contains("Other!$A$4:$A$6")
                    .contains(">B3:B5<");
        });
    }

    private static CTExtensionList extensions(String formula, String cells) {
        try {
            return CTExtensionList.Factory.parse("<xml-fragment xmlns=\"" + Excel.MAIN
                    + "\"><ext uri=\"{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}\""
                    + " xmlns:x14=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\""
                    + " xmlns:xm=\"http://schemas.microsoft.com/office/excel/2006/main\"><x14:dataValidations count=\"1\">"
                    + "<x14:dataValidation type=\"list\"><x14:formula1><xm:f>" + formula
                    + "</xm:f></x14:formula1><xm:sqref>" + cells
                    + "</xm:sqref></x14:dataValidation></x14:dataValidations></ext></xml-fragment>");
        } catch (XmlException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void formulas_for_several_cells_on_another_sheet_follow() throws Exception {
        make(book -> book.getSheet("Other").setArrayFormula("Data!B4:B5*2", CellRangeAddress.valueOf("A1:A2")));

        Workbooks.sync(data(), records(2, 3, 4, 5));

        Workbooks.look(path, book -> assertThat(value(book, "Other", "A2")).isEqualTo("=Data!B3:B4*2"));
    }

    @Test
    void rows_stay_when_a_formula_cannot_follow() throws Exception {
        make(book -> {
            XSSFSheet other = book.getSheet("Other");
            other.createRow(0).createCell(0).setCellFormula("A1");
            other.getRow(0).getCell(0).getCTCell().getF().setStringValue("_xlfn.LET(_xlpm.x,Data!B4#,_xlpm.x)");
        });
        byte[] bytes = Files.readAllBytes(path);

        assertThatThrownBy(() -> Workbooks.sync(data(), records(2, 3, 4, 5)))
                .hasMessageContaining("sheet 'Other' cell A1");
        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
        // records can still be added and changed
        Workbooks.sync(data(), records(1, 2, 3, 4, 5, 6));
    }

    @Test
    void results_that_only_excel_can_calculate_stay() throws Exception {
        make(book -> {
            XSSFSheet other = book.getSheet("Other");
            other.createRow(0).createCell(0).setCellFormula("A1");
            other.getRow(0).getCell(0).getCTCell().getF().setStringValue("_xlfn.XLOOKUPS(1,2)");
            other.getRow(0).getCell(0).getCTCell().setV("42");
            other.createRow(1).createCell(0).setCellFormula("SUM(Data!B2:B6)");
            other.getRow(1).getCell(0).setCellValue(150);
            other.createRow(2).createCell(0).setCellFormula("A1");
            other.getRow(2).getCell(0).getCTCell().getF().setStringValue("UnknownName+1");
            other.getRow(2).getCell(0).setCellValue(7);
        });

        Workbooks.sync(data(), records(1, 2, 3, 4, 5, 6));

        Workbooks.look(path, book -> {
            XSSFSheet other = book.getSheet("Other");
            assertThat(other.getRow(0).getCell(0).getNumericCellValue()).isEqualTo(42);
            assertThat(other.getRow(2).getCell(0).getNumericCellValue()).isEqualTo(7);
        });
    }

    @Test
    void hidden_rows_of_a_target_are_records() throws Exception {
        make(book -> book.getSheet("Data").getRow(3).setZeroHeight(true));

        SyncReport report = Workbooks.sync(data().hiddenRows(HiddenRows.SKIP), records(1, 2, 3, 4, 5));

        assertThat(report.counts().written()).isZero();
    }

    @Test
    void another_table_on_the_sheet_keeps_its_looks() throws Exception {
        make(book -> {
            XSSFSheet data = book.getSheet("Data");
            data.setColumnWidth(0, 30 * 256);
            data.createFreezePane(1, 2);
            data.setAutoFilter(CellRangeAddress.valueOf("A1:B6"));
            data.setColumnWidth(4, 31 * 256);
        });

        Workbooks.sync(data().range("E1:F"), records(7, 8));

        Workbooks.look(path, book -> {
            XSSFSheet data = book.getSheet("Data");
            assertThat(Workbooks.value(data, "A3")).isEqualTo(2.0);
            assertThat(Workbooks.value(data, "E3")).isEqualTo(8.0);
            assertThat(data.getCTWorksheet().getAutoFilter().getRef()).isEqualTo("A1:B6");
            assertThat(data.getPaneInformation().getHorizontalSplitPosition()).isEqualTo((short) 2);
            assertThat(data.getColumnWidth(4)).isEqualTo(31 * 256);
        });
    }

    @Test
    void a_row_of_totals_stays_the_last_row_of_its_table() throws Exception {
        make(book -> {
            XSSFSheet data = book.getSheet("Data");
            data.createRow(6).createCell(0).setCellValue("Total");
            data.getRow(6).createCell(1).setCellFormula("SUM(B2:B6)");
            data.getRow(6).getCell(1).setCellValue(150);
            XSSFTable table = data.createTable(new AreaReference("A1:B7", SpreadsheetVersion.EXCEL2007));
            table.getCTTable().setTotalsRowCount(1);
        });
        byte[] bytes = Files.readAllBytes(path);

        assertThatThrownBy(() -> Workbooks.sync(
                        data(),
                        IntStream.rangeClosed(1, 6)
                                .mapToObj(i -> Row.of("id", String.valueOf(i), "price", i * 10L))
                                .toArray(Row[]::new)))
                .hasMessageContaining("totals");
        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
    }

    @Test
    void values_of_all_kinds_in_columns_without_any_come_back() throws Exception {
        Workbooks.sync(
                ExcelFile.at(path)
                        .columns("id", "instant", "offset", "zoned", "uuid", "bytes", "real", "bool", "empty"),
                Row.of("id", 1L));
        Row row = Row.of(
                "id",
                1L,
                "instant",
                Instant.parse("2025-01-31T10:00:00Z"),
                "offset",
                OffsetDateTime.parse("2025-01-31T10:00:00+01:00"),
                "zoned",
                ZonedDateTime.parse("2025-01-31T10:00:00+01:00[Europe/Berlin]"),
                "uuid",
                UUID.fromString("00000000-0000-0001-0000-000000000002"),
                "bytes",
                new byte[] {1, 2, 3},
                "real",
                1.5f,
                "bool",
                true,
                "empty",
                "");

        assertThat(Workbooks.sync(ExcelFile.at(path), row).counts().updated()).isEqualTo(1);
        assertThat(Workbooks.sync(ExcelFile.at(path), row).counts().written()).isZero();
    }

    @Test
    void values_in_all_formats_of_both_calendars_come_back() throws Exception {
        for (boolean since1904 : new boolean[] {false, true}) {
            Path book = folder.resolve(since1904 + ".xlsx");
            Workbooks.make(book, made -> {
                made.getCTWorkbook().getWorkbookPr().setDate1904(since1904);
                String[] formats = {
                    "General", "0%", "[h]:mm", "mm:ss", "dd.mm.yyyy", "yyyy-mm-dd hh:mm", "@", "General", "hh:mm:ss"
                };
                XSSFSheet sheet = made.createSheet();
                for (int row = 0; row < 2; row++) {
                    sheet.createRow(row);
                    for (int i = 0; i < formats.length; i++) {
                        sheet.getRow(row).createCell(i);
                        if (row == 0) {
                            sheet.getRow(0).getCell(i).setCellValue(i == 0 ? "id" : "c" + i);
                        } else {
                            sheet.getRow(1).getCell(i).setCellValue(i == 0 ? 1 : 0.25 + i * 1000);
                            sheet.getRow(1).getCell(i).setCellStyle(made.createCellStyle());
                            sheet.getRow(1)
                                    .getCell(i)
                                    .getCellStyle()
                                    .setDataFormat(made.createDataFormat().getFormat(formats[i]));
                        }
                    }
                }
                sheet.getRow(1).getCell(6).setCellValue("007");
                sheet.getRow(1).getCell(7).setCellValue(true);
                sheet.getRow(1).getCell(8).setCellValue(0.25);
            });
            Row[] rows = new Row[5];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = Row.of(
                        "id",
                        (long) i,
                        "c1",
                        new BigDecimal("0.155"),
                        "c2",
                        LocalDateTime.of(2020, 1, 31, 12, 30),
                        "c3",
                        LocalDateTime.of(2020, 1, 31, 0, 0, 0, i * 1_000_000),
                        "c4",
                        i == 0
                                ? LocalDateTime.of(2020, 1, 31, 10, 0)
                                : LocalDate.of(2020, 1, i).atStartOfDay(),
                        "c5",
                        LocalDate.of(2020, 1, 31).atTime(i, 0),
                        "c6",
                        i == 1 ? "true" : "=1+" + i,
                        "c7",
                        i % 2 == 0,
                        "c8",
                        LocalTime.of(23, 59, 59, 999_000_000));
            }
            String which = since1904 ? "since 1904" : "since 1900";

            assertThat(Workbooks.sync(ExcelFile.at(book), rows).counts().written())
                    .as(which)
                    .isEqualTo(5);
            assertThat(Workbooks.sync(ExcelFile.at(book), rows).counts().written())
                    .as(which)
                    .isZero();
        }
    }

    @Test
    void types_name_columns_that_there_are_also_in_a_new_workbook() {
        ExcelFile typed = ExcelFile.at(path).types(Map.of("code", FieldType.text(), "Prise", FieldType.decimal()));

        assertThatThrownBy(() -> Workbooks.sync(typed, Row.of("code", "007", "Price", BigDecimal.ONE)))
                .hasMessageContaining("Prise")
                .hasMessageContaining("E-XLS-COLUMN");
        assertThat(path).doesNotExist();
        assertThatThrownBy(() -> Workbooks.sync(
                        ExcelFile.at(path).types(Map.of("CODES", FieldType.text())), Row.of("code", "007")))
                .hasMessageContaining("CODES");
    }

    @Test
    void what_is_too_large_for_the_memory_is_refused_before_it_is_read() throws Exception {
        String[] names = IntStream.range(0, 1_000).mapToObj(i -> "column " + i).toArray(String[]::new);
        dev.datasync.row.Schema schema = dev.datasync.row.Schema.ofText(names);
        Workbooks.create(ExcelFile.at(path), schema);

        assertThatThrownBy(() -> ExcelFile.at(path)
                        .open(new Workbooks.Writing(schema, 1_000_000))
                        .close())
                .hasMessageContaining("memory");
        assertThat(Csv.names(folder)).isEqualTo(List.of("book.xlsx"));
    }
}
