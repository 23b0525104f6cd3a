package dev.datasync.jdbc;

import dev.datasync.sink.JointTransaction;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.RetryableException;
import dev.datasync.source.ReadException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The transaction in which one writer, or all writers of a group, work. When the answer to its commit is lost, it finds
 * out on a new connection what became of it.
 */
final class Transaction implements JointTransaction.Participant {

    private static final int SECONDS_FOR_AN_ANSWER = 5;

    private static final long MILLIS_BETWEEN_QUESTIONS = 50;

    private final Session session;
    private final String what;
    private final Consumer<String> warnings;
    private final Witnesses witnesses = new Witnesses();

    /**
     * Creates a transaction.
     *
     * @param what what is written, for messages
     * @param warnings takes what a person should know
     */
    Transaction(Session session, String what, Consumer<String> warnings) {
        this.session = session;
        this.what = what;
        this.warnings = warnings;
    }

    Session session() {
        return session;
    }

    /** Remembers a change by which can be seen whether it was committed. */
    void wrote(TableDefinition table, ChangeBinder binder, BoundChange change) {
        witnesses.add(table, binder, change);
    }

    @Override
    public void commit() throws ReadException, NotCommittedException {
        Connection connection = session.connection();
        String id;
        try {
            id = session.dialect().transactionId(connection).orElse(null);
        } catch (SQLException e) {
            throw failed(what + ": nothing was committed", e);
        }
        try {
            connection.commit();
            witnesses.clear();
        } catch (SQLException e) {
            if (SqlState.isConnectionLost(e) || isLost(e) || !isAlive(connection)) {
                resolve(id, e);
            } else {
                throw refused(connection, e);
            }
        }
    }

    private boolean isLost(SQLException failure) {
        return session.dialect().kind(SqlState.first(failure)) == FailureKind.LOST;
    }

    /**
     * Returns what to throw for a failure before the commit was sent.
     *
     * @throws RetryableException when the same changes may succeed in another transaction
     */
    ReadException failed(String where, SQLException failure) throws RetryableException {
        FailureKind kind = session.dialect().kind(SqlState.first(failure));
        if (kind == FailureKind.LOST) {
            session.abandon();
        }
        if (kind == FailureKind.TRANSIENT || kind == FailureKind.LOST) {
            // what was not committed is gone with the transaction or the connection
            throw new RetryableException(Failure.message(where, failure), RedactedException.of(failure));
        }
        return Failure.of(Failure.WRITE, where, failure);
    }

    private static boolean isAlive(Connection connection) {
        try {
            return connection.isValid(SECONDS_FOR_AN_ANSWER);
        } catch (SQLException e) {
            return false;
        }
    }

    private NotCommittedException refused(Connection connection, SQLException failure) {
        String message = what + ": nothing was committed: " + Failure.reason(session.dialect(), failure);
        RedactedException cause = RedactedException.of(failure);
        boolean isTransient = session.dialect().kind(SqlState.first(failure)) == FailureKind.TRANSIENT;
        NotCommittedException refused =
                isTransient ? new RetryableException(message, cause) : new NotCommittedException(message, cause);
        try {
            connection.rollback();
        } catch (SQLException suppressed) {
            refused.addSuppressed(RedactedException.of(suppressed));
        }
        return refused;
    }

    // ---------------------------------------------------------------- a commit without an answer

    private void resolve(@Nullable String id, SQLException failure) throws ReadException, RetryableException {
        session.abandon();
        Optional<Boolean> committed;
        try {
            committed = id == null ? byWitnesses() : byId(id);
        } catch (SQLException | ReadException e) {
            failure.addSuppressed(RedactedException.of(e));
            committed = Optional.empty();
        }
        String lost = what + ": the connection was lost while the changes were committed";
        if (committed.isEmpty()) {
            throw Failure.of(Failure.UNKNOWN, lost + ", so that they may be there or not", failure);
        }
        if (!committed.get()) {
            throw new RetryableException(
                    Failure.message(lost + ", and the database has not committed them", failure),
                    RedactedException.of(failure));
        }
        witnesses.clear();
        warnings.accept(lost + ", before the answer came. A new connection shows that the database has committed them");
    }

    /** Asks the database what became of the transaction. */
    private Optional<Boolean> byId(String id) throws SQLException, ReadException {
        try (Session other = Session.open(session.database(), what, Session.Access.WRITE)) {
            long deadline = System.nanoTime() + SECONDS_FOR_AN_ANSWER * 1_000_000_000L;
            Optional<Boolean> committed = session.dialect().isCommitted(other.connection(), id);
            // the server may still be writing it, or may not have noticed yet that we are gone
            while (committed.isEmpty() && System.nanoTime() < deadline && pause()) {
                committed = session.dialect().isCommitted(other.connection(), id);
            }
            return committed;
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(MILLIS_BETWEEN_QUESTIONS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Looks whether the first and last changes are there. */
    private Optional<Boolean> byWitnesses() throws SQLException, ReadException {
        try (Session other = Session.open(session.database(), what, Session.Access.WRITE)) {
            Optional<Boolean> committed = witnesses.areThere(other);
            // without locks to wait for, the server may still be about to commit
            return committed.isPresent()
                            && !committed.get()
                            && !session.dialect().waitsForWriters()
                    ? Optional.empty()
                    : committed;
        }
    }

    @Override
    public void close() throws ReadException {
        session.close();
    }
}
