package dev.datasync.files;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.usermodel.Workbook;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.assertj.core.api.Assertions;

/** What the tests of this package do with workbooks: made with POI or by hand, read as the engine does. */
final class Excel {

    static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    private Excel() {}

    /** What came out of a reading. */
    record Read(List<Long> positions, List<Row> rows, List<String> rejections, List<String> warnings) {

        List<List<Object>> values() {
            return rows.stream().map(Excel::values).toList();
        }
    }

    static List<Object> values(Row row) {
        Object[] values = new Object[row.schema().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.value(i);
        }
        return Arrays.asList(values);
    }

    static Read read(Source<Row> source) throws Exception {
        Read read = new Read(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Completion completion = source.read(
                new Receiver<Row>() {
                    @Override
                    public void accept(Row row) {
                        throw new AssertionError("a row without its number");
                    }

                    @Override
                    public void accept(Row row, long position) {
                        read.positions.add(position);
                        read.rows.add(row);
                    }

                    @Override
                    public void reject(long position, String reason) {
                        read.rejections.add(position + ": " + reason);
                    }
                },
                new Warned(read.warnings));
        Assertions.assertThat(completion).isEqualTo(Completion.complete());
        return read;
    }

    static List<List<Object>> rows(Source<Row> source) throws Exception {
        Read read = read(source);
        Assertions.assertThat(read.rejections).isEmpty();
        return read.values();
    }

    static ReadException failure(Source<Row> source) {
        return Assertions.catchThrowableOfType(ReadException.class, () -> read(source));
    }

    /** A context that collects warnings. */
    record Warned(List<String> warnings) implements ReadContext {

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
            warnings.add(message);
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(Cancellation action) {}
    }

    // ---------------------------------------------------------------- workbooks made with POI

    /** Fills a workbook. */
    interface Content {

        void fill(Workbook workbook);
    }

    static Path write(Path file, Content content) {
        try (Workbook workbook = file.toString().endsWith(".xls") ? new HSSFWorkbook() : new XSSFWorkbook()) {
            content.fill(workbook);
            try (OutputStream out = Files.newOutputStream(file)) {
                workbook.write(out);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a sheet of rows, each an array of values; null makes no cell. */
    static Path write(Path file, Object[]... rows) {
        return write(file, workbook -> sheet(workbook, "Data", rows));
    }

    static Sheet sheet(Workbook workbook, String name, Object[]... rows) {
        Sheet sheet = workbook.createSheet(name);
        Map<String, CellStyle> styles = new LinkedHashMap<>();
        for (int r = 0; r < rows.length; r++) {
            org.apache.poi.ss.usermodel.Row row = sheet.createRow(r);
            for (int c = 0; c < rows[r].length; c++) {
                if (rows[r][c] != null) {
                    set(workbook, styles, row.createCell(c), rows[r][c]);
                }
            }
        }
        return sheet;
    }

    private static void set(Workbook workbook, Map<String, CellStyle> styles, Cell cell, Object value) {
        if (value instanceof Boolean truth) {
            cell.setCellValue(truth);
        } else if (value instanceof Number number) {
            cell.setCellValue(
                    value instanceof BigDecimal decimal
                            ? Double.parseDouble(decimal.toString())
                            : number.doubleValue());
        } else if (value instanceof LocalDate date) {
            cell.setCellValue(date);
            cell.setCellStyle(style(workbook, styles, "yyyy-mm-dd"));
        } else if (value instanceof LocalDateTime timestamp) {
            cell.setCellValue(timestamp);
            cell.setCellStyle(style(workbook, styles, "yyyy-mm-dd hh:mm:ss.000"));
        } else if (value instanceof Formatted formatted) {
            cell.setCellValue(formatted.number);
            cell.setCellStyle(style(workbook, styles, formatted.format));
        } else {
            cell.setCellValue((String) value);
        }
    }

    /** A number shown in some way. */
    record Formatted(double number, String format) {}

    private static CellStyle style(Workbook workbook, Map<String, CellStyle> styles, String format) {
        return styles.computeIfAbsent(format, key -> {
            CellStyle style = workbook.createCellStyle();
            style.setDataFormat(workbook.createDataFormat().getFormat(key));
            return style;
        });
    }

    // ---------------------------------------------------------------- workbooks made by hand

    /** The parts of a workbook with one sheet, by name, each to be replaced. */
    static Map<String, String> parts(String sheetData) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put(
                "[Content_Types].xml",
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default"
                        + " Extension=\"rels\""
                        + " ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/></Types>");
        parts.put("_rels/.rels", relations("officeDocument", "xl/workbook.xml"));
        parts.put(
                "xl/workbook.xml",
                "<workbook xmlns=\"" + MAIN
                        + "\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>"
                        + "<sheet name=\"Data\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
        parts.put(
                "xl/_rels/workbook.xml.rels",
                relations("worksheet", "worksheets/sheet1.xml", "styles", "styles.xml", "sharedStrings", "texts.xml"));
        parts.put(
                "xl/styles.xml",
                "<styleSheet xmlns=\"" + MAIN + "\"><numFmts count=\"1\"><numFmt numFmtId=\"164\""
                        + " formatCode=\"yyyy\\-mm\\-dd\"/></numFmts><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf"
                        + " numFmtId=\"164\"/><xf numFmtId=\"31\"/></cellXfs></styleSheet>");
        parts.put(
                "xl/texts.xml",
                "<sst xmlns=\"" + MAIN + "\"><si><t>id</t></si><si><t>name</t></si><si><t/></si></sst>");
        parts.put(
                "xl/worksheets/sheet1.xml",
                "<worksheet xmlns=\"" + MAIN + "\"><sheetData>" + sheetData + "</sheetData></worksheet>");
        return parts;
    }

    static String relations(String... typesAndTargets) {
        StringBuilder relations = new StringBuilder(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">");
        for (int i = 0; i < typesAndTargets.length; i += 2) {
            relations
                    .append("<Relationship Id=\"rId")
                    .append(i / 2 + 1)
                    .append("\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/")
                    .append(typesAndTargets[i])
                    .append("\" Target=\"")
                    .append(typesAndTargets[i + 1])
                    .append("\"/>");
        }
        return relations.append("</Relationships>").toString();
    }

    static Path zip(Path file, Map<String, String> parts) {
        try {
            return Files.write(file, zip(parts));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] zip(Map<String, String> parts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> part : parts.entrySet()) {
                out.putNextEntry(new ZipEntry(part.getKey()));
                out.write(part.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    static Schema stored(ExcelFile file) throws Exception {
        return file.storedSchema().orElseThrow();
    }
}
