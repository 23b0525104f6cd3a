package dev.datasync.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * An embedded PostgreSQL with the settings of a server for such work, and how the other processes find it. It starts when
 * the first job wants it; each job has a database of its own.
 */
final class Postgres implements AutoCloseable {

    static final String USER = "postgres";

    private static final String URL = "url";

    private static final Map<String, String> SETTINGS = new TreeMap<>(Map.of(
            // no disk is part of what is compared
            "fsync",
            "off",
            "shared_buffers",
            "1GB",
            "work_mem",
            "64MB",
            "maintenance_work_mem",
            "256MB",
            "max_wal_size",
            "8GB",
            "checkpoint_timeout",
            "1h",
            "autovacuum",
            "off"));

    private @Nullable EmbeddedPostgres server;
    private int databases;

    /** Starts the server if it does not run. */
    EmbeddedPostgres start() throws IOException {
        if (server == null) {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
            SETTINGS.forEach(builder::setServerConfig);
            server = builder.start();
        }
        return server;
    }

    /** Makes a database, and writes into the folder where it is. */
    void create(Path folder) throws IOException, SQLException {
        databases++;
        String name = "work_" + databases;
        try (Connection connection = administration()) {
            execute(connection, "create database " + name);
        }
        Files.writeString(folder.resolve(URL), start().getJdbcUrl(USER, name));
    }

    /** Removes the last database that was made. */
    void drop() throws IOException, SQLException {
        if (server != null) {
            try (Connection connection = administration()) {
                execute(connection, "drop database if exists work_" + databases + " with (force)", "checkpoint");
            }
        }
    }

    private Connection administration() throws IOException, SQLException {
        return DriverManager.getConnection(start().getJdbcUrl(USER, "postgres"));
    }

    /** Returns which server this is and how it is set, or that there is none. */
    String described() throws IOException, SQLException {
        if (server == null) {
            return "no database";
        }
        try (Connection connection = administration();
                Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("show server_version")) {
            version.next();
            return "PostgreSQL " + version.getString(1) + " on the same machine ("
                    + SETTINGS.entrySet().stream()
                            .map(setting -> setting.getKey() + " " + setting.getValue())
                            .collect(Collectors.joining(", "))
                    + ")";
        }
    }

    static String url(Path folder) throws IOException {
        return Files.readString(folder.resolve(URL));
    }

    static Connection connect(Path folder) throws IOException, SQLException {
        return DriverManager.getConnection(url(folder));
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Copies a CSV file with a header into a table. */
    static void copy(Connection connection, String table, Path file) throws SQLException, IOException {
        try (InputStream in = Files.newInputStream(file)) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy " + table + " from stdin (format csv, header)", in, 1 << 16);
        }
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
    }
}
