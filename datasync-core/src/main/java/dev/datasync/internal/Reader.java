package dev.datasync.internal;

import dev.datasync.run.Stage;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Reads one side on a thread of its own. */
final class Reader<S> implements Runnable {

    private final RunState state;
    private final Stage stage;
    private final String plan;
    private final Source<S> source;
    private final List<String> order;
    private final Optional<String> watermark;
    private final Flow flow;
    private final Thread thread;
    private volatile String method = "";
    private volatile boolean done;
    private @Nullable Completion completion;
    private Duration duration = Duration.ZERO;
    private OptionalLong total = OptionalLong.empty();
    private long read;

    Reader(
            RunState state,
            Settings<?> settings,
            Stage stage,
            Source<S> source,
            List<String> order,
            Optional<String> watermark,
            Flow flow) {
        this.state = state;
        this.stage = stage;
        this.plan = settings.name();
        this.source = source;
        this.order = order;
        this.watermark = watermark;
        this.flow = flow;
        this.thread = settings.threads(stage == Stage.READ_SOURCE ? "source" : "target")
                .newThread(this);
    }

    void start() {
        thread.start();
    }

    boolean isDone() {
        return done;
    }

    @Nullable
    Completion completion() {
        return completion;
    }

    Duration duration() {
        return duration;
    }

    long read() {
        return read;
    }

    /** Returns how the source says that it reads, or an empty text. */
    String method() {
        return method;
    }

    @Override
    public void run() {
        long began = System.nanoTime();
        Scope scope = state.openScope();
        try {
            state.checkStopped();
            total = source.estimatedSize();
            Completion end = source.read(new Counting(), new Context(scope));
            scope.close();
            if (end == null) {
                throw new StageFailure("E-READ", stage, source.name() + " returned no Completion from read(...)", null);
            }
            state.checkStopped();
            completion = end;
            flow.end();
            duration = Duration.ofNanos(System.nanoTime() - began);
            state.progress(stage, read, total);
        } catch (CancellationException e) {
            if (!state.isStopped()) {
                // nobody cancelled the run: the source ended for a reason of its own
                state.fail(failed(e));
            }
        } catch (StageFailure | SpillException | PlanProblems e) {
            state.fail(e);
        } catch (Exception e) {
            state.fail(failed(e));
        } catch (Error e) {
            state.fail(e);
        } finally {
            // this much must happen even when the memory is exhausted, or the run would wait for ever
            done = true;
            state.signal();
            scope.close();
        }
    }

    private StageFailure failed(Exception e) {
        String code = e instanceof ReadException known ? known.code() : "E-READ";
        String message = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
        String where = e instanceof ReadException ? "" : " (" + e.getClass().getSimpleName() + ")";
        return new StageFailure(
                code,
                stage,
                "reading " + source.name() + " failed" + where + ": " + message + "; nothing was written",
                e);
    }

    /** Waits for the thread to end, up to a time in nanoseconds, for ever when it is 0. */
    void join(long nanos) throws InterruptedException {
        if (nanos == 0) {
            thread.join();
        } else {
            thread.join(Math.max(1, nanos / 1_000_000));
        }
    }

    /** Tells whether the thread was started and has not ended. */
    boolean isAlive() {
        return thread.isAlive();
    }

    void interrupt() {
        thread.interrupt();
    }

    private final class Counting implements Receiver<S> {

        @Override
        public void accept(S item) {
            accept(item, read + 1);
        }

        @Override
        public void accept(S item, long position) {
            state.checkStopped();
            read++;
            if (item == null) {
                flow.reject(position, source.name() + " delivered null instead of a record");
                return;
            }
            try {
                flow.accept(item, position);
            } catch (CancellationException e) {
                throw e;
            } catch (StageFailure | SpillException | PlanProblems | Error e) {
                // told at once, because a source may wrap or swallow what comes out of its receiver
                state.fail(e);
                throw e;
            } catch (RuntimeException e) {
                state.fail(failed(e));
                throw e;
            }
            if (read % Settings.STANDARD_BATCH_SIZE == 0) {
                state.progress(stage, read, total);
            }
        }

        @Override
        public void reject(long position, String reason) {
            state.checkStopped();
            read++;
            try {
                flow.reject(position, reason);
            } catch (StageFailure e) {
                state.fail(e);
                throw e;
            }
        }
    }

    private final class Context implements ReadContext {

        private final Scope scope;

        Context(Scope scope) {
            this.scope = scope;
        }

        @Override
        public String plan() {
            return plan;
        }

        @Override
        public List<String> order() {
            return order;
        }

        @Override
        public Optional<String> watermark() {
            return watermark;
        }

        @Override
        public void warn(String message) {
            state.warn(message);
        }

        @Override
        public void method(String text) {
            method = text;
        }

        @Override
        public boolean isCancelled() {
            return state.isStopped();
        }

        @Override
        public void onCancel(Cancellation action) {
            scope.register(action);
        }
    }
}
