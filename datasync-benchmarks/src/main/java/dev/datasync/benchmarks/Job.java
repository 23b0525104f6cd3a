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

    /** Returns how many processors each process sees. */
    default int processors() {
        return 1;
    }

    /** Returns by how much the time of DataSync may be a multiple of the rival's. */
    double aim();

    /** Returns how often each process does the work, and how many processes there are. */
    default Repetitions repetitions(Size size) {
        return size.repetitions();
    }

    /**
     * Writes what the work needs into a folder, and begins what must go on meanwhile.
     *
     * @param postgres a server of which a job makes itself a database if it needs one
     */
    void prepare(Path folder, Size size, Postgres postgres) throws Exception;

    /** Makes everything as it was before the work was done, before each time it is done. Not timed. */
    default void reset(Path folder) throws Exception {}

    /**
     * Fails when the work was not done as it should be, after each time it was done. Not timed.
     *
     * @throws IllegalStateException when the result is wrong
     */
    default void check(Path folder) throws Exception {}

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

    /**
     * How often the work is done.
     *
     * @param warmUps how often a process does it before it is timed
     * @param timedRuns how often a process does it and is timed; 0 when there are only processes that do it once
     * @param rounds how many processes of both kinds each contestant gets, by turns with the others
     */
    record Repetitions(int warmUps, int timedRuns, int rounds) {}

    /** The work as one of the contestants does it. */
    @FunctionalInterface
    interface Work {

        /** Does the work in the prepared folder. Returns a number that must be the same for all who do it. */
        long run(Path folder, Size size) throws Exception;
    }
}
