package dev.datasync.change;

/**
 * How many changes of each kind there are.
 *
 * @param inserts the number of inserts
 * @param updates the number of updates
 * @param deletes the number of deletes, soft ones among them
 */
public record ChangeCounts(long inserts, long updates, long deletes) {

    /**
     * Returns the number of all changes.
     *
     * @return the sum
     */
    public long total() {
        return inserts + updates + deletes;
    }

    /**
     * Returns the counts in words.
     *
     * @return for example {@code 3 inserts, 1 update, no deletes}
     */
    @Override
    public String toString() {
        return count(inserts, "insert") + ", " + count(updates, "update") + ", " + count(deletes, "delete");
    }

    private static String count(long number, String noun) {
        return (number == 0 ? "no" : String.format(java.util.Locale.ROOT, "%,d", number)) + " " + noun
                + (number == 1 ? "" : "s");
    }
}
