package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.match.Key;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.poi.ss.SpreadsheetVersion;
import org.apache.poi.ss.usermodel.DataValidation;
import org.apache.poi.ss.usermodel.DataValidationHelper;
import org.apache.poi.ss.usermodel.FillPatternType;
import org.apache.poi.ss.usermodel.IndexedColors;
import org.apache.poi.ss.usermodel.Name;
import org.apache.poi.ss.util.AreaReference;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.ss.util.CellRangeAddressList;
import org.apache.poi.xddf.usermodel.chart.AxisPosition;
import org.apache.poi.xddf.usermodel.chart.ChartTypes;
import org.apache.poi.xddf.usermodel.chart.XDDFCategoryAxis;
import org.apache.poi.xddf.usermodel.chart.XDDFChartData;
import org.apache.poi.xddf.usermodel.chart.XDDFDataSourcesFactory;
import org.apache.poi.xddf.usermodel.chart.XDDFValueAxis;
import org.apache.poi.xssf.usermodel.XSSFCellStyle;
import org.apache.poi.xssf.usermodel.XSSFChart;
import org.apache.poi.xssf.usermodel.XSSFClientAnchor;
import org.apache.poi.xssf.usermodel.XSSFComment;
import org.apache.poi.xssf.usermodel.XSSFDrawing;
import org.apache.poi.xssf.usermodel.XSSFRichTextString;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFTable;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A workbook that people use, of which a plan changes one sheet. */
class ExcelEditingTest {

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void name_the_file() {
        path = folder.resolve("book.xlsx");
    }

    /** Rows 2 to 11 of "Data" are records 1 to 10, with a formula in column E that no plan has. */
    private void makeRich() throws IOException {
        Workbooks.make(path, ExcelEditingTest::fillRich);
    }

    private static void fillRich(XSSFWorkbook book) {
        XSSFSheet data = book.createSheet("Data");
        XSSFSheet other = book.createSheet("Other sheet");
        XSSFCellStyle style = book.createCellStyle();
        style.setFillForegroundColor(IndexedColors.YELLOW.getIndex());
        style.setFillPattern(FillPatternType.SOLID_FOREGROUND);
        style.setDataFormat(book.createDataFormat().getFormat("0.00"));
        XSSFRow header = data.createRow(0);
        String[] names = {"id", "name", "price", "note", "double"};
        for (int i = 0; i < names.length; i++) {
            header.createCell(i).setCellValue(names[i]);
        }
        for (int i = 1; i <= 10; i++) {
            XSSFRow row = data.createRow(i);
            row.createCell(0).setCellValue(i);
            row.createCell(1).setCellValue(new XSSFRichTextString("name " + i));
            row.createCell(2).setCellValue(i * 1.5);
            row.getCell(2).setCellStyle(style);
            row.createCell(3).setCellValue("kept " + i);
            row.createCell(4).setCellFormula("C" + (i + 1) + "*2");
            row.getCell(4).setCellValue(i * 3.0);
        }
        data.setColumnWidth(1, 40 * 256);
        data.setColumnHidden(3, true);
        data.createFreezePane(0, 1);
        data.setAutoFilter(new CellRangeAddress(0, 10, 0, 4));
        data.getRow(4).setHeightInPoints(40);
        data.addMergedRegion(CellRangeAddress.valueOf("G2:H3"));
        data.addMergedRegion(CellRangeAddress.valueOf("G9:H10"));
        DataValidationHelper helper = data.getDataValidationHelper();
        DataValidation validation = helper.createValidation(
                helper.createNumericConstraint(1, 0, "0", "100"), new CellRangeAddressList(1, 10, 2, 2));
        data.addValidationData(validation);
        data.getSheetConditionalFormatting()
                .addConditionalFormatting(
                        new CellRangeAddress[] {CellRangeAddress.valueOf("C2:C11")},
                        data.getSheetConditionalFormatting().createConditionalFormattingRule("C2>$C$9"));
        XSSFDrawing drawing = data.createDrawingPatriarch();
        XSSFComment comment = drawing.createCellComment(new XSSFClientAnchor(0, 0, 0, 0, 5, 7, 7, 9));
        comment.setAddress(7, 1);
        comment.setString("a note on row 8");
        XSSFChart chart = drawing.createChart(new XSSFClientAnchor(0, 0, 0, 0, 9, 6, 15, 20));
        XDDFCategoryAxis bottom = chart.createCategoryAxis(AxisPosition.BOTTOM);
        XDDFValueAxis left = chart.createValueAxis(AxisPosition.LEFT);
        XDDFChartData line = chart.createData(ChartTypes.LINE, bottom, left);
        line.addSeries(
                XDDFDataSourcesFactory.fromStringCellRange(data, CellRangeAddress.valueOf("B2:B11")),
                XDDFDataSourcesFactory.fromNumericCellRange(data, CellRangeAddress.valueOf("C2:C11")));
        chart.plot(line);
        other.createRow(0).createCell(0).setCellFormula("SUM(Data!C2:C11)");
        other.getRow(0).createCell(1).setCellFormula("Data!C8&\"Data!C8\"&LOG10(C8)");
        other.getRow(0).createCell(2).setCellFormula("Data!C3");
        other.createRow(7).createCell(2).setCellValue(10);
        other.getRow(7).createCell(3).setCellValue("untouched");
        Name prices = book.createName();
        prices.setNameName("Prices");
        prices.setRefersToFormula("Data!$C$2:$C$11");
        book.addPicture(new byte[] {1, 2, 3}, XSSFWorkbook.PICTURE_TYPE_PNG);
    }

