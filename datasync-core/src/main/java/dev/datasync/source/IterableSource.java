package dev.datasync.source;

import java.util.concurrent.Callable;

/** Reads anything iterable. */
final class IterableSource<T> implements Source<T> {

    private final Callable<? extends Iterable<? extends T>> records;

    IterableSource(Callable<? extends Iterable<? extends T>> records) {
        this.records = records;
    }

    @Override
    @SuppressWarnings("try") // the resource is there to be closed
    public Completion read(Receiver<? super T> receiver, ReadContext context) throws Exception {
        Iterable<? extends T> iterable = records.call();
        try (AutoCloseable closing = iterable instanceof AutoCloseable closeable ? closeable : () -> {}) {
            for (T item : iterable) {
                receiver.accept(item);
            }
        }
        return Completion.complete();
    }
}
