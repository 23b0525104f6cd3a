package dev.datasync.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.datasync.source.Pool;
import dev.datasync.source.ReadException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether so many connections can be had at the same time: by asking the pool for its size where it is known
 * how, else by taking them all, on a thread of its own and within a time, and giving them back.
 */
final class PoolCheck implements Pool.Check {

    private static final String CODE = "E-JDBC-POOL";

    private final Connections connections;
    private final Duration patience;

    PoolCheck(Connections connections, Duration patience) {
        this.connections = connections;
        this.patience = patience;
    }

    @Override
    public void check(int count) throws ReadException, InterruptedException {
        OptionalInt size = size();
        if (size.isEmpty()) {
            new Attempt(count).run();
        } else if (size.getAsInt() < count) {
            throw tooSmall(count, "the pool has " + size.getAsInt(), null);
        }
    }

    private OptionalInt size() {
        try {
            return connections.identity() instanceof DataSource pool ? Hikari.size(pool) : OptionalInt.empty();
        } catch (LinkageError e) {
            // the host runs without HikariCP, so it is no pool of that kind
            return OptionalInt.empty();
        }
    }

    private static ReadException tooSmall(int count, String why, @Nullable Exception failure) {
        String message = "source, target and lock take " + count + " connections of one pool at the same time, and "
                + why + ": allow the pool at least " + count + ", or let them have pools of their own";
        return failure == null
                ? new ReadException(CODE, message)
                : new ReadException(CODE, message, RedactedException.of(failure));
    }

    /** A class of its own, because it does not load without HikariCP. */
    private static final class Hikari {

        static OptionalInt size(DataSource dataSource) {
            try {
                HikariDataSource pool = dataSource instanceof HikariDataSource known
                        ? known
                        : dataSource.isWrapperFor(HikariDataSource.class)
                                ? dataSource.unwrap(HikariDataSource.class)
                                : null;
                return pool == null || pool.getMaximumPoolSize() < 1
                        ? OptionalInt.empty()
                        : OptionalInt.of(pool.getMaximumPoolSize());
            } catch (SQLException | RuntimeException e) {
                // it does not tell what it is
                return OptionalInt.empty();
            }
        }
    }

    /** Takes connections until there are enough, and gives all back. */
    private final class Attempt {

        private final int count;
        private final List<Connection> taken = new ArrayList<>();
        private boolean isOver;
        private @Nullable Exception failure;

        Attempt(int count) {
            this.count = count;
        }

        void run() throws ReadException, InterruptedException {
            Thread thread = new Thread(this::take, "datasync-pool-check");
            thread.setDaemon(true);
            thread.start();
            try {
                await();
            } finally {
                thread.interrupt();
                giveBack();
            }
        }

        private void take() {
            try {
                int asked = 0;
                boolean isWanted = true;
                while (isWanted && asked < count) {
                    isWanted = add(connections.take());
                    asked++;
                }
            } catch (SQLException | RuntimeException e) {
                end(e);
            }
        }

        /** Keeps a connection, or gives it back when nobody waits for it any more. */
        private boolean add(Connection connection) throws SQLException {
            synchronized (this) {
                if (!isOver) {
                    taken.add(connection);
                    notifyAll();
                    return true;
                }
            }
            connections.giveBack(connection);
            return false;
        }

        private synchronized void end(Exception cause) {
            failure = cause;
            notifyAll();
        }

        private synchronized void await() throws ReadException, InterruptedException {
            long deadline = System.nanoTime() + patience.toNanos();
            while (taken.size() < count && failure == null) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw tooSmall(
                            count,
                            "only " + taken.size() + " could be had within " + patience.toMillis() + " ms",
                            null);
                }
                wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
            }
            if (failure != null) {
                throw tooSmall(count, "only " + taken.size() + " could be had", failure);
            }
        }

        private void giveBack() {
            List<Connection> all;
            synchronized (this) {
                isOver = true;
                all = List.copyOf(taken);
            }
            for (Connection connection : all) {
                try {
                    connections.giveBack(connection);
                } catch (SQLException e) {
                    // what is wrong with it shows when it is used
                }
            }
        }
    }
}
