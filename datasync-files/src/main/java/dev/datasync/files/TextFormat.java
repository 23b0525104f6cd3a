package dev.datasync.files;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.text.DecimalFormatSymbols;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the texts of a column are values of a type, for {@link CsvFile#types}: {@code TextFormat.date("dd.MM.yyyy")}. It is
 * used both ways. Nothing is guessed: a text that does not fit is no value, the 31st of February as little as
 * {@code 1.2,3}, and a value that the notation cannot hold is not written.
 *
 * <p>Immutable, and safe for use by several threads. Two formats are equal when they were made in the same way.
 */
public final class TextFormat {

    private static final LocalDateTime[] SAMPLES = {
        LocalDateTime.of(2025, 12, 31, 23, 58, 57), LocalDateTime.of(2003, 2, 1, 4, 5, 6),
    };

    private static final int LONGEST = 1_000;
    private static final int GROUP = 3;
    private static final String BLANKS = " \u00a0\u202f";

    private final String name;
    private final FieldType type;
    private final Notation notation;

    /** The two directions. Messages show no values. */
    private interface Notation {

        Object parse(String text);

        String format(Object value);
    }

    private TextFormat(String name, FieldType type, Notation notation) {
        this.name = name;
        this.type = type;
        this.notation = notation;
    }

    /**
     * Returns the format of texts, which is that of all columns without another.
     *
     * @return the format
     */
    public static TextFormat text() {
        return of(FieldType.text());
    }

    /**
     * Returns the format in which values of a type are usually written: numbers with a decimal point, dates and times as
     * in ISO 8601, bytes in Base64. It takes what a plan takes when it converts a text.
     *
     * @param type the type, for example {@code FieldType.decimal(9, 2)}
     * @return the format
     * @throws IllegalArgumentException when the type is a list or a map, which are no single text
     */
    public static TextFormat of(FieldType type) {
        if (type instanceof FieldType.Sequence || type instanceof FieldType.Nested) {
            throw new IllegalArgumentException("a value of " + type + " is no single text");
        }
        return new TextFormat(type.toString(), type, new Notation() {
            @Override
            public Object parse(String text) {
                return type.convert(text);
            }

            @Override
            public String format(Object value) {
                return (String) FieldType.text().convert(value);
            }
        });
    }

    /**
     * Returns the format of whole numbers of 64 bits, such as {@code -17}.
     *
     * @return the format
     */
    public static TextFormat integer() {
        return of(FieldType.integer());
    }

    /**
     * Returns the format of exact decimal numbers with a decimal point and no grouping, such as {@code -1234.5}.
     *
     * @return the format
     */
    public static TextFormat decimal() {
        return of(FieldType.decimal());
    }

    /**
     * Returns the format of exact decimal numbers with other signs: {@code decimal(',', '.')} reads {@code 1.234,56} and
     * {@code 1234,56}, and writes the latter. Groups have three digits. Of blanks as grouping each kind will do.
     *
     * @param decimalSeparator what stands before the fraction
     * @param groupingSeparator what may stand between groups of three digits
     * @return the format
     * @throws IllegalArgumentException when both are the same, or one is a digit or a minus sign
     */
    public static TextFormat decimal(char decimalSeparator, char groupingSeparator) {
        for (char separator : new char[] {decimalSeparator, groupingSeparator}) {
            if (Character.isDigit(separator) || separator == '-' || separator == '+') {
                throw new IllegalArgumentException("digits and signs cannot separate digits");
            }
        }
        if (decimalSeparator == groupingSeparator) {
            throw new IllegalArgumentException("the separators of fraction and groups must differ, and both are '"
                    + Shown.character(decimalSeparator) + "'");
        }
        String name = "decimal with '" + Shown.character(decimalSeparator) + "' before the fraction and '"
                + Shown.character(groupingSeparator) + "' between groups";
        return new TextFormat(name, FieldType.decimal(), new Notation() {
            @Override
            public Object parse(String text) {
                return FieldType.decimal()
                        .convert(new BigDecimal(plain(text, decimalSeparator, groupingSeparator, name)));
            }

            @Override
            public String format(Object value) {
                return ((BigDecimal) FieldType.decimal().convert(value))
                        .toPlainString()
                        .replace('.', decimalSeparator);
            }
        });
    }

    /**
     * Returns the format of exact decimal numbers as people of a language and country write them.
     *
     * @param locale the language and country, for example {@code Locale.GERMANY}
     * @return the format
     */
    public static TextFormat decimal(Locale locale) {
        DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(locale);
        return decimal(symbols.getDecimalSeparator(), symbols.getGroupingSeparator());
    }

    /** Returns a number as Java writes it. */
    private static String plain(String text, char decimalSeparator, char groupingSeparator, String name) {
        StringBuilder plain = new StringBuilder(text.length());
        int digits = 0;
        int groups = 0;
        boolean isFraction = false;
        boolean fits = true;
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next >= '0' && next <= '9') {
                plain.append(next);
                digits++;
            } else if (i == 0 && (next == '-' || next == '+')) {
                plain.append(next);
            } else if (next == decimalSeparator && !isFraction) {
                fits &= digits > 0 && (groups == 0 || digits == GROUP);
                plain.append('.');
                isFraction = true;
                digits = 0;
            } else if (isGrouping(next, groupingSeparator) && !isFraction) {
                fits &= groups == 0 ? digits > 0 && digits <= GROUP : digits == GROUP;
                groups++;
                digits = 0;
            } else {
                fits = false;
            }
        }
        fits &= digits > 0 && (isFraction || groups == 0 || digits == GROUP);
        if (!fits) {
            throw notParsed(text, "a " + name);
        }
        return plain.toString();
    }

    private static boolean isGrouping(char next, char separator) {
        return next == separator || BLANKS.indexOf(separator) >= 0 && BLANKS.indexOf(next) >= 0;
    }

    /**
     * Returns the format of truth values, written {@code true} and {@code false}; {@code yes}, {@code no}, {@code 1},
     * {@code 0} and the like are read too.
     *
     * @return the format
     */
    public static TextFormat bool() {
        return of(FieldType.bool());
    }

    /**
     * Returns the format of truth values with words of their own; nothing else is read, and upper and lower case differ.
     *
     * @param whenTrue the text for true, such as {@code X}
     * @param whenFalse the text for false, such as {@code -}
     * @return the format
     * @throws IllegalArgumentException when both are the same
     */
    public static TextFormat bool(String whenTrue, String whenFalse) {
        if (whenTrue.equals(whenFalse)) {
            throw new IllegalArgumentException("true and false need different texts");
        }
        String name = "boolean as '" + Shown.name(whenTrue) + "' or '" + Shown.name(whenFalse) + "'";
        return new TextFormat(name, FieldType.bool(), new Notation() {
            @Override
            public Object parse(String text) {
                if (text.equals(whenTrue)) {
                    return true;
                }
                if (text.equals(whenFalse)) {
                    return false;
                }
                throw notParsed(text, "a " + name);
            }

            @Override
            public String format(Object value) {
                return (Boolean) FieldType.bool().convert(value) ? whenTrue : whenFalse;
            }
        });
    }

    /**
     * Returns the format of dates such as {@code 2025-12-31}.
     *
     * @return the format
     */
    public static TextFormat date() {
        return of(FieldType.date());
    }

    /**
     * Returns the format of dates in a pattern.
     *
     * @param pattern as {@link DateTimeFormatter} has them, for example {@code dd.MM.yyyy}; names of months are English
     * @return the format
     * @throws IllegalArgumentException when that is no pattern, or one that does not hold a whole date
     */
    public static TextFormat date(String pattern) {
        return date(pattern, Locale.ENGLISH);
    }

    /**
     * Returns the format of dates in a pattern with names in some language.
     *
     * @param pattern as {@link DateTimeFormatter} has them, for example {@code d. MMMM yyyy}
     * @param locale the language
     * @return the format
     * @throws IllegalArgumentException when that is no pattern, or one that does not hold a whole date
     */
    public static TextFormat date(String pattern, Locale locale) {
        DateTimeFormatter formatter = formatter(pattern, locale);
        for (LocalDateTime sample : SAMPLES) {
            requireWhole(pattern, formatter, sample.toLocalDate(), LocalDate::from, "date");
        }
        String what = locale.equals(Locale.ENGLISH) ? "date" : "date in " + locale.toLanguageTag();
        return timed(what, pattern, FieldType.date(), formatter, LocalDate::from);
    }

    /**
     * Returns the format of times such as {@code 23:59:59.5}.
     *
     * @return the format
     */
    public static TextFormat time() {
        return of(FieldType.time());
    }

    /**
     * Returns the format of times in a pattern. A time with a fraction of a second that the pattern does not have is
     * compared and written without it.
     *
     * @param pattern as {@link DateTimeFormatter} has them, for example {@code HH:mm}
     * @return the format
     * @throws IllegalArgumentException when that is no pattern, or one that does not hold a time
     */
    public static TextFormat time(String pattern) {
        DateTimeFormatter formatter = formatter(pattern, Locale.ENGLISH);
        for (LocalDateTime sample : SAMPLES) {
            LocalTime time = sample.toLocalTime();
            requireWhole(pattern, formatter, cutTo(pattern, time), LocalTime::from, "time");
        }
        return timed("time", pattern, FieldType.time(fractionDigits(pattern)), formatter, LocalTime::from);
    }

    /**
     * Returns the format of timestamps without zone such as {@code 2025-12-31T23:59:59}; a blank will do for the T.
     *
     * @return the format
     */
    public static TextFormat timestamp() {
        return of(FieldType.timestamp());
    }

    /**
     * Returns the format of timestamps without zone in a pattern. A timestamp with a fraction of a second that the
     * pattern does not have is compared and written without it.
     *
     * @param pattern as {@link DateTimeFormatter} has them, for example {@code dd.MM.yyyy HH:mm:ss}
     * @return the format
     * @throws IllegalArgumentException when that is no pattern, or one that does not hold a date and a time
     */
    public static TextFormat timestamp(String pattern) {
        DateTimeFormatter formatter = formatter(pattern, Locale.ENGLISH);
        for (LocalDateTime sample : SAMPLES) {
            requireWhole(pattern, formatter, cutTo(pattern, sample), LocalDateTime::from, "timestamp");
        }
        return timed(
                "timestamp", pattern, FieldType.timestamp(fractionDigits(pattern)), formatter, LocalDateTime::from);
    }

    /**
     * Returns the format of points in time such as {@code 2025-12-31T23:59:59Z} or {@code 2025-12-31T23:59:59+02:00}.
     *
     * @return the format
     */
    public static TextFormat instant() {
        return of(FieldType.instant());
    }

    /**
     * Returns the format of points in time in a pattern with an offset, written in UTC.
     *
     * @param pattern as {@link DateTimeFormatter} has them, for example {@code yyyy-MM-dd HH:mm:ssXXX}
     * @return the format
     * @throws IllegalArgumentException when that is no pattern, or one that does not hold a date, a time and an offset
     */
    public static TextFormat instant(String pattern) {
        DateTimeFormatter formatter = formatter(pattern, Locale.ENGLISH);
        for (LocalDateTime sample : SAMPLES) {
            OffsetDateTime time = cutTo(pattern, sample).atOffset(ZoneOffset.ofHours(2));
            requireWhole(pattern, formatter, time, OffsetDateTime::from, "date, time and offset");
        }
        FieldType type = FieldType.instant(fractionDigits(pattern));
        return new TextFormat("instant as " + pattern, type, new Notation() {
            @Override
            public Object parse(String text) {
                return read(text, formatter, OffsetDateTime::from, pattern).toInstant();
            }

            @Override
            public String format(Object value) {
                OffsetDateTime time = ((Instant) type.convert(value)).atOffset(ZoneOffset.UTC);
                return written(formatter, time, OffsetDateTime::from, pattern);
            }
        });
    }

    /**
     * Returns the format of points in time that are written as the clocks of a zone show them. An hour that a zone's
     * clocks have twice or never is no point in time: such a text is no value, and such a value is not written.
     *
     * @param pattern as {@link DateTimeFormatter} has them, for example {@code dd.MM.yyyy HH:mm:ss}
     * @param zone the zone, for example {@code ZoneId.of("Europe/Berlin")}
     * @return the format
     * @throws IllegalArgumentException when that is no pattern, or one that does not hold a date and a time
     */
    public static TextFormat instant(String pattern, ZoneId zone) {
        TextFormat local = timestamp(pattern);
        FieldType type = FieldType.instant(fractionDigits(pattern));
        return new TextFormat("instant as " + pattern + " in " + zone, type, new Notation() {
            @Override
            public Object parse(String text) {
                return only((LocalDateTime) local.parse(text));
            }

            @Override
            public String format(Object value) {
                LocalDateTime time = LocalDateTime.ofInstant((Instant) type.convert(value), zone);
                only(time);
                return local.format(time);
            }

            private Instant only(LocalDateTime time) {
                int offsets = zone.getRules().getValidOffsets(time).size();
                if (offsets != 1) {
                    throw new ConversionException("the clocks of " + zone + " have that hour "
                            + (offsets == 0 ? "never" : "twice") + ", so that it is no point in time");
                }
                return time.atZone(zone).toInstant();
            }
        });
    }

    private static DateTimeFormatter formatter(String pattern, Locale locale) {
        return new DateTimeFormatterBuilder()
                .appendPattern(pattern)
                // yyyy is a year of an era, and strictly none without the era
                .parseDefaulting(ChronoField.ERA, 1)
                .toFormatter(locale)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    private static int fractionDigits(String pattern) {
        int digits = (int) unquoted(pattern).chars().filter(c -> c == 'S').count();
        boolean isNanos = unquoted(pattern).chars().anyMatch(c -> c == 'n' || c == 'N' || c == 'A');
        return isNanos ? FieldType.NANOSECONDS : Math.min(digits, FieldType.NANOSECONDS);
    }

    private static String unquoted(String pattern) {
        return pattern.replaceAll("'[^']*'", "");
    }

    private static LocalTime cutTo(String pattern, LocalTime time) {
        String fields = unquoted(pattern);
        if (fields.matches(".*[sANn].*")) {
            return time;
        }
        return fields.contains("m") ? time.withSecond(0) : time.withSecond(0).withMinute(0);
    }

    private static LocalDateTime cutTo(String pattern, LocalDateTime time) {
        return time.toLocalDate().atTime(cutTo(pattern, time.toLocalTime()));
    }

    private interface Query<T> {

        T from(TemporalAccessor parsed);
    }

    private static <T extends TemporalAccessor> void requireWhole(
            String pattern, DateTimeFormatter formatter, T sample, Query<T> query, String what) {
        boolean isWhole;
        try {
            isWhole = query.from(formatter.parse(formatter.format(sample))).equals(sample);
        } catch (DateTimeException e) {
            isWhole = false;
        }
        if (!isWhole) {
            throw new IllegalArgumentException("the pattern '" + pattern + "' does not hold a whole " + what);
        }
    }

    private static <T extends TemporalAccessor> TextFormat timed(
            String what, String pattern, FieldType type, DateTimeFormatter formatter, Query<T> query) {
        return new TextFormat(what + " as " + pattern, type, new Notation() {
            @Override
            public Object parse(String text) {
                return read(text, formatter, query, pattern);
            }

            @Override
            public String format(Object value) {
                return written(formatter, (TemporalAccessor) type.convert(value), query, pattern);
            }
        });
    }

    private static <T> T read(String text, DateTimeFormatter formatter, Query<T> query, String pattern) {
        try {
            return query.from(formatter.parse(text));
        } catch (DateTimeException e) {
            // not chained: its message shows the value
            throw notParsed(text, "of the form " + pattern);
        }
    }

    /** Returns a value in its pattern, if it can be read back from that. */
    private static String written(DateTimeFormatter formatter, TemporalAccessor value, Query<?> query, String pattern) {
        try {
            String text = formatter.format(value);
            if (query.from(formatter.parse(text)).equals(value)) {
                return text;
            }
        } catch (DateTimeException e) {
            // Fall through: its message may show the value
        }
        throw new ConversionException("the value has parts that the pattern " + pattern + " does not hold");
    }

    private static ConversionException notParsed(String text, String wanted) {
        return new ConversionException("a text of " + text.length() + " characters is not " + wanted
                + (text.equals(text.strip()) ? "" : ": it has blanks at an end"));
    }

    /**
     * Returns the type of the values.
     *
     * @return the type
     */
    public FieldType type() {
        return type;
    }

    /**
     * Returns the value that a text stands for.
     *
     * @param text the text, without the quotes and escapes of its file
     * @return the value, an instance of the {@link #type() type's} class
     * @throws ConversionException when the text is no such value; the message does not show it
     */
    public Object parse(String text) {
        if (text.length() > LONGEST && isShort()) {
            throw notParsed(text, "a " + name);
        }
        return notation.parse(text);
    }

    /** Tells whether long texts are no values, and would take long to be found none. */
    private boolean isShort() {
        return !(type instanceof FieldType.Text || type instanceof FieldType.Binary || type instanceof FieldType.Json);
    }

    /**
     * Returns the text that stands for a value.
     *
     * @param value the value, or one that the {@link #type() type} converts
     * @return the text, without the quotes and escapes of a file
     * @throws ConversionException when the value is of another type, or has parts that the text would not show; the
     *     message does not show it
     */
    public String format(Object value) {
        return notation.format(type.convert(value));
    }

    /** Tells whether the values are texts as they stand, among which there may be any. */
    boolean isText() {
        return type instanceof FieldType.Text || type instanceof FieldType.Any;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TextFormat format && name.equals(format.name) && type.equals(format.type);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /**
     * Returns a description for messages.
     *
     * @return for example {@code date as dd.MM.yyyy}
     */
    @Override
    public String toString() {
        return name;
    }
}
