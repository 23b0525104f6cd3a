package dev.datasync.change;

import java.util.Locale;

/**
 * How many of a number of records something may happen to: up to a number, or up to a share, whichever is more.
 *
 * @param records the number that is always allowed; not negative
 * @param percent the share that is always allowed, from 0 to 100
 */
public record Limit(long records, double percent) {

    /**
     * Checks the components.
     *
     * @param records the number that is always allowed; not negative
     * @param percent the share that is always allowed, from 0 to 100
     * @throws IllegalArgumentException when the number is negative or the share is not between 0 and 100
     */
    public Limit {
        if (records < 0) {
            throw new IllegalArgumentException("a limit must not be negative: " + records);
        }
        // written this way round so that NaN is refused
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("a share must be between 0 and 100 percent: " + percent);
        }
    }

    /**
     * Returns a limit on the number.
     *
     * @param records the most records; not negative
     * @return the limit
     */
    public static Limit records(long records) {
        return new Limit(records, 0);
    }

    /**
     * Returns a limit on the share.
     *
     * @param percent the most percent, from 0 to 100
     * @return the limit
     */
    public static Limit percent(double percent) {
        return new Limit(0, percent);
    }

    /**
     * Returns no limit.
     *
     * @return the limit that allows everything
     */
    public static Limit none() {
        return new Limit(Long.MAX_VALUE, 100);
    }

    /**
     * Returns a limit that allows what either of two allows.
     *
     * @param other the other limit
     * @return the greater number and the greater share
     */
    public Limit or(Limit other) {
        return new Limit(Math.max(records, other.records), Math.max(percent, other.percent));
    }

    /**
     * Tells whether a number is within this limit.
     *
     * @param count how many records it would happen to
     * @param total of how many
     * @return whether it is allowed
     */
    public boolean allows(long count, long total) {
        return count <= records || count * 100.0 <= percent * total;
    }

    /**
     * Returns the limit in words.
     *
     * @return for example {@code 50 records or 5 %}
     */
    @Override
    public String toString() {
        if (records == Long.MAX_VALUE || percent == 100) {
            return "no limit";
        }
        String number = String.format(Locale.ROOT, records == 1 ? "%,d record" : "%,d records", records);
        String share = percent == Math.rint(percent)
                ? String.format(Locale.ROOT, "%.0f %%", percent)
                : String.format(Locale.ROOT, "%s %%", percent);
        if (percent == 0) {
            return number;
        }
        return records == 0 ? share : number + " or " + share;
    }
}
