package dev.datasync.row;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The type of a field, with the sizes a target declares, and the conversion of any value into the one form in which
 * such a field stores it.
 *
 * <p>Two values are equal for a field exactly when their converted forms are equal: {@code 1.1} and {@code 1.10} become
 * the same {@code decimal(9,2)}, nanoseconds are cut to the microseconds that a {@code timestamp(6)} keeps. Conversion
 * is idempotent: converting a converted value changes nothing.
 *
 * <p>All types are immutable values and safe for use by several threads.
 */
public sealed interface FieldType {

    /** The number of fraction digits of a second that {@link LocalTime} and {@link Instant} can hold. */
    int NANOSECONDS = 9;

    /**
     * Returns the value in the form in which a field of this type holds it.
     *
     * @param value the value to convert; not {@code null}
     * @return the converted value, an instance of {@link #javaType()}
     * @throws ConversionException when this type cannot hold the value without losing more than fraction digits
     */
    Object convert(Object value);

    /**
     * Returns the class of converted values.
     *
     * @return the Java class
     */
    Class<?> javaType();

    /**
     * Returns text of any length.
     *
     * @return the type
     */
    static FieldType text() {
        return new Text(Integer.MAX_VALUE, Padding.KEPT);
    }

    /**
     * Returns text of a limited length.
     *
     * @param maxLength the most characters (Unicode code points) it may have; at least 1
     * @return the type
     */
    static FieldType text(int maxLength) {
        return new Text(maxLength, Padding.KEPT);
    }

    /**
     * Returns text as an SQL {@code CHAR(n)} column holds it: trailing spaces do not count.
     *
     * @param length the declared length in characters; at least 1
     * @return the type
     */
    static FieldType paddedText(int length) {
        return new Text(length, Padding.STRIPPED);
    }

    /**
     * Returns a whole number of 64 bits.
     *
     * @return the type
     */
    static FieldType integer() {
        return new Whole(64);
    }

    /**
     * Returns a whole number of a given size.
     *
     * @param bits 8, 16, 32 or 64
     * @return the type
     */
    static FieldType integer(int bits) {
        return new Whole(bits);
    }

    /**
     * Returns an exact decimal number of any size.
     *
     * @return the type
     */
    static FieldType decimal() {
        return new Decimal(0, Decimal.ANY_SCALE);
    }

    /**
     * Returns an exact decimal number of limited size; further fraction digits are rounded half up.
     *
     * @param precision the most digits in all; at least 1, or 0 for no limit
     * @param scale the digits behind the decimal point; not negative
     * @return the type
     */
    static FieldType decimal(int precision, int scale) {
        return new Decimal(precision, scale);
    }

    /**
     * Returns a floating-point number of 64 bits.
     *
     * @return the type
     */
    static FieldType float64() {
        return new Real(64);
    }

    /**
     * Returns a floating-point number of 32 bits.
     *
     * @return the type
     */
    static FieldType float32() {
        return new Real(32);
    }

    /**
     * Returns true or false.
     *
     * @return the type
     */
    static FieldType bool() {
        return new Bool();
    }

    /**
     * Returns a calendar date.
     *
     * @return the type
     */
    static FieldType date() {
        return new Day();
    }

    /**
     * Returns a time of day to the nanosecond.
     *
     * @return the type
     */
    static FieldType time() {
        return new Clock(NANOSECONDS);
    }

    /**
     * Returns a time of day; further fraction digits are cut off.
     *
     * @param fractionDigits the digits of a second's fraction that are kept, 0 to 9
     * @return the type
     */
    static FieldType time(int fractionDigits) {
        return new Clock(fractionDigits);
    }

    /**
     * Returns a date and time without zone, to the nanosecond.
     *
     * @return the type
     */
    static FieldType timestamp() {
        return new Timestamp(NANOSECONDS);
    }

    /**
     * Returns a date and time without zone; further fraction digits are cut off.
     *
     * @param fractionDigits the digits of a second's fraction that are kept, 0 to 9
     * @return the type
     */
    static FieldType timestamp(int fractionDigits) {
        return new Timestamp(fractionDigits);
    }

    /**
     * Returns a point on the time line, to the nanosecond.
     *
     * @return the type
     */
    static FieldType instant() {
        return new Moment(NANOSECONDS);
    }

