package dev.datasync.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A database: where tables and queries get their connections from. Safe for use by several threads.
 *
 * <p>A host that has a {@link DataSource} gives it to {@link JdbcTable.Named#in(DataSource)} and does not need this
 * class.
 */
public final class JdbcDatabase implements AutoCloseable {

    private final DataSource dataSource;
    private final @Nullable DSLContext jooq;
    private final AutoCloseable pool;

    private JdbcDatabase(DataSource dataSource, @Nullable DSLContext jooq, AutoCloseable pool) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.jooq = jooq;
        this.pool = pool;
    }

    /**
     * Returns the database behind a data source of the host, which stays the host's to close.
     *
     * @param dataSource gives connections that nobody else uses at the same time
     * @return the database
     */
    public static JdbcDatabase of(DataSource dataSource) {
        return new JdbcDatabase(dataSource, null, () -> {});
    }

    /**
     * Returns a table of this database.
     *
     * @param name the table's name without its schema; any characters, never quoted
     * @return the table
     * @throws IllegalArgumentException when the name is blank
     */
    public JdbcTable table(String name) {
        return JdbcTable.named(name).in(this);
    }

    /**
     * Returns a query on this database.
     *
     * @param sql the query in the database's own SQL, with {@code ?} for each bind
     * @param binds the values for the question marks in order
     * @return the query
     * @throws IllegalArgumentException when the text is blank
     * @see JdbcQuery#sql
     */
    public JdbcQuery query(String sql, @Nullable Object... binds) {
        return JdbcQuery.sql(sql, binds).in(this);
    }

    Connection connect() throws SQLException {
        return dataSource.getConnection();
    }

    /** Returns what renders SQL for a dialect: the user's own, or that of the dialect. */
    DSLContext renderer(Dialect dialect) {
        return jooq == null ? dialect.renderer() : jooq;
    }

    /** Returns what is the same object for all that get their connections from the same place. */
    Object identity() {
        return dataSource;
    }

    /** Tells whether both get their connections from the same place, so that they can share a transaction. */
    boolean isSame(JdbcDatabase other) {
        return dataSource == other.dataSource;
    }

    /** Closes the pool, if this database has one of its own. */
    @Override
    public void close() {
        try {
            pool.close();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "closing the pool failed with " + e.getClass().getName(), e);
        }
    }

    /**
     * Returns the name for messages.
     *
     * @return the name, without the URL
     */
    @Override
    public String toString() {
        return "database";
    }
}
