package dev.datasync.internal;

import dev.datasync.change.Limit;
import dev.datasync.run.Progress;
import dev.datasync.run.Rejection;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the threads of one run share: whether it goes on, what was rejected, who listens. */
final class RunState {

    private static final Logger LOG = LoggerFactory.getLogger("dev.datasync");

    private static final long MILLIS_BETWEEN_LOOKS = 100;

    /** How long a stopped run waits for a listener that does not return. */
    private static final int LOOKS_FOR_A_LISTENER = 3;

    /** Chains of causes may be circular. */
    private static final int DEEPEST_CAUSE = 100;

    private final Settings<?> settings;
    private final List<Scope> scopes = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();

    /** Each only once, in the order in which they came. */
    private final Set<String> warnings = new LinkedHashSet<>();

    private final ReentrantLock listening = new ReentrantLock();
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
        Throwable cause = late;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (cause == first) {
                return true;
            }
            cause = cause.getCause();
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
            // first of all, for what follows may fail when the memory is exhausted
            notifyAll();
            open = List.copyOf(scopes);
        }
        if (!open.isEmpty()) {
            try {
                // on a thread of its own: a cancellation may take its time, for example to reach a database
                Thread thread = settings.threads().newThread(() -> open.forEach(Scope::cancel));
                thread.start();
            } catch (RuntimeException | Error e) {
                LOG.warn("plan '{}' cannot start the thread that ends blocked calls", settings.name(), e);
            }
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

    /**
     * Waits until all readers have ended or the run is stopped.
     *
     * @param meanwhile what to do in between, again and again
     */
    void await(List<Reader<?>> readers, Runnable meanwhile) throws InterruptedException {
        while (true) {
            synchronized (this) {
                if (stopped || readers.stream().allMatch(Reader::isDone)) {
                    return;
                }
                // not without end: a thread that dies of exhausted memory may not get to tell
                wait(MILLIS_BETWEEN_LOOKS);
            }
            meanwhile.run();
        }
    }

    /** Waits, unless and until the run is stopped. */
    synchronized void pause(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !stopped; left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, TimeUnit.HOURS.toNanos(1)));
        }
    }

    // ---------------------------------------------------------------- warnings

    void warn(String message) {
        synchronized (warnings) {
            if (warnings.size() < SyncReport.MOST_SHOWN) {
                warnings.add(message);
            }
        }
        LOG.warn("plan '{}': {}", settings.name(), message);
    }

    List<String> warnings() {
        synchronized (warnings) {
            return List.copyOf(warnings);
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
        if (!mayTell()) {
            LOG.warn("a listener of plan '{}' does not return, so it misses an event", settings.name());
            return;
        }
        try {
            for (SyncListener listener : settings.listeners()) {
                try {
                    event.accept(listener);
                } catch (RuntimeException | Error e) {
                    LOG.warn("a listener of plan '{}' failed, which changes nothing", settings.name(), Redacted.of(e));
                }
            }
        } finally {
            listening.unlock();
        }
    }

    /** Waits for its turn; a stopped run does not wait for long, or a listener that blocks could keep it from ending. */
    private boolean mayTell() {
        boolean wasInterrupted = false;
        try {
            int looks = 0;
            while (true) {
                try {
                    if (listening.tryLock(MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS)) {
                        return true;
                    }
                } catch (InterruptedException e) {
                    wasInterrupted = true;
                }
                if (stopped && ++looks >= LOOKS_FOR_A_LISTENER) {
                    return false;
                }
            }
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
