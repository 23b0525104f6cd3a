package dev.datasync.internal;

import dev.datasync.change.ChangeCounts;
import dev.datasync.change.DeleteGuard;
import dev.datasync.change.Deletes;
import dev.datasync.match.Key;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.PlanException;
import dev.datasync.run.Rejection;
import dev.datasync.run.RunOptions;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncReport;
import dev.datasync.run.SyncReport.StageTime;
import dev.datasync.sink.Sink;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadException;
import dev.datasync.source.Source;
import dev.datasync.state.RunLock;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first half of a run: validates, reads both sides, compares them and checks the guards. Writes nothing. */
final class Comparer<T> {

    private static final Logger LOG = LoggerFactory.getLogger("dev.datasync");

    /** The budget is dealt out in sixteenths. Collected duplicates and both sides are held at the same time ... */
    private static final int SHARES = 16;

    private static final int SIDE_SHARES = 5;
    private static final int DUPLICATE_SHARES = 4;

    /** ... and after them a partition of a spilled comparison, and half as much of what did not go to the file. */
    private static final int PARTITION_SHARES = 8;

    private static final int CHANGE_SHARES = 2;

    /** A reader is asked to stop, then interrupted, then abandoned: together less than a second. */
    private static final long MILLIS_ASKED = 250;

    private static final long MILLIS_INTERRUPTED = 400;

    private final Settings<T> settings;
    private final RunOptions options;
    private final RunState state;
    private final Source<?> source;
    private final Sink<Row> sink;
    private final Matcher<? super T> matcher;
    private final StepFlows.Counts counts = new StepFlows.Counts();
    private final List<StageTime> stages = new ArrayList<>();
    private final long seed = new SplittableRandom().nextLong();
    /** Held while a function of the plan is called that two readers may come to. */
    private final ReentrantLock turn = new ReentrantLock();

    private Optional<String> watermark = Optional.empty();
    /** The present content of the target, asked for once. */
    private @Nullable Source<Row> existing;

    private @Nullable Reader<?> sourceReader;
    private @Nullable Reader<?> targetReader;
    private volatile Stage stage = Stage.VALIDATE;

    Comparer(Settings<T> settings, RunOptions options, RunState state) {
        this.settings = settings;
        this.options = options;
        this.state = state;
        this.source = settings.source();
        this.sink = settings.sink().rows();
        this.matcher = settings.matcher();
    }

    Stage stage() {
        return stage;
    }

    List<StageTime> stages() {
        return List.copyOf(stages);
    }

    /** Returns how far the reading has come, for the report of a run that ended there. */
    Compared.Tally tally() {
        Reader<?> fromSource = sourceReader;
        Reader<?> fromTarget = targetReader;
        return new Compared.Tally(
                fromSource == null ? 0 : fromSource.read(),
                fromTarget == null ? 0 : fromTarget.read(),
                counts.added,
                counts.filtered,
                counts.duplicates,
                state.rejected(),
                0,
                0,
                0);
    }

    private long share(int shares) {
        return settings.memoryBudget().bytes() * shares / SHARES;
    }

    // ---------------------------------------------------------------- validate

    /** Checks all that shows without reading everything, and returns the layout where it is known already. */
    private LayoutHolder validate(@Nullable RunLock lock) {
        stage = Stage.VALIDATE;
        long began = System.nanoTime();
        Problems problems = new Problems();
        if (!Files.isDirectory(settings.spillDirectory()) || !Files.isWritable(settings.spillDirectory())) {
            problems.add("there is no writable folder " + settings.spillDirectory()
                    + " for temporary files: create it, or name another in spillDirectory(...)");
        }
        List<StageFailure> unreachable = new ArrayList<>();
        Optional<Schema> stored = Optional.empty();
        Optional<Schema> incoming = Optional.empty();
        try {
            stored = sink.storedSchema();
        } catch (Exception e) {
            unreachable.add(unusable("E-TARGET", sink.name(), e));
        }
        try {
            incoming = incoming();
        } catch (Exception e) {
            unreachable.add(unusable("E-SOURCE", source.name(), e));
        }
        if (!unreachable.isEmpty()) {
            throw together(unreachable);
        }
        Source<Row> content = sink.existing();
        existing = content;
        List<StageFailure> entangled = entangled(content, lock);
        LayoutHolder layouts = new LayoutHolder(settings, sink, state);
        if (stored.isPresent()) {
            Layout layout = LayoutHolder.make(settings, stored.get(), problems);
            incoming.ifPresent(schema -> Binding.ofSource(layout, schema, matcher, problems));
            layouts.use(layout);
        }
        if (problems.isEmpty() && entangled.size() == 1) {
            throw entangled.get(0);
        }
        entangled.forEach(failure -> problems.add(failure.text() + " [" + failure.code + "]"));
        if (!problems.isEmpty()) {
            throw new PlanProblems(new PlanException(settings.name(), problems.list()));
        }
        stages.add(new StageTime(Stage.VALIDATE, 0, Duration.ofNanos(System.nanoTime() - began)));
        return layouts;
    }

