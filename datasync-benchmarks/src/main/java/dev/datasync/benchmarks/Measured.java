package dev.datasync.benchmarks;

import java.util.List;

/**
 * What the processes of one contestant have measured.
 *
 * @param nanos the times of all runs
 * @param processorNanos the times that processors worked for each of these runs: more than it took when several did
 * @param processNanos the times of whole processes that did the work once, from start to end
 * @param result what each run returned
 * @param peak the highest peak of the heap of a process, in bytes: a sum over its pools, and so an upper bound
 */
record Measured(List<Long> nanos, List<Long> processorNanos, List<Long> processNanos, long result, long peak) {

    Measured {
        nanos = nanos.stream().sorted().toList();
        processorNanos = processorNanos.stream().sorted().toList();
        processNanos = processNanos.stream().sorted().toList();
    }

    double median() {
        return median(nanos);
    }

    double fastest() {
        return nanos.get(0) / 1e9;
    }

    double medianOfProcessors() {
        return median(processorNanos);
    }

    double medianOfProcesses() {
        return median(processNanos);
    }

    /** Returns the middle of sorted times in nanoseconds, in seconds. */
    private static double median(List<Long> times) {
        int middle = times.size() / 2;
        long low = times.get((times.size() - 1) / 2);
        return (low + times.get(middle)) / 2.0 / 1e9;
    }
}
