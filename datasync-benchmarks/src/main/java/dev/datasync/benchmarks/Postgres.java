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
import org.postgresql.PGConnection;

/** An embedded PostgreSQL with the settings of a server for such work, and how the other processes find it. */
final class Postgres implements AutoCloseable {

    static final String USER = "postgres";
    private static final String URL = "url";

    private final EmbeddedPostgres server;

    private Postgres(EmbeddedPostgres server) {
        this.server = server;
    }

    /** Starts a server, and writes into the folder where it is. */
    static Postgres start(Path folder) throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                // no disk is part of what is compared
                .setServerConfig("fsync", "off")
                .setServerConfig("shared_buffers", "1GB")
                .setServerConfig("work_mem", "64MB")
                .setServerConfig("maintenance_work_mem", "256MB")
                .setServerConfig("max_wal_size", "8GB")
                .setServerConfig("checkpoint_timeout", "1h")
                .setServerConfig("autovacuum", "off")
                .start();
        Files.writeString(folder.resolve(URL), server.getJdbcUrl(USER, "postgres"));
        return new Postgres(server);
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
        server.close();
    }
}
