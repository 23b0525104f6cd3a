package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Oid;

/**
 * Rows in the binary format of PostgreSQL's COPY. The server's functions that receive values make the same of them as
 * those that parse a text, with the same limits; what they could take for something else is refused here, so that the
 * changes are written by statements.
 */
final class CopyBinary {

    /** The forms in which the server receives values. */
    enum Form {
        BOOL,
        INT2,
        INT4,
        INT8,
        FLOAT4,
        FLOAT8,
        NUMERIC,
        TEXT,
        JSONB,
        BYTEA,
        UUID,
        DATE,
        TIME,
        TIMESTAMP,
        TIMESTAMPTZ;

        private static final int MICROS = 6;

        /**
         * Returns the form for a column, or {@code null} when its values are better printed.
         *
         * @param oid the server's number of the column's own type
         * @param type the type of the values that are stored in it
         */
        static @Nullable Form of(long oid, FieldType type) {
            return switch ((int) oid) {
                case Oid.BOOL -> type instanceof FieldType.Bool ? BOOL : null;
                case Oid.INT2 -> type instanceof FieldType.Whole whole && whole.bits() <= Short.SIZE ? INT2 : null;
                case Oid.INT4 -> type instanceof FieldType.Whole whole && whole.bits() <= Integer.SIZE ? INT4 : null;
                case Oid.INT8 -> type instanceof FieldType.Whole ? INT8 : null;
                case Oid.FLOAT4 -> type instanceof FieldType.Real real && real.bits() == Float.SIZE ? FLOAT4 : null;
                case Oid.FLOAT8 -> type instanceof FieldType.Real ? FLOAT8 : null;
                case Oid.NUMERIC -> type instanceof FieldType.Decimal ? NUMERIC : null;
                // not name, which is cut when it is too long, but not received
                case Oid.TEXT, Oid.VARCHAR, Oid.BPCHAR -> type instanceof FieldType.Text ? TEXT : null;
                case Oid.JSON -> type instanceof FieldType.Json ? TEXT : null;
                case Oid.JSONB -> type instanceof FieldType.Json ? JSONB : null;
                case Oid.BYTEA -> type instanceof FieldType.Binary ? BYTEA : null;
                case Oid.UUID -> type instanceof FieldType.Uuid ? UUID : null;
                case Oid.DATE -> type instanceof FieldType.Day ? DATE : null;
                // a text with more digits of a second would be rounded
                case Oid.TIME ->
                    type instanceof FieldType.Clock clock && clock.fractionDigits() <= MICROS ? TIME : null;
                case Oid.TIMESTAMP ->
                    type instanceof FieldType.Timestamp timestamp && timestamp.fractionDigits() <= MICROS
                            ? TIMESTAMP
                            : null;
                case Oid.TIMESTAMPTZ ->
                    type instanceof FieldType.Moment moment && moment.fractionDigits() <= MICROS ? TIMESTAMPTZ : null;
                default -> null;
            };
        }
    }

    private static final byte[] HEADER = "PGCOPY\n\u00FF\r\n\0\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

    private static final int NULL = -1;
    private static final int END = -1;

    private static final int FULL = 1 << 16;

    /** So many UTF-16 units of a text are written at a time. */
    private static final int PIECE = 4096;

    /** More than the length and the value of anything but texts, bytes and large numbers. */
    private static final int SMALL = 64;

    /** The last byte of what comes before the text of a document. */
    private static final byte JSONB_VERSION = 1;

    // the first and what follows the last point in time that the server knows; it counts from the year 2000 on
    private static final long FIRST_DAY = -2_451_545;
    private static final long END_DAY = 2_145_031_949;
    private static final long FIRST_SECOND = FIRST_DAY * 86_400;
    private static final long END_SECOND = 9_223_371_331_200L;

    /** What the server allows of a number before and behind its decimal point. */
    private static final int MOST_INTEGER_DIGITS = 131_072;

    private static final int MOST_FRACTION_DIGITS = 16_383;

    /** A fraction of so many digits, filled up to whole groups, fits in a long. */
    private static final int SMALL_SCALE = 16;

    private final CopyText.Receiver receiver;
    private final Form[] forms;
    private byte[] bytes = new byte[FULL + FULL / 4];
    private int length;

