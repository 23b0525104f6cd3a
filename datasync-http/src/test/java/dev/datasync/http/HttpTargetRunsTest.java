package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.Preview;
import dev.datasync.RunHandle;
import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.http.TestServer.Request;
import dev.datasync.match.Matcher;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.run.SyncReport.Counts;
import dev.datasync.sink.Sink;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import dev.datasync.state.WatermarkStore;
import dev.datasync.testkit.InMemorySource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole runs into a REST API. */
class HttpTargetRunsTest {

    private final TestApi api = TestApi.start("id");

    @AfterEach
    void stop() {
        api.close();
    }

    private HttpTarget target() {
        return api.api()
                .get("/items")
                .insert(HttpMethod.POST, "/items")
                .update(HttpMethod.PATCH, "/items/{id}")
                .delete(HttpMethod.DELETE, "/items/{id}");
    }

    private static Row row(int id, String name) {
        return Row.of("id", id, "name", name);
    }

    private static List<Row> rows(int from, int to, String name) {
        List<Row> rows = new ArrayList<>();
        for (int id = from; id <= to; id++) {
            rows.add(row(id, name + id));
        }
        return rows;
    }

    private static SyncPlan.Builder<Row> plan(List<Row> source, Sink<Row> target) {
        return plan(InMemorySource.of(source), target);
    }

    private static SyncPlan.Builder<Row> plan(Source<Row> source, Sink<Row> target) {
        return SyncPlan.named("customers")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(target)
                .deletes(Deletes.missing().unlimited());
    }

    private static SyncReport succeeded(SyncPlan<Row> plan) {
        SyncReport report = plan.run();
        assertThat(report.outcome()).as("%s", report).isEqualTo(RunOutcome.SUCCEEDED);
        return report;
    }

    private static SyncException failed(SyncPlan<Row> plan) {
        SyncException failure = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(failure).isNotNull();
        return failure;
    }

    private static void assertExact(Counts counts, int total) {
        assertThat(counts.written() + counts.rejected() + counts.unknown() + counts.notWritten())
                .as("%s", counts)
                .isEqualTo(total);
    }

    // ---------------------------------------------------------------- convergence

    @Test
    void a_second_run_writes_nothing() {
        rows(1, 6, "old").forEach(api::put);
        List<Row> wanted = new ArrayList<>(rows(3, 4, "old"));
        wanted.addAll(rows(5, 9, "new"));
        SyncReport report = succeeded(plan(wanted, target()).build());
        assertThat(report.counts().deleted()).isEqualTo(2);
        assertThat(report.counts().updated()).isEqualTo(2);
        assertThat(report.counts().inserted()).isEqualTo(3);
        assertThat(report.method()).contains("7 requests, 4 in flight, by DELETE, PATCH, POST");
        assertThat(api.writes()).hasSize(7);
        int before = api.server().requests().size();
        SyncReport second = succeeded(plan(wanted, target()).build());
        assertThat(second.counts().written()).isZero();
        assertThat(api.writes()).hasSize(7);
        assertThat(api.server().requests().size() - before)
                .as("two for the fields, of which none is kept from what was before, and one to read")
                .isEqualTo(3);
    }

    @Test
    void a_preview_sends_only_requests_that_read() {
        rows(1, 6, "old").forEach(api::put);
        List<Row> wanted = rows(3, 9, "new");
        try (Preview<Row> preview = plan(wanted, target()).build().preview()) {
            assertThat(preview.changes().counts().total()).isEqualTo(9);
        }
        assertThat(api.server().requests())
                .isNotEmpty()
                .extracting(Request::method)
                .containsOnly("GET");
        assertThat(succeeded(plan(wanted, target()).build()).counts().written()).isEqualTo(9);
    }

    @Test
    void own_types_can_be_written() {
        rows(1, 2, "old").forEach(api::put);
        record Customer(int id, String name) {}
        SyncPlan<Customer> plan = SyncPlan.named("customers")
                .from(InMemorySource.of(new Customer(2, "x"), new Customer(3, "y")))
                .match(Matcher.<Customer>on("id"))
                .into(target().as(Customer.class))
                .deletes(Deletes.missing().unlimited())
                .build();
        assertThat(plan.run().counts().written()).isEqualTo(3);
        assertThat(plan.run().counts().written()).isZero();
    }

