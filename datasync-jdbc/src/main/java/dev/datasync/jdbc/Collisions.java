package dev.datasync.jdbc;

import dev.datasync.row.Field;
import dev.datasync.source.ReadException;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes changes that others of the same run stand in the way of: unique values that move or change places, and rows
 * that refer to rows of their own table. They wait until those were written, and are then put into an order that works.
 * Circles are broken: a unique column, or a reference, is null for a moment, or has a value that no row has.
 */
final class Collisions {

    /** So many waiting changes are kept; more are refused as the database refuses them. */
    private static final int MOST = 100_000;

    /** Learns what becomes of changes. */
    interface Listener {
        void written(BoundChange change) throws ReadException;

        void missed(BoundChange change) throws ReadException, SQLException;

        void refused(BoundChange change, Refusal refusal) throws ReadException;
    }

    private record Waiting(BoundChange change, Refusal refusal) {}

    private final Session session;
    private final TableDefinition table;
    private final ChangeBinder binder;
    private final Batches batches;
    private final boolean hasTriggers;

    /** Whether tables that refer to this one are written in the same transaction, so that a row may become free later. */
    private final boolean isJoint;

    private final Listener listener;
    private List<Waiting> waiting = new ArrayList<>();

    /** Inserts that were written without their references, by the updates that set these. */
    private final Map<BoundChange, BoundChange> completed = new HashMap<>();

    private @Nullable TableRelations relations;

    /** Why those that wait were refused before this pass. */
    private Map<BoundChange, Refusal> known = new HashMap<>();

    private Stuck stuck = new Stuck(change -> List.of(), change -> List.of(), new HashSet<>());

    /** Trying again pays when there is more than this waiting. */
    private int worthwhile = 1;

    Collisions(
            Session session,
            TableDefinition table,
            ChangeBinder binder,
            Batches batches,
            boolean hasTriggers,
            boolean isJoint,
            Listener listener) {
        this.session = session;
        this.table = table;
        this.binder = binder;
        this.batches = batches;
        this.hasTriggers = hasTriggers;
        this.isJoint = isJoint;
        this.listener = listener;
    }

    /**
     * Takes over changes that the database has refused, if others of the run may be why.
     *
     * @return whether they are taken over; if not, the row to blame is to be found
     */
    boolean take(Shape shape, List<BoundChange> changes, Refusal refusal) throws SQLException, ReadException {
        if (waiting.size() + changes.size() > MOST || !session.dialect().hasSavepoints()) {
            return false;
        }
        boolean isMove = refusal.kind() == FailureKind.UNIQUE && shape.kind() == Shape.Kind.UPDATE;
        boolean isReference = refusal.kind() == FailureKind.FOREIGN_KEY
                && !relations().selfReferences().isEmpty();
        if (isReference
                && shape.kind() == Shape.Kind.INSERT
                && !detachable().isEmpty()
                && shape.columns().containsAll(binder.identity())) {
            insertDetached(shape, changes);
            return true;
        }
        if (isMove || isReference || isLate(shape, refusal)) {
            changes.forEach(change -> waiting.add(new Waiting(change, refusal)));
            return true;
        }
        return false;
    }

    /** Tells whether a row cannot leave yet, because one of another table of the group refers to it that is still to come. */
    private boolean isLate(Shape shape, Refusal refusal) {
        return isJoint && shape.kind() == Shape.Kind.DELETE && refusal.kind() == FailureKind.FOREIGN_KEY;
    }

    private TableRelations relations() throws SQLException {
        TableRelations known = relations;
        if (known == null) {
            known = TableRelations.read(session, table, binder);
            relations = known;
        }
        return known;
    }

    boolean areWaiting() {
        return !waiting.isEmpty();
    }

    Set<BoundChange> waiting() {
        Set<BoundChange> all = Collections.newSetFromMap(new HashMap<>());
        waiting.forEach(item -> all.add(original(item.change())));
        return all;
    }

    private BoundChange original(BoundChange change) {
        return completed.getOrDefault(change, change);
    }

