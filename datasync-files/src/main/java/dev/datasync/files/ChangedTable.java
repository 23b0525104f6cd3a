package dev.datasync.files;

import dev.datasync.change.Change;
import dev.datasync.match.Difference;
import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.NotCommittedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.Name;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFTable;
import org.jspecify.annotations.Nullable;
import org.openxmlformats.schemas.spreadsheetml.x2006.main.CTCell;

/** Changes records of a sheet that has some: cells keep their styles, and new rows look like the one above them. */
final class ChangedTable {

    private final String name;
    private final XSSFSheet sheet;
    private final ExcelLayout layout;
    private final Schema schema;
    private final RowValues values;
    private final TableStyles styles;
    private final ExcelDates dates;

    /** The last row that there is for records. */
    private final int end;

    private final int[] columns;
    private final List<Touched> touched = new ArrayList<>();

    /** The row of the last record, or the one above the first when there is none. */
    private int lastRow;

    private final @Nullable XSSFRow model;

    /** The row of totals that is among the records, or 0. */
    private final int totals;

    private @Nullable CellStyle @Nullable [] looks;
    private @Nullable Boolean hasArrays;

    /**
     * What happens to a record.
     *
     * @param position its row, from 1
     * @param before what it was
     * @param fields the places in the schema of the fields that get other values, or null when the record goes
     * @param after the new values
     */
    record Touched(long position, Row before, @Nullable List<Integer> fields, List<@Nullable Object> after) {}

    ChangedTable(
            String name,
            XSSFSheet sheet,
            ExcelLayout layout,
            @Nullable CellRange range,
            Schema schema,
            ExcelDates dates,
            TableStyles styles) {
        this.name = name;
        this.sheet = sheet;
        this.layout = layout;
        this.schema = schema;
        this.dates = dates;
        this.styles = styles;
        this.values = new RowValues(
                new CellValues(
                        dates == ExcelDates.SINCE_1904
                                ? CellValues.Calendar.SINCE_1904
                                : CellValues.Calendar.SINCE_1900),
                schema);
        this.columns = new int[schema.size()];
        for (int i = 0; i < columns.length; i++) {
            int place = layout.schema().indexOf(schema.field(i).name());
            columns[i] = place < 0 ? -1 : layout.firstColumn() - 1 + place;
        }
        this.end = range == null ? CellRange.LAST_ROW : range.lastRow();
        int first = layout.headerRow() > 0 ? layout.headerRow() : range == null ? 0 : range.firstRow() - 1;
        int last = Math.min(sheet.getLastRowNum() + 1, end);
        while (last > first && !isRecord(sheet.getRow(last - 1))) {
            last--;
        }
        this.lastRow = Math.max(last, first);
        this.model = lastRow > first ? sheet.getRow(lastRow - 1) : null;
        this.totals = totals();
    }

    private int totals() {
        for (XSSFTable table : sheet.getTables()) {
            CellRangeAddress area = CellRangeAddress.valueOf(table.getCTTable().getRef());
            boolean isAmongRecords = table.getTotalsRowCount() > 0
                    && area.getLastRow() + 1 > layout.headerRow()
                    && area.getLastRow() < lastRow
                    && isBeside(area);
            if (isAmongRecords) {
                return area.getLastRow() + 1;
            }
        }
        return 0;
    }

    private boolean isBeside(CellRangeAddress area) {
        return area.getFirstColumn() <= lastColumn() && area.getLastColumn() >= layout.firstColumn() - 1;
    }

    private CellValues.Unwritable totalsAreNoRecord() {
        return new CellValues.Unwritable(
                "row " + totals + " has the totals of a table, and would be taken for a record:"
                        + " remove it in Excel, or end the records above it with range(...)");
    }

    private boolean isRecord(@Nullable XSSFRow row) {
        return row != null && hasCells(row, layout.firstColumn() - 1, lastColumn());
    }

    private int lastColumn() {
        return layout.firstColumn() - 2 + layout.schema().size();
    }

    private static boolean hasCells(XSSFRow row, int first, int last) {
        for (int column = Math.max(first, row.getFirstCellNum());
                column <= last && column < row.getLastCellNum();
                column++) {
            Cell cell = row.getCell(column);
            if (cell != null && cell.getCellType() != CellType.BLANK) {
                return true;
            }
        }
        return false;
    }

    /** Returns for how many more records there is room. */
    long room() {
        return (long) end - lastRow;
    }

