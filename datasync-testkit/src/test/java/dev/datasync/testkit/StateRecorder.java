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
import dev.datasync.source.Completion;
import dev.datasync.source.Pool;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import dev.datasync.state.RunLock;
import dev.datasync.state.WatermarkStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A source, a target, a watermark store and a lock that write down in which order they are called. */
final class StateRecorder implements WatermarkStore, RunLock {

    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger renewals = new AtomicInteger();
    final CountDownLatch renewed = new CountDownLatch(3);
    volatile String saved;
    volatile String failingCall = "";
    volatile boolean takesParts = true;
    volatile boolean isHeldByAnother;
    volatile boolean isLost;
    volatile Duration duration = Duration.ofMinutes(10);
    volatile Pool pool;
    volatile TransactionPart onRenewal = () -> {};

    @Override
    public String name() {
        return "recorded state";
    }

    private void call(String name) throws IOException {
        calls.add(name);
        if (name.equals(failingCall)) {
            throw new IOException("no answer");
        }
    }

    // ---------------------------------------------------------------- the store

    @Override
    public Optional<String> load(String plan) throws IOException {
        call("load");
        return Optional.ofNullable(saved);
    }

    @Override
    public void save(String plan, String watermark) throws IOException {
        call("save");
        saved = watermark;
    }

    // ---------------------------------------------------------------- the lock

    @Override
    public Optional<Lease> acquire(String plan) throws IOException {
        call("acquire");
        return isHeldByAnother ? Optional.empty() : Optional.of(new Held());
    }

    @Override
    public Optional<Pool> pool() {
        return Optional.ofNullable(pool);
    }

    private final class Held implements Lease {

        @Override
        public Duration duration() {
            return duration;
        }

        @Override
        public boolean renew() throws Exception {
            onRenewal.execute();
            renewals.incrementAndGet();
            renewed.countDown();
            if (failingCall.equals("renew")) {
                throw new IOException("no answer");
            }
            return !isLost;
        }

        @Override
        public TransactionPart proof() {
            return () -> {
                call("proof");
                if (isLost) {
                    throw new IOException("somebody else holds it");
                }
            };
        }

        @Override
        public void release() throws IOException {
            call("release");
        }
    }

    // ---------------------------------------------------------------- the two sides

    /** Returns an incremental source that returns a watermark. */
    Source<Row> source(Source<Row> rows, String watermark) {
        return new Source<>() {
            @Override
            public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
                call("read from " + context.watermark().orElse("the beginning"));
                Completion completion = rows.read(receiver, context);
                return completion instanceof Completion.Complete ? Completion.completeUpTo(watermark) : completion;
            }

            @Override
            public Optional<Schema> schema() throws Exception {
                return rows.schema();
            }

            @Override
            public boolean isIncremental() {
                return true;
            }
        };
    }

    /** Returns a target that takes parts into its transaction, or does not. */
    Sink<Row> sink(InMemorySink sink) {
        return new Sink<>() {
            @Override
            public RecordType<Row> recordType() {
                return sink.recordType();
            }

            @Override
            public Optional<Schema> storedSchema() {
                return sink.storedSchema();
            }

            @Override
            public Source<Row> existing() {
                return sink;
            }

            @Override
            public boolean canCommitInParts() {
                return true;
            }

            @Override
            public ChangeWriter<Row> open(WriteContext context) throws Exception {
                return new Writer(sink, context);
            }
        };
    }

    @SuppressWarnings("try") // a writer may throw anything when it is closed
    private final class Writer implements ChangeWriter<Row> {

        private final InMemorySink sink;
        private final WriteContext context;
        private ChangeWriter<Row> writer;

        Writer(InMemorySink sink, WriteContext context) {
            this.sink = sink;
            this.context = context;
            this.writer = sink.open(context);
        }

        @Override
        public List<Outcome> write(List<Change<Row>> batch) throws Exception {
            call("write");
            return writer.write(batch);
        }

        @Override
        public boolean include(TransactionPart part) throws Exception {
            if (!takesParts) {
                return false;
            }
            calls.add("include");
            part.execute();
            return true;
        }

        @Override
        public void commit() throws Exception {
            call("commit");
            writer.commit();
            writer.close();
            writer = sink.open(context);
        }

        @Override
        public void close() throws Exception {
            calls.add("close");
            writer.close();
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
    }
}
