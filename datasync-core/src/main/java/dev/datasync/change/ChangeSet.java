package dev.datasync.change;

import java.util.Iterator;
import java.util.stream.Stream;

/**
 * All changes of a run, complete before the first is written: deletes, then updates, then inserts, each in the order of
 * their keys. Can be iterated any number of times until the preview it came from is closed, by several
 * threads at once. Large sets lie in a private temporary file and are read as they are iterated.
 *
 * @param <T> the type of the records
 */
public interface ChangeSet<T> extends Iterable<Change<T>> {

    /**
     * Returns how many changes of each kind there are.
     *
     * @return the counts
     */
    ChangeCounts counts();

    /**
     * Returns the changes in order.
     *
     * @return a new iterator; its methods throw {@link IllegalStateException} when the set is closed
     */
    @Override
    Iterator<Change<T>> iterator();

    /**
     * Returns the changes in order.
     *
     * @return a new sequential stream
     */
    Stream<Change<T>> stream();
}
