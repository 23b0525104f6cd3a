package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import dev.datasync.source.ReadException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** What differs from one database product to another. One class per product; immutable. */
interface Dialect {

    /** Returns the dialect of the database at the other end of a connection. */
    static Dialect of(Connection connection) throws SQLException {
        return switch (connection.getMetaData().getDatabaseProductName()) {
            case "PostgreSQL" -> new PostgresDialect();
            case "H2" -> new H2Dialect();
            case "DuckDB" -> new DuckDbDialect();
            case "HSQL Database Engine" -> new HsqldbDialect();
            case "Apache Derby" -> new DerbyDialect();
            case "Microsoft SQL Server" -> new SqlServerDialect();
            case "Oracle" -> new OracleDialect();
            case "MariaDB" -> MariaDbDialect.on(connection);
            case "MySQL" -> MySqlDialect.on(connection);
            case "SQLite" -> new SqliteDialect();
            default -> StandardDialect.of(connection);
        };
    }

    /** Returns the dialect in which jOOQ renders; {@link SQLDialect#DEFAULT} for a product that jOOQ does not know. */
    SQLDialect jooq();

    /** Returns what renders SQL for this product, unless the user has something better. */
    default DSLContext renderer() {
        return DSL.using(jooq());
    }

    /** Returns how the values of a column are read and bound. */
    ColumnCodec codec(ColumnType column);

    /**
     * Returns the type of a column, as {@code CREATE TABLE} takes it, that holds exactly the values of a field type.
     *
     * @param isKey whether the column is part of the primary key, for which some products take no unlimited texts
     * @return the type, or empty when the product has none
     */
    Optional<String> columnType(FieldType type, boolean isKey);

    /** Returns the columns of a table that the database computes and that a statement must not set. */
    Set<String> computedColumns(Connection connection, TableName table) throws SQLException;

    /** Returns why a table or view can be neither inserted into nor updated nor deleted from, as far as is known. */
    default Optional<String> unwritable(Connection connection, TableName table) throws SQLException {
        return Optional.empty();
    }

    /** Returns the names of the triggers that fire when rows of a table are written. */
    List<String> triggers(Connection connection, TableName table) throws SQLException;

    /**
     * Returns the names of the indexes that keep values unique although the driver does not say so.
     */
    default Set<String> hiddenUniqueIndexes(Connection connection, TableName table) throws SQLException {
        return Set.of();
    }

    /** Tells whether {@code ORDER BY} puts the values of a type into the engine's own order. */
    boolean ordersAsEngine(FieldType type);

    /**
     * Refuses a name that the driver misreads even when it is quoted.
     *
     * @throws ReadException when it does
     */
    void checkName(String name) throws ReadException;

    /** Returns the expression that reads a column; the column itself, unless the product then shows less than it holds. */
    Field<?> selected(Field<?> column, FieldType type);

    /** Returns a value that a user gives for a question mark, as the driver takes it. */
    Object bindable(Object value);

    /** Sets a connection back. */
    @FunctionalInterface
    interface Undo {
        void undo() throws SQLException;
    }

    /**
     * Sets a connection to what a session needs, whatever the host set it to. Called outside of a transaction.
     *
     * @return what sets it back, called outside of a transaction as well
     */
    Undo prepare(Connection connection, Session.Access access) throws SQLException;

    /**
     * Begins the read-only transaction of one reading, which sees one state of the database from its first statement to
     * its last where the product can do that. The connection is not in auto-commit mode, and nothing was executed yet.
     */
    void beginReading(Connection connection) throws SQLException;

    /** Rolls back the transaction, also one of which a commit has failed. */
    default void rollBack(Connection connection) throws SQLException {
        connection.rollback();
    }

    /** Returns what the driver tells about the database, with lookups that other sessions of this process do not disturb. */
    default DatabaseMetaData metaData(Connection connection) throws SQLException {
        return connection.getMetaData();
    }

    /** Ends the lookups of a session that is about to write and has not written yet. */
    default void endLookups(Connection connection) throws SQLException {}

    /**
     * Makes a statement deliver its rows as they come instead of collecting them first.
     *
     * @param rows how many rows to fetch at a time, where the driver wants to know
     */
    void stream(PreparedStatement statement, int rows) throws SQLException;

    /** Returns the product's own way to read many rows, if it has one that this connection can go. */
    default Optional<BulkReading> bulkReading(Connection connection) throws SQLException {
        return Optional.empty();
    }

    /**
     * Returns the product's own way to write many changes, if it has one.
     *
     * @param session the writer's transaction
     * @param table the table
     * @param binder tells which columns a shape's parameters are
     */
    Optional<BulkPath> bulkPath(Session session, TableDefinition table, ChangeBinder binder) throws SQLException;

    /**
     * Tells whether rows of a table may be inserted in a transaction that is open while other things are read: nobody who
     * reads waits for it, and neither the order of the inserts nor their being undone shows afterwards.
     *
     * @param table the table, or nothing when it is still to be created in that transaction
     * @param delivered the columns that every insert sets
     */
    default boolean takesInsertsAhead(Connection connection, Optional<TableName> table, List<String> delivered)
            throws SQLException {
        return false;
    }

    /** Tells whether a part of a transaction can be undone alone. */
    boolean hasSavepoints();

    /** Forgets a savepoint; products that cannot forget it alone keep it until the transaction's end. */
    default void release(Connection connection, Savepoint savepoint) throws SQLException {
        connection.releaseSavepoint(savepoint);
    }

    /** Returns the most parameters that one statement can have. */
    int mostBinds();

    /** Returns the SQL standard's code for a failure, also of a product that has codes of its own; else an empty text. */
    default String state(SQLException failure) {
        return SqlState.of(failure);
    }

    /** Says what a failure means for the changes that were being written. */
    FailureKind kind(SQLException failure);

    /** Returns the name of the constraint or column that a failure is about, if that is certain not to be a value. */
    Optional<String> culprit(SQLException failure);

    /**
     * Returns the id of the transaction that a connection is in, by which another connection can ask for its end.
     *
     * @return the id, or empty when nothing was written yet or the product has no such thing
     */
    default Optional<String> transactionId(Connection connection) throws SQLException {
        return Optional.empty();
    }

    /**
     * Tells what became of a transaction.
     *
     * @return whether it was committed, or empty while it has not ended
     */
    default Optional<Boolean> isCommitted(Connection connection, String transactionId) throws SQLException {
        return Optional.empty();
    }

    /** Tells whether {@code SELECT ... FOR UPDATE} waits for the end of a transaction that has written or inserted the row. */
    default boolean waitsForWriters() {
        return false;
    }
}
