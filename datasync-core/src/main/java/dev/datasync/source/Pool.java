package dev.datasync.source;

/**
 * Something of which there is a limited number, such as the connections of a pool. A run asks for all it will need at
 * once before it begins, so that it never waits for itself.
 *
 * @param identity what tells pools apart: two pools of one identity, compared by {@code ==}, are the same
 * @param check finds out whether so many can be had
 */
public record Pool(Object identity, Check check) {

    /** Finds out whether a pool is large enough. */
    @FunctionalInterface
    public interface Check {

        /**
         * Checks that a number of them can be had at the same time.
         *
         * @param count the number; at least 2
         * @throws Exception when they cannot; the message says how many there are and what to do
         */
        void check(int count) throws Exception;
    }
}
