package dev.datasync;

import dev.datasync.internal.Run;
import dev.datasync.internal.Settings;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A run that goes on in the background. Safe for use by several threads. */
public final class RunHandle {

    private final Run<?> run;
    private final CompletableFuture<SyncReport> result = new CompletableFuture<>();

    private volatile @Nullable Thread thread;

    private RunHandle(Run<?> run) {
        this.run = run;
    }

    static RunHandle start(Settings<?> settings, Run<?> run) {
        RunHandle handle = new RunHandle(run);
        Thread thread = settings.environment().threads().newThread(handle::execute);
        thread.setName("datasync-" + settings.name());
        handle.thread = thread;
        thread.start();
        return handle;
    }

    private void execute() {
        try {
            result.complete(run.execute());
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    /**
     * Asks the run to end at the next safe point, which is within a second unless a connector blocks. Does not wait.
     * Has no effect once the run is committing or has ended.
     */
    public void cancel() {
        run.cancel();
        Thread own = thread;
        if (own != null && run.isValidating()) {
            // validation goes on in calls of the connectors, which nothing but an interrupt can end
            own.interrupt();
        }
    }

    /**
     * Tells whether the run has ended, whatever the outcome.
     *
     * @return whether {@link #await()} returns at once
     */
    public boolean isDone() {
        return result.isDone();
    }

    /**
     * Waits for the run to end.
     *
     * @return what was done
     * @throws SyncException when the run failed or was cancelled
     * @throws InterruptedException when the waiting thread is interrupted; the run goes on
     */
    public SyncReport await() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException exception) {
                throw exception;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
