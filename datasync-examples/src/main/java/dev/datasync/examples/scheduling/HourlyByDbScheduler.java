package dev.datasync.examples.scheduling;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import javax.sql.DataSource;

/** A plan that runs every hour in one of several processes, by db-scheduler, which keeps its schedule in a table. */
public final class HourlyByDbScheduler {

    private final ScheduledRun run;
    private final Scheduler scheduler;

    /**
     * Creates a schedule.
     *
     * @param name its name, which all processes give it
     * @param run what runs
     * @param database the database with db-scheduler's table
     */
    public HourlyByDbScheduler(String name, ScheduledRun run, DataSource database) {
        this.run = run;
        // readme: db-scheduler
        RecurringTask<Void> everyHour =
                Tasks.recurring(name, FixedDelay.ofHours(1)).execute((task, context) -> run.run());
        scheduler = Scheduler.create(database).startTasks(everyHour).threads(1).build();
        // end
    }

    /** Runs the plan now unless another process has within the hour, and an hour after each run. */
    public void start() {
        scheduler.start();
    }

    /** Ends the run that is under way, and starts no other. */
    public void stop() {
        run.close();
        scheduler.stop();
    }
}
