package dev.datasync.files;

import dev.datasync.row.FieldType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where in a workbook the records are and how they are understood.
 *
 * @param sheet the sheet's name, or null for the one with the number
 * @param sheetNumber the sheet's place among all sheets, from 1; 0 for the first one that is not hidden
 * @param header where the names of the columns are
 * @param range the cells that are looked at, or null for all
 * @param hiddenRows whether hidden rows are records
 * @param types the types that the user gave to columns, by name
 * @param columns the columns of a new sheet; empty for those of the records
 */
record ExcelOptions(
        @Nullable String sheet,
        int sheetNumber,
        Header header,
        @Nullable CellRange range,
        HiddenRows hiddenRows,
        Map<String, FieldType> types,
        List<String> columns) {

    static final ExcelOptions DEFAULT =
            new ExcelOptions(null, 0, new Header.First(), null, HiddenRows.READ, Map.of(), List.of());

    /** Where the names of the columns are. */
    sealed interface Header {

        /** In the first row that is not empty. */
        record First() implements Header {}

        /**
         * In a row.
         *
         * @param row its number, from 1
         */
        record AtRow(int row) implements Header {}

        /**
         * In the first row that contains some names.
         *
         * @param names the names
         */
        record Containing(List<String> names) implements Header {}

        /**
         * Nowhere: every row is a record.
         *
         * @param names the names that the columns get
         */
        record None(List<String> names) implements Header {}
    }

    ExcelOptions withSheet(@Nullable String name, int number) {
        return new ExcelOptions(name, number, header, range, hiddenRows, types, columns);
    }

    ExcelOptions withHeader(Header newHeader) {
        return new ExcelOptions(sheet, sheetNumber, newHeader, range, hiddenRows, types, columns);
    }

    ExcelOptions withRange(CellRange newRange) {
        return new ExcelOptions(sheet, sheetNumber, header, newRange, hiddenRows, types, columns);
    }

    ExcelOptions withHiddenRows(HiddenRows newHiddenRows) {
        return new ExcelOptions(sheet, sheetNumber, header, range, newHiddenRows, types, columns);
    }

    ExcelOptions withTypes(Map<String, FieldType> newTypes) {
        return new ExcelOptions(sheet, sheetNumber, header, range, hiddenRows, Map.copyOf(newTypes), columns);
    }

    ExcelOptions withColumns(List<String> newColumns) {
        return new ExcelOptions(sheet, sheetNumber, header, range, hiddenRows, types, List.copyOf(newColumns));
    }

    /** Returns the sheet as messages name it. */
    String sheetShown() {
        if (sheet != null) {
            return "sheet '" + Shown.name(sheet) + "'";
        }
        return sheetNumber == 0 ? "first sheet" : "sheet " + sheetNumber;
    }
}