    private List<StageFailure> entangled(Source<Row> content, @Nullable RunLock lock) {
        List<StageFailure> failures = new ArrayList<>();
        try {
            Sharing.sameRecords(source, content, sink.name()).ifPresent(failures::add);
        } catch (Exception e) {
            throw unusable("E-VALIDATE", source.name() + " or " + sink.name(), e);
        }
        failures.addAll(Sharing.smallPools(lock, source, content));
        return failures;
    }

    /** Returns the fields of the records that reach the comparison, where they are known before reading. */
    private Optional<Schema> incoming() throws Exception {
        Optional<Schema> typed = settings.sink().recordType().schema();
        Optional<Schema> read = source.schema();
        boolean keepsFields = settings.steps().stream()
                .allMatch(step -> step instanceof Step.Filter || step instanceof Step.DropDuplicates);
        return typed.isPresent() || !keepsFields ? typed : read;
    }

    static StageFailure unusable(String code, String name, Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
        if (e instanceof ReadException known) {
            return new StageFailure(known.code(), Stage.VALIDATE, String.valueOf(known.getMessage()), e);
        }
        String message = e.getMessage() == null ? "" : ": " + e.getMessage();
        return new StageFailure(
                code, Stage.VALIDATE, name + " is not usable: " + e.getClass().getSimpleName() + message, e);
    }

    private static StageFailure together(List<StageFailure> failures) {
        StageFailure first = failures.get(0);
        if (failures.size() == 1) {
            return first;
        }
        StringBuilder text = new StringBuilder("neither side is usable:");
        failures.forEach(
                failure -> text.append(System.lineSeparator()).append("  - ").append(failure.text()));
        StageFailure both = new StageFailure("E-VALIDATE", Stage.VALIDATE, text.toString(), first.getCause());
        failures.subList(1, failures.size()).forEach(both::addSuppressed);
        return both;
    }

    // ---------------------------------------------------------------- compare

    /**
     * Validates, reads and compares.
     *
     * @param lock the lock that is held meanwhile, or {@code null}
     * @param memory tells from where to read
     * @param purpose what the result is for
     * @param ahead writes inserts into an empty target meanwhile, where that is allowed
     */
    Compared compare(
            SpillFile spill, @Nullable RunLock lock, RunMemory memory, Purpose purpose, @Nullable WritingAhead ahead)
            throws InterruptedException {
        LayoutHolder layouts = validate(lock);
        Source<Row> content = Objects.requireNonNull(existing);
        checkGoingOn();
        watermark = memory.load();
        ChangeStore changes = new ChangeStore(spill, share(CHANGE_SHARES), state::signal);
        boolean isMerged = layouts.known() != null && canMerge(content);
        Fingerprint fingerprint = purpose == Purpose.PREVIEW ? new Fingerprint(seed) : null;
        return isMerged
                ? compareMerging(spill, layouts, content, changes, fingerprint)
                : compareHashing(spill, layouts, content, changes, fingerprint, ahead);
    }

    /** What a comparison is for. */
    enum Purpose {
        RUN,

        /** Its target is compared with that of a later run, which needs a fingerprint. */
        PREVIEW
    }

    /** Fails when the run was stopped: by what has failed, if something has. */
    private void checkGoingOn() {
        Throwable failure = state.failure();
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        state.checkStopped();
    }

    /** Both sides can be merged when they can deliver the order of the keys, and the plan does not disturb it. */
    private boolean canMerge(Source<Row> content) {
        return settings.keepsKeyOrder()
                && source.canOrderBy(matcher.sourceFields())
                && content.canOrderBy(matcher.targetFields());
    }

