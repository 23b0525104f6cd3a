package dev.datasync.internal;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.row.Row;
import dev.datasync.run.Stage;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the inserts of an empty target while the source is still being read, to a writer that can take all of it back
 * (see {@link Sink#openAhead}). Nothing is committed here: when the comparison is complete and has passed the guards,
 * the {@link Applier} goes on with the writer. Whatever goes wrong before the commit, the writer is closed, and the run
 * goes on as if there had been none. Used by the thread of the run.
 */
final class WritingAhead implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("dev.datasync");

    /**
     * A source that brings nothing for so long may be slow, and a transaction be open for hours; or it may be waiting for
     * that very transaction.
     */
    private static final long MOST_NANOS_IDLE = 2_000_000_000;

    static final String NOT_ALL_APPLIED = "the target does not take every record";

    private final Settings<?> settings;
    private final RunState state;
    private final Sink<Row> sink;
    private @Nullable Writing writing;
    private boolean isOver;

    /** When a part was written last. */
    private long idleSince;

    private long lost;

    WritingAhead(Settings<?> settings, RunState state) {
        this.settings = settings;
        this.state = state;
        this.sink = settings.sink().rows();
    }

    /** Tells whether a plan commits its changes all at once, so that a part of them can be written before the others. */
    static boolean suits(Settings<?> settings) {
        return settings.writing().commitEvery() == 0;
    }

    /** What a writer has done, and what belongs to it. */
    static final class Writing {

        final ChangeWriter<Row> writer;
        final Scope scope;
        final WriterContext context;
        private final InterruptWatch watch;
        int parts;
        long inserts;
        long nanos;

        Writing(ChangeWriter<Row> writer, Scope scope, WriterContext context, InterruptWatch watch) {
            this.writer = writer;
            this.scope = scope;
            this.context = context;
            this.watch = watch;
        }
    }

    /** Writes the parts of the change set that are complete. All of it must be inserts. */
    void write(ChangeStore changes, Layout layout) {
        if (isOver) {
            return;
        }
        try {
            Writing known = writing;
            int parts = changes.parts();
            if (known == null && parts > 0) {
                known = open(layout);
                writing = known;
                changes.make(ChangeStore.Parts.SMALL);
            }
            if (known == null) {
                return;
            }
            if (known.parts < parts) {
                writeParts(changes, known, new StoredChanges<>(changes, layout, true, row -> row, e -> e));
                idleSince = System.nanoTime();
            } else if (System.nanoTime() - idleSince > MOST_NANOS_IDLE) {
                giveUp("the source is slow", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            giveUp("interrupted", e);
        } catch (Exception e) {
            giveUp(said(e), e);
        }
        if (isOver) {
            changes.make(ChangeStore.Parts.LARGE);
        }
    }

    private static String said(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage();
    }

    private @Nullable Writing open(Layout layout) throws Exception {
        // asked once, whatever the answer
        isOver = true;
        long began = System.nanoTime();
        Scope scope = state.openScope();
        InterruptWatch watch = new InterruptWatch(Thread.currentThread(), state::cancel);
        boolean isOpen = false;
        try {
            WriterContext context =
                    new WriterContext(settings, state, layout, scope, null, new ChangeCounts(Long.MAX_VALUE, 0, 0));
            watch.start(settings.threads());
            Optional<ChangeWriter<Row>> opened = sink.openAhead(context);
            if (opened.isEmpty()) {
                return null;
            }
            ChangeWriter<Row> writer = opened.get();
            if (writer.appliesAtOnce() || !writer.undoesOnClose()) {
                LOG.warn(
                        "plan '{}' does not write ahead: the writer of {} cannot take back what it writes",
                        settings.name(),
                        sink.name());
                writer.close();
                return null;
            }
            Writing made = new Writing(writer, scope, context, watch);
            made.nanos = System.nanoTime() - began;
            isOpen = true;
            isOver = false;
            return made;
        } finally {
            if (!isOpen) {
                watch.close();
                scope.close();
            }
        }
    }

    private void writeParts(ChangeStore store, Writing known, StoredChanges<Row> changes) throws Exception {
        long began = System.nanoTime();
        int wanted = settings.writing().batchSize();
        int size = wanted > 0 ? wanted : Math.max(1, known.writer.batchSize());
        long bytes = Applier.mostBatchBytes(settings);
        // nobody is told of a part that is complete while another one is being written
        while (known.parts < store.parts()) {
            StoredChanges.Decoding<Row> part = changes.part(known.parts);
            while (part.hasNext()) {
                checkGoingOn();
                write(part.batch(size, bytes), known);
            }
            known.parts++;
        }
        known.nanos += System.nanoTime() - began;
    }

    private void checkGoingOn() throws InterruptedException {
        state.checkStopped();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedException();
        }
    }

    private static void write(List<Change<Row>> batch, Writing known) throws Exception {
        known.inserts += batch.size();
        List<Outcome> outcomes = known.writer.write(Collections.unmodifiableList(batch));
        boolean isApplied = outcomes.size() == batch.size() && areApplied(outcomes) && known.writer.canCommitNow();
        if (!isApplied) {
            // what becomes of a change that is refused or has to wait is for the ordinary way to say
            throw new NotAllApplied();
        }
    }

    static boolean areApplied(List<Outcome> outcomes) {
        return outcomes.stream().allMatch(Outcome.Applied.class::isInstance);
    }

    /** The target has not taken everything. */
    private static final class NotAllApplied extends Exception {

        private static final long serialVersionUID = 1L;

        NotAllApplied() {
            super(NOT_ALL_APPLIED, null, false, false);
        }
    }

    /** Takes back what was written, to do it again when the comparison is complete. */
    private void giveUp(String reason, @Nullable Exception e) {
        isOver = true;
        Writing known = writing;
        if (known == null) {
            LOG.debug("plan '{}' does not write ahead: {}", settings.name(), reason);
            return;
        }
        writing = null;
        Throwable closing = close(known);
        if (closing instanceof Error error) {
            throw error;
        }
        if (closing != null && !(e instanceof NotCommittedException)) {
            lost = known.inserts;
            throw new StageFailure(
                    "E-WRITE",
                    Stage.APPLY,
                    "what was sent to " + sink.name() + " before the comparison was complete could not be taken back: "
                            + said(closing) + ". Nothing of it was committed; run the plan again, which compares before"
                            + " it writes",
                    closing);
        }
        if (!state.isStopped() && !Thread.currentThread().isInterrupted()) {
            logTakenBack(settings, known.inserts, reason);
        }
    }

    static void logTakenBack(Settings<?> settings, long inserts, String reason) {
        LOG.info(
                "plan '{}': {} inserts that were written ahead are taken back, and come again after the comparison: {}",
                settings.name(),
                inserts,
                reason);
    }

    /** Closes a writer, which takes back what it has written, and returns what that threw. */
    private static @Nullable Throwable close(Writing known) {
        known.watch.close();
        known.scope.close();
        // an interrupt must not keep the target from being put back as it was
        boolean wasInterrupted = Thread.interrupted();
        try {
            known.writer.close();
            return null;
        } catch (Exception | Error e) {
            return e;
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Hands the open writer over to whoever goes on with it; {@code null} when there is none. */
    @Nullable
    Writing release() {
        Writing known = writing;
        writing = null;
        isOver = true;
        if (known != null) {
            known.watch.close();
        }
        return known;
    }

    /** Returns how many inserts may be there because closing the writer has failed. */
    long lost() {
        return lost;
    }

    /** Takes back what was written, unless somebody goes on with it. */
    @Override
    public void close() {
        Writing known = writing;
        writing = null;
        isOver = true;
        if (known == null) {
            return;
        }
        Throwable closing = close(known);
        if (closing != null) {
            lost = known.inserts;
            LOG.warn("plan '{}' could not close what has written ahead to {}", settings.name(), sink.name(), closing);
            state.warn("inserts that were sent to " + sink.name() + " before the comparison was complete could not be"
                    + " taken back; nothing of it was committed");
        }
    }
}
