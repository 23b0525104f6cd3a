package dev.datasync.jdbc.database;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Lets a test do something before or after each call of connections and statements, or instead of it. */
public final class InterceptedDataSource implements DataSource {

    /** Gives connections. */
    @FunctionalInterface
    public interface Connections {
        Connection get() throws SQLException;
    }

    /** Stands between the caller and the call. */
    @FunctionalInterface
    public interface Interceptor {

        /** Returns what the caller gets, which usually is what the call returns. */
        Object intercept(String method, Callable<Object> call) throws Exception;
    }

    private final Connections connections;
    private final Interceptor interceptor;

    public InterceptedDataSource(Connections connections, Interceptor interceptor) {
        this.connections = connections;
        this.interceptor = interceptor;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return intercepted(Connection.class, connections.get());
    }

    private <T> T intercepted(Class<T> type, T object) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object result = interceptor.intercept(method.getName(), () -> {
                        try {
                            return method.invoke(object, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause() instanceof Exception cause ? cause : e;
                        }
                    });
                    if (result instanceof PreparedStatement statement) {
                        return intercepted(PreparedStatement.class, statement);
                    }
                    return result instanceof Statement statement && object instanceof Connection
                            ? intercepted(Statement.class, statement)
                            : result;
                }));
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