    /**
     * Returns a point on the time line; further fraction digits are cut off.
     *
     * @param fractionDigits the digits of a second's fraction that are kept, 0 to 9
     * @return the type
     */
    static FieldType instant(int fractionDigits) {
        return new Moment(fractionDigits);
    }

    /**
     * Returns a universally unique identifier.
     *
     * @return the type
     */
    static FieldType uuid() {
        return new Uuid();
    }

    /**
     * Returns bytes of any number.
     *
     * @return the type
     */
    static FieldType binary() {
        return new Binary(Integer.MAX_VALUE);
    }

    /**
     * Returns bytes of a limited number.
     *
     * @param maxLength the most bytes it may have; at least 1
     * @return the type
     */
    static FieldType binary(int maxLength) {
        return new Binary(maxLength);
    }

    /**
     * Returns a list of values of one type.
     *
     * @param element the type of the elements; {@link #any()} when they differ
     * @return the type
     */
    static FieldType list(FieldType element) {
        return new Sequence(element);
    }

    /**
     * Returns JSON documents, which are equal when their values are, whatever their white space, order of names and
     * notation of numbers.
     *
     * @return the type
     */
    static FieldType json() {
        return new Json();
    }

    /**
     * Returns nested fields by name, in which the order of names does not count.
     *
     * @return the type
     */
    static FieldType map() {
        return new Nested();
    }

    /**
     * Returns the type of a field of which nothing is known: it takes every value that some other type takes.
     *
     * @return the type
     */
    static FieldType any() {
        return new Any();
    }

    /**
     * Returns the type whose values the given Java class holds.
     *
     * @param type a Java class, for example {@code long.class} or {@code LocalDate.class}
     * @return the type, or {@link #any()} when there is none for that class
     */
    static FieldType of(Class<?> type) {
        return Values.typeOf(type);
    }

    /** Whether trailing spaces are part of a text. */
    enum Padding {
        /** Trailing spaces are part of the value. */
        KEPT,
        /** Trailing spaces are padding and do not count, as in SQL's {@code CHAR(n)}. */
        STRIPPED
    }

    /**
     * Text.
     *
     * @param maxLength the most characters (Unicode code points) it may have
     * @param padding whether trailing spaces count
     */
    record Text(int maxLength, Padding padding) implements FieldType {

        /**
         * Checks the length.
         *
         * @param maxLength the most characters (Unicode code points) it may have
         * @param padding whether trailing spaces count
         * @throws IllegalArgumentException when the length is less than 1
         */
        public Text {
            if (maxLength < 1) {
                throw new IllegalArgumentException("a text's length must be at least 1, not " + maxLength);
            }
        }

        @Override
        public String convert(Object value) {
            String text = value instanceof String string ? string : Values.toText(value);
            if (padding == Padding.STRIPPED) {
                text = stripTrailingSpaces(text);
            }
            if (text.length() > maxLength) {
                int length = text.codePointCount(0, text.length());
                if (length > maxLength) {
                    throw new ConversionException("a text of " + length + " characters is longer than " + this);
                }
            }
            return text;
        }

        private static String stripTrailingSpaces(String text) {
            int end = text.length();
            while (end > 0 && text.charAt(end - 1) == ' ') {
                end--;
            }
            return end == text.length() ? text : text.substring(0, end);
        }

        @Override
        public Class<String> javaType() {
            return String.class;
        }

        @Override
        public String toString() {
            if (maxLength == Integer.MAX_VALUE) {
                return "text";
            }
            return (padding == Padding.STRIPPED ? "padded text(" : "text(") + maxLength + ")";
        }
    }

    /**
     * A whole number.
     *
     * @param bits its size: 8, 16, 32 or 64
     */
    record Whole(int bits) implements FieldType {

        /**
         * Checks the size.
         *
         * @param bits its size: 8, 16, 32 or 64
         * @throws IllegalArgumentException when it is not 8, 16, 32 or 64
         */
        public Whole {
            if (bits != 8 && bits != 16 && bits != 32 && bits != 64) {
                throw new IllegalArgumentException("an integer has 8, 16, 32 or 64 bits, not " + bits);
            }
        }

        @Override
        public Long convert(Object value) {
            return value instanceof Long number && bits == 64 ? number : (Long) convertToLong(value);
        }

