package dev.datasync.match;

import java.math.BigDecimal;
import java.time.Duration;

/** How far apart two values may be that still count as equal. */
public sealed interface Tolerance {

    /**
     * Allows numbers to differ by an amount.
     *
     * @param amount the greatest difference that counts as equal; not negative
     */
    record OfNumber(BigDecimal amount) implements Tolerance {

        /**
         * Checks the amount.
         *
         * @param amount the greatest difference that counts as equal; not negative
         * @throws IllegalArgumentException when it is negative
         */
        public OfNumber {
            if (amount.signum() < 0) {
                throw new IllegalArgumentException("a tolerance must not be negative");
            }
        }
    }

    /**
     * Allows times to differ by a duration.
     *
     * @param duration the greatest difference that counts as equal; not negative
     */
    record OfTime(Duration duration) implements Tolerance {

        /**
         * Checks the duration.
         *
         * @param duration the greatest difference that counts as equal; not negative
         * @throws IllegalArgumentException when it is negative
         */
        public OfTime {
            if (duration.isNegative()) {
                throw new IllegalArgumentException("a tolerance must not be negative");
            }
        }
    }
}