    /**
     * Begins with what comes before the first row.
     *
     * @param forms the form of each column
     */
    CopyBinary(Form[] forms, CopyText.Receiver receiver) {
        this.receiver = receiver;
        this.forms = forms;
        System.arraycopy(HEADER, 0, bytes, 0, HEADER.length);
        length = HEADER.length;
    }

    void beginRow() throws SQLException {
        if (length >= FULL) {
            flush();
        }
        reserve(Short.BYTES);
        int16(forms.length);
    }

    /**
     * Writes the next value of a row in its stored form.
     *
     * @throws SQLException when the server has no such value, and might take it for another
     */
    void value(int column, @Nullable Object value) throws SQLException {
        reserve(SMALL);
        if (value == null) {
            int32(NULL);
            return;
        }
        switch (forms[column]) {
            case BOOL -> {
                int32(Byte.BYTES);
                bytes[length++] = (byte) ((Boolean) value ? 1 : 0);
            }
            case INT2 -> {
                int32(Short.BYTES);
                int16(((Long) value).intValue());
            }
            case INT4 -> {
                int32(Integer.BYTES);
                int32(((Long) value).intValue());
            }
            case INT8 -> sized((Long) value);
            case FLOAT4 -> {
                int32(Float.BYTES);
                int32(Float.floatToIntBits(((Double) value).floatValue()));
            }
            case FLOAT8 -> sized(Double.doubleToLongBits((Double) value));
            case NUMERIC -> numeric((BigDecimal) value);
            case TEXT -> {
                int from = beginSized();
                text((String) value);
                endSized(from);
            }
            case JSONB -> {
                int from = beginSized();
                bytes[length++] = JSONB_VERSION;
                text((String) value);
                endSized(from);
            }
            case BYTEA -> binary((byte[]) value);
            case UUID -> {
                int32(2 * Long.BYTES);
                int64(((UUID) value).getMostSignificantBits());
                int64(((UUID) value).getLeastSignificantBits());
            }
            case DATE -> {
                int32(Integer.BYTES);
                int32(day((LocalDate) value));
            }
            case TIME -> sized(((LocalTime) value).toNanoOfDay() / 1_000);
            case TIMESTAMP -> {
                LocalDateTime timestamp = (LocalDateTime) value;
                sized(micros(timestamp.toEpochSecond(ZoneOffset.UTC), timestamp.getNano()));
            }
            case TIMESTAMPTZ -> sized(micros(((Instant) value).getEpochSecond(), ((Instant) value).getNano()));
        }
    }

    /** Writes the mark behind the last row. Without it, the server refuses all rows. */
    void end() throws SQLException {
        reserve(Short.BYTES);
        int16(END);
        flush();
    }

    private void flush() throws SQLException {
        receiver.accept(bytes, length);
        length = 0;
    }

    private static int day(LocalDate date) throws SQLException {
        long day = date.toEpochDay() - PostgresBinary.EPOCH_DAY;
        if (day < FIRST_DAY || day >= END_DAY) {
            throw outOfRange();
        }
        return (int) day;
    }

    private static long micros(long epochSecond, int nano) throws SQLException {
        long second = epochSecond - PostgresBinary.EPOCH_SECOND;
        if (second < FIRST_SECOND || second >= END_SECOND) {
            throw outOfRange();
        }
        return second * PostgresBinary.MICROS_PER_SECOND + nano / 1_000;
    }

    private static SQLException outOfRange() {
        return new SQLDataException("a value is beyond what PostgreSQL holds", SqlState.OUT_OF_RANGE);
    }

    // ---------------------------------------------------------------- numeric

    /** Writes groups of four digits, of which the first one counts 10,000 to the power of a weight. */
    private void numeric(BigDecimal number) throws SQLException {
        int scale = number.scale();
        if (scale > MOST_FRACTION_DIGITS || (long) number.precision() - scale > MOST_INTEGER_DIGITS) {
            throw outOfRange();
        }
        BigInteger unscaled = number.unscaledValue();
        int from = beginSized();
        int sign = number.signum() < 0 ? PostgresBinary.NEGATIVE : 0;
        if (scale >= 0 && scale <= SMALL_SCALE && unscaled.bitLength() < Long.SIZE - 1) {
            small(Math.abs(unscaled.longValue()), scale, sign);
        } else {
            large(unscaled.abs().toString(), scale, sign);
        }
        endSized(from);
    }

