package dev.datasync.jdbc;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Ends a blocked call from another thread. */
final class Blocked {

    private static final Duration LONG = Duration.ofMinutes(2);

    private Blocked() {}

    /** An action that may throw anything. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /** Starts a call, waits until it is blocked, ends it, and returns what it threw. */
    static Throwable during(Action call, Callable<Boolean> isBlocked, Action end) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> future = thread.submit(() -> {
                call.run();
                return null;
            });
            long deadline = System.nanoTime() + LONG.toNanos();
            while (!isBlocked.call()) {
                if (future.isDone() || System.nanoTime() > deadline) {
                    break;
                }
                Thread.onSpinWait();
            }
            if (!future.isDone()) {
                end.run();
            }
            future.get(LONG.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("the call was not blocked");
        } catch (ExecutionException e) {
            return e.getCause();
        } finally {
            thread.shutdownNow();
        }
    }
}
