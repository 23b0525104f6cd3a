package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.jdbc.database.SqliteDatabase;
import dev.datasync.jdbc.database.TestDatabase;
import org.junit.jupiter.api.Test;

class SqliteIncrementalTest extends IncrementalScenarios {

    @Override
    TestDatabase open() throws Exception {
        return new SqliteDatabase();
    }

    @Test
    void a_time_that_was_written_with_an_offset_is_not_missed() throws Exception {
        database.execute(
                "create table stamped (id int not null primary key, stamp timestamptz)",
                "insert into stamped values (1, '2024-06-02 05:00:00Z')");
        JdbcIncremental source = JdbcTable.named("stamped").in(dataSource).incrementalBy("stamp");
        IncrementalReading reading = new IncrementalReading().read(source);
        database.execute("insert into stamped values (2, '2024-06-02 00:30:00-05:00')");
        assertThat(reading.read(source).seen).containsExactlyInAnyOrder(1L, 2L);
    }
}
