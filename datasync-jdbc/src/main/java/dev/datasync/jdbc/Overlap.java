package dev.datasync.jdbc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far before the greatest value an incremental reading begins the next time.
 *
 * @param time for a column of times, or {@code null} when nothing was said
 * @param number for a column of numbers, or {@code null} when nothing was said
 */
record Overlap(@Nullable Duration time, @Nullable Long number) {

    /** What is said by saying nothing. */
    static final Overlap UNSAID = new Overlap(null, null);

    static Overlap of(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("an overlap cannot be negative, as " + time + " is");
        }
        return new Overlap(time, null);
    }

    static Overlap of(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("an overlap cannot be negative, as " + number + " is");
        }
        return new Overlap(null, number);
    }

    Duration timeOr(Duration standard) {
        return time == null ? standard : time;
    }

    long numberOr(long standard) {
        return number == null ? standard : number;
    }
}
