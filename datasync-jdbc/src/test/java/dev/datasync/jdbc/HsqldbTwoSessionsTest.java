package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.jdbc.database.HsqldbDatabase;
import dev.datasync.row.Row;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** HSQLDB mixes up days when one session reads a date as text while another reads a timestamp as text. */
class HsqldbTwoSessionsTest {

    private static final int ROWS = 500;

    private static final int ROUNDS = 40;

    @Test
    void a_timestamp_keeps_its_day_while_another_session_reads_dates() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (HsqldbDatabase database = new HsqldbDatabase()) {
            database.execute("create table visits (id int primary key, born date, seen timestamp(6),"
                    + " changed_at timestamp(3) with time zone)");
            for (int id = 1; id <= ROWS; id++) {
                database.execute("insert into visits values (" + id + ", date '2000-01-01' + " + id
                        + " day, timestamp '2001-02-03 04:05:06', timestamp '2001-02-03 04:05:06+0:00')");
            }
            JdbcTable visits = JdbcTable.named("visits").in(database.dataSource());
            CyclicBarrier together = new CyclicBarrier(2);
            for (int round = 0; round < ROUNDS; round++) {
                List<Future<List<Row>>> readings = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    readings.add(threads.submit(() -> {
                        together.await();
                        return Reading.rows(visits);
                    }));
                }
                for (Future<List<Row>> reading : readings) {
                    assertRight(reading.get(), round);
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void assertRight(List<Row> rows, int round) {
        assertThat(rows).hasSize(ROWS).allSatisfy(row -> {
            assertThat(row.value("BORN")).isEqualTo(LocalDate.of(2000, 1, 1).plusDays((long) row.value("ID")));
            assertThat(row.value("SEEN")).as("round %d", round).isEqualTo(LocalDateTime.of(2001, 2, 3, 4, 5, 6));
            assertThat(row.value("CHANGED_AT")).as("round %d", round).isEqualTo(Instant.parse("2001-02-03T04:05:06Z"));
        });
    }
}
