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

    /** Returns how often short work is done. */
    Job.Repetitions repetitions() {
        return this == FULL ? new Job.Repetitions(2, 3, 3) : new Job.Repetitions(0, 0, 1);
    }

    /** Returns how often work is done that takes seconds. */
    Job.Repetitions fewRepetitions() {
        return this == FULL ? new Job.Repetitions(1, 2, 2) : new Job.Repetitions(0, 0, 1);
    }
}
