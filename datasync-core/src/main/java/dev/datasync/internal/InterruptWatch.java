package dev.datasync.internal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Notices that a thread was interrupted while it is blocked in a call that does not care, such as a JDBC statement, so
 * that the call can be ended in another way.
 */
final class InterruptWatch implements AutoCloseable {

    private static final long MILLIS_BETWEEN_LOOKS = 50;

    private final Thread watched;
    private final Runnable onInterrupt;
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean isHeld;

    InterruptWatch(Thread watched, Runnable onInterrupt) {
        this.watched = watched;
        this.onInterrupt = onInterrupt;
    }

    void start(ThreadFactory threads) {
        threads.newThread(this::watch).start();
    }

    private void watch() {
        try {
            while (!over.await(MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS)) {
                if (notices()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // this thread's end, and nobody waits for it
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean notices() {
        if (isHeld || !watched.isInterrupted()) {
            return false;
        }
        onInterrupt.run();
        return true;
    }

    /** Notices nothing until {@link #release()}. */
    synchronized void hold() {
        isHeld = true;
    }

    synchronized void release() {
        isHeld = false;
    }

    @Override
    public void close() {
        over.countDown();
    }
}
