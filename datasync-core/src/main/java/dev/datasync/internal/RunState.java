package dev.datasync.internal;

import dev.datasync.change.Limit;
import dev.datasync.run.Progress;
import dev.datasync.run.Rejection;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the threads of one run share: whether it goes on, what was rejected, who listens. */
final class RunState {

    private static final Logger LOG = LoggerFactory.getLogger("dev.datasync");

    private final Settings<?> settings;
    private final List<Scope> scopes = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private final Object listening = new Object();
    private long rejected;
    private volatile boolean stopped;
    private volatile boolean cancelled;
    private @Nullable Throwable failure;

    RunState(Settings<?> settings) {
        this.settings = settings;
    }

    // ---------------------------------------------------------------- going on or not

    boolean isStopped() {
        return stopped;
    }

    boolean isCancelled() {
        return cancelled;
    }

    void checkStopped() {
        if (stopped) {
            throw new CancellationException("the run was stopped");
        }
    }

    void cancel() {
        synchronized (this) {
            if (!stopped) {
                cancelled = true;
            }
        }
        stop();
    }

    /** Ends the run because of a failure; only the first counts. */
    void fail(Throwable cause) {
        synchronized (this) {
            if (!stopped) {
                failure = cause;
            } else if (failure != null && !(cause instanceof CancellationException) && !isCausedBy(cause, failure)) {
                failure.addSuppressed(cause);
            }
        }
        stop();
    }

    /** A source may wrap what came out of its receiver and throw it again, which tells nothing new. */
    private static boolean isCausedBy(Throwable late, Throwable first) {
        for (Throwable cause = late; cause != null; cause = cause.getCause()) {
            if (cause == first) {
                return true;
            }
        }
        return false;
    }

    synchronized @Nullable Throwable failure() {
        return failure;
    }

    private void stop() {
        List<Scope> open;
        synchronized (this) {
            if (stopped) {
                return;
            }
            stopped = true;
            open = List.copyOf(scopes);
            notifyAll();
        }
        if (!open.isEmpty()) {
            // on a thread of its own: a cancellation may take its time, for example to reach a database
            Thread thread = settings.threads().newThread(() -> open.forEach(Scope::cancel));
            thread.start();
        }
    }

    Scope openScope() {
        Scope scope = new Scope();
        boolean late;
        synchronized (this) {
            scopes.add(scope);
            late = stopped;
        }
        if (late) {
            scope.cancel();
        }
        return scope;
    }

    synchronized void signal() {
        notifyAll();
    }

    /** Waits until all readers have ended or the run is stopped. */
    synchronized void await(List<Reader<?>> readers) throws InterruptedException {
        while (!stopped && !readers.stream().allMatch(Reader::isDone)) {
            wait();
        }
    }

    // ---------------------------------------------------------------- rejections

    void reject(Rejection rejection) {
        synchronized (rejections) {
            rejected++;
            if (rejections.size() < SyncReport.MOST_SHOWN) {
                rejections.add(rejection);
            }
        }
        tell(listener -> listener.rejected(rejection));
        Limit limit = settings.failurePolicy().limit();
        boolean isHopeless = limit.percent() == 0 && rejected() > limit.records();
        if (isHopeless) {
            throw tooManyRejections(rejection.stage());
        }
    }

    long rejected() {
        synchronized (rejections) {
            return rejected;
        }
    }

    List<Rejection> rejections() {
        synchronized (rejections) {
            return List.copyOf(rejections);
        }
    }

    /** Fails unless the rejections so far are within the limit, of so many records read. */
    void checkRejections(Stage stage, long read) {
        if (!settings.failurePolicy().limit().allows(rejected(), read)) {
            throw tooManyRejections(stage);
        }
    }

    private StageFailure tooManyRejections(Stage stage) {
        Rejection first = rejections().get(0);
        String message = settings.failurePolicy().isFailFast()
                ? first.location() + first.key().map(key -> " (" + key + ")").orElse("") + ": " + first.reason()
                        + ". Correct it, or let the run skip such records with"
                        + " onFailure(FailurePolicy.skipUpTo(...)); nothing was written"
                : rejected() + " records were rejected, and the limit is "
                        + settings.failurePolicy().limit() + "; the first: " + first + ". Nothing was written";
        return new StageFailure("E-REJECTED", stage, message, null);
    }

    // ---------------------------------------------------------------- listeners

    void progress(Stage stage, long records, OptionalLong total) {
        tell(listener -> listener.progressed(new Progress(settings.name(), stage, records, total)));
    }

    /** Tells all listeners, one call at a time; what one throws changes nothing. */
    void tell(Consumer<SyncListener> event) {
        if (settings.listeners().isEmpty()) {
            return;
        }
        synchronized (listening) {
            for (SyncListener listener : settings.listeners()) {
                try {
                    event.accept(listener);
                } catch (RuntimeException | Error e) {
                    LOG.warn("a listener of plan '{}' failed, which changes nothing", settings.name(), Redacted.of(e));
                }
            }
        }
    }
}
