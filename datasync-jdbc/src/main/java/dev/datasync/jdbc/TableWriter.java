package dev.datasync.jdbc;

import dev.datasync.change.Change;
import dev.datasync.match.Key;
import dev.datasync.row.ConversionException;
import dev.datasync.row.Row;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.WriteContext;
import dev.datasync.sink.WriteContext.OnRejection;
import dev.datasync.source.ReadException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the changes of one run into a table, in one transaction.
 *
 * <p>Changes that need the same statement go to the database as one batch, each batch under a savepoint: when the
 * database refuses one, the batch is undone and written row by row, to find the row that is to blame. Rows are updated
 * and deleted by the primary key, else by the plan's key, and each statement must hit exactly one row.
 */
final class TableWriter implements ChangeWriter<Row> {

    private static final int LARGEST_BATCH = 1_000;

    /** Updates of more different sets of columns than this are prepared again and again. */
    private static final int MOST_STATEMENTS = 100;

    private static final int SECONDS_FOR_AN_ANSWER = 5;

    private final Session session;
    private final Connection connection;
    private final TableDefinition table;
    private final TableSettings settings;
    private final WriteContext context;
    private final Statements statements;
    private final ChangeBinder binder;
    private final Map<Shape, PreparedStatement> prepared = new LinkedHashMap<>(16, 0.75f, true);
    private volatile @Nullable Statement running;

    TableWriter(Session session, TableDefinition table, TableSettings settings, WriteContext context)
            throws ReadException {
        this.session = session;
        this.connection = session.connection();
        this.table = table;
        this.settings = settings;
        this.context = context;
        this.statements = new Statements(session.jooq(), table.name().qualified());
        this.binder = new ChangeBinder(table, context.keyFields());
        context.onCancel(() -> {
            Statement statement = running;
            if (statement != null) {
                statement.cancel();
            }
        });
    }

    @Override
    public List<Outcome> write(List<Change<Row>> batch) throws ReadException {
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
        if (change instanceof Change.Update<Row> update && update.differences().isEmpty()) {
            outcomes[place] = Outcome.applied();
            return null;
        }
        try {
            return binder.bind(place, change);
        } catch (ConversionException e) {
            outcomes[place] = refused(change, String.valueOf(e.getMessage()), null);
            return null;
        }
    }

