package dev.datasync.jdbc;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes physical connections with the driver that knows a URL, asking for the password each time. It waits for a bounded
 * time, also for drivers that would wait for ever, and what it throws shows no secret.
 */
final class DriverDataSource implements DataSource {

    private static final Duration LONGEST = Duration.ofSeconds(25);

    /** Shorter ones are parts of other words, and a message without these would be unreadable. */
    private static final int SHORTEST_SECRET = 4;

    private static final String UNREACHABLE = "08001";

    private final SafeUrl url;
    private final String user;
    private final Supplier<String> password;
    private final Duration longest;

    DriverDataSource(SafeUrl url, String user, Supplier<String> password) {
        this(url, user, password, LONGEST);
    }

    DriverDataSource(SafeUrl url, String user, Supplier<String> password, Duration longest) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.longest = longest;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Driver driver = driver();
        Properties properties = properties();
        try {
            return connected(driver, properties);
        } catch (SQLException e) {
            throw withoutSecrets(e, properties);
        }
    }

    /** Looks the driver up by itself, because {@link DriverManager} tells its log the URL and the properties. */
    private Driver driver() throws SQLException {
        List<Driver> drivers = DriverManager.drivers().toList();
        for (Driver driver : drivers) {
            try {
                if (driver.acceptsURL(url.url())) {
                    return driver;
                }
            } catch (SQLException e) {
                // a driver that cannot read the URL is not the one
            }
        }
        String product = url.url().split(":", 3)[1];
        throw new SQLException(
                "no JDBC driver takes the URL: add the driver of '" + product + "' to the class path", UNREACHABLE);
    }

    private Properties properties() throws SQLException {
        Properties properties = new Properties();
        properties.putAll(url.secrets());
        if (!user.isBlank()) {
            properties.setProperty("user", user);
        }
        @Nullable String secret;
        try {
            secret = password.get();
        } catch (RuntimeException e) {
            throw new SQLException(
                    "the supplier of the password threw " + e.getClass().getName(), UNREACHABLE);
        }
        if (secret == null) {
            throw new SQLException(
                    "the supplier of the password gives null: let it give an empty text for none", UNREACHABLE);
        }
        if (!secret.isEmpty()) {
            properties.setProperty("password", secret);
        }
        return properties;
    }

    private Connection connected(Driver driver, Properties properties) throws SQLException {
        CompletableFuture<Connection> made = new CompletableFuture<>();
        Thread thread = new Thread(() -> connect(driver, properties, made), "datasync-connect");
        thread.setDaemon(true);
        thread.start();
        try {
            return made.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return late(made, "the database does not answer within " + longest.toSeconds() + " seconds");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return late(made, "interrupted while connecting");
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw cause instanceof SQLException failure
                    ? failure
                    : new SQLException("the driver threw " + cause.getClass().getName(), UNREACHABLE);
        }
    }

    private static Connection late(CompletableFuture<Connection> made, String message) throws SQLException {
        if (!made.completeExceptionally(new SQLException(message, UNREACHABLE)) && !made.isCompletedExceptionally()) {
            return made.join();
        }
        throw new SQLException(message, UNREACHABLE);
    }

    private void connect(Driver driver, Properties properties, CompletableFuture<Connection> made) {
        try {
            Connection connection = driver.connect(url.url(), properties);
            if (connection == null) {
                made.completeExceptionally(new SQLException("the driver does not take the URL", UNREACHABLE));
            } else if (!made.complete(connection)) {
                // nobody waits for it any more
                connection.close();
            }
        } catch (SQLException | RuntimeException | Error e) {
            made.completeExceptionally(e);
        }
    }

    private static SQLException withoutSecrets(SQLException failure, Properties properties) {
        String message = Failure.withoutSecrets(String.valueOf(failure.getMessage()));
        for (String name : properties.stringPropertyNames()) {
            String value = properties.getProperty(name);
            if (!name.equals("user") && value.length() >= SHORTEST_SECRET) {
                message = message.replace(value, "***");
            }
        }
        return new SQLException(message, failure.getSQLState(), failure.getErrorCode(), RedactedException.of(failure));
    }

    @Override
    public Connection getConnection(String otherUser, String otherPassword) throws SQLException {
        throw new SQLFeatureNotSupportedException("the user is given once");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // nothing is logged
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // the time is given once
    }

    @Override
    public int getLoginTimeout() {
        return (int) longest.toSeconds();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("nothing is logged");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("this is no wrapper");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    @Override
    public String toString() {
        return "connections of the driver";
    }
}
