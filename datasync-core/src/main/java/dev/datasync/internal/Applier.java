package dev.datasync.internal;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.change.ChangeSet;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.Rejection;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncReport;
import dev.datasync.run.SyncReport.StageTime;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadContext.Cancellation;
import dev.datasync.source.ReadException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The second half of a run: writes the changes and commits them. Used once. */
final class Applier<T> {

    private static final Logger LOG = LoggerFactory.getLogger("dev.datasync");

    private final Settings<T> settings;
    private final RunState state;
    private final Compared compared;
    private final Layout layout;
    private final RunMemory memory;
    private final Sink<Row> sink;
    private final Map<Change.Kind, Long> applied = new EnumMap<>(Change.Kind.class);
    private final List<Rejection> rejections = new ArrayList<>();
    private final List<StageTime> stages = new ArrayList<>();
    private long rejected;
    private long unknown;

    /** How many changes were handed to the writer and have no outcome yet. */
    private long pending;

    private boolean committing;
    private boolean committed;
    private String method = "";

    Applier(Settings<T> settings, RunState state, Compared compared, Layout layout, RunMemory memory) {
        this.settings = settings;
        this.state = state;
        this.compared = compared;
        this.layout = layout;
        this.memory = memory;
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

        static Result nothing(Optional<String> watermark) {
            return new Result(new ChangeCounts(0, 0, 0), 0, 0, List.of(), List.of(), watermark, "");
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
        final boolean wasInterrupted;

        Stopped(
                String code,
                Stage stage,
                String message,
                @Nullable Throwable cause,
                Compared compared,
                Result result,
                boolean isCancelled,
                boolean wasInterrupted) {
            super(message, cause);
            this.code = code;
            this.stage = stage;
            this.compared = compared;
            this.result = result;
            this.isCancelled = isCancelled;
            this.wasInterrupted = wasInterrupted;
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }

    /** Why the writing ended, before it is known whether it could be undone. */
    private record Ending(
            String code,
            Stage stage,
            String message,
            @Nullable Throwable cause,
            boolean isCancelled) {}

    Result apply(ChangeSet<Row> changes) {
        long began = System.nanoTime();
        Ending ending = null;
        ChangeWriter<Row> writer = null;
        Error error = null;
        Scope scope = state.openScope();
        InterruptWatch watch = new InterruptWatch(Thread.currentThread(), state::cancel);
        try {
            watch.start(settings.threads());
            writer = sink.open(new Context(changes.counts(), scope));
            writeAll(writer, changes);
            // from here on a cancellation would only make the outcome unknown
            watch.close();
            scope.close();
            checkGoingOn();
            beforeCommit(writer, true);
            committing = true;
            writer.commit();
            committed = true;
        } catch (NotCommittedException e) {
            committing = false;
            ending = ending("E-COMMIT", Stage.COMMIT, e);
        } catch (Ended e) {
            ending = e.ending;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ending = committing
                    ? ending("E-COMMIT-UNKNOWN", Stage.COMMIT, e)
                    : cancelled(null);
        } catch (Exception e) {
            boolean isCancelled = state.isStopped() || Thread.currentThread().isInterrupted();
            ending = isCancelled && !committing
                    ? cancelled(e)
                    : ending(committing ? "E-COMMIT-UNKNOWN" : "E-WRITE", committing ? Stage.COMMIT : Stage.APPLY, e);
        } catch (Error e) {
            error = e;
        } finally {
            watch.close();
            scope.close();
        }
        return close(writer, ending, error, changes.counts(), began);
    }

    /** Closes the writer, which undoes what is not committed, and makes the result or the exception. */
    private Result close(
            @Nullable ChangeWriter<Row> writer,
            @Nullable Ending ending,
            @Nullable Error error,
            ChangeCounts expected,
            long began) {
        // an interrupt must not keep the target from being put back as it was
        boolean wasInterrupted = Thread.interrupted();
        Throwable closing = null;
        boolean isUndone = true;
        if (writer != null) {
            try {
                method = writer.method();
                isUndone = writer.undoesOnClose();
                writer.close();
            } catch (Exception | Error e) {
                closing = e;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
        stages.add(new StageTime(Stage.APPLY, expected.total(), Duration.ofNanos(System.nanoTime() - began)));
        if (error != null) {
            if (closing != null) {
                error.addSuppressed(closing);
            }
            throw error;
        }
        if (ending != null) {
            Stopped stopped = stopped(ending, isUndone && closing == null, wasInterrupted);
            if (closing != null) {
                stopped.addSuppressed(closing);
            }
            throw stopped;
        }
        if (closing instanceof Error late) {
            throw late;
        }
        if (closing != null) {
            LOG.warn("plan '{}' has committed, but closing {} failed", settings.name(), sink.name(), closing);
        }
        afterLastCommit();
        return result(counts());
    }

    /**
     * Puts into the target's transaction what belongs to it. Nothing of it is committed when this throws.
     *
     * @param isLast whether nothing is left to be written after this commit
     */
    private void beforeCommit(ChangeWriter<Row> writer, boolean isLast) throws Exception {
        memory.beforeCommit(writer, isLast && rejected == 0);
    }

    /** Does what belongs to the changes and could not be put into the target's transaction. The writer is closed. */
    private void afterLastCommit() {
        memory.afterLastCommit(rejected == 0);
    }

    private Stopped stopped(Ending ending, boolean isUndone, boolean wasInterrupted) {
        String known;
        if (!isUndone || committing && !committed) {
            unknown = counts().total() + pending;
            known = unknown == 0
                    ? "; nothing was written"
                    : ". Whether the changes are in the target is unknown: run the plan again, which compares before it"
                            + " writes";
        } else {
            known = "; nothing was committed";
        }
        return new Stopped(
                ending.code,
                ending.stage,
                ending.message + known,
                ending.cause,
                compared,
                result(new ChangeCounts(0, 0, 0)),
                ending.isCancelled,
                wasInterrupted);
    }

    private ChangeCounts counts() {
        return new ChangeCounts(applied(Change.Kind.INSERT), applied(Change.Kind.UPDATE), applied(Change.Kind.DELETE));
    }

    private long applied(Change.Kind kind) {
        return applied.getOrDefault(kind, 0L);
    }

    private Result result(ChangeCounts confirmed) {
        return new Result(
                confirmed, unknown, rejected, List.copyOf(rejections), List.copyOf(stages), memory.saved(), method);
    }

    /** Returns the ending of a run that was stopped from outside: by its user, or by a lock that was lost. */
    private Ending cancelled(@Nullable Throwable cause) {
        return state.failure() instanceof StageFailure failure
                ? new Ending(failure.code, Stage.APPLY, failure.text(), failure.getCause(), false)
                : new Ending("E-CANCELLED", Stage.APPLY, "the run was cancelled", cause, true);
    }

    private Ending ending(String code, Stage stage, Exception e) {
        String known = e instanceof ReadException coded ? coded.code() : code;
        String message = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
        String where = stage == Stage.COMMIT ? "committing to " : "writing to ";
        return new Ending(known, stage, where + sink.name() + " failed: " + message, e, false);
    }

    // ---------------------------------------------------------------- writing

    /** Carries an ending out of the loop. */
    private static final class Ended extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Ending ending;

        Ended(Ending ending) {
            super(null, null, false, false);
            this.ending = ending;
        }
    }

    private void writeAll(ChangeWriter<Row> writer, ChangeSet<Row> changes) throws Exception {
        Iterator<Change<Row>> iterator = changes.iterator();
        long total = changes.counts().total();
        long written = 0;
        int wanted = settings.writing().batchSize();
        int size = wanted > 0 ? wanted : Math.max(1, writer.batchSize());
        while (iterator.hasNext()) {
            checkGoingOn();
            List<Change<Row>> batch = new ArrayList<>(size);
            while (iterator.hasNext() && batch.size() < size) {
                batch.add(iterator.next());
            }
            pending = batch.size();
            List<Outcome> outcomes = writer.write(batch);
            if (outcomes.size() != batch.size()) {
                throw new Ended(new Ending(
                        "E-OUTCOMES",
                        Stage.APPLY,
                        sink.name() + " returned " + outcomes.size() + " outcomes for " + batch.size() + " changes",
                        null,
                        false));
            }
            for (int i = 0; i < outcomes.size(); i++) {
                take(batch.get(i), outcomes.get(i));
                pending--;
            }
            written += batch.size();
            state.progress(Stage.APPLY, written, OptionalLong.of(total));
        }
    }

    private void checkGoingOn() throws InterruptedException {
        state.checkStopped();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException();
        }
    }

    private void take(Change<Row> change, Outcome outcome) {
        if (outcome instanceof Outcome.Applied) {
            applied.merge(change.kind(), 1L, Long::sum);
        } else if (outcome instanceof Outcome.Rejected refused) {
            reject(change, "E-WRITE-REJECTED", refused.reason());
        } else if (outcome instanceof Outcome.Conflict conflict) {
            reject(change, "E-CONFLICT", conflict.reason());
        } else if (outcome instanceof Outcome.Unknown lost) {
            throw new Ended(new Ending(
                    "E-WRITE-UNKNOWN",
                    Stage.APPLY,
                    "what became of " + change.key() + " is unknown: " + lost.reason(),
                    null,
                    false));
        }
    }

    private void reject(Change<Row> change, String code, String reason) {
        rejected++;
        Rejection rejection = new Rejection(Stage.APPLY, sink.name(), Optional.of(change.key()), reason);
        if (rejections.size() < SyncReport.MOST_SHOWN) {
            rejections.add(rejection);
        }
        state.tell(listener -> listener.rejected(rejection));
        long all = compared.tally().rejected() + rejected;
        if (!settings.failurePolicy().limit().allows(all, compared.tally().sourceRead())) {
            String limit = settings.failurePolicy().isFailFast()
                    ? ""
                    : " (" + all + " rejections, and the limit is "
                            + settings.failurePolicy().limit() + ")";
            throw new Ended(new Ending(
                    code, Stage.APPLY, sink.name() + ", " + change.key() + ": " + reason + limit, null, false));
        }
    }

    private final class Context implements WriteContext {

        private final ChangeCounts expected;
        private final Scope scope;

        Context(ChangeCounts expected, Scope scope) {
            this.expected = expected;
            this.scope = scope;
        }

        @Override
        public String plan() {
            return settings.name();
        }

        @Override
        public Schema schema() {
            return layout.schema();
        }

        @Override
        public List<String> keyFields() {
            return layout.keyNames();
        }

        @Override
        public ChangeCounts expected() {
            return expected;
        }

        @Override
        public OnRejection onRejection() {
            return settings.failurePolicy().isFailFast() ? OnRejection.END_RUN : OnRejection.SKIP_CHANGE;
        }

        @Override
        public void warn(String message) {
            state.warn(message);
        }

        @Override
        public boolean isCancelled() {
            return state.isStopped();
        }

        @Override
        public void onCancel(Cancellation action) {
            scope.register(action);
        }
    }
}
