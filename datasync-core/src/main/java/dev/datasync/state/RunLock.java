package dev.datasync.state;

import dev.datasync.sink.TransactionPart;
import dev.datasync.source.Pool;
import java.time.Duration;
import java.util.Optional;

/**
 * Lets at most one run of a plan write at a time, also across processes. Safe for use by several threads.
 *
 * <p>A lock is a lease: it ends by itself when its holder dies. So that a holder that was only asleep cannot write after
 * somebody else has taken over, a target in the same database checks the lease in its own transaction
 * ({@link Lease#proof}).
 */
public interface RunLock {

    /**
     * Takes the lock, if it is free.
     *
     * @param plan the plan's name
     * @return the lease, or empty when another run holds it
     * @throws Exception when that cannot be told; the run then fails before it reads
     */
    Optional<Lease> acquire(String plan) throws Exception;

    /**
     * Returns the pool of which a renewal takes one while the run reads or writes.
     *
     * @return the pool, or empty when renewals need nothing of which there is a limited number
     */
    default Optional<Pool> pool() {
        return Optional.empty();
    }

    /**
     * Returns a name for messages.
     *
     * @return for example {@code table datasync_locks}; no secrets
     */
    default String name() {
        return "run lock";
    }

    /** A lock that is held. Safe for use by several threads. */
    interface Lease {

        /**
         * Returns how long the lease lasts when it is not renewed. The engine renews it after each third of that.
         *
         * @return the time
         */
        Duration duration();

        /**
         * Makes the lease last its duration from now on.
         *
         * @return whether it was still held; {@code false} ends the run
         * @throws Exception when that cannot be told; the engine tries again until the lease must have ended
         */
        boolean renew() throws Exception;

        /**
         * Returns the proof that the lease is still held, which throws when it is not.
         *
         * @return the part; executed before every commit, in the target's own transaction where that is possible
         */
        TransactionPart proof();

        /**
         * Gives the lock back.
         *
         * @throws Exception when that fails; the lease then ends by itself
         */
        void release() throws Exception;
    }
}
