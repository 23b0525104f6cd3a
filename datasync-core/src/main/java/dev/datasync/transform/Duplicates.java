package dev.datasync.transform;

import java.util.List;
import java.util.Optional;

/**
 * Which of several rows to keep that have the same values in some fields, for {@code dropDuplicates(...)}. The memory
 * used is that of the plan's budget, however many rows there are.
 *
 * @param fields the fields that make two rows duplicates
 * @param keep which of them to keep
 * @param newestBy the field that tells the newest, for {@link Keep#NEWEST} only
 */
public record Duplicates(List<String> fields, Keep keep, Optional<String> newestBy) {

    /** Which of several duplicates to keep. */
    public enum Keep {
        /** The one that came first. */
        FIRST,
        /** The one that came last. */
        LAST,
        /** The one with the greatest value in a field, among equals the one that came last. */
        NEWEST
    }

    /**
     * Checks and copies the components.
     *
     * @param fields the fields that make two rows duplicates
     * @param keep which of them to keep
     * @param newestBy the field that tells the newest, for {@link Keep#NEWEST} only
     * @throws IllegalArgumentException when no field is given, or {@code newestBy} does not go with {@code keep}
     */
    public Duplicates {
        fields = List.copyOf(fields);
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("name the fields that make two rows duplicates");
        }
        if (newestBy.isPresent() != (keep == Keep.NEWEST)) {
            throw new IllegalArgumentException("newestBy goes with Keep.NEWEST and with nothing else");
        }
    }

    /**
     * Begins the sentence: rows with the same values in these fields are duplicates.
     *
     * @param first a field's name
     * @param more further fields' names
     * @return the next word
     */
    public static By by(String first, String... more) {
        java.util.ArrayList<String> fields = new java.util.ArrayList<>(List.of(more));
        fields.add(0, first);
        return new By(List.copyOf(fields));
    }

    /**
     * The fields that make two rows duplicates, waiting to hear which row to keep.
     *
     * @param fields the fields' names
     */
    public record By(List<String> fields) {

        /**
         * Keeps the row that came first.
         *
         * @return the rule
         */
        public Duplicates keepFirst() {
            return new Duplicates(fields, Keep.FIRST, Optional.empty());
        }

        /**
         * Keeps the row that came last.
         *
         * @return the rule
         */
        public Duplicates keepLast() {
            return new Duplicates(fields, Keep.LAST, Optional.empty());
        }

        /**
         * Keeps the row with the greatest value in a field, and among equals the one that came last; {@code null} is
         * older than everything.
         *
         * @param field the field's name, for example {@code updated_at}
         * @return the rule
         */
        public Duplicates keepNewest(String field) {
            return new Duplicates(fields, Keep.NEWEST, Optional.of(field));
        }
    }
}
