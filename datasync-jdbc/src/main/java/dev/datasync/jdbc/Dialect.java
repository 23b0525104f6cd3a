package dev.datasync.jdbc;

import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jooq.SQLDialect;

/** What differs from one database product to another. One class per product; immutable. */
interface Dialect {

    /** Returns the dialect of the database at the other end of a connection. */
    static Dialect of(Connection connection) throws SQLException {
        return switch (connection.getMetaData().getDatabaseProductName()) {
            case "PostgreSQL" -> new PostgresDialect();
            case "H2" -> new H2Dialect();
            default -> StandardDialect.of(connection);
        };
    }

    /** Returns the dialect in which jOOQ renders. */
    SQLDialect jooq();

    /** Returns how the values of a column are read and bound. */
    ColumnCodec codec(ColumnType column);

    /** Returns the columns of a table that the database computes and that a statement must not set. */
    Set<String> computedColumns(Connection connection, TableName table) throws SQLException;

    /** Tells whether {@code ORDER BY} puts the values of a type into the engine's own order. */
    boolean ordersAsEngine(FieldType type);

    /** Returns the name of the constraint or column that a failure is about, if that is certain not to be a value. */
    Optional<String> culprit(SQLException failure);
}
