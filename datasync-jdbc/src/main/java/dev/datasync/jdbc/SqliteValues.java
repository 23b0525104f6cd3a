package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How values of each type are stored in SQLite, which has integers, numbers of 64 bits, texts and blobs: dates and times
 * as texts in SQLite's own form, for example {@code 2025-12-31 23:59:59.123}.
 */
final class SqliteValues {

    /** So many digits come back from a text that SQLite makes a number of. */
    private static final int EXACT_DIGITS = 15;

    private static final int LAST_YEAR = 9_999;

    /** What SQLite turns into a number when the column's declared type is no text. */
    private static final Pattern NUMBER =
            Pattern.compile("[\\s\\x0B]*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?[\\s\\x0B]*");

    private SqliteValues() {}

    /** Makes a field's value of what a row holds; returns {@code null} when that is of another kind. */
    @FunctionalInterface
    private interface Reading {
        @Nullable
        Object of(Object value);
    }

    /** Makes of a field's value what is stored. */
    @FunctionalInterface
    private interface Written {
        Object of(Object value);
    }

    private static ColumnCodec codec(FieldType type, String what, Reading reading, Written written) {
        return codec(Types.NULL, type, what, reading, written);
    }

    private static ColumnCodec codec(int nullType, FieldType type, String what, Reading reading, Written written) {
        return new ColumnCodec(
                type,
                nullType,
                (rows, column) -> {
                    Object value = rows.getObject(column);
                    if (value == null) {
                        return null;
                    }
                    Object read = reading.of(value);
                    if (read == null) {
                        throw new ConversionException("it holds " + kind(value) + ", which is no " + what);
                    }
                    return type.convert(read);
                },
                (statement, parameter, value) -> bind(statement, parameter, written.of(value)));
    }

    private static String kind(Object value) {
        if (value instanceof byte[]) {
            return "a blob";
        }
        return value instanceof String ? "a text" : "a number";
    }

    private static void bind(PreparedStatement statement, int parameter, Object value) throws SQLException {
        if (value instanceof String text) {
            statement.setString(parameter, text);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(parameter, bytes);
        } else if (value instanceof Double number) {
            statement.setDouble(parameter, number);
        } else {
            statement.setLong(parameter, (Long) value);
        }
    }

    private static boolean isWhole(Object value) {
        return value instanceof Integer || value instanceof Long;
    }

    static ColumnCodec integer() {
        return codec(FieldType.integer(), "integer", value -> isWhole(value) ? value : null, value -> value);
    }

    static ColumnCodec bool() {
        return codec(
                FieldType.bool(),
                "boolean",
                value -> isWhole(value) && ((Number) value).longValue() >> 1 == 0
                        ? Boolean.valueOf(((Number) value).longValue() == 1)
                        : null,
                value -> (Boolean) value ? 1L : 0L);
    }

    static ColumnCodec float64() {
        return codec(
                        FieldType.float64(),
                        "number",
                        value -> value instanceof Number number ? Double.valueOf(number.doubleValue()) : null,
                        value -> value)
                .checking(value -> {
                    if (((Double) value).isNaN()) {
                        throw new ConversionException("NaN would become null in SQLite");
                    }
                });
    }

    static ColumnCodec decimal(FieldType type) {
        return codec(type, "decimal number", SqliteValues::decimal, SqliteValues::number)
                .checking(SqliteValues::checkDigits);
    }

    private static @Nullable Object decimal(Object value) {
        if (isWhole(value)) {
            return BigDecimal.valueOf(((Number) value).longValue());
        }
        return value instanceof Double number && Double.isFinite(number) ? BigDecimal.valueOf(number) : null;
    }

    /** Returns the integer or the number of 64 bits that stands for a decimal. */
    private static Object number(Object value) {
        BigDecimal number = (BigDecimal) value;
        return isWholeNumber(number) ? (Object) number.longValueExact() : (Object) number.doubleValue();
    }

    private static boolean isWholeNumber(BigDecimal number) {
        BigDecimal plain = number.stripTrailingZeros();
        return plain.scale() <= 0
                && plain.precision() - plain.scale() <= 19
                && plain.toBigInteger().bitLength() < Long.SIZE;
    }

    private static void checkDigits(Object value) {
        BigDecimal number = (BigDecimal) value;
        if (isWholeNumber(number)) {
            return;
        }
        BigDecimal plain = number.stripTrailingZeros();
        if (plain.precision() > EXACT_DIGITS || plain.compareTo(BigDecimal.valueOf(number.doubleValue())) != 0) {
            throw new ConversionException("SQLite keeps " + EXACT_DIGITS
                    + " digits of a number, and this one has more: declare the column as text");
        }
    }

