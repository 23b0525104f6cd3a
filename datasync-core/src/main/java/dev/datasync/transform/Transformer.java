package dev.datasync.transform;

/**
 * Makes one record of another.
 *
 * <p>Called once per record, on the thread that reads the source, one call at a time within a run; several runs may
 * call it at once. It may throw anything: the record is then rejected under the plan's failure policy. What it throws
 * is never shown with its message, which might quote row values; throw a
 * {@link dev.datasync.row.ConversionException} for a message that shall be seen. Return {@code filter(...)} decisions
 * by a filter, never {@code null}.
 *
 * @param <S> the type of the record that comes in
 * @param <T> the type of the record that goes out
 */
@FunctionalInterface
public interface Transformer<S, T> {

    /**
     * Returns what becomes of a record.
     *
     * @param input the record; not to be changed
     * @return the new record; not {@code null}
     * @throws Exception when the record cannot be transformed
     */
    T transform(S input) throws Exception;

    /**
     * Returns this transformer followed by another.
     *
     * @param next what comes after this one
     * @param <R> the type of the record that goes out in the end
     * @return both, one after the other
     */
    default <R> Transformer<S, R> andThen(Transformer<? super T, ? extends R> next) {
        return input -> next.transform(transform(input));
    }
}