        /**
         * Converts without making an object, for use in loops.
         *
         * @param value the value to convert; not {@code null}
         * @return the number
         * @throws ConversionException when the value is no whole number of this size
         */
        public long convertToLong(Object value) {
            long number;
            if (value instanceof Long whole) {
                number = whole;
            } else if (value instanceof Integer whole) {
                number = whole;
            } else if (value instanceof String text) {
                number = Values.parseLong(text);
            } else {
                number = Values.toLong(value);
            }
            int unused = 64 - bits;
            if (number << unused >> unused != number) {
                throw new ConversionException("a number is outside the range of " + this);
            }
            return number;
        }

        @Override
        public Class<Long> javaType() {
            return Long.class;
        }

        @Override
        public String toString() {
            return bits == 64 ? "integer" : "integer(" + bits + " bits)";
        }
    }

    /**
     * An exact decimal number.
     *
     * @param precision the most digits in all, or 0 for no limit
     * @param scale the digits behind the decimal point, or {@link #ANY_SCALE}
     */
    record Decimal(int precision, int scale) implements FieldType {

        /** A scale that keeps all significant digits and drops trailing zeros. */
        public static final int ANY_SCALE = Integer.MIN_VALUE;

        /**
         * Checks the sizes.
         *
         * @param precision the most digits in all, or 0 for no limit
         * @param scale the digits behind the decimal point, or {@link #ANY_SCALE}
         * @throws IllegalArgumentException when one of them is negative
         */
        public Decimal {
            if (precision < 0 || scale < 0 && scale != ANY_SCALE) {
                throw new IllegalArgumentException(
                        "a decimal's precision and scale must not be negative: " + precision + ", " + scale);
            }
        }

        @Override
        public BigDecimal convert(Object value) {
            BigDecimal number = Values.toDecimal(value);
            if (scale == ANY_SCALE) {
                number = Values.canonical(number);
            } else if (number.scale() != scale) {
                // HALF_UP is what PostgreSQL, MariaDB and H2 do when they store a number with more digits
                number = Values.rescaled(number, scale);
            }
            if (precision > 0 && number.precision() > precision && number.signum() != 0) {
                throw new ConversionException("a number has more digits than " + this + " holds");
            }
            return number;
        }

        @Override
        public Class<BigDecimal> javaType() {
            return BigDecimal.class;
        }

        @Override
        public String toString() {
            if (scale == ANY_SCALE) {
                return precision == 0 ? "decimal" : "decimal(" + precision + ")";
            }
            return "decimal(" + precision + "," + scale + ")";
        }
    }

    /**
     * A floating-point number. {@code -0.0} is stored as {@code 0.0}.
     *
     * @param bits its size: 32 or 64
     */
    record Real(int bits) implements FieldType {

        /**
         * Checks the size.
         *
         * @param bits its size: 32 or 64
         * @throws IllegalArgumentException when it is neither 32 nor 64
         */
        public Real {
            if (bits != 32 && bits != 64) {
                throw new IllegalArgumentException("a floating-point number has 32 or 64 bits, not " + bits);
            }
        }

        @Override
        public Double convert(Object value) {
            return convertToDouble(value);
        }

        /**
         * Converts without making an object, for use in loops.
         *
         * @param value the value to convert; not {@code null}
         * @return the number
         * @throws ConversionException when the value is no number
         */
        public double convertToDouble(Object value) {
            double number = bits == 32 ? Values.toFloat(value) : Values.toDouble(value);
            // adding 0.0 turns -0.0 into 0.0 and leaves every other number as it is
            return number + 0.0;
        }

        @Override
        public Class<Double> javaType() {
            return Double.class;
        }

        @Override
        public String toString() {
            return "float" + bits;
        }
    }

    /** True or false. */
    record Bool() implements FieldType {

        @Override
        public Boolean convert(Object value) {
            return Values.toBoolean(value);
        }

        @Override
        public Class<Boolean> javaType() {
            return Boolean.class;
        }

        @Override
        public String toString() {
            return "boolean";
        }
    }

    /** A calendar date. */
    record Day() implements FieldType {