    @Test
    void soft_deletes_are_updates() {
        for (int id = 1; id <= 3; id++) {
            api.put(row(id, "x").with("gone", false));
        }
        SyncPlan<Row> plan = plan(rows(1, 1, "y"), target())
                .deletes(Deletes.soft("gone", true).unlimited())
                .build();
        SyncReport report = succeeded(plan);
        assertThat(report.counts().deleted()).isEqualTo(2);
        assertThat(api.writes())
                .hasSize(3)
                .allSatisfy(write -> assertThat(write).startsWith("PATCH "));
        assertThat(api.record(3).orElseThrow()).containsEntry("gone", true).containsEntry("name", "x");
        assertThat(succeeded(plan).counts().written()).isZero();
    }

    @Test
    void the_order_of_types_and_fields_that_are_given_win() {
        HttpTarget target = api.api()
                .get("/items")
                .fields("id", "name")
                .types(Map.of("id", FieldType.integer(), "name", FieldType.text(10)))
                .insert(HttpMethod.POST, "/items");
        assertThat(succeeded(plan(rows(1, 3, "x"), target).build()).counts().inserted())
                .isEqualTo(3);
        SyncException failure = failed(plan(List.of(row(4, "longer than ten")), target)
                .deletes(Deletes.missing().atMost(0))
                .build());
        assertThat(failure.code()).isEqualTo("E-REJECTED");
    }

    // ---------------------------------------------------------------- counts

    @Test
    void counts_are_exact_when_a_change_is_rejected() {
        api.script((request, doing) -> request.text().contains("\"id\":7,") ? Reply.of(422) : doing.get());
        SyncException failure =
                failed(plan(rows(1, 20, "x"), target().inFlight(1)).build());
        Counts counts = failure.report().orElseThrow().counts();
        assertThat(failure.code()).isEqualTo("E-WRITE-REJECTED");
        assertThat(failure).hasMessageContaining("id=7").hasMessageContaining("status 422");
        assertThat(counts.inserted()).isEqualTo(6).isEqualTo(api.size());
        assertThat(counts.rejected()).isEqualTo(1);
        assertThat(counts.notWritten()).isEqualTo(13);
        assertThat(counts.unknown()).isZero();
        assertThat(api.writes()).hasSize(7);
        assertExact(counts, 20);
    }

    @Test
    void counts_are_exact_when_a_rejection_is_skipped() {
        api.script((request, doing) -> request.text().contains("\"id\":7,") ? Reply.of(422) : doing.get());
        SyncReport report = plan(rows(1, 20, "x"), target().inFlight(8))
                .onFailure(FailurePolicy.skipUpTo(1))
                .build()
                .run();
        assertThat(report.counts().inserted()).isEqualTo(19).isEqualTo(api.size());
        assertThat(report.counts().rejected()).isEqualTo(1);
        assertExact(report.counts(), 20);
    }

    @Test
    void counts_are_exact_when_an_answer_is_lost() {
        api.script((request, doing) -> {
            Reply reply = doing.get();
            return request.text().contains("\"id\":7,") ? Reply.dropped() : reply;
        });
        SyncException failure =
                failed(plan(rows(1, 20, "x"), target().inFlight(1)).build());
        Counts counts = failure.report().orElseThrow().counts();
        assertThat(failure.code()).isEqualTo("E-WRITE-UNKNOWN");
        assertThat(counts.inserted()).isEqualTo(6);
        assertThat(counts.unknown()).isEqualTo(1);
        assertThat(counts.notWritten()).isEqualTo(13);
        assertThat(api.size()).isEqualTo(7);
        assertThat(api.writes()).as("not repeated").hasSize(7);
        assertExact(counts, 20);
        api.script((request, doing) -> doing.get());
        assertThat(succeeded(plan(rows(1, 20, "x"), target()).build()).counts().inserted())
                .as("the next run compares before it writes")
                .isEqualTo(13);
    }

    @Test
    void counts_are_exact_when_the_run_is_cancelled() throws Exception {
        CountDownLatch seventh = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        api.script((request, doing) -> {
            if (request.text().contains("\"id\":7,")) {
                seventh.countDown();
                go.await();
            }
            return doing.get();
        });
        RunHandle handle = plan(rows(1, 20, "x"), target().inFlight(1)).build().start();
        seventh.await();
        handle.cancel();
        go.countDown();
        SyncException failure = catchThrowableOfType(SyncException.class, handle::await);
        Counts counts = failure.report().orElseThrow().counts();
        assertThat(counts.inserted()).isEqualTo(7).isEqualTo(api.size());
        assertThat(counts.unknown()).isZero();
        assertThat(counts.notWritten()).isEqualTo(13);
        assertExact(counts, 20);
    }

