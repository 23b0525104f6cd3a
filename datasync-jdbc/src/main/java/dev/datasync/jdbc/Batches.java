package dev.datasync.jdbc;

import dev.datasync.sink.WriteContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Executes changes that need the same statement, many at a time. Each batch is written wholly or not at all: it has a
 * savepoint of its own.
 */
final class Batches {

    /** So many changes are kept to be written again, where a part of a transaction cannot be undone. */
    private static final int MOST_KEPT = 50_000;

    /** How many changes are sent at a time without a path of the product's own. */
    static final int LARGEST = 1_000;

    /** Updates of more different sets of columns than this are prepared again and again. */
    private static final int MOST_STATEMENTS = 100;

    /**
     * What became of a batch: refused as a whole, or written but for those that hit no row.
     *
     * @param refusal why it was refused, or {@code null}
     * @param missed those that hit no row
     * @param suspects where the whole transaction had to be undone: the changes of which one is to blame; else empty
     */
    record Result(@Nullable Refusal refusal, List<BoundChange> missed, List<BoundChange> suspects) {

        static final Result WRITTEN = new Result(null, List.of(), List.of());
    }

    private final Session session;
    private final Connection connection;
    private final TableDefinition table;
    private final ChangeBinder binder;
    private final ScopeCheck scope;
    private final WriteContext context;
    private final Statements statements;
    private final @Nullable BulkPath path;
    private final Map<Shape, PreparedStatement> prepared = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Shape.Kind, Long> byPath = new EnumMap<>(Shape.Kind.class);
    private volatile @Nullable Statement running;
    private volatile boolean isInPath;
    private boolean countsInBatches = true;

    /** Whether the transaction has done something that is not committed. */
    private boolean hasWritten;

    /** What the transaction has done, for a product that has no savepoints; up to a number of changes. */
    private final List<BoundChange> kept = new ArrayList<>();

    private boolean keepsAll = true;

    Batches(Session session, TableDefinition table, ChangeBinder binder, ScopeCheck scope, WriteContext context)
            throws SQLException {
        this.session = session;
        this.connection = session.connection();
        this.table = table;
        this.binder = binder;
        this.scope = scope;
        this.context = context;
        this.statements = new Statements(session.jooq(), table.name().qualified());
        this.path = session.dialect().bulkPath(session, table, binder).orElse(null);
        context.onCancel(this::cancel);
    }

    private void cancel() throws SQLException {
        Statement statement = running;
        if (statement != null) {
            statement.cancel();
        }
        if (path != null && isInPath) {
            path.cancel();
        }
    }

    /** Returns how many changes to send at a time. */
    int size() {
        return path == null ? LARGEST : Math.max(LARGEST, path.batchSize());
    }

    /**
     * Writes changes of one shape, all or none.
     *
     * @throws SQLException when none of the rows is to blame
     */
    Result attempt(Shape shape, List<BoundChange> changes) throws SQLException {
        if (inBulk(shape, changes)) {
            return Result.WRITTEN;
        }
        if (changes.size() <= LARGEST) {
            return attemptPlain(shape, changes);
        }
        List<BoundChange> missed = new ArrayList<>();
        Savepoint before = savepoint();
        int keptBefore = kept.size();
        for (int from = 0; from < changes.size(); from += LARGEST) {
            Result result = attemptPlain(shape, changes.subList(from, Math.min(changes.size(), from + LARGEST)));
            if (result.refusal() != null) {
                undo(before);
                if (before == null && result.suspects().isEmpty()) {
                    kept.subList(keptBefore, kept.size()).clear();
                    writeAgain();
                }
                return result;
            }
            missed.addAll(result.missed());
        }
        release(before);
        return new Result(null, missed, List.of());
    }

    private boolean inBulk(Shape shape, List<BoundChange> changes) throws SQLException {
        if (path == null
                || shape.isChecked()
                || !scope.isEverything() && shape.kind() != Shape.Kind.INSERT
                || !path.takes(shape, changes.size())) {
            return false;
        }
        Savepoint before = savepoint();
        isInPath = true;
        try {
            checkGoingOn();
            if (!path.write(shape, changes)) {
                // without savepoints it has done nothing
                undo(before);
                return false;
            }
            if (scope.holds(changes)) {
                release(before);
                keep(changes);
                byPath.merge(shape.kind(), (long) changes.size(), Long::sum);
                return true;
            }
        } catch (SQLException e) {
            checkGoingOn();
            FailureKind kind = kind(e);
            if (kind == FailureKind.TRANSIENT || kind == FailureKind.LOST) {
                throw e;
            }
        } finally {
            isInPath = false;
        }
        if (before == null) {
            if (!canWriteAgain()) {
                connection.rollback();
                throw new SQLException("a batch cannot be undone alone");
            }
            writeAgain();
        }
        undo(before);
        return false;
    }

