package dev.datasync.jdbc.database;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.datasync.row.FieldType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.testcontainers.mysql.MySQLContainer;

/** A database of its own on a MySQL server, which has to be given or to run in a container. */
public final class MySqlDatabase implements TestDatabase {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private static final TestServer SERVER = new TestServer("mysql", MySqlDatabase::startContainer, null);

    private final DataSource server;
    private final DataSource dataSource;
    private final String name;

    public MySqlDatabase() {
        // the process is part of the name, for several may use one server
        name = "test_" + ProcessHandle.current().pid() + "_" + COUNTER.incrementAndGet();
        server = dataSource(SERVER.url());
        TestDatabase.execute(server, "create database " + name + " character set utf8mb4");
        dataSource = dataSource(url());
    }

    private static String startContainer() {
        MySQLContainer container = new MySQLContainer("mysql:8.4").withUsername("root");
        container.start();
        return container.getJdbcUrl() + "?user=root&password=" + container.getPassword();
    }

    /** Returns the URL of this database. */
    public String url() {
        String url = MariaDbDatabase.url(SERVER.url(), name);
        return url + (url.contains("?") ? "&" : "?") + MariaDbDatabase.SESSION;
    }

    static DataSource dataSource(String url) {
        MysqlDataSource dataSource = new MysqlDataSource();
        dataSource.setURL(url);
        return dataSource;
    }

    @Override
    public DataSource dataSource() {
        return dataSource;
    }

    @Override
    public String columnType(FieldType type) {
        return MariaDbDatabase.columnType(TestDatabase.super.columnType(type), type, "char(36)");
    }

    @Override
    public Object bindable(Object value) {
        return value instanceof Instant instant
                ? instant.atOffset(MariaDbDatabase.ZONE).toLocalDateTime()
                : value;
    }

    @Override
    public Object value(ResultSet rows, int column, FieldType type) throws SQLException {
        if (!(type instanceof FieldType.Moment)) {
            return TestDatabase.super.value(rows, column, type);
        }
        // the text that MariaDB's driver makes of a timestamp has lost the zeros behind its point
        LocalDateTime local = rows.getObject(column, LocalDateTime.class);
        return local == null ? null : local + MariaDbDatabase.ZONE.getId();
    }

    @Override
    public DataSource unreachable(String password) {
        MysqlDataSource nowhere = new MysqlDataSource();
        nowhere.setURL(MariaDbDatabase.url(SERVER.url(), "nowhere"));
        nowhere.setPassword(password);
        return nowhere;
    }

    @Override
    public void close() throws SQLException {
        TestDatabase.execute(server, "drop database " + name);
    }
}
