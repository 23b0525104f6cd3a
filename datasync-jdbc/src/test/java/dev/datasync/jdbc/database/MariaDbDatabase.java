package dev.datasync.jdbc.database;

import dev.datasync.row.FieldType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.testcontainers.mariadb.MariaDBContainer;

/** A database of its own on a MariaDB server, which is a local one where no other is given. */
public final class MariaDbDatabase implements TestDatabase {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    /** The time zone of all sessions, which is neither that of the server nor of this JVM. */
    static final ZoneOffset ZONE = ZoneOffset.ofHoursMinutes(-3, -30);

    private static final TestServer SERVER =
            new TestServer("mariadb", MariaDbDatabase::startContainer, LocalMariaDb::start);

    static final String SESSION = "sessionVariables=time_zone='" + ZONE.getId() + "'";

    private final DataSource server;
    private final DataSource dataSource;
    private final String name;

    public MariaDbDatabase() {
        this(MariaDbDatabase::dataSource);
    }

    private MariaDbDatabase(Function<String, DataSource> driver) {
        // the process is part of the name, for several may use one server
        name = "test_" + ProcessHandle.current().pid() + "_" + COUNTER.incrementAndGet();
        server = dataSource(SERVER.url());
        TestDatabase.execute(server, "create database " + name + " character set utf8mb4");
        dataSource = driver.apply(url());
    }

    static MariaDbDatabase byMySqlDriver() {
        return new MariaDbDatabase(url -> MySqlDatabase.dataSource(url.replace("jdbc:mariadb:", "jdbc:mysql:")));
    }

    private static String startContainer() {
        MariaDBContainer container = new MariaDBContainer("mariadb:11.8").withUsername("root");
        container.start();
        return container.getJdbcUrl() + "?user=root&password=" + container.getPassword();
    }

    static DataSource dataSource(String url) {
        try {
            return new MariaDbDataSource(url);
        } catch (SQLException e) {
            throw new IllegalArgumentException("the MariaDB driver does not take the URL", e);
        }
    }

    /** Returns the URL of a database on a server, with the parameters of the server's URL. */
    static String url(String server, String database) {
        int parameters = server.indexOf('?');
        String address = parameters < 0 ? server : server.substring(0, parameters);
        int slash = address.indexOf('/', address.indexOf("//") + 2);
        return (slash < 0 ? address : address.substring(0, slash)) + "/" + database
                + (parameters < 0 ? "" : server.substring(parameters));
    }

    /** Returns the URL of this database. */
    public String url() {
        String url = url(SERVER.url(), name);
        return url + (url.contains("?") ? "&" : "?") + SESSION;
    }

    /** Returns the database's name, which is also that of its schema. */
    public String name() {
        return name;
    }

    @Override
    public void execute(String... statements) {
        // never by MySQL's driver, which reads statements by itself and misunderstands names
        TestDatabase.execute(dataSource(url()), statements);
    }

    @Override
    public DataSource dataSource() {
        return dataSource;
    }

    @Override
    public String columnType(FieldType type) {
        return columnType(TestDatabase.super.columnType(type), type, "uuid");
    }

    @Override
    public Object bindable(Object value) {
        return value instanceof Instant instant ? instant.atOffset(ZONE).toLocalDateTime() : value;
    }

    @Override
    public Object value(ResultSet rows, int column, FieldType type) throws SQLException {
        if (!(type instanceof FieldType.Moment)) {
            return TestDatabase.super.value(rows, column, type);
        }
        // the text that MariaDB's driver makes of a timestamp has lost the zeros behind its point
        LocalDateTime local = rows.getObject(column, LocalDateTime.class);
        return local == null ? null : local + ZONE.getId();
    }

    static String columnType(String standard, FieldType type, String uuid) {
        if (type.equals(FieldType.text())) {
            return "longtext";
        }
        if (type instanceof FieldType.Timestamp timestamp) {
            return "datetime(" + timestamp.fractionDigits() + ")";
        }
        if (type instanceof FieldType.Moment moment) {
            return "timestamp(" + moment.fractionDigits() + ") null";
        }
        if (type instanceof FieldType.Binary) {
            return "longblob";
        }
        return type instanceof FieldType.Uuid ? uuid : standard;
    }

    @Override
    public DataSource unreachable(String password) {
        String url = url(SERVER.url(), "nowhere");
        return dataSource(url + (url.contains("?") ? "&" : "?") + "password=" + password);
    }

    @Override
    public void close() {
        TestDatabase.execute(server, "drop database " + name);
    }
}
