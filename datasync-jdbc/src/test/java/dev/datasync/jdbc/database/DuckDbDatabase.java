package dev.datasync.jdbc.database;

import dev.datasync.row.FieldType;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A database of DuckDB in memory, which lives as long as this object's own connection. */
public final class DuckDbDatabase implements TestDatabase {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final String url = "jdbc:duckdb::memory:test" + COUNTER.incrementAndGet();
    private final Connection keeper;

    public DuckDbDatabase() throws SQLException {
        keeper = DriverManager.getConnection(url);
    }

    @Override
    public DataSource dataSource() {
        return new DriverDataSource(url);
    }

    @Override
    public String columnType(FieldType type) {
        if (type instanceof FieldType.Clock) {
            return "time";
        }
        if (type instanceof FieldType.Timestamp) {
            return "timestamp";
        }
        return type instanceof FieldType.Moment ? "timestamptz" : TestDatabase.super.columnType(type);
    }

    /** A batch takes a millisecond or more for each of its statements. */
    @Override
    public int rowsPerInsert() {
        return 100;
    }

    @Override
    public DataSource unreachable(String password) {
        return new DriverDataSource("jdbc:duckdb:/no such folder/" + password + "/test.db");
    }

    @Override
    public void close() throws SQLException {
        keeper.close();
    }
}
