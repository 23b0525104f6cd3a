package dev.datasync.row;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** The conversions behind {@link FieldType}: strict, locale-free, and silent about the values they refuse. */
final class Values {

    /** A decimal's plain form may be this many digits longer than the number was written; beyond is an attack. */
    private static final int MAX_SCALE = 100_000;

    /** Any number of so many digits fits a {@code long}. */
    private static final int MOST_DIGITS_OF_LONG = 18;

    private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

    private static final long[] NANOS_PER_DIGIT = {
        1_000_000_000L, 100_000_000L, 10_000_000L, 1_000_000L, 100_000L, 10_000L, 1_000L, 100L, 10L, 1L
    };

    /** ISO date and time, with a blank allowed for the {@code T}, as databases and spreadsheets print it. */
    private static final DateTimeFormatter TIMESTAMP = timestamp();

    private static final DateTimeFormatter INSTANT = new DateTimeFormatterBuilder()
            .append(timestamp())
            .optionalStart()
            .appendOffset("+HH:mm", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HHmm", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HH", "Z")
            .optionalEnd()
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private Values() {}

    private static DateTimeFormatter timestamp() {
        return new DateTimeFormatterBuilder()
                .append(DateTimeFormatter.ISO_LOCAL_DATE)
                .optionalStart()
                .appendLiteral('T')
                .optionalEnd()
                .optionalStart()
                .appendLiteral(' ')
                .optionalEnd()
                .append(DateTimeFormatter.ISO_LOCAL_TIME)
                .toFormatter(Locale.ROOT)
                // else February 30 would be the 28th, and 24:00 the next day
                .withResolverStyle(ResolverStyle.STRICT);
    }

    static FieldType typeOf(Class<?> type) {
        if (CharSequence.class.isAssignableFrom(type)
                || type == char.class
                || type == Character.class
                || Enum.class.isAssignableFrom(type)) {
            return FieldType.text();
        }
        if (type == long.class || type == Long.class) {
            return FieldType.integer();
        }
        if (type == int.class || type == Integer.class) {
            return FieldType.integer(32);
        }
        if (type == short.class || type == Short.class) {
            return FieldType.integer(16);
        }
        if (type == byte.class || type == Byte.class) {
            return FieldType.integer(8);
        }
        if (type == BigDecimal.class || type == BigInteger.class) {
            return FieldType.decimal();
        }
        if (type == double.class || type == Double.class) {
            return FieldType.float64();
        }
        if (type == float.class || type == Float.class) {
            return FieldType.float32();
        }
        if (type == boolean.class || type == Boolean.class) {
            return FieldType.bool();
        }
        if (type == LocalDate.class) {
            return FieldType.date();
        }
        if (type == LocalTime.class) {
            return FieldType.time();
        }
        if (type == LocalDateTime.class) {
            return FieldType.timestamp();
        }
        if (type == Instant.class
                || type == OffsetDateTime.class
                || type == ZonedDateTime.class
                || Date.class.isAssignableFrom(type)) {
            return FieldType.instant();
        }
        if (type == UUID.class) {
            return FieldType.uuid();
        }
        if (type == byte[].class || ByteBuffer.class.isAssignableFrom(type)) {
            return FieldType.binary();
        }
        if (Collection.class.isAssignableFrom(type) || Object[].class.isAssignableFrom(type)) {
            return FieldType.list(FieldType.any());
        }
        if (Map.class.isAssignableFrom(type) || type == Row.class) {
            return FieldType.map();
        }
        return FieldType.any();
    }

