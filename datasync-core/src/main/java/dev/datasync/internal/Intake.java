package dev.datasync.internal;

/** Takes the stored records of one side, on the thread that reads it. */
interface Intake {

    /** Takes a record; the writer is reused after the call. */
    void add(ByteWriter entry);

    /** Hears that the last record was there. */
    void end();
}
