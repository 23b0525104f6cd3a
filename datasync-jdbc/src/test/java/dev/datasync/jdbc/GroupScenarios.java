package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.SyncGroup;
import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.GroupException;
import dev.datasync.run.GroupReport;
import dev.datasync.run.RunOutcome;
import dev.datasync.source.Source;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tables that refer to each other, written as a group. */
@Timeout(300)
abstract class GroupScenarios {

    private TestDatabase database;

    abstract TestDatabase open() throws Exception;

    @BeforeEach
    void make_tables() throws Exception {
        database = open();
        execute(
                "create table grp_customers (id int not null primary key, name varchar(50))",
                "create table grp_orders (id int not null primary key, customer int,"
                        + " foreign key (customer) references grp_customers (id))",
                "insert into grp_customers values (1, 'one'), (2, 'two')",
                "insert into grp_orders values (10, 1), (20, 2)");
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    private void execute(String... statements) throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> content(String query) throws Exception {
        List<String> found = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getString(1) + " " + rows.getString(2));
            }
        }
        return found;
    }

    private SyncPlan<Row> customers(Row... rows) {
        return SyncPlan.named("customers")
                .from(Source.of(() -> List.of(rows)))
                .match(Matcher.<Row>on("id"))
                .into(JdbcTable.named("grp_customers").in(database.dataSource()))
                .deletes(Deletes.missing().unlimited())
                .lock(JdbcLock.in(database.dataSource()))
                .build();
    }

    private SyncPlan<Row> orders(Row... rows) {
        return SyncPlan.named("orders")
                .from(Source.of(() -> List.of(rows)))
                .match(Matcher.<Row>on("id"))
                .into(JdbcTable.named("grp_orders").in(database.dataSource()))
                .deletes(Deletes.missing().unlimited())
                .lock(JdbcLock.in(database.dataSource()))
                .build();
    }

    private static SyncGroup group(boolean isJoint, SyncPlan<Row> first, SyncPlan<Row> second) {
        SyncGroup.Builder group = SyncGroup.named("shop").add(first).add(second);
        return isJoint ? group.inOneTransaction().build() : group.build();
    }

    @Test
    void parents_come_first_and_go_last() throws Exception {
        for (boolean isJoint : new boolean[] {true, false}) {
            int more = isJoint ? 0 : 2;
            SyncGroup group = group(
                    isJoint,
                    orders(Row.of("id", 20, "customer", 2), Row.of("id", 30 + more, "customer", 3 + more)),
                    customers(Row.of("id", 2, "name", "two"), Row.of("id", 3 + more, "name", "three")));
            GroupReport report = group.run();
            assertThat(report.outcome()).as("%s", report).isEqualTo(RunOutcome.SUCCEEDED);
            assertThat(report.written()).isEqualTo(4);
            assertThat(content("select id, customer from grp_orders order by id"))
                    .containsExactly("20 2", (30 + more) + " " + (3 + more));
            assertThat(group.run().written()).isZero();
        }
    }

    @Test
    void one_transaction_leaves_nothing_when_one_plan_fails() throws Exception {
        GroupException failure = catchThrowableOfType(
                GroupException.class,
                () -> group(
                                true,
                                orders(Row.of("id", 20, "customer", 2), Row.of("id", 30, "customer", 99)),
                                customers(Row.of("id", 2, "name", "changed"), Row.of("id", 3, "name", "three")))
                        .run());
        assertThat(failure).isNotNull();
        assertThat(failure.groupReport().orElseThrow().written()).isZero();
        assertThat(failure.groupReport().orElseThrow().unknown()).isZero();
        assertThat(content("select id, name from grp_customers order by id")).containsExactly("1 one", "2 two");
        assertThat(content("select id, customer from grp_orders order by id")).containsExactly("10 1", "20 2");
    }

    @Test
    void a_row_moves_to_another_parent_while_its_old_one_leaves() throws Exception {
        SyncGroup group = group(
                true,
                orders(Row.of("id", 10, "customer", 3), Row.of("id", 20, "customer", 2)),
                customers(Row.of("id", 2, "name", "two"), Row.of("id", 3, "name", "three")));

        GroupReport report = group.run();

        assertThat(report.outcome()).as("%s", report).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(content("select id, name from grp_customers order by id")).containsExactly("2 two", "3 three");
        assertThat(content("select id, customer from grp_orders order by id")).containsExactly("10 3", "20 2");
        assertThat(group.run().written()).isZero();
    }

    @Test
    void a_row_to_which_others_still_refer_does_not_leave() throws Exception {
        SyncPlan<Row> onlyCustomers = customers(Row.of("id", 2, "name", "two"));
        SyncPlan<Row> sameOrders = orders(Row.of("id", 10, "customer", 1), Row.of("id", 20, "customer", 2));

        GroupException failure = catchThrowableOfType(
                GroupException.class,
                () -> group(true, sameOrders, onlyCustomers).run());

        assertThat(failure).hasMessageContaining("foreign key").message().containsIgnoringCase("id=1");
        assertThat(content("select id, name from grp_customers order by id")).containsExactly("1 one", "2 two");
    }
}
