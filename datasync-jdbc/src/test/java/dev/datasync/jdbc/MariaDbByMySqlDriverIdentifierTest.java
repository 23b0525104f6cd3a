package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.SyncPlan;
import dev.datasync.jdbc.database.Product;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.source.ReadException;
import dev.datasync.testkit.InMemorySource;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
class MariaDbByMySqlDriverIdentifierTest extends IdentifierScenarios {

    /** What the driver misreads even in a quoted name, so that such names are refused. */
    private static final List<String> MISREAD = List.of("\\", "/*", "{");

    @Override
    boolean isPossible(String name) {
        return MISREAD.stream().noneMatch(name::contains);
    }

    @Override
    Product product() {
        return Product.MARIADB_BY_MYSQL_DRIVER;
    }

    @Test
    void refuses_names_that_the_driver_misreads() throws Exception {
        try (TestDatabase database = product().open()) {
            database.execute("create table bystander (id int primary key)");
            for (String part : MISREAD) {
                assertThatThrownBy(() -> SyncPlan.named("new")
                                .from(InMemorySource.of(Row.of("id", 1)))
                                .match(Matcher.on("id"))
                                .into(JdbcTable.named("new" + part)
                                        .in(database.dataSource())
                                        .createIfMissing())
                                .build()
                                .run())
                        .hasMessageContaining("such as 'new" + part + "'");
                database.execute("create table `a" + part + "` (id int primary key)");
                database.execute("create or replace table b (id int primary key, `c" + part + "?` int)");

                assertThatThrownBy(() -> JdbcTable.named("a" + part)
                                .in(database.dataSource())
                                .schema())
                        .isInstanceOf(ReadException.class)
                        .hasMessageContaining("MySQL's driver misreads names with '" + part + "', such as 'a" + part);
                assertThatThrownBy(() ->
                                JdbcTable.named("b").in(database.dataSource()).schema())
                        .isInstanceOf(ReadException.class)
                        .hasMessageContaining("such as 'c" + part + "?'");
            }
        }
    }
}
