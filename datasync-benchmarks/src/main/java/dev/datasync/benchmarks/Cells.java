package dev.datasync.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.xssf.streaming.SXSSFSheet;
import org.apache.poi.xssf.streaming.SXSSFWorkbook;

/** A table of 20 columns: a number that identifies, texts, numbers, booleans and dates. */
final class Cells {

    static final int ROWS = 200_000;
    static final int COLUMNS = 20;

    private static final LocalDate FIRST_DAY = LocalDate.of(2020, 1, 1);

    private Cells() {}

    static String name(int column) {
        return "column_" + column;
    }

    static Object value(int row, int column) {
        return switch (column % 5) {
            case 0 -> column == 0 ? (Object) (long) row : (Object) ("text " + row % 1_000 + " of " + column);
            case 1 -> (double) (row * 31L % 100_000) / 100;
            case 2 -> "code " + (row + column);
            case 3 -> FIRST_DAY.plusDays((row + column) % 2_000);
            default -> (row + column) % 3 == 0;
        };
    }

    /** Writes the table as a person would who knows the library and nothing but the library. */
    static void write(Path file, int rows) throws IOException {
        try (SXSSFWorkbook workbook = new SXSSFWorkbook(null, 100, false, false);
                OutputStream out = Files.newOutputStream(file)) {
            SXSSFSheet sheet = workbook.createSheet("Sheet1");
            CellStyle day = workbook.createCellStyle();
            day.setDataFormat(workbook.createDataFormat().getFormat("yyyy-mm-dd"));
            Row header = sheet.createRow(0);
            for (int column = 0; column < COLUMNS; column++) {
                header.createCell(column).setCellValue(name(column));
            }
            for (int i = 0; i < rows; i++) {
                Row row = sheet.createRow(i + 1);
                for (int column = 0; column < COLUMNS; column++) {
                    set(row.createCell(column), value(i, column), day);
                }
            }
            workbook.write(out);
        }
    }

    private static void set(Cell cell, Object value, CellStyle day) {
        if (value instanceof Boolean truth) {
            cell.setCellValue(truth);
        } else if (value instanceof LocalDate date) {
            cell.setCellValue(date);
            cell.setCellStyle(day);
        } else if (value instanceof Number number) {
            cell.setCellValue(number.doubleValue());
        } else {
            cell.setCellValue((String) value);
        }
    }
}