    private Compared compareHashing(
            SpillFile spill,
            LayoutHolder layouts,
            Source<Row> existing,
            ChangeStore changes,
            @Nullable Fingerprint fingerprint,
            @Nullable WritingAhead ahead)
            throws InterruptedException {
        HashJoin join = new HashJoin(spill, seed, share(2 * SIDE_SHARES), this::isStopped);
        Joining ofSource = new Joining(join, Side.SOURCE, layouts, changes);
        Joining ofTarget = new Joining(join, Side.TARGET, layouts, changes);
        SourceIntake<T> sourceIntake = new SourceIntake<>(settings, state, layouts, ofSource);
        ofSource.lacksRequiredField = sourceIntake::lacksRequiredField;
        TargetIntake targetIntake =
                new TargetIntake(existing, layouts, ofTarget, fingerprint, this::checkTargetComplete);
        List<Reader<?>> readers = readers(spill, existing, List.of(), List.of(), sourceIntake, targetIntake);
        readBoth(readers, () -> writeAhead(ahead, layouts.known(), changes));
        checkReadings();
        stage = Stage.COMPARE;
        long began = System.nanoTime();
        Layout layout = layouts.known();
        if (layout == null) {
            return finished(null, changes, null, sourceIntake, "nothing to compare", fingerprint, began);
        }
        Classifier classifier = ofSource.classifier();
        try {
            join.finish(classifier, share(PARTITION_SHARES), this::isStopped);
        } catch (DuplicateKey e) {
            throw duplicate(layout, e);
        }
        classifier.add(ofTarget.classifier());
        String method = "compared by hash as both sides were read, "
                + (spill.size() == 0 ? "in memory" : "with a temporary file of " + mebibytes(spill.size()));
        return finished(layout, changes, classifier, sourceIntake, method, fingerprint, began);
    }

    /** Joins one side's records with the other's, and classifies what is found, on the thread that reads the side. */
    private final class Joining implements Intake {

        private final Intake intake;
        private final LayoutHolder layouts;
        private final ChangeStore changes;
        private BooleanSupplier lacksRequiredField = () -> false;
        private @Nullable Classifier classifier;

        Joining(HashJoin join, Side side, LayoutHolder layouts, ChangeStore changes) {
            this.intake = join.intake(side, this::classifier);
            this.layouts = layouts;
            this.changes = changes;
        }

        /** Returns the classifier, made when the layout is known. */
        Classifier classifier() {
            Classifier known = classifier;
            if (known == null) {
                known = Comparer.this.classifier(layout(), changes, lacksRequiredField);
                classifier = known;
            }
            return known;
        }

        private Layout layout() {
            return Objects.requireNonNull(layouts.known());
        }

        @Override
        public void add(ByteWriter entry) {
            try {
                intake.add(entry);
            } catch (DuplicateKey e) {
                throw duplicate(layout(), e);
            }
        }

