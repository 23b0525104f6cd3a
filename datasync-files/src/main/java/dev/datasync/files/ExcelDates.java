package dev.datasync.files;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** The numbers by which Excel counts days, in the one of its two calendars that a workbook uses. */
enum ExcelDates {
    /** Day 1 is 1 January 1900, and there is a 29 February in that year. */
    SINCE_1900(LocalDate.of(1899, 12, 30), 1, 2_958_466),
    /** Day 0 is 1 January 1904. */
    SINCE_1904(LocalDate.of(1904, 1, 1), 0, 2_957_004);

    private static final long MILLISECONDS_PER_DAY = 86_400_000;
    private static final long FALSE_LEAP_DAY = 60;

    private final LocalDate dayZero;
    private final long firstDay;
    private final long endDay;

    ExcelDates(LocalDate dayZero, long firstDay, long endDay) {
        this.dayZero = dayZero;
        this.firstDay = firstDay;
        this.endDay = endDay;
    }

    /** Returns the moment that a number means, to the millisecond, or null when it means none. */
    @Nullable
    LocalDateTime timestamp(double days) {
        if (!(days >= 0 && days <= endDay)) {
            return null;
        }
        long milliseconds = Math.round(days * MILLISECONDS_PER_DAY);
        long day = milliseconds / MILLISECONDS_PER_DAY;
        if (day < firstDay || day >= endDay || isFalseLeapDay(day)) {
            return null;
        }
        // before the day that never was, all days are one too low
        long since = this == SINCE_1900 && day < FALSE_LEAP_DAY ? day + 1 : day;
        return dayZero.plusDays(since).atStartOfDay().plus(milliseconds % MILLISECONDS_PER_DAY, ChronoUnit.MILLIS);
    }

    private boolean isFalseLeapDay(long day) {
        return this == SINCE_1900 && day == FALSE_LEAP_DAY;
    }

    /** Returns the time of day that a number below 1 means, or null when it means none. */
    static @Nullable LocalTime time(double days) {
        if (!(days >= 0 && days < 1)) {
            return null;
        }
        return LocalTime.ofNanoOfDay(Math.round(days * MILLISECONDS_PER_DAY) % MILLISECONDS_PER_DAY * 1_000_000);
    }

    /** Returns what a number means that is shown in some way, or null when it means no date or time. */
    @Nullable
    Object value(Object number, CellFormats.Kind kind) {
        double days = ((Number) number).doubleValue();
        if (kind == CellFormats.Kind.TIME && days < 1) {
            return time(days);
        }
        LocalDateTime timestamp = timestamp(days);
        if (timestamp == null || kind != CellFormats.Kind.DATE) {
            return timestamp;
        }
        return timestamp.toLocalTime().equals(LocalTime.MIDNIGHT) ? timestamp.toLocalDate() : timestamp;
    }
}
