package dev.datasync.jdbc;

import dev.datasync.source.ReadException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A connection in a transaction of its own, borrowed from a {@link JdbcDatabase}. Closing rolls back what was not
 * committed and gives the connection back as it came.
 */
final class Session implements AutoCloseable {

    private static final Pattern SIMPLE_QUERIES = Pattern.compile("(?i)^jdbc:postgresql:.*[?&]preferQueryMode=simple");

    /** What the transaction may do. */
    enum Access {
        READ,
        WRITE
    }

    private final JdbcDatabase database;
    private final String what;
    private final Connection connection;
    private boolean isLost;
    private final boolean autoCommitBefore;
    private final int isolationBefore;
    private final Dialect dialect;
    private final Dialect.Undo undo;

    private Session(JdbcDatabase database, String what, Connection connection, Access access) throws SQLException {
        this.database = database;
        this.what = what;
        this.connection = connection;
        this.autoCommitBefore = connection.getAutoCommit();
        this.isolationBefore = connection.getTransactionIsolation();
        if (!autoCommitBefore) {
            // a transaction that is under way would refuse to become read-only
            connection.rollback();
        }
        this.dialect = Dialect.of(connection);
        this.undo = dialect.prepare(connection, access);
        // without a transaction PostgreSQL's driver fetches all rows at once
        connection.setAutoCommit(false);
        if (access == Access.READ) {
            dialect.beginReading(connection);
        }
    }

    /**
     * Opens a session.
     *
     * @param what the table or query, for messages
     */
    static Session open(JdbcDatabase database, String what, Access access) throws ReadException {
        Connection connection;
        try {
            connection = database.connect();
        } catch (SQLException | RuntimeException e) {
            throw Failure.noConnection(what, e);
        }
        try {
            return new Session(database, what, connection, access);
        } catch (SQLException | RuntimeException e) {
            ReadException failure = unusable(what, e);
            try {
                database.release(connection);
            } catch (SQLException | RuntimeException suppressed) {
                failure.addSuppressed(RedactedException.of(suppressed));
            }
            throw failure;
        }
    }

    private static ReadException unusable(String what, Exception failure) {
        return failure instanceof SQLException known
                ? Failure.of(Failure.CONNECT, what + ": the connection cannot be used", known)
                : Failure.noConnection(what, failure);
    }

    /** Returns the exception for a failure in this session. */
    ReadException failure(String code, String message, SQLException failure) {
        return database.isClosed()
                ? new ReadException(
                        Failure.CONNECT, message + ": " + JdbcDatabase.CLOSED, RedactedException.of(failure))
                : Failure.of(code, message, failure);
    }

    /** Returns what a person should know of this connection. */
    Optional<String> warning() throws SQLException {
        String url = connection.getMetaData().getURL();
        return url != null && SIMPLE_QUERIES.matcher(url).find()
                ? Optional.of("the connections of " + what + " use preferQueryMode=simple, with which the driver puts"
                        + " values into the SQL by itself (see CVE-2024-1597): leave that parameter out")
                : Optional.empty();
    }

    Connection connection() {
        return connection;
    }

    /** Returns what the driver tells about the database. */
    DatabaseMetaData metaData() throws SQLException {
        return dialect.metaData(connection);
    }

    JdbcDatabase database() {
        return database;
    }

    /** Returns what renders SQL for this database. */
    DSLContext jooq() {
        return database.renderer(dialect);
    }

    Dialect dialect() {
        return dialect;
    }

    boolean isAbandoned() {
        return isLost;
    }

    /**
     * Ends a connection that was lost, so that a pool replaces it. The server has undone, or will undo, what was not
     * committed; closing has nothing left to do.
     */
    void abandon() {
        isLost = true;
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // it was lost before
        }
        try {
            connection.close();
        } catch (SQLException e) {
            // likewise
        }
    }

    @Override
    public void close() throws ReadException {
        if (isLost) {
            return;
        }
        SQLException failure = restore();
        if (isLost) {
            return;
        }
        try {
            database.release(connection);
        } catch (SQLException e) {
            failure = joined(failure, e);
        }
        if (failure != null && !database.isClosed()) {
            ReadException failed = Failure.of(
                    Failure.CONNECT,
                    what + ": the transaction could not be ended and its connection given back",
                    failure);
            for (Throwable suppressed : failure.getSuppressed()) {
                failed.addSuppressed(RedactedException.of(suppressed));
            }
            throw failed;
        }
    }

    private @Nullable SQLException restore() {
        try {
            dialect.rollBack(connection);
        } catch (SQLException e) {
            if (dialect.kind(SqlState.first(e)) == FailureKind.LOST) {
                // the server undoes what a connection leaves behind
                abandon();
                return null;
            }
            // turning auto-commit on again could commit what was to be undone, so the connection must not live on
            return abort(e);
        }
        try {
            connection.setAutoCommit(autoCommitBefore);
            undo.undo();
            if (connection.getTransactionIsolation() != isolationBefore) {
                connection.setTransactionIsolation(isolationBefore);
            }
            return null;
        } catch (SQLException e) {
            return e;
        }
    }

    private SQLException abort(SQLException failure) {
        try {
            connection.abort(Runnable::run);
            return failure;
        } catch (SQLException e) {
            return joined(failure, e);
        }
    }

    private static SQLException joined(@Nullable SQLException first, SQLException second) {
        if (first == null) {
            return second;
        }
        first.addSuppressed(second);
        return first;
    }
}
