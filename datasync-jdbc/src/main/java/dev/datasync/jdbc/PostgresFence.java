package dev.datasync.jdbc;

import dev.datasync.source.ReadContext;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Finds out on PostgreSQL how far a watermark may go without passing a row that a transaction still open may yet commit.
 * Everything happens in transactions of their own before the one that reads the rows, so that whatever ends in between
 * is seen by the reading.
 *
 * <p>A time: a transaction stamps no row with a time before its own begin. So the limit is the begin of the oldest open
 * transaction, as it was before the rows are read, or the server's clock when there is none.
 *
 * <p>A number of a sequence: what is drawn later is greater. So first the greatest committed number is read, and then it
 * is waited until all have ended that were writing to the table at that time; what they have drawn below it is then
 * committed or will never be. A statement that inserts locks the table before it draws.
 */
final class PostgresFence {

    /** The server shows a transaction a moment after it has stamped its begin. */
    private static final Duration MOMENT = Duration.ofSeconds(5);

    private static final long MILLIS_BETWEEN_LOOKS = 20;

    /** The table with all that inherit from it, its partitions among them. */
    private static final String FAMILY = "with recursive family(relation) as (select ?::oid union all"
            + " select i.inhrelid from pg_inherits i join family f on i.inhparent = f.relation)";

    private static final String WRITERS = " from pg_locks l where l.locktype = 'relation' and l.granted"
            + " and l.database = (select d.oid from pg_database d where d.datname = current_database())"
            + " and l.relation in (select relation from family) and l.pid is distinct from pg_backend_pid()"
            + " and l.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')";

    /** The oldest begin, and how many transactions do not show theirs for want of privileges. */
    private static final String OLDEST = "select least(now(), min(a.xact_start)), count(*) filter (where"
            + " a.query = '<insufficient privilege>' and exists (select 1 from pg_locks l where"
            + " l.locktype = 'virtualxid' and l.granted and l.mode = 'ExclusiveLock' and l.pid = a.pid))"
            + " from pg_stat_activity a where a.pid <> pg_backend_pid() and a.datname = current_database()"
            + " and a.backend_type is distinct from 'autovacuum worker'";

    private final Session session;
    private final Connection connection;
    private final ReadContext context;
    private final TableName table;
    private final long relation;
    private final Duration patience;

    private PostgresFence(Session session, ReadContext context, TableName table, long relation, Duration patience) {
        this.session = session;
        this.connection = session.connection();
        this.context = context;
        this.table = table;
        this.relation = relation;
        this.patience = patience;
    }

    /**
     * Returns the fence of a table, or nothing for a view or the like, which does not tell who writes to it.
     *
     * @param patience how long to wait for those that write to the table
     */
    static Optional<PostgresFence> of(Session session, ReadContext context, TableName table, Duration patience)
            throws SQLException {
        try (PreparedStatement statement = session.connection()
                .prepareStatement("select c.oid::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                        + " where n.nspname = ? and c.relname = ? and c.relkind in ('r', 'p')")) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new PostgresFence(session, context, table, rows.getLong(1), patience))
                        : Optional.empty();
            }
        }
    }

    /**
     * Finds the limit. The connection is in no transaction when this returns.
     *
     * @param from the watermark until now, or {@code null}
     */
    Fence find(CursorKind kind, String column, @Nullable Object from) throws SQLException {
        try {
            return kind.isNumber() ? ofNumbers(kind, column, from) : ofTimes();
        } finally {
            connection.rollback();
        }
    }

    private Fence ofTimes() throws SQLException {
        connection.rollback();
        Instant limit;
        Duration overlap = MOMENT;
        try (PreparedStatement statement = connection.prepareStatement(OLDEST);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            limit = rows.getObject(1, OffsetDateTime.class).toInstant();
            if (rows.getLong(2) > 0) {
                overlap = Fence.STANDARD_TIME;
                context.warn("the database does not show when the transactions of other users began, so "
                        + overlap.toMinutes() + " minutes are read again instead, unless overlap(...) says otherwise:"
                        + " grant pg_read_all_stats to the user that reads table " + table);
            }
        }
        Set<String> prepared = writers(true);
        if (!prepared.isEmpty()) {
            context.warn("a prepared transaction has written to table " + table
                    + " and may have been stamped at any time, so the watermark stays: commit it or roll it back");
        }
        return new Fence(limit, prepared.isEmpty(), overlap, 0);
    }

    private Fence ofNumbers(CursorKind kind, String column, @Nullable Object from) throws SQLException {
        connection.rollback();
        Object greatest = greatest(kind, column, from);
        if (greatest == null) {
            return new Fence(null, false, Duration.ZERO, 0);
        }
        connection.rollback();
        boolean haveEnded = haveEnded(writers(false));
        if (!haveEnded) {
            context.warn("others have been writing to table " + table + " for more than " + patience.toMillis()
                    + " ms and may yet commit smaller numbers, so the watermark stays until a run finds them done");
        }
        return new Fence(greatest, haveEnded, Duration.ZERO, 0);
    }

    private @Nullable Object greatest(CursorKind kind, String column, @Nullable Object from) throws SQLException {
        String name = session.jooq().render(DSL.name(column));
        String query = "select max(" + name + ")::numeric from "
                + session.jooq().render(table.qualified()) + (from == null ? "" : " where " + name + " >= ?");
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            context.onCancel(statement::cancel);
            if (from != null) {
                statement.setObject(1, from);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                BigDecimal value = rows.getBigDecimal(1);
                return value == null || kind == CursorKind.DECIMAL ? value : (Object) value.longValueExact();
            }
        }
    }

    /** Returns the transactions that have written to the table or are about to. */
    private Set<String> writers(boolean onlyPrepared) throws SQLException {
        Set<String> writers = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(
                FAMILY + " select l.virtualtransaction" + WRITERS + (onlyPrepared ? " and l.pid is null" : ""))) {
            statement.setLong(1, relation);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    writers.add(rows.getString(1));
                }
            }
        }
        connection.rollback();
        return writers;
    }

    private boolean haveEnded(Set<String> writers) throws SQLException {
        long deadline = System.nanoTime() + patience.toNanos();
        Set<String> left = writers;
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            pause();
            left.retainAll(writers(false));
        }
        return left.isEmpty();
    }

    private void pause() {
        if (context.isCancelled()) {
            throw new CancellationException();
        }
        try {
            Thread.sleep(MILLIS_BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        }
    }
}
