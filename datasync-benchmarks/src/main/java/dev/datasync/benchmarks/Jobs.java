package dev.datasync.benchmarks;

import java.util.List;

/** All jobs, in the order in which they run. */
final class Jobs {

    static final List<Job> ALL =
            List.of(new CsvReadingJob(), new ExcelReadingJob(), new ExcelWritingJob(), new HttpReadingJob());

    private Jobs() {}

    static Job named(String name) {
        return ALL.stream()
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no job '" + name + "'"));
    }
}
