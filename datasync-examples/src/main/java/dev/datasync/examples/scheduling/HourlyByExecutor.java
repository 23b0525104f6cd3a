package dev.datasync.examples.scheduling;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A plan that runs every hour, by what the JDK has. */
public final class HourlyByExecutor {

    private final ScheduledRun run;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

    /**
     * Creates a schedule.
     *
     * @param run what runs
     */
    public HourlyByExecutor(ScheduledRun run) {
        this.run = run;
    }

    /**
     * Runs the plan now, and an hour after each run.
     *
     * @return the schedule
     */
    public ScheduledFuture<?> start() {
        // readme: executor
        return scheduler.scheduleWithFixedDelay(run, 0, 1, TimeUnit.HOURS);
        // end
    }

    /**
     * Ends the run that is under way, and starts no other.
     *
     * @throws InterruptedException when the thread is interrupted while it waits for that
     */
    public void stop() throws InterruptedException {
        scheduler.shutdown();
        run.close();
        scheduler.awaitTermination(1, TimeUnit.MINUTES);
    }
}
