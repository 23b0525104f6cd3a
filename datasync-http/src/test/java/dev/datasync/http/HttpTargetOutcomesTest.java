package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.http.TestServer.Request;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.Retries;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.WriteContext.OnRejection;
import dev.datasync.source.ReadException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of changes, by the answer; in which order, and how many at a time. */
@SuppressWarnings("try") // a writer's close() may throw anything
class HttpTargetOutcomesTest {

    private static final Schema SCHEMA =
            Schema.of(Field.of("id", FieldType.integer()), Field.of("name", FieldType.text()));

    private volatile Function<Request, Reply> script = request -> Reply.of(204);
    private final FakeTiming timing = new FakeTiming();
    private final TestServer server = TestServer.start(request -> script.apply(request));

    @AfterEach
    void stop() {
        server.close();
        assertThat(threads()).as("threads left").isEmpty();
    }

    private static Set<String> threads() {
        Set<String> names = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("datasync-http-")) {
                names.add(thread.getName());
            }
        }
        return names;
    }

    private HttpTarget target() {
        return HttpApi.at(server.at(""))
                .retries(Retries.upTo(2, Duration.ZERO))
                .timing(timing)
                .get("/c")
                .insert(HttpMethod.POST, "/c")
                .update(HttpMethod.PATCH, "/c/{id}")
                .delete(HttpMethod.DELETE, "/c/{id}");
    }

    private static Row row(long id) {
        return SCHEMA.row(id, "Geheim" + id);
    }

    private static Change<Row> insert(long id) {
        return Writing.insert(row(id));
    }

    private static Change<Row> update(long id) {
        return Writing.update(row(id), SCHEMA.row(id, "Canary" + id));
    }

    private static Change<Row> delete(long id) {
        return Writing.delete(row(id));
    }

    private static List<Change<Row>> inserts(int count) {
        List<Change<Row>> inserts = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            inserts.add(insert(id));
        }
        return inserts;
    }

    private String outcome(int status, Change<Row> change) throws Exception {
        script = request ->
                Reply.of(status).header("Location", "http://elsewhere.example/").body("Geheim");
        List<Outcome> outcomes = Writing.skipping(SCHEMA).write(target(), change);
        assertThat(outcomes).hasSize(1);
        String reason = Writing.reason(outcomes.get(0));
        assertThat(reason).doesNotContain("Geheim", "Canary", "elsewhere");
        return reason;
    }

    // ---------------------------------------------------------------- one answer

    @Test
    void success_is_applied() throws Exception {
        for (int status : new int[] {200, 201, 202, 204}) {
            assertThat(outcome(status, insert(1))).isEqualTo("applied");
            assertThat(outcome(status, update(1))).isEqualTo("applied");
            assertThat(outcome(status, delete(1))).isEqualTo("applied");
        }
    }

    @Test
    void a_record_that_is_gone_or_there_already_is_a_conflict() throws Exception {
        for (int status : new int[] {404, 410}) {
            assertThat(outcome(status, update(1)))
                    .isEqualTo("conflict: PATCH /c/{id} was answered with status " + status
                            + ": the record is no longer there");
            assertThat(outcome(status, delete(1))).startsWith("conflict: ");
            assertThat(outcome(status, insert(1))).startsWith("rejected: ");
        }
        assertThat(outcome(409, insert(1))).startsWith("conflict: ").endsWith("there already");
        for (Change<Row> change : List.of(update(1), delete(1))) {
            assertThat(outcome(412, change)).startsWith("conflict: ").contains("changed the record");
        }
    }

    @Test
    void an_answer_of_success_that_tells_of_an_error_is_a_rejection_where_that_was_said() throws Exception {
        script = request -> Reply.json("{\"errors\":[{\"message\":\"Geheim\"}]}");
        HttpTarget target = target();
        assertThat(Writing.reason(
                        Writing.skipping(SCHEMA).write(target, insert(1)).get(0)))
                .isEqualTo("applied");
        HttpTarget strict = target.failsWhen("/code").failsWhen("/errors");
        assertThat(Writing.reason(
                        Writing.skipping(SCHEMA).write(strict, update(1)).get(0)))
                .isEqualTo("rejected: PATCH /c/{id} was answered with status 200, but the answer tells of an error at"
                        + " '/errors'");
        for (String fine : List.of("{\"errors\":[],\"code\":null}", "[]", "no JSON", "{}")) {
            script = request -> Reply.json(fine);
            assertThat(Writing.reason(
                            Writing.skipping(SCHEMA).write(strict, insert(1)).get(0)))
                    .as(fine)
                    .isEqualTo("applied");
        }
        script = request -> Reply.of(204);
        assertThat(Writing.reason(
                        Writing.skipping(SCHEMA).write(strict, delete(1)).get(0)))
                .isEqualTo("applied");
    }

    @Test
    void what_the_server_does_not_want_is_rejected() throws Exception {
        for (int status : new int[] {400, 403, 405, 413, 422, 451}) {
            for (Change<Row> change : List.of(insert(1), update(1), delete(1))) {
                assertThat(outcome(status, change))
                        .startsWith("rejected: ")
                        .contains("was answered with status " + status);
            }
        }
    }

    @Test
    void a_server_that_is_busy_in_the_end_has_not_tried() throws Exception {
        for (int status : new int[] {408, 425, 429}) {
            assertThat(outcome(status, insert(1))).startsWith("not tried: ").contains("status " + status);
        }
        assertThat(server.requests()).as("two attempts each").hasSize(6);
        script = request -> Reply.of(503).header("Retry-After", "0");
        List<Outcome> outcomes = Writing.skipping(SCHEMA).write(target(), insert(1));
        assertThat(outcomes.get(0))
                .isInstanceOfSatisfying(
                        Outcome.NotTried.class,
                        notTried -> assertThat(notTried.cause())
                                .isInstanceOfSatisfying(
                                        ReadException.class,
                                        e -> assertThat(e.code()).isEqualTo("E-HTTP-STATUS")));
    }

    @Test
    void a_failure_of_the_server_leaves_the_change_unknown_and_is_not_repeated() throws Exception {
        for (int status : new int[] {500, 502, 503, 504}) {
            assertThat(outcome(status, insert(1))).startsWith("unknown: ").contains("not repeated");
            assertThat(outcome(status, update(1))).startsWith("unknown: ");
        }
        assertThat(server.requests()).hasSize(8);
    }

    @Test
    void what_ends_the_run_is_not_tried_for_all_that_follow() throws Exception {
        script = request -> Reply.of(401);
        List<Outcome> outcomes = Writing.skipping(SCHEMA).write(target().inFlight(1), inserts(5));
        assertThat(outcomes)
                .hasSize(5)
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.NotTried.class,
                                notTried -> assertThat(notTried.cause())
                                        .isInstanceOfSatisfying(
                                                ReadException.class,
                                                e -> assertThat(e.code()).isEqualTo("E-HTTP-AUTH"))));
        assertThat(server.requests()).hasSize(1);
        script = request -> Reply.of(307).header("Location", "http://elsewhere.example/");
        assertThat(Writing.skipping(SCHEMA).write(target(), insert(1)))
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.NotTried.class,
                                notTried -> assertThat(notTried.cause())
                                        .isInstanceOfSatisfying(
                                                ReadException.class,
                                                e -> assertThat(e.code()).isEqualTo("E-HTTP-REDIRECT"))));
        HttpTarget poor = HttpApi.at(server.at(""))
                .budget(3)
                .get("/c")
                .insert(HttpMethod.POST, "/c")
                .inFlight(1);
        script = request -> Reply.of(201);
        List<Outcome> some = Writing.skipping(SCHEMA).write(poor, inserts(5));
        assertThat(some.subList(0, 3)).containsOnly(Outcome.applied());
        assertThat(some.subList(3, 5))
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.NotTried.class,
                                notTried -> assertThat(notTried.cause()).isInstanceOf(BudgetSpentException.class)));
    }

    @Test
    void a_server_that_is_not_there_has_not_tried() throws Exception {
        int port;
        try (TestServer gone = TestServer.start(request -> Reply.of(200))) {
            port = gone.port();
        }
        HttpTarget target = HttpApi.at("http://localhost:" + port)
                .retries(Retries.none())
                .get("/c")
                .insert(HttpMethod.POST, "/c")
                .inFlight(1);
        List<Outcome> outcomes = Writing.skipping(SCHEMA).write(target, inserts(2));
        assertThat(outcomes)
                .hasSize(2)
                .allSatisfy(outcome -> assertThat(Writing.reason(outcome))
                        .startsWith("not tried: ")
                        .doesNotContain("Geheim"));
    }

    @Test
    void a_value_in_the_path_is_in_no_message() throws Exception {
        HttpTarget target = HttpApi.at(server.at("/v2/"))
                .retries(Retries.none())
                .get("/c")
                .update(HttpMethod.PATCH, "/c/{name}?secret=1")
                .lookup("c/{name}");
        List<Reply> replies =
                List.of(Reply.dropped(), Reply.of(500), Reply.of(429), Reply.of(401), Reply.of(404), Reply.of(422));
        for (Reply reply : replies) {
            script = request -> reply;
            Outcome outcome = Writing.skipping(SCHEMA).write(target, update(1)).get(0);
            assertThat(Writing.reason(outcome)).contains("/c/{name}").doesNotContain("Geheim", "secret");
        }
        assertThat(server.requests()).extracting(Request::path).containsOnly("/v2/c/Geheim1");
    }

    // ---------------------------------------------------------------- several changes

    private Reply refusing(Request request, int status) {
        return request.text().contains("\"id\":7,") ? Reply.of(status) : Reply.of(201);
    }

    @Test
    void after_a_rejection_that_ends_the_run_nothing_is_begun() throws Exception {
        script = request -> refusing(request, 422);
        List<Outcome> outcomes = Writing.ending(SCHEMA).write(target().inFlight(1), inserts(20));
        assertThat(outcomes.subList(0, 6)).containsOnly(Outcome.applied());
        assertThat(outcomes.get(6)).isInstanceOf(Outcome.Rejected.class);
        assertThat(outcomes.subList(7, 20)).hasOnlyElementsOfType(Outcome.NotTried.class);
        assertThat(server.requests()).hasSize(7);
    }

    @Test
    void a_rejection_that_is_skipped_leaves_the_others() throws Exception {
        script = request -> refusing(request, 422);
        List<Outcome> outcomes = Writing.skipping(SCHEMA).write(target().inFlight(8), inserts(20));
        assertThat(outcomes).hasSize(20);
        for (int i = 0; i < 20; i++) {
            assertThat(outcomes.get(i) instanceof Outcome.Applied).isEqualTo(i != 6);
        }
        assertThat(server.requests()).hasSize(20);
    }

    @Test
    void after_an_unknown_change_nothing_is_begun() throws Exception {
        script = request -> refusing(request, 500);
        List<Outcome> outcomes = Writing.skipping(SCHEMA).write(target().inFlight(1), inserts(20));
        assertThat(outcomes.subList(0, 6)).containsOnly(Outcome.applied());
        assertThat(outcomes.get(6)).isInstanceOf(Outcome.Unknown.class);
        assertThat(outcomes.subList(7, 20)).hasOnlyElementsOfType(Outcome.NotTried.class);
        assertThat(server.requests()).hasSize(7);
    }

    @Test
    void a_later_batch_is_not_tried_when_an_earlier_one_has_ended_the_run() throws Exception {
        script = request -> refusing(request, 422);
        try (ChangeWriter<Row> writer = target().open(Writing.ending(SCHEMA))) {
            writer.write(List.of(insert(7)));
            assertThat(writer.write(List.of(insert(8)))).hasOnlyElementsOfType(Outcome.NotTried.class);
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void one_kind_ends_before_the_next_begins_and_outcomes_keep_their_order() throws Exception {
        List<Change<Row>> changes = new ArrayList<>();
        for (int id = 1; id <= 30; id++) {
            changes.add(id % 3 == 0 ? insert(id) : id % 3 == 1 ? update(id) : delete(id));
        }
        List<String> ended = new ArrayList<>();
        script = request -> {
            synchronized (ended) {
                ended.add(request.method());
            }
            return request.path().equals("/c/2") ? Reply.of(404) : Reply.of(204);
        };
        List<Outcome> outcomes = Writing.skipping(SCHEMA).write(target().inFlight(8), changes);
        assertThat(ended.subList(0, 10)).containsOnly("DELETE");
        assertThat(ended.subList(10, 20)).containsOnly("PATCH");
        assertThat(ended.subList(20, 30)).containsOnly("POST");
        for (int i = 0; i < 30; i++) {
            assertThat(outcomes.get(i) instanceof Outcome.Conflict).isEqualTo(i == 1);
        }
    }

    @Test
    void changes_of_one_key_are_sent_one_after_the_other() throws Exception {
        List<Change<Row>> changes = new ArrayList<>();
        for (int step = 0; step < 10; step++) {
            for (int id = 1; id <= 4; id++) {
                changes.add(Writing.update(row(id), SCHEMA.row((long) id, "v" + step)));
            }
        }
        ConcurrentHashMap<String, List<String>> bodies = new ConcurrentHashMap<>();
        script = request -> {
            bodies.computeIfAbsent(request.path(), path -> new ArrayList<>()).add(request.text());
            return Reply.of(204);
        };
        Writing.skipping(SCHEMA).write(target().inFlight(8), changes);
        List<String> inOrder = new ArrayList<>();
        for (int step = 0; step < 10; step++) {
            inOrder.add("{\"name\":\"v" + step + "\"}");
        }
        assertThat(bodies)
                .hasSize(4)
                .allSatisfy((path, sent) -> assertThat(sent).isEqualTo(inOrder));
    }

    @Test
    void no_more_requests_than_allowed_are_in_flight_and_no_fewer() throws Exception {
        CountDownLatch four = new CountDownLatch(4);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        script = request -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            four.countDown();
            try {
                // the first four wait for each other, so that they are there together
                assertThat(four.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            now.decrementAndGet();
            return Reply.of(201);
        };
        Writing writing = Writing.skipping(SCHEMA);
        assertThat(writing.write(target(), inserts(40))).containsOnly(Outcome.applied());
        assertThat(most).hasValue(4);
        assertThat(writing.method()).isEqualTo("40 requests, 4 in flight, by POST");
    }

    // ---------------------------------------------------------------- the end of a run

    /** Answers the first six, and holds the others until told. */
    private static Function<Request, Reply> holding(CountDownLatch arrived, Semaphore go) {
        AtomicInteger count = new AtomicInteger();
        return request -> {
            if (count.incrementAndGet() > 6) {
                arrived.countDown();
                go.acquireUninterruptibly();
            }
            return Reply.of(201);
        };
    }

    @Test
    void a_cancelled_run_waits_for_what_is_in_flight_and_begins_nothing_new() throws Exception {
        CountDownLatch arrived = new CountDownLatch(2);
        Semaphore go = new Semaphore(0);
        script = holding(arrived, go);
        Writing writing = Writing.skipping(SCHEMA);
        AtomicReference<List<Outcome>> outcomes = new AtomicReference<>();
        try (ChangeWriter<Row> writer = target().inFlight(2).open(writing)) {
            Thread thread = started(() -> outcomes.set(writer.write(inserts(20))));
            arrived.await();
            writing.cancel();
            go.release(2);
            thread.join();
        }
        assertThat(outcomes.get().subList(0, 8)).containsOnly(Outcome.applied());
        assertThat(outcomes.get().subList(8, 20)).hasOnlyElementsOfType(Outcome.NotTried.class);
        assertThat(server.requests()).hasSize(8);
    }

    @Test
    void a_cancelled_run_cuts_what_is_not_answered_in_time() throws Exception {
        CountDownLatch arrived = new CountDownLatch(2);
        Semaphore go = new Semaphore(0);
        script = holding(arrived, go);
        Writing writing = Writing.skipping(SCHEMA);
        AtomicReference<List<Outcome>> outcomes = new AtomicReference<>();
        try (ChangeWriter<Row> writer = target().inFlight(2).open(writing)) {
            Thread thread = started(() -> outcomes.set(writer.write(inserts(20))));
            arrived.await();
            writing.cancel();
            while (thread.isAlive()) {
                timing.pass(Duration.ofSeconds(1));
                thread.join(20);
            }
            assertThat(writer.write(inserts(1))).hasOnlyElementsOfType(Outcome.NotTried.class);
        }
        go.release(2);
        // which two of the first eight came last is not said
        assertThat(outcomes.get().subList(0, 8))
                .filteredOn(Outcome.applied()::equals)
                .hasSize(6);
        assertThat(outcomes.get().subList(0, 8))
                .filteredOn(Outcome.Unknown.class::isInstance)
                .hasSize(2);
        assertThat(outcomes.get().subList(8, 20)).hasOnlyElementsOfType(Outcome.NotTried.class);
        assertThat(server.requests()).hasSize(8);
    }

    @Test
    void an_interrupt_is_like_a_cancellation_and_is_kept() throws Exception {
        CountDownLatch arrived = new CountDownLatch(2);
        Semaphore go = new Semaphore(0);
        script = holding(arrived, go);
        AtomicReference<List<Outcome>> outcomes = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        try (ChangeWriter<Row> writer = target().inFlight(2).open(Writing.skipping(SCHEMA))) {
            Thread thread = started(() -> {
                outcomes.set(writer.write(inserts(20)));
                flag.set(Thread.currentThread().isInterrupted());
            });
            arrived.await();
            thread.interrupt();
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                // until it has noticed, and waits for what is in flight
                Thread.onSpinWait();
            }
            go.release(2);
            thread.join();
        }
        assertThat(flag).hasValue(true);
        assertThat(outcomes.get().subList(0, 8)).containsOnly(Outcome.applied());
        assertThat(outcomes.get().subList(8, 20)).hasOnlyElementsOfType(Outcome.NotTried.class);
    }

    @Test
    void a_request_that_waits_when_the_run_is_cut_was_not_tried() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        Timing slow = new Timing() {

            @Override
            public long nanos() {
                return timing.nanos();
            }

            @Override
            public java.time.Instant now() {
                return timing.now();
            }

            @Override
            public void pause(long nanos) throws InterruptedException {
                if (nanos > 0) {
                    waiting.countDown();
                    new CountDownLatch(1).await();
                }
            }
        };
        script = request -> Reply.of(429).header("Retry-After", "60");
        HttpTarget target = HttpApi.at(server.at("")).timing(slow).get("/c").insert(HttpMethod.POST, "/c");
        Writing writing = Writing.skipping(SCHEMA);
        AtomicReference<List<Outcome>> outcomes = new AtomicReference<>();
        try (ChangeWriter<Row> writer = target.open(writing)) {
            Thread thread = started(() -> outcomes.set(writer.write(inserts(1))));
            waiting.await();
            writing.cancel();
            while (thread.isAlive()) {
                timing.pass(Duration.ofSeconds(1));
                thread.join(20);
            }
        }
        assertThat(outcomes.get()).hasSize(1).hasOnlyElementsOfType(Outcome.NotTried.class);
    }

    private interface Work {

        void run() throws Exception;
    }

    private static Thread started(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void an_error_of_a_mapping_is_not_swallowed() throws Exception {
        HttpTarget target = target().body((change, fields) -> {
            throw new StackOverflowError();
        });
        try (ChangeWriter<Row> writer = target.open(Writing.skipping(SCHEMA))) {
            assertThatThrownBy(() -> writer.write(inserts(3))).isInstanceOf(StackOverflowError.class);
        }
        assertThat(server.requests()).isEmpty();
    }

    // ---------------------------------------------------------------- what is not declared

    @Test
    void a_kind_that_is_not_declared_is_told_before_anything_is_written() {
        HttpTarget target = HttpApi.at(server.at("")).get("/c").insert(HttpMethod.POST, "/c");
        Writing writing = new Writing(SCHEMA, OnRejection.END_RUN, new ChangeCounts(1, 2, 3), "id");
        assertThatThrownBy(() -> target.open(writing))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-HTTP-TARGET"))
                .hasMessageContaining("say update(...)")
                .hasMessageContaining("say delete(...)");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void soft_deletes_need_update_and_are_told_before_anything_is_written() throws Exception {
        HttpTarget target = HttpApi.at(server.at(""))
                .get("/c")
                .insert(HttpMethod.POST, "/c")
                .delete(HttpMethod.DELETE, "/c/{id}");
        Writing writing = new Writing(SCHEMA, OnRejection.END_RUN, new ChangeCounts(1, 0, 1), "id");
        List<Outcome> outcomes = writing.write(target, update(1), insert(2));
        assertThat(outcomes)
                .hasSize(2)
                .allSatisfy(outcome -> assertThat(Writing.reason(outcome))
                        .startsWith("not tried: ")
                        .contains("say update(...)"));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void names_that_are_not_there_are_told_together_before_anything_is_written() {
        HttpTarget target = HttpApi.at(server.at(""))
                .get("/c")
                .insert(HttpMethod.POST, "/in/{town}")
                .updateMany(HttpMethod.PATCH, "/c", Bulk.of(10).resultsBy("", "code"))
                .lookup("/c/{number}")
                .ifMatch("version")
                .remembering(new GeneratedIds());
        assertThatThrownBy(() -> target.open(Writing.skipping(SCHEMA)))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-HTTP-TARGET"))
                .hasMessageContaining("'town'")
                .hasMessageContaining("'code'")
                .hasMessageContaining("'number'")
                .hasMessageContaining("'version'")
                .hasMessageContaining("say generated(...)")
                .hasMessageContaining("updateMany(...)");
        HttpTarget made = HttpApi.at(server.at(""))
                .get("/c")
                .fields("id", "name")
                .types(java.util.Map.of("id", FieldType.integer(), "name", FieldType.text()))
                .insert(HttpMethod.POST, "/c/{id}")
                .generated("id");
        assertThatThrownBy(made::storedSchema).hasMessageContaining("'id', which the server makes only then");
        assertThat(server.requests()).isEmpty();
    }
}