    /**
     * Writes what can be written by now.
     *
     * @param isWorthIt whether to try although little has changed since the last time
     */
    void settle(boolean isWorthIt) throws SQLException, ReadException {
        boolean goesOn = !waiting.isEmpty() && (isWorthIt || waiting.size() >= worthwhile);
        while (goesOn) {
            int before = waiting.size();
            pass();
            goesOn = !waiting.isEmpty() && waiting.size() < before;
        }
        worthwhile = Math.max(1, 2 * waiting.size());
    }

    /** Refuses what no insert can help; a row that refers to itself may be given another parent for the moment. */
    void refuseBeforeInserts() throws SQLException, ReadException {
        refuse(item -> item.change().shape().kind() == Shape.Kind.DELETE
                        && !refersToItself(item.change())
                        && !isLate(item.change().shape(), item.refusal())
                || item.change().shape().kind() == Shape.Kind.UPDATE
                        && item.refusal().kind() == FailureKind.UNIQUE);
    }

    /** Refuses what still waits, for nothing else is coming. */
    void refuseRest() throws SQLException, ReadException {
        refuse(item -> true);
    }

    private void refuse(Predicate<Waiting> which) throws SQLException, ReadException {
        List<Waiting> all = waiting;
        waiting = new ArrayList<>();
        for (Waiting item : all) {
            if (which.test(item)) {
                BoundChange insert = completed.remove(item.change());
                if (insert != null) {
                    undoInsert(insert);
                }
                listener.refused(insert == null ? item.change() : insert, explained(item));
            } else {
                waiting.add(item);
            }
        }
    }

    private Refusal explained(Waiting item) {
        Refusal refusal = item.refusal();
        if (item.change().shape().kind() == Shape.Kind.DELETE && refersToItself(item.change())) {
            return new Refusal(
                    refusal.kind(),
                    refusal.reason()
                            + ": other rows refer to it, or the database deletes no row that refers to itself, and the"
                            + " reference could not be changed before",
                    refusal.failure());
        }
        return refusal.kind() == FailureKind.UNIQUE
                ? new Refusal(
                        refusal.kind(),
                        refusal.reason()
                                + ": a row that keeps the value has it, or rows exchange values in a circle that cannot"
                                + " be broken, because the column can neither be null nor have another value meanwhile"
                                + (hasTriggers ? ", which the table's triggers would see" : ""),
                        refusal.failure())
                : refusal;
    }

    private void undoInsert(BoundChange insert) throws SQLException {
        Shape delete = new Shape(Shape.Kind.DELETE, List.of());
        batches.attempt(delete, List.of(insert.as(delete, binder.identityAfter(insert))));
    }

    // ---------------------------------------------------------------- one pass over all that wait

    private void pass() throws SQLException, ReadException {
        List<BoundChange> deletes = new ArrayList<>();
        List<BoundChange> updates = new ArrayList<>();
        List<BoundChange> inserts = new ArrayList<>();
        known = new HashMap<>();
        for (Waiting item : waiting) {
            known.put(item.change(), item.refusal());
            switch (item.change().shape().kind()) {
                case DELETE -> deletes.add(item.change());
                case UPDATE -> updates.add(item.change());
                case INSERT -> inserts.add(item.change());
            }
        }
        waiting = new ArrayList<>();
        TableRelations related = relations();
        write(deletes, change -> related.parents(change, binder), change -> related.ownNames(change, binder));
        write(updates, change -> related.givenUp(change, binder), change -> related.taken(change, binder));
        write(inserts, change -> related.ownNames(change, binder), change -> related.parents(change, binder));
    }

    private void write(
            List<BoundChange> changes,
            Function<BoundChange, List<Object>> gives,
            Function<BoundChange, List<Object>> wants)
            throws SQLException, ReadException {
        stuck = new Stuck(gives, wants, new HashSet<>());
        WaitingOrder order = new WaitingOrder(changes, gives, wants);
        writeInOrder(order.free());
        if (!order.circles().isEmpty()) {
            breakCircles(order.circles());
        }
        writeInOrder(order.after());
    }

