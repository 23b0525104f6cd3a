package dev.datasync.testkit;

import dev.datasync.change.Change;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.TransactionPart;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Source;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A sink that does what another one does, and fails where it is told to. A fault after {@code sink.open} closes the
 * writer that was opened, as a sink does that fails half-way. Safe for use by several threads.
 *
 * @param <T> the type of the records
 */
public final class FaultySink<T> implements Sink<T> {

    private final Sink<T> sink;
    private final Faults faults;
    private final String prefix;

    private FaultySink(Sink<T> sink, Faults faults, String prefix) {
        this.sink = sink;
        this.faults = faults;
        this.prefix = prefix;
    }

    /**
     * Returns a sink with faults, whose calls are named {@code sink.write#1} and the like.
     *
     * @param sink the sink that does the work
     * @param faults where it fails
     * @param <T> the type of the records
     * @return the sink
     */
    public static <T> FaultySink<T> of(Sink<T> sink, Faults faults) {
        return named("sink", sink, faults);
    }

    /**
     * Returns a sink with faults, for tests of several plans.
     *
     * @param name how its calls are named: {@code orders} for {@code orders.write#1} and the like
     * @param sink the sink that does the work
     * @param faults where it fails
     * @param <T> the type of the records
     * @return the sink
     */
    public static <T> FaultySink<T> named(String name, Sink<T> sink, Faults faults) {
        return new FaultySink<>(sink, faults, name + ".");
    }

    @Override
    public RecordType<T> recordType() {
        return sink.recordType();
    }

    @Override
    public Optional<Schema> storedSchema() throws Exception {
        return faults.call(prefix + "schema", sink::storedSchema);
    }

    @Override
    public Schema schemaFor(Schema incoming, List<String> keyFields) throws Exception {
        return faults.call(prefix + "schemaFor", () -> sink.schemaFor(incoming, keyFields));
    }

    @Override
    public Source<T> existing() {
        return faults.uncheckedCall(prefix + "existing", () -> new FaultySource<>(sink.existing(), faults, prefix));
    }

    @Override
    public ChangeWriter<T> open(WriteContext context) throws Exception {
        return opened("open", () -> Optional.of(sink.open(context))).orElseThrow();
    }

    @Override
    public Optional<ChangeWriter<T>> openAhead(WriteContext context) throws Exception {
        return opened("openAhead", () -> sink.openAhead(context));
    }

    @Override
    public boolean canCommitInParts() {
        return sink.canCommitInParts();
    }

    @Override
    public boolean refersTo(Sink<?> other) throws Exception {
        Sink<?> known = other instanceof FaultySink<?> faulty ? faulty.sink : other;
        return faults.call(prefix + "refersTo", () -> sink.refersTo(known));
    }

    @Override
    public String name() {
        return sink.name();
    }

    @Override
    public Sink<Row> rows() {
        return new FaultySink<>(sink.rows(), faults, prefix);
    }

    /** Opens a writer, and closes it when a fault comes right after. */
    private Optional<ChangeWriter<T>> opened(String call, Callable<Optional<ChangeWriter<T>>> opening)
            throws Exception {
        AtomicReference<@Nullable ChangeWriter<T>> opened = new AtomicReference<>();
        try {
            return faults.call(prefix + call, () -> {
                        Optional<ChangeWriter<T>> made = opening.call();
                        opened.set(made.orElse(null));
                        return made;
                    })
                    .map(writer -> new Writer<>(writer, faults, prefix));
        } catch (Exception | Error e) {
            closeAfter(e, opened.get());
            throw e;
        }
    }

    private static void closeAfter(Throwable fault, @Nullable ChangeWriter<?> opened) {
        if (opened != null) {
            try {
                opened.close();
            } catch (Exception e) {
                fault.addSuppressed(e);
            }
        }
    }

    @SuppressWarnings("try") // as in ChangeWriter
    private static final class Writer<T> implements ChangeWriter<T> {

        private final ChangeWriter<T> writer;
        private final Faults faults;
        private final String prefix;
        private long written;
        private long committed;

        Writer(ChangeWriter<T> writer, Faults faults, String prefix) {
            this.writer = writer;
            this.faults = faults;
            this.prefix = prefix;
        }

        @Override
        public List<Outcome> write(List<Change<T>> batch) throws Exception {
            written++;
            return faults.call(prefix + "write#" + written, () -> writer.write(batch));
        }

        @Override
        public void commit() throws Exception {
            committed++;
            // most writers commit once
            faults.call(prefix + (committed == 1 ? "commit" : "commit#" + committed), () -> {
                writer.commit();
                return true;
            });
        }

        @Override
        public void close() throws Exception {
            faults.call(prefix + "close", () -> {
                writer.close();
                return true;
            });
        }

        @Override
        public boolean include(TransactionPart part) throws Exception {
            return faults.call(prefix + "include", () -> writer.include(part));
        }

        @Override
        public int batchSize() {
            return writer.batchSize();
        }

        @Override
        public boolean canCommitNow() {
            return writer.canCommitNow();
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
        public String method() {
            return writer.method();
        }
    }
}
