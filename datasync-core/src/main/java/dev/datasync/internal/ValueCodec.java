package dev.datasync.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values in their stored form as bytes, each with a tag for its kind. The form is canonical: two values are equal
 * exactly when their bytes are, so that unchanged records are recognised without making an object.
 */
final class ValueCodec {

    /** A field that the source did not deliver, which is not the same as {@code null}. */
    static final Object ABSENT = new Object() {
        @Override
        public String toString() {
            return "absent";
        }
    };

    static final int TAG_NULL = 0;
    static final int TAG_ABSENT = 1;
    private static final int TAG_TEXT = 2;
    private static final int TAG_WHOLE = 3;
    private static final int TAG_DECIMAL = 4;
    private static final int TAG_LARGE_DECIMAL = 5;
    private static final int TAG_REAL = 6;
    private static final int TAG_TRUE = 7;
    private static final int TAG_FALSE = 8;
    private static final int TAG_DATE = 9;
    private static final int TAG_TIME = 10;
    private static final int TAG_TIMESTAMP = 11;
    private static final int TAG_INSTANT = 12;
    private static final int TAG_UUID = 13;
    private static final int TAG_BINARY = 14;
    private static final int TAG_LIST = 15;
    private static final int TAG_MAP = 16;

    /** Any number of so many digits fits a {@code long}. */
    private static final int MOST_DIGITS_OF_LONG = 18;

    private ValueCodec() {}

    static void writeNull(ByteWriter out) {
        out.putByte(TAG_NULL);
    }

    static void writeAbsent(ByteWriter out) {
        out.putByte(TAG_ABSENT);
    }

    static void writeWhole(ByteWriter out, long value) {
        out.putTagged(TAG_WHOLE, value);
    }

    static void writeReal(ByteWriter out, double value) {
        out.putByte(TAG_REAL);
        // doubleToLongBits, unlike the raw one, knows a single NaN
        out.putLong(Double.doubleToLongBits(value));
    }

    static void writeBoolean(ByteWriter out, boolean value) {
        out.putByte(value ? TAG_TRUE : TAG_FALSE);
    }

    static void writeText(ByteWriter out, String value) {
        out.putTagged(TAG_TEXT, value);
    }

    static void writeDecimal(ByteWriter out, BigDecimal value) {
        if (value.precision() <= MOST_DIGITS_OF_LONG) {
            // the digits without a BigInteger around them
            out.putTagged(
                    TAG_DECIMAL,
                    value.scale(),
                    value.scaleByPowerOfTen(value.scale()).longValue());
            return;
        }
        BigInteger unscaled = value.unscaledValue();
        if (unscaled.bitLength() < Long.SIZE) {
            out.putTagged(TAG_DECIMAL, value.scale(), unscaled.longValue());
        } else {
            byte[] bytes = unscaled.toByteArray();
            out.putByte(TAG_LARGE_DECIMAL);
            out.putSigned(value.scale());
            out.putUnsigned(bytes.length);
            out.putBytes(bytes, 0, bytes.length);
        }
    }

    /** Writes a value of any class that a {@link dev.datasync.row.FieldType} converts to. */
    static void write(ByteWriter out, @Nullable Object value) {
        if (value == null) {
            writeNull(out);
        } else if (value == ABSENT) {
            writeAbsent(out);
        } else if (value instanceof String text) {
            writeText(out, text);
        } else if (value instanceof Long number) {
            writeWhole(out, number);
        } else if (value instanceof BigDecimal number) {
            writeDecimal(out, number);
        } else if (value instanceof Double number) {
            writeReal(out, number);
        } else if (value instanceof Boolean truth) {
            writeBoolean(out, truth);
        } else if (value instanceof LocalDate date) {
            out.putTagged(TAG_DATE, date.toEpochDay());
        } else if (value instanceof LocalTime time) {
            out.putByte(TAG_TIME);
            out.putUnsigned(time.toNanoOfDay());
        } else if (value instanceof LocalDateTime timestamp) {
            out.putByte(TAG_TIMESTAMP);
            out.putSigned(timestamp.toEpochSecond(ZoneOffset.UTC));
            out.putUnsigned(timestamp.getNano());
        } else if (value instanceof Instant instant) {
            out.putByte(TAG_INSTANT);
            out.putSigned(instant.getEpochSecond());
            out.putUnsigned(instant.getNano());
        } else if (value instanceof UUID uuid) {
            out.putByte(TAG_UUID);
            out.putLong(uuid.getMostSignificantBits());
            out.putLong(uuid.getLeastSignificantBits());
        } else if (value instanceof byte[] bytes) {
            out.putByte(TAG_BINARY);
            out.putUnsigned(bytes.length);
            out.putBytes(bytes, 0, bytes.length);
        } else if (value instanceof List<?> list) {
            out.putByte(TAG_LIST);
            out.putUnsigned(list.size());
            list.forEach(item -> write(out, item));
        } else if (value instanceof Map<?, ?> map) {
            writeMap(out, map);
        } else {
            throw new IllegalStateException("a stored value of " + value.getClass());
        }
    }

