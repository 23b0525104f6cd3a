package dev.datasync.internal;

import dev.datasync.run.Stage;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.RetryableException;
import dev.datasync.source.ReadException;
import dev.datasync.state.RunLock;
import dev.datasync.state.WatermarkStore;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run finds of the runs before it and leaves to those after it: the lock and the watermark. Used by the thread of
 * the run.
 *
 * <p>The watermark is never ahead of the data: it is committed with the last changes, else saved after them, and not at
 * all when a record was rejected or the reading was incomplete.
 */
final class RunMemory implements AutoCloseable {

    /** The longest watermark that stores are made for. */
    private static final int LONGEST = 4_000;

    private static final String CODE = "E-WATERMARK";

    private static final Logger LOG = LoggerFactory.getLogger("dev.datasync");

    private final Settings<?> settings;
    private final RunState state;
    private final @Nullable WatermarkStore store;
    private @Nullable HeldLock lock;
    private Watermarks watermarks = Watermarks.NONE;

    /** Whether the watermark is part of the transaction that is committed next. */
    private boolean included;

    private boolean saved;
    private @Nullable String problem;

    RunMemory(Settings<?> settings, RunState state) {
        this.settings = settings;
        this.state = state;
        this.store = settings.source().isIncremental() ? settings.memory().watermarks() : null;
    }

    /**
     * Takes the plan's lock, if it has one.
     *
     * @param stage tells how far the run is, for a failure
     * @return whether no other run holds it
     */
    boolean lock(Supplier<Stage> stage) throws InterruptedException {
        RunLock wanted = settings.memory().lock();
        if (wanted == null) {
            return true;
        }
        Optional<HeldLock> held = HeldLock.take(settings, wanted, state, stage);
        lock = held.orElse(null);
        return held.isPresent();
    }

    /** Fails when the lock must have ended. For targets that keep what is written before the lock is proven. */
    void checkLock() {
        HeldLock held = lock;
        if (held != null) {
            held.check();
        }
    }

    /** Makes the place for the watermark. */
    void prepare() throws InterruptedException {
        if (store == null) {
            return;
        }
        try {
            store.prepare();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new StageFailure(
                    e instanceof ReadException known ? known.code() : CODE,
                    Stage.VALIDATE,
                    "no watermark can be kept in " + store.name() + ": " + message(e) + "; nothing was read",
                    e);
        }
    }

    /** Returns the watermark from which an incremental source is to be read. */
    Optional<String> load() throws InterruptedException {
        if (store == null) {
            return Optional.empty();
        }
        try {
            return store.load(settings.name());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new StageFailure(
                    e instanceof ReadException known ? known.code() : CODE,
                    Stage.VALIDATE,
                    "the watermark cannot be read from " + store.name() + ": " + message(e) + "; nothing was read",
                    e);
        }
    }

    private static String message(Exception failure) {
        return failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage();
    }

    /** Fails for a watermark that no store need be able to keep. */
    static void check(String watermark, String source) {
        if (watermark.length() > LONGEST) {
            throw new StageFailure(
                    CODE,
                    Stage.READ_SOURCE,
                    source + " returned a watermark of " + watermark.length() + " characters, and the most are "
                            + LONGEST + "; nothing was written",
                    null);
        }
    }

    /** Takes what is to be left to the next run, once the comparison is complete. */
    void remember(Compared compared) {
        watermarks = store != null && compared.reasons().isEmpty() ? compared.watermarks() : Watermarks.NONE;
    }

    /**
     * As {@link #remember}, for a preview that is applied. Between the two, another run may have moved the watermark.
     * What the preview has read may be older than what that run has read, and would not be read again.
     *
     * @return whether the watermark is still where the preview found it; if not, the preview must not be applied
     */
    boolean rememberPreview(Compared compared) throws InterruptedException {
        if (store != null && !load().equals(compared.watermarks().from())) {
            return false;
        }
        remember(compared);
        return true;
    }

    /**
     * Puts into the target's transaction what belongs to it. Nothing of it is committed when this throws.
     *
     * @param isWhole whether this commit is the last and no change was rejected
     */
    void beforeCommit(ChangeWriter<?> writer, boolean isWhole) throws Exception {
        HeldLock held = lock;
        if (held != null) {
            try {
                if (!writer.include(held.proof())) {
                    held.proof().execute();
                }
            } catch (InterruptedException | RetryableException e) {
                throw e;
            } catch (Exception e) {
                throw held.unproven(e);
            }
        }
        included = false;
        String to = watermarks.to().orElse(null);
        if (store != null && to != null && isWhole && watermarks.hasMoved()) {
            try {
                included = writer.include(store.saving(settings.name(), to));
            } catch (InterruptedException | RetryableException e) {
                throw e;
            } catch (Exception e) {
                throw new ReadException(
                        e instanceof ReadException known ? known.code() : CODE,
                        "the watermark cannot be saved in " + store.name() + ": " + message(e),
                        e);
            }
        }
    }

    /**
     * Saves the watermark unless it is committed already. Called when everything is committed and the writer is closed,
     * or when there was nothing to write.
     *
     * @param isWhole whether no change was rejected
     */
    void afterLastCommit(boolean isWhole) {
        String to = watermarks.to().orElse(null);
        if (store == null || to == null || !isWhole) {
            return;
        }
        if (!included && watermarks.hasMoved()) {
            try {
                store.save(settings.name(), to);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                problem = problem(store, "interrupted");
                return;
            } catch (Exception e) {
                LOG.warn("plan '{}' cannot save its watermark in {}", settings.name(), store.name(), e);
                problem = problem(store, message(e));
                return;
            }
        }
        saved = true;
    }

    private static String problem(WatermarkStore store, String why) {
        return "the changes are committed, but the watermark could not be saved in " + store.name() + ": " + why
                + ". The next run reads the same records again, which does no harm";
    }

    /** Returns the watermark of this run once it is saved. */
    Optional<String> saved() {
        return saved ? watermarks.to() : Optional.empty();
    }

    /** Returns why the watermark was not saved although everything is committed. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public void close() {
        HeldLock held = lock;
        lock = null;
        if (held != null) {
            held.close();
        }
    }
}
