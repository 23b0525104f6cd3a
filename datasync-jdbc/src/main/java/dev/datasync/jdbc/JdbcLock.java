package dev.datasync.jdbc;

import dev.datasync.sink.TransactionPart;
import dev.datasync.source.Pool;
import dev.datasync.source.ReadException;
import dev.datasync.state.RunLock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Locks in a table of a database: {@code JdbcLock.in(dataSource)}. Immutable and safe for use by several threads.
 *
 * <p>The table, {@code datasync_locks} unless {@link #named} says otherwise, has a row per plan and is created by the
 * first run. A lock is a lease by the database's own clock, of a minute unless {@link #lasting} says otherwise; a run
 * that goes on renews it, and that of a run that died ends by itself. When the target is in the same {@link JdbcDatabase}
 * or {@link DataSource}, each commit proves in its own transaction that nobody else has taken the lock since.
 */
public final class JdbcLock implements RunLock {

    private static final Duration STANDARD = Duration.ofMinutes(1);

    private static final String COLUMNS = "plan_name varchar(200) not null, token varchar(36) not null,"
            + " holder varchar(200) not null, expires_at numeric(19) not null, primary key (plan_name)";

    private static final int LONGEST_HOLDER = 200;

    private final StateTable table;
    private final Duration duration;

    private JdbcLock(StateTable table, Duration duration) {
        this.table = table;
        this.duration = duration;
    }

    /**
     * Returns the locks in a database.
     *
     * @param dataSource gives connections that nobody else uses at the same time, and is not closed
     * @return the locks
     */
    public static JdbcLock in(DataSource dataSource) {
        return in(JdbcDatabase.of(dataSource));
    }

    /**
     * Returns the locks in a database.
     *
     * @param database the database
     * @return the locks
     */
    public static JdbcLock in(JdbcDatabase database) {
        return new JdbcLock(new StateTable(database, "datasync_locks", COLUMNS), STANDARD);
    }

    /**
     * Returns these locks with a table of another name.
     *
     * @param name up to 30 letters, digits and underscores
     * @return the locks
     * @throws IllegalArgumentException when the name is none
     */
    public JdbcLock named(String name) {
        return new JdbcLock(table.named(name), duration);
    }

    /**
     * Returns these locks with leases of another duration: how long nobody else can run the plan after a run has died.
     * In a database with one writer at a time, such as SQLite, it must be longer than a run writes, because the lease
     * cannot be renewed meanwhile.
     *
     * @param lease the time; at least a second
     * @return the locks
     * @throws IllegalArgumentException when it is shorter
     */
    public JdbcLock lasting(Duration lease) {
        if (lease.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("a lease needs at least a second, not " + lease);
        }
        return new JdbcLock(table, lease);
    }

    @Override
    public String name() {
        return table.what();
    }

    @Override
    public Optional<Pool> pool() {
        return Optional.of(table.database().pool());
    }

    /** What the row of a plan says. */
    private record Held(String token, long expires) {}

    @Override
    public Optional<Lease> acquire(String plan) throws ReadException {
        try (Session session = table.open(Session.Access.WRITE)) {
            try {
                String name = table.findOrCreate(session);
                Connection connection = session.connection();
                Held held = held(connection, name, plan);
                long now = DatabaseClock.millis(connection);
                if (held != null && held.expires() > now) {
                    return Optional.empty();
                }
                String token = UUID.randomUUID().toString();
                boolean isTaken = held == null
                        ? insert(session, name, plan, token, now)
                        : take(connection, name, plan, held, token, now);
                if (!isTaken) {
                    return Optional.empty();
                }
                connection.commit();
                return Optional.of(new TableLease(name, plan, token));
            } catch (SQLException e) {
                throw session.failure(Failure.WRITE, table.what() + " cannot be written", e);
            }
        }
    }

    private static @Nullable Held held(Connection connection, String name, String plan) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select token, expires_at from " + name + " where plan_name = ?")) {
            statement.setString(1, plan);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? new Held(Objects.requireNonNull(rows.getString(1)), rows.getLong(2)) : null;
            }
        }
    }

    private boolean insert(Session session, String name, String plan, String token, long now) throws SQLException {
        try (PreparedStatement statement = session.connection()
                .prepareStatement(
                        "insert into " + name + " (plan_name, token, holder, expires_at) values (?, ?, ?, ?)")) {
            statement.setString(1, plan);
            statement.setString(2, token);
            statement.setString(3, holder());
            statement.setLong(4, now + duration.toMillis());
            statement.executeUpdate();
            return true;
        } catch (SQLException e) {
            if (session.dialect().kind(SqlState.first(e)) == FailureKind.UNIQUE) {
                // somebody else was faster
                return false;
            }
            throw e;
        }
    }

    private boolean take(Connection connection, String name, String plan, Held held, String token, long now)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("update " + name
                + " set token = ?, holder = ?, expires_at = ? where plan_name = ? and token = ? and expires_at = ?")) {
            statement.setString(1, token);
            statement.setString(2, holder());
            statement.setLong(3, now + duration.toMillis());
            statement.setString(4, plan);
            statement.setString(5, held.token());
            statement.setLong(6, held.expires());
            return statement.executeUpdate() == 1;
        }
    }

    /** Tells a person who looks into the table which process it is. */
    private static String holder() {
        String holder = "process " + ProcessHandle.current().pid() + ", thread "
                + Thread.currentThread().getName();
        return holder.length() > LONGEST_HOLDER ? holder.substring(0, LONGEST_HOLDER) : holder;
    }

    private final class TableLease implements Lease {

        private final String name;
        private final String plan;
        private final String token;

        TableLease(String name, String plan, String token) {
            this.name = name;
            this.plan = plan;
            this.token = token;
        }

        @Override
        public Duration duration() {
            return duration;
        }

        @Override
        public boolean renew() throws ReadException {
            return changed(session -> {
                long now = DatabaseClock.millis(session.connection());
                return execute(session.connection(), "expires_at = " + (now + duration.toMillis()));
            });
        }

        @Override
        public TransactionPart proof() {
            return new DatabasePart(table.database(), table.what() + " cannot be written", session -> {
                // changes something, because some drivers count only rows that are not as before
                if (execute(session.connection(), "expires_at = expires_at + 1") != 1) {
                    throw new ReadException(Failure.WRITE, "another run has taken it since");
                }
            });
        }

        @Override
        public void release() throws ReadException {
            changed(session -> execute(session.connection(), "expires_at = 0"));
        }

        /** A change to the row of this lease. */
        private interface Change {
            int execute(Session session) throws SQLException;
        }

        private boolean changed(Change change) throws ReadException {
            try (Session session = table.open(Session.Access.WRITE)) {
                try {
                    boolean isHeld = change.execute(session) == 1;
                    session.connection().commit();
                    return isHeld;
                } catch (SQLException e) {
                    throw session.failure(Failure.WRITE, table.what() + " cannot be written", e);
                }
            }
        }

        private int execute(Connection connection, String assignment) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(
                    "update " + name + " set " + assignment + " where plan_name = ? and token = ?")) {
                statement.setString(1, plan);
                statement.setString(2, token);
                return statement.executeUpdate();
            }
        }
    }

    /**
     * Returns the name for messages.
     *
     * @return for example {@code table datasync_locks}
     */
    @Override
    public String toString() {
        return name();
    }
}
