package dev.datasync.benchmarks;

import java.util.List;

/**
 * What the processes of one contestant have measured.
 *
 * @param nanos the times of all runs in ascending order
 * @param result what each run returned
 * @param peak the highest peak of the heap of a process, in bytes: a sum over its pools, and so an upper bound
 */
record Measured(List<Long> nanos, long result, long peak) {

    Measured {
        nanos = nanos.stream().sorted().toList();
    }

    double median() {
        int middle = nanos.size() / 2;
        long low = nanos.get((nanos.size() - 1) / 2);
        return (low + nanos.get(middle)) / 2.0 / 1e9;
    }

    double fastest() {
        return nanos.get(0) / 1e9;
    }
}
