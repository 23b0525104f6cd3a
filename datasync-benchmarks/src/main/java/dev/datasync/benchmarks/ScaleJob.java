package dev.datasync.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** The first job of {@link SyncJob} with some number of rows, done by DataSync alone. */
final class ScaleJob implements Job {

    static final List<ScaleJob> ALL = List.of(
            new ScaleJob(10_000, new Repetitions(2, 3, 3)),
            new ScaleJob(100_000, new Repetitions(1, 3, 2)),
            new ScaleJob(1_000_000, new Repetitions(1, 2, 2)),
            new ScaleJob(10_000_000, new Repetitions(1, 1, 1)));

    private final int rows;
    private final Repetitions repetitions;
    private final SyncJob sync;

    private ScaleJob(int rows, Repetitions repetitions) {
        this.rows = rows;
        this.repetitions = repetitions;
        this.sync = SyncJob.ofRows(rows);
    }

    int rows() {
        return rows;
    }

    @Override
    public String name() {
        return "scale-" + rows;
    }

    @Override
    public String work() {
        return sync.work();
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
        return Scale.AIM;
    }

    @Override
    public Repetitions repetitions(Size size) {
        // a small one shows that a process can do it twice
        return size == Size.FULL ? repetitions : new Repetitions(1, 1, 1);
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
        sync.check(folder);
    }

    @Override
    public List<Contestant> contestants() {
        return sync.contestants().subList(0, 1);
    }
}