    void touch(Change<Row> change) throws CellValues.Unwritable {
        touched.add(
                change instanceof Change.Update<Row> update ? updated(update) : deleted((Change.Delete<Row>) change));
    }

    private Touched updated(Change.Update<Row> update) throws CellValues.Unwritable {
        List<Integer> fields = new ArrayList<>();
        List<@Nullable Object> after = new ArrayList<>();
        for (Difference difference : update.differences()) {
            int index = schema.indexOf(difference.field());
            if (index < 0 || columns[index] < 0) {
                throw new CellValues.Unwritable("the sheet has no column '" + Shown.name(difference.field()) + "'");
            }
            XSSFRow row = row(update.position());
            Cell cell = row == null ? null : row.getCell(columns[index]);
            if (cell != null && cell.getCellType() == CellType.FORMULA) {
                throw new CellValues.Unwritable("field '" + Shown.name(difference.field()) + "': cell "
                        + CellRange.cell((int) update.position(), columns[index] + 1)
                        + " holds a formula, which is not replaced by a value: leave the field out, or put the value there in"
                        + " Excel");
            }
            values.take(index, difference.after());
            fields.add(index);
            after.add(difference.after());
        }
        return new Touched(update.position(), update.before(), fields, after);
    }

    private Touched deleted(Change.Delete<Row> delete) throws CellValues.Unwritable {
        if (delete.position() == totals) {
            throw totalsAreNoRecord();
        }
        XSSFRow row = row(delete.position());
        if (row != null
                && (hasCells(row, 0, layout.firstColumn() - 2)
                        || hasCells(row, lastColumn() + 1, CellRange.LAST_COLUMN - 1))) {
            throw new CellValues.Unwritable("row " + delete.position()
                    + " cannot be removed, because it has other cells beside those of the table, which would go with it:"
                    + " move them to another sheet or into rows of their own");
        }
        if (hasArrays()) {
            throw new CellValues.Unwritable("row " + delete.position()
                    + " cannot be removed, because the sheet has formulas for several cells at once (array formulas), which"
                    + " cannot move up: remove the row in Excel, or move those formulas to another sheet");
        }
        return new Touched(delete.position(), delete.before(), null, List.of());
    }

    private @Nullable XSSFRow row(long position) {
        return sheet.getRow((int) position - 1);
    }

    private boolean hasArrays() {
        if (hasArrays == null) {
            boolean found = false;
            for (org.apache.poi.ss.usermodel.Row row : sheet) {
                for (Cell cell : row) {
                    if (cell.getCellType() == CellType.FORMULA) {
                        found |= ((XSSFCell) cell).getCTCell().isSetF()
                                && ((XSSFCell) cell).getCTCell().getF().isSetRef()
                                && !((XSSFCell) cell).getCTCell().getF().isSetSi();
                    }
                }
            }
            hasArrays = found;
        }
        return hasArrays;
    }

    /** Returns the changes in the order of their rows, for somebody who looks whether the rows are what they were. */
    List<Touched> touched() {
        touched.sort(Comparator.comparingLong(Touched::position));
        return touched;
    }

    /**
     * Writes the updates and removes the rows that go.
     *
     * @return whether rows were removed: then POI finds rows by the numbers that they had, and the workbook can only be
     *     written
     */
    boolean begin() throws NotCommittedException {
        List<Integer> removed = new ArrayList<>();
        for (Touched change : touched()) {
            List<Integer> fields = change.fields();
            if (fields == null) {
                removed.add((int) change.position() - 1);
                continue;
            }
            XSSFRow row = row(change.position());
            if (row == null) {
                throw new NotCommittedException(name + " has no row " + change.position() + ": nothing was written");
            }
            for (int i = 0; i < fields.size(); i++) {
                update(row, fields.get(i), change.after().get(i));
            }
        }
        if (removed.isEmpty()) {
            return false;
        }
        new RowRemoval(sheet, removed.stream().mapToInt(Integer::intValue).toArray(), end - 1).run();
        return true;
    }

    /** Returns the styles of the last record, which new ones get. */
    private @Nullable CellStyle[] looks() {
        @Nullable CellStyle[] found = new @Nullable CellStyle[columns.length];
        for (int i = 0; i < found.length; i++) {
            Cell cell = model == null || columns[i] < 0 ? null : model.getCell(columns[i]);
            found[i] = cell == null ? null : cell.getCellStyle();
        }
        return found;
    }

