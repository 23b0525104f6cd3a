package dev.datasync;

import dev.datasync.internal.GroupRun;
import dev.datasync.run.GroupException;
import dev.datasync.run.GroupReport;
import java.util.concurrent.ThreadFactory;

/** A run of a group that goes on in the background. Safe for use by several threads. */
public final class GroupHandle {

    private final Background<GroupReport> background;

    private GroupHandle(Background<GroupReport> background) {
        this.background = background;
    }

    static GroupHandle start(String name, ThreadFactory threads, GroupRun run) {
        Background<GroupReport> background = new Background<>(run::execute, run::cancel, run::isValidating);
        background.start(name, threads);
        return new GroupHandle(background);
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
     * @throws GroupException when the run failed or was cancelled
     * @throws InterruptedException when the waiting thread is interrupted; the run goes on
     */
    public GroupReport await() throws InterruptedException {
        return background.await();
    }
}
