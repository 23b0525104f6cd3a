package dev.datasync.jdbc;

import dev.datasync.row.Row;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads an incremental source again and again, each time from the watermark of the time before. */
final class IncrementalReading implements Receiver<Row>, ReadContext {

    /** The numbers of all rows that were ever read. */
    final Set<Long> seen = new LinkedHashSet<>();

    final List<String> warnings = new ArrayList<>();

    /** The numbers of the rows that were read last. */
    List<Long> last = List.of();

    String watermark;

    IncrementalReading read(Source<Row> source) throws Exception {
        last = new ArrayList<>();
        Completion completion = source.read(this, this);
        Optional<String> end = ((Completion.Complete) completion).watermark();
        end.ifPresent(text -> watermark = text);
        seen.addAll(last);
        return this;
    }

    @Override
    public void accept(Row row) {
        last.add(row.integer("id"));
    }

    @Override
    public void accept(Row row, long position) {
        accept(row);
    }

    @Override
    public void reject(long position, String reason) {
        throw new AssertionError(reason);
    }

    @Override
    public String plan() {
        return "test";
    }

    @Override
    public List<String> order() {
        return List.of();
    }

    @Override
    public Optional<String> watermark() {
        return Optional.ofNullable(watermark);
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void onCancel(Cancellation action) {}
}
