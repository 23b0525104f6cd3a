package dev.datasync;

import dev.datasync.change.Deletes;
import dev.datasync.internal.Mode;
import dev.datasync.internal.Settings;
import dev.datasync.match.Matcher;
import java.util.StringJoiner;

/** A plan in words. */
final class Explanation {

    private Explanation() {}

    static String of(Settings<?> settings) {
        StringJoiner text = new StringJoiner(System.lineSeparator());
        text.add("plan       " + settings.name());
        text.add("from       " + settings.source().name()
                + (settings.source().isIncremental() ? ", what has changed since the last run" : "")
                + (settings.steps().isEmpty()
                        ? ""
                        : ", through " + settings.steps().size() + " steps"));
        text.add("match      " + match(settings.matcher()));
        text.add("compare    "
                + (settings.keepsKeyOrder()
                        ? "merged where both sides can come in the order of the keys, else by hash as both are read"
                        : "by hash as both sides are read"));
        text.add("into       " + settings.sink().name() + ", " + mode(settings.mode()));
        text.add("deletes    " + deletes(settings));
        text.add("failures   "
                + (settings.failurePolicy().isFailFast()
                        ? "the first unusable record ends the run"
                        : "skip unusable records, up to "
                                + settings.failurePolicy().limit()));
        text.add("writes     " + writes(settings.writing()));
        if (settings.memory().lock() != null) {
            text.add("lock       one run at a time");
        }
        text.add("memory     " + settings.environment().memoryBudget().bytes() / 1024 + " KiB, then temporary files in "
                + settings.environment().spillDirectory());
        return text.toString();
    }

    private static String match(Matcher<?> matcher) {
        StringBuilder text = new StringBuilder();
        text.append(matcher.function().isPresent() ? "by a function" : "on " + matcher.sourceFields());
        if (!matcher.sourceFields().equals(matcher.targetFields())) {
            text.append(", in the target ").append(matcher.targetFields());
        }
        if (!matcher.normalizations().isEmpty()) {
            text.append(", normalized");
        }
        if (!matcher.compared().isEmpty()) {
            text.append(", comparing ").append(matcher.compared());
        }
        if (!matcher.ignored().isEmpty()) {
            text.append(", ignoring ").append(matcher.ignored());
        }
        if (!matcher.tolerances().isEmpty()) {
            text.append(", with tolerance in ").append(matcher.tolerances().keySet());
        }
        return text.toString();
    }

    private static String mode(Mode mode) {
        return switch (mode) {
            case INSERT_AND_UPDATE -> "inserts and updates";
            case INSERT_ONLY -> "inserts only";
            case UPDATE_ONLY -> "updates only";
            case CONTRADICTORY -> "nothing";
        };
    }

    private static String writes(Settings.Writing writing) {
        return (writing.commitEvery() == 0
                        ? "one commit"
                        : "a commit after every " + writing.commitEvery() + " changes")
                + (writing.batchSize() == 0 ? "" : ", batches of " + writing.batchSize());
    }

    private static String deletes(Settings<?> settings) {
        Deletes deletes = settings.deletes();
        if (deletes == null) {
            return "none";
        }
        return deletes.mark().map(mark -> "marked in " + mark.field()).orElse("removed")
                + (deletes.scope().isPresent() ? ", within a scope" : "")
                + ", limit: " + deletes.limit();
    }
}