        @Override
        public LocalDate convert(Object value) {
            if (value instanceof LocalDate date) {
                return date;
            }
            if (value instanceof LocalDateTime timestamp) {
                if (!timestamp.toLocalTime().equals(LocalTime.MIDNIGHT)) {
                    throw new ConversionException("a timestamp with a time of day is no date");
                }
                return timestamp.toLocalDate();
            }
            if (value instanceof String text) {
                return Values.parseDate(text);
            }
            throw Values.unsupported(value, this);
        }

        @Override
        public Class<LocalDate> javaType() {
            return LocalDate.class;
        }

        @Override
        public String toString() {
            return "date";
        }
    }

    /**
     * A time of day.
     *
     * @param fractionDigits the digits of a second's fraction that are kept, 0 to 9
     */
    record Clock(int fractionDigits) implements FieldType {

        /**
         * Checks the digits.
         *
         * @param fractionDigits the digits of a second's fraction that are kept, 0 to 9
         * @throws IllegalArgumentException when they are not between 0 and 9
         */
        public Clock {
            Values.checkFraction(fractionDigits);
        }

        @Override
        public LocalTime convert(Object value) {
            if (value instanceof LocalTime time) {
                return Values.cut(time, fractionDigits);
            }
            if (value instanceof String text) {
                return Values.parseTime(text, fractionDigits);
            }
            throw Values.unsupported(value, this);
        }

        @Override
        public Class<LocalTime> javaType() {
            return LocalTime.class;
        }

        @Override
        public String toString() {
            return "time(" + fractionDigits + ")";
        }
    }

    /**
     * A date and time without zone.
     *
     * @param fractionDigits the digits of a second's fraction that are kept, 0 to 9
     */
    record Timestamp(int fractionDigits) implements FieldType {

        /**
         * Checks the digits.
         *
         * @param fractionDigits the digits of a second's fraction that are kept, 0 to 9
         * @throws IllegalArgumentException when they are not between 0 and 9
         */
        public Timestamp {
            Values.checkFraction(fractionDigits);
        }

        @Override
        public LocalDateTime convert(Object value) {
            if (value instanceof LocalDateTime timestamp) {
                return Values.cut(timestamp, fractionDigits);
            }
            if (value instanceof String text) {
                return Values.parseTimestamp(text, fractionDigits);
            }
            if (value instanceof LocalDate date) {
                return date.atStartOfDay();
            }
            if (Values.isInstant(value)) {
                throw new ConversionException("an instant is no timestamp without zone: convert it in map(...) with the"
                        + " zone it should be shown in");
            }
            throw Values.unsupported(value, this);
        }

        @Override
        public Class<LocalDateTime> javaType() {
            return LocalDateTime.class;
        }

        @Override
        public String toString() {
            return "timestamp(" + fractionDigits + ")";
        }
    }

    /**
     * A point on the time line.
     *
     * @param fractionDigits the digits of a second's fraction that are kept, 0 to 9
     */
    record Moment(int fractionDigits) implements FieldType {

        /**
         * Checks the digits.
         *
         * @param fractionDigits the digits of a second's fraction that are kept, 0 to 9
         * @throws IllegalArgumentException when they are not between 0 and 9
         */
        public Moment {
            Values.checkFraction(fractionDigits);
        }

        @Override
        public Instant convert(Object value) {
            if (value instanceof Instant instant) {
                return Values.cut(instant, fractionDigits);
            }
            if (value instanceof OffsetDateTime timestamp) {
                return Values.cut(timestamp.toInstant(), fractionDigits);
            }
            if (value instanceof ZonedDateTime timestamp) {
                return Values.cut(timestamp.toInstant(), fractionDigits);
            }
            if (value instanceof String text) {
                return Values.parseInstant(text, fractionDigits);
            }
            if (value instanceof Date date) {
                return Values.cut(date.toInstant(), fractionDigits);
            }
            if (value instanceof LocalDateTime) {
                throw new ConversionException("a timestamp without zone is no instant: convert it in map(...) with the"
                        + " zone it was taken in");
            }
            throw Values.unsupported(value, this);
        }

        @Override
        public Class<Instant> javaType() {
            return Instant.class;
        }

        @Override
        public String toString() {
            return "instant(" + fractionDigits + ")";
        }
    }

    /** A universally unique identifier. */
    record Uuid() implements FieldType {

        @Override
        public java.util.UUID convert(Object value) {
            if (value instanceof java.util.UUID uuid) {
                return uuid;
            }
            if (value instanceof String text && text.length() == 36) {
                return Values.parseUuid(text);
            }
            throw Values.unsupported(value, this);
        }