    private Result attemptPlain(Shape shape, List<BoundChange> changes) throws SQLException {
        Savepoint before = savepoint();
        Refusal refusal;
        boolean countedBefore = countsInBatches;
        try {
            int[] counts = execute(shape, changes);
            Result result = result(shape, changes, counts);
            if (result.refusal() == null && countsInBatches == countedBefore) {
                release(before);
                keep(changes);
                return result;
            }
            refusal = result.refusal();
        } catch (SQLException e) {
            FailureKind kind = kind(e);
            if (!kind.isAboutOneRow()) {
                throw e;
            }
            refusal = new Refusal(kind, Failure.reason(session.dialect(), e), e);
        }
        if (before == null) {
            return withoutSavepoints(shape, changes, refusal);
        }
        undo(before);
        return refusal == null ? attemptPlain(shape, changes) : new Result(refusal, List.of(), List.of());
    }

    /**
     * Undoes the whole transaction, for a product that cannot undo a part, and looks for the row to blame: only as long
     * as nothing else was written, for rows may depend on what was.
     */
    private Result withoutSavepoints(Shape shape, List<BoundChange> changes, @Nullable Refusal refusal)
            throws SQLException {
        if (refusal != null && hasWritten && canWriteAgain()) {
            writeAgain();
            return new Result(refusal, List.of(), List.of());
        }
        if (refusal != null && !hasWritten && isAlone()) {
            connection.rollback();
            return new Result(refusal, List.of(), List.of());
        }
        connection.rollback();
        Refusal known = refusal == null
                ? new Refusal(FailureKind.OTHER, "the driver does not tell how many rows changed", null)
                : refusal;
        return new Result(known, List.of(), hasWritten || !isAlone() ? changes : toBlame(shape, changes));
    }

    /** Keeps what was written, where it has to be written again when something else is undone. */
    private void keep(List<BoundChange> changes) {
        hasWritten = true;
        if (!session.dialect().hasSavepoints() && canWriteAgain()) {
            kept.addAll(changes);
            keepsAll = kept.size() <= MOST_KEPT;
        }
    }

    private boolean canWriteAgain() {
        return keepsAll && isAlone();
    }

    /** Tells whether nobody else writes in this transaction, whose changes would be undone too and not written again. */
    private boolean isAlone() {
        return context.joint().isEmpty();
    }

    /** Undoes the transaction, and does again what was kept of it. */
    private void writeAgain() throws SQLException {
        connection.rollback();
        int from = 0;
        for (int to = 1; to <= kept.size(); to++) {
            Shape shape = kept.get(from).shape();
            if (to == kept.size()
                    || to - from == LARGEST
                    || !kept.get(to).shape().equals(shape)) {
                execute(shape, kept.subList(from, to));
                from = to;
            }
        }
    }

    private List<BoundChange> toBlame(Shape shape, List<BoundChange> changes) throws SQLException {
        int good = 0;
        int bad = changes.size();
        while (bad - good > 1) {
            int middle = (good + bad) >>> 1;
            boolean isRefused;
            try {
                List<BoundChange> some = changes.subList(0, middle);
                isRefused = result(shape, some, execute(shape, some)).refusal() != null;
            } catch (SQLException e) {
                if (!kind(e).isAboutOneRow()) {
                    throw e;
                }
                isRefused = true;
            } finally {
                connection.rollback();
            }
            if (isRefused) {
                bad = middle;
            } else {
                good = middle;
            }
        }
        return changes.subList(good, bad);
    }

