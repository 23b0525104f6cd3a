package dev.datasync.jdbc;

import dev.datasync.change.Change;
import dev.datasync.match.Key;
import dev.datasync.row.ConversionException;
import dev.datasync.row.Row;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.TransactionPart;
import dev.datasync.sink.WriteContext;
import dev.datasync.sink.WriteContext.OnRejection;
import dev.datasync.source.ReadException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the changes of one run into a table.
 *
 * <p>Changes that need the same statement go to the database as one batch. When the database refuses a batch, it is
 * undone and halved, down to the row that is to blame. Rows are updated and deleted by the primary key, else by the
 * plan's key, and each statement must hit exactly one row.
 */
final class TableWriter implements ChangeWriter<Row> {

    private final Transaction transaction;
    private final Session session;
    private final TableDefinition table;
    private final TableSettings settings;
    private final WriteContext context;
    private final ChangeBinder binder;
    private final ScopeCheck scope;
    private final Batches batches;
    private final SideEffects sideEffects;
    private final Collisions collisions;

    /** Whether the transaction is shared with others, who commit and close it. */
    private final boolean isJoint;

    /** Changes that still wait although their outcome was told, because later ones may help. */
    private final Set<Change<Row>> promised = Collections.newSetFromMap(new IdentityHashMap<>());

    private @Nullable Outcome[] outcomes = {};
    private long seen;
    private boolean hasDeleted;
    private boolean isInserting;

    TableWriter(Transaction transaction, TableDefinition table, TableSettings settings, WriteContext context)
            throws ReadException {
        this.transaction = transaction;
        this.isJoint = context.joint().isPresent();
        this.session = transaction.session();
        this.table = table;
        this.settings = settings;
        this.context = context;
        OldValues oldValues = settings.is(TableSettings.Choice.OPTIMISTIC)
                ? OldValues.of(table, session.dialect().jooq())
                : OldValues.unchecked();
        this.binder =
                new ChangeBinder(table, context.keyFields(), oldValues, settings.insertOnly(), settings.preserved());
        this.scope = new ScopeCheck(session, table, binder, settings.scope());
        this.sideEffects = new SideEffects(session, table, settings, context);
        try {
            this.batches = new Batches(session, table, binder, scope, context);
            this.collisions = new Collisions(
                    session, table, binder, batches, sideEffects.warnOfTriggers(), isJoint, new Outcomes());
        } catch (SQLException e) {
            throw Failure.of(Failure.WRITE, "table " + table.name(), e);
        }
    }

    @Override
    public int batchSize() {
        return batches.size();
    }

