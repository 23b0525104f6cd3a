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

/**
 * Turns values into what a cell can hold: a text or a number, of which the cell's format says what it means.
 *
 * <p>A value is written only when a reader finds the same one again; all others are refused.
 */
final class CellValues {

    /** The most UTF-16 units that a cell can hold. */
    static final int LONGEST_TEXT = 32_767;

    /** The digits of a number that Excel keeps. */
    private static final int DIGITS = 15;

    private static final long FIRST_TOO_LONG = 1_000_000_000_000_000L;
    private static final MathContext AS_KEPT = new MathContext(DIGITS, RoundingMode.HALF_UP);
    private static final BigDecimal SMALLEST = new BigDecimal(Double.MIN_NORMAL, AS_KEPT);

    private static final long DAY_OF_1900 = LocalDate.of(1900, 1, 1).toEpochDay();
    private static final long AFTER_THE_FALSE_LEAP_DAY =
            LocalDate.of(1900, 3, 1).toEpochDay();
    private static final long DAY_OF_1904 = LocalDate.of(1904, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
    private static final int MILLISECONDS_PER_DAY = 86_400_000;

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

    CellValues(Calendar calendar) {
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

    /**
     * Returns the number that a cell holds for a value that is no text; 1 for true.
     *
     * @param type the column's type
     * @throws Unwritable when no cell can hold it
     */
    double number(Object value, FieldType type) throws Unwritable {
        return switch (kind(value)) {
            case TRUTH -> (Boolean) value ? 1 : 0;
            case NUMBER -> number((Number) value, type);
            case DATE -> day((LocalDate) value);
            case TIME -> days(0, (LocalTime) value);
            case TIMESTAMP -> {
                LocalDateTime timestamp = (LocalDateTime) value;
                yield days(day(timestamp.toLocalDate()), timestamp.toLocalTime());
            }
            case TEXT -> throw new IllegalArgumentException("a text is no number");
        };
    }

    /**
     * Returns the text that a cell holds for a value of any other kind, with an escape for each character that XML
     * cannot hold.
     *
     * @throws Unwritable when no cell can hold it
     */
    static String text(Object value) throws Unwritable {
        return escaped(value instanceof String text ? text : plain(value));
    }

    private static String plain(Object value) throws Unwritable {
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

    private static String escaped(String text) throws Unwritable {
        int length = text.length();
        int codes = 0;
        for (int i = 0; i < length; i++) {
            char next = text.charAt(i);
            if (isCoded(text, i)) {
                codes++;
            } else if (Character.isSurrogate(next)) {
                if (i + 1 == length || !Character.isSurrogatePair(next, text.charAt(i + 1))) {
                    throw new Unwritable(
                            "the text contains half a character (an unpaired surrogate), which UTF-8 cannot hold");
                }
                i++;
            }
        }
        if (length + 6 * codes > LONGEST_TEXT) {
            throw new Unwritable("a text of " + length
                    + (codes == 0 ? "" : " characters, of which " + codes + " take 7 places each,")
                    + " is longer than the " + LONGEST_TEXT + " characters that a cell can hold");
        }
        if (codes == 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(length + 6 * codes);
        for (int i = 0; i < length; i++) {
            if (isCoded(text, i)) {
                appendCode(out, text.charAt(i));
            } else {
                out.append(text.charAt(i));
            }
        }
        return out.toString();
    }

    private static boolean isCoded(String text, int index) {
        char next = text.charAt(index);
        return isUnknownToXml(next) || next == '_' && isCode(text, index);
    }

    private static boolean isUnknownToXml(char character) {
        return character < ' ' && character != '\n' && character != '\t' || character >= '\uFFFE';
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
        if (from + 7 > text.length() || text.charAt(from + 1) != 'x') {
            return false;
        }
        char last = text.charAt(from + 6);
        if (last != '_' && !isUnknownToXml(last)) {
            // the notation of the next character would begin with the missing _
            return false;
        }
        for (int i = from + 2; i < from + 6; i++) {
            if (Character.digit(text.charAt(i), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private static double number(Number number, FieldType type) throws Unwritable {
        if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
            long whole = number.longValue();
            if (whole >= FIRST_TOO_LONG || whole <= -FIRST_TOO_LONG) {
                throw tooManyDigits();
            }
            return whole;
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
        return number(decimal);
    }

    private static double number(BigDecimal decimal) throws Unwritable {
        if (decimal.signum() == 0) {
            return 0;
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
        return number.doubleValue();
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

    private static double days(long days, LocalTime time) throws Unwritable {
        if (time.getNano() % 1_000_000 != 0) {
            throw new Unwritable("a time has more digits than the milliseconds that a cell can hold: give the column"
                    + " types(Map.of(name, FieldType.timestamp(3))) or, to keep them, FieldType.text()");
        }
        return days + (double) time.get(ChronoField.MILLI_OF_DAY) / MILLISECONDS_PER_DAY;
    }
}
