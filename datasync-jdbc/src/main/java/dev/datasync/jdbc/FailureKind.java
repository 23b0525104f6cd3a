package dev.datasync.jdbc;

/** What a database's refusal means for the changes that were being written. */
enum FailureKind {
    /** A row would have the same unique values as another. */
    UNIQUE(true),
    /** A row refers to one that is not there, or is referred to. */
    FOREIGN_KEY(true),
    /** Something else is wrong with one row: a value, a constraint, a trigger that refuses it. */
    ROW(true),
    /** Others were in the way, so that the same transaction may succeed when it is repeated: a deadlock, a conflict. */
    TRANSIENT(false),
    /** The connection is gone, and what was not committed with it. */
    LOST(false),
    /** Anything else: it would fail alike for every row and every time. */
    OTHER(false);

    private final boolean isAboutOneRow;

    FailureKind(boolean isAboutOneRow) {
        this.isAboutOneRow = isAboutOneRow;
    }

    /** Tells whether one row is to blame, so that the others could still be written. */
    boolean isAboutOneRow() {
        return isAboutOneRow;
    }
}
