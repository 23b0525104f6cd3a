package dev.datasync.internal;

/** Takes the records of one side, one after the other. */
interface Flow {

    void accept(Object item, long position);

    /** Takes note of a record that cannot be used. */
    void reject(long position, String reason);

    /** Hears that the last record was there. */
    void end();
}
