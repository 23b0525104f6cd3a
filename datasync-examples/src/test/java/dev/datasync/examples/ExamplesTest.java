package dev.datasync.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.examples.Customers.Customer;
import dev.datasync.examples.Orders.Order;
import dev.datasync.row.Row;
import dev.datasync.run.GroupReport;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncReport;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {

    @TempDir
    private Path folder;

    private final JdbcDataSource database = new JdbcDataSource();
    private Connection keptOpen;

    @BeforeEach
    void open() throws Exception {
        database.setUrl("jdbc:h2:mem:examples");
        keptOpen = database.getConnection();
    }

    @AfterEach
    void close() throws Exception {
        keptOpen.close();
    }

    private void execute(String sql) throws Exception {
        try (Statement statement = keptOpen.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void stocks_go_into_a_table_that_is_created() throws Exception {
        execute("create table articles (id int primary key, name varchar(50), price numeric(9,2), entered_by"
                + " varchar(20), warehouse varchar(10))");
        execute("insert into articles values (1, 'nail', 0.10, 'ann', 'north'), (2, 'saw', 12, 'bob', 'south'), (3,"
                + " 'gift', 0, 'bob', 'north')");
        try {
            SyncReport first = Stocks.run("jdbc:h2:mem:examples", "", () -> "");
            execute("update articles set entered_by = 'eve', price = 0.20");
            SyncReport second = Stocks.run("jdbc:h2:mem:examples", "", () -> "");

            assertThat(first.counts().inserted()).isEqualTo(1);
            assertThat(second.counts().inserted()).isEqualTo(1);
            assertThat(second.counts().updated()).isEqualTo(1);
        } finally {
            execute("drop table articles");
            execute("drop table if exists north_articles");
        }
    }

    @Test
    void customers_go_into_their_table() throws Exception {
        execute("create table customers (id bigint primary key, name varchar(50), member_since date)");
        execute("insert into customers values (1, 'Ada King', date '2021-12-10')");
        Path csv = Files.writeString(folder.resolve("customers.csv"), """
                id,name,member_since
                1,Ada Lovelace,2021-12-10
                2,Grace Hopper,2020-12-09
                3,Alan Turing,2012-06-23
                4,Nobody,the day before yesterday
                """);

        SyncReport report = Customers.plan(csv, database).run();

        assertThat(report.counts().updated()).isEqualTo(1);
        assertThat(report.counts().inserted()).isEqualTo(1);
        assertThat(report.counts().filtered()).isEqualTo(1);
        assertThat(report.rejections())
                .singleElement()
                .satisfies(rejection -> assertThat(rejection.location()).endsWith("customers.csv line 5"));
    }

    @Test
    void a_customer_is_a_row_and_back() {
        Row row = Row.of("ID", "7", "NAME", "Mary", "MEMBER_SINCE", "2024-02-29");

        Customer customer = row.as(Customer.class);

        assertThat(Row.from(customer).as(Customer.class)).isEqualTo(customer);
    }

    @Test
    void orders_of_an_application_go_into_their_table() throws Exception {
        execute("create table orders (number varchar(10) primary key, total decimal(9, 2))");
        List<Order> orders = List.of(new Order("A-1", new BigDecimal("9.5")), new Order("A-2", BigDecimal.ONE));

        SyncReport first = Orders.plan(() -> orders, database).run();
        SyncReport second = Orders.plan(() -> orders, database).run();

        assertThat(first.counts().inserted()).isEqualTo(2);
        assertThat(second.counts().unchanged()).isEqualTo(2);
    }

    @Test
    void categories_and_their_articles_go_into_their_tables() throws Exception {
        execute("create table categories (id int primary key, name varchar(50) not null)");
        execute("create table articles (id int primary key, name varchar(50) not null,"
                + " category int not null references categories)");
        execute("insert into categories values (1, 'Tools'), (2, 'Toys')");
        execute("insert into articles values (10, 'Saw', 1), (20, 'Kite', 2)");
        Files.writeString(folder.resolve("categories.csv"), "id,name\n1,Tools\n3,Books\n");
        Files.writeString(folder.resolve("articles.csv"), "id,name,category\n5,Atlas,3\n10,Saw,1\n");

        GroupReport report = Shop.group(folder, database).run();

        assertThat(report.outcome()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(texts("select name from categories order by id")).containsExactly("Tools", "Books");
        assertThat(texts("select name from articles order by id")).containsExactly("Atlas", "Saw");
    }

    @Test
    void new_and_changed_orders_go_into_the_warehouse() throws Exception {
        execute("create table orders (id int primary key, total decimal(9, 2),"
                + " updated_at timestamp with time zone default current_timestamp)");
        execute("insert into orders (id, total) values (1, 10), (2, 20)");
        execute("insert into orders values (3, 30, timestamp with time zone '2020-01-01 00:00:00+00')");
        JdbcDataSource warehouse = new JdbcDataSource();
        warehouse.setUrl("jdbc:h2:mem:warehouse");
        try (Connection open = warehouse.getConnection()) {
            SyncPlan<Row> plan = Warehouse.plan(database, warehouse);

            SyncReport first = plan.run();
            execute("update orders set total = 21, updated_at = current_timestamp where id = 2");
            SyncReport second = plan.run();

            assertThat(first.counts().inserted()).isEqualTo(3);
            assertThat(first.watermark()).isPresent();
            assertThat(second.counts().sourceRead()).isEqualTo(2);
            assertThat(second.counts().updated()).isEqualTo(1);
            assertThat(open.isValid(1)).isTrue();
        }
    }

    private List<String> texts(String sql) throws Exception {
        List<String> texts = new ArrayList<>();
        try (Statement statement = keptOpen.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
