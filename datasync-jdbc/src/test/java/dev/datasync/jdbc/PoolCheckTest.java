package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.source.ReadException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** A pool that does not tell its size is tried. */
class PoolCheckTest {

    private final Semaphore free = new Semaphore(2);

    private final Connections connections = new Connections() {

        @Override
        public Connection take() throws SQLException {
            try {
                free.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("interrupted");
            }
            return (Connection) Proxy.newProxyInstance(
                    PoolCheckTest.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> null);
        }

        @Override
        public void giveBack(Connection connection) {
            free.release();
        }

        @Override
        public Object identity() {
            return this;
        }
    };

    @Test
    void takes_as_many_as_are_needed_and_gives_them_back() throws Exception {
        new PoolCheck(connections, Duration.ofSeconds(20)).check(2);
        assertThat(free.availablePermits()).isEqualTo(2);
    }

    @Test
    void says_how_many_could_be_had_in_time_and_gives_them_back() {
        assertThatThrownBy(() -> new PoolCheck(connections, Duration.ofMillis(50)).check(3))
                .isInstanceOf(ReadException.class)
                .hasMessageContaining("3 connections")
                .hasMessageContaining("2 could be had");
        assertThat(free.availablePermits()).isEqualTo(2);
    }
}
