package dev.datasync.http;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A time that passes only when somebody pauses, at once; notes the pauses. Safe for use by several threads. */
final class FakeTiming implements Timing {

    private final List<Duration> pauses = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private long nanos = 1_000_000_000L;

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public void pause(long wait) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (wait > 0) {
            synchronized (this) {
                pauses.add(Duration.ofNanos(wait));
            }
            pass(Duration.ofNanos(wait));
        }
    }

    /** Lets time pass. */
    synchronized void pass(Duration time) {
        nanos += time.toNanos();
        now = now.plus(time);
    }

    /** Returns the pauses so far, the oldest first. */
    synchronized List<Duration> pauses() {
        return List.copyOf(pauses);
    }
}
