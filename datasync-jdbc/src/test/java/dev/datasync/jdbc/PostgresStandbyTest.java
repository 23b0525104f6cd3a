package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.jdbc.database.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that repeats what its primary does knows nothing of the transactions that are open there. */
class PostgresStandbyTest {

    @TempDir
    Path directory;

    private EmbeddedPostgres start() throws Exception {
        return EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("data"))
                .setCleanDataDirectory(false)
                .start();
    }

    @Test
    void a_standby_has_no_fence_but_an_overlap() throws Exception {
        try (EmbeddedPostgres primary = start()) {
            TestDatabase.execute(
                    primary.getPostgresDatabase(),
                    "create table stamped (id int primary key, stamp timestamptz, number bigint)",
                    "insert into stamped values (1, now(), 1), (2, now() - interval '1 minute', 2)");
        }
        Files.createFile(directory.resolve("data/standby.signal"));
        try (EmbeddedPostgres standby = start()) {
            for (String column : new String[] {"stamp", "number"}) {
                JdbcIncremental source = JdbcTable.named("stamped")
                        .in(standby.getPostgresDatabase())
                        .incrementalBy(column);
                IncrementalReading reading =
                        new IncrementalReading().read(source).read(source);
                assertThat(reading.last).as(column).containsExactlyInAnyOrder(1L, 2L);
                assertThat(reading.warnings).as(column).first().asString().contains("standby", "5 minutes", "1000");
            }
        }
    }
}
