package dev.datasync;

import dev.datasync.change.Deletes;
import dev.datasync.internal.Mode;
import dev.datasync.internal.Run;
import dev.datasync.internal.Settings;
import dev.datasync.internal.Step;
import dev.datasync.match.Matcher;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.PlanException;
import dev.datasync.run.Retries;
import dev.datasync.run.RunOptions;
import dev.datasync.run.SyncListener;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.Sink;
import dev.datasync.source.Source;
import dev.datasync.state.RunLock;
import dev.datasync.state.WatermarkStore;
import dev.datasync.transform.Duplicates;
import dev.datasync.transform.Transformer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A plan to make the records of a target equal to those of a source.
 *
 * <pre>{@code
 * SyncPlan<Row> plan = SyncPlan.named("products")
 *         .from(CsvFile.at(Path.of("products.csv")))
 *         .filter(row -> row.bool("active"))
 *         .match(Matcher.on("id"))
 *         .into(JdbcTable.named("products").in(dataSource))
 *         .deletes(Deletes.missing().atMost(50).or(percent(5)))
 *         .build();
 *
 * SyncReport report = plan.run();
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads; it can be run any number of times, one run at a time.
 *
 * @param <T> the type of the records that are matched and written
 */
public final class SyncPlan<T> {

    private final Settings<T> settings;
    private final AtomicBoolean isRunning = new AtomicBoolean();

    private SyncPlan(Settings<T> settings) {
        this.settings = settings;
    }

    /**
     * Begins the sentence.
     *
     * @param name the plan's name, for messages and reports
     * @return the next word
     */
    public static Named named(String name) {
        return new Named(Objects.requireNonNull(name, "name"));
    }

    /**
     * Returns the plan's name.
     *
     * @return the name
     */
    public String name() {
        return settings.name();
    }

    /**
     * Reads and compares both sides and shows what {@link #run()} would do. Writes nothing anywhere, except to private
     * temporary files when the comparison does not fit the memory budget.
     *
     * @return the preview; close it to remove such files early
     * @throws dev.datasync.run.SyncException when a side cannot be read, a guard stops the run, or it is cancelled by
     *     an interrupt
     */
    public Preview<T> preview() {
        return preview(RunOptions.none());
    }

    /**
     * Reads and compares both sides and shows what {@link #run(RunOptions)} would do with the same options.
     *
     * @param options what is different this time
     * @return the preview; close it to remove temporary files early
     * @throws dev.datasync.run.SyncException when a side cannot be read, a guard stops the run, or it is cancelled by
     *     an interrupt
     */
    public Preview<T> preview(RunOptions options) {
        return new Preview<>(
                newRun(options).preview(), outlook -> newRun(options).apply(outlook));
    }

    /**
     * Reads and compares both sides and makes the target equal to the source. Uses the calling thread for writing and
     * two more for reading; an interrupt of the calling thread cancels the run.
     *
     * @return what was done; the outcome is {@code SUCCEEDED} or {@code INCOMPLETE}
     * @throws dev.datasync.run.SyncException when the run failed or was cancelled; carries the report
     */
    public SyncReport run() {
        return run(RunOptions.none());
    }

    /**
     * Runs like {@link #run()}, with options for this one time.
     *
     * @param options what is different this time
     * @return what was done; the outcome is {@code SUCCEEDED} or {@code INCOMPLETE}
     * @throws dev.datasync.run.SyncException when the run failed or was cancelled; carries the report
     */
    public SyncReport run(RunOptions options) {
        return newRun(options).execute();
    }

    /**
     * Runs like {@link #run()} on a thread of its own.
     *
     * @return a handle to wait for the run or to cancel it
     */
    public RunHandle start() {
        return start(RunOptions.none());
    }

    /**
     * Runs like {@link #run(RunOptions)} on a thread of its own.
     *
     * @param options what is different this time
     * @return a handle to wait for the run or to cancel it
     */
    public RunHandle start(RunOptions options) {
        return RunHandle.start(settings, newRun(options));
    }

    Settings<T> settings() {
        return settings;
    }

    /** Returns a run that has not begun. */
    Run<T> newRun(RunOptions options) {
        return new Run<>(settings, options, isRunning);
    }

    /**
     * Returns the plan in words: what goes where, matched how, with which guards.
     *
     * @return several lines, without values or secrets
     */
    public String explain() {
        return Explanation.of(settings);
    }

    /**
     * Returns the plan's name.
     *
     * @return for example {@code SyncPlan products}
     */
    @Override
    public String toString() {
        return "SyncPlan " + name();
    }

    /** A plan that has a name and waits for its source. Immutable. */
    public static final class Named {

        private final String name;

        private Named(String name) {
            this.name = name;
        }

        /**
         * Says where records come from.
         *
         * @param source the source
         * @param <T> the type of its records
         * @return the next word
         */
        public <T> Reading<T> from(Source<T> source) {
            return new Reading<>(name, Objects.requireNonNull(source, "source"), List.of());
        }
    }

    /**
     * A plan that has a source, and waits for what happens to its records and how they are matched. Immutable.
     *
     * @param <T> the type of the records at this point
     */
    public static final class Reading<T> {

        private final String name;
        private final Source<?> source;
        private final List<Step> steps;

        private Reading(String name, Source<?> source, List<Step> steps) {
            this.name = name;
            this.source = source;
            this.steps = List.copyOf(steps);
        }

        private <R> Reading<R> with(Step step) {
            List<Step> more = new ArrayList<>(steps);
            more.add(step);
            return new Reading<>(name, source, more);
        }

        /**
         * Makes one record of another. A record for which the transformer throws is rejected.
         *
         * @param transformer what to do
         * @param <R> the type of the new records
         * @return the next word
         */
        @SuppressWarnings("unchecked") // the step before delivers what this one takes
        public <R> Reading<R> map(Transformer<? super T, ? extends R> transformer) {
            Objects.requireNonNull(transformer, "transformer");
            return with(new Step.Map((Transformer<Object, Object>) (Transformer<?, ?>) transformer));
        }

        /**
         * Makes any number of records of one. A record for which the transformer throws is rejected.
         *
         * @param transformer what to do
         * @param <R> the type of the new records
         * @return the next word
         */
        @SuppressWarnings("unchecked") // the step before delivers what this one takes
        public <R> Reading<R> expand(Transformer<? super T, ? extends Iterable<? extends R>> transformer) {
            Objects.requireNonNull(transformer, "transformer");
            return with(new Step.Expand((Transformer<Object, Iterable<?>>) (Transformer<?, ?>) transformer));
        }

        /**
         * Keeps the records that meet a condition. A record for which the condition throws is rejected.
         *
         * @param condition tells which records stay
         * @return the next word
         */
        @SuppressWarnings("unchecked") // the step before delivers what this one takes
        public Reading<T> filter(Condition<? super T> condition) {
            Objects.requireNonNull(condition, "condition");
            return with(new Step.Filter(item -> ((Condition<Object>) condition).test(item)));
        }

        /**
         * Keeps one of several duplicates. Takes rows and Java records.
         *
         * @param rule which records are duplicates, and which of them to keep
         * @return the next word
         */
        public Reading<T> dropDuplicates(Duplicates rule) {
            return with(new Step.DropDuplicates(Objects.requireNonNull(rule, "rule")));
        }

        /**
         * Says which records of source and target belong together and when they are equal.
         *
         * @param matcher the matcher
         * @return the next word
         */
        public Matched<T> match(Matcher<? super T> matcher) {
            return new Matched<>(name, source, steps, Objects.requireNonNull(matcher, "matcher"));
        }
    }

    /**
     * A condition on a record.
     *
     * @param <T> the type of the records
     */
    @FunctionalInterface
    public interface Condition<T> {

        /**
         * Tells whether a record meets the condition. Called once per record, on the thread that reads the source.
         *
         * @param item the record; not to be changed
         * @return whether it does
         * @throws Exception when that cannot be told; the record is then rejected
         */
        boolean test(T item) throws Exception;
    }

    /**
     * A plan that has everything but its target. Immutable.
     *
     * @param <T> the type of the records
     */
    public static final class Matched<T> {

        private final String name;
        private final Source<?> source;
        private final List<Step> steps;
        private final Matcher<? super T> matcher;

        private Matched(String name, Source<?> source, List<Step> steps, Matcher<? super T> matcher) {
            this.name = name;
            this.source = source;
            this.steps = steps;
            this.matcher = matcher;
        }

        /**
         * Says where changes go.
         *
         * @param sink the target
         * @return the last words, all of which can be left out
         */
        public Builder<T> into(Sink<T> sink) {
            Objects.requireNonNull(sink, "sink");
            return new Builder<>(Settings.of(name, source, steps, matcher, sink, Builder::daemon));
        }
    }

    /**
     * A complete plan with choices that can still be made. Immutable: every word returns a new builder.
     *
     * @param <T> the type of the records
     */
    public static final class Builder<T> {

        private final Settings<T> settings;

        private Builder(Settings<T> settings) {
            this.settings = settings;
        }

        private static Thread daemon(Runnable task) {
            Thread thread = new Thread(task, "datasync");
            thread.setDaemon(true);
            return thread;
        }

        private Builder<T> mode(Mode wanted) {
            boolean isFirst = settings.mode() == Mode.INSERT_AND_UPDATE || settings.mode() == wanted;
            Mode mode = isFirst ? wanted : Mode.CONTRADICTORY;
            return new Builder<>(settings.with(mode));
        }

        /**
         * Only inserts records that the target has not, and leaves the others alone.
         *
         * @return the plan with this choice
         */
        public Builder<T> insertOnly() {
            return mode(Mode.INSERT_ONLY);
        }

        /**
         * Only updates records that the target has, and inserts none.
         *
         * @return the plan with this choice
         */
        public Builder<T> updateOnly() {
            return mode(Mode.UPDATE_ONLY);
        }

        /**
         * Says what to do with records that the target has and the source has not. By default they are left alone.
         *
         * @param deletes the rule
         * @return the plan with this choice
         */
        public Builder<T> deletes(Deletes deletes) {
            return new Builder<>(settings.with(Objects.requireNonNull(deletes, "deletes")));
        }

        /**
         * Says what to do with records that cannot be used. By default the first ends the run.
         *
         * @param policy the policy
         * @return the plan with this choice
         */
        public Builder<T> onFailure(FailurePolicy policy) {
            return new Builder<>(settings.with(Objects.requireNonNull(policy, "policy")));
        }

        /**
         * Says how many changes are handed to the sink at once: fewer where they are so large that a batch would take more
         * than a sixteenth of the {@link #memoryBudget}. By default as many as the sink likes.
         *
         * @param changes the number of changes; at least 1
         * @return the plan with this choice
         */
        public Builder<T> batchSize(int changes) {
            Settings.Writing writing = settings.writing();
            int size = changes == 0 ? -1 : changes;
            return new Builder<>(settings.with(new Settings.Writing(size, writing.commitEvery(), writing.retries())));
        }

        /**
         * Commits after every so many changes instead of once at the end. A run that ends half-way then leaves what was
         * committed, and its report says how much that is; the next run does the rest. A commit is put off while changes
         * wait for later ones, for example unique values that change places.
         *
         * @param changes the number of changes; at least 1
         * @return the plan with this choice
         */
        public Builder<T> commitEvery(int changes) {
            Settings.Writing writing = settings.writing();
            int every = changes == 0 ? -1 : changes;
            return new Builder<>(settings.with(new Settings.Writing(writing.batchSize(), every, writing.retries())));
        }

        /**
         * Says how often writing is repeated that failed in passing, such as a transaction that was chosen to end a
         * deadlock. By default {@link Retries#standard()}.
         *
         * @param retries the policy
         * @return the plan with this choice
         */
        public Builder<T> retries(Retries retries) {
            Settings.Writing writing = settings.writing();
            Objects.requireNonNull(retries, "retries");
            return new Builder<>(
                    settings.with(new Settings.Writing(writing.batchSize(), writing.commitEvery(), retries)));
        }

        /**
         * Says where the watermark of an incremental source is kept.
         *
         * @param store the store; a table of the target's own database is best, because its row is then committed
         *     together with the changes
         * @return the plan with this choice
         */
        public Builder<T> watermarks(WatermarkStore store) {
            Objects.requireNonNull(store, "store");
            return new Builder<>(
                    settings.with(new Settings.Memory(store, settings.memory().lock())));
        }

        /**
         * Lets only one run of this plan write at a time, also across processes. Without it, only runs of this very
         * object exclude each other.
         *
         * @param lock the lock; in the target's own database, a run that lost it cannot write either
         * @return the plan with this choice
         */
        public Builder<T> lock(RunLock lock) {
            Objects.requireNonNull(lock, "lock");
            return new Builder<>(
                    settings.with(new Settings.Memory(settings.memory().watermarks(), lock)));
        }

        /**
         * Says how much memory a comparison may take. By default 64 MiB.
         *
         * @param budget the budget
         * @return the plan with this choice
         */
        public Builder<T> memoryBudget(MemoryBudget budget) {
            Settings.Environment known = settings.environment();
            return environment(
                    Objects.requireNonNull(budget, "budget"),
                    known.listeners(),
                    known.spillDirectory(),
                    known.clock(),
                    known.threads());
        }

        /**
         * Adds a listener.
         *
         * @param listener hears what happens in every preview and run
         * @return the plan with this choice
         */
        public Builder<T> listener(SyncListener listener) {
            Settings.Environment known = settings.environment();
            List<SyncListener> more = new ArrayList<>(known.listeners());
            more.add(Objects.requireNonNull(listener, "listener"));
            return environment(known.memoryBudget(), more, known.spillDirectory(), known.clock(), known.threads());
        }

        /**
         * Says where temporary files go when a comparison does not fit the memory budget. By default the folder of
         * {@code java.io.tmpdir}.
         *
         * @param directory an existing folder
         * @return the plan with this choice
         */
        public Builder<T> spillDirectory(Path directory) {
            Settings.Environment known = settings.environment();
            return environment(
                    known.memoryBudget(),
                    known.listeners(),
                    Objects.requireNonNull(directory, "directory"),
                    known.clock(),
                    known.threads());
        }

        /**
         * Replaces the clock that tells when a run began.
         *
         * @param clock the clock
         * @return the plan with this choice
         */
        public Builder<T> clock(Clock clock) {
            Settings.Environment known = settings.environment();
            return environment(
                    known.memoryBudget(),
                    known.listeners(),
                    known.spillDirectory(),
                    Objects.requireNonNull(clock, "clock"),
                    known.threads());
        }

        /**
         * Replaces what makes the threads of a run: two that read, one that looks for interrupts while it writes, and one
         * that renews the lock where there is one. By default new daemon threads.
         *
         * @param threads makes threads
         * @return the plan with this choice
         */
        public Builder<T> threads(ThreadFactory threads) {
            Settings.Environment known = settings.environment();
            return environment(
                    known.memoryBudget(),
                    known.listeners(),
                    known.spillDirectory(),
                    known.clock(),
                    Objects.requireNonNull(threads, "threads"));
        }

        private Builder<T> environment(
                MemoryBudget budget,
                List<SyncListener> listeners,
                Path spillDirectory,
                Clock clock,
                ThreadFactory threads) {
            return new Builder<>(
                    settings.with(new Settings.Environment(budget, listeners, spillDirectory, clock, threads)));
        }

        /**
         * Checks everything that can be checked without looking at source and target, and makes the plan.
         *
         * @return the plan
         * @throws PlanException with every mistake that was found
         */
        public SyncPlan<T> build() {
            List<String> problems = settings.problems();
            if (!problems.isEmpty()) {
                throw new PlanException(settings.name(), problems);
            }
            return new SyncPlan<>(settings);
        }
    }
}
