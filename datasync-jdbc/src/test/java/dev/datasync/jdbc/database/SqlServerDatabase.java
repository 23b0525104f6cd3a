package dev.datasync.jdbc.database;

import com.microsoft.sqlserver.jdbc.SQLServerDataSource;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.testcontainers.mssqlserver.MSSQLServerContainer;

/** A database of its own on a SQL Server, which has to be given or to run in a container. */
public final class SqlServerDatabase implements TestDatabase {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private static final TestServer SERVER = new TestServer("sqlserver", SqlServerDatabase::startContainer, null);

    private final DataSource server;
    private final String name;

    public SqlServerDatabase() {
        // the process is part of the name, for several may use one server
        name = "test_" + ProcessHandle.current().pid() + "_" + COUNTER.incrementAndGet();
        server = dataSource(SERVER.url());
        TestDatabase.execute(
                server, "create database " + name, "alter database " + name + " set allow_snapshot_isolation on");
    }

    private static String startContainer() {
        MSSQLServerContainer container =
                new MSSQLServerContainer("mcr.microsoft.com/mssql/server:2022-latest").acceptLicense();
        container.start();
        return container.getJdbcUrl() + ";encrypt=false;user=" + container.getUsername() + ";password="
                + container.getPassword();
    }

    private static SQLServerDataSource dataSource(String url) {
        SQLServerDataSource dataSource = new SQLServerDataSource();
        dataSource.setURL(url);
        return dataSource;
    }

    @Override
    public DataSource dataSource() {
        SQLServerDataSource dataSource = dataSource(SERVER.url());
        dataSource.setDatabaseName(name);
        return dataSource;
    }

    @Override
    public DataSource unreachable(String password) {
        SQLServerDataSource nowhere = dataSource(SERVER.url());
        nowhere.setDatabaseName("nowhere");
        nowhere.setPassword(password);
        return nowhere;
    }

    @Override
    public void close() {
        TestDatabase.execute(
                server, "alter database " + name + " set single_user with rollback immediate", "drop database " + name);
    }
}