    @Override
    public boolean canCommitNow() {
        return !collisions.areWaiting();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // inserts of one schema share their shape: the fast way to know it again
    public List<Outcome> write(List<Change<Row>> batch) throws ReadException, NotCommittedException {
        outcomes = new @Nullable Outcome[batch.size()];
        Map<Shape, List<BoundChange>> items = new LinkedHashMap<>();
        Shape last = null;
        List<BoundChange> same = List.of();
        for (int place = 0; place < outcomes.length; place++) {
            BoundChange item = bound(place, batch.get(place), outcomes);
            if (item == null) {
                continue;
            }
            if (item.shape() == last) {
                same.add(item);
                continue;
            }
            if (last != null && !mayTrade(last, item.shape())) {
                apply(items);
            }
            if (item.shape().kind() == Shape.Kind.INSERT && !isInserting) {
                settleBeforeInserts();
                isInserting = true;
            }
            same = items.computeIfAbsent(item.shape(), shape -> new ArrayList<>());
            same.add(item);
            last = item.shape();
        }
        apply(items);
        seen += batch.size();
        // in a group, what other tables write may still help
        settle(seen >= context.expected().total() && !isJoint);
        return told();
    }

    /** Returns the outcomes; changes that wait for later ones count as applied until the commit says otherwise. */
    private List<Outcome> told() {
        for (BoundChange waiting : collisions.waiting()) {
            if (promised.add(waiting.change())) {
                outcomes[waiting.place()] = Outcome.applied();
            }
        }
        List<Outcome> all = new ArrayList<>(outcomes.length);
        for (Outcome outcome : outcomes) {
            all.add(Objects.requireNonNull(outcome, "outcome"));
        }
        outcomes = new @Nullable Outcome[0];
        return all;
    }

    private void settleBeforeInserts() throws ReadException, NotCommittedException {
        try {
            collisions.settle(true);
            collisions.refuseBeforeInserts();
        } catch (SQLException e) {
            throw transaction.failed("table " + table.name() + ", changes that stood in each other's way", e);
        }
    }

    private void settle(boolean isLast) throws ReadException, NotCommittedException {
        try {
            collisions.settle(isLast);
            if (isLast) {
                collisions.refuseRest();
            }
        } catch (SQLException e) {
            throw transaction.failed("table " + table.name() + ", changes that stood in each other's way", e);
        }
    }

    /** Takes down what becomes of changes. */
    private final class Outcomes implements Collisions.Listener {

        @Override
        public void written(BoundChange change) {
            transaction.wrote(table, binder, change);
            if (!promised.remove(change.change())) {
                outcomes[change.place()] = Outcome.applied();
            }
        }

        @Override
        public void missed(BoundChange change) throws ReadException, SQLException {
            Outcome outcome = TableWriter.this.missed(change);
            if (promised.remove(change.change())) {
                throw tooLate(change, outcome instanceof Outcome.Conflict conflict ? conflict.reason() : "");
            }
            outcomes[change.place()] = outcome;
        }

        @Override
        public void refused(BoundChange change, Refusal refusal) throws ReadException {
            if (promised.remove(change.change())) {
                throw tooLate(change, refusal.reason());
            }
            outcomes[change.place()] = TableWriter.this.refused(change.change(), refusal.reason(), refusal.failure());
        }

        private ReadException tooLate(BoundChange change, String reason) {
            return new ReadException(
                    Failure.WRITE,
                    shown(change) + ": " + reason
                            + (context.onRejection() == OnRejection.SKIP_CHANGE
                                    ? ". It had to wait for changes of later batches and cannot be left out any more:"
                                            + " correct it, or let the plan write larger batches with batchSize(...)"
                                    : ""));
        }
    }

    /**
     * Tells whether changes may be reordered among each other: each updates or deletes another row. Inserts keep their
     * order, for a row may refer to the one before it.
     */
    private static boolean mayTrade(Shape one, Shape other) {
        return one.kind() == other.kind() && (one.kind() != Shape.Kind.INSERT || one.equals(other));
    }

    /** Returns what is to be written for a change, or {@code null} when its outcome is certain without. */
    private @Nullable BoundChange bound(int place, Change<Row> change, @Nullable Outcome[] results)
            throws ReadException {
        try {
            BoundChange bound = binder.bind(place, change);
            if (bound.shape().kind() == Shape.Kind.UPDATE
                    && bound.shape().columns().isEmpty()) {
                results[place] = Outcome.applied();
                return null;
            }
            return bound;
        } catch (ConversionException e) {
            results[place] = refused(change, String.valueOf(e.getMessage()), null);
            return null;
        }
    }

    private void apply(Map<Shape, List<BoundChange>> items) throws ReadException, NotCommittedException {
        int most = batches.size();
        for (Map.Entry<Shape, List<BoundChange>> entry : items.entrySet()) {
            List<BoundChange> all = entry.getValue();
            for (int from = 0; from < all.size(); from += most) {
                List<BoundChange> some = all.subList(from, Math.min(all.size(), from + most));
                try {
                    if (entry.getKey().kind() == Shape.Kind.DELETE && !hasDeleted) {
                        sideEffects.beforeDeletes();
                        hasDeleted = true;
                    }
                    apply(entry.getKey(), some);
                } catch (SQLException e) {
                    throw transaction.failed("table " + table.name() + ", " + shown(some), e);
                }
            }
        }
        items.clear();
    }

    private void apply(Shape shape, List<BoundChange> items) throws SQLException, ReadException {
        Batches.Result result = batches.attempt(shape, items);
        Refusal refusal = result.refusal();
        if (refusal == null) {
            written(items, result.missed());
        } else if (!result.suspects().isEmpty()) {
            throw cannotGoOn(result.suspects(), refusal);
        } else if (collisions.take(shape, items, refusal)) {
            return;
        } else if (items.size() == 1) {
            BoundChange item = items.get(0);
            outcomes[item.place()] = refused(item.change(), refusal.reason(), refusal.failure());
        } else {
            int half = items.size() / 2;
            apply(shape, items.subList(0, half));
            apply(shape, items.subList(half, items.size()));
        }
    }

    private void written(List<BoundChange> items, List<BoundChange> missed) throws SQLException, ReadException {
        for (BoundChange item : items) {
            outcomes[item.place()] = Outcome.applied();
        }
        for (BoundChange item : missed) {
            outcomes[item.place()] = missed(item);
        }
        if (missed.isEmpty()) {
            transaction.wrote(table, binder, items.get(0));
            transaction.wrote(table, binder, items.get(items.size() - 1));
        }
    }

    /** Says that the whole transaction had to be undone, because the database cannot undo a part of it. */
    private ReadException cannotGoOn(List<BoundChange> suspects, Refusal refusal) {
        String which = suspects.size() == 1 ? shown(suspects) : "one of a " + shown(suspects);
        String skipping = context.onRejection() == OnRejection.SKIP_CHANGE
                ? ". It cannot be left out, because this database has no savepoints: correct it, or filter it out"
                : "";
        String message = "table " + table.name() + ", " + which + ": " + refusal.reason() + skipping;
        return refusal.failure() == null
                ? new ReadException(Failure.WRITE, message)
                : new ReadException(Failure.WRITE, message, RedactedException.of(refusal.failure()));
    }

    private Outcome missed(BoundChange item) throws ReadException, SQLException {
        return switch (item.shape().kind()) {
            case INSERT ->
                refused(
                        item.change(),
                        "the database inserts nothing: a trigger or rule of the table drops the row",
                        null);
            case DELETE ->
                sideEffects.deletesItsOwn() && !isStillThere(item)
                        ? Outcome.applied()
                        : Outcome.conflict(whyMissed(item));
            case UPDATE -> Outcome.conflict(whyMissed(item));
        };
    }

    private boolean isStillThere(BoundChange item) throws SQLException {
        return new RowLook(session, table, binder).exists(binder.identityBefore(item), List.of(), List.of());
    }

    private String whyMissed(BoundChange item) throws SQLException {
        return item.shape().isChecked() && isStillThere(item)
                ? "the row was changed since it was compared" + scope.orOutside()
                : "the row is no longer there" + scope.orOutside();
    }

    /** Says that a change cannot be done, in the way in which the run wants to know. */
    private Outcome refused(Change<Row> change, String reason, @Nullable SQLException failure) throws ReadException {
        if (context.onRejection() == OnRejection.SKIP_CHANGE) {
            return Outcome.rejected(reason);
        }
        String message = "table " + table.name() + ", " + kind(change) + " of " + shown(change.key()) + ": " + reason;
        throw failure == null
                ? new ReadException(Failure.WRITE, message)
                : new ReadException(Failure.WRITE, message, RedactedException.of(failure));
    }

    private static String kind(Change<Row> change) {
        return change.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static String shown(Key key) {
        return key.fields().isEmpty() ? "key " + key : key.toString();
    }

    private String shown(BoundChange item) {
        return "table " + table.name() + ", " + kind(item.change()) + " of "
                + shown(item.change().key());
    }

    private static String shown(List<BoundChange> items) {
        Change<Row> first = items.get(0).change();
        return items.size() == 1
                ? kind(first) + " of " + shown(first.key())
                : "batch of " + items.size() + " changes of kind " + kind(first) + " from " + shown(first.key())
                        + " to " + shown(items.get(items.size() - 1).change().key());
    }

    @Override
    public boolean include(TransactionPart part) throws ReadException {
        return part instanceof DatabasePart known && known.executeIn(session);
    }

    @Override
    public void commit() throws ReadException, NotCommittedException {
        settle(true);
        try {
            batches.beforeEnd();
        } catch (SQLException e) {
            throw transaction.failed("table " + table.name() + ", before the commit", e);
        }
        if (!isJoint) {
            transaction.commit();
        }
        batches.committed();
    }

    @Override
    public void close() throws ReadException {
        SQLException failure = null;
        try {
            batches.close();
        } catch (SQLException e) {
            failure = e;
        }
        if (isJoint) {
            if (failure != null && !session.isAbandoned()) {
                throw Failure.of(
                        Failure.CONNECT, "table " + table.name() + ": statements could not be closed", failure);
            }
            return;
        }
        try {
            transaction.close();
        } catch (ReadException e) {
            if (failure != null) {
                e.addSuppressed(RedactedException.of(failure));
            }
            throw e;
        }
    }

    @Override
    public String method() {
        String checked = settings.is(TableSettings.Choice.OPTIMISTIC)
                ? ", rows checked for changes in between"
                : ", the last writer wins";
        return batches.method() + checked;
    }
}
