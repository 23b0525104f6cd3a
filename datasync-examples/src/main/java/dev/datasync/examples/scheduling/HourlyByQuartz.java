package dev.datasync.examples.scheduling;

import java.util.Properties;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;

/** A plan that runs every hour, by Quartz. */
public final class HourlyByQuartz {

    private final ScheduledRun run;
    private final Scheduler scheduler;

    /**
     * Creates a schedule.
     *
     * @param name its name, of which a process has one scheduler
     * @param run what runs
     * @throws SchedulerException when there is no scheduler
     */
    public HourlyByQuartz(String name, ScheduledRun run) throws SchedulerException {
        this.run = run;
        Properties settings = new Properties();
        settings.setProperty(StdSchedulerFactory.PROP_SCHED_INSTANCE_NAME, name);
        settings.setProperty("org.quartz.threadPool.threadCount", "1");
        scheduler = new StdSchedulerFactory(settings).getScheduler();
    }

    /**
     * Runs the plan now, and every hour.
     *
     * @throws SchedulerException when it cannot be scheduled
     */
    public void start() throws SchedulerException {
        // readme: quartz
        JobDetail job = JobBuilder.newJob(PlanJob.class).build();
        Trigger everyHour = TriggerBuilder.newTrigger()
                .startNow()
                .withSchedule(SimpleScheduleBuilder.repeatHourlyForever())
                .build();
        scheduler.setJobFactory((bundle, of) -> new PlanJob(run)); // or the one of your framework
        scheduler.scheduleJob(job, everyHour);
        scheduler.start();
        // end
    }

    /**
     * Ends the run that is under way, and starts no other.
     *
     * @throws SchedulerException when the scheduler cannot end
     */
    public void stop() throws SchedulerException {
        scheduler.standby();
        run.close();
        scheduler.shutdown(true);
    }

    private record PlanJob(ScheduledRun run) implements Job {

        @Override
        public void execute(JobExecutionContext context) {
            run.run();
        }
    }
}
