package dev.datasync.files;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The cells of a row that hold something, in the order of their columns. Filled anew for every row.
 *
 * <p>A value is a {@link String}, a {@link Boolean}, a number as Excel shows it ({@link Long} or
 * {@link java.math.BigDecimal}), a date or time that the file writes as such, or an {@link Unusable}.
 */
final class SheetRow {

    private int number;
    private boolean isHidden;
    private int size;
    private int[] columns = new int[64];
    private int[] formats = new int[64];
    private @Nullable Object[] values = new @Nullable Object[64];

    /**
     * What a cell holds that is no value.
     *
     * @param reason the rest of a sentence that begins with the cell; no values
     */
    record Unusable(String reason) {

        static final Unusable NOT_CALCULATED = new Unusable(
                "holds a formula without a result: open and save the workbook once in Excel, so that it is calculated");

        /** An error such as {@code #DIV/0!}, if that is the name of one. */
        static Unusable error(String name) {
            boolean isError = name.length() <= 20 && name.startsWith("#") && name.matches("#[A-Z0-9/_]+[!?]?");
            return new Unusable("holds " + (isError ? "the error " + name : "an error") + ": correct it");
        }
    }

    void begin(int newNumber, boolean hidden) {
        Arrays.fill(values, 0, size, null);
        number = newNumber;
        isHidden = hidden;
        size = 0;
    }

    void add(int column, int format, Object value) {
        if (size == columns.length) {
            columns = Arrays.copyOf(columns, size * 2);
            formats = Arrays.copyOf(formats, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        columns[size] = column;
        formats[size] = format;
        values[size] = value;
        size++;
    }

    /** Returns the number of the row, from 1. */
    int number() {
        return number;
    }

    boolean isHidden() {
        return isHidden;
    }

    /** Returns how many cells hold something. */
    int size() {
        return size;
    }

    /** Returns the column of a cell, from 1. */
    int column(int index) {
        return columns[index];
    }

    /** Returns the number of a cell's format in {@link CellFormats}. */
    int format(int index) {
        return formats[index];
    }

    Object value(int index) {
        Object value = values[index];
        if (value == null) {
            throw new IndexOutOfBoundsException(index);
        }
        return value;
    }
}
