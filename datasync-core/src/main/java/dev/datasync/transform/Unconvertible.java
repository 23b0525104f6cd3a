package dev.datasync.transform;

import org.jspecify.annotations.Nullable;

/** What to do with a value that cannot be converted. It is never silently {@code null}. */
public sealed interface Unconvertible {

    /**
     * Rejects the record; the plan's failure policy decides whether the run goes on. The default.
     *
     * @return the policy
     */
    static Unconvertible reject() {
        return new Reject();
    }

    /**
     * Keeps the value as it is.
     *
     * @return the policy
     */
    static Unconvertible keep() {
        return new Keep();
    }

    /**
     * Puts another value in its place.
     *
     * @param value the other value, which may be {@code null}
     * @return the policy
     */
    static Unconvertible replaceWith(@Nullable Object value) {
        return new Replace(value);
    }

    /** Rejects the record. */
    record Reject() implements Unconvertible {}

    /** Keeps the value as it is. */
    record Keep() implements Unconvertible {}

    /**
     * Puts another value in its place.
     *
     * @param value the other value, which may be {@code null}
     */
    record Replace(@Nullable Object value) implements Unconvertible {}
}
