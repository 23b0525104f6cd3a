package dev.datasync.jdbc;

import java.sql.SQLException;
import java.util.List;

/**
 * A product's own way to write many changes at once, faster than batches of statements. Made for one writer, in whose
 * transaction it works; used by one thread. It is only ever an optimization: where it fails or does not hit exactly the
 * rows it should, the writer undoes it and writes the same changes in another way, which finds the row to blame.
 */
interface BulkPath {

    /** Tells whether so many changes of a shape can be written this way, and whether that pays. */
    boolean takes(Shape shape, int changes);

    /**
     * Writes changes of one shape. Where the product has no savepoints, so that nothing can be undone, it does nothing
     * unless it will succeed.
     *
     * @return whether each of them hit exactly one row; if not, the writer undoes them
     * @throws SQLException when the database refuses them
     */
    boolean write(Shape shape, List<BoundChange> changes) throws SQLException;

    /** Returns what the report calls it, for example {@code COPY}. */
    String name();

    /** Returns how many changes this path would like to be given at a time. */
    int batchSize();

    /** Ends what this path is waiting for. Called by another thread, at any time. */
    default void cancel() throws SQLException {}

    /**
     * Removes what it made for itself, such as temporary tables. Called before each commit and before each rollback of
     * the whole transaction; may be used again afterwards.
     */
    void close() throws SQLException;
}