    private void apply(Map<Shape, List<BoundChange>> items, Outcome[] outcomes) throws ReadException {
        for (Map.Entry<Shape, List<BoundChange>> entry : items.entrySet()) {
            List<BoundChange> all = entry.getValue();
            for (int from = 0; from < all.size(); from += LARGEST_BATCH) {
                List<BoundChange> some = all.subList(from, Math.min(all.size(), from + LARGEST_BATCH));
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
        Savepoint before = connection.setSavepoint();
        SQLException failure = null;
        try {
            int[] counts = execute(shape, items);
            if (Arrays.stream(counts).allMatch(count -> count <= 1)) {
                session.dialect().release(connection, before);
                for (int i = 0; i < counts.length; i++) {
                    outcomes[items.get(i).place()] = outcome(items.get(i).change(), shape.kind(), counts[i]);
                }
                return;
            }
        } catch (SQLException e) {
            failure = e;
        }
        if (failure != null && !isAboutOneRow(failure)) {
            throw failure;
        }
        connection.rollback(before);
        for (BoundChange item : items) {
            outcomes[item.place()] = alone(shape, item);
        }
    }

    private boolean isAboutOneRow(SQLException failure) {
        return session.dialect().kind(SqlState.first(failure)).isAboutOneRow();
    }

    private int[] execute(Shape shape, List<BoundChange> items) throws SQLException {
        PreparedStatement statement = prepare(shape);
        try {
            for (BoundChange item : items) {
                bind(statement, item);
                statement.addBatch();
            }
            return run(statement, statement::executeBatch);
        } catch (SQLException e) {
            // a batch that was not executed to its end must not be found by the next one
            prepared.remove(shape);
            try (statement) {
                throw e;
            }
        }
    }

    /** Writes one row under a savepoint of its own. */
    private Outcome alone(Shape shape, BoundChange item) throws SQLException, ReadException {
        PreparedStatement statement = prepare(shape);
        Savepoint before = connection.setSavepoint();
        try {
            bind(statement, item);
            int count = run(statement, statement::executeUpdate);
            if (count > 1) {
                connection.rollback(before);
                return refused(
                        item.change(),
                        "the key is not unique in the table, " + count + " rows have it: add a primary key",
                        null);
            }
            session.dialect().release(connection, before);
            return outcome(item.change(), shape.kind(), count);
        } catch (SQLException e) {
            if (!isAboutOneRow(e)) {
                throw e;
            }
            connection.rollback(before);
            return refused(item.change(), Failure.reason(session.dialect(), e), e);
        }
    }

    private PreparedStatement prepare(Shape shape) throws SQLException {
        PreparedStatement known = prepared.get(shape);
        if (known != null) {
            return known;
        }
        if (prepared.size() == MOST_STATEMENTS) {
            Shape eldest = prepared.keySet().iterator().next();
            PreparedStatement dropped = prepared.remove(eldest);
            if (dropped != null) {
                dropped.close();
            }
        }
        List<String> columns = table.names(shape.columns());
        List<String> identity = table.names(binder.identity());
        PreparedStatement made = connection.prepareStatement(
                switch (shape.kind()) {
                    case INSERT -> statements.insert(columns);
                    case UPDATE -> statements.update(columns, identity);
                    case DELETE -> statements.delete(identity);
                });
        prepared.put(shape, made);
        return made;
    }

    private void bind(PreparedStatement statement, BoundChange item) throws SQLException {
        for (int i = 0; i < item.size(); i++) {
            table.codec(binder.column(item.shape(), i)).bind(statement, i + 1, item.value(i));
        }
    }

    /** Something that the database does, and that a cancelled run ends. */
    @FunctionalInterface
    private interface Execution<T> {
        T execute() throws SQLException;
    }

    private <T> T run(Statement statement, Execution<T> execution) throws SQLException {
        running = statement;
        try {
            if (context.isCancelled()) {
                throw new CancellationException();
            }
            return execution.execute();
        } catch (SQLException e) {
            if (context.isCancelled()) {
                throw new CancellationException();
            }
            throw e;
        } finally {
            running = null;
        }
    }

    private Outcome outcome(Change<Row> change, Shape.Kind kind, int count) throws ReadException {
        if (count == 1) {
            return Outcome.applied();
        }
        if (count == Statement.SUCCESS_NO_INFO) {
            // drivers that send several inserts as one do not count, but then all are done or none is
            return kind == Shape.Kind.INSERT
                    ? Outcome.applied()
                    : Outcome.unknown("the driver does not tell how many rows changed");
        }
        return kind == Shape.Kind.INSERT
                ? refused(change, "the database inserts nothing: a trigger or rule of the table drops the row", null)
                : Outcome.conflict("the row is no longer there");
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

    private ReadException failed(List<BoundChange> items, SQLException failure) {
        Change<Row> first = items.get(0).change();
        String which = items.size() == 1
                ? kind(first) + " of " + shown(first.key())
                : "batch of " + items.size() + " changes of kind " + kind(first);
        return Failure.of(Failure.WRITE, "table " + table.name() + ", " + which, failure);
    }

    @Override
    public void commit() throws ReadException, NotCommittedException {
        try {
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
        for (PreparedStatement statement : prepared.values()) {
            try {
                statement.close();
            } catch (SQLException e) {
                failure = e;
            }
        }
        prepared.clear();
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
        String checked = settings.is(TableSettings.Choice.OPTIMISTIC) ? ", rows checked for changes in between" : "";
        return String.format(Locale.ROOT, "JDBC batches of up to %,d in one transaction", LARGEST_BATCH) + checked;
    }
}
