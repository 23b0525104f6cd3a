package dev.datasync.jdbc.database;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import oracle.jdbc.datasource.impl.OracleDataSource;
import org.testcontainers.oracle.OracleContainer;

/** A user and schema of its own in an Oracle database, which has to be given or to run in a container. */
public final class OracleDatabase implements TestDatabase {

    private static final String PASSWORD = "datasync";

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private static final TestServer SERVER = new TestServer("oracle", OracleDatabase::startContainer, null);

    private final DataSource server;
    private final String name;

    public OracleDatabase() throws SQLException {
        // the process is part of the name, for several may use one server
        name = "TEST_" + ProcessHandle.current().pid() + "_" + COUNTER.incrementAndGet();
        server = dataSource(null, null);
        TestDatabase.execute(
                server,
                "create user " + name + " identified by " + PASSWORD,
                "grant connect, resource, create view, unlimited tablespace to " + name);
    }

    private static String startContainer() {
        OracleContainer container = new OracleContainer("gvenzl/oracle-free:23-slim-faststart");
        container.start();
        String url = container.getJdbcUrl();
        return url.replace("thin:@", "thin:system/" + container.getPassword() + "@");
    }

    private static OracleDataSource dataSource(String user, String password) throws SQLException {
        OracleDataSource dataSource = new OracleDataSource();
        String url = SERVER.url();
        dataSource.setURL(user == null ? url : url.replaceFirst("thin:[^@]*@", "thin:@"));
        if (user != null) {
            dataSource.setUser(user);
            dataSource.setPassword(password);
        }
        return dataSource;
    }

    @Override
    public DataSource dataSource() {
        try {
            return dataSource(name, PASSWORD);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public DataSource unreachable(String password) {
        try {
            return dataSource(name, password);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        TestDatabase.execute(server, "drop user " + name + " cascade");
    }
}