    /**
     * What changes that cannot be written yet would have given: those that want it need not be tried.
     *
     * @param gives what others may wait for until a change is written
     * @param wants what must have been given before a change is written
     * @param withheld what was not given
     */
    private record Stuck(
            Function<BoundChange, List<Object>> gives,
            Function<BoundChange, List<Object>> wants,
            Set<Object> withheld) {

        void add(BoundChange change) {
            withheld.addAll(gives.apply(change));
        }

        boolean holds(BoundChange change) {
            return !withheld.isEmpty() && wants.apply(change).stream().anyMatch(withheld::contains);
        }
    }

    private void breakCircles(List<WaitingOrder.Circle> circles) throws SQLException, ReadException {
        // together first, in few batches; else each alone, so that a row to blame spoils its own circle only
        List<BoundChange> first = new ArrayList<>();
        List<BoundChange> all = new ArrayList<>();
        for (WaitingOrder.Circle circle : circles) {
            first.addAll(circle.first());
            all.addAll(circle.order());
        }
        SpareValues spares = new SpareValues(session, table, binder, new SplittableRandom());
        if (broken(first, all, spares)) {
            return;
        }
        for (WaitingOrder.Circle circle : circles) {
            if (circles.size() == 1 || !broken(circle.first(), circle.order(), spares)) {
                writeInOrder(circle.order());
            }
        }
    }

    /** Writes runs of the same shape as batches; what is still refused waits again. */
    private void writeInOrder(List<BoundChange> changes) throws SQLException, ReadException {
        for (List<BoundChange> run : runs(changes)) {
            halving(run.get(0).shape(), run);
        }
    }

