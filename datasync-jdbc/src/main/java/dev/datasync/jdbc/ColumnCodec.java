package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How the values of one column are read and bound; chosen once per column, so that nothing is looked up per row.
 *
 * @param type the type whose stored form is read and written
 * @param nullType the JDBC type as which {@code null} is bound
 * @param reader reads a value in its stored form
 * @param binder binds a value in its stored form
 * @param check what the product refuses beyond what the type says
 * @param decoder decodes what the product sends for a value in binary, or {@code null} when nobody does
 */
record ColumnCodec(
        FieldType type,
        int nullType,
        Reader reader,
        Binder binder,
        Check check,
        @Nullable Decoder decoder) {

    /** Reads the value of a column. */
    @FunctionalInterface
    interface Reader {

        /**
         * Returns the value in its stored form.
         *
         * @throws ConversionException when the database holds a value that the type does not have
         */
        @Nullable
        Object read(ResultSet rows, int column) throws SQLException;
    }

    /** Binds a value to a parameter. */
    @FunctionalInterface
    interface Binder {
        void bind(PreparedStatement statement, int parameter, Object value) throws SQLException;
    }

    /** Decodes what a product sends for a value in binary, to what the reader returns for the same value. */
    @FunctionalInterface
    interface Decoder {

        /**
         * Returns the value in its stored form.
         *
         * @throws ConversionException when the database holds a value that the type does not have
         * @throws SQLException when the bytes are none that the product sends
         */
        Object decode(byte[] bytes, int offset, int length) throws SQLException;
    }

    /** Refuses a value. */
    @FunctionalInterface
    interface Check {
        void check(Object value);
    }

    ColumnCodec(FieldType type, int nullType, Reader reader, Binder binder) {
        this(type, nullType, reader, binder, value -> {});
    }

    ColumnCodec(FieldType type, int nullType, Reader reader, Binder binder, Check check) {
        this(type, nullType, reader, binder, check, null);
    }

    /**
     * Returns the value as the column will hold it.
     *
     * @throws ConversionException when it cannot hold it
     */
    @Nullable
    Object stored(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        Object stored = type.convert(value);
        check.check(stored);
        return stored;
    }

    void bind(PreparedStatement statement, int parameter, @Nullable Object stored) throws SQLException {
        if (stored == null) {
            statement.setNull(parameter, nullType);
        } else {
            binder.bind(statement, parameter, stored);
        }
    }

    ColumnCodec typed(FieldType other) {
        return new ColumnCodec(other, nullType, reader, binder, check, decoder);
    }

    ColumnCodec reading(Reader other) {
        return new ColumnCodec(type, nullType, other, binder, check);
    }

    ColumnCodec binding(int otherNullType, Binder other) {
        return new ColumnCodec(type, otherNullType, reader, other, check, decoder);
    }

    ColumnCodec checking(Check other) {
        return new ColumnCodec(type, nullType, reader, binder, other, decoder);
    }

    ColumnCodec decoding(@Nullable Decoder other) {
        return new ColumnCodec(type, nullType, reader, binder, check, other);
    }

    /** Refuses a text that is too long for a product in which a character beyond the basic plane counts as two. */
    ColumnCodec countingUtf16(String product) {
        if (!(type instanceof FieldType.Text text) || text.maxLength() == Integer.MAX_VALUE) {
            return this;
        }
        return checking(value -> {
            int length = ((String) value).length();
            if (length > text.maxLength()) {
                throw new ConversionException("a text of " + length + " characters, as " + product
                        + " counts them in UTF-16, is longer than " + text);
            }
        });
    }

    static ColumnCodec integer(int bits) {
        return new ColumnCodec(
                FieldType.integer(bits),
                bits <= 32 ? Types.INTEGER : Types.BIGINT,
                (rows, column) -> {
                    long value = rows.getLong(column);
                    return rows.wasNull() ? null : value;
                },
                bits <= 32
                        ? (statement, parameter, value) -> statement.setInt(parameter, ((Long) value).intValue())
                        : (statement, parameter, value) -> statement.setLong(parameter, (Long) value));
    }

    static ColumnCodec decimal(FieldType type) {
        return new ColumnCodec(
                type,
                Types.NUMERIC,
                (rows, column) -> {
                    BigDecimal value = rows.getBigDecimal(column);
                    return value == null ? null : type.convert(value);
                },
                (statement, parameter, value) -> statement.setBigDecimal(parameter, (BigDecimal) value));
    }

    static ColumnCodec float32() {
        return new ColumnCodec(
                FieldType.float32(),
                Types.REAL,
                (rows, column) -> {
                    double value = rows.getFloat(column) + 0.0;
                    return rows.wasNull() ? null : value;
                },
                (statement, parameter, value) -> statement.setFloat(parameter, ((Double) value).floatValue()));
    }

    static ColumnCodec float64() {
        return new ColumnCodec(
                FieldType.float64(),
                Types.DOUBLE,
                (rows, column) -> {
                    // adding 0.0 turns -0.0 into 0.0, which is the form that the engine compares
                    double value = rows.getDouble(column) + 0.0;
                    return rows.wasNull() ? null : value;
                },
                (statement, parameter, value) -> statement.setDouble(parameter, (Double) value));
    }

    static ColumnCodec bool() {
        return new ColumnCodec(
                FieldType.bool(),
                Types.BOOLEAN,
                (rows, column) -> {
                    boolean value = rows.getBoolean(column);
                    return rows.wasNull() ? null : value;
                },
                (statement, parameter, value) -> statement.setBoolean(parameter, (Boolean) value));
    }

    static ColumnCodec text(ColumnType column) {
        return text(column.hasLength() ? FieldType.text(column.precision()) : FieldType.text());
    }

    static ColumnCodec paddedText(ColumnType column) {
        if (!column.hasLength()) {
            return text(column);
        }
        FieldType type = FieldType.paddedText(column.precision());
        return text(type).reading((rows, place) -> {
            String value = rows.getString(place);
            return value == null ? null : type.convert(value);
        });
    }

    static ColumnCodec text(FieldType type) {
        return new ColumnCodec(
                type,
                Types.VARCHAR,
                ResultSet::getString,
                (statement, parameter, value) -> statement.setString(parameter, (String) value));
    }

    /** A type that Java has no class for, as the text in which the database prints it. */
    static ColumnCodec textOfOtherType() {
        return text(FieldType.text())
                .binding(
                        Types.OTHER,
                        (statement, parameter, value) -> statement.setObject(parameter, value, Types.OTHER));
    }

    /** JSON, in the one form in which documents are compared. */
    static ColumnCodec json() {
        FieldType type = FieldType.json();
        return textOfOtherType().typed(type).reading((rows, column) -> {
            String value = rows.getString(column);
            return value == null ? null : type.convert(value);
        });
    }

    /** JSON that is bound as UTF-8 bytes. */
    static ColumnCodec jsonAsBytes() {
        return json().binding(
                        Types.VARBINARY,
                        (statement, parameter, value) ->
                                statement.setBytes(parameter, ((String) value).getBytes(StandardCharsets.UTF_8)));
    }

    static ColumnCodec binary(ColumnType column) {
        return new ColumnCodec(
                column.hasLength() ? FieldType.binary(column.precision()) : FieldType.binary(),
                Types.VARBINARY,
                ResultSet::getBytes,
                (statement, parameter, value) -> statement.setBytes(parameter, (byte[]) value));
    }

    /** Bytes of a fixed number. A product fills up fewer, so that they would come back as others. */
    static ColumnCodec fixedBinary(ColumnType column) {
        ColumnCodec codec = binary(column);
        return column.hasLength()
                ? codec.checking(value -> {
                    if (((byte[]) value).length < column.precision()) {
                        throw new ConversionException(((byte[]) value).length + " bytes are fewer than the "
                                + column.precision() + " that the column always has");
                    }
                })
                : codec;
    }

    static ColumnCodec uuid() {
        return new ColumnCodec(
                FieldType.uuid(),
                Types.OTHER,
                (rows, column) -> rows.getObject(column, UUID.class),
                PreparedStatement::setObject);
    }

    static ColumnCodec date() {
        return new ColumnCodec(
                FieldType.date(),
                Types.DATE,
                (rows, column) -> {
                    LocalDate value = rows.getObject(column, LocalDate.class);
                    return value == null ? null : finite(value, value.getYear());
                },
                PreparedStatement::setObject);
    }

    static ColumnCodec time(int fractionDigits) {
        FieldType type = FieldType.time(fractionDigits);
        return new ColumnCodec(
                type,
                Types.TIME,
                (rows, column) -> {
                    LocalTime value = rows.getObject(column, LocalTime.class);
                    // drivers read SQL's 24:00 as the last nanosecond of the day
                    if (LocalTime.MAX.equals(value) && fractionDigits < 9) {
                        throw endOfDay();
                    }
                    return value == null ? null : type.convert(value);
                },
                PreparedStatement::setObject);
    }

    static ColumnCodec timestamp(int fractionDigits) {
        FieldType type = FieldType.timestamp(fractionDigits);
        return new ColumnCodec(
                type,
                Types.TIMESTAMP,
                (rows, column) -> {
                    LocalDateTime value = rows.getObject(column, LocalDateTime.class);
                    return value == null ? null : type.convert(finite(value, value.getYear()));
                },
                PreparedStatement::setObject);
    }

    static ColumnCodec instant(int fractionDigits) {
        FieldType type = FieldType.instant(fractionDigits);
        return new ColumnCodec(
                type,
                Types.TIMESTAMP_WITH_TIMEZONE,
                (rows, column) -> {
                    OffsetDateTime value = rows.getObject(column, OffsetDateTime.class);
                    return value == null ? null : type.convert(finite(value, value.getYear()));
                },
                (statement, parameter, value) ->
                        statement.setObject(parameter, ((Instant) value).atOffset(ZoneOffset.UTC)));
    }

    /** Drivers read an infinite date as the first or last one that Java has, which nobody ever meant. */
    private static <T> T finite(T value, int year) {
        if (year == Year.MAX_VALUE || year == Year.MIN_VALUE) {
            throw infinite();
        }
        return value;
    }

    static ConversionException infinite() {
        return new ConversionException("it holds infinity, which is no point in time");
    }

    static ConversionException endOfDay() {
        return new ConversionException("it holds 24:00, which is no time of day");
    }

    /**
     * An array.
     *
     * @param element how its elements are read
     * @param elementName the database's name of the elements' type
     */
    static ColumnCodec array(ColumnCodec element, String elementName) {
        return new ColumnCodec(
                FieldType.list(element.type()),
                Types.ARRAY,
                (rows, column) -> {
                    Array array = rows.getArray(column);
                    return array == null ? null : elements(array, element);
                },
                (statement, parameter, value) -> statement.setArray(
                        parameter, statement.getConnection().createArrayOf(elementName, ((List<?>) value).toArray())),
                value -> {
                    for (Object item : (List<?>) value) {
                        if (item != null) {
                            element.check().check(item);
                        }
                    }
                });
    }

    private static List<@Nullable Object> elements(Array array, ColumnCodec element) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        try (ResultSet elements = array.getResultSet()) {
            while (elements.next()) {
                values.add(element.reader().read(elements, 2));
            }
        } catch (SQLException e) {
            if (SqlState.of(e).startsWith("22")) {
                throw new ConversionException("an array of several dimensions is not supported");
            }
            throw e;
        } finally {
            array.free();
        }
        return values;
    }
}
