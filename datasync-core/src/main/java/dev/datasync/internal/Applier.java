package dev.datasync.internal;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.internal.Ending.Knowledge;
import dev.datasync.row.Row;
import dev.datasync.run.Rejection;
import dev.datasync.run.Retries;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncReport.StageTime;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.JointTransaction;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.RetryableException;
import dev.datasync.sink.Sink;
import dev.datasync.source.ReadException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second half of a run: writes the changes and commits them, at once or in parts, and repeats what failed in
 * passing. Used once.
 */
final class Applier<T> {

    private static final Logger LOG = LoggerFactory.getLogger("dev.datasync");

    /** A batch is this part of the memory budget, or less: as objects it is some times as large. */
    private static final int BATCHES_IN_BUDGET = 16;

    private static final long LEAST_BATCH_BYTES = 1024 * 1024;

    private final Settings<T> settings;
    private final RunState state;
    private final RunMemory memory;
    private final Sink<Row> sink;
    private Compared compared;
    private StoredChanges<Row> changes;
    private final Ledger ledger = new Ledger();
    private final List<Throwable> closings = new ArrayList<>();

    // what one writer needs; a repetition has another one
    private @Nullable ChangeWriter<Row> writer;
    private @Nullable Scope scope;
    private StoredChanges.@Nullable Decoding<Row> upcoming;
    private boolean isCommitting;
    private boolean isBeforeCommit;

    /** How often writing was tried since the last commit. */
    private int attempts = 1;

    private boolean isUndone = true;

    /** Whether the target takes back what is not committed, even when closing the writer has failed. */
    private boolean takesBack = true;

    /** Whether what is applied is in the target for good, and nothing is left for the commit to do. */
    private boolean appliesAtOnce;

    /** Whether something was written for good, and the writer was not asked to commit since. */
    private boolean owesCommit;

    private boolean hasBegun;
    private long nanos;
    private String method = "";

    /** Has begun to write before the comparison was complete, if anybody has. */
    private final @Nullable WritingAhead ahead;

    private long writtenAhead;

    Applier(Settings<T> settings, RunState state, RunMemory memory, Compared compared, @Nullable WritingAhead ahead) {
        this.settings = settings;
        this.ahead = ahead;
        this.state = state;
        this.memory = memory;
        this.compared = compared;
        this.changes = compared.rows();
        this.sink = settings.sink().rows();
    }

    /**
     * What became of the changes.
     *
     * @param confirmed what the target has committed
     * @param unknown how many changes may or may not be committed
     */
    record Result(
            ChangeCounts confirmed,
            long unknown,
            long rejectedCount,
            List<Rejection> rejections,
            List<StageTime> stages,
            Optional<String> watermark,
            String method) {

        static Result nothing() {
            return new Result(new ChangeCounts(0, 0, 0), 0, 0, List.of(), List.of(), Optional.empty(), "");
        }
    }

    /** The run ended while it wrote; carries what is known of the target. */
    static final class Stopped extends RuntimeException {

        private static final long serialVersionUID = 1L;

        final String code;
        final Stage stage;
        final transient Compared compared;
        final transient Result result;
        final boolean isCancelled;

        Stopped(Ending ending, String message, Compared compared, Result result) {
            super(message, ending.cause());
            this.code = ending.code();
            this.stage = ending.stage();
            this.compared = compared;
            this.result = result;
            this.isCancelled = ending.isCancelled();
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }

    // ---------------------------------------------------------------- the whole, and its parts

    Compared compared() {
        return compared;
    }

    String plan() {
        return settings.name();
    }

    RunState state() {
        return state;
    }

    Sink<Row> sink() {
        return sink;
    }

    long deletes() {
        return changes.counts().deletes();
    }

    long total() {
        return changes.counts().total();
    }

    boolean isDone() {
        return ledger.placeAtCommit() == total();
    }

    /** Leaves the deletes out, because those of another plan of the same group are withheld. */
    void withholdDeletes() {
        compared = compared.withoutDeletes();
        changes = compared.rows();
    }

    /** Tells the listeners what will be written. */
    void announce() {
        ChangeCounts counts = changes.counts();
        state.tell(listener -> listener.compared(counts));
    }

    /** Writes and commits everything. */
    void applyAll() {
        announce();
        applyUpTo(total());
        finish();
    }