    private Result result(Shape shape, List<BoundChange> changes, int[] counts) throws SQLException {
        List<BoundChange> missed = new ArrayList<>();
        List<BoundChange> hit = new ArrayList<>(counts.length);
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == 0) {
                missed.add(changes.get(i));
            } else if (counts[i] == Statement.SUCCESS_NO_INFO && shape.kind() != Shape.Kind.INSERT) {
                // some drivers do not count in batches; what they do not tell must not be guessed
                countsInBatches = false;
                return Result.WRITTEN;
            } else if (counts[i] > 1) {
                return refused("the key is not unique in the table, " + counts[i] + " rows have it: add a primary key");
            } else {
                hit.add(changes.get(i));
            }
        }
        return scope.holds(hit) ? new Result(null, missed, List.of()) : refused(scope.reason());
    }

    private static Result refused(String reason) {
        return new Result(new Refusal(FailureKind.ROW, reason, null), List.of(), List.of());
    }

    private FailureKind kind(SQLException failure) {
        return session.dialect().kind(SqlState.first(failure));
    }

    private int[] execute(Shape shape, List<BoundChange> changes) throws SQLException {
        PreparedStatement statement = prepare(shape);
        try {
            if (changes.size() == 1 || !countsInBatches && shape.kind() != Shape.Kind.INSERT) {
                return oneByOne(statement, changes);
            }
            for (BoundChange change : changes) {
                bind(statement, change);
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

    private int[] oneByOne(PreparedStatement statement, List<BoundChange> changes) throws SQLException {
        int[] counts = new int[changes.size()];
        for (int i = 0; i < counts.length; i++) {
            bind(statement, changes.get(i));
            counts[i] = run(statement, statement::executeUpdate);
        }
        return counts;
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
        List<String> found = new ArrayList<>(table.names(binder.identity()));
        found.addAll(table.names(shape.checked()));
        List<String> absent = table.names(shape.absent());
        PreparedStatement made = connection.prepareStatement(
                switch (shape.kind()) {
                    case INSERT -> statements.insert(columns);
                    case UPDATE -> scope.restricted(statements.update(columns, found, absent));
                    case DELETE -> scope.restricted(statements.delete(found, absent));
                });
        prepared.put(shape, made);
        return made;
    }

    private void bind(PreparedStatement statement, BoundChange change) throws SQLException {
        for (int i = 0; i < change.size(); i++) {
            table.codec(binder.column(change.shape(), i)).bind(statement, i + 1, change.value(i));
        }
        if (change.shape().kind() != Shape.Kind.INSERT) {
            scope.bind(statement, change.size() + 1);
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
            checkGoingOn();
            return execution.execute();
        } catch (SQLException e) {
            checkGoingOn();
            throw e;
        } finally {
            running = null;
        }
    }

    private void checkGoingOn() {
        if (context.isCancelled()) {
            throw new CancellationException();
        }
    }

    @Nullable
    Savepoint savepoint() throws SQLException {
        return session.dialect().hasSavepoints() ? connection.setSavepoint() : null;
    }

    void release(@Nullable Savepoint savepoint) throws SQLException {
        if (savepoint != null) {
            try {
                session.dialect().release(connection, savepoint);
            } catch (SQLFeatureNotSupportedException e) {
                // it ends with the transaction
            }
        }
    }

    /** Undoes what was done since a savepoint. Where there are none, the caller gives up. */
    void undo(@Nullable Savepoint savepoint) throws SQLException {
        if (savepoint != null) {
            connection.rollback(savepoint);
        }
    }

    /** Removes what was made for this transaction only. */
    void beforeEnd() throws SQLException {
        if (path != null) {
            path.close();
        }
    }

    void committed() {
        hasWritten = false;
        kept.clear();
        keepsAll = true;
    }

    /** Closes the statements, and what is left when there was no commit. */
    void close() throws SQLException {
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
            beforeEnd();
        } catch (SQLException e) {
            failure = e;
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Says how the changes were written. */
    String method() {
        StringBuilder text = new StringBuilder();
        if (path != null && !byPath.isEmpty()) {
            text.append(path.name());
            String separator = " (";
            for (Map.Entry<Shape.Kind, Long> entry : byPath.entrySet()) {
                text.append(separator)
                        .append(String.format(
                                Locale.ROOT,
                                "%,d %ss",
                                entry.getValue(),
                                entry.getKey().name().toLowerCase(Locale.ROOT)));
                separator = ", ";
            }
            text.append("), ");
        }
        return text.append(String.format(Locale.ROOT, "JDBC batches of up to %,d", LARGEST))
                .toString();
    }
}
