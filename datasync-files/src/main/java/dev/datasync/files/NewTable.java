package dev.datasync.files;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.NotCommittedException;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.util.CellRangeAddress;
import org.jspecify.annotations.Nullable;

/** Writes a table into a sheet that has none: the header, then record by record, then what a person likes to find. */
final class NewTable {

    private static final int ROWS_TO_MEASURE = 200;
    private static final int NARROWEST = 9;
    private static final int WIDEST = 60;

    /** What the arrow of a filter and the margins of a cell take. */
    private static final int ARROW = 3;

    private static final int MARGIN = 2;

    /** The parts into which POI divides the width of a digit. */
    private static final int UNITS = 256;

    private final Sheet sheet;
    private final RowValues values;
    private final TableStyles styles;
    private final Place place;
    private final Schema schema;
    private final double[] widths;
    private final boolean isAlone;

    private int next;

    /**
     * Where in the sheet the records go.
     *
     * @param header the row of the header, or 0 when there is none
     * @param first the row of the first record
     * @param last the last row that there is
     * @param column the first column, from 1
     */
    record Place(int header, int first, int last, int column) {

        /** Returns how many records there is room for. */
        long room() {
            return last - first + 1L;
        }
    }

    NewTable(Sheet sheet, CellValues cells, TableStyles styles, Place place, Schema schema) {
        this.sheet = sheet;
        this.values = new RowValues(cells, schema);
        this.styles = styles;
        this.place = place;
        this.schema = schema;
        this.next = place.first;
        this.widths = new double[schema.size()];
        this.isAlone = !hasCells(sheet);
    }

    private static boolean hasCells(Sheet sheet) {
        for (org.apache.poi.ss.usermodel.Row row : sheet) {
            for (Cell cell : row) {
                if (cell.getCellType() != CellType.BLANK) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Writes the names of the columns, which were checked before. */
    void begin() throws NotCommittedException {
        if (place.header == 0) {
            return;
        }
        org.apache.poi.ss.usermodel.Row row = row(place.header);
        for (int i = 0; i < widths.length; i++) {
            String name = schema.field(i).name();
            Cell cell = row.createCell(place.column - 1 + i);
            try {
                cell.setCellValue(CellValues.text(name));
            } catch (CellValues.Unwritable e) {
                throw new NotCommittedException("the name of a column cannot be written: " + e.reason());
            }
            cell.setCellStyle(styles.header());
            widths[i] = columns(name) * 1.1 + ARROW;
        }
    }

    private org.apache.poi.ss.usermodel.Row row(int number) {
        org.apache.poi.ss.usermodel.Row row = sheet.getRow(number - 1);
        return row == null ? sheet.createRow(number - 1) : row;
    }

    /** Writes a record, or leaves all as it was when one of its values cannot be written. */
    void append(Row record) throws CellValues.Unwritable {
        if (next > place.last) {
            throw new CellValues.Unwritable("the sheet has no row left for it");
        }
        values.take(record);
        org.apache.poi.ss.usermodel.Row row = row(next);
        for (int i = 0; i < widths.length; i++) {
            CellValues.Kind kind = values.kind(i);
            if (kind == null) {
                continue;
            }
            Cell cell = row.createCell(place.column - 1 + i);
            values.set(i, cell);
            CellStyle style = styles.of(kind);
            if (style != null) {
                cell.setCellStyle(style);
            }
            if (next - place.first < ROWS_TO_MEASURE) {
                widths[i] = Math.max(widths[i], columns(kind, values.text(i), record.value(values.place(i))) + MARGIN);
            }
        }
        next++;
    }

    private static double columns(CellValues.Kind kind, @Nullable String text, @Nullable Object value) {
        return switch (kind) {
            case DATE -> 10;
            case TIME -> 8;
            case TIMESTAMP -> 19;
            case TRUTH -> 6;
            case NUMBER -> String.valueOf(value).length();
            case TEXT -> text == null ? 0 : columns(text);
        };
    }

    /** Returns how many digits the longest line of a text is wide. */
    private static double columns(String text) {
        double widest = 0;
        double line = 0;
        for (int i = 0; i < text.length() && i < 1_000 && widest < WIDEST; i++) {
            char character = text.charAt(i);
            line = character == '\n' ? 0 : line + (character >= 0x1100 && !Character.isSurrogate(character) ? 2 : 1);
            widest = Math.max(widest, line);
        }
        return widest;
    }

    /** Sets what is said of the table as a whole. */
    void finish() {
        if (!isAlone) {
            // what else is on the sheet has its widths, filter and panes
            return;
        }
        for (int i = 0; i < widths.length; i++) {
            double width = Math.min(WIDEST, Math.max(NARROWEST, widths[i]));
            sheet.setColumnWidth(place.column - 1 + i, (int) Math.round(width * UNITS));
        }
        if (place.header > 0) {
            sheet.createFreezePane(0, place.header);
            sheet.setAutoFilter(new CellRangeAddress(
                    place.header - 1,
                    Math.max(place.header, next - 1) - 1,
                    place.column - 1,
                    place.column - 2 + widths.length));
        }
    }
}
