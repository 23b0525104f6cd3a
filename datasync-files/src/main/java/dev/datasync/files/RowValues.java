package dev.datasync.files;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import org.apache.poi.ss.usermodel.Cell;
import org.jspecify.annotations.Nullable;

/**
 * The values of a record as cells hold them. All are taken before the first cell is written, so that a record which
 * cannot be written leaves nothing behind. Filled anew for every record.
 */
final class RowValues {

    private final CellValues cells;
    private final Schema schema;
    private final int[] places;
    private final CellValues.@Nullable Kind[] kinds;
    private final double[] numbers;
    private final @Nullable String[] texts;
    private @Nullable Schema lastSchema;

    RowValues(CellValues cells, Schema schema) {
        this.cells = cells;
        this.schema = schema;
        this.places = new int[schema.size()];
        this.kinds = new CellValues.@Nullable Kind[schema.size()];
        this.numbers = new double[schema.size()];
        this.texts = new @Nullable String[schema.size()];
    }

    /** Takes the values of a record, which may lack some fields and have them in any order. */
    void take(Row row) throws CellValues.Unwritable {
        if (!row.schema().equals(lastSchema)) {
            lastSchema = row.schema();
            for (int i = 0; i < places.length; i++) {
                places[i] = row.schema().indexOf(schema.field(i).name());
            }
        }
        for (int i = 0; i < places.length; i++) {
            take(i, places[i] < 0 ? null : row.value(places[i]));
        }
    }

    /** Takes the value of one field. */
    void take(int index, @Nullable Object value) throws CellValues.Unwritable {
        kinds[index] = null;
        texts[index] = null;
        if (value == null) {
            return;
        }
        CellValues.Kind kind = CellValues.kind(value);
        try {
            if (kind == CellValues.Kind.TEXT) {
                texts[index] = CellValues.text(value);
            } else {
                numbers[index] = cells.number(value, schema.field(index).type());
            }
        } catch (CellValues.Unwritable e) {
            throw new CellValues.Unwritable(
                    "field '" + Shown.name(schema.field(index).name()) + "': " + e.reason());
        }
        kinds[index] = kind;
    }

    /** Returns where in the record a field is, or a negative number when the record lacks it. */
    int place(int index) {
        return places[index];
    }

    /** Returns what a field holds, or null when it holds nothing. */
    CellValues.@Nullable Kind kind(int index) {
        return kinds[index];
    }

    /** Returns the text that a field holds, or null when it holds none. */
    @Nullable
    String text(int index) {
        return texts[index];
    }

    double number(int index) {
        return numbers[index];
    }

    /** Puts a field's value into a cell, and nothing when there is none. */
    void set(int index, Cell cell) {
        CellValues.Kind kind = kinds[index];
        if (kind == null) {
            cell.setBlank();
        } else if (kind == CellValues.Kind.TEXT) {
            cell.setCellValue(texts[index]);
        } else if (kind == CellValues.Kind.TRUTH) {
            cell.setCellValue(numbers[index] != 0);
        } else {
            cell.setCellValue(numbers[index]);
        }
    }
}
