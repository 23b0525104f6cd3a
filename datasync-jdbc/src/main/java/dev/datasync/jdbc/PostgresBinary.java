package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the form in which PostgreSQL sends values in binary, which is also that in which it receives them. Each gives what {@link ColumnCodec}'s reader of the same
 * column gives for the text of the same value.
 */
final class PostgresBinary {

    static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** PostgreSQL counts from the beginning of the year 2000 on. */
    static final int EPOCH_DAY = 10_957;

    static final long EPOCH_SECOND = EPOCH_DAY * 86_400L;
    static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
    private static final int MICROS = 6;

    private static final int NUMERIC_HEADER = 8;
    static final int NEGATIVE = 0x4000;
    static final int GROUP = 10_000;
    static final int GROUP_DIGITS = 4;

    /** So many decimal digits surely fit in a long. */
    private static final int LONG_DIGITS = 18;

    private static final long[] POWERS_OF_TEN = new long[LONG_DIGITS + 1];

    static {
        POWERS_OF_TEN[0] = 1;
        for (int i = 1; i <= LONG_DIGITS; i++) {
            POWERS_OF_TEN[i] = POWERS_OF_TEN[i - 1] * 10;
        }
    }

    private PostgresBinary() {}

    /** Returns a power of ten of up to 18. */
    static long powerOfTen(int exponent) {
        return POWERS_OF_TEN[exponent];
    }

    /** Returns the decoder for a column, or {@code null} when its type is left to the text form. */
    static ColumnCodec.@Nullable Decoder decoder(ColumnType column, FieldType type) {
        return switch (column.typeName()) {
            case "bool" -> PostgresBinary::bool;
            case "int2", "smallserial" -> (bytes, offset, length) -> (long) int16(bytes, offset, length);
            case "int4", "serial" -> (bytes, offset, length) -> (long) int32(bytes, offset, length);
            case "int8", "bigserial" -> PostgresBinary::int64;
            case "oid" -> (bytes, offset, length) -> Integer.toUnsignedLong(int32(bytes, offset, length));
            // adding 0.0 turns -0.0 into 0.0, which is the form that the engine compares
            case "float4" ->
                (bytes, offset, length) -> (double) (Float.intBitsToFloat(int32(bytes, offset, length)) + 0.0f);
            case "float8" -> (bytes, offset, length) -> Double.longBitsToDouble(int64(bytes, offset, length)) + 0.0;
            case "numeric" -> (bytes, offset, length) -> type.convert(numeric(bytes, offset, length));
            case "varchar", "text", "name" -> PostgresBinary::text;
            case "bpchar" ->
                type instanceof FieldType.Text padded && padded.padding() == FieldType.Padding.STRIPPED
                        ? (bytes, offset, length) -> type.convert(text(bytes, offset, length))
                        : PostgresBinary::text;
            case "json" -> (bytes, offset, length) -> type.convert(text(bytes, offset, length));
            case "jsonb" -> (bytes, offset, length) -> type.convert(jsonb(bytes, offset, length));
            case "bytea" -> (bytes, offset, length) -> Arrays.copyOfRange(bytes, offset, offset + length);
            case "uuid" -> PostgresBinary::uuid;
            case "date" -> PostgresBinary::date;
            case "time" -> (bytes, offset, length) -> type.convert(time(bytes, offset, length));
            case "timestamp" ->
                fractionDigits(type) == MICROS
                        ? PostgresBinary::timestamp
                        : (bytes, offset, length) -> type.convert(timestamp(bytes, offset, length));
            case "timestamptz" ->
                fractionDigits(type) == MICROS
                        ? PostgresBinary::instant
                        : (bytes, offset, length) -> type.convert(instant(bytes, offset, length));
            // the driver calls an enum this, and nothing else that is not named above
            default -> column.jdbcType() == Types.VARCHAR ? PostgresBinary::text : null;
        };
    }

    private static int fractionDigits(FieldType type) {
        return type instanceof FieldType.Timestamp timestamp
                ? timestamp.fractionDigits()
                : ((FieldType.Moment) type).fractionDigits();
    }

    private static void check(int length, int expected) throws SQLException {
        if (length != expected) {
            throw unexpected();
        }
    }

    /** Returns the failure for bytes that are not what the server is known to send. */
    static SQLException unexpected() {
        return new SQLDataException("the server sends rows in a form that is not understood", "08P01");
    }

    private static Boolean bool(byte[] bytes, int offset, int length) throws SQLException {
        check(length, Byte.BYTES);
        return bytes[offset] != 0;
    }

    private static short int16(byte[] bytes, int offset, int length) throws SQLException {
        check(length, Short.BYTES);
        return int16(bytes, offset);
    }

    private static int int32(byte[] bytes, int offset, int length) throws SQLException {
        check(length, Integer.BYTES);
        return int32(bytes, offset);
    }

