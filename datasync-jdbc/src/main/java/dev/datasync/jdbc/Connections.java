package dev.datasync.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;
import org.jooq.ConnectionProvider;
import org.jooq.impl.DataSourceConnectionProvider;
import org.jspecify.annotations.Nullable;

/** Where connections come from and go back to. Safe for use by several threads. */
interface Connections {

    /** Returns a connection that nobody else uses until it is given back. */
    Connection take() throws SQLException;

    /** Gives a connection back. */
    void giveBack(Connection connection) throws SQLException;

    /** Returns what tells this place from others: the same object for those that can give one connection to both. */
    Object identity();

    /** Closes what belongs to nobody else. */
    default void close() {}

    /** Returns the connections of a data source, which stays its owner's. */
    static Connections of(DataSource dataSource) {
        Objects.requireNonNull(dataSource, "dataSource");
        return new Connections() {

            @Override
            public Connection take() throws SQLException {
                return present(dataSource.getConnection(), "the DataSource");
            }

            @Override
            public void giveBack(Connection connection) throws SQLException {
                connection.close();
            }

            @Override
            public Object identity() {
                return dataSource;
            }
        };
    }

    /** Returns the connections of jOOQ's provider, which stays its owner's. */
    static Connections of(ConnectionProvider provider) {
        return new Connections() {

            @Override
            public Connection take() throws SQLException {
                return present(provider.acquire(), "the DSLContext");
            }

            @Override
            public void giveBack(Connection connection) {
                provider.release(connection);
            }

            @Override
            public Object identity() {
                return provider instanceof DataSourceConnectionProvider known ? known.dataSource() : provider;
            }
        };
    }

    private static Connection present(@Nullable Connection connection, String what) throws SQLException {
        if (connection == null) {
            throw new SQLException(what + " gives null instead of a connection");
        }
        return connection;
    }
}
