package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.jdbc.database.MariaDbDatabase;
import dev.datasync.source.ReadException;
import org.junit.jupiter.api.Test;

/** MariaDB's driver puts the values into the statements by itself, and the server quotes these in its messages. */
class MariaDbMessagesTest {

    @Test
    void a_wrong_condition_is_told_without_the_values_in_it() throws Exception {
        MariaDbDatabase database = new MariaDbDatabase();
        try {
            database.execute("create table stock (id int primary key, place varchar(20))");
            ReadException failure = catchThrowableOfType(
                    ReadException.class,
                    () -> Reading.rows(
                            JdbcTable.named("stock").in(database.dataSource()).where("place = = ?", "canary-4711")));
            assertThat(Failures.printed(failure)).doesNotContain("canary-4711").contains("1064");
            ReadException ofQuery = catchThrowableOfType(
                    ReadException.class,
                    () -> Reading.rows(JdbcQuery.sql("select id form stock where place = ?", "canary-4711")
                            .in(database.dataSource())));
            assertThat(Failures.printed(ofQuery)).doesNotContain("canary-4711").contains("1064");
        } finally {
            database.close();
        }
    }
}
