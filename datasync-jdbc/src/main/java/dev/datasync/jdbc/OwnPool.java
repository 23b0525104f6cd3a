package dev.datasync.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/**
 * A pool of connections that belongs to a {@link JdbcDatabase}. It is given neither URL nor password, which it would
 * log, but a data source that has them.
 */
final class OwnPool implements Connections {

    private static final long MILLIS_FOR_A_FREE_CONNECTION = TimeUnit.SECONDS.toMillis(30);
    private static final long MILLIS_OF_IDLENESS = TimeUnit.MINUTES.toMillis(1);

    private final HikariDataSource pool = new HikariDataSource();
    private final int mostConnections;

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
        try {
            return pool.getConnection();
        } catch (HikariPool.PoolInitializationException e) {
            throw e.getCause() instanceof SQLException failure ? failure : new SQLException(e.getMessage(), e);
        } catch (SQLException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            boolean isEmpty = pool.getHikariPoolMXBean() != null
                    && pool.getHikariPoolMXBean().getActiveConnections() >= mostConnections;
            throw isEmpty
                    ? new SQLException(
                            "all " + mostConnections + " connections are in use: give connect(...) a greater number", e)
                    : e;
        }
    }

    @Override
    public void giveBack(Connection connection) throws SQLException {
        connection.close();
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
