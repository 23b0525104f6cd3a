package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
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

    /** Returns the names of the triggers that fire when rows of a table are written. */
    List<String> triggers(Connection connection, TableName table) throws SQLException;

    /** Tells whether {@code ORDER BY} puts the values of a type into the engine's own order. */
    boolean ordersAsEngine(FieldType type);

    /**
     * Begins the read-only transaction of one reading, which sees one state of the database from its first statement to
     * its last where the product can do that. The connection is not in auto-commit mode, and nothing was executed yet.
     */
    void beginReading(Connection connection) throws SQLException;

    /** Undoes what {@link #beginReading} and {@link #stream} have set for the connection, after the transaction's end. */
    default void endReading(Connection connection) throws SQLException {}

    /** Rolls back the transaction, also one of which a commit has failed. */
    default void rollBack(Connection connection) throws SQLException {
        connection.rollback();
    }

    /**
     * Makes a statement deliver its rows as they come instead of collecting them first.
     *
     * @param rows how many rows to fetch at a time, where the driver wants to know
     */
    void stream(PreparedStatement statement, int rows) throws SQLException;

    /**
     * Returns the product's own way to write many changes, if it has one.
     *
     * @param session the writer's transaction
     * @param table the table
     * @param binder tells which columns a shape's parameters are
     */
    Optional<BulkPath> bulkPath(Session session, TableDefinition table, ChangeBinder binder) throws SQLException;

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
}