        @Override
        public void end() {
            try {
                intake.end();
            } catch (DuplicateKey e) {
                throw duplicate(layout(), e);
            }
        }
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1024.0 / 1024.0);
    }

    private boolean isStopped() {
        return state.isStopped() || Thread.currentThread().isInterrupted();
    }

    private Compared compareMerging(
            SpillFile spill,
            LayoutHolder layouts,
            Source<Row> existing,
            ChangeStore changes,
            @Nullable Fingerprint fingerprint)
            throws InterruptedException {
        QueueIntake sourceQueue = new QueueIntake(state, share(SIDE_SHARES));
        QueueIntake targetQueue = new QueueIntake(state, share(SIDE_SHARES));
        SourceIntake<T> sourceIntake = new SourceIntake<>(settings, state, layouts, sourceQueue);
        TargetIntake targetIntake =
                new TargetIntake(existing, layouts, targetQueue, fingerprint, this::checkTargetComplete);
        List<Reader<?>> readers =
                readers(spill, existing, matcher.sourceFields(), matcher.targetFields(), sourceIntake, targetIntake);
        Layout layout = Objects.requireNonNull(layouts.known());
        Classifier classifier = classifier(layout, changes, () -> true);
        long began = System.nanoTime();
        stage = Stage.READ_SOURCE;
        try {
            readers.forEach(Reader::start);
            new MergeComparison(classifier).compare(sourceQueue, targetQueue);
            state.await(readers, () -> {});
        } catch (DuplicateKey e) {
            state.fail(duplicate(layout, e));
        } catch (OrderViolation e) {
            state.fail(disorder(layout, e));
        } catch (CancellationException e) {
            // a reader has stopped the run; what it found is thrown below
            state.cancel();
        } catch (InterruptedException e) {
            state.cancel();
            throw e;
        } catch (RuntimeException | Error e) {
            state.fail(e);
        } finally {
            quiesce(readers);
        }
        checkReadings();
        stage = Stage.COMPARE;
        return finished(
                layout,
                changes,
                classifier,
                sourceIntake,
                "merged in key order as both sides were read",
                fingerprint,
                began);
    }

    private List<Reader<?>> readers(
            SpillFile spill,
            Source<Row> existing,
            List<String> sourceOrder,
            List<String> targetOrder,
            SourceIntake<T> sourceIntake,
            TargetIntake targetIntake) {
        long duplicateFilters = settings.steps().stream()
                .filter(Step.DropDuplicates.class::isInstance)
                .count();
        Flow flow = StepFlows.chain(
                settings.steps(),
                sourceIntake,
                counts,
                sourceIntake::reject,
                state::checkStopped,
                drop -> new DuplicateFilter(
                        drop.rule(), spill, share(DUPLICATE_SHARES) / Math.max(1, duplicateFilters), seed));
        Reader<?> fromSource = new Reader<>(state, settings, Stage.READ_SOURCE, source, sourceOrder, watermark, flow);
        Reader<?> fromTarget =
                new Reader<>(state, settings, Stage.READ_TARGET, existing, targetOrder, Optional.empty(), targetIntake);
        sourceReader = fromSource;
        targetReader = fromTarget;
        return List.of(fromSource, fromTarget);
    }

    /** Where the target is read and has nothing, all that is found are inserts. */
    private void writeAhead(@Nullable WritingAhead ahead, @Nullable Layout layout, ChangeStore changes) {
        Reader<?> target = targetReader;
        if (ahead != null
                && layout != null
                && target != null
                && target.isDone()
                && target.read() == 0
                && target.completion() instanceof Completion.Complete) {
            ahead.write(changes, layout);
        }
    }

    private void readBoth(List<Reader<?>> readers, Runnable meanwhile) throws InterruptedException {
        stage = Stage.READ_SOURCE;
        try {
            readers.forEach(Reader::start);
            state.await(readers, meanwhile);
        } catch (InterruptedException e) {
            state.cancel();
            throw e;
        } catch (RuntimeException | Error e) {
            // a thread that could not be started must not leave the other one running
            state.fail(e);
        } finally {
            quiesce(readers);
        }
    }

    /** Waits for the readers to end; those of a stopped run are asked, then interrupted, then left alone. */
    private void quiesce(List<Reader<?>> readers) throws InterruptedException {
        boolean interrupted = joinAll(readers, MILLIS_ASKED);
        if (readers.stream().anyMatch(Reader::isAlive)) {
            readers.forEach(Reader::interrupt);
            interrupted |= joinAll(readers, MILLIS_INTERRUPTED);
        }
        if (readers.stream().anyMatch(Reader::isAlive)) {
            LOG.warn(
                    "plan '{}' was stopped, but a call into a connector does not return; its thread is left alone",
                    settings.name());
        }
        if (interrupted) {
            throw new InterruptedException();
        }
    }

    /** Waits for all readers, up to one deadline when the run was stopped; tells whether it was interrupted. */
    private boolean joinAll(List<Reader<?>> readers, long millis) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + millis * 1_000_000;
        for (Reader<?> reader : readers) {
            try {
                reader.join(state.isStopped() ? Math.max(1, deadline - System.nanoTime()) : 0);
            } catch (InterruptedException e) {
                state.cancel();
                interrupted = true;
            }
        }
        return interrupted;
    }

    /** Throws what stopped the run, or fails where the readings are not good enough to compare. */
    private void checkReadings() {
        checkGoingOn();
        stage = Stage.TRANSFORM;
        long read = sourceReader == null ? 0 : sourceReader.read();
        state.checkRejections(Stage.TRANSFORM, read);
        stage = Stage.READ_TARGET;
        checkTargetComplete();
    }

    private void checkTargetComplete() {
        if (targetReader != null && targetReader.completion() instanceof Completion.Incomplete incomplete) {
            throw new StageFailure(
                    "E-TARGET-INCOMPLETE",
                    Stage.READ_TARGET,
                    "the target " + sink.name() + " was not read completely, so nothing can be compared: "
                            + incomplete.reason() + ". Nothing was written",
                    null);
        }
    }

    private Classifier classifier(Layout layout, ChangeStore changes, BooleanSupplier checksRequiredFields) {
        return new Classifier(
                layout,
                settings.mode(),
                settings.deletes(),
                changes,
                checksRequiredFields,
                turn,
                (page, offset, values, field) -> state.reject(new Rejection(
                        Stage.COMPARE,
                        source.locate(StoredRecord.position(page, offset)),
                        Optional.of(layout.key(values)),
                        missing(field))));
    }

    private static String missing(Field field) {
        return "it cannot be inserted without field '" + field.name() + "', which the source does not deliver: set it"
                + " with map(RowTransforms.defaultValue(\"" + field.name() + "\", ...)), or use updateOnly()";
    }

    private StageFailure duplicate(Layout layout, DuplicateKey e) {
        return twoRecords(
                "E-KEY-DUPLICATE",
                layout,
                e.side,
                e.first,
                e.second,
                "have the same key",
                e.side == Side.SOURCE
                        ? "Keep one of them with dropDuplicates(...), or match on more fields"
                        : "Remove one of them, or match on fields that are unique in the target");
    }

    private StageFailure disorder(Layout layout, OrderViolation e) {
        return twoRecords(
                "E-ORDER",
                layout,
                e.side,
                DuplicateKey.Place.of(e.firstPage, e.firstOffset),
                DuplicateKey.Place.of(e.secondPage, e.secondOffset),
                "come in this order, but the " + e.side + " promised ascending keys",
                "Do not promise an order that the records do not have");
    }

    private StageFailure twoRecords(
            String code,
            Layout layout,
            Side side,
            DuplicateKey.Place first,
            DuplicateKey.Place second,
            String what,
            String remedy) {
        Source<?> where = side == Side.SOURCE ? source : Objects.requireNonNull(existing);
        String name = side == Side.SOURCE ? source.name() : sink.name();
        String message = "two records of the " + side + " " + name + " " + what + ": "
                + where.locate(first.position) + " (" + key(layout, first) + ") and "
                + where.locate(second.position) + " (" + key(layout, second) + "). " + remedy
                + "; nothing was written";
        return new StageFailure(code, Stage.COMPARE, message, null);
    }

    private static Key key(Layout layout, DuplicateKey.Place place) {
        byte[] page = place.page;
        if (place.content == DuplicateKey.Content.WHOLE) {
            return layout.key(layout.values(page, StoredRecord.body(page, place.offset)));
        }
        int length = StoredRecord.keyLength(page, place.offset);
        return new Key(layout.keyNames(), KeyCodec.read(page, StoredRecord.keyOffset(place.offset), length));
    }

    private static String how(String side, Reader<?> reader) {
        return reader.method().isEmpty() ? "" : "; " + side + " read by " + reader.method();
    }

    // ---------------------------------------------------------------- guard

    private Compared finished(
            @Nullable Layout layout,
            ChangeStore changes,
            @Nullable Classifier classifier,
            SourceIntake<T> sourceIntake,
            String method,
            @Nullable Fingerprint fingerprint,
            long began) {
        changes.finish();
        Reader<?> fromSource = Objects.requireNonNull(sourceReader);
        Reader<?> fromTarget = Objects.requireNonNull(targetReader);
        state.checkRejections(Stage.COMPARE, fromSource.read());
        stages.add(new StageTime(Stage.READ_SOURCE, fromSource.read(), fromSource.duration()));
        stages.add(new StageTime(Stage.READ_TARGET, fromTarget.read(), fromTarget.duration()));
        long compared = sourceIntake.accepted() + fromTarget.read();
        stages.add(new StageTime(Stage.COMPARE, compared, Duration.ofNanos(System.nanoTime() - began)));
        state.progress(Stage.COMPARE, compared, OptionalLong.of(compared));
        stage = Stage.GUARD;
        List<String> reasons = new ArrayList<>();
        if (fromSource.completion() instanceof Completion.Incomplete incomplete) {
            reasons.add("the source was not read completely: " + incomplete.reason());
        }
        if (state.rejected() > 0) {
            reasons.add(String.format(
                    Locale.ROOT,
                    state.rejected() == 1 ? "%,d record was rejected" : "%,d records were rejected",
                    state.rejected()));
        }
        long deletable = classifier == null ? 0 : classifier.deletable;
        Set<DeleteGuard> guards = guards(changes.counts(), fromSource.completion(), sourceIntake.accepted(), deletable);
        Set<DeleteGuard> overridden = EnumSet.noneOf(DeleteGuard.class);
        overridden.addAll(guards);
        overridden.retainAll(options.overriddenGuards());
        guards.removeAll(overridden);
        if (!overridden.isEmpty()) {
            LOG.warn(
                    "plan '{}' deletes {} records in spite of {}",
                    settings.name(),
                    changes.counts().deletes(),
                    overridden);
        }
        guards.forEach(guard -> reasons.add(withheld(guard, changes.counts().deletes(), deletable)));
        List<Key> withheld = guards.isEmpty()
                ? List.of()
                : new StoredChanges<>(changes, layout, true, row -> row, e -> e).keysOfDeletes(SyncReport.MOST_SHOWN);
        return new Compared(
                layout,
                changes,
                guards,
                overridden,
                withheld,
                reasons,
                new Compared.Tally(
                        fromSource.read(),
                        fromTarget.read(),
                        counts.added,
                        counts.filtered,
                        counts.duplicates,
                        state.rejected(),
                        classifier == null ? 0 : classifier.unchanged,
                        classifier == null ? 0 : classifier.skipped,
                        classifier == null ? 0 : classifier.kept),
                state.rejections(),
                stages(),
                method + how("source", fromSource) + how("target", fromTarget),
                fingerprint,
                watermarks(fromSource));
    }

    private Watermarks watermarks(Reader<?> fromSource) {
        if (!(fromSource.completion() instanceof Completion.Complete complete)) {
            return new Watermarks(watermark, Optional.empty());
        }
        complete.watermark().ifPresent(to -> RunMemory.check(to, source.name()));
        return new Watermarks(watermark, complete.watermark());
    }

    /** Returns the rules that forbid the deletes, all of which are known before the first write. */
    private Set<DeleteGuard> guards(
            ChangeCounts found, @Nullable Completion completion, long accepted, long deletable) {
        Set<DeleteGuard> guards = EnumSet.noneOf(DeleteGuard.class);
        Deletes deletes = settings.deletes();
        if (deletes == null || found.deletes() == 0) {
            return guards;
        }
        if (!(completion instanceof Completion.Complete)) {
            guards.add(DeleteGuard.INCOMPLETE_SOURCE);
        }
        if (state.rejected() > 0) {
            guards.add(DeleteGuard.REJECTED_RECORDS);
        }
        if (accepted == 0 && state.rejected() == 0) {
            guards.add(DeleteGuard.EMPTY_SOURCE);
        }
        if (!deletes.limit().allows(found.deletes(), deletable)) {
            guards.add(DeleteGuard.LIMIT);
        }
        return guards;
    }

    private String withheld(DeleteGuard guard, long found, long deletable) {
        Deletes deletes = settings.deletes();
        String share = String.format(
                Locale.ROOT,
                "refused to delete %,d of %,d target records (%.0f %%): ",
                found,
                deletable,
                deletable == 0 ? 0.0 : 100.0 * found / deletable);
        String limit = guard == DeleteGuard.LIMIT && deletes != null ? " (" + deletes.limit() + ")" : "";
        String remedy = guard.isOverridable()
                ? ". Look at preview(); if it is meant, run once with RunOptions.allowDeletesDespite(DeleteGuard."
                        + guard.name() + ")" + (guard == DeleteGuard.LIMIT ? " or raise the limit in deletes(...)" : "")
                : ". They are deleted by the next run that reads everything without a rejection";
        return share + guard.reason() + limit + remedy;
    }

    // ---------------------------------------------------------------- has the target moved?

    /** Reads the target again and tells whether it is as a comparison found it. */
    boolean isTargetAsIn(Compared compared, @Nullable RunLock lock) throws InterruptedException {
        stage = Stage.VALIDATE;
        List<StageFailure> small = Sharing.smallPools(lock, sink.existing());
        if (!small.isEmpty()) {
            throw small.get(0);
        }
        LayoutHolder layouts = new LayoutHolder(settings, sink, state);
        layouts.noMoreIncoming();
        if (compared.layout() != null) {
            layouts.use(compared.layout());
        }
        Fingerprint before = Objects.requireNonNull(compared.fingerprint());
        Fingerprint now = before.fresh();
        Intake nothing = new Intake() {
            @Override
            public void add(ByteWriter entry) {}

            @Override
            public void end() {}
        };
        Source<Row> existing = sink.existing();
        TargetIntake intake = new TargetIntake(existing, layouts, nothing, now, this::checkTargetComplete);
        Reader<?> reader =
                new Reader<>(state, settings, Stage.READ_TARGET, existing, List.of(), Optional.empty(), intake);
        targetReader = reader;
        readBoth(List.of(reader), () -> {});
        checkReadings();
        stages.add(new StageTime(Stage.READ_TARGET, reader.read(), reader.duration()));
        return now.isSameAs(before);
    }
}
