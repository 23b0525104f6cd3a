package dev.datasync.jdbc;

import dev.datasync.row.Row;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** Reads a source as the engine does, and keeps what it delivers. */
final class Reading<T> implements Receiver<T>, ReadContext {

    final List<T> records = new ArrayList<>();
    final List<String> rejected = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    String method = "";
    private final List<String> order;
    private volatile boolean cancelled;
    private volatile Cancellation cancellation;

    private final Consumer<? super T> each;

    private Reading(List<String> order, Consumer<? super T> each) {
        this.order = order;
        this.each = each;
    }

    /** Returns a reading that does something with each record before it is kept. */
    static <T> Reading<T> each(Consumer<? super T> action) {
        return new Reading<>(List.of(), action);
    }

    static <T> Reading<T> of(Source<T> source, String... order) throws Exception {
        Reading<T> reading = ordered(order);
        reading.read(source);
        return reading;
    }

    static <T> Reading<T> ordered(String... order) {
        return new Reading<>(List.of(order), item -> {});
    }

    static List<Row> rows(Source<Row> source, String... order) throws Exception {
        return of(source, order).records;
    }

    void read(Source<T> source) throws Exception {
        Completion completion = source.read(this, this);
        if (!completion.equals(Completion.complete())) {
            throw new AssertionError(completion);
        }
    }

    void cancel() throws Exception {
        cancelled = true;
        cancellation.cancel();
    }

    @Override
    public void accept(T item) {
        accept(item, records.size() + rejected.size() + 1);
    }

    @Override
    public void accept(T item, long position) {
        if (cancelled) {
            throw new CancellationException();
        }
        if (position != records.size() + rejected.size() + 1) {
            throw new AssertionError("position " + position);
        }
        each.accept(item);
        records.add(item);
    }

    @Override
    public void reject(long position, String reason) {
        rejected.add(position + ": " + reason);
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }

    @Override
    public void method(String text) {
        method = text;
    }

    @Override
    public String plan() {
        return "test";
    }

    @Override
    public List<String> order() {
        return order;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void onCancel(Cancellation action) {
        cancellation = action;
    }
}
