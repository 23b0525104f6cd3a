package dev.datasync.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** A piece of work that DataSync and others do. */
interface Job {

    /** Returns a short name. */
    String name();

    /** Returns what is done, for the table. */
    String work();

    /** Returns the heap that each process gets, in MiB. */
    int heap();

    /** Returns by how much the time of DataSync may be a multiple of the rival's. */
    double aim();

    /** Writes what the work needs into a folder, and begins what must go on meanwhile. */
    void prepare(Path folder, Size size) throws Exception;

    /** Ends what {@link #prepare} has begun. */
    default void finish() throws Exception {}

    /** Returns who does the work: DataSync first. */
    List<Contestant> contestants();

    /**
     * Somebody who does the work.
     *
     * @param name a name for the table
     * @param work the work
     */
    record Contestant(String name, Work work) {}

    /** The work as one of the contestants does it. */
    @FunctionalInterface
    interface Work {

        /** Does the work in the prepared folder. Returns a number that must be the same for all who do it. */
        long run(Path folder, Size size) throws Exception;
    }
}
