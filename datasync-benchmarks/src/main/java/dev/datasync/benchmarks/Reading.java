package dev.datasync.benchmarks;

import dev.datasync.row.Row;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.util.List;

/** Reads a source to its end and counts what is not null, as the engine would read it. */
final class Reading implements Receiver<Row>, ReadContext {

    private long values;

    static long valuesOf(Source<Row> source) throws Exception {
        Reading reading = new Reading();
        Completion completion = source.read(reading, reading);
        if (!(completion instanceof Completion.Complete)) {
            throw new IllegalStateException("the reading is not complete");
        }
        return reading.values;
    }

    @Override
    public void accept(Row row) {
        for (int i = 0; i < row.schema().size(); i++) {
            if (row.value(i) != null) {
                values++;
            }
        }
    }

    @Override
    public void accept(Row row, long position) {
        accept(row);
    }

    @Override
    public void reject(long position, String reason) {
        throw new IllegalStateException("record " + position + ": " + reason);
    }

    @Override
    public String plan() {
        return "benchmark";
    }

    @Override
    public List<String> order() {
        return List.of();
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void onCancel(Cancellation action) {}
}
