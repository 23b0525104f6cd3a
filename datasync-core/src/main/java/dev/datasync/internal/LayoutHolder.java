package dev.datasync.internal;

import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.PlanException;
import dev.datasync.sink.Sink;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The layout of a run, which is known from the start when the target knows its fields, and else from the first record.
 * Safe for use by several threads.
 */
final class LayoutHolder {

    private final Settings<?> settings;
    private final Sink<Row> sink;
    private final RunState state;
    private @Nullable Layout layout;
    private boolean nothingIncoming;

    LayoutHolder(Settings<?> settings, Sink<Row> sink, RunState state) {
        this.settings = settings;
        this.sink = sink;
        this.state = state;
    }

    /** Makes the layout; throws {@link PlanProblems} for the mistakes that the fields reveal. */
    synchronized Layout make(Schema stored) {
        Problems problems = new Problems();
        Layout made = make(settings, stored, problems);
        if (!problems.isEmpty()) {
            throw new PlanProblems(new PlanException(settings.name(), problems.list()));
        }
        layout = made;
        notifyAll();
        return made;
    }

    static <T> Layout make(Settings<T> settings, Schema stored, Problems problems) {
        RecordType<T> type = settings.sink().recordType();
        return Layout.of(stored, settings.matcher(), settings.deletes(), type, problems);
    }

    synchronized @Nullable Layout known() {
        return layout;
    }

    synchronized void use(Layout known) {
        layout = known;
    }

    /** Returns the layout, made of the first record's fields where the target has none. */
    synchronized Layout forIncoming(Schema incoming) {
        return layout != null ? layout : make(stored(incoming));
    }

    private Schema stored(Schema incoming) {
        try {
            return sink.schemaFor(incoming, settings.matcher().targetFields());
        } catch (Exception e) {
            throw Comparer.unusable("E-TARGET", sink.name(), e);
        }
    }

    synchronized void noMoreIncoming() {
        nothingIncoming = true;
        notifyAll();
    }

    /** Returns the layout for a record of the target, which waits for the source to bring its fields first. */
    synchronized Layout forExisting(Schema existing) {
        while (layout == null && !nothingIncoming) {
            state.checkStopped();
            try {
                wait(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            }
        }
        return layout != null ? layout : make(existing);
    }
}
