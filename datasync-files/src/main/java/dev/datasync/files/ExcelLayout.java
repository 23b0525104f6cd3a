package dev.datasync.files;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the columns of a sheet are.
 *
 * @param headerRow the row with their names, or 0 when there is none
 * @param firstColumn the first one's number, from 1; the others follow without gaps
 * @param schema their names, with the types that the user gave
 */
record ExcelLayout(int headerRow, int firstColumn, Schema schema) {

    private static final String MERGED = ", also where cells are merged";

    /** Returns the layout of a sheet whose user names the columns. */
    static ExcelLayout named(List<String> names, int firstColumn, Map<String, FieldType> types) throws ExcelFault {
        return new ExcelLayout(0, firstColumn, schema(names, types));
    }

    /** Returns the layout that a row of names gives. */
    static ExcelLayout of(SheetRow row, List<HeaderCell> cells, Map<String, FieldType> types) throws ExcelFault {
        int first = cells.get(0).column;
        List<String> names = new ArrayList<>();
        Map<String, String> addresses = new HashMap<>();
        for (HeaderCell cell : cells) {
            if (cell.column != first + names.size()) {
                throw new ExcelFault(
                        "E-XLS-HEADER-EMPTY",
                        "cell " + CellRange.cell(row.number(), first + names.size()),
                        "the column has no name in the header, between others that have one" + MERGED
                                + ": give it one, or read less with range(...)");
            }
            String address = CellRange.cell(row.number(), cell.column);
            String same = addresses.putIfAbsent(cell.name.toLowerCase(Locale.ROOT), address);
            if (same != null) {
                throw new ExcelFault(
                        "E-XLS-DUP-HEADER",
                        "cell " + address,
                        "the column has the same name '" + Shown.name(cell.name) + "' as the one of cell " + same
                                + ", upper and lower case apart: give each column its own name");
            }
            names.add(cell.name);
        }
        return new ExcelLayout(row.number(), first, schema(names, types));
    }

    /**
     * A cell of the header.
     *
     * @param column its column, from 1
     * @param name what it names, not blank
     */
    record HeaderCell(int column, String name) {}

    private static Schema schema(List<String> names, Map<String, FieldType> types) throws ExcelFault {
        Field[] fields = new Field[names.size()];
        for (int i = 0; i < fields.length; i++) {
            FieldType given = ExcelWriting.given(types, names.get(i));
            fields[i] = Field.of(names.get(i), given == null ? FieldType.any() : given);
        }
        for (String name : types.keySet()) {
            if (names.stream().noneMatch(name::equalsIgnoreCase)) {
                throw new ExcelFault(
                        "E-XLS-COLUMN",
                        "types(...) names a column '" + Shown.name(name)
                                + "' that the sheet does not have: its columns are "
                                + names.stream().map(Shown::name).toList());
            }
        }
        return Schema.of(fields);
    }
}
