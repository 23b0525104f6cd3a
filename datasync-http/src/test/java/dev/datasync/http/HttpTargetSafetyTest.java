package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.http.TestServer.Request;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.SyncException;
import dev.datasync.sink.Outcome;
import dev.datasync.testkit.InMemorySource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What could be erased, doubled or taken for something else. */
class HttpTargetSafetyTest {

    private static final Schema SCHEMA =
            Schema.of(Field.of("id", FieldType.integer()), Field.of("name", FieldType.text()));

    private final TestApi api = TestApi.start("id");

    @AfterEach
    void stop() {
        api.close();
    }

    private static Row row(long id, String name) {
        return SCHEMA.row(id, name);
    }

    private static SyncPlan<Row> plan(HttpTarget target, Row... rows) {
        return SyncPlan.named("items")
                .from(InMemorySource.of(rows))
                .match(Matcher.on("id"))
                .into(target)
                .build();
    }

    // ---------------------------------------------------------------- what a PUT takes away

    @Test
    void a_put_sends_the_values_of_fields_that_only_the_target_has() {
        api.put(row(1, "old").with("note", "theirs"));
        plan(
                        api.api()
                                .get("/items")
                                .insert(HttpMethod.POST, "/items")
                                .update(HttpMethod.PUT, "/items/{id}"),
                        row(1, "new"))
                .run();
        assertThat(api.record(1).orElseThrow()).containsEntry("name", "new").containsEntry("note", "theirs");
    }

    @Test
    void a_put_erases_no_field_that_the_first_page_does_not_have() {
        try (TestServer pages = TestServer.start(request -> {
            if (!request.method().equals("GET")) {
                return Reply.of(204);
            }
            return Reply.json(
                    "1".equals(request.query("page"))
                            ? "[{\"id\": 1, \"name\": \"a\"}]"
                            : "2".equals(request.query("page"))
                                    ? "[{\"id\": 2, \"name\": \"b\", \"note\": \"theirs\"}]"
                                    : "[]");
        })) {
            HttpResource resource = HttpApi.at(pages.at(""))
                    .get("/items")
                    .pages(Paging.number("page").stable());
            HttpTarget target = resource.update(HttpMethod.PUT, "/items/{id}").insert(HttpMethod.POST, "/items");
            SyncException failure = catchThrowableOfType(
                    SyncException.class,
                    () -> plan(target, row(1, "a"), row(2, "new")).run());
            assertThat(failure)
                    .hasMessageContaining("'note'")
                    .hasMessageContaining("types(...)")
                    .hasMessageNotContaining("theirs");
            assertThat(pages.requests()).extracting(Request::method).containsOnly("GET");

            HttpTarget told = resource.types(Map.of("note", FieldType.text()))
                    .update(HttpMethod.PUT, "/items/{id}")
                    .insert(HttpMethod.POST, "/items");
            plan(told, row(1, "a"), row(2, "new")).run();
            Request put = pages.requests().get(pages.requests().size() - 1);
            assertThat(put.text()).contains("\"note\":\"theirs\"").contains("\"name\":\"new\"");
        }
    }