    private static void writeMap(ByteWriter out, Map<?, ?> map) {
        Map<String, @Nullable Object> sorted = new TreeMap<>();
        map.forEach((name, item) -> sorted.put(String.valueOf(name), item));
        out.putByte(TAG_MAP);
        out.putUnsigned(sorted.size());
        sorted.forEach((name, item) -> {
            writeText(out, name);
            write(out, item);
        });
    }

    static @Nullable Object read(ByteReader in) {
        int tag = in.getByte();
        return switch (tag) {
            case TAG_NULL -> null;
            case TAG_ABSENT -> ABSENT;
            case TAG_TEXT -> in.getUtf8(in.getInt());
            case TAG_WHOLE -> in.getSigned();
            case TAG_DECIMAL -> readDecimal(in);
            case TAG_LARGE_DECIMAL -> readLargeDecimal(in);
            case TAG_REAL -> Double.longBitsToDouble(in.getLong());
            case TAG_TRUE -> true;
            case TAG_FALSE -> false;
            case TAG_DATE -> LocalDate.ofEpochDay(in.getSigned());
            case TAG_TIME -> LocalTime.ofNanoOfDay(in.getUnsigned());
            case TAG_TIMESTAMP -> readTimestamp(in);
            case TAG_INSTANT -> readInstant(in);
            case TAG_UUID -> readUuid(in);
            case TAG_BINARY -> in.getBytes((int) in.getUnsigned());
            case TAG_LIST -> readList(in);
            case TAG_MAP -> readMap(in);
            default -> throw new IllegalStateException("a stored value with tag " + tag);
        };
    }

    private static BigDecimal readLargeDecimal(ByteReader in) {
        int scale = (int) in.getSigned();
        return new BigDecimal(new BigInteger(in.getBytes((int) in.getUnsigned())), scale);
    }

    private static LocalDateTime readTimestamp(ByteReader in) {
        long second = in.getSigned();
        return LocalDateTime.ofEpochSecond(second, (int) in.getUnsigned(), ZoneOffset.UTC);
    }

    private static Instant readInstant(ByteReader in) {
        long second = in.getSigned();
        return Instant.ofEpochSecond(second, in.getUnsigned());
    }

    private static UUID readUuid(ByteReader in) {
        long high = in.getLong();
        return new UUID(high, in.getLong());
    }

    private static BigDecimal readDecimal(ByteReader in) {
        int scale = (int) in.getSigned();
        return BigDecimal.valueOf(in.getSigned(), scale);
    }

    private static List<@Nullable Object> readList(ByteReader in) {
        int size = (int) in.getUnsigned();
        List<@Nullable Object> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(read(in));
        }
        return list;
    }

    private static Map<String, @Nullable Object> readMap(ByteReader in) {
        int size = (int) in.getUnsigned();
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            in.getByte();
            map.put(in.getUtf8(in.getInt()), read(in));
        }
        return map;
    }

    /** Moves past a value without making it. */
    static void skip(ByteReader in) {
        int tag = in.getByte();
        switch (tag) {
            case TAG_NULL, TAG_ABSENT, TAG_TRUE, TAG_FALSE -> {}
            case TAG_TEXT -> in.skip(in.getInt());
            case TAG_WHOLE, TAG_DATE, TAG_TIME -> in.getUnsigned();
            case TAG_DECIMAL, TAG_TIMESTAMP, TAG_INSTANT -> {
                in.getUnsigned();
                in.getUnsigned();
            }
            case TAG_LARGE_DECIMAL -> {
                in.getUnsigned();
                in.skip((int) in.getUnsigned());
            }
            case TAG_REAL -> in.skip(8);
            case TAG_UUID -> in.skip(16);
            case TAG_BINARY -> in.skip((int) in.getUnsigned());
            case TAG_LIST -> {
                for (long i = in.getUnsigned(); i > 0; i--) {
                    skip(in);
                }
            }
            case TAG_MAP -> {
                for (long i = in.getUnsigned(); i > 0; i--) {
                    skip(in);
                    skip(in);
                }
            }
            default -> throw new IllegalStateException("a stored value with tag " + tag);
        }
    }
}