        @Override
        public Class<java.util.UUID> javaType() {
            return java.util.UUID.class;
        }

        @Override
        public String toString() {
            return "uuid";
        }
    }

    /**
     * Bytes. From and to text they are Base64.
     *
     * @param maxLength the most bytes it may have
     */
    record Binary(int maxLength) implements FieldType {

        /**
         * Checks the length.
         *
         * @param maxLength the most bytes it may have
         * @throws IllegalArgumentException when the length is less than 1
         */
        public Binary {
            if (maxLength < 1) {
                throw new IllegalArgumentException("a binary's length must be at least 1, not " + maxLength);
            }
        }

        @Override
        public byte[] convert(Object value) {
            byte[] bytes = bytes(value);
            if (bytes.length > maxLength) {
                throw new ConversionException(bytes.length + " bytes are more than " + this + " holds");
            }
            return bytes;
        }

        private byte[] bytes(Object value) {
            if (value instanceof byte[] bytes) {
                return bytes;
            }
            if (value instanceof ByteBuffer buffer) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                return bytes;
            }
            if (value instanceof String text) {
                return Values.parse(text, source -> Base64.getDecoder().decode(source.toString()), "Base64");
            }
            throw Values.unsupported(value, this);
        }

        @Override
        public Class<byte[]> javaType() {
            return byte[].class;
        }

        @Override
        public String toString() {
            return maxLength == Integer.MAX_VALUE ? "binary" : "binary(" + maxLength + ")";
        }
    }

    /**
     * A list of values.
     *
     * @param element the type of its elements
     */
    record Sequence(FieldType element) implements FieldType {

        /**
         * Checks the element type.
         *
         * @param element the type of its elements
         */
        public Sequence {
            Objects.requireNonNull(element, "element");
        }

        @Override
        public List<@Nullable Object> convert(Object value) {
            Collection<?> elements;
            if (value instanceof Collection<?> collection) {
                elements = collection;
            } else if (value instanceof Object[] array) {
                elements = java.util.Arrays.asList(array);
            } else {
                throw Values.unsupported(value, this);
            }
            List<@Nullable Object> converted = new ArrayList<>(elements.size());
            for (Object item : elements) {
                converted.add(item == null ? null : element.convert(item));
            }
            return converted;
        }

        @Override
        public Class<?> javaType() {
            return List.class;
        }

        @Override
        public String toString() {
            return "list of " + element;
        }
    }

    /** Nested fields by name. */
    record Nested() implements FieldType {

        @Override
        public Map<String, @Nullable Object> convert(Object value) {
            Map<String, @Nullable Object> converted = new LinkedHashMap<>();
            if (value instanceof Row row) {
                for (int i = 0; i < row.schema().size(); i++) {
                    put(converted, row.schema().field(i).name(), row.value(i));
                }
                return converted;
            }
            if (value instanceof Map<?, ?> map) {
                map.forEach((name, item) -> put(converted, String.valueOf(name), item));
                return converted;
            }
            throw Values.unsupported(value, this);
        }

        private static void put(Map<String, @Nullable Object> target, String name, @Nullable Object item) {
            target.put(name, item == null ? null : Values.canonical(item));
        }

        @Override
        public Class<?> javaType() {
            return Map.class;
        }

        @Override
        public String toString() {
            return "map";
        }
    }

    /**
     * A JSON document, as a text in one form: names in the order of their characters, no white space, numbers without
     * zeros that do not count. Of two members with one name the last counts. A text is parsed; a number, a truth value, a
     * map, a row and a collection are written as JSON.
     */
    record Json() implements FieldType {

        @Override
        public String convert(Object value) {
            return value instanceof CharSequence text ? JsonText.canonical(text.toString()) : JsonText.of(value);
        }

        @Override
        public Class<String> javaType() {
            return String.class;
        }

        @Override
        public String toString() {
            return "json";
        }
    }

    /** Any value; numbers that are equal have one form. */
    record Any() implements FieldType {

        @Override
        public Object convert(Object value) {
            return Values.canonical(value);
        }

        @Override
        public Class<Object> javaType() {
            return Object.class;
        }

        @Override
        public String toString() {
            return "any";
        }
    }
}