    @Test
    void parts_can_be_committed_and_a_watermark_is_saved_after_them() {
        Map<String, String> saved = new ConcurrentHashMap<>();
        WatermarkStore store = new WatermarkStore() {

            @Override
            public Optional<String> load(String plan) {
                return Optional.ofNullable(saved.get(plan));
            }

            @Override
            public void save(String plan, String watermark) {
                assertThat(api.size()).isEqualTo(20);
                saved.put(plan, watermark);
            }
        };
        Source<Row> changed = new Source<>() {

            @Override
            public Completion read(Receiver<? super Row> receiver, ReadContext context) {
                rows(1, 20, "x").forEach(receiver::accept);
                return Completion.completeUpTo("20");
            }

            @Override
            public boolean isIncremental() {
                return true;
            }
        };
        SyncPlan<Row> plan = SyncPlan.named("customers")
                .from(changed)
                .match(Matcher.<Row>on("id"))
                .into(target())
                .commitEvery(6)
                .watermarks(store)
                .build();
        api.script((request, doing) -> request.text().contains("\"id\":15,") ? Reply.of(422) : doing.get());
        Counts counts = failed(plan).report().orElseThrow().counts();
        assertExact(counts, 20);
        assertThat(counts.inserted()).isEqualTo(api.size());
        assertThat(saved).isEmpty();
        api.script((request, doing) -> doing.get());
        succeeded(plan);
        assertThat(saved).containsEntry("customers", "20");
    }

    // ---------------------------------------------------------------- somebody else

    @Test
    void a_record_that_somebody_has_changed_meanwhile_is_a_conflict() {
        api.put(row(1, "Ada").with("version", "a1"));
        api.script(
                (request, doing) -> Objects.equals(request.header("If-Match"), "\"a1\"") ? Reply.of(412) : doing.get());
        SyncException failure =
                failed(plan(List.of(row(1, "Bob")), target().ifMatch("version")).build());
        assertThat(failure.code()).isEqualTo("E-CONFLICT");
        api.record(1).orElseThrow().put("version", "a2");
        succeeded(plan(List.of(row(1, "Bob")), target().ifMatch("version")).build());
        assertThat(api.record(1).orElseThrow()).containsEntry("name", "Bob").containsEntry("version", "a2");
    }

    // ---------------------------------------------------------------- what is not shown

    @Test
    void values_of_records_are_in_no_message() {
        for (int status : new int[] {400, 404, 409, 412, 422, 429, 500, 0, 207}) {
            api.script((request, doing) -> Reply.of(status).body("{\"error\": \"Geheimnis7 is wrong\"}"));
            SyncException failure = catchThrowableOfType(
                    SyncException.class,
                    () -> plan(List.of(row(7, "Geheimnis7")), target()).build().run());
            if (status == 207) {
                assertThat(failure).isNull();
                continue;
            }
            StringBuilder all = new StringBuilder(failure.report().orElseThrow().toString());
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                all.append(cause);
                for (Throwable suppressed : cause.getSuppressed()) {
                    all.append(suppressed);
                }
            }
            assertThat(all).asString().contains("id=7").doesNotContain("Geheimnis");
        }
    }

    // ---------------------------------------------------------------- mistakes

    @Test
    void what_is_not_declared_is_told_before_anything_is_written() {
        rows(1, 2, "old").forEach(api::put);
        HttpTarget target = api.api().get("/items").insert(HttpMethod.POST, "/items");
        SyncException failure = failed(plan(rows(2, 3, "new"), target).build());
        assertThat(failure.code()).isEqualTo("E-HTTP-TARGET");
        assertThat(failure).hasMessageContaining("say update(...)").hasMessageContaining("say delete(...)");
        assertThat(api.writes()).isEmpty();
        SyncException unknown =
                failed(plan(rows(2, 3, "new"), api.api().get("/items").update(HttpMethod.PATCH, "/items/{number}"))
                        .build());
        assertThat(unknown.code()).isEqualTo("E-HTTP-TARGET");
        assertThat(unknown).hasMessageContaining("'number'");
    }
}
