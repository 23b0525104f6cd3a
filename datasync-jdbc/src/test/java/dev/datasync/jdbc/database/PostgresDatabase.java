package dev.datasync.jdbc.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** A schema of its own on a PostgreSQL server, which is an embedded one where no other is given. */
public final class PostgresDatabase implements TestDatabase {

    private static final AtomicInteger COUNTER = new AtomicInteger();

    private static final TestServer SERVER =
            new TestServer("postgresql", PostgresDatabase::startContainer, PostgresDatabase::startEmbedded);

    private final PGSimpleDataSource dataSource = new PGSimpleDataSource();
    private final String schema;

    public PostgresDatabase() {
        // the process is part of the name, for several may use one server
        schema = "test_" + ProcessHandle.current().pid() + "_" + COUNTER.incrementAndGet();
        dataSource.setURL(SERVER.url());
        execute("create schema " + schema);
        dataSource.setCurrentSchema(schema);
    }

    private static String startContainer() {
        PostgreSQLContainer container = new PostgreSQLContainer("postgres:17-alpine");
        container.start();
        return container.getJdbcUrl() + "&user=" + container.getUsername() + "&password=" + container.getPassword();
    }

    private static String startEmbedded() throws IOException {
        // no test cuts the server's power
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("full_page_writes", "off")
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
        return server.getJdbcUrl("postgres", "postgres");
    }

    private static void stop(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            System.err.println("the embedded PostgreSQL server does not stop: " + e);
        }
    }

    @Override
    public PGSimpleDataSource dataSource() {
        return dataSource;
    }

    @Override
    public DataSource unreachable(String password) {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL(SERVER.url());
        nowhere.setDatabaseName("nowhere");
        nowhere.setPassword(password);
        return nowhere;
    }

    public String schema() {
        return schema;
    }

    @Override
    public void close() throws SQLException {
        execute("drop schema " + schema + " cascade");
    }
}
