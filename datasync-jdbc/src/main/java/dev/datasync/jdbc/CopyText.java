package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the text format of PostgreSQL's COPY, as UTF-8. Values are written in the form in which the driver would send
 * them as parameters, so that the server's own input functions make the same of them.
 */
final class CopyText {

    /** Takes the bytes of some rows. */
    @FunctionalInterface
    interface Receiver {
        void accept(byte[] bytes, int length) throws SQLException;
    }

    private static final int FULL = 1 << 16;

    private static final HexFormat HEX = HexFormat.of();

    private final Receiver receiver;
    private byte[] bytes = new byte[FULL + FULL / 4];
    private int length;
    private boolean isInRow;

    CopyText(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Tells whether the values of a type are written exactly as the driver sends them. */
    static boolean takes(FieldType type) {
        if (type instanceof FieldType.Sequence list) {
            FieldType element = list.element();
            // arrays of booleans and of single bits look alike here, and print differently
            return isScalar(element) && !(element instanceof FieldType.Bool);
        }
        return isScalar(type) || type instanceof FieldType.Binary;
    }

    private static boolean isScalar(FieldType type) {
        return type instanceof FieldType.Text
                || type instanceof FieldType.Json
                || type instanceof FieldType.Whole
                || type instanceof FieldType.Decimal
                || type instanceof FieldType.Real
                || type instanceof FieldType.Bool
                || type instanceof FieldType.Day
                || type instanceof FieldType.Clock
                || type instanceof FieldType.Timestamp
                || type instanceof FieldType.Moment
                || type instanceof FieldType.Uuid;
    }

    /** Writes the next value of a row in its stored form. */
    void value(FieldType type, @Nullable Object value) throws SQLException {
        if (isInRow) {
            put((byte) '\t');
        }
        isInRow = true;
        if (value == null) {
            put((byte) '\\');
            put((byte) 'N');
        } else if (value instanceof byte[] binary) {
            text("\\x");
            text(HEX.formatHex(binary));
        } else {
            text(printed(type, value));
        }
    }

    void endRow() throws SQLException {
        put((byte) '\n');
        isInRow = false;
        if (length >= FULL) {
            flush();
        }
    }

    void flush() throws SQLException {
        receiver.accept(bytes, length);
        length = 0;
    }

    private static String printed(FieldType type, Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Boolean truth) {
            // understood by boolean and by bit
            return truth ? "1" : "0";
        }
        if (value instanceof Double number && type instanceof FieldType.Real real && real.bits() == Float.SIZE) {
            return Float.toString(number.floatValue());
        }
        if (value instanceof BigDecimal number) {
            return number.toString();
        }
        if (value instanceof LocalDate date) {
            return day(date) + era(date);
        }
        if (value instanceof LocalDateTime timestamp) {
            return day(timestamp.toLocalDate()) + " " + clock(timestamp.toLocalTime()) + era(timestamp.toLocalDate());
        }
        if (value instanceof Instant instant) {
            LocalDateTime timestamp = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
            return day(timestamp.toLocalDate()) + " " + clock(timestamp.toLocalTime()) + "+00"
                    + era(timestamp.toLocalDate());
        }
        if (value instanceof LocalTime time) {
            return clock(time);
        }
        return value instanceof List<?> list ? array(list) : value.toString();
    }

    /** SQL knows no year 0: it is the first before our era. */
    private static String day(LocalDate date) {
        int year = date.getYear();
        StringBuilder text = new StringBuilder(10);
        padded(text, year > 0 ? year : 1 - year, 4);
        padded(text.append('-'), date.getMonthValue(), 2);
        padded(text.append('-'), date.getDayOfMonth(), 2);
        return text.toString();
    }

    private static String era(LocalDate date) {
        return date.getYear() > 0 ? "" : " BC";
    }

    private static String clock(LocalTime time) {
        StringBuilder text = new StringBuilder(18);
        padded(text, time.getHour(), 2);
        padded(text.append(':'), time.getMinute(), 2);
        padded(text.append(':'), time.getSecond(), 2);
        if (time.getNano() != 0) {
            padded(text.append('.'), time.getNano(), 9);
        }
        return text.toString();
    }

    private static void padded(StringBuilder text, int number, int digits) {
        String printed = Integer.toString(number);
        text.append("0".repeat(Math.max(0, digits - printed.length()))).append(printed);
    }

    /** Prints elements as the driver prints those of an array: by their own names for themselves, in quotes. */
    private static String array(List<?> list) {
        StringBuilder text = new StringBuilder("{");
        for (Object element : list) {
            if (text.length() > 1) {
                text.append(',');
            }
            if (element == null) {
                text.append("NULL");
            } else {
                quote(text, element.toString());
            }
        }
        return text.append('}').toString();
    }

    private static void quote(StringBuilder text, String element) {
        text.append('"');
        for (int i = 0; i < element.length(); i++) {
            char c = element.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c);
        }
        text.append('"');
    }

    private void text(String text) {
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            if (c < 0x80) {
                ascii(c);
            } else {
                encoded(c);
            }
        }
    }

    private void ascii(int c) {
        switch (c) {
            case '\\' -> escaped('\\');
            case '\n' -> escaped('n');
            case '\r' -> escaped('r');
            case '\t' -> escaped('t');
            default -> put((byte) c);
        }
    }

    private void escaped(char c) {
        put((byte) '\\');
        put((byte) c);
    }

    private void encoded(int c) {
        if (c < 0x800) {
            put((byte) (0xC0 | c >> 6));
        } else if (c < 0x10000) {
            put((byte) (0xE0 | c >> 12));
            put((byte) (0x80 | c >> 6 & 0x3F));
        } else {
            put((byte) (0xF0 | c >> 18));
            put((byte) (0x80 | c >> 12 & 0x3F));
            put((byte) (0x80 | c >> 6 & 0x3F));
        }
        put((byte) (0x80 | c & 0x3F));
    }

    private void put(byte b) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = b;
    }
}
