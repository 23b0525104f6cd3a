package dev.datasync.internal;

import dev.datasync.run.Stage;
import dev.datasync.sink.TransactionPart;
import dev.datasync.source.ReadException;
import dev.datasync.state.RunLock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lock that a run holds: renewed by a thread of its own as long as the run goes on, given back at its end. */
final class HeldLock implements AutoCloseable {

    /** The stable code of a lock that the run lost. */
    static final String LOST = "E-LOCK-LOST";

    private static final Logger LOG = LoggerFactory.getLogger("dev.datasync");

    /** A lease is renewed after each third of it, and when that fails after each twelfth. */
    private static final int THIRD = 3;

    private static final int TWELFTH = 12;

    /** How long the end of a run waits for a renewal that is under way. */
    private static final long MILLIS_FOR_RENEWAL = 250;

    private final Settings<?> settings;
    private final RunState state;
    private final Supplier<Stage> stage;
    private final RunLock lock;
    private final RunLock.Lease lease;

    /** When the lease began for certain: before it was asked for. */
    private volatile long heldSince;

    private boolean closed;
    private @Nullable Thread renewer;

    private HeldLock(
            Settings<?> settings,
            RunState state,
            Supplier<Stage> stage,
            RunLock lock,
            RunLock.Lease lease,
            long heldSince) {
        this.settings = settings;
        this.state = state;
        this.stage = stage;
        this.lock = lock;
        this.lease = lease;
        this.heldSince = heldSince;
    }

    /**
     * Takes the lock.
     *
     * @param stage tells how far the run is, for a failure
     * @return the lock, or empty when another run holds it
     */
    static Optional<HeldLock> take(Settings<?> settings, RunLock lock, RunState state, Supplier<Stage> stage)
            throws InterruptedException {
        long began = System.nanoTime();
        Optional<RunLock.Lease> lease;
        try {
            lease = lock.acquire(settings.name());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new StageFailure(
                    e instanceof ReadException known ? known.code() : "E-LOCK",
                    Stage.VALIDATE,
                    "the lock cannot be taken (" + lock.name() + "): " + message(e) + "; nothing was read",
                    e);
        }
        if (lease.isEmpty()) {
            return Optional.empty();
        }
        HeldLock held = new HeldLock(settings, state, stage, lock, lease.get(), began);
        try {
            held.startRenewing();
        } catch (RuntimeException | Error e) {
            held.close();
            throw e;
        }
        return Optional.of(held);
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage();
    }

    private synchronized void startRenewing() {
        Thread thread = settings.threads("lock").newThread(this::renewAgainAndAgain);
        thread.start();
        renewer = thread;
    }

    private void renewAgainAndAgain() {
        long duration = lease.duration().toNanos();
        long pause = duration / THIRD;
        try {
            while (isOpenAfter(pause)) {
                long asked = System.nanoTime();
                try {
                    if (!lease.renew()) {
                        lost("another run holds it now", null);
                        return;
                    }
                    heldSince = asked;
                    pause = duration / THIRD;
                } catch (InterruptedException e) {
                    throw e;
                } catch (Exception e) {
                    long left = heldSince + duration - System.nanoTime();
                    if (left <= 0) {
                        lost("it could not be renewed: " + message(e), e);
                        return;
                    }
                    pause = Math.min(left, duration / TWELFTH);
                }
            }
        } catch (InterruptedException e) {
            lost("the thread that renews it was interrupted", null);
        } catch (Error e) {
            lost("renewing it failed: " + e.getClass().getName(), e);
            throw e;
        }
    }

    /** Waits, and tells whether the lock is to be held any longer. */
    private synchronized boolean isOpenAfter(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        while (!closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return true;
            }
            // rounded up, for a wait of 0 would be one without end
            wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        }
        return false;
    }

    private void lost(String why, @Nullable Throwable cause) {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        state.fail(new StageFailure(LOST, stage.get(), lostText(why) + "; nothing more is written", cause));
    }

    private String lostText(String why) {
        return "the lock was lost (" + lock.name() + "): " + why
                + ". The run was ended, because two must not write at the same time: run the plan again";
    }

    /** Fails when the lease must have ended, because a renewal does not return or came too late. */
    void check() {
        if (System.nanoTime() - heldSince > lease.duration().toNanos()) {
            throw new StageFailure(LOST, stage.get(), lostText("it was not renewed in time"), null);
        }
    }

    /** Returns what makes a commit fail when the lock is no longer held. */
    TransactionPart proof() {
        return lease.proof();
    }

    ReadException unproven(Exception failure) {
        return new ReadException(LOST, lostText(message(failure)), failure);
    }

    Duration duration() {
        return lease.duration();
    }

    @Override
    public void close() {
        Thread thread;
        synchronized (this) {
            closed = true;
            notifyAll();
            thread = renewer;
        }
        // an interrupt must not keep the lock from being given back
        boolean wasInterrupted = Thread.interrupted();
        try {
            if (thread != null) {
                thread.join(MILLIS_FOR_RENEWAL);
            }
        } catch (InterruptedException e) {
            wasInterrupted = true;
        }
        try {
            lease.release();
        } catch (InterruptedException e) {
            wasInterrupted = true;
        } catch (Exception e) {
            LOG.warn(
                    "plan '{}' cannot give its lock back ({}); it ends by itself within {}",
                    settings.name(),
                    lock.name(),
                    duration(),
                    e);
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