    private void small(long unscaled, int scale, int sign) {
        long power = PostgresBinary.powerOfTen(scale);
        long whole = unscaled / power;
        int fractionGroups = groups(scale);
        long fraction =
                unscaled % power * PostgresBinary.powerOfTen(fractionGroups * PostgresBinary.GROUP_DIGITS - scale);
        int wholeGroups = 0;
        for (long rest = whole; rest > 0; rest /= PostgresBinary.GROUP) {
            wholeGroups++;
        }
        numericHeader(wholeGroups + fractionGroups, wholeGroups - 1, sign, scale);
        int point = length + wholeGroups * Short.BYTES;
        digits(whole, point, wholeGroups);
        digits(fraction, point + fractionGroups * Short.BYTES, fractionGroups);
        length = point + fractionGroups * Short.BYTES;
    }

    /** Writes so many groups that end at a place. */
    private void digits(long number, int end, int groups) {
        long rest = number;
        for (int i = 1; i <= groups; i++) {
            PostgresBinary.SHORT.set(bytes, end - i * Short.BYTES, (short) (rest % PostgresBinary.GROUP));
            rest /= PostgresBinary.GROUP;
        }
    }

    private void large(String digits, int scale, int sign) {
        // a group never lies on both sides of the decimal point
        int behind = Math.floorMod(-scale, PostgresBinary.GROUP_DIGITS);
        int groups = groups(digits.length() + behind);
        int before = groups * PostgresBinary.GROUP_DIGITS - behind - digits.length();
        int weight = groups - 1 - (scale + behind) / PostgresBinary.GROUP_DIGITS;
        reserve(SMALL + groups * Short.BYTES);
        numericHeader(groups, weight, sign, Math.max(scale, 0));
        for (int i = -before; i < digits.length() + behind; i += PostgresBinary.GROUP_DIGITS) {
            int group = 0;
            for (int place = i; place < i + PostgresBinary.GROUP_DIGITS; place++) {
                group = 10 * group + (place < 0 || place >= digits.length() ? 0 : digits.charAt(place) - '0');
            }
            int16(group);
        }
    }

    private void numericHeader(int groups, int weight, int sign, int scale) {
        int16(groups);
        int16(weight);
        int16(sign);
        int16(scale);
    }

    private static int groups(int digits) {
        return (digits + PostgresBinary.GROUP_DIGITS - 1) / PostgresBinary.GROUP_DIGITS;
    }

    // ---------------------------------------------------------------- bytes

    private void binary(byte[] value) {
        reserve(Math.addExact(Integer.BYTES, value.length));
        int32(value.length);
        System.arraycopy(value, 0, bytes, length, value.length);
        length += value.length;
    }

    private void text(String text) {
        int units = text.length();
        int i = 0;
        while (i < units) {
            int to = Math.min(units, i + PIECE);
            // one more, for the last may be the first half of a pair
            reserve((to - i + 1) * CopyText.MOST_BYTES);
            byte[] out = bytes;
            int next = length;
            while (i < to) {
                char c = text.charAt(i);
                if (c < 0x80) {
                    out[next++] = (byte) c;
                    i++;
                } else {
                    int codePoint = text.codePointAt(i);
                    next = CopyText.utf8(codePoint, out, next);
                    i += Character.charCount(codePoint);
                }
            }
            length = next;
        }
    }

    /** Leaves room for the length of what comes, and returns where that begins. */
    private int beginSized() {
        length += Integer.BYTES;
        return length;
    }

    private void endSized(int from) {
        PostgresBinary.INT.set(bytes, from - Integer.BYTES, length - from);
    }

    private void sized(long number) {
        int32(Long.BYTES);
        int64(number);
    }

    private void int16(int number) {
        PostgresBinary.SHORT.set(bytes, length, (short) number);
        length += Short.BYTES;
    }

    private void int32(int number) {
        PostgresBinary.INT.set(bytes, length, number);
        length += Integer.BYTES;
    }

    private void int64(long number) {
        PostgresBinary.LONG.set(bytes, length, number);
        length += Long.BYTES;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), 2 * bytes.length));
        }
    }
}
