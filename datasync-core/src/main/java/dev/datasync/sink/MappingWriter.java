package dev.datasync.sink;

import dev.datasync.change.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Writes changes of one type of record to a writer of another. */
@SuppressWarnings("try") // as in ChangeWriter
final class MappingWriter<S, T> implements ChangeWriter<S> {

    private final ChangeWriter<T> writer;
    private final Function<? super S, ? extends T> type;

    MappingWriter(ChangeWriter<T> writer, Function<? super S, ? extends T> type) {
        this.writer = writer;
        this.type = type;
    }

    @Override
    public List<Outcome> write(List<Change<S>> batch) throws Exception {
        List<Change<T>> mapped = new ArrayList<>(batch.size());
        for (Change<S> change : batch) {
            mapped.add(Changes.map(change, type));
        }
        return writer.write(mapped);
    }

    @Override
    public void commit() throws Exception {
        writer.commit();
    }

    @Override
    public void close() throws Exception {
        writer.close();
    }

    @Override
    public boolean undoesOnClose() {
        return writer.undoesOnClose();
    }

    @Override
    public boolean appliesAtOnce() {
        return writer.appliesAtOnce();
    }

    @Override
    public boolean include(TransactionPart part) throws Exception {
        return writer.include(part);
    }

    @Override
    public boolean canCommitNow() {
        return writer.canCommitNow();
    }

    @Override
    public int batchSize() {
        return writer.batchSize();
    }

    @Override
    public String method() {
        return writer.method();
    }
}
