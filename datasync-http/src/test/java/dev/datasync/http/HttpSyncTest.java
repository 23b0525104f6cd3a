package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.http.PagedServer.Scheme;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.source.Source;
import dev.datasync.testkit.InMemorySink;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans whose source is a server with faults: nothing is deleted that is there. */
class HttpSyncTest {

    private static final Schema SCHEMA =
            Schema.of(Field.of("id", FieldType.integer()), Field.of("name", FieldType.text()));

    private static SyncPlan<Row> plan(Source<Row> source, InMemorySink sink) {
        return SyncPlan.named("customers")
                .from(source)
                .match(Matcher.on("id"))
                .into(sink)
                .deletes(Deletes.missing().unlimited())
                .build();
    }

    private static InMemorySink holding(long records) {
        return InMemorySink.of(SCHEMA, "id").holding(HttpPagingTest.rows(1, records));
    }

    @Test
    void an_undisturbed_run_inserts_updates_and_deletes_and_the_next_one_does_nothing() {
        for (Scheme scheme : Scheme.values()) {
            try (PagedServer server = new PagedServer(scheme, 4, HttpPagingTest.rows(3, 20))) {
                InMemorySink sink = holding(5);
                SyncReport report = plan(server.resource(), sink).run();
                assertThat(report.outcome()).as("%s: %s", scheme, report).isEqualTo(RunOutcome.SUCCEEDED);
                assertThat(report.counts().deleted()).as("%s", scheme).isEqualTo(2);
                assertThat(sink.content()).as("%s", scheme).hasSize(18);
                assertThat(plan(server.resource(), sink).run().counts().written())
                        .as("%s", scheme)
                        .isZero();
            }
        }
    }

    @Test
    void pages_that_shift_withhold_deletes() {
        for (Scheme scheme : List.of(Scheme.OFFSET, Scheme.NUMBER_AND_TOTAL, Scheme.OFFSET_WITHOUT_OVERLAP)) {
            for (boolean added : new boolean[] {false, true}) {
                try (PagedServer server = new PagedServer(scheme, 4, HttpPagingTest.rows(1, 20))) {
                    server.meanwhile((requests, records) -> {
                        if (requests == 1 && added) {
                            records.add(0, "{\"id\":99,\"name\":\"new\"}");
                        } else if (requests == 1) {
                            records.remove(0);
                        }
                    });
                    InMemorySink sink = holding(30);
                    SyncReport report = plan(server.resource(), sink).run();
                    assertThat(report.counts().deleted())
                            .as("%s %s", scheme, added)
                            .isZero();
                    assertThat(sink.content()).as("%s %s", scheme, added).hasSize(30);
                    assertThat(report.reasons()).as("%s %s", scheme, added).isNotEmpty();
                }
            }
        }
    }

    @Test
    void numbers_without_a_total_withhold_deletes() {
        try (PagedServer server = new PagedServer(Scheme.NUMBER, 4, HttpPagingTest.rows(1, 20))) {
            server.meanwhile((requests, records) -> {
                if (requests == 1) {
                    records.remove(0);
                }
            });
            InMemorySink sink = holding(30);
            HttpResource resource = server.api().get("/records").pages(Paging.number("page"));
            SyncReport report = plan(resource, sink).run();
            assertThat(report.counts().deleted()).isZero();
            assertThat(sink.content()).hasSize(30);
            assertThat(report.toString()).contains("declare total(...)");
        }
    }

    @Test
    void loops_limits_and_budgets_withhold_deletes() {
        try (TestServer server = TestServer.start(request -> Reply.json(
                "{\"d\":[{\"id\":" + (request.query("c") == null ? 1 : 2) + ",\"name\":\"x\"}],\"next\":\"t\"}"))) {
            HttpResource resource = HttpResource.get(server.at("/a")).records("/d");
            HttpResource poor = HttpApi.at(server.at("/a")).budget(1).get("").records("/d");
            for (HttpResource each : List.of(
                    resource.pages(Paging.cursor("c", "/next")),
                    resource.pages(Paging.cursor("c", "/next").atMost(1)),
                    resource.pages(Paging.cursor("c", "/next")).atMostRecords(1),
                    poor.pages(Paging.cursor("c", "/next")))) {
                InMemorySink sink = holding(30);
                SyncReport report = plan(each, sink).run();
                assertThat(report.counts().deleted()).isZero();
                assertThat(report.counts().updated()).isPositive();
                assertThat(sink.content()).hasSize(30);
                assertThat(report.reasons()).isNotEmpty();
            }
        }
    }

    @Test
    void answers_that_are_none_fail_the_run_and_change_nothing() {
        List<Reply> replies = List.of(
                Reply.json("{\"error\":\"canary\"}"),
                Reply.json("{\"error\":\"canary\",\"d\":[]}"),
                Reply.of(200).header("Content-Type", "text/html").body("<html>log in</html>"),
                Reply.json("<html>log in</html>"),
                Reply.json(""),
                Reply.of(204),
                Reply.json("{\"d\":[{\"id\":1}"),
                Reply.json("{\"d\":[]}{\"d\":[]}"),
                Reply.of(404));
        for (int bad = 1; bad <= 2; bad++) {
            for (Reply reply : replies) {
                int failing = bad;
                TestServer.Handler handler = request -> (request.query("c") == null ? 1 : 2) == failing
                        ? reply
                        : Reply.json("{\"d\":[{\"id\":1,\"name\":\"x\"}],\"next\":\"t\"}");
                try (TestServer server = TestServer.start(handler)) {
                    InMemorySink sink = holding(30);
                    SyncPlan<Row> plan = plan(
                            HttpResource.get(server.at("/a")).records("/d").pages(Paging.cursor("c", "/next")), sink);
                    SyncException failure = catchThrowableOfType(SyncException.class, plan::run);
                    assertThat(failure).isNotNull();
                    assertThat(failure.getMessage())
                            .contains("E-HTTP-", "page " + failing)
                            .doesNotContain("canary");
                    assertThat(sink.writes()).isEmpty();
                }
            }
        }
    }

    @Test
    void an_empty_source_deletes_nothing() {
        try (TestServer server = TestServer.start(request -> Reply.json("[]"))) {
            InMemorySink sink = holding(30);
            SyncPlan<Row> plan = SyncPlan.named("customers")
                    .from(HttpResource.get(server.at("/a")))
                    .match(Matcher.on("id"))
                    .into(sink)
                    .deletes(Deletes.missing())
                    .build();
            SyncReport report = plan.run();
            assertThat(report.counts().deleted()).isZero();
            assertThat(sink.content()).hasSize(30);
        }
    }

    @Test
    void records_become_java_records() {
        try (PagedServer server = new PagedServer(Scheme.NEXT, 4, HttpPagingTest.rows(1, 20))) {
            InMemorySink sink = holding(3);
            SyncReport report = SyncPlan.named("typed")
                    .from(server.resource().as(Customer.class))
                    .match(Matcher.<Customer>on("id"))
                    .into(sink.as(Customer.class))
                    .build()
                    .run();
            assertThat(report.counts().inserted()).isEqualTo(17);
        }
    }

    /** A record as a user has it. */
    public record Customer(long id, String name) {}
}
