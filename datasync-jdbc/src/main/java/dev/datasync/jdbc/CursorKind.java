package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The kinds of columns by which a table can be read incrementally. */
enum CursorKind {
    /** Whole numbers, such as those of a sequence. */
    WHOLE,
    /** Decimal numbers. */
    DECIMAL,
    /** Points in time. */
    INSTANT,
    /** Times as a clock on a wall shows them, which goes back an hour each autumn in many places. */
    LOCAL,
    /** Days. */
    DATE;

    /** The zone whose clocks are furthest ahead. */
    private static final ZoneOffset FURTHEST_AHEAD = ZoneOffset.ofHours(14);

    static Optional<CursorKind> of(FieldType type) {
        if (type instanceof FieldType.Whole) {
            return Optional.of(WHOLE);
        }
        if (type instanceof FieldType.Decimal) {
            return Optional.of(DECIMAL);
        }
        if (type instanceof FieldType.Moment) {
            return Optional.of(INSTANT);
        }
        if (type instanceof FieldType.Timestamp) {
            return Optional.of(LOCAL);
        }
        return type instanceof FieldType.Day ? Optional.of(DATE) : Optional.empty();
    }

    boolean isNumber() {
        return this == WHOLE || this == DECIMAL;
    }

    /** Returns the name for the notation of a watermark. */
    String notation() {
        return name().toLowerCase(Locale.ROOT);
    }

    String write(Object value) {
        return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }

    /**
     * Returns the value of a notation.
     *
     * @throws RuntimeException of some kind when it is none
     */
    Object read(String text) {
        return switch (this) {
            case WHOLE -> Long.parseLong(text);
            case DECIMAL -> new BigDecimal(text);
            case INSTANT -> Instant.parse(text);
            case LOCAL -> LocalDateTime.parse(text);
            case DATE -> LocalDate.parse(text);
        };
    }

    Object minus(Object value, Duration time, long number) {
        return switch (this) {
            case WHOLE -> Math.max((Long) value, Long.MIN_VALUE + number) - number;
            case DECIMAL -> ((BigDecimal) value).subtract(BigDecimal.valueOf(number));
            case INSTANT -> ((Instant) value).minus(time);
            case LOCAL -> ((LocalDateTime) value).minus(time);
            case DATE ->
                ((LocalDate) value)
                        .minusDays(time.isZero() ? 0 : (time.minusNanos(1).toDays() + 1));
        };
    }

    /** Returns the last value that can have come about by the time that the database's clock shows. */
    @Nullable
    Object at(Instant now) {
        return switch (this) {
            case WHOLE, DECIMAL -> null;
            case INSTANT -> now;
            case LOCAL -> LocalDateTime.ofInstant(now, FURTHEST_AHEAD);
            case DATE -> LocalDate.ofInstant(now, FURTHEST_AHEAD);
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // both values are of this kind
    static int compare(Object one, Object other) {
        return ((Comparable) one).compareTo(other);
    }
}
