package dev.datasync.jdbc;

import dev.datasync.source.Pool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jooq.ConnectionProvider;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConnectionProvider;
import org.jspecify.annotations.Nullable;

/**
 * A database: where tables and queries get their connections from. Safe for use by several threads.
 *
 * <p>A host that has a {@link DataSource} gives it to {@link JdbcTable.Named#in(DataSource)} and does not need this
 * class. One that has none says {@link #connect(String, String, Supplier)} and closes the database when its last plan
 * has ended.
 */
public final class JdbcDatabase implements AutoCloseable {

    /** What {@link #connect(String, String, Supplier)} allows: a plan needs two or three, a group of plans no more. */
    private static final int STANDARD_CONNECTIONS = 10;

    /** How long a pool that does not tell its size is asked for several connections. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Connections connections;
    private final @Nullable DSLContext jooq;
    private volatile boolean isClosed;

    private JdbcDatabase(Connections connections, @Nullable DSLContext jooq) {
        this.connections = connections;
        this.jooq = jooq;
    }

    /**
     * Returns the database at a URL, with a pool of up to 10 connections of its own. Nothing is connected before the
     * first plan needs it, and connections that nobody has used for a minute are closed.
     *
     * @param url the JDBC URL, without user and password; other secrets in its parameters are handed to the driver apart
     *     from it, so that no log shows them
     * @param user the user's name; blank for a database without users
     * @param password asked anew for each new physical connection, by any thread, so that a secret can change while the
     *     database is in use; an empty text for none
     * @return the database, to be closed
     * @throws IllegalArgumentException when the URL is blank, is no JDBC URL or holds a password
     */
    public static JdbcDatabase connect(String url, String user, Supplier<String> password) {
        return connect(url, user, password, STANDARD_CONNECTIONS);
    }

    /**
     * Returns the database at a URL, with a pool of a size of its own.
     *
     * @param url as in {@link #connect(String, String, Supplier)}
     * @param user as in {@link #connect(String, String, Supplier)}
     * @param password as in {@link #connect(String, String, Supplier)}
     * @param mostConnections how many connections there are at most; a plan whose source and target are both in this
     *     database needs 2, and a plan that locks or stores its state here 1 more
     * @return the database, to be closed
     * @throws IllegalArgumentException when the URL is blank, is no JDBC URL or holds a password, or the number is less
     *     than 1
     */
    public static JdbcDatabase connect(String url, String user, Supplier<String> password, int mostConnections) {
        if (mostConnections < 1) {
            throw new IllegalArgumentException("a pool needs at least 1 connection, not " + mostConnections);
        }
        Objects.requireNonNull(password, "password");
        DriverDataSource driver = new DriverDataSource(SafeUrl.of(url), user, password);
        return new JdbcDatabase(new OwnPool(driver, mostConnections), null);
    }

    /**
     * Returns the database behind a data source of the host, which stays the host's to close.
     *
     * @param dataSource gives connections that nobody else uses at the same time
     * @return the database
     */
    public static JdbcDatabase of(DataSource dataSource) {
        return new JdbcDatabase(Connections.of(dataSource), null);
    }

    /**
     * Returns the database behind jOOQ, which stays the host's: its connection provider gives the connections, and its
     * dialect renders the SQL, for example one of a commercial edition. Its settings and listeners are left alone: names
     * are quoted and values are bound whatever they say, and jOOQ executes nothing.
     *
     * @param jooq gives connections that nobody else uses at the same time
     * @return the database
     * @throws IllegalArgumentException when it stands on a single connection, which a plan cannot read and write at the
     *     same time
     */
    public static JdbcDatabase of(DSLContext jooq) {
        ConnectionProvider provider = jooq.configuration().connectionProvider();
        if (provider instanceof DefaultConnectionProvider) {
            throw new IllegalArgumentException("the DSLContext stands on a single Connection, which a plan cannot read"
                    + " and write at the same time: make it with DSL.using(dataSource, dialect)");
        }
        return new JdbcDatabase(Connections.of(provider), DSL.using(jooq.dialect()));
    }

    /**
     * Returns a table of this database.
     *
     * @param name the table's name without its schema; any characters, never quoted
     * @return the table
     * @throws IllegalArgumentException when the name is blank or has control characters
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

    /** Returns a connection, to be given to {@link #release}. */
    Connection connect() throws SQLException {
        checkOpen();
        return connections.take();
    }

    /** Gives a connection back. */
    void release(Connection connection) throws SQLException {
        connections.giveBack(connection);
    }

    private void checkOpen() throws SQLException {
        if (isClosed) {
            throw new SQLException(CLOSED, "08003");
        }
    }

    /** What is wrong when somebody has closed the database. */
    static final String CLOSED = "the JdbcDatabase was closed, which ends the runs that are using it";

    boolean isClosed() {
        return isClosed;
    }

    /** Returns what renders SQL for a dialect: the user's own, or that of the dialect. */
    DSLContext renderer(Dialect dialect) {
        return jooq == null ? dialect.renderer() : jooq;
    }

    /** Tells whether both get their connections from the same place, so that they can share a transaction. */
    boolean isSame(JdbcDatabase other) {
        return identity() == other.identity();
    }

    /** Returns the pool of which a session takes one connection. */
    Pool pool() {
        return new Pool(identity(), new PoolCheck(connections, PATIENCE));
    }

    /** Returns what tells the place where the connections come from from others, to be compared by {@code ==}. */
    Object identity() {
        return connections.identity();
    }

    /**
     * Closes the pool that {@link #connect(String, String, Supplier)} has made; a {@link DataSource} or
     * {@link DSLContext} of the host stays open. Runs that are reading or writing fail, and nothing of what they have not
     * committed stays. Closing again does nothing.
     */
    @Override
    public void close() {
        isClosed = true;
        connections.close();
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
