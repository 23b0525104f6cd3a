package dev.datasync.run;

import java.time.Duration;

/**
 * How often what failed in passing is repeated, such as a transaction that was chosen to end a deadlock. Only what is
 * known to have left no trace is repeated: everything since the last commit. Attempts are counted anew after each commit,
 * and every repetition is a warning in the report.
 *
 * @param attempts the most attempts, the first among them; at least 1
 * @param delay the longest wait before the second attempt; it doubles with each further one, and each wait is a random
 *     part of it, so that two runs that got in each other's way do not do so again
 */
public record Retries(int attempts, Duration delay) {

    /**
     * Checks the numbers.
     *
     * @param attempts the most attempts, the first among them; at least 1
     * @param delay the longest wait before the second attempt; not negative
     * @throws IllegalArgumentException when there is no attempt or the wait is negative
     */
    public Retries {
        if (attempts < 1 || delay.isNegative()) {
            throw new IllegalArgumentException("there must be at least 1 attempt and no negative wait, not " + attempts
                    + " attempts and " + delay);
        }
    }

    /**
     * Returns the policy of a plan that does not say: three attempts, with up to 200 ms before the second.
     *
     * @return the policy
     */
    public static Retries standard() {
        return new Retries(3, Duration.ofMillis(200));
    }

    /**
     * Returns a policy that repeats nothing.
     *
     * @return the policy
     */
    public static Retries none() {
        return new Retries(1, Duration.ZERO);
    }

    /**
     * Returns a policy.
     *
     * @param attempts the most attempts, the first among them
     * @param delay the longest wait before the second attempt
     * @return the policy
     */
    public static Retries upTo(int attempts, Duration delay) {
        return new Retries(attempts, delay);
    }
}
