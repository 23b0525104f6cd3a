package dev.datasync.jdbc.database;

import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** A database of H2 in memory. */
public final class H2Database implements TestDatabase {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final JdbcDataSource dataSource = new JdbcDataSource();

    public H2Database() {
        this("");
    }

    /** Opens a database with further settings. */
    H2Database(String settings) {
        dataSource.setURL("jdbc:h2:mem:test" + COUNTER.incrementAndGet() + ";DB_CLOSE_DELAY=-1" + settings);
    }

    String url() {
        return dataSource.getURL();
    }

    @Override
    public DataSource dataSource() {
        return dataSource;
    }

    @Override
    public DataSource unreachable(String password) {
        JdbcDataSource nowhere = new JdbcDataSource();
        nowhere.setURL("jdbc:h2:mem:nowhere;IFEXISTS=TRUE;PASSWORD=" + password);
        return nowhere;
    }

    @Override
    public void close() {
        execute("SHUTDOWN");
    }
}
