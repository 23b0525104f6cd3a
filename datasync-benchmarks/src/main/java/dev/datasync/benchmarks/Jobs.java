package dev.datasync.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/** All jobs, in the order in which they run. */
final class Jobs {

    static final List<Job> ALL = Stream.of(
                    SyncJob.all().stream(),
                    Stream.of(
                            new LoadersJob(),
                            new TableToTableJob(),
                            new InMemoryJob(),
                            new CsvReadingJob(),
                            new ExcelReadingJob(),
                            new ExcelWritingJob(),
                            new HttpReadingJob()))
            .flatMap(jobs -> jobs)
            .toList();

    private Jobs() {}

    /** Returns a job by its name, also one of those that show the scale. */
    static Job named(String name) {
        return Stream.concat(ALL.stream(), ScaleJob.ALL.stream())
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no job '" + name + "': there are "
                        + String.join(", ", ALL.stream().map(Job::name).toList())));
    }
}
