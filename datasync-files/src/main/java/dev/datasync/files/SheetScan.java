package dev.datasync.files;

import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What must be known of a sheet before it is changed. It takes a few bits for each formula of the table. */
final class SheetScan {

    private final int firstColumn;
    private final int lastColumn;
    private final @Nullable CellRange range;

    private final BitSet[] formulas;
    private final BitSet outside = new BitSet();
    private final Map<String, Shared> shared = new HashMap<>();
    private final TreeMap<Integer, int[]> columnStyles = new TreeMap<>();

    private String prefix = "";
    private int lastRow;
    private String lastRowTag = "";
    private Map<Integer, Integer> lastStyles = Map.of();
    private boolean hasFormulas;

    /**
     * A formula that several cells have.
     *
     * @param row the row of the cell where it stands
     * @param column the column of that cell
     * @param text the formula
     */
    record Shared(int row, int column, String text) {}

    private SheetScan(int firstColumn, int columns, int rowBefore, @Nullable CellRange range) {
        this.firstColumn = firstColumn;
        this.lastColumn = firstColumn + columns - 1;
        this.range = range;
        this.lastRow = rowBefore;
        this.formulas = new BitSet[columns];
        for (int i = 0; i < columns; i++) {
            formulas[i] = new BitSet();
        }
    }

    /**
     * Looks through a sheet.
     *
     * @param rowBefore the row before the one that the first record can have
     */
    static SheetScan of(XmlPieces xml, int firstColumn, int columns, int rowBefore, @Nullable CellRange range)
            throws IOException {
        SheetScan scan = new SheetScan(firstColumn, columns, rowBefore, range);
        boolean isInRows = false;
        while (xml.next()) {
            if (xml.isTag() && xml.isNamed("sheetData")) {
                scan.prefix = xml.prefix();
                isInRows = xml.kind() == XmlPieces.Kind.START;
                if (isInRows) {
                    scan.rows(xml);
                }
            } else if (xml.opens("col")) {
                String style = xml.attribute("style");
                if (style != null) {
                    int[] entry = {number(xml.attribute("max")), number(style)};
                    scan.columnStyles.put(number(xml.attribute("min")), entry);
                }
            }
        }
        return scan;
    }

    private void rows(XmlPieces xml) throws IOException {
        int row = 0;
        int column = 0;
        String tag = "";
        Map<Integer, Integer> styles = new HashMap<>();
        while (xml.next() && !xml.closes("sheetData")) {
            if (!xml.opens()) {
                continue;
            }
            if (xml.isNamed("row")) {
                tag = xml.raw();
                String number = XmlPieces.attribute(tag, "r");
                row = number == null ? row + 1 : number(number);
                column = 0;
                styles = new HashMap<>();
            } else if (xml.isNamed("c")) {
                String cell = xml.raw();
                column = column(XmlPieces.attribute(cell, "r"), column);
                String number = XmlPieces.attribute(cell, "s");
                int style = number == null ? 0 : number(number);
                if (style != 0 && column >= firstColumn && column <= lastColumn) {
                    // the same map as that of the last record, if this is its row
                    styles.put(column, style);
                }
            } else if (xml.isNamed("f")) {
                formula(xml, row, column);
                content(row, column, tag, styles);
            } else if (xml.isNamed("v") || xml.isNamed("is")) {
                content(row, column, tag, styles);
            }
        }
    }

    private void content(int row, int column, String tag, Map<Integer, Integer> styles) {
        if (range != null && (column < range.firstColumn() || column > range.lastColumn())) {
            outside.set(row);
            return;
        }
        boolean isOfTable = column >= firstColumn
                && column <= lastColumn
                && row > lastRow
                && (range == null || row <= range.lastRow());
        if (isOfTable) {
            lastRow = row;
            lastRowTag = tag;
            lastStyles = styles;
        }
    }

    private void formula(XmlPieces xml, int row, int column) throws IOException {
        hasFormulas = true;
        String tag = xml.raw();
        String type = XmlPieces.attribute(tag, "t");
        String area = XmlPieces.attribute(tag, "ref");
        mark(row, row, column, column);
        if (area != null && ("array".equals(type) || "dataTable".equals(type))) {
            CellRange all = CellRange.parse(area.indexOf(':') < 0 ? area + ":" + area : area);
            mark(all.firstRow(), all.lastRow(), all.firstColumn(), all.lastColumn());
        }
        String index = XmlPieces.attribute(tag, "si");
        if ("shared".equals(type) && index != null && xml.kind() == XmlPieces.Kind.START) {
            StringBuilder text = new StringBuilder();
            while (xml.next() && !xml.closes("f")) {
                if (xml.kind() == XmlPieces.Kind.TEXT) {
                    text.append(xml.text());
                }
            }
            if (!text.isEmpty()) {
                shared.put(index, new Shared(row, column, text.toString()));
            }
        }
    }

    private void mark(int firstRow, int last, int from, int to) {
        for (int column = Math.max(from, firstColumn); column <= Math.min(to, lastColumn); column++) {
            formulas[column - firstColumn].set(firstRow, last + 1);
        }
    }

    static int number(@Nullable String digits) throws ExcelFault {
        try {
            return digits == null ? 0 : Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw ExcelFault.corrupt("a part of it has something else where a number should be");
        }
    }

    /** Returns the column that a cell's reference names; without one it is the next. */
    static int column(@Nullable String reference, int before) {
        if (reference == null) {
            return before + 1;
        }
        int column = 0;
        for (int i = 0; i < reference.length(); i++) {
            char next = reference.charAt(i);
            if (next >= 'A' && next <= 'Z') {
                column = column * 26 + next - 'A' + 1;
            } else if (next >= 'a' && next <= 'z') {
                column = column * 26 + next - 'a' + 1;
            }
        }
        return column;
    }

    /** Returns what the names of the sheet's elements begin with. */
    String prefix() {
        return prefix;
    }

    /** Returns the row of the last record, or the one before the first when there is none. */
    int lastRow() {
        return lastRow;
    }

    /** Returns the tag of the last record's row, blank when there is no record. */
    String lastRowTag() {
        return lastRowTag;
    }

    /** Returns the style of a column's cell in the last record. */
    int lastStyle(int column) {
        return lastStyles.getOrDefault(column, lastRowTag.isEmpty() ? columnStyle(column) : 0);
    }

    /** Returns the style that cells of a column have which are not there. */
    int columnStyle(int column) {
        Map.Entry<Integer, int[]> entry = columnStyles.floorEntry(column);
        return entry == null || entry.getValue()[0] < column ? 0 : entry.getValue()[1];
    }

    boolean isFormula(int row, int column) {
        return column >= firstColumn && column <= lastColumn && formulas[column - firstColumn].get(row);
    }

    boolean hasFormulas() {
        return hasFormulas;
    }

    /** Tells whether a row has something beside the range. */
    boolean hasOutside(int row) {
        return outside.get(row);
    }

    @Nullable
    Shared shared(String index) {
        return shared.get(index);
    }
}
