package dev.datasync;

import dev.datasync.internal.Outlook;
import dev.datasync.run.GroupReport;
import dev.datasync.run.SyncException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a run of a group would do, before it is done. Nothing has been written.
 *
 * <p>Closing it closes the previews of all plans. Safe for use by several threads.
 */
public final class GroupPreview implements AutoCloseable {

    private final List<Preview<?>> plans;
    private final List<Outlook<?>> outlooks;
    private final Function<List<Outlook<?>>, GroupReport> applier;
    private final AtomicBoolean applied = new AtomicBoolean();

    GroupPreview(List<Outlook<?>> outlooks, Function<List<Outlook<?>>, GroupReport> applier) {
        this.outlooks = outlooks;
        this.applier = applier;
        this.plans = outlooks.stream().<Preview<?>>map(GroupPreview::partOf).toList();
    }

    private static <T> Preview<T> partOf(Outlook<T> outlook) {
        return new Preview<>(outlook, ignored -> {
            throw new IllegalStateException("this preview is part of a group's: apply that");
        });
    }

    /**
     * Returns what would happen to each plan's target.
     *
     * @return the previews in the order in which the plans were added; they cannot be applied one by one
     */
    public List<Preview<?>> plans() {
        return plans;
    }

    /**
     * Returns the counts, a line for each plan.
     *
     * @return for example {@code orders: 3 inserts, 1 update, no deletes; 40 unchanged}
     */
    public String summary() {
        return plans.stream()
                .map(plan -> plan.report().plan() + ": " + plan.summary())
                .collect(Collectors.joining(System.lineSeparator()));
    }

    /**
     * Writes exactly these changes, when all targets are still as they were. The sources are not read again.
     *
     * @return what was done
     * @throws dev.datasync.run.GroupException when a target is not as the preview saw it, and nothing was written; or
     *     when the run failed or was cancelled
     * @throws IllegalStateException when the preview was applied before, or is closed
     */
    public GroupReport apply() {
        outlooks.forEach(Outlook::checkOpen);
        if (!applied.compareAndSet(false, true)) {
            throw new IllegalStateException("this preview was applied before: make a new one");
        }
        try {
            return applier.apply(outlooks);
        } catch (SyncException e) {
            if (e.code().equals("E-RUNNING")) {
                // nothing was written, so it may be tried again
                applied.set(false);
            }
            throw e;
        }
    }

    /** Removes the temporary files, if there are some. The changes can no longer be read or applied then. */
    @Override
    public void close() {
        plans.forEach(Preview::close);
    }

    /**
     * Returns the counts, a line for each plan.
     *
     * @return the same as {@link #summary()}
     */
    @Override
    public String toString() {
        return summary();
    }
}
