package dev.datasync.http;

import dev.datasync.change.Change;
import dev.datasync.row.Row;
import dev.datasync.sink.Outcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes that are written together, and what became of each. Safe for use by several threads. */
final class Batch {

    private final List<Change<Row>> changes;
    private final @Nullable Outcome[] outcomes;
    private final BitSet begun = new BitSet();
    private boolean isOver;

    Batch(List<Change<Row>> changes) {
        this.changes = changes;
        this.outcomes = new @Nullable Outcome[changes.size()];
    }

    Change<Row> change(int index) {
        return changes.get(index);
    }

    /** Returns the places of the changes of one kind. */
    List<Integer> of(WriteKind kind) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            if (WriteKind.of(changes.get(i)) == kind) {
                places.add(i);
            }
        }
        return places;
    }

    /** Notes that a change is about to be sent. */
    synchronized void begin(int index) {
        if (!isOver) {
            begun.set(index);
        }
    }

    /** Notes what became of a change; what comes after the end is too late. */
    synchronized void settle(int index, Outcome outcome) {
        if (!isOver) {
            outcomes[index] = outcome;
        }
    }

    /**
     * Ends the batch, and returns what became of each change.
     *
     * @param otherwise what became of those that were not begun
     */
    synchronized List<Outcome> over(Outcome otherwise) {
        isOver = true;
        List<Outcome> all = new ArrayList<>(outcomes.length);
        for (int i = 0; i < outcomes.length; i++) {
            Outcome known = outcomes[i];
            if (known == null) {
                known = begun.get(i) ? Outcome.unknown("the run ended before the answer came") : otherwise;
            }
            all.add(known);
        }
        return Collections.unmodifiableList(all);
    }
}