    /** Does what follows when nothing is left to be written. */
    void finish() {
        afterLastCommit();
    }

    /** Writes the changes up to a place, and commits them. */
    void applyUpTo(long end) {
        while (isUnfinished(end)) {
            Ending ending = attempt(end);
            if (ending != null && !beginsAgain(ending) && !(mayRepeat(ending) && pause(ending))) {
                throw stopped(orStopped(ending));
            }
        }
    }

    private boolean isUnfinished(long end) {
        return ledger.placeAtCommit() < end || owesCommit;
    }

    /** Returns why writing is not repeated: it failed too often, or the run was stopped meanwhile. */
    Ending orStopped(Ending ending) {
        return state.isStopped() && ending.knowledge() == Knowledge.REPEATABLE ? runStopped(null) : ending;
    }

    private Ending runStopped(@Nullable Exception e) {
        return state.failure() instanceof StageFailure failure
                ? Ending.of(failure, Knowledge.AS_CLOSING_DOES)
                : Ending.cancelled(e);
    }

    /** Writes and commits from the last commit on, with a writer of its own. Returns why it ended before the end. */
    private @Nullable Ending attempt(long end) {
        Ending ending = null;
        Error error = null;
        try (InterruptWatch watch = new InterruptWatch(Thread.currentThread(), state::cancel)) {
            watch.start(settings.threads());
            if (!adopt()) {
                open(null);
            }
            while (isUnfinished(end)) {
                writePart(end);
                commit(watch);
            }
        } catch (Exception e) {
            ending = ending(e);
        } catch (Error e) {
            error = e;
        }
        return close(ending, error);
    }

    /** Writes up to the next place at which the writer can commit. */
    private void writePart(long end) throws Exception {
        do {
            writeUpTo(endOfPart(end));
        } while (ledger.place() < end && !writer().canCommitNow());
    }

    private long endOfPart(long end) {
        int every = settings.writing().commitEvery();
        return every == 0 ? end : Math.min(end, ledger.place() + every);
    }

    private void commit(InterruptWatch watch) throws Exception {
        ChangeWriter<Row> open = writer();
        prepareCommit();
        // from here on a cancellation would only make the outcome unknown
        watch.hold();
        hold();
        checkGoingOn();
        isCommitting = true;
        open.commit();
        confirm();
        release();
        watch.release();
    }

    /**
     * Leaves everything to another writer when the one that had begun ahead has not come to its end: the changes come in
     * the order of their keys then, on which it may depend which of them the target refuses. Tells whether it does.
     */
    private boolean beginsAgain(Ending ending) {
        boolean isGone = ending.knowledge() == Knowledge.REPEATABLE || !isBeforeCommit && isUndone;
        if (writtenAhead == 0 || !isGone || isStopping()) {
            return false;
        }
        WritingAhead.logTakenBack(settings, ledger.place(), ending.message());
        rewind();
        return true;
    }

    private boolean mayRepeat(Ending ending) {
        Retries retries = settings.writing().retries();
        return ending.knowledge() == Knowledge.REPEATABLE && attempts < retries.attempts() && !state.isStopped();
    }

    /** Waits before the next attempt; returns whether there will be one. */
    private boolean pause(Ending ending) {
        Retries retries = settings.writing().retries();
        warnOfRepetition(ending, attempts + 1, retries);
        if (!pause(state, retries, attempts)) {
            return false;
        }
        attempts++;
        rewind();
        return true;
    }

    void warnOfRepetition(Ending ending, int next, Retries retries) {
        state.warn(ending.message() + "; nothing of it was committed, and it was repeated (attempt " + next + " of "
                + retries.attempts() + ")");
    }