    @Test
    void a_patch_of_a_nested_field_sends_the_whole_member() throws Exception {
        Schema nested = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("address.city", FieldType.text()),
                Field.of("address.street", FieldType.text()),
                Field.of("name", FieldType.text()));
        api.put(row(1, "x"));
        HttpTarget target = api.api().get("/items").flatten().update(HttpMethod.PATCH, "/items/{id}");
        Writing.skipping(nested)
                .write(target, Writing.update(nested.row(1, "Paris", "Rue", "x"), nested.row(1, "Rome", "Rue", "x")));
        assertThat(api.server().requests().get(0).text())
                .isEqualTo("{\"address\":{\"city\":\"Rome\",\"street\":\"Rue\"}}");
        Writing.skipping(nested)
                .write(
                        target.sendingAs("application/merge-patch+json"),
                        Writing.update(nested.row(1, "Paris", "Rue", "x"), nested.row(1, "Rome", "Rue", "x")));
        assertThat(api.server().requests().get(1).text())
                .as("which the server merges")
                .isEqualTo("{\"address\":{\"city\":\"Rome\"}}");
    }

    // ---------------------------------------------------------------- what is kept

    @Test
    void nothing_of_one_reading_is_used_by_another() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (TestServer server = TestServer.start(
                request -> Reply.json(count.getAndIncrement() == 0 ? "[{\"id\": 7}]" : "[{\"id\": \"007\"}]"))) {
            HttpTarget target = HttpApi.at(server.at("")).get("/items").insert(HttpMethod.POST, "/items");
            target.storedSchema();
            SyncPlan.named("items")
                    .from(target.existing())
                    .match(Matcher.on("id"))
                    .into(api.api().get("/items").insert(HttpMethod.POST, "/items"))
                    .build()
                    .run();
            assertThat(api.record("007")).isPresent();
        }
    }

    // ---------------------------------------------------------------- what is doubled

    @Test
    void a_refused_repetition_of_many_is_not_sent_in_halves() throws Exception {
        AtomicInteger count = new AtomicInteger();
        api.script((request, doing) -> {
            if (count.incrementAndGet() == 1) {
                doing.get();
                return Reply.dropped();
            }
            return Reply.of(409);
        });
        HttpTarget target = api.api()
                .get("/items")
                .insertMany(HttpMethod.POST, "/items/bulk", Bulk.of(10))
                .idempotencyKeys("X-Key");
        List<Outcome> outcomes = Writing.skipping(SCHEMA)
                .write(target, List.<Change<Row>>of(Writing.insert(row(1, "a")), Writing.insert(row(2, "b"))));
        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Unknown.class));
        assertThat(api.writes()).hasSize(2);
    }

    @Test
    void a_repetition_that_meets_the_first_attempt_is_no_conflict() throws Exception {
        api.put(row(1, "a"));
        AtomicInteger count = new AtomicInteger();
        api.script((request, doing) -> {
            if (count.incrementAndGet() == 1) {
                doing.get();
                return Reply.dropped();
            }
            return Reply.of(409);
        });
        HttpTarget target =
                api.api().get("/items").update(HttpMethod.PATCH, "/items/{id}").idempotencyKeys("X-Key");
        Change<Row> change = Writing.update(row(1, "a"), row(1, "b"));
        assertThat(Writing.skipping(SCHEMA).write(target, change).get(0)).isInstanceOf(Outcome.Unknown.class);
        count.set(0);
        api.put(row(1, "a"));
        assertThat(Writing.skipping(SCHEMA)
                        .write(target.lookup("/items/{id}"), change)
                        .get(0))
                .isEqualTo(Outcome.applied());
    }

    @Test
    void a_look_up_waits_before_it_is_believed() throws Exception {
        FakeTiming timing = new FakeTiming();
        api.script((request, doing) -> Reply.dropped());
        HttpTarget target = api.api()
                .timing(timing)
                .retries(dev.datasync.run.Retries.upTo(3, Duration.ofSeconds(1)))
                .get("/items")
                .insert(HttpMethod.POST, "/items")
                .lookup("/items/{id}");
        assertThat(Writing.skipping(SCHEMA)
                        .write(target, Writing.insert(row(1, "a")))
                        .get(0))
                .isInstanceOf(Outcome.Unknown.class);
        assertThat(api.writes()).hasSize(3);
        assertThat(timing.pauses()).hasSize(3);
    }

    @Test
    void a_page_for_people_is_no_success() throws Exception {
        HttpTarget target = api.api().get("/items").insert(HttpMethod.POST, "/items");
        api.script((request, doing) ->
                Reply.of(200).body("<!DOCTYPE html><p>Log in").header("Content-Type", "text/html; charset=utf-8"));
        assertThat(Writing.skipping(SCHEMA)
                        .write(target, Writing.insert(row(1, "a")))
                        .get(0))
                .isInstanceOf(Outcome.Unknown.class);
        api.script((request, doing) -> {
            doing.get();
            return Reply.of(200).body("{}").header("Content-Type", "text/html");
        });
        assertThat(Writing.skipping(SCHEMA)
                        .write(target, Writing.insert(row(2, "b")))
                        .get(0))
                .as("JSON of a server that calls it something else")
                .isEqualTo(Outcome.applied());
    }

    @Test
    void a_method_that_the_server_does_not_take_is_named_with_its_path() throws Exception {
        for (int status : List.of(404, 405, 415)) {
            api.script((request, doing) -> Reply.of(status));
            HttpTarget target = api.api().get("/items").insert(HttpMethod.POST, "/items");
            Outcome outcome = Writing.skipping(SCHEMA)
                    .write(target, Writing.insert(row(1, "secret")))
                    .get(0);
            assertThat(Writing.reason(outcome))
                    .startsWith("rejected: POST /items was answered with status " + status + ": check the ")
                    .doesNotContain("secret");
        }
    }
}