    static ColumnCodec text(ColumnType column) {
        return checkingPairs(codec(
                // what was declared as a text is stored as one, so that it is equal to what was read
                Types.VARCHAR,
                column.hasLength() ? FieldType.text(column.precision()) : FieldType.text(),
                "text",
                value -> value instanceof byte[] ? null : value.toString(),
                value -> value));
    }

    private static ColumnCodec checkingPairs(ColumnCodec codec) {
        return codec.checking(StandardDialect::refuseHalfPairs);
    }

    /** A column whose declared type says nothing, and of whose values SQLite makes numbers where it can. */
    static ColumnCodec unknown() {
        return codec(
                        FieldType.text(),
                        "text",
                        value -> value instanceof byte[] ? null : value.toString(),
                        value -> value)
                .checking(value -> {
                    StandardDialect.refuseHalfPairs(value);
                    checkNoNumber((String) value);
                });
    }

    private static void checkNoNumber(String text) {
        if (NUMBER.matcher(text).matches() && !isPlainInteger(text)) {
            throw new ConversionException("SQLite would make a number of this text: declare the column as text");
        }
    }

    /** Tells whether an integer is printed as the text that it was. */
    private static boolean isPlainInteger(String text) {
        try {
            return Long.toString(Long.parseLong(text)).equals(text);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** A JSON document, of which SQLite makes a number when it is one. */
    static ColumnCodec json() {
        return codec(
                        FieldType.json(),
                        "JSON",
                        value -> value instanceof byte[] ? null : value instanceof Double ? decimal(value) : value,
                        value -> value)
                .checking(value -> {
                    StandardDialect.refuseHalfPairs(value);
                    if (NUMBER.matcher((String) value).matches()) {
                        checkDigits(new BigDecimal((String) value));
                    }
                });
    }

    /** A column without a declared type, or a bare NUMERIC, which looks the same. */
    static ColumnCodec anything() {
        return codec(
                        FieldType.any(),
                        "value",
                        value -> value instanceof Double ? decimal(value) : value,
                        value -> value instanceof BigDecimal ? number(value) : value)
                .checking(SqliteValues::checkAnything);
    }

    private static void checkAnything(Object value) {
        if (value instanceof BigDecimal) {
            checkDigits(value);
        } else if (value instanceof String text) {
            StandardDialect.refuseHalfPairs(text);
            if (NUMBER.matcher(text).matches()) {
                throw new ConversionException("SQLite would make a number of this text: declare the column as text");
            }
        } else if (!(value instanceof Long || value instanceof byte[])) {
            throw new ConversionException("a value of type " + value.getClass().getSimpleName()
                    + " would not come back as such: declare the column's type");
        }
    }

    static ColumnCodec binary(ColumnType column) {
        return codec(
                column.hasLength() ? FieldType.binary(column.precision()) : FieldType.binary(),
                "blob",
                value -> value instanceof byte[] ? value : null,
                value -> value);
    }

    static ColumnCodec date() {
        return dated(FieldType.date(), "date", Object::toString)
                .checking(value -> checkYear(((LocalDate) value).getYear()));
    }

    static ColumnCodec time(int fractionDigits) {
        return dated(FieldType.time(fractionDigits), "time of day", Object::toString);
    }

    static ColumnCodec timestamp(int fractionDigits) {
        return dated(FieldType.timestamp(fractionDigits), "timestamp", value -> written((LocalDateTime) value))
                .checking(value -> checkYear(((LocalDateTime) value).getYear()));
    }

    static ColumnCodec instant(int fractionDigits) {
        return dated(FieldType.instant(fractionDigits), "instant", value -> written((Instant) value))
                .checking(value ->
                        checkYear(((Instant) value).atOffset(ZoneOffset.UTC).getYear()));
    }

    static ColumnCodec uuid() {
        return dated(FieldType.uuid(), "uuid", value -> ((UUID) value).toString());
    }

    /** A value that is stored as text in a form of its own. */
    private static ColumnCodec dated(FieldType type, String what, Written written) {
        return codec(type, what, value -> value instanceof String ? value : null, written);
    }

    private static void checkYear(int year) {
        if (year < 0 || year > LAST_YEAR) {
            throw new ConversionException("SQLite has no date outside of the years 0000 to 9999");
        }
    }

    static String written(LocalDateTime timestamp) {
        return timestamp.toLocalDate() + " " + timestamp.toLocalTime();
    }

    static String written(Instant instant) {
        return written(LocalDateTime.ofInstant(instant, ZoneOffset.UTC)) + "Z";
    }
}