    /** The one form in which a value of a field without a type is held: equal numbers become equal objects. */
    static Object canonical(Object value) {
        if (value instanceof String || value instanceof Long || value instanceof Boolean) {
            return value;
        }
        if (value instanceof BigDecimal || value instanceof BigInteger) {
            BigDecimal number = canonical(toDecimal(value));
            boolean fitsLong =
                    number.scale() <= 0 && number.compareTo(MIN_LONG) >= 0 && number.compareTo(MAX_LONG) <= 0;
            return fitsLong ? (Object) number.longValueExact() : number;
        }
        FieldType type = typeOf(value.getClass());
        if (type instanceof FieldType.Any) {
            throw new ConversionException("values of class " + value.getClass().getName()
                    + " are not supported: convert them in map(...), for example to text");
        }
        return type.convert(value);
    }

    static BigDecimal canonical(BigDecimal number) {
        if (number.signum() == 0) {
            return BigDecimal.ZERO;
        }
        int scale = number.scale();
        if (scale == 0 || scale > 0 && scale <= MAX_SCALE && endsInOtherDigit(number)) {
            return number;
        }
        if (Math.abs((long) scale) > MAX_SCALE) {
            throw new ConversionException("a number's exponent is out of bounds");
        }
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? rescaled(stripped, 0) : stripped;
    }

    /** Tells whether a number has few digits, as most have, and the last one is not zero. */
    private static boolean endsInOtherDigit(BigDecimal number) {
        return number.precision() <= MOST_DIGITS_OF_LONG
                && number.scaleByPowerOfTen(number.scale()).longValue() % 10 != 0;
    }

    static BigDecimal rescaled(BigDecimal number, int scale) {
        if (Math.abs((long) number.scale()) > MAX_SCALE) {
            throw new ConversionException("a number's exponent is out of bounds");
        }
        return number.setScale(scale, RoundingMode.HALF_UP);
    }

    static String toText(Object value) {
        if (value instanceof CharSequence || value instanceof Character || value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof BigDecimal number) {
            if (Math.abs((long) number.scale()) > MAX_SCALE) {
                throw new ConversionException("a number's exponent is out of bounds");
            }
            return number.toPlainString();
        }
        if (value instanceof Number || value instanceof Temporal || value instanceof UUID) {
            return value.toString();
        }
        if (value instanceof Date date) {
            return date.toInstant().toString();
        }
        if (value instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        throw unsupported(value, FieldType.text());
    }

    static long parseLong(String text) {
        long usual = UsualText.whole(text);
        if (usual != UsualText.NOT_WHOLE) {
            return usual;
        }
        try {
            // Long.parseLong also takes digits of other scripts, which no database would print
            if (isAscii(text)) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException e) {
            // Fall through: the exception's message would show the value
        }
        throw notParsed(text, "an integer");
    }

    static long toLong(Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof BigDecimal number) {
            return exactLong(number);
        }
        if (value instanceof BigInteger number) {
            return exactLong(new BigDecimal(number));
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (number != Math.rint(number) || Math.abs(number) > 1L << 53) {
                throw new ConversionException("a floating-point number is no exact integer");
            }
            return (long) number;
        }
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        throw unsupported(value, FieldType.integer());
    }

    private static long exactLong(BigDecimal number) {
        if (number.compareTo(MIN_LONG) < 0 || number.compareTo(MAX_LONG) > 0) {
            throw new ConversionException("a number is outside the range of integer");
        }
        if (number.signum() != 0 && number.stripTrailingZeros().scale() > 0) {
            throw new ConversionException("a number with a fraction is no integer");
        }
        return number.longValue();
    }

    static BigDecimal toDecimal(Object value) {
        if (value instanceof BigDecimal number) {
            return number;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return BigDecimal.valueOf(((Number) value).longValue());
        }
        if (value instanceof BigInteger number) {
            return new BigDecimal(number);
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (Double.isNaN(number) || Double.isInfinite(number)) {
                throw new ConversionException("NaN and infinity are no decimal numbers");
            }
            // by its shortest decimal form: 0.1 becomes 0.1 and not the 55 digits nearest to it
            return new BigDecimal(value.toString());
        }
        if (value instanceof String text) {
            BigDecimal usual = UsualText.decimal(text);
            if (usual != null) {
                return usual;
            }
            try {
                if (isAscii(text)) {
                    return new BigDecimal(text);
                }
            } catch (NumberFormatException e) {
                // Fall through: the exception's message may show the value
            }
            throw notParsed(text, "a number");
        }
        throw unsupported(value, FieldType.decimal());
    }

