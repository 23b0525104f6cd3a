package dev.datasync.files;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rectangle of cells. Rows and columns count from 1; both ends belong to it.
 *
 * @param firstRow its first row
 * @param lastRow its last row, {@link #LAST_ROW} when it has no end
 * @param firstColumn its first column, 1 for A
 * @param lastColumn its last column
 */
record CellRange(int firstRow, int lastRow, int firstColumn, int lastColumn) {

    /** The last row that an .xlsx workbook can have. */
    static final int LAST_ROW = 1 << 20;

    /** The last column that an .xlsx workbook can have. */
    static final int LAST_COLUMN = 1 << 14;

    private static final Pattern NOTATION = Pattern.compile("([A-Z]{1,3})([0-9]{1,7})?:([A-Z]{1,3})([0-9]{1,7})?");

    /**
     * Reads a range such as {@code B3:F200}, {@code B3:F} or {@code B:F}.
     *
     * @throws IllegalArgumentException when it is none
     */
    static CellRange parse(String text) {
        Matcher found = NOTATION.matcher(text.strip().toUpperCase(Locale.ROOT).replace("$", ""));
        if (found.matches()) {
            CellRange range = new CellRange(
                    row(found.group(2), 1),
                    row(found.group(4), LAST_ROW),
                    column(found.group(1)),
                    column(found.group(3)));
            if (range.firstRow >= 1
                    && range.firstRow <= range.lastRow
                    && range.lastRow <= LAST_ROW
                    && range.firstColumn <= range.lastColumn
                    && range.lastColumn <= LAST_COLUMN) {
                return range;
            }
        }
        throw new IllegalArgumentException(
                "'" + Shown.name(text) + "' is no range of cells: write it like B3:F200, B3:F or B:F");
    }

    private static int row(@Nullable String digits, int otherwise) {
        return digits == null ? otherwise : Integer.parseInt(digits);
    }

    private static int column(String letters) {
        int number = 0;
        for (int i = 0; i < letters.length(); i++) {
            number = number * 26 + letters.charAt(i) - 'A' + 1;
        }
        return number;
    }

    /** Returns a cell as a person names it, for example {@code D17}. */
    static String cell(int row, int column) {
        return letters(column) + row;
    }

    /** Returns a column's letters. */
    static String letters(int column) {
        StringBuilder letters = new StringBuilder();
        for (int rest = column; rest > 0; rest = (rest - 1) / 26) {
            letters.insert(0, (char) ('A' + (rest - 1) % 26));
        }
        return letters.toString();
    }
}
