package dev.datasync.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.http.HttpApi;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.Sink;
import dev.datasync.source.Source;
import dev.datasync.testkit.InMemorySink;
import dev.datasync.testkit.InMemorySource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.LocalDate;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApisTest {

    private ScriptedApi server;

    @BeforeEach
    void open() throws IOException {
        server = ScriptedApi.open();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private HttpApi api() {
        return HttpApi.at(server.address());
    }

    private static SyncReport run(Source<Row> source, String key, Sink<Row> target) {
        return SyncPlan.named("apis")
                .from(source)
                .match(Matcher.<Row>on(key))
                .into(target)
                .onFailure(FailurePolicy.skipUpTo(10))
                .build()
                .run();
    }

    @Test
    void nested_records_become_rows_with_types() {
        server.answering("GET /people?limit=100&offset=0", 200, """
                {"data": {"total": 1, "items": [
                    {"id": 1, "name": "Ada", "address": {"city": "London", "zip": "W1"}, "born": "1815-12-10", "x": 1}]}}""");
        InMemorySink target = InMemorySink.ofAnyFields("id");

        SyncReport report = run(Apis.people(api()), "id", target);

        assertThat(report.outcome()).as(report.toString()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(target.content()).singleElement().satisfies(row -> {
            assertThat(row.schema().names()).containsExactly("id", "name", "address.city", "born");
            assertThat(row.text("address.city")).isEqualTo("London");
            assertThat(row.value("born")).isEqualTo(LocalDate.of(1815, 12, 10));
        });
    }

    @Test
    void the_second_run_asks_for_what_has_changed_since_and_a_little_more() throws Exception {
        JdbcDataSource database = new JdbcDataSource();
        database.setUrl("jdbc:h2:mem:apis");
        server.answering("GET /orders", 200, """
                        [{"id": 1, "total": 10, "updated_at": "2026-01-01T10:00:00Z"},
                         {"id": 2, "total": 20, "updated_at": "2026-01-01T10:30:00Z"}]""").answering("GET /orders?since=2026-01-01T10%3A25%3A00Z", 200, """
                        [{"id": 2, "total": 20, "updated_at": "2026-01-01T10:30:00Z"},
                         {"id": 3, "total": 30, "updated_at": "2026-01-01T11:00:00Z"}]""");
        try (Connection open = database.getConnection();
                Statement sql = open.createStatement()) {
            sql.execute("create table orders (id int primary key, total int, updated_at timestamp with time zone)");
            SyncPlan<Row> plan = Apis.changedOrders(HttpApi.at(server.address()), database);

            SyncReport first = plan.run();
            SyncReport second = plan.run();

            assertThat(first.counts().inserted()).isEqualTo(2);
            assertThat(second.counts().inserted()).isEqualTo(1);
            assertThat(second.counts().unchanged()).isEqualTo(1);
            assertThat(second.counts().kept()).isEqualTo(1);
        }
    }

    @Test
    void one_token_serves_all_plans_that_use_an_api() {
        server.answering("POST /token", 200, """
                {"access_token": "t1", "token_type": "Bearer", "expires_in": 3600}""").answering("GET /customers", 200, "[{\"id\": 1}]");
        HttpApi crm = Apis.crm(server.address(), server.address() + "/token", () -> "s3cret");

        for (int i = 0; i < 2; i++) {
            assertThat(run(crm.get("/customers"), "id", InMemorySink.ofAnyFields("id"))
                            .counts()
                            .inserted())
                    .isEqualTo(1);
        }

        assertThat(server.asked()).containsExactly("POST /token", "GET /customers", "GET /customers");
        assertThat(server.requests().get(0).body()).contains("grant_type=client_credentials", "scope=customers");
        assertThat(server.requests().get(2).headers()).contains("Authorization: Bearer t1");
    }

    @Test
    void an_insert_whose_answer_is_lost_is_looked_for_and_not_repeated() {
        server.answering("GET /customers", 200, "{\"customers\": [], \"next\": null}")
                .answering("POST /customers", ScriptedApi.NO_ANSWER, "")
                .answering("GET /customers?email=ada%40example.com", 200, """
                        {"customers": [{"id": 7, "email": "ada@example.com", "name": "Ada", "version": "a"}]}""");

        SyncReport report = run(
                InMemorySource.of(Row.of("email", "ada@example.com", "name", "Ada")), "email", Apis.customers(api()));

        assertThat(report.outcome()).as(report.toString()).isEqualTo(RunOutcome.SUCCEEDED);
        assertThat(report.counts().inserted()).isEqualTo(1);
        assertThat(server.asked()).containsOnlyOnce("POST /customers");
        assertThat(server.asked()).contains("GET /customers?email=ada%40example.com");
    }

    @Test
    void a_record_that_somebody_has_changed_since_is_a_conflict() {
        server.answering("GET /customers", 200, """
                        {"customers": [{"id": 7, "email": "ada@example.com", "name": "Ada", "version": "v1"}], "next": null}""").answering("PATCH /customers/7", 412, "{}");

        SyncReport report = run(
                InMemorySource.of(Row.of("email", "ada@example.com", "name", "Ada L.")),
                "email",
                Apis.customers(api()));

        assertThat(report.outcome()).isEqualTo(RunOutcome.INCOMPLETE);
        assertThat(report.rejections())
                .singleElement()
                .satisfies(rejection -> assertThat(rejection.toString())
                        .contains("email=ada@example.com", "412", "somebody has changed the record")
                        .doesNotContain("Ada L."));
        assertThat(server.requests())
                .filteredOn(request -> request.what().equals("PATCH /customers/7"))
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.headers()).contains("If-match: \"v1\"");
                    assertThat(request.body()).isEqualTo("{\"name\":\"Ada L.\"}");
                });
    }

    @Test
    void each_change_of_a_bulk_request_has_its_own_outcome() {
        server.answering("GET /stocks", 200, "[{\"sku\": \"a\", \"pieces\": 1}]")
                .answering("PUT /stocks/a", 200, "{}")
                .answering("POST /stocks/bulk", 200, """
                        {"results": [{"sku": "c", "status": 422}, {"sku": "b", "status": 201}]}""");

        SyncReport report = run(
                InMemorySource.of(
                        Row.of("sku", "a", "pieces", 5L),
                        Row.of("sku", "b", "pieces", 6L),
                        Row.of("sku", "c", "pieces", 7L)),
                "sku",
                Apis.stocks(api()));

        assertThat(report.counts().updated()).as(report.toString()).isEqualTo(1);
        assertThat(report.counts().inserted()).isEqualTo(1);
        assertThat(report.rejections()).singleElement().asString().contains("sku=c", "422");
        assertThat(server.requests())
                .filteredOn(request -> request.what().equals("POST /stocks/bulk"))
                .singleElement()
                .satisfies(request -> assertThat(request.body())
                        .isEqualTo("[{\"sku\":\"b\",\"pieces\":6},{\"sku\":\"c\",\"pieces\":7}]"));
        assertThat(server.requests())
                .filteredOn(request -> request.what().equals("PUT /stocks/a"))
                .singleElement()
                .satisfies(request -> assertThat(request.body()).isEqualTo("{\"sku\":\"a\",\"pieces\":5}"));
    }
}