    static double toDouble(Object value) {
        if (value instanceof Double number) {
            return number;
        }
        if (value instanceof Float number) {
            return number;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            long number = ((Number) value).longValue();
            if ((long) (double) number != number || number == Long.MAX_VALUE) {
                throw new ConversionException("an integer has more digits than a floating-point number holds");
            }
            return number;
        }
        if (value instanceof BigDecimal || value instanceof BigInteger) {
            return finite(((Number) value).doubleValue());
        }
        if (value instanceof String text) {
            double usual = UsualText.float64(text);
            return Double.isNaN(usual) ? parseDouble(text) : usual;
        }
        throw unsupported(value, FieldType.float64());
    }

    static float toFloat(Object value) {
        if (value instanceof Float number) {
            return number;
        }
        if (value instanceof Double number) {
            float narrowed = number.floatValue();
            if (Float.isInfinite(narrowed) && !Double.isInfinite(number)) {
                throw new ConversionException("a number is outside the range of float32");
            }
            return narrowed;
        }
        // through the decimal text, so that a number is rounded once and not twice
        float number;
        if (value instanceof String text) {
            double wide = parseDouble(text);
            number = Double.isNaN(wide) || Double.isInfinite(wide) ? (float) wide : Float.parseFloat(text);
            if (Double.isInfinite(wide)) {
                return number;
            }
        } else {
            number = toDecimal(value).floatValue();
        }
        if (Float.isInfinite(number)) {
            throw new ConversionException("a number is outside the range of float32");
        }
        return number;
    }

    private static double parseDouble(String text) {
        switch (text) {
            case "NaN" -> {
                return Double.NaN;
            }
            case "Infinity" -> {
                return Double.POSITIVE_INFINITY;
            }
            case "-Infinity" -> {
                return Double.NEGATIVE_INFINITY;
            }
            default -> {
                // Double.parseDouble also takes 1d, 0x1p3 and surrounding blanks, which are no numbers here
                for (int i = 0; i < text.length(); i++) {
                    char c = text.charAt(i);
                    if ((c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E') {
                        throw notParsed(text, "a number");
                    }
                }
                try {
                    return finite(Double.parseDouble(text));
                } catch (NumberFormatException e) {
                    throw notParsed(text, "a number");
                }
            }
        }
    }

    private static double finite(double number) {
        if (Double.isInfinite(number)) {
            throw new ConversionException("a number is outside the range of float64");
        }
        return number;
    }

    static boolean toBoolean(Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof String text) {
            if (text.equals("true")) {
                return true;
            }
            if (text.equals("false")) {
                return false;
            }
            switch (text.toLowerCase(Locale.ROOT)) {
                case "true", "t", "yes", "y", "on", "1" -> {
                    return true;
                }
                case "false", "f", "no", "n", "off", "0" -> {
                    return false;
                }
                default -> throw notParsed(text, "true or false");
            }
        }
        if (value instanceof Number) {
            long number = toLong(value);
            if (number == 0 || number == 1) {
                return number == 1;
            }
            throw new ConversionException("a number other than 0 and 1 is neither true nor false");
        }
        throw unsupported(value, FieldType.bool());
    }

    static boolean isInstant(Object value) {
        return value instanceof Instant
                || value instanceof OffsetDateTime
                || value instanceof ZonedDateTime
                || value instanceof Date;
    }

    static LocalDate parseDate(String text) {
        LocalDate usual = UsualText.date(text);
        return usual != null ? usual : parse(text, LocalDate::parse, "a date such as 2025-12-31");
    }

