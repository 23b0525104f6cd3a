package dev.datasync.internal;

/** Which records of the source are written. */
public enum Mode {
    /** New ones are inserted, others are updated. */
    INSERT_AND_UPDATE,
    /** Only new ones are inserted. */
    INSERT_ONLY,
    /** Only those that the target has are updated. */
    UPDATE_ONLY,
    /** Two modes were asked for that exclude each other; no plan is built with it. */
    CONTRADICTORY
}
