package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.jdbc.database.PostgresDatabase;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PostgresStateTableTest {

    @Test
    void tables_of_this_name_in_the_schemas_of_others_are_not_in_the_way() throws Exception {
        PostgresDatabase one = new PostgresDatabase();
        PostgresDatabase two = new PostgresDatabase();
        PostgresDatabase three = new PostgresDatabase();
        try {
            for (PostgresDatabase database : new PostgresDatabase[] {one, two, three}) {
                assertThat(JdbcLock.in(database.dataSource()).acquire("plan")).isPresent();
                JdbcWatermarks watermarks = JdbcWatermarks.in(database.dataSource());
                assertThat(watermarks.load("plan")).isEmpty();
                watermarks.prepare();
                watermarks.save("plan", database.schema());
            }
            assertThat(JdbcWatermarks.in(one.dataSource()).load("plan")).isEqualTo(Optional.of(one.schema()));
        } finally {
            one.close();
            two.close();
            three.close();
        }
    }
}
