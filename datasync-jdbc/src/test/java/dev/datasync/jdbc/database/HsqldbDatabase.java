package dev.datasync.jdbc.database;

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
    public DataSource unreachable(String password) {
        return new DriverDataSource("jdbc:hsqldb:mem:nowhere;ifexists=true;password=" + password);
    }

    @Override
    public void close() {
        execute("shutdown immediately");
    }
}
