package dev.datasync.jdbc;

import dev.datasync.source.ReadContext;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

    /**
     * The table with all that inherit from it, its partitions among them, and those of which it is a partition: a row that
     * is inserted there gets its number before it gets to this table.
     */
    private static final String FAMILY = "with recursive root(relation) as (select ?::oid), heirs(relation) as (select"
            + " relation from root union all select i.inhrelid from pg_inherits i join heirs h on i.inhparent ="
            + " h.relation), wholes(relation) as (select relation from root union all select i.inhparent from"
            + " pg_inherits i join wholes w on i.inhrelid = w.relation join pg_class c on c.oid = i.inhparent and"
            + " c.relkind = 'p'), family(relation) as (select relation from heirs union select relation from wholes)";

    /** How many numbers a session draws at a time from the sequences of a column, its own and those of its default. */
    private static final String CACHE = " select max(s.seqcache) from pg_sequence s where s.seqrelid in (select d.objid"
            + " from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid where"
            + " d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')"
            + " and d.refobjid in (select relation from family) and a.attname = ? union all select d.refobjid from"
            + " pg_depend d join pg_attrdef f on f.oid = d.objid join pg_attribute a on a.attrelid = f.adrelid and"
            + " a.attnum = f.adnum where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass"
            + " and f.adrelid in (select relation from family) and a.attname = ?)";

    /** The first version that tells of sequences in a table. */
    private static final int FIRST_WITH_SEQUENCES = 10;

    /** Each may hold numbers that it has drawn ahead; so many are allowed where nobody says otherwise. */
    private static final long SESSIONS = 100;

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
     * Returns the fence of a table, or nothing where nobody tells who writes to it: for a view or the like, and on a
     * standby server.
     *
     * @param patience how long to wait for those that write to the table
     */
    static Optional<PostgresFence> of(Session session, ReadContext context, TableName table, Duration patience)
            throws SQLException {
        if (isStandby(session)) {
            context.warn(
                    "table " + table + " is read from a standby server, which does not tell of the transactions that"
                            + " are open on its primary, so " + Fence.STANDARD_TIME.toMinutes() + " minutes or "
                            + Fence.STANDARD_NUMBER + " numbers are read again, unless overlap(...) says otherwise");
            return Optional.empty();
        }
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

    private static boolean isStandby(Session session) throws SQLException {
        try (Statement statement = session.connection().createStatement();
                ResultSet rows = statement.executeQuery("select pg_is_in_recovery()")) {
            return rows.next() && rows.getBoolean(1);
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
        return new Fence(greatest, haveEnded, Duration.ZERO, overlap(column));
    }

    /** Returns how many numbers to read again, because a session that has drawn them ahead may still use them. */
    private long overlap(String column) throws SQLException {
        long cache = cache(column);
        if (cache <= 1) {
            return 0;
        }
        long overlap = Math.max(Fence.STANDARD_NUMBER, SESSIONS * Math.min(cache, Integer.MAX_VALUE));
        context.warn("each session draws " + cache + " numbers ahead from the sequence of column '" + column
                + "' of table " + table + " and may commit them at any time, so " + overlap
                + " numbers are read again, unless overlap(...) says otherwise: let the sequence have CACHE 1");
        return overlap;
    }

    private long cache(String column) throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() < FIRST_WITH_SEQUENCES) {
            return 1;
        }
        try (PreparedStatement statement = connection.prepareStatement(FAMILY + CACHE)) {
            statement.setLong(1, relation);
            statement.setString(2, column);
            statement.setString(3, column);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
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
