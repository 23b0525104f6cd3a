package dev.datasync.benchmarks;

/** How much work there is. */
enum Size {
    /** Enough to see that everything still runs. */
    SMALL,
    /** Enough to measure. */
    FULL;

    int rows(int full) {
        return this == FULL ? full : Math.min(full, 500);
    }

    /** Returns how often a process does the work before it is timed. */
    int warmUps() {
        return this == FULL ? 2 : 0;
    }

    /** Returns how often a process does the work and is timed. */
    int timedRuns() {
        return this == FULL ? 3 : 1;
    }

    /** Returns how many processes each contestant gets, by turns with the others. */
    int rounds() {
        return this == FULL ? 3 : 1;
    }
}
