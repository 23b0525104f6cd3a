package dev.datasync.examples.scheduling;

import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** A plan that runs every hour, by Spring: a bean beside a {@link ScheduledRun}, which Spring closes when it stops. */
@EnableScheduling
public class HourlyBySpring {

    private final ScheduledRun run;

    /**
     * Creates a schedule.
     *
     * @param run what runs
     */
    public HourlyBySpring(ScheduledRun run) {
        this.run = run;
    }

    /** Runs the plan when the application starts, and an hour after each run. */
    // readme: spring
    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.HOURS)
    public void customers() {
        run.run();
    }
    // end
}
