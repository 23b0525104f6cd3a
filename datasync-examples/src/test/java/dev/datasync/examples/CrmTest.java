package dev.datasync.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.datasync.SyncPlan;
import dev.datasync.row.Row;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CrmTest {

    private static final String FIRST = "/customers?status=active";
    private static final String SECOND = "/customers?status=active&cursor=abc";
    private static final String TOKEN = "s3cret";

    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final JdbcDataSource database = new JdbcDataSource();
    private Connection keptOpen;
    private HttpServer server;

    @BeforeEach
    void open() throws Exception {
        database.setUrl("jdbc:h2:mem:crm");
        keptOpen = database.getConnection();
        execute("create table customers (id bigint primary key, name varchar(50), since date)");
        execute("insert into customers values (1, 'Ada', date '2021-12-10'), (9, 'Gone', null)");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        pages.put(FIRST, """
                {"data": [{"id": 1, "name": "Ada Lovelace", "since": "2021-12-10"}],
                 "meta": {"total": 2, "next": "abc"}}""");
        pages.put(SECOND, """
                {"data": [{"id": 2, "name": "Grace Hopper", "since": null}], "meta": {"total": 2, "next": null}}""");
    }

    @AfterEach
    void close() throws Exception {
        server.stop(0);
        keptOpen.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.add(exchange.getRequestURI().toString());
            boolean isAllowed =
                    ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            String page = pages.getOrDefault(exchange.getRequestURI().toString(), "{}");
            byte[] body = page.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(isAllowed ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private SyncPlan<Row> plan() {
        return Crm.plan("http://localhost:" + server.getAddress().getPort(), () -> TOKEN, database);
    }

    private void execute(String sql) throws Exception {
        try (Statement statement = keptOpen.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> names() throws Exception {
        List<String> names = new ArrayList<>();
        try (Statement statement = keptOpen.createStatement();
                ResultSet rows = statement.executeQuery("select name from customers order by id")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    @Test
    void the_table_becomes_equal_to_all_pages_and_nothing_is_written_twice() throws Exception {
        SyncReport first = plan().run();
        SyncReport second = plan().run();

        assertThat(names()).containsExactly("Ada Lovelace", "Grace Hopper");
        assertThat(first.counts().written()).isEqualTo(3);
        assertThat(second.counts().written()).isZero();
        assertThat(asked).containsExactly(FIRST, SECOND, FIRST, SECOND);
    }

    @Test
    void records_that_are_missing_delete_nothing() throws Exception {
        pages.put(SECOND, "{\"data\": [], \"meta\": {\"total\": 2, \"next\": null}}");

        SyncReport report = plan().run();

        assertThat(report.reasons().toString()).contains("page 2", "the server says that there are 2 records");
        assertThat(names()).containsExactly("Ada Lovelace", "Gone");
    }

    @Test
    void a_page_that_is_no_page_fails_the_run_and_shows_no_secret() throws Exception {
        pages.remove(SECOND);

        assertThatThrownBy(() -> plan().run())
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).startsWith("E-HTTP-"))
                .hasMessageContaining("page 2")
                .hasMessageNotContaining(TOKEN);
        assertThat(names()).containsExactly("Ada", "Gone");
    }
}