    private List<List<BoundChange>> runs(List<BoundChange> changes) {
        List<List<BoundChange>> runs = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= changes.size(); i++) {
            if (i == changes.size()
                    || i - from == batches.size()
                    || !changes.get(i).shape().equals(changes.get(from).shape())) {
                runs.add(changes.subList(from, i));
                from = i;
            }
        }
        return runs;
    }

    private void halving(Shape shape, List<BoundChange> all) throws SQLException, ReadException {
        List<BoundChange> changes = new ArrayList<>(all.size());
        for (BoundChange change : all) {
            if (stuck.holds(change)) {
                keepWaiting(change, Objects.requireNonNull(known.get(change)));
            } else {
                changes.add(change);
            }
        }
        if (changes.isEmpty()) {
            return;
        }
        Batches.Result result = batches.attempt(shape, changes);
        Refusal refusal = result.refusal();
        if (refusal == null) {
            told(changes, result.missed());
        } else if (changes.size() > 1) {
            int half = changes.size() / 2;
            halving(shape, changes.subList(0, half));
            halving(shape, changes.subList(half, changes.size()));
        } else if (refusal.kind() == FailureKind.FOREIGN_KEY && turnedAway(changes.get(0))) {
            listener.written(changes.get(0));
        } else if (refusal.kind() == FailureKind.UNIQUE || refusal.kind() == FailureKind.FOREIGN_KEY) {
            keepWaiting(changes.get(0), refusal);
        } else {
            BoundChange change = changes.get(0);
            BoundChange insert = completed.remove(change);
            if (insert != null) {
                undoInsert(insert);
            }
            listener.refused(insert == null ? change : insert, refusal);
        }
    }

    private void keepWaiting(BoundChange change, Refusal refusal) {
        waiting.add(new Waiting(change, refusal));
        stuck.add(change);
    }

    private void told(List<BoundChange> changes, List<BoundChange> missed) throws SQLException, ReadException {
        Set<BoundChange> without = Collections.newSetFromMap(new HashMap<>());
        without.addAll(missed);
        for (BoundChange change : changes) {
            BoundChange insert = completed.remove(change);
            BoundChange asked = insert == null ? change : insert;
            if (without.contains(change)) {
                listener.missed(asked);
            } else {
                listener.written(asked);
            }
        }
    }

    // ---------------------------------------------------------------- breaking circles

    /** Writes changes that wait for each other, all or none. */
    private boolean broken(List<BoundChange> first, List<BoundChange> all, SpareValues spares)
            throws SQLException, ReadException {
        List<BoundChange> steps = new ArrayList<>();
        Map<BoundChange, BoundChange> replaced = new HashMap<>();
        for (BoundChange change : first) {
            BoundChange step = null;
            if (change.shape().kind() == Shape.Kind.DELETE) {
                step = unlinked(change);
                replaced.put(change, unchecked(change));
            } else if (change.shape().kind() == Shape.Kind.UPDATE) {
                step = parked(change, all, spares);
                if (step != null) {
                    replaced.put(change, afterParking(change, step));
                }
            }
            if (step == null) {
                return false;
            }
            steps.add(step);
        }
        List<BoundChange> written = new ArrayList<>();
        for (BoundChange change : all) {
            written.add(replaced.getOrDefault(change, change));
        }
        Savepoint before = batches.savepoint();
        List<BoundChange> missed = new ArrayList<>();
        if (!allWritten(steps, missed) || !missed.isEmpty() || !allWritten(written, missed)) {
            batches.undo(before);
            return false;
        }
        batches.release(before);
        Set<BoundChange> without = Collections.newSetFromMap(new HashMap<>());
        without.addAll(missed);
        List<BoundChange> missing = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (without.contains(written.get(i))) {
                missing.add(all.get(i));
            }
        }
        told(all, missing);
        return true;
    }

    private boolean allWritten(List<BoundChange> changes, List<BoundChange> missed) throws SQLException {
        for (List<BoundChange> run : runs(changes)) {
            Batches.Result result = batches.attempt(run.get(0).shape(), run);
            if (result.refusal() != null) {
                return false;
            }
            missed.addAll(result.missed());
        }
        return true;
    }

    /** Returns the update that gives up the unique values of a row for the moment, or {@code null} if it cannot. */
    private @Nullable BoundChange parked(BoundChange change, List<BoundChange> all, SpareValues spares)
            throws SQLException {
        List<Integer> columns = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        for (List<Integer> key : relations().uniqueKeys()) {
            List<Integer> set = key.stream()
                    .filter(column -> ChangeBinder.sets(change, column))
                    .toList();
            if (set.isEmpty() || set.stream().anyMatch(columns::contains)) {
                continue;
            }
            int nullable = set.stream()
                    .filter(column -> !table.schema().field(column).is(Field.Trait.NOT_NULL)
                            && !binder.identity().contains(column))
                    .findFirst()
                    .orElse(-1);
            if (nullable >= 0) {
                columns.add(nullable);
                values.add(null);
            } else {
                int column = set.get(0);
                // a trigger would see a value that nobody means
                Object spare = hasTriggers ? null : spares.value(column, all);
                if (spare != null) {
                    columns.add(column);
                    values.add(spare);
                }
            }
        }
        if (columns.isEmpty()) {
            return null;
        }
        Shape shape = new Shape(
                Shape.Kind.UPDATE,
                List.copyOf(columns),
                change.shape().checked(),
                change.shape().absent());
        for (int i = change.shape().columns().size(); i < change.size(); i++) {
            values.add(change.value(i));
        }
        return change.as(shape, values.toArray());
    }

    /** Returns the update itself, which finds the row as parking has left it; the old values were checked before. */
    private BoundChange afterParking(BoundChange change, BoundChange parking) {
        Shape shape = new Shape(Shape.Kind.UPDATE, change.shape().columns());
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < shape.columns().size(); i++) {
            values.add(change.value(i));
        }
        for (Object value : binder.identityAfter(parking)) {
            values.add(value);
        }
        return change.as(shape, values.toArray());
    }

    /** Tells whether the row of a delete is its own parent. */
    private boolean refersToItself(BoundChange delete) {
        return relations != null && relations.refersToItself(delete, binder);
    }

    /**
     * Deletes a row that refers to itself, which InnoDB refuses: the reference is null first, or to any other row.
     *
     * @return whether it is deleted
     */
    private boolean turnedAway(BoundChange delete) throws SQLException {
        if (delete.shape().kind() != Shape.Kind.DELETE || !refersToItself(delete)) {
            return false;
        }
        BoundChange step = unlinked(delete);
        if (step == null && !hasTriggers) {
            step = new OtherParent(session, table, binder).instead(delete, relations());
        }
        if (step == null) {
            return false;
        }
        Savepoint before = batches.savepoint();
        List<BoundChange> missed = new ArrayList<>();
        if (allWritten(List.of(step, unchecked(delete)), missed) && missed.isEmpty()) {
            batches.release(before);
            return true;
        }
        batches.undo(before);
        return false;
    }

    /** Returns the delete of a row whose old values were checked before. */
    private BoundChange unchecked(BoundChange delete) {
        return delete.as(new Shape(Shape.Kind.DELETE, List.of()), binder.identityBefore(delete));
    }

    /** Returns the columns by which a row can be without its parents, or none when one of the references has none. */
    private List<Integer> detachable() throws SQLException {
        List<Integer> columns = new ArrayList<>();
        for (TableRelations.SelfReference reference : relations().selfReferences()) {
            if (reference.nullable().isEmpty()) {
                return List.of();
            }
            int column = reference.nullable().get(0);
            if (!columns.contains(column)) {
                columns.add(column);
            }
        }
        return columns;
    }

    /** Returns the update that takes a row's references away before it is deleted, or {@code null} if it cannot. */
    private @Nullable BoundChange unlinked(BoundChange delete) throws SQLException {
        List<Integer> columns = detachable();
        if (columns.isEmpty()) {
            return null;
        }
        List<@Nullable Object> values = new ArrayList<>();
        columns.forEach(column -> values.add(null));
        Collections.addAll(values, delete.values());
        Shape shape = new Shape(
                Shape.Kind.UPDATE,
                columns,
                delete.shape().checked(),
                delete.shape().absent());
        return delete.as(shape, values.toArray());
    }

    /** Inserts rows without their references, which an update sets when the parents are there. */
    private void insertDetached(Shape shape, List<BoundChange> changes) throws SQLException, ReadException {
        List<BoundChange> alone = new ArrayList<>();
        for (BoundChange change : changes) {
            @Nullable Object[] values = change.values();
            for (int column : detachable()) {
                int place = shape.columns().indexOf(column);
                if (place >= 0) {
                    values[place] = null;
                }
            }
            alone.add(change.as(shape, values));
        }
        Batches.Result result = batches.attempt(shape, alone);
        if (result.refusal() == null) {
            Set<BoundChange> missed = Collections.newSetFromMap(new HashMap<>());
            missed.addAll(result.missed());
            for (int i = 0; i < changes.size(); i++) {
                inserted(changes.get(i), missed.contains(alone.get(i)));
            }
        } else if (changes.size() == 1) {
            listener.refused(changes.get(0), result.refusal());
        } else {
            int half = changes.size() / 2;
            insertDetached(shape, changes.subList(0, half));
            insertDetached(shape, changes.subList(half, changes.size()));
        }
    }

    private void inserted(BoundChange insert, boolean isMissed) throws SQLException, ReadException {
        if (isMissed) {
            listener.missed(insert);
            return;
        }
        List<Integer> columns = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        for (int column : detachable()) {
            Object parent = binder.after(insert, column);
            if (parent != null) {
                columns.add(column);
                values.add(parent);
            }
        }
        if (columns.isEmpty()) {
            listener.written(insert);
            return;
        }
        for (Object value : binder.identityAfter(insert)) {
            values.add(value);
        }
        BoundChange update = insert.as(new Shape(Shape.Kind.UPDATE, List.copyOf(columns)), values.toArray());
        completed.put(update, insert);
        waiting.add(new Waiting(
                update,
                new Refusal(
                        FailureKind.FOREIGN_KEY, "a foreign key constraint of the table to itself refuses it", null)));
    }
}
