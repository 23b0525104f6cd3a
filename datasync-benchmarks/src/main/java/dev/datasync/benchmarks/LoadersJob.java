package dev.datasync.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The first job of {@link SyncJob}, against loaders that write every row. They delete nothing: so what is asked for is
 * that all rows of the file are in the table.
 */
final class LoadersJob implements Job {

    private final SyncJob sync = SyncJob.ofRows(SyncJob.ROWS);

    @Override
    public String name() {
        return "against-loaders";
    }

    @Override
    public String work() {
        return "the first, against loaders that write every row (and delete none)";
    }

    @Override
    public int heap() {
        return sync.heap();
    }

    @Override
    public int processors() {
        return sync.processors();
    }

    @Override
    public double aim() {
        return 0.3;
    }

    @Override
    public Repetitions repetitions(Size size) {
        // each takes long enough for a start to count for little
        return new Repetitions(0, 0, size == Size.FULL ? 2 : 1);
    }

    @Override
    public void prepare(Path folder, Size size, Postgres postgres) throws IOException, SQLException {
        sync.prepare(folder, size, postgres);
    }

    @Override
    public void reset(Path folder) throws IOException, SQLException {
        sync.reset(folder);
    }

    @Override
    public void check(Path folder) throws IOException, SQLException {
        try (Connection connection = Postgres.connect(folder)) {
            long missing = Postgres.number(
                    connection,
                    "select count(*) from new_state n left join target t using (id)"
                            + " where (t.*) is distinct from (n.*)");
            if (missing != 0) {
                throw new IllegalStateException(name() + ": " + missing + " rows of the file are not in the table");
            }
        }
    }

    @Override
    public List<Contestant> contestants() {
        return List.of(
                sync.contestants().get(0),
                new Contestant(
                        "Spring Batch, chunks of 1,000",
                        (folder, size) -> SpringBatchLoader.load(folder.resolve(SyncJob.CSV), Postgres.url(folder))),
                new Contestant(
                        "JDBC by hand, batches of 1,000",
                        (folder, size) -> BatchLoader.load(folder.resolve(SyncJob.CSV), Postgres.url(folder))),
                new Contestant(
                        "jOOQ's loader, batches of 1,000",
                        (folder, size) -> JooqLoader.load(folder.resolve(SyncJob.CSV), Postgres.url(folder))));
    }
}
