package dev.datasync.row;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.chrono.IsoChronology;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads values from texts in the notation that nearly all have, such as {@code 12.50} and {@code 2025-12-31T23:59:59Z}.
 * Whatever else a text is, valid or not, the general code decides, which takes several times as long: nothing is refused
 * here, and what is read here is what the general code would read.
 */
final class UsualText {

    /** The answer to a text that is no usual number: no number of 18 digits is that small. */
    static final long NOT_WHOLE = Long.MIN_VALUE;

    private static final int MOST_DIGITS = 18;
    private static final int DATE_LENGTH = 10;
    private static final int UUID_LENGTH = 36;
    private static final int NO_NUMBER = -1;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int NO_OFFSET = Integer.MIN_VALUE;

    /** Up to this number and this power of ten, a floating-point number is exact, and so is one division rounded once. */
    private static final long MOST_EXACT = 1L << 53;

    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18
    };

    private UsualText() {}

    /** Returns the number of at most 18 digits, maybe behind a minus, or {@link #NOT_WHOLE}. */
    static long whole(String text) {
        int length = text.length();
        int start = length > 0 && text.charAt(0) == '-' ? 1 : 0;
        if (length == start || length - start > MOST_DIGITS) {
            return NOT_WHOLE;
        }
        long number = 0;
        for (int i = start; i < length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return NOT_WHOLE;
            }
            number = number * 10 + digit;
        }
        return start == 0 ? number : -number;
    }

    /** Returns the number of at most 18 digits, maybe behind a minus and with a point in front of some, or null. */
    static @Nullable BigDecimal decimal(String text) {
        int point = text.indexOf('.');
        long unscaled = unscaled(text, point);
        return unscaled == NOT_WHOLE ? null : BigDecimal.valueOf(unscaled, scale(text, point));
    }

    /** Returns the number when it is one division of two exact numbers, or NaN. */
    static double float64(String text) {
        int point = text.indexOf('.');
        long unscaled = unscaled(text, point);
        // zero has a sign
        return unscaled == 0 || unscaled > MOST_EXACT || unscaled < -MOST_EXACT
                ? Double.NaN
                : unscaled / POWERS_OF_TEN[scale(text, point)];
    }

    private static int scale(String text, int point) {
        return point < 0 ? 0 : text.length() - point - 1;
    }

    private static long unscaled(String text, int point) {
        if (point < 0) {
            return whole(text);
        }
        int length = text.length();
        int start = text.charAt(0) == '-' ? 1 : 0;
        int digits = length - start - 1;
        if (digits < 1 || digits > MOST_DIGITS) {
            return NOT_WHOLE;
        }
        long number = 0;
        for (int i = start; i < length; i++) {
            if (i != point) {
                int digit = text.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    return NOT_WHOLE;
                }
                number = number * 10 + digit;
            }
        }
        return start == 0 ? number : -number;
    }

    /** Returns the date that is written as {@code 2025-12-31}, or null. */
    static @Nullable LocalDate date(String text) {
        return text.length() == DATE_LENGTH ? dateAtStart(text) : null;
    }

    private static @Nullable LocalDate dateAtStart(String text) {
        int century = twoDigits(text, 0);
        int year = twoDigits(text, 2);
        int month = twoDigits(text, 5);
        int day = twoDigits(text, 8);
        if (text.charAt(4) != '-' || text.charAt(7) != '-' || (century | year | month | day) < 0) {
            return null;
        }
        int wholeYear = century * 100 + year;
        if (month < 1 || month > 12 || day < 1 || day > 28 && day > days(wholeYear, month)) {
            return null;
        }
        return LocalDate.of(wholeYear, month, day);
    }

    private static int days(int year, int month) {
        return Month.of(month).length(IsoChronology.INSTANCE.isLeapYear(year));
    }

    /** Returns the time that is written as {@code 23:59}, {@code 23:59:59} or with a fraction, or null. */
    static @Nullable LocalTime time(String text, int fractionDigits) {
        long nanoOfDay = nanoOfDay(text, 0, text.length(), fractionDigits);
        return nanoOfDay < 0 ? null : LocalTime.ofNanoOfDay(nanoOfDay);
    }

    /** Returns the date and time with a {@code T} or a blank between them, or null. */
    static @Nullable LocalDateTime timestamp(String text, int fractionDigits) {
        if (!hasTime(text)) {
            return null;
        }
        long nanoOfDay = nanoOfDay(text, DATE_LENGTH + 1, text.length(), fractionDigits);
        LocalDate date = nanoOfDay < 0 ? null : dateAtStart(text);
        return date == null ? null : LocalDateTime.of(date, LocalTime.ofNanoOfDay(nanoOfDay));
    }

    /** Returns the point in time that has a {@code Z} or an offset such as {@code +05:30} and {@code -08}, or null. */
    static @Nullable Instant instant(String text, int fractionDigits) {
        if (!hasTime(text)) {
            return null;
        }
        int length = text.length();
        int timeEnd;
        int offset;
        if (text.charAt(length - 1) == 'Z') {
            timeEnd = length - 1;
            offset = 0;
        } else if (text.charAt(length - 3) == ':') {
            timeEnd = length - 6;
            offset = offset(text, timeEnd, twoDigits(text, length - 2));
        } else {
            timeEnd = length - 3;
            offset = offset(text, timeEnd, 0);
        }
        if (offset == NO_OFFSET) {
            return null;
        }
        long nanoOfDay = nanoOfDay(text, DATE_LENGTH + 1, timeEnd, fractionDigits);
        LocalDate date = nanoOfDay < 0 ? null : dateAtStart(text);
        if (date == null) {
            return null;
        }
        long second = date.toEpochDay() * SECONDS_PER_DAY + nanoOfDay / NANOS_PER_SECOND - offset;
        return Instant.ofEpochSecond(second, nanoOfDay % NANOS_PER_SECOND);
    }

    private static boolean hasTime(String text) {
        // the shortest time is 23:59
        return text.length() >= DATE_LENGTH + 6 && (text.charAt(DATE_LENGTH) == 'T' || text.charAt(DATE_LENGTH) == ' ');
    }

    /** Returns the seconds of an offset whose sign is at a place, or {@link #NO_OFFSET}. */
    private static int offset(String text, int at, int minutes) {
        char sign = text.charAt(at);
        int hours = twoDigits(text, at + 1);
        // 18 hours are the most that there are
        if (sign != '+' && sign != '-' || hours < 0 || hours > 17 || minutes < 0 || minutes > 59) {
            return NO_OFFSET;
        }
        int seconds = hours * 3_600 + minutes * 60;
        return sign == '+' ? seconds : -seconds;
    }

    /** Returns the nanosecond of the day without the digits that are cut, or a negative number. */
    private static long nanoOfDay(String text, int from, int to, int fractionDigits) {
        int length = to - from;
        if (length < 5 || text.charAt(from + 2) != ':') {
            return NO_NUMBER;
        }
        int hour = twoDigits(text, from);
        int minute = twoDigits(text, from + 3);
        int second = 0;
        long nanos = 0;
        if (length > 5) {
            if (length < 8 || text.charAt(from + 5) != ':') {
                return NO_NUMBER;
            }
            second = twoDigits(text, from + 6);
            nanos = length == 8 ? 0 : fraction(text, from + 8, to);
        }
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || nanos < 0) {
            return NO_NUMBER;
        }
        long nanoOfDay = ((hour * 60 + minute) * 60 + second) * NANOS_PER_SECOND + nanos;
        return nanos == 0 ? nanoOfDay : Values.cut(nanoOfDay, fractionDigits);
    }

    /** Returns the nanoseconds of a point and 1 to 9 digits, or a negative number. */
    private static long fraction(String text, int point, int to) {
        int digits = to - point - 1;
        if (text.charAt(point) != '.' || digits < 1 || digits > FieldType.NANOSECONDS) {
            return NO_NUMBER;
        }
        long nanos = 0;
        for (int i = point + 1; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return NO_NUMBER;
            }
            nanos = nanos * 10 + digit;
        }
        return nanos * Values.nanosPerDigit(digits);
    }

    private static int twoDigits(String text, int at) {
        int tens = text.charAt(at) - '0';
        int ones = text.charAt(at + 1) - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? NO_NUMBER : tens * 10 + ones;
    }

    /** Returns the UUID that has its 36 characters, or null. */
    static @Nullable UUID uuid(String text) {
        if (text.length() != UUID_LENGTH
                || text.charAt(8) != '-'
                || text.charAt(13) != '-'
                || text.charAt(18) != '-'
                || text.charAt(23) != '-') {
            return null;
        }
        long first = hexadecimal(text, 0, 8);
        long second = hexadecimal(text, 9, 13);
        long third = hexadecimal(text, 14, 18);
        long fourth = hexadecimal(text, 19, 23);
        long fifth = hexadecimal(text, 24, 36);
        return (first | second | third | fourth | fifth) < 0
                ? null
                : new UUID(first << 32 | second << 16 | third, fourth << 48 | fifth);
    }

    private static long hexadecimal(String text, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            char next = text.charAt(i);
            int digit = next < 128 ? Character.digit(next, 16) : NO_NUMBER;
            if (digit < 0) {
                return NO_NUMBER;
            }
            number = number << 4 | digit;
        }
        return number;
    }
}
