package dev.datasync.examples.airports;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.Arrays;
import javax.sql.DataSource;
import org.junit.jupiter.api.Assumptions;

/**
 * An embedded PostgreSQL server. Where none starts the test is skipped, unless {@code DATASYNC_REQUIRED_DATABASES} names
 * {@code postgresql}: then it fails.
 */
final class PostgresServer implements AutoCloseable {

    private static final String REQUIRED = "DATASYNC_REQUIRED_DATABASES";

    private final EmbeddedPostgres server;

    private PostgresServer(EmbeddedPostgres server) {
        this.server = server;
    }

    static PostgresServer start() {
        try {
            return new PostgresServer(EmbeddedPostgres.builder().start());
        } catch (IOException | RuntimeException e) {
            String required = System.getenv(REQUIRED);
            if (required != null && Arrays.asList(required.split("[,\\s]+")).contains("postgresql")) {
                throw new AssertionError(REQUIRED + " names postgresql, but no server starts", e);
            }
            String message = "SKIPPED: no PostgreSQL server starts (" + e + ")";
            System.err.println(message);
            Assumptions.abort(message);
            throw e instanceof RuntimeException exception ? exception : new IllegalStateException(e);
        }
    }

    DataSource database() {
        return server.getPostgresDatabase();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
