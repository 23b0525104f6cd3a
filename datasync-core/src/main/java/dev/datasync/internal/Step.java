package dev.datasync.internal;

import dev.datasync.transform.Duplicates;
import dev.datasync.transform.Transformer;

/** A step between source and comparison, as the builder keeps it. The builder's types guarantee that steps fit. */
public sealed interface Step {

    /**
     * One record in, one out.
     *
     * @param transformer what to do
     */
    record Map(Transformer<Object, Object> transformer) implements Step {}

    /**
     * Some records stay, others go.
     *
     * @param condition tells which stay
     */
    record Filter(Condition condition) implements Step {}

    /**
     * One record in, any number out.
     *
     * @param transformer what to do
     */
    record Expand(Transformer<Object, Iterable<?>> transformer) implements Step {}

    /**
     * One of several duplicates stays.
     *
     * @param rule which
     */
    record DropDuplicates(Duplicates rule) implements Step {}

    /** A condition that may throw. */
    @FunctionalInterface
    interface Condition {

        /**
         * Tells whether a record stays.
         *
         * @param item the record
         * @return whether it stays
         * @throws Exception when that cannot be told
         */
        boolean test(Object item) throws Exception;
    }
}
