package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.change.Change;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.http.TestServer.Request;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.Retries;
import dev.datasync.sink.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests for many changes, and what their answers say of each. */
class HttpTargetBulkTest {

    private static final Schema SCHEMA =
            Schema.of(Field.of("id", FieldType.integer()), Field.of("name", FieldType.text()));

    private static final Bulk RESULTS =
            Bulk.of(10).results("/results").status("/status").error("/error/code");

    private volatile Function<Request, Reply> script = request -> Reply.of(204);
    private final TestServer server = TestServer.start(request -> script.apply(request));

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpTarget target(Bulk bulk) {
        return resource()
                .insertMany(HttpMethod.POST, "/c", bulk)
                .updateMany(HttpMethod.PATCH, "/c", bulk)
                .deleteMany(HttpMethod.POST, "/gone", bulk);
    }

    private HttpResource resource() {
        return HttpApi.at(server.at("")).retries(Retries.upTo(2, Duration.ZERO)).get("/c");
    }

    private static Row row(long id) {
        return SCHEMA.row(id, "Geheim" + id);
    }

    private static List<Change<Row>> inserts(int count) {
        List<Change<Row>> inserts = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            inserts.add(Writing.insert(row(id)));
        }
        return inserts;
    }

    private List<String> write(HttpTarget target, List<Change<Row>> changes) throws Exception {
        List<String> reasons = new ArrayList<>();
        for (Outcome outcome : Writing.skipping(SCHEMA).write(target, changes)) {
            reasons.add(Writing.reason(outcome));
        }
        assertThat(String.join("", reasons)).doesNotContain("Geheim");
        assertThat(reasons).hasSameSizeAs(changes);
        return reasons;
    }

    private static boolean has(Request request, int id) {
        return request.text().contains("\"id\":" + id + ",");
    }

    // ---------------------------------------------------------------- requests

    @Test
    void a_request_has_an_array_of_so_many_changes() throws Exception {
        assertThat(write(target(Bulk.of(2)).inFlight(1), inserts(3))).containsOnly("applied");
        assertThat(server.requests())
                .extracting(Request::text)
                .containsExactly(
                        "[{\"id\":1,\"name\":\"Geheim1\"},{\"id\":2,\"name\":\"Geheim2\"}]",
                        "[{\"id\":3,\"name\":\"Geheim3\"}]");
    }

    @Test
    void the_array_can_lie_inside_of_an_object_and_items_can_be_made() throws Exception {
        HttpTarget target = target(Bulk.of(2).itemsAt("/data/items")).body((change, fields) -> fields.without("name"));
        write(target, inserts(2));
        assertThat(server.requests())
                .extracting(Request::text)
                .containsExactly("{\"data\":{\"items\":[{\"id\":1},{\"id\":2}]}}");
    }

    @Test
    void updates_and_deletes_have_what_tells_the_records_apart() throws Exception {
        Schema schema = SCHEMA.with(Field.of("number", FieldType.integer()).with(Field.Trait.READ_ONLY));
        Row before = schema.row(1L, "Ada", 77L);
        HttpTarget target = target(Bulk.of(10)).generated("number");
        Writing.skipping(schema)
                .write(
                        target,
                        Writing.delete(schema.row(2L, "Bob", 78L)),
                        Writing.update(before, before.with("name", "Cleo")));
        assertThat(server.requests())
                .extracting(Request::text)
                .containsExactly("[{\"id\":2,\"number\":78}]", "[{\"id\":1,\"number\":77,\"name\":\"Cleo\"}]");
    }

    @Test
    void a_change_that_cannot_be_written_is_rejected_alone() throws Exception {
        List<Change<Row>> changes = new ArrayList<>(inserts(3));
        changes.set(1, Writing.insert(SCHEMA.row(2L, "a\ud800")));
        assertThat(write(target(Bulk.of(10)), changes))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("applied"),
                        second -> assertThat(second).startsWith("rejected: "),
                        third -> assertThat(third).isEqualTo("applied"));
        assertThat(server.requests()).hasSize(1);
    }

    // ---------------------------------------------------------------- results of each

    @Test
    void results_tell_what_became_of_each_change() throws Exception {
        script = request -> Reply.json("{\"results\": [{\"status\": 201}, {\"status\": \"409\"}, {\"status\": 422,"
                        + " \"error\": {\"code\": \"BAD_NAME\"}}, {\"status\": 422, \"error\": {\"code\": \"Geheim4\"}},"
                        + " {\"status\": 500}, {\"status\": \"200 OK\"}]}")
                .status(207);
        assertThat(write(target(RESULTS), inserts(7)))
                .containsExactly(
                        "applied",
                        "conflict: its part of POST /c was answered with status 409: such a record is there already",
                        "rejected: its part of POST /c was answered with status 422 (BAD_NAME)",
                        "rejected: its part of POST /c was answered with status 422",
                        "unknown: POST /c was answered with a result for this change from which only the server knows"
                                + " whether it was done",
                        "applied",
                        "unknown: POST /c was answered without a result for this change");
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void a_sentence_of_the_server_is_not_shown() throws Exception {
        script =
                request -> Reply.json("[{\"error\": \"Geheim1 is taken\"}, {\"error\": null}, {\"error\": \"taken\"}]");
        assertThat(write(target(Bulk.of(10).results("").error("/error")), inserts(3)))
                .containsExactly(
                        "rejected: its part of POST /c was answered with an error",
                        "applied",
                        "rejected: its part of POST /c was answered with an error (taken)");
    }

    @Test
    void results_can_be_matched_by_a_field() throws Exception {
        script = request -> Reply.json("[{\"id\": 3, \"status\": 200}, {\"id\": \"1\", \"status\": 200},"
                + " {\"id\": 4, \"status\": 200}, {\"id\": 4, \"status\": 400}, {\"id\": 9, \"status\": 200}]");
        List<String> outcomes = write(target(Bulk.of(10).resultsBy("", "id").status("/status")), inserts(4));
        assertThat(outcomes).element(0).isEqualTo("applied");
        assertThat(outcomes).element(1).asString().startsWith("unknown: ");
        assertThat(outcomes).element(2).isEqualTo("applied");
        assertThat(outcomes).element(3).asString().startsWith("unknown: ");
    }

    @Test
    void more_results_than_changes_tell_nothing() throws Exception {
        script = request -> Reply.json("{\"results\": [{\"status\": 200}, {\"status\": 200}, {\"status\": 200}]}");
        assertThat(write(target(RESULTS), inserts(2)))
                .allSatisfy(outcome -> assertThat(outcome).startsWith("unknown: "));
    }

    @Test
    void success_without_the_results_that_it_should_have_is_unknown() throws Exception {
        for (String body : List.of("", "{}", "[]", "{\"results\": 3}", "{\"results\": [", "<html>")) {
            script = request -> Reply.json(body);
            assertThat(write(target(RESULTS), inserts(2)))
                    .as(body)
                    .allSatisfy(outcome -> assertThat(outcome).startsWith("unknown: "));
        }
        script = request -> Reply.of(207);
        assertThat(write(target(Bulk.of(10)), inserts(2)))
                .allSatisfy(outcome -> assertThat(outcome).contains("say with results(...)"));
    }

    @Test
    void what_the_server_makes_is_in_the_results() throws Exception {
        script = request ->
                Reply.json("{\"results\": [{\"status\": 201, \"new\": {\"number\": 7}}, {\"status\": 201}]}");
        GeneratedIds ids = new GeneratedIds();
        Writing writing = Writing.skipping(SCHEMA);
        writing.write(target(RESULTS).generated("number", "/new/number").remembering(ids), inserts(2));
        assertThat(ids.of(1L)).contains(7L);
        assertThat(ids.of(2)).isEmpty();
        assertThat(writing.warnings()).hasSize(1).first().asString().contains("1 of 2 inserts");
    }

    // ---------------------------------------------------------------- requests refused as a whole

    @Test
    void a_request_that_is_refused_is_halved_until_the_bad_ones_are_found() throws Exception {
        for (int status : new int[] {400, 413, 422}) {
            script = request -> has(request, 3) || has(request, 8) ? Reply.of(status) : Reply.of(200);
            List<String> outcomes = write(target(Bulk.of(10)), inserts(10));
            for (int id = 1; id <= 10; id++) {
                assertThat(outcomes.get(id - 1)).startsWith(id == 3 || id == 8 ? "rejected: " : "applied");
            }
        }
    }

    @Test
    void halving_ends_when_a_rejection_ends_the_run() throws Exception {
        script = request -> has(request, 2) ? Reply.of(400) : Reply.of(200);
        List<Outcome> outcomes = Writing.ending(SCHEMA).write(target(Bulk.of(8)), inserts(8));
        assertThat(outcomes.get(0)).isEqualTo(Outcome.applied());
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Rejected.class);
        assertThat(outcomes.subList(2, 8)).hasOnlyElementsOfType(Outcome.NotTried.class);
        assertThat(server.requests()).as("8, 4, 2, 1, 1").hasSize(5);
    }

    @Test
    void a_refusal_that_is_not_about_the_changes_holds_for_all() throws Exception {
        script = request -> Reply.of(403);
        assertThat(write(target(Bulk.of(10)), inserts(10)))
                .allSatisfy(outcome -> assertThat(outcome).startsWith("rejected: "));
        assertThat(server.requests()).hasSize(1);
        script = request -> Reply.of(429);
        assertThat(write(target(Bulk.of(10)), inserts(10)))
                .allSatisfy(outcome -> assertThat(outcome).startsWith("not tried: "));
    }

    // ---------------------------------------------------------------- lost answers

    @Test
    void a_lost_answer_leaves_all_unknown_without_key_and_lookup() throws Exception {
        script = request -> Reply.dropped();
        assertThat(write(target(Bulk.of(10)), inserts(3)))
                .allSatisfy(outcome -> assertThat(outcome).startsWith("unknown: "));
        assertThat(server.requests()).hasSize(1);
        AtomicInteger count = new AtomicInteger();
        script = request -> count.incrementAndGet() == 1 ? Reply.dropped() : Reply.of(200);
        assertThat(write(target(Bulk.of(10)).idempotencyKeys(), inserts(3))).containsOnly("applied");
    }

    @Test
    void a_lost_answer_is_resolved_by_lookups_and_only_the_rest_is_sent_again() throws Exception {
        AtomicInteger posts = new AtomicInteger();
        script = request -> {
            if (request.method().equals("POST")) {
                return posts.incrementAndGet() == 1 ? Reply.dropped() : Reply.of(200);
            }
            return switch (request.path()) {
                case "/c/1" -> Reply.json("{\"id\": 1, \"name\": \"Geheim1\"}");
                case "/c/2" -> Reply.of(404);
                case "/c/3" -> Reply.json("{\"id\": 3, \"name\": \"other\"}");
                default -> Reply.of(403);
            };
        };
        List<String> outcomes = write(target(Bulk.of(10)).lookup("/c/{id}"), inserts(4));
        assertThat(outcomes).element(0).isEqualTo("applied");
        assertThat(outcomes).element(2).asString().startsWith("conflict: ");
        assertThat(outcomes).element(3).asString().startsWith("unknown: ");
        // the unknown one ends the run before the rest is sent again
        assertThat(outcomes).element(1).asString().startsWith("not tried: ");
        posts.set(0);
        assertThat(write(target(Bulk.of(10)).lookup("/c/{id}"), inserts(2))).containsOnly("applied");
        List<Request> requests = server.requests();
        assertThat(requests.get(requests.size() - 1).text()).isEqualTo("[{\"id\":2,\"name\":\"Geheim2\"}]");
    }
}
