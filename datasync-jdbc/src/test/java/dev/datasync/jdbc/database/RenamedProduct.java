package dev.datasync.jdbc.database;

import dev.datasync.row.FieldType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A database in memory whose driver says that it is another product. */
public final class RenamedProduct implements TestDatabase {

    private final TestDatabase database;
    private final String url;
    private final String product;

    private RenamedProduct(TestDatabase database, String url, String product) {
        this.database = database;
        this.url = url;
        this.product = product;
    }

    /** Returns a database that nobody has heard of. */
    public static TestDatabase unknown() {
        H2Database database = new H2Database();
        return new RenamedProduct(database, database.url(), "Nobody's Database");
    }

    /** Returns H2 in one of its compatibility modes, under the other product's name. */
    public static TestDatabase inMode(String mode, String product, String... preparations) {
        H2Database database = new H2Database(";MODE=" + mode);
        database.execute(preparations);
        return new RenamedProduct(database, database.url(), product);
    }

    @Override
    public DataSource dataSource() {
        return new DriverDataSource(url) {
            @Override
            public Connection getConnection() throws SQLException {
                return renamed(Connection.class, super.getConnection());
            }
        };
    }

    private <T> T renamed(Class<T> type, T object) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> call(object, method, arguments)));
    }

    private Object call(Object object, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("getDatabaseProductName")) {
            return product;
        }
        try {
            Object result = method.invoke(object, arguments);
            return result instanceof DatabaseMetaData metaData ? renamed(DatabaseMetaData.class, metaData) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Standard SQL has no such type. */
    @Override
    public boolean has(FieldType type) {
        return !(type instanceof FieldType.Uuid);
    }

    @Override
    public DataSource unreachable(String password) {
        return database.unreachable(password);
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
