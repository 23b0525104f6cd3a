package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.jdbc.database.MariaDbDatabase;
import org.junit.jupiter.api.Test;

/** To some databases texts are equal that differ in case, accents or trailing spaces. */
class StateNamesTest {

    @Test
    void a_plan_does_not_go_on_where_another_of_nearly_the_same_name_has_ended() throws Exception {
        MariaDbDatabase database = new MariaDbDatabase();
        try {
            JdbcWatermarks watermarks = JdbcWatermarks.in(database.dataSource());
            watermarks.prepare();
            watermarks.save("Orders", "one");
            assertThat(watermarks.load("orders")).isEmpty();
            watermarks.save("orders", "other");
            assertThat(watermarks.load("orders")).contains("other");
            assertThat(watermarks.load("Orders")).isEmpty();
        } finally {
            database.close();
        }
    }
}
