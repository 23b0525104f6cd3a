package dev.datasync.jdbc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a watermark may go at most, found out before the rows are read.
 *
 * @param limit the greatest value that it may have, or {@code null} when no value is too great
 * @param mayMove whether it may move at all
 * @param time the overlap for times, where nothing was said
 * @param number the overlap for numbers, where nothing was said
 */
record Fence(@Nullable Object limit, boolean mayMove, Duration time, long number) {

    /** The bound that is promised for a database that does not tell of open transactions. */
    static final Duration STANDARD_TIME = Duration.ofMinutes(5);

    static final long STANDARD_NUMBER = 1_000;

    /** Clocks on walls go back an hour. */
    static final Duration STANDARD_LOCAL_TIME = STANDARD_TIME.plusHours(1);

    /** Returns the limit where nothing is known of open transactions: the database's clock. */
    static Fence none(CursorKind kind, @Nullable Object now) {
        return new Fence(now, true, kind == CursorKind.INSTANT ? STANDARD_TIME : STANDARD_LOCAL_TIME, STANDARD_NUMBER);
    }

    boolean allows(Object value) {
        return limit == null || CursorKind.compare(value, limit) <= 0;
    }
}
