package dev.datasync.jdbc.database;

import dev.datasync.row.FieldType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A database of HSQLDB in memory, with transactions that see snapshots. */
public final class HsqldbDatabase implements TestDatabase {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final String url = "jdbc:hsqldb:mem:test" + COUNTER.incrementAndGet() + ";hsqldb.tx=mvcc";

    @Override
    public DataSource dataSource() {
        return new DriverDataSource(url);
    }

    @Override
    public String columnType(FieldType type) {
        if (type.equals(FieldType.text())) {
            return "longvarchar";
        }
        return type instanceof FieldType.Binary ? "blob" : TestDatabase.super.columnType(type);
    }

    @Override
    public Object value(ResultSet rows, int column, FieldType type) throws SQLException {
        if (type instanceof FieldType.Clock) {
            return rows.getObject(column, LocalTime.class);
        }
        return type instanceof FieldType.Moment
                ? rows.getObject(column, OffsetDateTime.class)
                : TestDatabase.super.value(rows, column, type);
    }

    @Override
    public DataSource unreachable(String password) {
        return new DriverDataSource("jdbc:hsqldb:mem:nowhere;ifexists=true;password=" + password);
    }

    @Override
    public void close() {
        execute("shutdown immediately");
    }
}
