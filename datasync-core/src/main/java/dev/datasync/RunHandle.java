package dev.datasync;

import dev.datasync.internal.Run;
import dev.datasync.internal.Settings;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;

/** A run that goes on in the background. Safe for use by several threads. */
public final class RunHandle {

    private final Background<SyncReport> background;

    private RunHandle(Background<SyncReport> background) {
        this.background = background;
    }

    static RunHandle start(Settings<?> settings, Run<?> run) {
        Background<SyncReport> background = new Background<>(run::execute, run::cancel, run::isValidating);
        background.start(settings.name(), settings.environment().threads());
        return new RunHandle(background);
    }

    /**
     * Asks the run to end at the next safe point, which is within a second unless a connector blocks. Does not wait.
     * Has no effect once the run is committing for the last time or has ended.
     */
    public void cancel() {
        background.cancel();
    }

    /**
     * Tells whether the run has ended, whatever the outcome.
     *
     * @return whether {@link #await()} returns at once
     */
    public boolean isDone() {
        return background.isDone();
    }

    /**
     * Waits for the run to end.
     *
     * @return what was done
     * @throws SyncException when the run failed or was cancelled
     * @throws InterruptedException when the waiting thread is interrupted; the run goes on
     */
    public SyncReport await() throws InterruptedException {
        return background.await();
    }
}
