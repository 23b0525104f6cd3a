package dev.datasync.files;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.util.Locale;
import org.apache.poi.ss.usermodel.DataFormatter;
import org.jspecify.annotations.Nullable;

/** Makes values of records out of what cells hold. */
final class ExcelCells {

    private static final SheetRow.Unusable NO_DATE = new SheetRow.Unusable(
            "is shown as a date or time, and its number is none: it is negative, beyond the year 9999, without a day, or"
                    + " the 29 February 1900 that Excel made up: correct it, or change the cell's format");

    private final CellFormats formats;
    private @Nullable DataFormatter formatter;

    ExcelCells(CellFormats formats) {
        this.formats = formats;
    }

    /** Returns the value of a cell, or an {@link SheetRow.Unusable}. */
    Object value(SheetRow row, int cell) {
        Object value = row.value(cell);
        if (value instanceof Long || value instanceof BigDecimal) {
            CellFormats.Kind kind = formats.kind(row.format(cell));
            if (kind != CellFormats.Kind.NUMBER) {
                Object date = formats.dates().value(value, kind);
                return date == null ? NO_DATE : date;
            }
        }
        return value;
    }

    /** Returns the value of a cell in a type that the user has given, or an {@link SheetRow.Unusable}. */
    Object value(SheetRow row, int cell, FieldType type) {
        Object value = row.value(cell);
        boolean isNumber = value instanceof Long || value instanceof BigDecimal;
        boolean isShownAsNumber = isNumber && formats.kind(row.format(cell)) == CellFormats.Kind.NUMBER;
        if (isShownAsNumber && type instanceof FieldType.Text) {
            value = shown(value, row.format(cell));
        } else if (isShownAsNumber) {
            CellFormats.Kind kind = kindFor(type);
            if (kind != CellFormats.Kind.NUMBER) {
                Object date = formats.dates().value(value, kind);
                value = date == null ? new SheetRow.Unusable("is no " + type + ": correct it") : date;
            }
        } else if (isNumber) {
            boolean isWanted = type instanceof FieldType.Whole
                    || type instanceof FieldType.Decimal
                    || type instanceof FieldType.Real;
            value = isWanted ? value : value(row, cell);
        }
        if (value instanceof SheetRow.Unusable) {
            return value;
        }
        try {
            return type.convert(value);
        } catch (ConversionException e) {
            return new SheetRow.Unusable("does not fit the type " + type + " given to its column: " + e.getMessage());
        }
    }

    private static CellFormats.Kind kindFor(FieldType type) {
        if (type instanceof FieldType.Day) {
            return CellFormats.Kind.DATE;
        }
        if (type instanceof FieldType.Timestamp) {
            return CellFormats.Kind.TIMESTAMP;
        }
        return type instanceof FieldType.Clock ? CellFormats.Kind.TIME : CellFormats.Kind.NUMBER;
    }

    /** Returns a number as Excel shows it in English, for example with leading zeros. */
    private Object shown(Object number, int format) {
        int id = formats.codeId(format);
        if (id == 0) {
            return number;
        }
        try {
            if (formatter == null) {
                formatter = new DataFormatter(Locale.ROOT);
            }
            return formatter.formatRawCellContents(((Number) number).doubleValue(), id, formats.code(format));
        } catch (RuntimeException e) {
            // a format that is no format; the message may show the value
            return number;
        }
    }
}
