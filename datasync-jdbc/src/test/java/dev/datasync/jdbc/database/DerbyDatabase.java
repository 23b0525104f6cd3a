package dev.datasync.jdbc.database;

import dev.datasync.row.FieldType;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.temporal.Temporal;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A database of Derby in memory. */
public final class DerbyDatabase implements TestDatabase {

    /** What the driver says when a database was removed as asked. */
    private static final String REMOVED = "08006";

    private static final AtomicInteger COUNTER = new AtomicInteger();

    static {
        // a log file in the folder of the tests is nobody's wish
        System.setProperty("derby.stream.error.method", "dev.datasync.jdbc.database.DerbyDatabase.noLog");
        System.setProperty("derby.locks.waitTimeout", "5");
    }

    private final String name = "memory:test" + COUNTER.incrementAndGet();

    public DerbyDatabase() throws SQLException {
        DriverManager.getConnection("jdbc:derby:" + name + ";create=true").close();
    }

    /** Called by Derby. */
    public static java.io.OutputStream noLog() {
        return java.io.OutputStream.nullOutputStream();
    }

    @Override
    public DataSource dataSource() {
        return new DriverDataSource("jdbc:derby:" + name);
    }

    @Override
    public boolean has(FieldType type) {
        return !(type instanceof FieldType.Clock clock && clock.fractionDigits() > 0)
                && !(type instanceof FieldType.Moment)
                && !(type instanceof FieldType.Uuid);
    }

    @Override
    public String columnType(FieldType type) {
        if (type.equals(FieldType.text())) {
            return "clob";
        }
        if (type instanceof FieldType.Timestamp) {
            return "timestamp";
        }
        return type instanceof FieldType.Binary ? "blob" : TestDatabase.super.columnType(type);
    }

    @Override
    public Object bindable(Object value) {
        return value instanceof Temporal ? value.toString().replace('T', ' ') : value;
    }

    @Override
    public DataSource unreachable(String password) {
        return new DriverDataSource("jdbc:derby:memory:nowhere;password=" + password);
    }

    @Override
    public void close() throws SQLException {
        try {
            DriverManager.getConnection("jdbc:derby:" + name + ";drop=true").close();
        } catch (SQLException e) {
            if (!e.getSQLState().equals(REMOVED)) {
                throw e;
            }
        }
    }
}
