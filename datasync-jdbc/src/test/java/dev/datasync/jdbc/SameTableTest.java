package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.jdbc.database.H2Database;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.source.Source;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A plan that reads rows of the very table that it writes. */
class SameTableTest {

    private static SyncPlan<Row> plan(Source<Row> source, JdbcTable target) {
        return SyncPlan.named("same")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(target)
                .deletes(Deletes.missing().unlimited())
                .build();
    }

    @Test
    void some_rows_of_a_table_are_no_source_for_the_whole_table() throws Exception {
        H2Database database = new H2Database();
        try {
            database.execute(
                    "create table stock (id int primary key, place varchar(20))",
                    "insert into stock values (1, 'here'), (2, 'there')");
            JdbcTable stock = JdbcTable.named("stock").in(database.dataSource());
            assertThatThrownBy(
                            () -> plan(stock.where("place = ?", "here"), stock).run())
                    .hasMessageContaining("the same");
            assertThatThrownBy(
                            () -> plan(stock, stock.within("place = ?", "here")).run())
                    .hasMessageContaining("the same");
            assertThat(database.query("select id from stock order by id")).containsExactly(List.of("1"), List.of("2"));
        } finally {
            database.close();
        }
    }
}
