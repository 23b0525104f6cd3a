package dev.datasync.change;

import dev.datasync.match.Difference;
import dev.datasync.match.Key;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that would happen to the target. Immutable.
 *
 * <p>{@code toString()} shows values, because a preview is made to be read: never log it where values are
 * confidential.
 *
 * @param <T> the type of the records
 */
public sealed interface Change<T> {

    /** The kinds of changes, in the order in which they are applied. */
    enum Kind {
        /** A record leaves the target, or is marked as deleted. */
        DELETE,
        /** Some fields of a record change. */
        UPDATE,
        /** A record is new in the target. */
        INSERT
    }

    /**
     * Returns what identifies the record: as the target has it, or for an insert as the source has it.
     *
     * @return the key
     */
    Key key();

    /**
     * Returns the kind as which the change is counted and limited.
     *
     * @return the kind; {@link Kind#DELETE} for an update that marks a record as deleted
     */
    Kind kind();

    /**
     * A record that only the source has.
     *
     * @param key what identifies it
     * @param after the record as it will be stored; a row lacks the fields that the source did not deliver
     * @param <T> the type of the records
     */
    record Insert<T>(Key key, T after) implements Change<T> {

        @Override
        public Kind kind() {
            return Kind.INSERT;
        }

        @Override
        public String toString() {
            return "INSERT " + key + " " + after;
        }
    }

    /**
     * A record that both sides have, with different values.
     *
     * @param key what identifies it in the target
     * @param before the record as the target has it
     * @param after the record as it will be; all fields, also those that do not change
     * @param differences the fields to write, and only these
     * @param position where the target's own reading found the record, see
     *     {@link dev.datasync.source.Receiver#accept(Object, long)}
     * @param cause why it changes
     * @param <T> the type of the records
     */
    record Update<T>(Key key, T before, T after, List<Difference> differences, long position, Cause cause)
            implements Change<T> {

        /** Why a record changes. */
        public enum Cause {
            /** The source has other values. */
            DIFFERENT,
            /** The source has the record no more, and the plan marks such records instead of deleting them. */
            SOFT_DELETE
        }

        /**
         * Copies the differences.
         *
         * @param key what identifies it in the target
         * @param before the record as the target has it
         * @param after the record as it will be; all fields, also those that do not change
         * @param differences the fields to write, and only these
         * @param position where the target's own reading found the record, see {@link dev.datasync.source.Receiver#accept(Object, long)}
         * @param cause why it changes
         */
        public Update {
            differences = List.copyOf(differences);
        }

        @Override
        public Kind kind() {
            return cause == Cause.SOFT_DELETE ? Kind.DELETE : Kind.UPDATE;
        }

        @Override
        public String toString() {
            return (cause == Cause.SOFT_DELETE ? "SOFT DELETE " : "UPDATE ") + key + " "
                    + differences.stream().map(Difference::toString).collect(Collectors.joining(", "));
        }
    }

    /**
     * A record that only the target has.
     *
     * @param key what identifies it in the target
     * @param before the record as the target has it
     * @param position where the target's own reading found the record, see
     *     {@link dev.datasync.source.Receiver#accept(Object, long)}
     * @param <T> the type of the records
     */
    record Delete<T>(Key key, T before, long position) implements Change<T> {

        @Override
        public Kind kind() {
            return Kind.DELETE;
        }

        @Override
        public String toString() {
            return "DELETE " + key + " " + before;
        }
    }
}
