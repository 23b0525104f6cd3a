package dev.datasync.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A pool of connections that belongs to a {@link JdbcDatabase}. It is given neither URL nor password, which it would
 * log, but a data source that has them. What it hands out are the driver's own connections, because a pool that stands in
 * between logs the exceptions of those that break, and these may quote a row's values.
 */
final class OwnPool implements Connections {

    private static final long MILLIS_FOR_A_FREE_CONNECTION = TimeUnit.SECONDS.toMillis(30);
    private static final long MILLIS_OF_IDLENESS = TimeUnit.MINUTES.toMillis(1);

    private final HikariDataSource pool = new HikariDataSource();
    private final int mostConnections;
    private final Map<Connection, Connection> taken = Collections.synchronizedMap(new IdentityHashMap<>());

    OwnPool(DriverDataSource driver, int mostConnections) {
        this.mostConnections = mostConnections;
        pool.setPoolName("datasync");
        pool.setDataSource(driver);
        pool.setMaximumPoolSize(mostConnections);
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(MILLIS_OF_IDLENESS);
        pool.setConnectionTimeout(MILLIS_FOR_A_FREE_CONNECTION);
        // the first connection is made at once by whoever asks for it, and its failure is told at once
        pool.setInitializationFailTimeout(1);
    }

    @Override
    public Connection take() throws SQLException {
        Connection pooled = pooled();
        Connection physical = pooled.unwrap(Connection.class);
        taken.put(physical, pooled);
        return physical;
    }

    private Connection pooled() throws SQLException {
        try {
            return pool.getConnection();
        } catch (SQLTransientConnectionException e) {
            // the pool's own: no connection became free, or none could be made for a reason that is its cause
            throw e.getCause() instanceof SQLException failure
                    ? failure
                    : new SQLException(
                            "all " + mostConnections + " connections are in use: give connect(...) a greater number",
                            e);
        }
    }

    @Override
    public void giveBack(Connection connection) throws SQLException {
        Connection pooled = taken.remove(connection);
        if (pooled == null) {
            return;
        }
        if (connection.isClosed()) {
            pool.evictConnection(pooled);
        }
        pooled.close();
    }

    @Override
    public Object identity() {
        return pool;
    }

    @Override
    public void close() {
        pool.close();
    }
}