    private static Row record(int id, String name, double price) {
        return Row.of("id", (long) id, "name", name, "price", price);
    }

    /** Records 1 to 10 without some of them, as the file has them. */
    private static Row[] without(Integer... ids) {
        List<Integer> gone = List.of(ids);
        return IntStream.rangeClosed(1, 10)
                .filter(id -> !gone.contains(id))
                .mapToObj(id -> record(id, "name " + id, id * 1.5))
                .toArray(Row[]::new);
    }

    private static Map<String, String> parts(Path file) throws IOException {
        Map<String, String> parts = new TreeMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                try (InputStream in = zip.getInputStream(entry)) {
                    parts.put(entry.getName(), new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
                }
            }
        }
        return parts;
    }

    private ExcelFile data() {
        return ExcelFile.at(path).sheet("Data");
    }

    @Test
    void an_update_changes_a_cell_and_nothing_else() throws Exception {
        makeRich();
        Map<String, String> before = parts(path);
        Map<String, Object> cells = cells(path);
        Row[] rows = without();
        rows[4] = record(5, "new name", 7.5);

        SyncReport report = Workbooks.sync(data(), rows);

        assertThat(report.counts().updated()).isEqualTo(1);
        Map<String, String> after = parts(path);
        assertThat(after.keySet()).containsExactlyInAnyOrderElementsOf(before.keySet());
        for (String part : List.of(
                "xl/drawings/drawing1.xml", "xl/charts/chart1.xml", "xl/comments1.xml", "xl/media/image1.png")) {
            assertThat(after.get(part)).as(part).isEqualToIgnoringWhitespace(before.get(part));
        }
        cells.put("Data!B6", "new name");
        assertThat(cells(path)).isEqualTo(cells);
        Workbooks.look(path, book -> {
            XSSFSheet data = book.getSheet("Data");
            assertThat(data.getColumnWidth(1)).isEqualTo(40 * 256);
            assertThat(data.isColumnHidden(3)).isTrue();
            assertThat(data.getPaneInformation().isFreezePane()).isTrue();
            assertThat(data.getRow(4).getHeightInPoints()).isEqualTo(40f);
            assertThat(data.getMergedRegions()).hasSize(2);
            assertThat(data.getRow(5).getCell(2).getCellStyle().getDataFormatString())
                    .isEqualTo("0.00");
            assertThat(data.getRow(5).getCell(4).getNumericCellValue()).isEqualTo(15.0);
        });
    }

    private static Map<String, Object> cells(Path file) throws IOException {
        Map<String, Object> cells = new TreeMap<>();
        Workbooks.look(
                file,
                book -> book.forEach(sheet -> sheet.forEach(row -> row.forEach(cell -> {
                    String place = cell.getAddress().formatAsString();
                    cells.put(sheet.getSheetName() + "!" + place, Workbooks.value((XSSFSheet) sheet, place));
                }))));
        return cells;
    }

    @Test
    void a_second_run_leaves_the_bytes_and_the_time() throws Exception {
        makeRich();
        Row[] rows = without(3);
        Workbooks.sync(data(), rows);
        byte[] bytes = Files.readAllBytes(path);
        FileTime time = Files.getLastModifiedTime(path);

        SyncReport report = Workbooks.sync(data(), rows);

        assertThat(report.counts().written()).isZero();
        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
        assertThat(Files.getLastModifiedTime(path)).isEqualTo(time);
    }

    @Test
    void a_preview_changes_nothing() throws Exception {
        makeRich();
        byte[] bytes = Files.readAllBytes(path);

        try (Preview<Row> preview = Workbooks.plan(data(), without(3)).preview()) {
            assertThat(preview.changes().counts().deletes()).isEqualTo(1);
        }

        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
        assertThat(Csv.names(folder)).containsExactly("book.xlsx");
    }

    @Test
    void deleted_rows_vanish_and_what_refers_to_the_others_follows_them() throws Exception {
        makeRich();

        Workbooks.sync(data(), without(1, 5, 6, 10));

        Workbooks.look(path, book -> {
            XSSFSheet data = book.getSheet("Data");
            assertThat(data.getLastRowNum()).isEqualTo(6);
            assertThat(column(data, "A", 2, 7)).containsExactly(2.0, 3.0, 4.0, 7.0, 8.0, 9.0);
            assertThat(column(data, "D", 2, 7))
                    .containsExactly("kept 2", "kept 3", "kept 4", "kept 7", "kept 8", "kept 9");
            assertThat(column(data, "E", 2, 7)).containsExactly("=C2*2", "=C3*2", "=C4*2", "=C5*2", "=C6*2", "=C7*2");
            assertThat(data.getRow(3).getHeightInPoints()).isEqualTo(40f);
            assertThat(data.getMergedRegions().stream().map(CellRangeAddress::formatAsString))
                    .containsExactly("G2:H2", "G6:H7");
            assertThat(data.getCTWorksheet().getAutoFilter().getRef()).isEqualTo("A1:E7");
            assertThat(data.getDataValidations()
                            .get(0)
                            .getRegions()
                            .getCellRangeAddress(0)
                            .formatAsString())
                    .isEqualTo("C2:C7");
            assertThat(data.getSheetConditionalFormatting()
                            .getConditionalFormattingAt(0)
                            .getFormattingRanges()[0]
                            .formatAsString())
                    .isEqualTo("C2:C7");
            assertThat(data.getSheetConditionalFormatting()
                            .getConditionalFormattingAt(0)
                            .getRule(0)
                            .getFormula1())
                    .isEqualTo("C2>$C$6");
            assertThat(data.getCellComments().keySet()).singleElement().hasToString("B5");
            assertThat(book.getName("Prices").getRefersToFormula()).isEqualTo("Data!$C$2:$C$7");
            XSSFSheet other = book.getSheet("Other sheet");
            assertThat(Workbooks.value(other, "A1")).isEqualTo("=SUM(Data!C2:C7)");
            assertThat(Workbooks.value(other, "B1")).isEqualTo("=Data!C5&\"Data!C8\"&LOG10(C8)");
            assertThat(Workbooks.value(other, "C1")).isEqualTo("=Data!C2");
            assertThat(Workbooks.value(other, "D8")).isEqualTo("untouched");
            XSSFChart chart = data.getDrawingPatriarch().getCharts().get(0);
            assertThat(chart.getCTChart().toString()).contains("Data!$C$2:$C$7").contains("Data!$B$2:$B$7");
            assertThat(book.getForceFormulaRecalculation()).isTrue();
            assertThat(book.getCalculationChain()).isNull();
        });
    }

    private static List<Object> column(XSSFSheet sheet, String column, int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(row -> Workbooks.value(sheet, column + row))
                .toList();
    }

    @Test
    void new_rows_come_to_the_end_and_look_like_the_row_above() throws Exception {
        makeRich();
        Row[] rows = java.util.Arrays.copyOf(without(), 12);
        rows[10] = record(11, "eleven", 1);
        rows[11] = record(12, "twelve", 2);

        Workbooks.sync(data(), rows);

        Workbooks.look(path, book -> {
            XSSFSheet data = book.getSheet("Data");
            assertThat(column(data, "A", 11, 13)).containsExactly(10.0, 11.0, 12.0);
            assertThat(data.getRow(12).getCell(2).getCellStyle())
                    .isEqualTo(data.getRow(10).getCell(2).getCellStyle());
            assertThat(data.getCTWorksheet().getAutoFilter().getRef()).isEqualTo("A1:E13");
            assertThat(data.getColumnWidth(1)).isEqualTo(40 * 256);
            assertThat(data.isColumnHidden(3)).isTrue();
        });
        assertThat(Workbooks.sync(data(), rows).counts().written()).isZero();
    }

    @Test
    void deletes_updates_and_inserts_together() throws Exception {
        makeRich();
        Row[] rows = java.util.Arrays.copyOf(without(9, 10), 9);
        rows[0] = record(1, "first", 0.5);
        rows[8] = record(20, "new", 3);

        Workbooks.sync(data(), rows);

        Workbooks.look(path, book -> {
            XSSFSheet data = book.getSheet("Data");
            assertThat(column(data, "A", 8, 11)).containsExactly(7.0, 8.0, 20.0, null);
            assertThat(Workbooks.value(data, "B2")).isEqualTo("first");
            assertThat(data.getCTWorksheet().getAutoFilter().getRef()).isEqualTo("A1:E10");
        });
        assertThat(Workbooks.sync(data(), rows).counts().written()).isZero();
    }

    @Test
    void a_formula_is_not_replaced_by_a_value() throws Exception {
        makeRich();
        byte[] bytes = Files.readAllBytes(path);
        Row row = Row.of("id", 1L, "double", 4.0);

        assertThatThrownBy(() -> SyncPlan.named("test")
                        .from(dev.datasync.source.Source.of(() -> List.of(row)))
                        .match(dev.datasync.match.Matcher.<Row>on("id"))
                        .into(data())
                        .build()
                        .run())
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("cell E2 holds a formula");

        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
        assertThat(Csv.names(folder)).containsExactly("book.xlsx");
    }

    @Test
    void a_date_is_shown_as_a_date_wherever_it_is_written() throws Exception {
        makeRich();
        Row row = Row.of("id", 1L, "note", LocalDate.of(2025, 1, 31));
        Row added = Row.of("id", 11L, "note", LocalDate.of(2025, 2, 1));
        SyncPlan<Row> plan = SyncPlan.named("test")
                .from(dev.datasync.source.Source.of(() -> List.of(row, added)))
                .match(dev.datasync.match.Matcher.<Row>on("id"))
                .into(data().range("A1:E11"))
                .build();
        Workbooks.make(path, book -> {
            fillRich(book);
            XSSFSheet data = book.getSheet("Data");
            for (int i = 1; i <= 10; i++) {
                data.getRow(i).getCell(3).setCellValue(i);
            }
            data.getRow(2).getCell(3).setCellValue("mixed");
        });

        assertThatThrownBy(plan::run)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo("E-XLS-LIMIT"));
        SyncPlan.named("test")
                .from(dev.datasync.source.Source.of(() -> List.of(row, added)))
                .match(dev.datasync.match.Matcher.<Row>on("id"))
                .into(data())
                .build()
                .run();

        Workbooks.look(path, book -> {
            XSSFSheet data = book.getSheet("Data");
            assertThat(data.getRow(1).getCell(3).getLocalDateTimeCellValue()).isEqualTo("2025-01-31T00:00");
            assertThat(data.getRow(1).getCell(3).getCellStyle().getDataFormatString())
                    .isEqualTo("yyyy\\-mm\\-dd");
            assertThat(data.getRow(11).getCell(3).getCellStyle().getDataFormatString())
                    .isEqualTo("yyyy\\-mm\\-dd");
            assertThat(data.getRow(1).getCell(2).getCellStyle().getFillForegroundColor())
                    .isEqualTo(IndexedColors.YELLOW.getIndex());
        });
    }

    @Test
    void a_table_grows_and_shrinks_with_its_rows() throws Exception {
        Workbooks.make(path, book -> {
            XSSFSheet sheet = book.createSheet("Data");
            for (int i = 0; i <= 3; i++) {
                XSSFRow row = sheet.createRow(i);
                row.createCell(0).setCellValue(i == 0 ? "id" : String.valueOf(i));
                row.createCell(1).setCellValue(i == 0 ? "name" : "name " + i);
            }
            XSSFTable table = sheet.createTable(new AreaReference("A1:B4", SpreadsheetVersion.EXCEL2007));
            table.setName("Items");
            table.setDisplayName("Items");
        });
        ExcelFile file = data();

        Workbooks.sync(file, Row.of("id", "1", "name", "a"), Row.of("id", "5", "name", "b"));
        Workbooks.look(
                path,
                book -> assertThat(book.getTable("Items").getCTTable().getRef()).isEqualTo("A1:B3"));

        Workbooks.sync(
                file, Row.of("id", "1", "name", "a"), Row.of("id", "5", "name", "b"), Row.of("id", "6", "name", "c"));
        Workbooks.look(
                path,
                book -> assertThat(book.getTable("Items").getCTTable().getRef()).isEqualTo("A1:B4"));
    }

    @Test
    void shared_formulas_stay_what_they_were_when_rows_are_deleted() throws Exception {
        Workbooks.make(path, book -> {
            XSSFSheet sheet = book.createSheet("Data");
            sheet.createRow(0).createCell(0).setCellValue("id");
            sheet.getRow(0).createCell(1).setCellValue("total");
            for (int i = 1; i <= 4; i++) {
                sheet.createRow(i).createCell(0).setCellValue(i);
                sheet.getRow(i).createCell(1).setCellFormula("A" + (i + 1) + "+$A$5");
                sheet.getRow(i).getCell(1).setCellValue(i + 4.0);
            }
            for (int i = 1; i <= 4; i++) {
                org.openxmlformats.schemas.spreadsheetml.x2006.main.CTCellFormula formula =
                        sheet.getRow(i).getCell(1).getCTCell().getF();
                formula.setT(org.openxmlformats.schemas.spreadsheetml.x2006.main.STCellFormulaType.SHARED);
                formula.setSi(0);
                if (i == 1) {
                    formula.setRef("B2:B5");
                } else {
                    formula.setStringValue("");
                }
            }
        });

        Workbooks.sync(data(), Row.of("id", 2L), Row.of("id", 4L));

        Workbooks.look(
                path,
                book -> assertThat(column(book.getSheet("Data"), "B", 2, 4))
                        .containsExactly("=A2+$A$3", "=A3+$A$3", null));
    }

    @Test
    void a_range_keeps_what_is_around_it() throws Exception {
        Workbooks.make(path, book -> {
            XSSFSheet sheet = book.createSheet("Data");
            for (int i = 0; i < 12; i++) {
                sheet.createRow(i);
            }
            sheet.getRow(4).createCell(0).setCellValue("beside");
            sheet.getRow(2).createCell(1).setCellValue("id");
            sheet.getRow(2).createCell(2).setCellValue("name");
            for (int i = 3; i < 8; i++) {
                sheet.getRow(i).createCell(1).setCellValue(i);
                sheet.getRow(i).createCell(2).setCellValue("name " + i);
            }
            sheet.getRow(10).createCell(1).setCellValue("below");
        });
        ExcelFile file = data().range("B3:C9");

        assertThatThrownBy(() -> Workbooks.sync(file, Row.of("id", 3L)))
                .hasMessageContaining("row 5 cannot be removed, because it has other cells beside those of the table");
        Workbooks.sync(
                file,
                Row.of("id", 3L, "name", "a"),
                Row.of("id", 4L, "name", "b"),
                Row.of("id", 5L, "name", "c"),
                Row.of("id", 9L, "name", "d"));

        Workbooks.look(path, book -> {
            XSSFSheet sheet = book.getSheet("Data");
            assertThat(column(sheet, "B", 3, 9)).containsExactly("id", 3.0, 4.0, 5.0, 9.0, null, null);
            assertThat(Workbooks.value(sheet, "A5")).isEqualTo("beside");
            assertThat(Workbooks.value(sheet, "B11")).isEqualTo("below");
        });
    }

    @Test
    void a_sheet_is_added_to_a_workbook() throws Exception {
        makeRich();
        Map<String, String> before = parts(path);
        Row row = Row.of("id", 1L, "day", LocalDate.of(2025, 1, 31));
        ExcelFile file = ExcelFile.at(path).sheet("Added & new");

        Workbooks.sync(file, row);

        Map<String, String> after = parts(path);
        before.forEach((name, content) -> {
            assertThat(after).as(name).containsKey(name);
            if (name.startsWith("xl/drawings/") || name.startsWith("xl/charts") || name.startsWith("xl/media")) {
                assertThat(after.get(name)).as(name).isEqualToIgnoringWhitespace(content);
            }
        });
        Workbooks.look(path, book -> {
            XSSFSheet sheet = book.getSheet("Added & new");
            assertThat(book.getNumberOfSheets()).isEqualTo(3);
            assertThat(sheet.getRow(1).getCell(1).getLocalDateTimeCellValue()).isEqualTo("2025-01-31T00:00");
            assertThat(sheet.getRow(0).getCell(0).getCellStyle().getFont().getBold())
                    .isTrue();
            assertThat(book.getSheet("Data").getRow(1).getCell(2).getCellStyle().getDataFormatString())
                    .isEqualTo("0.00");
        });
        assertThat(Workbooks.sync(file, row).counts().written()).isZero();
    }

    @Test
    void an_empty_sheet_gets_a_header() throws Exception {
        Workbooks.make(path, book -> book.createSheet("Data"));
        Row row = Row.of("id", 1L, "day", LocalDate.of(2025, 1, 31));

        Workbooks.sync(data(), row);

        Workbooks.look(path, book -> {
            assertThat(column(book.getSheet("Data"), "A", 1, 3)).containsExactly("id", 1.0, null);
            assertThat(book.getSheet("Data")
                            .getRow(0)
                            .getCell(1)
                            .getCellStyle()
                            .getFont()
                            .getBold())
                    .isTrue();
        });
        assertThat(Workbooks.sync(data(), row).counts().written()).isZero();
    }

    @Test
    void a_link_is_followed_and_permissions_stay() throws Exception {
        makeRich();
        Path link = Files.createSymbolicLink(folder.resolve("link.xlsx"), path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));

        Workbooks.sync(ExcelFile.at(link).sheet("Data"), without(1));

        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-r-----");
        Workbooks.look(
                path, book -> assertThat(book.getSheet("Data").getLastRowNum()).isEqualTo(9));
    }

    @Test
    void an_older_workbook_is_refused_before_anything_is_read() throws Exception {
        Path old = folder.resolve("old.xls");
        try (org.apache.poi.hssf.usermodel.HSSFWorkbook book = new org.apache.poi.hssf.usermodel.HSSFWorkbook();
                java.io.OutputStream out = Files.newOutputStream(old)) {
            book.createSheet("Data");
            book.write(out);
        }

        assertThatThrownBy(() -> Workbooks.sync(ExcelFile.at(old), record(1, "a", 1)))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo("E-XLS-WRITE"));
        assertThatThrownBy(() -> Workbooks.sync(ExcelFile.at(folder.resolve("new.xls")), record(1, "a", 1)))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo("E-XLS-WRITE"));
    }

    @Test
    void a_date_of_1904_is_counted_from_there() throws Exception {
        Workbooks.make(path, book -> {
            book.getCTWorkbook().getWorkbookPr().setDate1904(true);
            XSSFSheet sheet = book.createSheet("Data");
            sheet.createRow(0).createCell(0).setCellValue("id");
            sheet.getRow(0).createCell(1).setCellValue("day");
        });
        Row row = Row.of("id", 1L, "day", LocalDate.of(2025, 1, 31));

        Workbooks.sync(data(), row);

        Workbooks.look(
                path,
                book -> assertThat(book.getSheet("Data").getRow(1).getCell(1).getLocalDateTimeCellValue())
                        .isEqualTo("2025-01-31T00:00"));
        assertThat(Workbooks.sync(data(), row).counts().written()).isZero();
    }

    @Test
    @SuppressWarnings("try") // close() may throw an interrupt, which fails the test
    void somebody_elses_change_is_noticed() throws Exception {
        makeRich();
        Schema schema = data().storedSchema().orElseThrow();
        byte[] theirs;
        Row row = record(11, "mine", 1);
        try (ChangeWriter<Row> writer = data().open(new Workbooks.Writing(schema, 1))) {
            writer.write(List.of(Workbooks.insert(row)));
            Workbooks.sync(data(), without(7));
            theirs = Files.readAllBytes(path);
            assertThatThrownBy(writer::commit)
                    .isInstanceOf(NotCommittedException.class)
                    .hasMessageContaining("changed by somebody else");
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(theirs);
        assertThat(Csv.names(folder)).containsExactly("book.xlsx");
    }

    @Test
    @SuppressWarnings("try") // close() may throw an interrupt, which fails the test
    void a_row_that_is_not_what_was_compared_is_not_changed() throws Exception {
        makeRich();
        byte[] bytes = Files.readAllBytes(path);
        Schema schema = data().storedSchema().orElseThrow();
        Change.Delete<Row> delete = new Change.Delete<>(Key.of("id", 3L), Row.of("id", 3L, "name", "another name"), 4);
        try (ChangeWriter<Row> writer = data().open(new Workbooks.Writing(schema, 0))) {
            writer.write(List.of(delete));
            assertThatThrownBy(writer::commit)
                    .isInstanceOf(NotCommittedException.class)
                    .hasMessageContaining("changed by somebody else");
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
        assertThat(Csv.names(folder)).containsExactly("book.xlsx");
    }
}
