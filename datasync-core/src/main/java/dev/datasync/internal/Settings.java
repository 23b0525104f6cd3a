package dev.datasync.internal;

import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.SyncListener;
import dev.datasync.sink.Sink;
import dev.datasync.source.Source;
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
 * @param memoryBudget how much memory a comparison may take
 * @param batchSize how many changes are written at once
 * @param listeners who hears of it
 * @param spillDirectory where temporary files go
 * @param clock tells when a run began
 * @param threads makes the threads that read
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
        MemoryBudget memoryBudget,
        int batchSize,
        List<SyncListener> listeners,
        Path spillDirectory,
        Clock clock,
        ThreadFactory threads) {

    /** The batch size of a plan that does not say. */
    public static final int STANDARD_BATCH_SIZE = 1_000;

    /** Copies the lists. */
    public Settings {
        steps = List.copyOf(steps);
        listeners = List.copyOf(listeners);
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
        if (batchSize < 1) {
            problems.add("batchSize must be at least 1, not " + batchSize);
        }
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
