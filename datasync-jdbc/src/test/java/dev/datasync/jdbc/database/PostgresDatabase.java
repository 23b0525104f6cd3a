package dev.datasync.jdbc.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A schema of its own on a PostgreSQL server: the one at {@code DATASYNC_POSTGRESQL_URL}, else an embedded one that is
 * started once per JVM. Where no server starts the test is skipped, unless {@code DATASYNC_REQUIRED_DATABASES} names
 * {@code postgresql}: then it fails.
 */
public final class PostgresDatabase implements TestDatabase {

    private static final String URL = "DATASYNC_POSTGRESQL_URL";
    private static final String REQUIRED = "DATASYNC_REQUIRED_DATABASES";
    private static final AtomicInteger COUNTER = new AtomicInteger();

    private final PGSimpleDataSource dataSource = new PGSimpleDataSource();
    private final String schema;

    public PostgresDatabase() {
        // the process is part of the name, for several may use one server
        schema = "test_" + ProcessHandle.current().pid() + "_" + COUNTER.incrementAndGet();
        dataSource.setURL(Server.url());
        execute("create schema " + schema);
        dataSource.setCurrentSchema(schema);
    }

    @Override
    public PGSimpleDataSource dataSource() {
        return dataSource;
    }

    @Override
    public DataSource unreachable(String password) {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL(Server.url());
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

    /** Started by the first test that needs it, stopped with the JVM. */
    private static final class Server {

        private static EmbeddedPostgres embedded;
        private static String failure;

        static synchronized String url() {
            String url = System.getenv(URL);
            if (url != null) {
                return url;
            }
            if (embedded == null && failure == null) {
                start();
            }
            if (failure != null) {
                refuse();
            }
            return embedded.getJdbcUrl("postgres", "postgres");
        }

        private static void start() {
            try {
                embedded = EmbeddedPostgres.builder().start();
                Runtime.getRuntime().addShutdownHook(new Thread(Server::stop));
            } catch (IOException | RuntimeException e) {
                failure = e.toString();
            }
        }

        private static void refuse() {
            String required = System.getenv(REQUIRED);
            if (required != null && Arrays.asList(required.split("[,\\s]+")).contains("postgresql")) {
                throw new AssertionError(REQUIRED + " names postgresql, but no server starts: " + failure);
            }
            String message = "SKIPPED: no PostgreSQL server starts (" + failure + "); give one by " + URL;
            System.err.println(message);
            Assumptions.abort(message);
        }

        private static void stop() {
            try {
                embedded.close();
            } catch (IOException e) {
                System.err.println("the embedded PostgreSQL server does not stop: " + e);
            }
        }
    }
}
