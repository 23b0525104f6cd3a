package dev.datasync.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/** All jobs, in the order in which they run. */
final class Jobs {

    static final List<Job> ALL = Stream.concat(
                    SyncJob.all().stream(),
                    Stream.of(
                            new TableToTableJob(),
                            new InMemoryJob(),
                            new CsvReadingJob(),
                            new ExcelReadingJob(),
                            new ExcelWritingJob(),
                            new HttpReadingJob()))
            .toList();

    private Jobs() {}

    static Job named(String name) {
        return ALL.stream()
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no job '" + name + "'"));
    }
}
