package dev.datasync.internal;

import dev.datasync.change.ChangeCounts;
import dev.datasync.run.AlreadyRunningException;
import dev.datasync.run.PlanException;
import dev.datasync.run.RunOptions;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncCancelledException;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.run.SyncReport.Counts;
import dev.datasync.run.TargetMovedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run or preview of a plan, from validation to report. Used once, by one thread; {@link #cancel()} by any.
 *
 * @param <T> the type of the records
 */
public final class Run<T> {

    private static final Logger LOG = LoggerFactory.getLogger("dev.datasync");

    private final Settings<T> settings;
    private final RunOptions options;
    private final AtomicBoolean planIsRunning;
    private final RunState state;
    private volatile @Nullable Comparer<T> comparer;
    private @Nullable Applier<T> applier;
    private @Nullable WritingAhead ahead;
    private final Instant started;
    private final long startedNanos = System.nanoTime();

    /**
     * Prepares a run.
     *
     * @param settings what the plan says
     * @param options what is different for this run
     * @param planIsRunning tells whether the plan is running, and is set while this run writes
     */
    public Run(Settings<T> settings, RunOptions options, AtomicBoolean planIsRunning) {
        this.settings = settings;
        this.options = options;
        this.planIsRunning = planIsRunning;
        this.state = new RunState(settings);
        this.started = settings.clock().instant();
    }

    /**
     * Tells whether the run is looking at source and target before reading them.
     *
     * @return whether it is
     */
    public boolean isValidating() {
        Comparer<T> known = comparer;
        return known == null || known.stage() == Stage.VALIDATE;
    }

    /** Ends the run at the next safe point. */
    public void cancel() {
        state.cancel();
    }

    /**
     * Compares and applies.
     *
     * @return the report of a run that succeeded or is incomplete
     * @throws SyncException when it failed or was cancelled
     */
    public SyncReport execute() {
        boolean mayBegin = WritingAhead.suits(settings);
        return execute(Applier::applyAll, mayBegin ? new WritingAhead(settings, state) : null);
    }

    /**
     * Compares and applies.
     *
     * @param writing writes the changes; throws {@link Applier.Stopped} when it could not
     */
    SyncReport execute(Consumer<Applier<T>> writing) {
        return execute(writing, null);
    }

    private SyncReport execute(Consumer<Applier<T>> writing, @Nullable WritingAhead writingAhead) {
        return exclusively(() -> {
            state.tell(listener -> listener.started(settings.name()));
            Comparer<T> comparer = new Comparer<>(settings, options, state);
            this.comparer = comparer;
            ahead = writingAhead;
            try (SpillFile spill = new SpillFile(settings.spillDirectory())) {
                return ended(comparer, () -> locked(comparer, memory -> execute(comparer, spill, memory, writing)));
            }
        });
    }

    private SyncReport execute(Comparer<T> known, SpillFile spill, RunMemory memory, Consumer<Applier<T>> writing)
            throws InterruptedException {
        // closed before the lock is given back
        try (WritingAhead begun = ahead) {
            Compared compared = known.compare(spill, settings.memory().lock(), memory, Comparer.Purpose.RUN, begun);
            memory.remember(compared);
            return apply(compared, memory, writing);
        }
    }

    /**
     * Compares and writes nothing.
     *
     * @return what would be written
     * @throws SyncException when it failed or was cancelled
     */
    public Outlook<T> preview() {
        state.tell(listener -> listener.started(settings.name()));
        Comparer<T> comparer = new Comparer<>(settings, options, state);
        SpillFile spill = new SpillFile(settings.spillDirectory());
        boolean keep = false;
        try {
            Compared compared = guarded(
                    comparer,
                    () -> comparer.compare(
                            spill, null, new RunMemory(settings, state), Comparer.Purpose.PREVIEW, null));
            keep = true;
            return new Outlook<>(
                    settings,
                    compared,
                    spill,
                    report(compared, Applier.Result.nothing(), outcome(compared), compared.reasons()));
        } finally {
            if (!keep) {
                spill.close();
            }
        }
    }

    /**
     * Applies a preview, when the target is still as the preview saw it.
     *
     * @param outlook the preview's content
     * @return the report of a run that succeeded or is incomplete
     * @throws SyncException when it failed, was cancelled, or the target has moved
     */
    public SyncReport apply(Outlook<T> outlook) {
        return apply(outlook, Applier::applyAll);
    }

    SyncReport apply(Outlook<T> outlook, Consumer<Applier<T>> writing) {
        return exclusively(() -> {
            state.tell(listener -> listener.started(settings.name()));
            Comparer<T> comparer = new Comparer<>(settings, options, state);
            return ended(
                    comparer,
                    () -> locked(comparer, memory -> {
                        Compared compared = outlook.compared();
                        if (!memory.rememberPreview(compared)) {
                            throw new TargetMoved("another run has moved the watermark since the preview");
                        }
                        if (!comparer.isTargetAsIn(compared, settings.memory().lock())) {
                            throw new TargetMoved("the target has changed since the preview");
                        }
                        return apply(compared.timedBy(comparer.stages()), memory, writing);
                    }));
        });
    }

    /** The target, or what the plan remembers, is not as the preview saw it. */
    private static final class TargetMoved extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final String what;

        TargetMoved(String what) {
            super(what);
            this.what = what;
        }
    }

    private interface Action<R> {

        R run() throws InterruptedException;
    }

    private interface LockedAction {

        SyncReport run(RunMemory memory) throws InterruptedException;
    }

    /** Holds the plan's lock while something is done, if the plan has one. */
    private SyncReport locked(Comparer<T> comparer, LockedAction action) throws InterruptedException {
        try (RunMemory memory = new RunMemory(settings, state)) {
            if (!memory.lock(comparer::stage)) {
                String message = "another run of the plan holds the lock, and two do not write at the same time: wait"
                        + " for that run to end; the lock of one that died ends by itself";
                throw new AlreadyRunningException(
                        settings.name(), Stage.VALIDATE, message, report(comparer, RunOutcome.FAILED, message));
            }
            memory.prepare();
            return action.run(memory);
        }
    }

    private SyncReport exclusively(Action<SyncReport> action) {
        if (!planIsRunning.compareAndSet(false, true)) {
            throw new AlreadyRunningException(
                    settings.name(),
                    Stage.VALIDATE,
                    "the plan is running already, and its runs do not overlap: wait for that run to end",
                    null);
        }
        try {
            return action.run();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupts are handled inside", e);
        } finally {
            planIsRunning.set(false);
        }
    }

    /** Runs to the report, tells the listeners of it, and throws it where the run did not end well. */
    private SyncReport ended(Comparer<T> comparer, Action<SyncReport> action) {
        try {
            SyncReport report = guarded(comparer, action);
            LOG.info(
                    "plan '{}' {}: {} inserted, {} updated, {} deleted, {} unchanged",
                    settings.name(),
                    report.outcome(),
                    report.counts().inserted(),
                    report.counts().updated(),
                    report.counts().deleted(),
                    report.counts().unchanged());
            state.tell(listener -> listener.finished(report));
            return report;
        } catch (SyncException e) {
            // without the stack trace, which the host gets with the exception; a run in the background may have no host
            LOG.warn("{}", e.getMessage());
            e.report().ifPresent(report -> state.tell(listener -> listener.finished(report)));
            throw e;
        } catch (Error e) {
            String reason = "an error ended it: " + e.getClass().getName();
            Applier<T> writing = applier;
            SyncReport report = writing == null
                    ? report(comparer, RunOutcome.FAILED, reason)
                    : report(writing.compared(), writing.result(), RunOutcome.FAILED, List.of(reason));
            state.tell(listener -> listener.finished(report));
            throw e;
        }
    }

    /** Runs an action and makes of whatever it throws the one exception that the host sees. */
    private <R> R guarded(Comparer<T> comparer, Action<R> action) {
        try {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return action.run();
        } catch (InterruptedException e) {
            state.cancel();
            try {
                throw cancelled(comparer, null);
            } finally {
                Thread.currentThread().interrupt();
            }
        } catch (CancellationException e) {
            if (state.failure() instanceof StageFailure failure) {
                // stopped by what another thread has found, such as a lock that was lost
                throw failed(comparer, failure.code, failure.stage, failure.text(), failure);
            }
            throw cancelled(comparer, null);
        } catch (PlanProblems e) {
            SyncReport report = report(comparer, RunOutcome.FAILED, "the plan has mistakes");
            throw new PlanException(settings.name(), e.problems.problems(), report);
        } catch (TargetMoved e) {
            String message = e.what + ": make a new preview and look at it again." + " Nothing was written";
            throw new TargetMovedException(
                    settings.name(), Stage.GUARD, message, report(comparer, RunOutcome.FAILED, message));
        } catch (Applier.Stopped e) {
            throw stopped(e);
        } catch (StageFailure e) {
            if (Thread.currentThread().isInterrupted()) {
                // what a connector throws when it is interrupted says less than that
                throw cancelled(comparer, null);
            }
            throw failed(comparer, e.code, e.stage, e.text(), e.getCause() == null ? null : e);
        } catch (SpillException e) {
            throw failed(comparer, "E-SPILL", Stage.COMPARE, e.getMessage() + "; nothing was written", e);
        } catch (SyncException e) {
            throw e;
        } catch (RuntimeException e) {
            String message = "an unexpected " + e.getClass().getName() + " of a connector or of the library: "
                    + e.getMessage() + "; nothing was written";
            throw failed(comparer, "E-UNEXPECTED", comparer.stage(), message, e);
        }
    }

    private SyncCancelledException cancelled(Comparer<T> comparer, @Nullable SyncReport known) {
        long lost = ahead == null ? 0 : ahead.lost();
        String message = lost == 0
                ? "the run was cancelled, and nothing was written"
                : String.format(
                        Locale.ROOT,
                        "the run was cancelled, and nothing was committed. Whether %,d inserts that could not be taken"
                                + " back are in the target is unknown: run the plan again, which compares before it"
                                + " writes",
                        lost);
        SyncReport report = known == null ? report(comparer, RunOutcome.CANCELLED, message) : known;
        return new SyncCancelledException(settings.name(), comparer.stage(), message, report);
    }

    private SyncException failed(
            Comparer<T> comparer, String code, Stage stage, String message, @Nullable Throwable failure) {
        Throwable cause = failure instanceof StageFailure ? failure.getCause() : failure;
        SyncReport report = report(comparer, RunOutcome.FAILED, message);
        SyncException exception = new SyncException(code, settings.name(), stage, message, cause, report);
        if (failure != null) {
            for (Throwable suppressed : failure.getSuppressed()) {
                exception.addSuppressed(suppressed);
            }
        }
        return exception;
    }

    /** Makes the exception of a run that ended while it wrote. */
    private SyncException stopped(Applier.Stopped end) {
        RunOutcome outcome = end.isCancelled ? RunOutcome.CANCELLED : RunOutcome.FAILED;
        SyncReport report = report(end.compared, end.result, outcome, List.of(end.text()));
        SyncException exception = end.isCancelled
                ? new SyncCancelledException(settings.name(), Stage.APPLY, end.text(), report)
                : new SyncException(end.code, settings.name(), end.stage, end.text(), end.getCause(), report);
        for (Throwable suppressed : end.getSuppressed()) {
            exception.addSuppressed(suppressed);
        }
        return exception;
    }

    private SyncReport apply(Compared compared, RunMemory memory, Consumer<Applier<T>> writing) {
        Applier<T> known = new Applier<>(settings, state, memory, compared, ahead);
        applier = known;
        writing.accept(known);
        Applier.Result result = known.result();
        List<String> reasons = new ArrayList<>(known.compared().reasons());
        memory.problem().ifPresent(reasons::add);
        if (result.rejectedCount() > 0) {
            reasons.add(result.rejectedCount() + (result.rejectedCount() == 1 ? " change was" : " changes were")
                    + " rejected by the target");
        }
        return report(
                known.compared(), result, reasons.isEmpty() ? RunOutcome.SUCCEEDED : RunOutcome.INCOMPLETE, reasons);
    }

    /** Returns the content of a preview of this run, with its deletes withheld. */
    Outlook<T> withoutDeletes(Outlook<T> outlook) {
        Compared compared = outlook.compared().withoutDeletes();
        return outlook.with(
                compared, report(compared, Applier.Result.nothing(), outcome(compared), compared.reasons()));
    }

    /** Returns the report of a run that was not begun. */
    SyncReport notBegun(RunOutcome outcome, String reason) {
        return report(new Comparer<>(settings, options, state), outcome, reason);
    }

    Settings<T> settings() {
        return settings;
    }

    private static RunOutcome outcome(Compared compared) {
        return compared.reasons().isEmpty() ? RunOutcome.SUCCEEDED : RunOutcome.INCOMPLETE;
    }

    private SyncReport report(Compared compared, Applier.Result result, RunOutcome outcome, List<String> reasons) {
        Compared.Tally tally = compared.tally();
        ChangeCounts all = compared.changes().counts();
        long allowed = all.inserts() + all.updates() + (compared.withDeletes() ? all.deletes() : 0);
        ChangeCounts done = result.confirmed();
        List<dev.datasync.run.Rejection> rejections = new ArrayList<>(compared.rejections());
        rejections.addAll(result.rejections());
        List<SyncReport.StageTime> stages = new ArrayList<>(compared.stages());
        stages.addAll(result.stages());
        String method = result.method().isEmpty() ? compared.method() : compared.method() + "; " + result.method();
        return new SyncReport(
                settings.name(),
                outcome,
                reasons,
                new Counts(
                        tally.sourceRead(),
                        tally.targetRead(),
                        tally.added(),
                        tally.filtered(),
                        tally.duplicates(),
                        tally.rejected() + result.rejectedCount(),
                        tally.unchanged(),
                        done.inserts(),
                        done.updates(),
                        done.deletes(),
                        tally.skipped(),
                        compared.withDeletes() ? 0 : all.deletes(),
                        tally.kept(),
                        allowed - done.total() - result.rejectedCount() - result.unknown(),
                        result.unknown()),
                stages,
                rejections,
                compared.withheld(),
                compared.guards(),
                compared.overridden(),
                state.warnings(),
                result.watermark(),
                method,
                started,
                duration());
    }

    /** Makes the report of a run that ended before its change set was complete. */
    private SyncReport report(Comparer<T> comparer, RunOutcome outcome, String reason) {
        Compared.Tally tally = comparer.tally();
        return new SyncReport(
                settings.name(),
                outcome,
                List.of(reason),
                new Counts(
                        tally.sourceRead(),
                        tally.targetRead(),
                        tally.added(),
                        tally.filtered(),
                        tally.duplicates(),
                        tally.rejected(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        ahead == null ? 0 : ahead.lost()),
                comparer.stages(),
                state.rejections(),
                List.of(),
                Set.of(),
                Set.of(),
                state.warnings(),
                Optional.empty(),
                "",
                started,
                duration());
    }

    private Duration duration() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }
}
