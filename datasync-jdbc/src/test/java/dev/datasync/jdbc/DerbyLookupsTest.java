package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class DerbyLookupsTest {

    private static final String URL = "jdbc:derby:memory:lookups";

    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void two_sessions_never_look_up_at_the_same_time() throws Exception {
        CountDownLatch isIn = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicReference<Thread> waiting = new AtomicReference<>();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<ResultSet> first = threads.submit(() -> tables(connection(true, () -> {
                isIn.countDown();
                mayEnd.await();
                return null;
            })));
            isIn.await();
            Future<ResultSet> second = threads.submit(() -> {
                waiting.set(Thread.currentThread());
                return tables(connection(true, () -> null));
            });
            while (!second.isDone() && !isWaiting(waiting.get())) {
                Thread.onSpinWait();
            }

            assertThat(calls).hasValue(1);

            mayEnd.countDown();
            first.get(60, TimeUnit.SECONDS);
            second.get(60, TimeUnit.SECONDS);
            assertThat(calls).hasValue(2);
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean isWaiting(Thread thread) {
        return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
    }

    @Test
    void a_lookup_that_lost_its_lock_is_repeated_once() throws Exception {
        assertThat(tables(connection(true, () -> {
                    if (calls.get() == 1) {
                        throw new SQLException("A lock could not be obtained", "40XL1");
                    }
                    return null;
                })))
                .isNull();
        assertThat(calls).hasValue(2);
    }

    @Test
    void a_lookup_in_a_transaction_is_not_repeated() {
        SQLException timeout = new SQLException("A lock could not be obtained", "40XL1");

        assertThatThrownBy(() -> tables(connection(false, () -> {
                    throw timeout;
                })))
                .isSameAs(timeout);
        assertThat(calls).hasValue(1);
    }

    private static ResultSet tables(Connection connection) throws SQLException {
        return new DerbyDialect().metaData(connection).getTables(null, null, "%", null);
    }

    private Connection connection(boolean autoCommit, Callable<ResultSet> lookup) {
        DatabaseMetaData metaData = stub(DatabaseMetaData.class, method -> {
            if (method.equals("getURL")) {
                return URL;
            }
            calls.incrementAndGet();
            return lookup.call();
        });
        return stub(Connection.class, method -> method.equals("getMetaData") ? metaData : (Object) autoCommit);
    }

    /** Answers a call. */
    @FunctionalInterface
    private interface Answer {
        Object to(String method) throws Exception;
    }

    private static <T> T stub(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                DerbyLookupsTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answer.to(method.getName())));
    }
}
