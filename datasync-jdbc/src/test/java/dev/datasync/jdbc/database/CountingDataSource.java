package dev.datasync.jdbc.database;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Watches what is done with the connections of another data source: what was left open, and in which state. */
public final class CountingDataSource implements DataSource {

    private final DataSource dataSource;
    private final boolean autoCommit;
    private final Set<Object> open = ConcurrentHashMap.newKeySet();
    private final Map<Connection, Integer> isolations = Collections.synchronizedMap(new IdentityHashMap<>());
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final List<String> executed = new CopyOnWriteArrayList<>();

    public CountingDataSource(DataSource dataSource) {
        this(dataSource, true);
    }

    public CountingDataSource(DataSource dataSource, boolean autoCommit) {
        this.dataSource = dataSource;
        this.autoCommit = autoCommit;
    }

    /** Returns what was left open, and what was given back in another state than it was taken. */
    public List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        open.forEach(left -> all.add("still open: " + left));
        return all;
    }

    /** Returns the SQL of all prepared statements. */
    public List<String> prepared() {
        return executed;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setAutoCommit(autoCommit);
        isolations.put(connection, connection.getTransactionIsolation());
        return watched(Connection.class, connection);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    private <T> T watched(Class<T> type, T object) {
        open.add(object);
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call(object, method, arguments)));
    }

    private Object call(Object object, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("close")) {
            open.remove(object);
            if (object instanceof Connection connection && !connection.isClosed()) {
                checkState(connection);
            }
        }
        Object result;
        try {
            result = method.invoke(object, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (method.getName().equals("prepareStatement")) {
            executed.add((String) arguments[0]);
        }
        if (result instanceof PreparedStatement statement) {
            return watched(PreparedStatement.class, statement);
        }
        return result instanceof Statement statement && object instanceof Connection
                ? watched(Statement.class, statement)
                : result;
    }

    private void checkState(Connection connection) throws SQLException {
        if (connection.getAutoCommit() != autoCommit) {
            faults.add("auto-commit is now " + connection.getAutoCommit());
        }
        Integer isolation = isolations.remove(connection);
        if (isolation != null && connection.getTransactionIsolation() != isolation) {
            faults.add("isolation was " + isolation + " and is now " + connection.getTransactionIsolation());
        }
        if (connection.isReadOnly()) {
            faults.add("still read-only");
        }
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