    private static long int64(byte[] bytes, int offset, int length) throws SQLException {
        check(length, Long.BYTES);
        return (long) LONG.get(bytes, offset);
    }

    static short int16(byte[] bytes, int offset) {
        return (short) SHORT.get(bytes, offset);
    }

    static int int32(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    private static String text(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }

    private static String jsonb(byte[] bytes, int offset, int length) throws SQLException {
        if (length < 1 || bytes[offset] != 1) {
            throw unexpected();
        }
        return text(bytes, offset + 1, length - 1);
    }

    private static UUID uuid(byte[] bytes, int offset, int length) throws SQLException {
        check(length, 2 * Long.BYTES);
        return new UUID(int64(bytes, offset, Long.BYTES), int64(bytes, offset + Long.BYTES, Long.BYTES));
    }

    private static LocalDate date(byte[] bytes, int offset, int length) throws SQLException {
        int day = int32(bytes, offset, length);
        if (day == Integer.MAX_VALUE || day == Integer.MIN_VALUE) {
            throw ColumnCodec.infinite();
        }
        return LocalDate.ofEpochDay((long) day + EPOCH_DAY);
    }

    private static LocalTime time(byte[] bytes, int offset, int length) throws SQLException {
        long micros = int64(bytes, offset, length);
        if (micros == MICROS_PER_DAY) {
            throw ColumnCodec.endOfDay();
        }
        return LocalTime.ofNanoOfDay(micros * 1_000);
    }

    private static long finiteMicros(byte[] bytes, int offset, int length) throws SQLException {
        long micros = int64(bytes, offset, length);
        if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
            throw ColumnCodec.infinite();
        }
        return micros;
    }

    private static long second(long micros) {
        return Math.floorDiv(micros, MICROS_PER_SECOND) + EPOCH_SECOND;
    }

    private static int nanos(long micros) {
        return (int) Math.floorMod(micros, MICROS_PER_SECOND) * 1_000;
    }

    private static LocalDateTime timestamp(byte[] bytes, int offset, int length) throws SQLException {
        long micros = finiteMicros(bytes, offset, length);
        return LocalDateTime.ofEpochSecond(second(micros), nanos(micros), ZoneOffset.UTC);
    }

    private static Instant instant(byte[] bytes, int offset, int length) throws SQLException {
        long micros = finiteMicros(bytes, offset, length);
        return Instant.ofEpochSecond(second(micros), nanos(micros));
    }

    // ---------------------------------------------------------------- numeric

    /** Groups of four digits, of which the first one counts 10,000 to the power of a weight. */
    private static BigDecimal numeric(byte[] bytes, int offset, int length) throws SQLException {
        if (length < NUMERIC_HEADER) {
            throw unexpected();
        }
        int groups = int16(bytes, offset) & 0xFFFF;
        int weight = int16(bytes, offset + 2);
        int sign = int16(bytes, offset + 4) & 0xFFFF;
        int scale = int16(bytes, offset + 6);
        if (sign != 0 && sign != NEGATIVE) {
            throw PostgresDialect.noDecimal();
        }
        check(length, NUMERIC_HEADER + groups * Short.BYTES);
        int first = offset + NUMERIC_HEADER;
        int groupsScale = (groups - 1 - weight) * GROUP_DIGITS;
        int missing = scale - groupsScale;
        boolean isSmall = groups * GROUP_DIGITS + Math.max(missing, 0) <= LONG_DIGITS && missing >= -LONG_DIGITS;
        return groups == 0
                ? BigDecimal.valueOf(0, scale)
                : isSmall
                        ? small(bytes, first, groups, sign, scale, missing)
                        : large(bytes, first, groups, sign, groupsScale).setScale(scale, RoundingMode.DOWN);
    }

    private static BigDecimal small(byte[] bytes, int first, int groups, int sign, int scale, int missing) {
        long unscaled = 0;
        for (int i = 0; i < groups; i++) {
            unscaled = unscaled * GROUP + int16(bytes, first + i * Short.BYTES);
        }
        // what a scale leaves out of the last group is zero
        unscaled = missing >= 0 ? unscaled * POWERS_OF_TEN[missing] : unscaled / POWERS_OF_TEN[-missing];
        return BigDecimal.valueOf(sign == NEGATIVE ? -unscaled : unscaled, scale);
    }

    private static BigDecimal large(byte[] bytes, int first, int groups, int sign, int scale) {
        StringBuilder digits = new StringBuilder(groups * GROUP_DIGITS + 1);
        if (sign == NEGATIVE) {
            digits.append('-');
        }
        for (int i = 0; i < groups; i++) {
            int group = int16(bytes, first + i * Short.BYTES);
            digits.append((char) ('0' + group / 1_000))
                    .append((char) ('0' + group / 100 % 10))
                    .append((char) ('0' + group / 10 % 10))
                    .append((char) ('0' + group % 10));
        }
        return new BigDecimal(new BigInteger(digits.toString()), scale);
    }
}
