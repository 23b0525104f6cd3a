package dev.datasync.internal;

import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.Retries;
import dev.datasync.run.SyncListener;
import dev.datasync.sink.Sink;
import dev.datasync.source.Source;
import dev.datasync.state.RunLock;
import dev.datasync.state.WatermarkStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a plan says. Immutable; checked by {@link #problems()}.
 *
 * @param name the plan's name
 * @param source where records come from
 * @param steps what happens to them
 * @param matcher which belong together and when they are equal
 * @param sink where changes go
 * @param mode which records are written
 * @param deletes what to do with records that only the target has, or {@code null} to leave them
 * @param failurePolicy what to do with unusable records
 * @param writing how changes are written
 * @param memory what the plan remembers from one run to the next
 * @param environment what a run uses of its surroundings
 * @param <T> the type of the records
 */
public record Settings<T>(
        String name,
        Source<?> source,
        List<Step> steps,
        Matcher<? super T> matcher,
        Sink<T> sink,
        Mode mode,
        @Nullable Deletes deletes,
        FailurePolicy failurePolicy,
        Writing writing,
        Memory memory,
        Environment environment) {

    /** How many records are dealt with between two reports of progress, and listed where a number must be chosen. */
    public static final int STANDARD_BATCH_SIZE = 1_000;

    /** Copies the list. */
    public Settings {
        steps = List.copyOf(steps);
    }

    /**
     * Tells whether records come to the comparison in the order of their keys when they are read in it.
     *
     * @return whether the plan keeps that order
     */
    public boolean keepsKeyOrder() {
        return matcher.function().isEmpty()
                && matcher.normalizations().isEmpty()
                && steps.stream().allMatch(Step.Filter.class::isInstance);
    }

    /**
     * How changes are written.
     *
     * @param batchSize how many are written at once; 0 for as many as the writer likes
     * @param commitEvery after how many there is a commit; 0 for one commit at the end
     * @param retries how often what failed in passing is repeated
     */
    public record Writing(int batchSize, int commitEvery, Retries retries) {}

    /**
     * What the plan remembers from one run to the next.
     *
     * @param watermarks keeps how far an incremental source was read, or {@code null}
     * @param lock lets only one run write at a time, or {@code null}
     */
    public record Memory(
            @Nullable WatermarkStore watermarks, @Nullable RunLock lock) {}

    /**
     * What a run uses of its surroundings.
     *
     * @param memoryBudget how much memory a comparison may take
     * @param listeners who hears of it
     * @param spillDirectory where temporary files go
     * @param clock tells when a run began
     * @param threads makes the threads that read
     */
    public record Environment(
            MemoryBudget memoryBudget,
            List<SyncListener> listeners,
            Path spillDirectory,
            Clock clock,
            ThreadFactory threads) {

        /** Copies the list. */
        public Environment {
            listeners = List.copyOf(listeners);
        }
    }

    /**
     * Begins a plan that says nothing but what it must.
     *
     * @param name the plan's name
     * @param source where records come from
     * @param steps what happens to them
     * @param matcher which belong together and when they are equal
     * @param sink where changes go
     * @param threads makes the threads that read
     * @param <T> the type of the records
     * @return the settings, with everything else as it is usual
     */
    public static <T> Settings<T> of(
            String name,
            Source<?> source,
            List<Step> steps,
            Matcher<? super T> matcher,
            Sink<T> sink,
            ThreadFactory threads) {
        return new Settings<>(
                name,
                source,
                steps,
                matcher,
                sink,
                Mode.INSERT_AND_UPDATE,
                null,
                FailurePolicy.failFast(),
                new Writing(0, 0, Retries.standard()),
                new Memory(null, null),
                new Environment(
                        MemoryBudget.standard(),
                        List.of(),
                        Path.of(System.getProperty("java.io.tmpdir", ".")),
                        Clock.systemUTC(),
                        threads));
    }

    /**
     * Returns these settings with another mode.
     *
     * @param other which records are written
     * @return the settings
     */
    public Settings<T> with(Mode other) {
        return new Settings<>(
                name, source, steps, matcher, sink, other, deletes, failurePolicy, writing, memory, environment);
    }

    /**
     * Returns these settings with other deletes.
     *
     * @param other what to do with records that only the target has
     * @return the settings
     */
    public Settings<T> with(Deletes other) {
        return new Settings<>(
                name, source, steps, matcher, sink, mode, other, failurePolicy, writing, memory, environment);
    }

    /**
     * Returns these settings with another failure policy.
     *
     * @param other what to do with unusable records
     * @return the settings
     */
    public Settings<T> with(FailurePolicy other) {
        return new Settings<>(name, source, steps, matcher, sink, mode, deletes, other, writing, memory, environment);
    }

    /**
     * Returns these settings with another way of writing.
     *
     * @param other how changes are written
     * @return the settings
     */
    public Settings<T> with(Writing other) {
        return new Settings<>(
                name, source, steps, matcher, sink, mode, deletes, failurePolicy, other, memory, environment);
    }

    /**
     * Returns these settings with another memory.
     *
     * @param other what the plan remembers
     * @return the settings
     */
    public Settings<T> with(Memory other) {
        return new Settings<>(
                name, source, steps, matcher, sink, mode, deletes, failurePolicy, writing, other, environment);
    }

    /**
     * Returns these settings with other surroundings.
     *
     * @param other what a run uses of them
     * @return the settings
     */
    public Settings<T> with(Environment other) {
        return new Settings<>(name, source, steps, matcher, sink, mode, deletes, failurePolicy, writing, memory, other);
    }

    MemoryBudget memoryBudget() {
        return environment.memoryBudget();
    }

    List<SyncListener> listeners() {
        return environment.listeners();
    }

    Path spillDirectory() {
        return environment.spillDirectory();
    }

    Clock clock() {
        return environment.clock();
    }

    ThreadFactory threads() {
        return environment.threads();
    }

    /** Returns what makes threads whose name says what they are for. */
    ThreadFactory threads(String purpose) {
        return task -> {
            Thread thread = threads().newThread(task);
            thread.setName("datasync-" + name() + "-" + purpose);
            return thread;
        };
    }

    /**
     * Returns every mistake that shows without looking at source and target.
     *
     * @return the mistakes, each with its remedy
     */
    public List<String> problems() {
        Problems problems = new Problems();
        if (name.isBlank()) {
            problems.add("the plan needs a name that is not blank");
        }
        checkWriting(problems);
        if (mode == Mode.CONTRADICTORY) {
            problems.add(
                    "insertOnly() and updateOnly() exclude each other: leave one out, or both for inserts and updates");
        }
        if (mode == Mode.INSERT_ONLY && deletes != null) {
            problems.add(
                    "insertOnly() leaves existing records alone, so deletes(...) does not go with it: leave one out");
        }
        if ((Object) source == sink) {
            problems.add("source and target are the same " + sink.name() + ": name two different ones");
        }
        checkMatcher(problems);
        return problems.list();
    }

    private void checkWriting(Problems problems) {
        if (writing.batchSize() < 0) {
            problems.add("batchSize must be at least 1, not " + writing.batchSize());
        }
        if (writing.commitEvery() < 0) {
            problems.add("commitEvery must be at least 1, not " + writing.commitEvery());
        }
        if (writing.commitEvery() > 0 && !sink.canCommitInParts()) {
            problems.add(sink.name() + " is written as a whole, so commitEvery(...) does not go with it: leave it out");
        }
        if (source.isIncremental() && memory.watermarks() == null) {
            problems.add(source.name() + " is read incrementally, and nothing says where its watermark is kept: add"
                    + " watermarks(...), for example JdbcWatermarks.in(dataSource)");
        }
        if (!source.isIncremental() && memory.watermarks() != null) {
            problems.add(source.name() + " is read as a whole each time, so watermarks(...) does not go with it: leave"
                    + " it out, or read incrementally, for example with incrementalBy(...)");
        }
        if (source.isIncremental() && deletes != null) {
            problems.add(source.name() + " is read incrementally, so a record that is gone is not seen and"
                    + " deletes(...) does not go with it: leave it out, and let another plan read everything now and"
                    + " then to delete");
        }
    }

    private void checkMatcher(Problems problems) {
        List<String> keys = matcher.targetFields();
        if (matcher.function().isEmpty() && matcher.sourceFields().size() != keys.size()) {
            problems.add("the key has the fields " + matcher.sourceFields() + " in the source but " + keys
                    + " in the target: name one for each in inTarget(...)");
        }
        if (matcher.function().isPresent() && !keys.isEmpty()) {
            problems.add("inTarget(...) goes with Matcher.on(...), not with Matcher.by(...)");
        }
        if (keys.stream().distinct().count() < keys.size()) {
            problems.add("the key names a field twice: " + keys);
        }
        for (String key : keys) {
            if (matcher.ignored().contains(key)) {
                problems.add("field '" + key + "' is part of the key and cannot be ignored");
            }
            if (matcher.tolerances().containsKey(key)) {
                problems.add("field '" + key + "' is part of the key and cannot have a tolerance");
            }
        }
        for (String field : matcher.compared()) {
            if (matcher.ignored().contains(field)) {
                problems.add("field '" + field + "' is named both in comparing(...) and in ignoring(...)");
            }
        }
    }
}