    static LocalTime parseTime(String text, int fractionDigits) {
        LocalTime usual = UsualText.time(text, fractionDigits);
        if (usual != null) {
            return usual;
        }
        LocalTime time = parse(text, LocalTime::parse, "a time such as 23:59:59");
        return cut(time, fractionDigits);
    }

    static LocalDateTime parseTimestamp(String text, int fractionDigits) {
        LocalDateTime usual = UsualText.timestamp(text, fractionDigits);
        if (usual != null) {
            return usual;
        }
        LocalDateTime timestamp = parse(text, Values::generalTimestamp, "a timestamp such as 2025-12-31T23:59:59");
        return cut(timestamp, fractionDigits);
    }

    static LocalDateTime generalTimestamp(CharSequence text) {
        return LocalDateTime.parse(text, TIMESTAMP);
    }

    static Instant parseInstant(String text, int fractionDigits) {
        Instant usual = UsualText.instant(text, fractionDigits);
        if (usual != null) {
            return usual;
        }
        Instant instant = parse(text, Values::generalInstant, "an instant such as 2025-12-31T23:59:59Z");
        return cut(instant, fractionDigits);
    }

    static Instant generalInstant(CharSequence text) {
        return OffsetDateTime.parse(text, INSTANT).toInstant();
    }

    static UUID parseUuid(String text) {
        UUID usual = UsualText.uuid(text);
        return usual != null ? usual : generalUuid(text);
    }

    static UUID generalUuid(String text) {
        UUID parsed = parse(text, source -> UUID.fromString(source.toString()), "a UUID");
        if (!parsed.toString().equalsIgnoreCase(text)) {
            // fromString cuts groups that are too long
            throw new ConversionException("a text of 36 characters is not a UUID");
        }
        return parsed;
    }

    static <T> T parse(String text, Function<? super CharSequence, ? extends T> parser, String wanted) {
        try {
            return parser.apply(text);
        } catch (DateTimeException | IllegalArgumentException e) {
            // not chained: the message of the JDK's exception shows the value
            throw notParsed(text, wanted);
        }
    }

    static void checkFraction(int digits) {
        if (digits < 0 || digits > FieldType.NANOSECONDS) {
            throw new IllegalArgumentException("a second's fraction has 0 to 9 digits, not " + digits);
        }
    }

    /** Cuts and does not round, so that no time ever moves into the next second, day or year. */
    static LocalTime cut(LocalTime time, int digits) {
        return digits == FieldType.NANOSECONDS
                ? time
                : time.with(ChronoField.NANO_OF_SECOND, cut(time.getNano(), digits));
    }

    static LocalDateTime cut(LocalDateTime time, int digits) {
        return digits == FieldType.NANOSECONDS ? time : time.withNano((int) cut(time.getNano(), digits));
    }

    static Instant cut(Instant time, int digits) {
        return digits == FieldType.NANOSECONDS
                ? time
                : time.with(ChronoField.NANO_OF_SECOND, cut(time.getNano(), digits));
    }

    /** Cuts the nanoseconds of a second, or of a day. */
    static long cut(long nanos, int digits) {
        return nanos - nanos % NANOS_PER_DIGIT[digits];
    }

    /** Returns how many nanoseconds the last one of some digits of a fraction stands for. */
    static long nanosPerDigit(int digits) {
        return NANOS_PER_DIGIT[digits];
    }

    static ConversionException unsupported(Object value, FieldType type) {
        return new ConversionException("a value of class " + value.getClass().getName() + " is no " + type);
    }

    private static ConversionException notParsed(String text, String wanted) {
        if (text.isEmpty()) {
            return new ConversionException(
                    "an empty text is not " + wanted + ": use RowTransforms.blankToNull(...) when empty means null");
        }
        boolean blanks = !text.equals(text.strip());
        return new ConversionException("a text of " + text.length() + " characters is not " + wanted
                + (blanks ? ": it has blanks at an end, trim them" : ""));
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return false;
            }
        }
        return true;
    }
}
