package dev.datasync.internal;

import dev.datasync.row.ConversionException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Key values as bytes whose unsigned order is the order of the values: the one order that the engine trusts. The order
 * is that of {@link dev.datasync.source.Source#canOrderBy}. Read back only to name a key
 * whose record is not there any more.
 *
 * <p>Texts and bytes end in {@code 00 01}, with {@code 00} inside written as {@code 00 02}, so that a shorter text comes
 * before a longer one whatever follows in a composite key (the escaping is that of FoundationDB's tuple layer, with
 * bytes chosen so that any component may follow).
 */
final class KeyCodec {

    private static final int TAG_NULL = 0;
    private static final int TAG_FALSE = 1;
    private static final int TAG_TRUE = 2;
    private static final int TAG_WHOLE = 3;
    private static final int TAG_DECIMAL = 4;
    private static final int TAG_REAL = 5;
    private static final int TAG_DATE = 6;
    private static final int TAG_TIME = 7;
    private static final int TAG_TIMESTAMP = 8;
    private static final int TAG_INSTANT = 9;
    private static final int TAG_UUID = 10;
    private static final int TAG_TEXT = 11;
    private static final int TAG_BINARY = 12;

    private static final int TAG_LIST = 13;

    private static final int DIGITS_END = 0;

    private KeyCodec() {}

    static void writeWhole(ByteWriter out, long value) {
        out.putByte(TAG_WHOLE);
        out.putLong(value ^ Long.MIN_VALUE);
    }

    /** Writes one value; {@code null} comes before everything. */
    static void write(ByteWriter out, @Nullable Object value) {
        if (value == null) {
            out.putByte(TAG_NULL);
        } else if (value instanceof Long number) {
            writeWhole(out, number);
        } else if (value instanceof String text) {
            writeText(out, text);
        } else if (value instanceof BigDecimal number) {
            writeDecimal(out, number);
        } else if (value instanceof Double number) {
            long bits = Double.doubleToLongBits(number);
            out.putByte(TAG_REAL);
            out.putLong(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE);
        } else if (value instanceof Boolean truth) {
            out.putByte(truth ? TAG_TRUE : TAG_FALSE);
        } else if (value instanceof LocalDate date) {
            out.putByte(TAG_DATE);
            out.putLong(date.toEpochDay() ^ Long.MIN_VALUE);
        } else if (value instanceof LocalTime time) {
            out.putByte(TAG_TIME);
            out.putLong(time.toNanoOfDay());
        } else if (value instanceof LocalDateTime timestamp) {
            out.putByte(TAG_TIMESTAMP);
            out.putLong(timestamp.toEpochSecond(ZoneOffset.UTC) ^ Long.MIN_VALUE);
            out.putInt(timestamp.getNano());
        } else if (value instanceof Instant instant) {
            out.putByte(TAG_INSTANT);
            out.putLong(instant.getEpochSecond() ^ Long.MIN_VALUE);
            out.putInt(instant.getNano());
        } else if (value instanceof UUID uuid) {
            out.putByte(TAG_UUID);
            out.putLong(uuid.getMostSignificantBits());
            out.putLong(uuid.getLeastSignificantBits());
        } else if (value instanceof byte[] bytes) {
            out.putByte(TAG_BINARY);
            for (byte b : bytes) {
                putEscaped(out, b);
            }
            end(out);
        } else if (value instanceof List<?> list) {
            // each item behind a one and a zero at the end, so that no two lists look alike in a composite key
            out.putByte(TAG_LIST);
            for (Object item : list) {
                out.putByte(1);
                write(out, item);
            }
            out.putByte(0);
        } else {
            throw new ConversionException("values of " + value.getClass() + " cannot be keys");
        }
    }

    private static void writeText(ByteWriter out, String text) {
        out.putByte(TAG_TEXT);
        if (text.indexOf(0) < 0) {
            out.putUtf8(text);
        } else {
            for (String part : text.split("\0", -1)) {
                out.putUtf8(part);
                putEscaped(out, (byte) 0);
            }
            // one escape too many: there is one between two parts, and none after the last
            out.truncate(out.length() - 2);
        }
        end(out);
    }

    private static void putEscaped(ByteWriter out, byte b) {
        out.putByte(b);
        if (b == 0) {
            out.putByte(2);
        }
    }

    private static void end(ByteWriter out) {
        out.putByte(0);
        out.putByte(1);
    }

    /** Sign, exponent and digits; those of negative numbers inverted, so that the greater amount comes first. */
    private static void writeDecimal(ByteWriter out, BigDecimal value) {
        out.putByte(TAG_DECIMAL);
        if (value.signum() == 0) {
            out.putByte(1);
            return;
        }
        int flip = value.signum() < 0 ? 0xFF : 0;
        BigDecimal amount = value.abs().stripTrailingZeros();
        String digits = amount.unscaledValue().toString();
        int exponent = digits.length() - amount.scale();
        out.putByte(value.signum() < 0 ? 0 : 2);
        out.putInt(exponent ^ Integer.MIN_VALUE ^ (flip == 0 ? 0 : -1));
        for (int i = 0; i < digits.length(); i++) {
            out.putByte(digits.charAt(i) - '0' + 1 ^ flip);
        }
        out.putByte(DIGITS_END ^ flip);
    }

    // ---------------------------------------------------------------- reading

    /** Reads the values of a key; decimal numbers without zeros at their end. */
    static List<Object> read(byte[] page, int offset, int length) {
        ByteReader in = new ByteReader(page, offset);
        List<Object> values = new ArrayList<>();
        while (in.position() < offset + length) {
            values.add(read(in));
        }
        return values;
    }

    private static Object read(ByteReader in) {
        int tag = in.getByte();
        return switch (tag) {
            case TAG_NULL -> "null";
            case TAG_FALSE -> false;
            case TAG_TRUE -> true;
            case TAG_WHOLE -> in.getLong() ^ Long.MIN_VALUE;
            case TAG_DECIMAL -> readDecimal(in);
            case TAG_REAL -> readReal(in);
            case TAG_DATE -> LocalDate.ofEpochDay(in.getLong() ^ Long.MIN_VALUE);
            case TAG_TIME -> LocalTime.ofNanoOfDay(in.getLong());
            case TAG_TIMESTAMP -> readTimestamp(in);
            case TAG_INSTANT -> readInstant(in);
            case TAG_UUID -> readUuid(in);
            case TAG_TEXT -> new String(readEscaped(in), StandardCharsets.UTF_8);
            case TAG_BINARY -> readEscaped(in);
            case TAG_LIST -> readList(in);
            default -> throw new IllegalStateException("a key with tag " + tag);
        };
    }

    private static BigDecimal readDecimal(ByteReader in) {
        int sign = in.getByte();
        if (sign == 1) {
            return BigDecimal.ZERO;
        }
        int flip = sign == 0 ? 0xFF : 0;
        int exponent = in.getInt() ^ Integer.MIN_VALUE ^ (flip == 0 ? 0 : -1);
        StringBuilder digits = new StringBuilder();
        for (int digit = digit(in, flip); digit != DIGITS_END; digit = digit(in, flip)) {
            digits.append((char) ('0' + digit - 1));
        }
        BigDecimal amount = new BigDecimal(new BigInteger(digits.toString()), digits.length() - exponent);
        return sign == 0 ? amount.negate() : amount;
    }

    private static int digit(ByteReader in, int flip) {
        return (in.getByte() ^ flip) & 0xFF;
    }

    private static double readReal(ByteReader in) {
        long bits = in.getLong();
        return Double.longBitsToDouble(bits < 0 ? bits ^ Long.MIN_VALUE : ~bits);
    }

    private static LocalDateTime readTimestamp(ByteReader in) {
        long second = in.getLong() ^ Long.MIN_VALUE;
        return LocalDateTime.ofEpochSecond(second, in.getInt(), ZoneOffset.UTC);
    }

    private static Instant readInstant(ByteReader in) {
        long second = in.getLong() ^ Long.MIN_VALUE;
        return Instant.ofEpochSecond(second, in.getInt());
    }

    private static UUID readUuid(ByteReader in) {
        long high = in.getLong();
        return new UUID(high, in.getLong());
    }

    private static byte[] readEscaped(ByteReader in) {
        ByteWriter out = new ByteWriter();
        while (true) {
            int next = in.getByte();
            if (next == 0 && in.getByte() == 1) {
                return out.copy();
            }
            out.putByte(next);
        }
    }

    private static List<Object> readList(ByteReader in) {
        List<Object> items = new ArrayList<>();
        while (in.getByte() == 1) {
            items.add(read(in));
        }
        return items;
    }
}
