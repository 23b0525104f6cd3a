package dev.datasync.benchmarks;

import java.util.Arrays;

/**
 * What the processes of one contestant have measured.
 *
 * @param nanos the times of all runs
 * @param result what each run returned
 * @param peak the highest peak of the heap of a process, in bytes: a sum over its pools, and so an upper bound
 */
record Measured(long[] nanos, long result, long peak) {

    double median() {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        long sum = sorted.length % 2 == 1 ? 2 * sorted[middle] : sorted[middle - 1] + sorted[middle];
        return sum / 2.0 / 1e9;
    }

    double fastest() {
        return Arrays.stream(nanos).min().orElseThrow() / 1e9;
    }
}