    /** Waits a random part of what the policy says; returns whether the run goes on. */
    static boolean pause(RunState state, Retries retries, int attempts) {
        double longest = retries.delay().toMillis() * 1e6 * Math.pow(2, attempts - 1);
        try {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            state.pause((long) (longest * new SplittableRandom().nextDouble()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            state.cancel();
        }
        return !state.isStopped();
    }

    // ---------------------------------------------------------------- one writer

    /** Opens a writer. */
    void open(@Nullable JointTransaction joint) throws Exception {
        hasBegun = true;
        isBeforeCommit = false;
        isCommitting = false;
        long began = System.nanoTime();
        Scope opened = state.openScope();
        scope = opened;
        writer = sink.open(new WriterContext(
                settings,
                state,
                Objects.requireNonNull(compared.layout(), "changes without a layout"),
                opened,
                joint,
                changes.counts()));
        appliesAtOnce = writer.appliesAtOnce();
        takesBack = !appliesAtOnce && writer.undoesOnClose();
        nanos += System.nanoTime() - began;
    }

    /** Goes on with the writer that was opened before the comparison was complete, and tells whether there is one. */
    private boolean adopt() {
        WritingAhead.Writing begun = ahead == null ? null : ahead.release();
        if (begun == null) {
            return false;
        }
        hasBegun = true;
        isBeforeCommit = false;
        isCommitting = false;
        scope = begun.scope;
        writer = begun.writer;
        appliesAtOnce = false;
        takesBack = true;
        begun.context.expect(changes.counts());
        ledger.adopt(begun.inserts);
        upcoming = changes.behind(begun.parts);
        writtenAhead = begun.inserts;
        nanos += begun.nanos;
        state.progress(Stage.APPLY, ledger.place(), OptionalLong.of(total()));
        return true;
    }

    private ChangeWriter<Row> writer() {
        return Objects.requireNonNull(writer, "no writer is open");
    }

    /** Writes the changes up to a place, and does not commit. Needs no writer when there is nothing to be written. */
    void writeUpTo(long end) throws Exception {
        if (ledger.place() >= end) {
            return;
        }
        long began = System.nanoTime();
        try {
            int wanted = settings.writing().batchSize();
            int size = wanted > 0 ? wanted : Math.max(1, writer().batchSize());
            while (ledger.place() < end) {
                checkGoingOn();
                if (!takesBack) {
                    memory.checkLock();
                }
                write((int) Math.min(size, end - ledger.place()));
                state.progress(Stage.APPLY, ledger.place(), OptionalLong.of(total()));
            }
        } finally {
            nanos += System.nanoTime() - began;
        }
    }

    /** Returns how many bytes a batch may have, but for its last change. */
    static long mostBatchBytes(Settings<?> settings) {
        return Math.max(LEAST_BATCH_BYTES, settings.memoryBudget().bytes() / BATCHES_IN_BUDGET);
    }

    private List<Change<Row>> batch(int most) {
        StoredChanges.Decoding<Row> next = upcoming;
        if (next == null) {
            next = changes.iterator(ledger.place());
            upcoming = next;
        }
        return next.batch(most, mostBatchBytes(settings));
    }

    private void write(int most) throws Exception {
        List<Change<Row>> batch = batch(most);
        int size = batch.size();
        ledger.handOver(size);
        // the writer may keep the list
        List<Outcome> outcomes = writer().write(Collections.unmodifiableList(batch));
        if (outcomes.size() != size) {
            throw new Ended(ended(
                    "E-OUTCOMES", sink.name() + " returned " + outcomes.size() + " outcomes for " + size + " changes"));
        }
        if (writtenAhead > 0 && !WritingAhead.areApplied(outcomes)) {
            throw new Ended(ended("E-WRITE", WritingAhead.NOT_ALL_APPLIED));
        }
        Ending first = null;
        for (int i = 0; i < size; i++) {
            Ending ending = take(batch.get(i), outcomes.get(i));
            first = first == null ? ending : first;
        }
        if (appliesAtOnce) {
            ledger.commit();
            attempts = 1;
            owesCommit = true;
        }
        if (first != null) {
            throw new Ended(first);
        }
    }

    void checkGoingOn() throws InterruptedException {
        state.checkStopped();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException();
        }
    }

    /** Takes the outcome of a change, and returns why it ends the run if it does. */
    private @Nullable Ending take(Change<Row> change, Outcome outcome) {
        if (outcome instanceof Outcome.Applied) {
            ledger.apply(change.kind());
            return null;
        } else if (outcome instanceof Outcome.Rejected refused) {
            return reject(change, "E-WRITE-REJECTED", refused.reason());
        } else if (outcome instanceof Outcome.Conflict conflict) {
            return reject(change, "E-CONFLICT", conflict.reason());
        } else if (outcome instanceof Outcome.Unknown lost) {
            ledger.doubt();
            return isStopping()
                    ? runStopped(null)
                    : ended("E-WRITE-UNKNOWN", "what became of " + change.key() + " is unknown: " + lost.reason());
        }
        Exception cause = ((Outcome.NotTried) outcome).cause();
        ledger.leave();
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return isStopping() ? runStopped(cause) : failed("E-WRITE", Stage.APPLY, cause, Knowledge.AS_CLOSING_DOES);
    }

    private boolean isStopping() {
        return state.isStopped() || Thread.currentThread().isInterrupted();
    }

    /** Takes a rejection, and returns why it ends the run if it is one too many. */
    private @Nullable Ending reject(Change<Row> change, String code, String reason) {
        Rejection rejection = new Rejection(Stage.APPLY, sink.name(), Optional.of(change.key()), reason);
        if (ledger.reject(rejection)) {
            state.tell(listener -> listener.rejected(rejection));
        }
        long all = compared.tally().rejected() + ledger.rejected();
        if (!settings.failurePolicy().limit().allows(all, compared.tally().sourceRead())) {
            String limit = settings.failurePolicy().isFailFast()
                    ? ""
                    : " (" + all + " rejections, and the limit is "
                            + settings.failurePolicy().limit() + ")";
            return ended(code, sink.name() + ", " + change.key() + ": " + reason + limit);
        }
        return null;
    }

    private static Ending ended(String code, String message) {
        return new Ending(code, Stage.APPLY, message, null, false, Knowledge.AS_CLOSING_DOES);
    }

    /** Does what comes right before a commit, which may be tried no more when this throws. */
    void prepareCommit() throws Exception {
        isBeforeCommit = true;
        beforeCommit(writer(), ledger.place() == total());
    }

    /**
     * Puts into the target's transaction what belongs to it. Nothing of it is committed when this throws.
     *
     * @param isLast whether nothing is left to be written after this commit
     */
    private void beforeCommit(ChangeWriter<Row> writer, boolean isLast) throws Exception {
        memory.beforeCommit(writer, isLast && ledger.rejected() == 0);
    }

    /**
     * Does what belongs to the changes and could not be put into the target's transaction. Called once, when nothing is
     * left to be written, also when there was nothing; no writer is open.
     */
    private void afterLastCommit() {
        memory.afterLastCommit(ledger.rejected() == 0);
    }

    /** Ends this writer's part of a joint transaction. */
    void endPart() throws Exception {
        writer().commit();
    }

    /** Lets no cancellation end what the writer does. */
    void hold() {
        Objects.requireNonNull(scope, "scope").hold();
    }

    private void release() {
        Objects.requireNonNull(scope, "scope").release();
    }

    /** Everything that was written is committed. */
    void confirm() {
        isBeforeCommit = false;
        isCommitting = false;
        owesCommit = false;
        attempts = 1;
        ledger.commit();
    }

    /** Nothing that was written since the last commit is there any more, and it will be written again. */
    void rewind() {
        ledger.rewind();
        upcoming = null;
        writtenAhead = 0;
        closings.clear();
    }

    private @Nullable Ending close(@Nullable Ending ending, @Nullable Error error) {
        Throwable closing = closeWriter();
        if (error != null) {
            if (closing != null) {
                error.addSuppressed(closing);
            }
            settle(isCommitting ? Knowledge.UNKNOWN : Knowledge.AS_CLOSING_DOES);
            throw error;
        }
        if (ending != null) {
            Ending known = sure(ending);
            settle(known.knowledge());
            return known;
        }
        if (closing instanceof Error late) {
            throw late;
        }
        if (closing != null) {
            LOG.warn("plan '{}' has committed, but closing {} failed", settings.name(), sink.name(), closing);
            closings.clear();
        }
        return null;
    }

    /** Closes the writer, which undoes what is not committed, and returns what that threw. */
    @Nullable
    Throwable closeWriter() {
        Scope opened = scope;
        if (opened != null) {
            opened.close();
            scope = null;
        }
        ChangeWriter<Row> open = writer;
        writer = null;
        isUndone = true;
        if (open == null) {
            return null;
        }
        // an interrupt must not keep the target from being put back as it was
        boolean wasInterrupted = Thread.interrupted();
        long began = System.nanoTime();
        try {
            method = open.method() + ahead();
            isUndone = takesBack;
            open.close();
            return null;
        } catch (Exception | Error e) {
            isUndone = false;
            closings.add(e);
            return e;
        } finally {
            nanos += System.nanoTime() - began;
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private String ahead() {
        return writtenAhead == 0
                ? ""
                : String.format(Locale.ROOT, ", %,d inserts sent while the source was read", writtenAhead);
    }

    // ---------------------------------------------------------------- what became of it

    /** A target that takes nothing back still has what was written before the writing that failed. */
    private Ending sure(Ending ending) {
        boolean isSaidToBeGone =
                ending.knowledge() == Knowledge.REPEATABLE || ending.knowledge() == Knowledge.NOT_COMMITTED;
        return isSaidToBeGone && !takesBack && ledger.uncommitted() > 0
                ? ending.with(Knowledge.AS_CLOSING_DOES)
                : ending;
    }

    /** Finds out what is known of what was written since the last commit, when the writer is closed. */
    void settle(Knowledge knowledge) {
        if (knowledge == Knowledge.UNKNOWN || knowledge == Knowledge.AS_CLOSING_DOES && !isUndone) {
            ledger.lose();
        }
    }

    Stopped stopped(Ending ending) {
        Stopped stopped = new Stopped(ending, ending.message() + known(), compared, result());
        closings.forEach(stopped::addSuppressed);
        return stopped;
    }

    private String known() {
        long committed = ledger.committed().total();
        long unknown = ledger.unknown();
        String some = String.format(Locale.ROOT, "; %,d of %,d changes are committed", committed, total());
        if (unknown > 0) {
            String which = committed > 0
                    ? unknown == 1
                            ? some + ". Whether one more is"
                            : String.format(Locale.ROOT, "%s. Whether further %,d are", some, unknown)
                    : unknown == total()
                            ? unknown == 1 ? ". Whether the change is" : ". Whether the changes are"
                            : String.format(
                                    Locale.ROOT,
                                    ". Whether %,d of %,d changes %s",
                                    unknown,
                                    total(),
                                    unknown == 1 ? "is" : "are");
            return which + " in the target is unknown: run the plan again, which compares before it writes";
        }
        if (committed > 0) {
            return committed == total()
                    ? committed == 1
                            ? "; the only change is committed"
                            : String.format(Locale.ROOT, "; all %,d changes are committed", committed)
                    : some + ", and the next run does the rest";
        }
        return isUndone ? "; nothing was committed" : "; nothing was written";
    }

    Result result() {
        List<StageTime> stages =
                hasBegun ? List.of(new StageTime(Stage.APPLY, total(), Duration.ofNanos(nanos))) : List.of();
        return new Result(
                ledger.committed(),
                ledger.unknown(),
                ledger.rejected(),
                ledger.rejections(),
                stages,
                memory.saved(),
                method);
    }

    /** Finds out why writing ended and what that tells. */
    Ending ending(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        if (e instanceof Ended ended) {
            return ended.ending;
        }
        if (isCommitting) {
            return e instanceof NotCommittedException
                    ? failed("E-COMMIT", Stage.COMMIT, e, goneAfter(e))
                    : failed("E-COMMIT-UNKNOWN", Stage.COMMIT, e, Knowledge.UNKNOWN);
        }
        if (isStopping()) {
            return runStopped(e);
        }
        Knowledge knowledge = e instanceof NotCommittedException ? goneAfter(e) : Knowledge.AS_CLOSING_DOES;
        if (e instanceof StageFailure failure) {
            return Ending.of(failure, knowledge);
        }
        if (e instanceof SpillException) {
            return new Ending("E-SPILL", Stage.APPLY, String.valueOf(e.getMessage()), e, false, knowledge);
        }
        return isBeforeCommit
                ? failed("E-COMMIT", Stage.COMMIT, e, knowledge)
                : failed("E-WRITE", Stage.APPLY, e, knowledge);
    }

    private static Knowledge goneAfter(Exception e) {
        return e instanceof RetryableException ? Knowledge.REPEATABLE : Knowledge.NOT_COMMITTED;
    }

    private Ending failed(String code, Stage stage, Exception e, Knowledge knowledge) {
        String known = e instanceof ReadException coded ? coded.code() : code;
        String message = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
        String where = stage == Stage.COMMIT ? "committing to " : "writing to ";
        return new Ending(known, stage, where + sink.name() + " failed: " + message, e, false, knowledge);
    }

    /** Carries an ending out of the loop. */
    private static final class Ended extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Ending ending;

        Ended(Ending ending) {
            super(null, null, false, false);
            this.ending = ending;
        }
    }
}
