package dev.datasync.http;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The time, and how it is waited for, so that tests need not wait. Safe for use by several threads. */
interface Timing {

    /** The time of this machine. */
    Timing SYSTEM = new Timing() {

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void pause(long nanos) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(nanos);
        }
    };

    /** Returns a time that only goes forward, for differences. */
    long nanos();

    /** Returns the time of day, which may be set back. */
    Instant now();

    /**
     * Waits.
     *
     * @param nanos how long; nothing happens when it is not positive, except that an interrupt is noticed
     * @throws InterruptedException when the thread is interrupted
     */
    void pause(long nanos) throws InterruptedException;
}
