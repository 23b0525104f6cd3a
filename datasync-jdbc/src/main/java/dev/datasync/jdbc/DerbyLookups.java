package dev.datasync.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks Derby for metadata, one question of this process to one database at a time.
 *
 * <p>Derby answers by statements that are stored in a system table and shared by all connections. Every now and then one
 * that is executed finds that its plan is outdated and compiles it again. When another connection executes the same
 * statement just then, each can wait for the other: the one for the compilation, the other for the row of the system
 * table. Derby does not see that, and after a minute fails one of them.
 */
final class DerbyLookups {

    /**
     * How long a question waits for its turn. The one that has it may itself wait for a transaction of the one that
     * waits, which must then go on.
     */
    private static final long LONGEST_WAIT_SECONDS = 5;

    /** One lock for each database, or for some that happen to share it. */
    private static final List<ReentrantLock> TURNS =
            Stream.generate(ReentrantLock::new).limit(64).toList();

    private final Connection connection;
    private final DatabaseMetaData metaData;
    private final ReentrantLock turn;

    private DerbyLookups(Connection connection) throws SQLException {
        this.connection = connection;
        this.metaData = connection.getMetaData();
        String database = String.valueOf(metaData.getURL());
        this.turn = TURNS.get(Math.floorMod(database.hashCode(), TURNS.size()));
    }

    /** Returns a connection's metadata, whose lookups take turns. */
    static DatabaseMetaData of(Connection connection) throws SQLException {
        DerbyLookups lookups = new DerbyLookups(connection);
        return (DatabaseMetaData) Proxy.newProxyInstance(
                DerbyLookups.class.getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                (proxy, method, arguments) -> method.getReturnType() == ResultSet.class
                        ? lookups.inTurn(method, arguments)
                        : lookups.call(method, arguments));
    }

    private @Nullable Object inTurn(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        boolean isMine = await();
        try {
            return call(method, arguments);
        } catch (SQLException e) {
            // the other one may be no session of ours; outside of a transaction nothing is lost with the lock
            if (SqlState.of(e).startsWith("40") && connection.getAutoCommit()) {
                return call(method, arguments);
            }
            throw e;
        } finally {
            if (isMine) {
                turn.unlock();
            }
        }
    }

    private boolean await() {
        try {
            return turn.tryLock(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(metaData, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
