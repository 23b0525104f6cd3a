package dev.datasync.examples.scheduling;

import dev.datasync.RunHandle;
import dev.datasync.SyncPlan;
import dev.datasync.run.AlreadyRunningException;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncCancelledException;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an application does around each run of a plan, whoever starts it: logs the report, tells somebody when a run did
 * not succeed, and ends a run that is under way when the application stops. Safe for use by several threads.
 *
 * <p>It takes no care that runs do not overlap, because the plan does: within a process by itself, across processes with
 * {@code lock(JdbcLock.in(...))}.
 */
public final class ScheduledRun implements Runnable, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledRun.class);

    private final SyncPlan<?> plan;
    private final Consumer<String> alert;
    private final Set<RunHandle> underWay = new HashSet<>();
    private boolean isClosed;

    /**
     * Creates one.
     *
     * @param plan what is run
     * @param alert tells somebody; its text has keys, but no other values and no secrets
     */
    public ScheduledRun(SyncPlan<?> plan, Consumer<String> alert) {
        this.plan = plan;
        this.alert = alert;
    }

    /** Runs the plan once and waits for it. Throws nothing: some schedulers never come again after an exception. */
    @Override
    public void run() {
        // readme: scheduled-run
        try {
            SyncReport report = runToTheEnd();
            LOG.info("{}", report);
            if (report.outcome() != RunOutcome.SUCCEEDED) {
                alert.accept(report.toString());
            }
        } catch (AlreadyRunningException e) {
            LOG.info("{}", e.getMessage()); // it does the work, or the next run will
        } catch (SyncCancelledException e) {
            LOG.info("{}", e.getMessage()); // we are stopping
        } catch (SyncException e) {
            LOG.error("{}", e.getMessage());
            alert.accept(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // end
    }

    private SyncReport runToTheEnd() throws InterruptedException {
        RunHandle handle;
        synchronized (underWay) {
            handle = plan.start();
            underWay.add(handle);
            if (isClosed) {
                handle.cancel();
            }
        }
        try {
            return handle.await();
        } catch (InterruptedException e) {
            handle.cancel(); // the scheduler is stopping
            throw e;
        } finally {
            synchronized (underWay) {
                underWay.remove(handle);
            }
        }
    }

    /** Cancels the run that is under way, if any, and waits until it has ended; a later one ends at once. */
    @Override
    public void close() {
        Set<RunHandle> ending;
        synchronized (underWay) {
            isClosed = true;
            ending = Set.copyOf(underWay);
        }
        ending.forEach(RunHandle::cancel);
        for (RunHandle handle : ending) {
            try {
                handle.await();
            } catch (SyncException e) {
                LOG.debug("{} has ended", plan, e); // run() tells of it
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // it ends by itself
            }
        }
    }
}
