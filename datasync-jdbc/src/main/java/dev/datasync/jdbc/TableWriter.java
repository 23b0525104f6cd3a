package dev.datasync.jdbc;

import dev.datasync.change.Change;
import dev.datasync.match.Key;
import dev.datasync.row.ConversionException;
import dev.datasync.row.Row;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.RetryableException;
import dev.datasync.sink.TransactionPart;
import dev.datasync.sink.WriteContext;
import dev.datasync.sink.WriteContext.OnRejection;
import dev.datasync.source.ReadException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the changes of one run into a table.
 *
 * <p>Changes that need the same statement go to the database as one batch. When the database refuses a batch, it is
 * undone and halved, down to the row that is to blame. Rows are updated and deleted by the primary key, else by the
 * plan's key, and each statement must hit exactly one row.
 */
final class TableWriter implements ChangeWriter<Row> {

    private final Session session;
    private final Connection connection;
    private final TableDefinition table;
    private final TableSettings settings;
    private final WriteContext context;
    private final ChangeBinder binder;
    private final ScopeCheck scope;
    private final Batches batches;

    TableWriter(Session session, TableDefinition table, TableSettings settings, WriteContext context)
            throws ReadException {
        this.session = session;
        this.connection = session.connection();
        this.table = table;
        this.settings = settings;
        this.context = context;
        OldValues oldValues = settings.is(TableSettings.Choice.OPTIMISTIC)
                ? OldValues.of(table, session.dialect().jooq())
                : OldValues.unchecked();
        this.binder =
                new ChangeBinder(table, context.keyFields(), oldValues, settings.insertOnly(), settings.preserved());
        this.scope = new ScopeCheck(session, table, binder, settings.scope());
        try {
            this.batches = new Batches(session, table, binder, scope, context);
        } catch (SQLException e) {
            throw Failure.of(Failure.WRITE, "table " + table.name(), e);
        }
    }

    @Override
    public int batchSize() {
        return batches.size();
    }

    @Override
    public List<Outcome> write(List<Change<Row>> batch) throws ReadException, NotCommittedException {
        Outcome[] outcomes = new Outcome[batch.size()];
        Map<Shape, List<BoundChange>> items = new LinkedHashMap<>();
        Shape last = null;
        for (int place = 0; place < outcomes.length; place++) {
            BoundChange item = bound(place, batch.get(place), outcomes);
            if (item == null) {
                continue;
            }
            if (last != null && !mayTrade(last, item.shape())) {
                apply(items, outcomes);
            }
            items.computeIfAbsent(item.shape(), shape -> new ArrayList<>()).add(item);
            last = item.shape();
        }
        apply(items, outcomes);
        return Arrays.asList(outcomes);
    }

    /**
     * Tells whether changes may be reordered among each other: each updates or deletes another row. Inserts keep their
     * order, for a row may refer to the one before it.
     */
    private static boolean mayTrade(Shape one, Shape other) {
        return one.kind() == other.kind() && (one.kind() != Shape.Kind.INSERT || one.equals(other));
    }

    /** Returns what is to be written for a change, or {@code null} when its outcome is certain without. */
    private @Nullable BoundChange bound(int place, Change<Row> change, Outcome[] outcomes) throws ReadException {
        try {
            BoundChange bound = binder.bind(place, change);
            if (bound.shape().kind() == Shape.Kind.UPDATE
                    && bound.shape().columns().isEmpty()) {
                outcomes[place] = Outcome.applied();
                return null;
            }
            return bound;
        } catch (ConversionException e) {
            outcomes[place] = refused(change, String.valueOf(e.getMessage()), null);
            return null;
        }
    }

    private void apply(Map<Shape, List<BoundChange>> items, Outcome[] outcomes)
            throws ReadException, NotCommittedException {
        int most = batches.size();
        for (Map.Entry<Shape, List<BoundChange>> entry : items.entrySet()) {
            List<BoundChange> all = entry.getValue();
            for (int from = 0; from < all.size(); from += most) {
                List<BoundChange> some = all.subList(from, Math.min(all.size(), from + most));
                try {
                    apply(entry.getKey(), some, outcomes);
                } catch (SQLException e) {
                    throw failed(some, e);
                }
            }
        }
        items.clear();
    }

    private void apply(Shape shape, List<BoundChange> items, Outcome[] outcomes) throws SQLException, ReadException {
        Batches.Result result = batches.attempt(shape, items);
        Refusal refusal = result.refusal();
        if (refusal == null) {
            for (BoundChange item : items) {
                outcomes[item.place()] = Outcome.applied();
            }
            for (BoundChange item : result.missed()) {
                outcomes[item.place()] = missed(item);
            }
        } else if (items.size() == 1) {
            BoundChange item = items.get(0);
            outcomes[item.place()] = refused(item.change(), refusal.reason(), refusal.failure());
        } else {
            int half = items.size() / 2;
            apply(shape, items.subList(0, half), outcomes);
            apply(shape, items.subList(half, items.size()), outcomes);
        }
    }

    private Outcome missed(BoundChange item) throws ReadException {
        return item.shape().kind() == Shape.Kind.INSERT
                ? refused(
                        item.change(),
                        "the database inserts nothing: a trigger or rule of the table drops the row",
                        null)
                : Outcome.conflict("the row is no longer there" + scope.orOutside());
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

    private ReadException failed(List<BoundChange> items, SQLException failure) throws RetryableException {
        Change<Row> first = items.get(0).change();
        String which = items.size() == 1
                ? kind(first) + " of " + shown(first.key())
                : "batch of " + items.size() + " changes of kind " + kind(first);
        FailureKind kind = session.dialect().kind(SqlState.first(failure));
        if (kind == FailureKind.TRANSIENT || kind == FailureKind.LOST) {
            // what was not committed is gone with the transaction or the connection
            throw new RetryableException(
                    Failure.message("table " + table.name() + ", " + which, failure), RedactedException.of(failure));
        }
        return Failure.of(Failure.WRITE, "table " + table.name() + ", " + which, failure);
    }

    @Override
    public boolean include(TransactionPart part) throws ReadException {
        return part instanceof DatabasePart known && known.executeIn(session);
    }

    @Override
    public void commit() throws ReadException, NotCommittedException {
        try {
            batches.beforeCommit();
            connection.commit();
        } catch (SQLException e) {
            if (SqlState.isConnectionLost(e) || !isAlive()) {
                throw Failure.of(
                        Failure.UNKNOWN,
                        "table " + table.name() + ": the connection was lost while the changes were committed, so that"
                                + " they may be there or not",
                        e);
            }
            NotCommittedException failure = new NotCommittedException(
                    "table " + table.name() + ": nothing was committed: " + Failure.reason(session.dialect(), e),
                    RedactedException.of(e));
            try {
                connection.rollback();
            } catch (SQLException suppressed) {
                failure.addSuppressed(RedactedException.of(suppressed));
            }
            throw failure;
        }
    }

    private static final int SECONDS_FOR_AN_ANSWER = 5;

    private boolean isAlive() {
        try {
            return connection.isValid(SECONDS_FOR_AN_ANSWER);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() throws ReadException {
        SQLException failure = null;
        try {
            batches.close();
        } catch (SQLException e) {
            failure = e;
        }
        try {
            session.close();
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
