package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.jdbc.database.PostgresDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names that differ in case only. */
class TwinsTest {

    @Test
    void columns_that_differ_in_case_are_two() throws Exception {
        PostgresDatabase database = new PostgresDatabase();
        try {
            database.execute(
                    "create table twins (id int primary key, \"Name\" text, name text, \"ID\" int)",
                    "create table \"Twins\" (id int primary key, \"Name\" text, name text, \"ID\" int)",
                    "insert into twins values (1, 'A', 'a', 7), (2, 'B', 'b', 8)",
                    "insert into \"Twins\" values (1, 'x', 'a', 9)");
            for (int i = 0; i < 2; i++) {
                SyncPlan.named("twins")
                        .from(JdbcTable.named("twins").in(database.dataSource()))
                        .match(Matcher.<Row>on("id"))
                        .into(JdbcTable.named("Twins").in(database.dataSource()))
                        .build()
                        .run();
            }
            assertThat(database.query("select * from \"Twins\" order by id"))
                    .containsExactly(List.of("1", "A", "a", "7"), List.of("2", "B", "b", "8"));
        } finally {
            database.close();
        }
    }
}
