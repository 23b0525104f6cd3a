package dev.datasync.jdbc;

import dev.datasync.sink.TransactionPart;
import dev.datasync.source.ReadException;
import java.sql.SQLException;

/** Something small that is done in a database: in the transaction of a writer there, else in one of its own. */
final class DatabasePart implements TransactionPart {

    /** The statements. */
    @FunctionalInterface
    interface Work {

        /** Executes them, and does not commit. */
        void execute(Session session) throws SQLException, ReadException;
    }

    private final JdbcDatabase database;
    private final String what;
    private final Work work;

    /**
     * Creates a part.
     *
     * @param what what it is about, for messages
     */
    DatabasePart(JdbcDatabase database, String what, Work work) {
        this.database = database;
        this.what = what;
        this.work = work;
    }

    /**
     * Does it in a writer's transaction, if that is one of the same database.
     *
     * @return whether it is
     */
    boolean executeIn(Session session) throws ReadException {
        if (!database.isSame(session.database())) {
            return false;
        }
        try {
            work.execute(session);
            return true;
        } catch (SQLException e) {
            throw session.failure(Failure.WRITE, what, e);
        }
    }

    @Override
    public void execute() throws ReadException {
        try (Session session = Session.open(database, what, Session.Access.WRITE)) {
            try {
                work.execute(session);
                session.connection().commit();
            } catch (SQLException e) {
                throw session.failure(Failure.WRITE, what, e);
            }
        }
    }
}
