package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/** Makes threads and remembers them, so that a test can tell that none is left. */
final class RecordedThreads implements ThreadFactory {

    private static final long MILLIS = 5_000;

    private final List<Thread> made = new ArrayList<>();

    @Override
    public synchronized Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "datasync-test");
        thread.setDaemon(true);
        made.add(thread);
        return thread;
    }

    synchronized List<Thread> made() {
        return List.copyOf(made);
    }

    /** Waits for every thread to end, and fails for one that does not. */
    void assertEnded() {
        boolean interrupted = Thread.interrupted();
        for (Thread thread : made()) {
            try {
                thread.join(MILLIS);
            } catch (InterruptedException e) {
                throw new AssertionError("the test was interrupted", e);
            }
            assertThat(thread.isAlive()).as("%s is alive still", thread).isFalse();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
