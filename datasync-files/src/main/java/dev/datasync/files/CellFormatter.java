package dev.datasync.files;

import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as the XML of cells, with texts in the cells themselves and not in a table that they share.
 *
 * <p>A value is written only when a reader finds the same one again; all others are refused.
 */
final class CellFormatter {

    /** The most UTF-16 units that a cell can hold. */
    static final int LONGEST_TEXT = 32_767;

    /** The digits of a number that Excel keeps. */
    private static final int DIGITS = 15;

    private static final long FIRST_TOO_LONG = 1_000_000_000_000_000L;
    private static final MathContext AS_KEPT = new MathContext(DIGITS, RoundingMode.HALF_UP);
    private static final BigDecimal SMALLEST = new BigDecimal(Double.MIN_NORMAL, AS_KEPT);

    private static final long DAY_OF_1900 = LocalDate.of(1900, 1, 1).toEpochDay();
    private static final long AFTER_THE_FALSE_LEAP_DAY = LocalDate.of(1900, 3, 1).toEpochDay();
    private static final long DAY_OF_1904 = LocalDate.of(1904, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final int MILLISECONDS_PER_DAY = 86_400_000;

    private final String prefix;
    private final Calendar calendar;

    /** From which day on a workbook counts days. */
    enum Calendar {
        SINCE_1900,
        SINCE_1904
    }

    /** What a cell holds, as far as its format depends on it. */
    enum Kind {
        TEXT,
        TRUTH,
        NUMBER,
        DATE,
        TIME,
        TIMESTAMP
    }

    /** A value that a cell cannot hold. */
    static final class Unwritable extends Exception {

        private static final long serialVersionUID = 1L;

        Unwritable(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * @param prefix what the names of the sheet's elements begin with: nothing, or a namespace's prefix and a colon
     * @param calendar the workbook's calendar
     */
    CellFormatter(String prefix, Calendar calendar) {
        this.prefix = prefix;
        this.calendar = calendar;
    }

    /** Returns what a value is written as. */
    static Kind kind(Object value) {
        if (value instanceof String) {
            return Kind.TEXT;
        } else if (value instanceof Number) {
            return Kind.NUMBER;
        } else if (value instanceof Boolean) {
            return Kind.TRUTH;
        } else if (value instanceof LocalDate) {
            return Kind.DATE;
        } else if (value instanceof LocalDateTime) {
            return Kind.TIMESTAMP;
        } else if (value instanceof LocalTime) {
            return Kind.TIME;
        }
        return Kind.TEXT;
    }

    /** Tells whether a value is no text and yet written as one. */
    static boolean isTurnedIntoText(@Nullable Object value) {
        return value != null && kind(value) == Kind.TEXT && !(value instanceof String);
    }

    /**
     * Appends a cell.
     *
     * @param reference the cell's column in letters
     * @param row its row, from 1
     * @param style the number of its style
     * @param type the column's type
     * @throws Unwritable when no cell can hold the value; a part of the cell may be there then
     */
    void append(StringBuilder out, String reference, int row, int style, Object value, FieldType type)
            throws Unwritable {
        Kind kind = kind(value);
        out.append('<').append(prefix).append("c r=\"").append(reference).append(row);
        if (style != 0) {
            out.append("\" s=\"").append(style);
        }
        if (kind == Kind.TEXT) {
            appendText(out, value instanceof String text ? text : text(value));
            return;
        }
        out.append(kind == Kind.TRUTH ? "\" t=\"b\"><" : "\"><").append(prefix).append("v>");
        switch (kind) {
            case TRUTH -> out.append((Boolean) value ? '1' : '0');
            case NUMBER -> appendNumber(out, (Number) value, type);
            case DATE -> out.append(day((LocalDate) value));
            case TIME -> appendDays(out, 0, (LocalTime) value);
            default -> {
                LocalDateTime timestamp = (LocalDateTime) value;
                appendDays(out, day(timestamp.toLocalDate()), timestamp.toLocalTime());
            }
        }
        out.append("</").append(prefix).append("v></").append(prefix).append("c>");
    }

    /** Appends a cell without content. */
    void appendBlank(StringBuilder out, String reference, int row, int style) {
        if (style != 0) {
            out.append('<').append(prefix).append("c r=\"").append(reference).append(row);
            out.append("\" s=\"").append(style).append("\"/>");
        }
    }

    private static String text(Object value) throws Unwritable {
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return Base64.getEncoder().encodeToString(bytes);
        }
        if (value instanceof Date date) {
            return date.toInstant().toString();
        }
        if (value instanceof UUID
                || value instanceof Instant
                || value instanceof OffsetDateTime
                || value instanceof ZonedDateTime
                || value instanceof CharSequence
                || value instanceof Character) {
            return value.toString();
        }
        throw new Unwritable(
                value instanceof Collection || value instanceof Map
                        ? "a cell cannot hold " + (value instanceof Map ? "nested fields" : "a list")
                                + ": give the column types(Map.of(name, FieldType.json())), or turn them into a text in map(...)"
                        : "a cell cannot hold a value of " + value.getClass() + ": turn it into a text in map(...)");
    }

    private void appendText(StringBuilder out, String text) throws Unwritable {
        out.append("\" t=\"inlineStr\"><").append(prefix).append("is><").append(prefix);
        int length = text.length();
        boolean hasBlanks =
                length > 0 && (text.charAt(0) <= ' ' || text.charAt(length - 1) <= ' ' || text.indexOf('\n') >= 0);
        out.append(hasBlanks ? "t xml:space=\"preserve\">" : "t>");
        appendEscaped(out, text);
        out.append("</").append(prefix).append("t></").append(prefix).append("is></");
        out.append(prefix).append("c>");
    }

    /** Appends a text as the content of a {@code t} element. */
    static void appendEscaped(StringBuilder out, String text) throws Unwritable {
        int length = text.length();
        int units = length;
        for (int i = 0; i < length; i++) {
            char next = text.charAt(i);
            if (next < ' ' && next != '\n' && next != '\t' || next >= '\uFFFE') {
                appendCode(out, next);
                units += 6;
            } else if (next == '_' && isCode(text, i)) {
                appendCode(out, '_');
                units += 6;
            } else if (next == '<') {
                out.append("&lt;");
            } else if (next == '>') {
                out.append("&gt;");
            } else if (next == '&') {
                out.append("&amp;");
            } else if (Character.isSurrogate(next)) {
                if (i + 1 == length || !Character.isSurrogatePair(next, text.charAt(i + 1))) {
                    throw new Unwritable(
                            "the text contains half a character (an unpaired surrogate), which UTF-8 cannot hold");
                }
                out.append(next).append(text.charAt(++i));
            } else {
                out.append(next);
            }
        }
        if (units > LONGEST_TEXT) {
            throw new Unwritable("a text of " + length
                    + (units == length ? "" : " characters, of which " + (units - length) / 6 + " take 7 places each,")
                    + " is longer than the " + LONGEST_TEXT + " characters that a cell can hold");
        }
    }

    /** Appends a character in the notation that Excel has for those which XML cannot hold. */
    private static void appendCode(StringBuilder out, char character) {
        out.append("_x");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append("0123456789ABCDEF".charAt(character >> shift & 0xf));
        }
        out.append('_');
    }

    /** Tells whether a reader would take what follows for a character in Excel's notation. */
    private static boolean isCode(String text, int from) {
        if (from + 7 > text.length() || text.charAt(from + 1) != 'x' || text.charAt(from + 6) != '_') {
            return false;
        }
        for (int i = from + 2; i < from + 6; i++) {
            if (Character.digit(text.charAt(i), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private static void appendNumber(StringBuilder out, Number number, FieldType type) throws Unwritable {
        if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
            long whole = number.longValue();
            if (whole >= FIRST_TOO_LONG || whole <= -FIRST_TOO_LONG) {
                throw tooManyDigits();
            }
            out.append(whole);
            return;
        }
        BigDecimal decimal;
        if (number instanceof BigDecimal exact) {
            decimal = exact;
        } else if (number instanceof BigInteger exact) {
            decimal = new BigDecimal(exact);
        } else {
            double real = number.doubleValue();
            if (Double.isNaN(real) || Double.isInfinite(real)) {
                throw new Unwritable("a cell cannot hold NaN or infinity: turn it into null in map(...)");
            }
            decimal = new BigDecimal(number.toString());
            if (type instanceof FieldType.Real floating && floating.bits() == 32) {
                // nine digits are enough to find a number of 32 bits again
                decimal = decimal.round(AS_KEPT);
            }
        }
        appendDecimal(out, decimal);
    }

    private static void appendDecimal(StringBuilder out, BigDecimal decimal) throws Unwritable {
        if (decimal.signum() == 0) {
            out.append('0');
            return;
        }
        BigDecimal number = decimal;
        if (number.precision() > DIGITS) {
            number = Math.abs((long) number.scale()) > 1_000 ? number : number.stripTrailingZeros();
        }
        if (number.precision() > DIGITS || (long) number.precision() - number.scale() > DIGITS) {
            throw tooManyDigits();
        }
        if (number.scale() > 300 && number.abs().compareTo(SMALLEST) < 0) {
            throw new Unwritable("a number is nearer to zero than those that a cell can hold");
        }
        out.append(number.scale() >= 0 && number.scale() < 20 ? number.toPlainString() : number.toString());
    }

    private static Unwritable tooManyDigits() {
        return new Unwritable("a number has more than the " + DIGITS
                + " digits that Excel keeps: give the column types(Map.of(name, FieldType.text())), or a decimal type with"
                + " fewer digits");
    }

    private long day(LocalDate date) throws Unwritable {
        long day = date.toEpochDay();
        if (day < (calendar == Calendar.SINCE_1900 ? DAY_OF_1900 : DAY_OF_1904) || day > LAST_DAY) {
            throw new Unwritable("a date is not between " + (calendar == Calendar.SINCE_1900 ? "1900" : "1904")
                    + " and 9999, and no other ones are known in this workbook: give the column types(Map.of(name,"
                    + " FieldType.text()))");
        }
        if (calendar == Calendar.SINCE_1904) {
            return day - DAY_OF_1904;
        }
        // Excel has a 29 February 1900, so the days before it are one less
        return day - DAY_OF_1900 + (day < AFTER_THE_FALSE_LEAP_DAY ? 1 : 2);
    }

    private static void appendDays(StringBuilder out, long days, LocalTime time) throws Unwritable {
        if (time.getNano() % 1_000_000 != 0) {
            throw new Unwritable("a time has more digits than the milliseconds that a cell can hold: give the column"
                    + " types(Map.of(name, FieldType.timestamp(3))) or, to keep them, FieldType.text()");
        }
        int milliseconds = time.get(ChronoField.MILLI_OF_DAY);
        if (milliseconds == 0) {
            out.append(days);
        } else {
            out.append(days + (double) milliseconds / MILLISECONDS_PER_DAY);
        }
    }
}
