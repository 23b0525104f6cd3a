package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
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

    /** So many UTF-16 units of a text are written at a time. */
    private static final int PIECE = 4096;

    /** A UTF-16 unit is at most so many bytes of UTF-8, and an escaped character fewer. */
    static final int MOST_BYTES = 3;

    /** More than a date, a time or a whole number takes. */
    private static final int DATE = 40;

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
            print(type, value);
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

    private void print(FieldType type, Object value) {
        if (value instanceof String text) {
            text(text);
        } else if (value instanceof Long number) {
            number(number);
        } else if (value instanceof Boolean truth) {
            // understood by boolean and by bit
            put((byte) (truth ? '1' : '0'));
        } else if (value instanceof Instant instant) {
            timestamp(LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC), "+00");
        } else if (value instanceof LocalDate date) {
            reserve(DATE);
            day(date);
            era(date);
        } else if (value instanceof LocalDateTime timestamp) {
            timestamp(timestamp, "");
        } else if (value instanceof LocalTime time) {
            reserve(DATE);
            clock(time);
        } else if (value instanceof Double number && type instanceof FieldType.Real real && real.bits() == Float.SIZE) {
            text(Float.toString(number.floatValue()));
        } else {
            text(value instanceof List<?> list ? array(list) : value.toString());
        }
    }

    private void timestamp(LocalDateTime timestamp, String offset) {
        reserve(DATE + DATE);
        day(timestamp.toLocalDate());
        bytes[length++] = ' ';
        clock(timestamp.toLocalTime());
        text(offset);
        era(timestamp.toLocalDate());
    }

    /** SQL knows no year 0: it is the first before our era. */
    private void day(LocalDate date) {
        int year = date.getYear();
        padded(year > 0 ? year : 1 - year, 4);
        bytes[length++] = '-';
        padded(date.getMonthValue(), 2);
        bytes[length++] = '-';
        padded(date.getDayOfMonth(), 2);
    }

    private void era(LocalDate date) {
        if (date.getYear() <= 0) {
            text(" BC");
        }
    }

    private void clock(LocalTime time) {
        padded(time.getHour(), 2);
        bytes[length++] = ':';
        padded(time.getMinute(), 2);
        bytes[length++] = ':';
        padded(time.getSecond(), 2);
        if (time.getNano() != 0) {
            bytes[length++] = '.';
            padded(time.getNano(), 9);
        }
    }

    private void number(long number) {
        if (number == Long.MIN_VALUE) {
            text(Long.toString(number));
            return;
        }
        reserve(DATE);
        if (number < 0) {
            bytes[length++] = '-';
        }
        padded(Math.abs(number), 1);
    }

    /** Writes digits, with zeros in front of them up to a number; there is room for them. */
    private void padded(long number, int digits) {
        int count = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            count++;
        }
        count = Math.max(count, digits);
        long rest = number;
        for (int at = length + count - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += count;
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
        for (int from = 0; from < text.length(); ) {
            from = text(text, from, Math.min(text.length(), from + PIECE));
        }
    }

    /** Writes a part of a text, and returns its end: behind the other half of a pair of surrogates. */
    private int text(String text, int from, int to) {
        // one more, for the last may be the first half of a pair
        reserve((to - from + 1) * MOST_BYTES);
        byte[] out = bytes;
        int next = length;
        int i = from;
        while (i < to) {
            char c = text.charAt(i++);
            if (c < 0x80) {
                char letter = letter(c);
                if (letter != 0) {
                    out[next++] = '\\';
                }
                out[next++] = (byte) (letter == 0 ? c : letter);
            } else {
                int codePoint = text.codePointAt(i - 1);
                i += Character.charCount(codePoint) - 1;
                next = utf8(codePoint, out, next);
            }
        }
        length = next;
        return i;
    }

    /**
     * Writes a character beyond ASCII, and returns where the next one goes. Half a pair of surrogates gets a form too: the
     * server refuses it.
     */
    static int utf8(int codePoint, byte[] out, int at) {
        int next = at;
        if (codePoint < 0x800) {
            out[next++] = (byte) (0xC0 | codePoint >> 6);
        } else {
            if (codePoint < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
                out[next++] = (byte) (0xE0 | codePoint >> 12);
            } else {
                out[next++] = (byte) (0xF0 | codePoint >> 18);
                out[next++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
            }
            out[next++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
        }
        out[next++] = (byte) (0x80 | codePoint & 0x3F);
        return next;
    }

    /** Returns the letter that stands behind a backslash for a character, or 0 when it stands for itself. */
    private static char letter(char c) {
        if (c > '\\' || c < '\\' && c > '\r') {
            return 0;
        }
        return switch (c) {
            case '\\' -> '\\';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
    }

    private void put(byte b) {
        reserve(1);
        bytes[length++] = b;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), 2 * bytes.length));
        }
    }
}