    private void update(XSSFRow row, int field, @Nullable Object value) throws NotCommittedException {
        try {
            values.take(field, value);
        } catch (CellValues.Unwritable e) {
            throw new NotCommittedException(e.reason());
        }
        Cell cell = row.getCell(columns[field]);
        if (cell == null) {
            cell = row.createCell(columns[field]);
        }
        set(cell, field, value);
    }

    private void set(Cell cell, int field, @Nullable Object value) {
        CTCell xml = ((XSSFCell) cell).getCTCell();
        if (xml.isSetIs()) {
            // POI would leave the old text in the cell itself, where it counts
            xml.unsetIs();
            xml.unsetT();
        }
        values.set(field, cell);
        CellValues.Kind kind = values.kind(field);
        if (kind != null && value != null && !isShown(cell.getCellStyle(), kind, field, value)) {
            cell.setCellStyle(styles.like(cell.getCellStyle(), kind));
        }
    }

    /** Tells whether a value is found again in a cell of some style. */
    private boolean isShown(CellStyle style, CellValues.Kind kind, int field, Object value) {
        CellFormats.Kind meaning = styles.meaning(style);
        CellFormats.Kind wanted = TableStyles.shownAs(kind);
        if (meaning == wanted || kind == CellValues.Kind.TEXT || kind == CellValues.Kind.TRUTH) {
            return true;
        }
        if (meaning == CellFormats.Kind.NUMBER || wanted == CellFormats.Kind.NUMBER) {
            return false;
        }
        try {
            FieldType type = schema.field(field).type();
            Object found = dates.value(values.number(field), meaning);
            return found != null && Objects.equals(type.convert(found), value);
        } catch (ConversionException e) {
            return false;
        }
    }

    void append(Row record) throws CellValues.Unwritable {
        if (lastRow >= end) {
            throw new CellValues.Unwritable("the sheet or range has no row left for it");
        }
        if (totals > 0) {
            throw totalsAreNoRecord();
        }
        values.take(record);
        if (looks == null) {
            looks = looks();
        }
        XSSFRow row = sheet.getRow(lastRow);
        if (row == null) {
            row = sheet.createRow(lastRow);
        }
        for (int i = 0; i < columns.length; i++) {
            CellStyle style = looks[i];
            if (columns[i] < 0 || values.kind(i) == null && style == null) {
                continue;
            }
            Cell cell = row.getCell(columns[i]);
            if (cell == null) {
                cell = row.createCell(columns[i]);
                if (style != null) {
                    cell.setCellStyle(style);
                }
            }
            int place = values.place(i);
            set(cell, i, place < 0 ? null : record.value(place));
        }
        lastRow++;
    }

    /** Extends the tables and filters that the records are in. */
    void finish() {
        for (XSSFTable table : sheet.getTables()) {
            CellRangeAddress area = extended(table.getCTTable().getRef());
            if (area != null) {
                table.getCTTable().setRef(area.formatAsString());
                if (table.getCTTable().isSetAutoFilter()) {
                    table.getCTTable().getAutoFilter().setRef(area.formatAsString());
                }
                table.updateReferences();
            }
        }
        if (sheet.getCTWorksheet().isSetAutoFilter()) {
            CellRangeAddress area =
                    extended(sheet.getCTWorksheet().getAutoFilter().getRef());
            if (area != null) {
                sheet.getCTWorksheet().getAutoFilter().setRef(area.formatAsString());
                nameFilter(area);
            }
        }
    }

    /** Returns an area that is about the records, with all of them; null for another one and one that has them. */
    private @Nullable CellRangeAddress extended(String reference) {
        CellRangeAddress area = CellRangeAddress.valueOf(reference);
        boolean isOfRecords = area.getFirstRow() == layout.headerRow() - 1 && isBeside(area);
        if (!isOfRecords || area.getLastRow() >= lastRow - 1) {
            return null;
        }
        area.setLastRow(lastRow - 1);
        return area;
    }

    /** Excel remembers the cells of a filter by a hidden name, too. */
    private void nameFilter(CellRangeAddress area) {
        int index = sheet.getWorkbook().getSheetIndex(sheet);
        for (Name hidden : sheet.getWorkbook().getAllNames()) {
            if (hidden.getSheetIndex() == index && hidden.getNameName().equals("_xlnm._FilterDatabase")) {
                hidden.setRefersToFormula(area.formatAsString(sheet.getSheetName(), true));
            }
        }
    }
}
