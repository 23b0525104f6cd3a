package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.SyncPlan;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.SyncReport;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import dev.datasync.state.WatermarkStore;
import dev.datasync.testkit.InMemorySink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HttpIncrementalTest {

    /** One run after the other, as the engine would. */
    private static final class Runs {

        private final List<String> warnings = new ArrayList<>();
        private final List<Row> rows = new ArrayList<>();
        private @Nullable String watermark;

        Completion run(Source<Row> source) throws Exception {
            rows.clear();
            Completion completion = source.read(
                    new Receiver<Row>() {
                        @Override
                        public void accept(Row row) {
                            rows.add(row);
                        }

                        @Override
                        public void accept(Row row, long position) {
                            rows.add(row);
                        }

                        @Override
                        public void reject(long position, String reason) {}
                    },
                    new ReadContext() {
                        @Override
                        public String plan() {
                            return "test";
                        }

                        @Override
                        public List<String> order() {
                            return List.of();
                        }

                        @Override
                        public Optional<String> watermark() {
                            return Optional.ofNullable(watermark);
                        }

                        @Override
                        public void warn(String message) {
                            warnings.add(message);
                        }

                        @Override
                        public boolean isCancelled() {
                            return false;
                        }

                        @Override
                        public void onCancel(Cancellation action) {}
                    });
            if (completion instanceof Completion.Complete complete) {
                complete.watermark().ifPresent(text -> watermark = text);
            }
            return completion;
        }
    }

    /** Returns what the second run sends, after a first one that read some values. */
    private static @Nullable String sentAfter(String values, UnaryOperator<HttpIncremental> words) throws Exception {
        StringBuilder json = new StringBuilder("[");
        for (String value : values.split(" ", -1)) {
            json.append(json.length() == 1 ? "" : ",")
                    .append("{\"at\":")
                    .append(value.replace('\'', '"'))
                    .append('}');
        }
        try (TestServer server = TestServer.start(request -> Reply.json(json + "]"))) {
            Runs runs = new Runs();
            HttpIncremental source =
                    words.apply(HttpResource.get(server.at("/a")).incrementalBy("at", "since"));
            runs.run(source);
            runs.run(source);
            assertThat(server.requests().get(0).query("since")).isNull();
            return server.requests().get(1).query("since");
        }
    }

    private static String failure(String values, UnaryOperator<HttpIncremental> words) {
        ReadException failure = catchThrowableOfType(ReadException.class, () -> sentAfter(values, words));
        assertThat(failure).isNotNull();
        assertThat(failure.code()).isEqualTo("E-HTTP-WATERMARK");
        return String.valueOf(failure.getMessage());
    }

    @Test
    void the_greatest_value_is_sent_as_the_server_wrote_it() throws Exception {
        assertThat(sentAfter("7 12 9", source -> source.overlap(0))).isEqualTo("12");
        assertThat(sentAfter("1.50 1.5 1.4999", source -> source.overlap(0))).isEqualTo("1.50");
        assertThat(sentAfter(
                        "'2026-01-02T03:04:05Z' '2026-01-02T04:04:05+02:00'", source -> source.overlap(Duration.ZERO)))
                .isEqualTo("2026-01-02T03:04:05Z");
        assertThat(sentAfter(
                        "'2026-01-02T04:04:05+00:00' '2026-01-02T03:59:05.123Z'",
                        source -> source.overlap(Duration.ZERO)))
                .isEqualTo("2026-01-02T04:04:05+00:00");
        assertThat(sentAfter("'2026-01-02T03:04' '2025-12-31T23:59:59.9'", source -> source.overlap(Duration.ZERO)))
                .isEqualTo("2026-01-02T03:04");
        assertThat(sentAfter("null '2026-01-02' '2025-12-31'", source -> source.overlap(Duration.ZERO)))
                .isEqualTo("2026-01-02");
        assertThat(sentAfter("null", source -> source.overlap(Duration.ZERO))).isNull();
    }

    @Test
    void a_field_that_no_record_has_is_a_warning() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.json("[{\"updated_at\":1},{\"updated_at\":2}]"))) {
            Runs runs = new Runs();
            HttpIncremental source = HttpResource.get(server.at("/a")).incrementalBy("updatedAt", "since");
            runs.run(source);
            assertThat(runs.watermark).isNull();
            assertThat(runs.warnings)
                    .singleElement()
                    .asString()
                    .startsWith("none of the 2 records of ")
                    .contains("'updatedAt'", "every run reads everything");
            runs.run(HttpResource.get(server.at("/a")).incrementalBy("updated_at", "since"));
            assertThat(runs.warnings).hasSize(1);
        }
    }

    @Test
    void an_overlap_reaches_back() throws Exception {
        assertThat(sentAfter("7 12", source -> source.overlap(10))).isEqualTo("2");
        assertThat(sentAfter("12.5", source -> source.overlap(10))).isEqualTo("2.5");
        assertThat(sentAfter("'2026-01-02T03:00:00+01:00'", source -> source.overlap(Duration.ofHours(3))))
                .isEqualTo("2026-01-02T00:00:00+01:00");
        assertThat(sentAfter("'2026-01-02T00:00'", source -> source.overlap(Duration.ofSeconds(60))))
                .isEqualTo("2026-01-01T23:59:00");
        assertThat(sentAfter("'2026-01-02'", source -> source.overlap(Duration.ofMinutes(1))))
                .isEqualTo("2026-01-01");
        assertThat(sentAfter("'2026-01-02'", source -> source.overlap(Duration.ofDays(1))))
                .isEqualTo("2026-01-01");
        HttpIncremental source = HttpResource.get("http://localhost/a").incrementalBy("a", "b");
        assertThatIllegalArgumentException().isThrownBy(() -> source.overlap(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> source.overlap(Duration.ofNanos(-1)));
    }

    @Test
    void values_of_two_kinds_or_of_none_fail_without_being_shown() {
        assertThat(failure("4711 '2026-01-02'", source -> source))
                .contains("a number", "a day")
                .doesNotContain("4711", "2026");
        assertThat(failure("'2026-01-02T03:04:05' '2026-01-02T03:04:05Z'", source -> source))
                .contains("without an offset");
        assertThat(failure("'canary'", source -> source)).doesNotContain("canary");
        assertThat(failure("true", source -> source)).contains("neither");
        assertThat(failure("7", source -> source.overlap(Duration.ofHours(1)))).contains("overlap(1_000)");
        assertThat(failure("'2026-01-02'", source -> source.overlap(1))).contains("overlap(Duration");
    }

    @Test
    void the_watermark_never_goes_back_and_only_a_complete_reading_moves_it() throws Exception {
        List<String> answers = List.of(
                "{\"d\":[{\"at\":5}]}",
                "{\"d\":[{\"at\":3}]}",
                "{\"d\":[]}",
                "{\"d\":[{\"at\":9}],\"t\":2}",
                "{\"d\":[{\"at\":8}]}",
                "{\"d\":[]}");
        int[] next = {0};
        try (TestServer server = TestServer.start(request -> Reply.json(answers.get(next[0]++)))) {
            Runs runs = new Runs();
            HttpResource resource = HttpResource.get(server.at("/a")).records("/d");
            for (int i = 0; i < answers.size(); i++) {
                runs.run((i == 3 ? resource.total("/t") : resource)
                        .incrementalBy("at", "since")
                        .overlap(0));
            }
            assertThat(server.requests())
                    .extracting(request -> String.valueOf(request.query("since")))
                    .containsExactly("null", "5", "5", "5", "5", "8");
        }
    }

    @Test
    void a_watermark_that_is_foreign_or_damaged_is_not_believed() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.json("[{\"at\":6005,\"id\":6005}]"))) {
            Runs runs = new Runs();
            HttpResource resource = HttpResource.get(server.at("/a"));
            runs.run(resource.incrementalBy("at", "since"));
            String good = String.valueOf(runs.watermark);
            assertThat(good).startsWith("1 number at since 5005 ");
            for (int end = 0; end < good.length(); end++) {
                assertIgnored(good.substring(0, end), resource.incrementalBy("at", "since"));
            }
            assertIgnored(good.replace(" 5005 ", " 5006 "), resource.incrementalBy("at", "since"));
            assertIgnored("2" + good.substring(1), resource.incrementalBy("at", "since"));
            assertIgnored(good, resource.incrementalBy("at", "after"));
            assertIgnored(good, resource.incrementalBy("id", "since"));
            assertIgnored(good, resource.query("x", 1).incrementalBy("at", "since"));
            assertThat(server.requests())
                    .extracting(request -> request.query("since"))
                    .containsOnlyNulls();
        }
    }

    private static void assertIgnored(String watermark, HttpIncremental source) throws Exception {
        Runs runs = new Runs();
        runs.watermark = watermark;
        runs.run(source);
        assertThat(runs.warnings).as(watermark).hasSize(1);
    }

    @Test
    void a_record_on_two_pages_is_delivered_once_and_fields_need_not_be_read() throws Exception {
        TestServer.Handler handler = request -> "2".equals(request.query("page"))
                ? Reply.json("[{\"id\":2,\"at\":2},{\"id\":3,\"at\":3}]")
                : "1".equals(request.query("page"))
                        ? Reply.json("[{\"id\":1,\"at\":1},{\"id\":2,\"at\":2}]")
                        : Reply.json("[]");
        try (TestServer server = TestServer.start(handler)) {
            Runs runs = new Runs();
            HttpIncremental source = HttpResource.get(server.at("/a"))
                    .pages(Paging.number("page"))
                    .fields("id")
                    .incrementalBy("at", "since");
            assertThat(runs.run(source)).isInstanceOf(Completion.Incomplete.class);
            assertThat(runs.rows).containsExactly(Row.of("id", 1L), Row.of("id", 2L), Row.of("id", 3L));
            assertThat(runs.watermark).isNull();
            assertThat(source.isIncremental()).isTrue();
        }
    }

    @Test
    void the_second_run_of_a_plan_reads_the_boundary_again_and_writes_nothing() {
        List<String> records = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            records.add("{\"id\":" + i + ",\"at\":\"2026-01-01T00:00:" + (10 + i / 2) + "Z\"}");
        }
        TestServer.Handler handler = request -> {
            String since = request.query("since");
            List<String> found = records.stream()
                    .filter(record -> since == null
                            || record.substring(record.indexOf("2026")).compareTo(since) >= 0)
                    .toList();
            return Reply.json("[" + String.join(",", found) + "]");
        };
        Map<String, String> saved = new ConcurrentHashMap<>();
        WatermarkStore store = new WatermarkStore() {
            @Override
            public Optional<String> load(String plan) {
                return Optional.ofNullable(saved.get(plan));
            }

            @Override
            public void save(String plan, String watermark) {
                saved.put(plan, watermark);
            }
        };
        try (TestServer server = TestServer.start(handler)) {
            InMemorySink sink = InMemorySink.of(
                    Schema.of(Field.of("id", FieldType.integer()), Field.of("at", FieldType.instant())), "id");
            SyncPlan<Row> plan = SyncPlan.named("orders")
                    .from(HttpResource.get(server.at("/a"))
                            .types(Map.of("at", FieldType.instant()))
                            .incrementalBy("at", "since")
                            .overlap(Duration.ZERO))
                    .match(Matcher.on("id"))
                    .into(sink)
                    .watermarks(store)
                    .build();
            assertThat(plan.run().counts().inserted()).isEqualTo(20);
            SyncReport second = plan.run();
            assertThat(second.counts().written()).isZero();
            assertThat(second.counts().unchanged()).isEqualTo(1);
            records.add("{\"id\":21,\"at\":\"2026-01-01T00:00:20Z\"}");
            SyncReport third = plan.run();
            assertThat(third.counts().inserted()).isEqualTo(1);
            assertThat(third.counts().unchanged()).isEqualTo(1);
            assertThat(sink.content()).hasSize(21);
        }
    }

    @Test
    void without_a_word_the_overlap_is_that_of_tables() throws Exception {
        assertThat(sentAfter("'2026-01-02T03:00:00Z'", source -> source)).isEqualTo("2026-01-02T02:55:00Z");
        assertThat(sentAfter("'2026-01-02T03:00:00'", source -> source)).isEqualTo("2026-01-02T01:55:00");
        assertThat(sentAfter("'2026-01-02'", source -> source)).isEqualTo("2026-01-01");
        assertThat(sentAfter("4711", source -> source)).isEqualTo("3711");
        assertThat(sentAfter("12", source -> source))
                .as("as small as the server knows")
                .isEqualTo("0");
        assertThat(sentAfter("-12", source -> source)).isEqualTo("-1012");
    }

    @Test
    void what_changes_on_a_page_that_was_read_before_is_read_by_the_next_run() throws Exception {
        FakeTiming timing = new FakeTiming();
        TestServer.Handler handler = request -> {
            if (request.query("cursor") == null) {
                return Reply.json("{\"d\":[{\"id\":1,\"at\":\"2026-01-01T10:00:00Z\"}],\"n\":\"a\"}");
            }
            timing.pass(Duration.ofMinutes(30));
            // record 1 was stamped 10:01 meanwhile, and this one just now
            return Reply.json("{\"d\":[{\"id\":2,\"at\":\"2026-01-01T10:30:00Z\"}]}");
        };
        try (TestServer server = TestServer.start(handler)) {
            Runs runs = new Runs();
            HttpResource resource = HttpApi.at(server.at(""))
                    .timing(timing)
                    .get("/a")
                    .records("/d")
                    .pages(Paging.cursor("cursor", "/n"));
            runs.run(resource.incrementalBy("at", "since"));
            assertThat(runs.watermark).contains("2026-01-01T09%3A55%3A00Z");
            runs.watermark = null;
            runs.run(resource.incrementalBy("at", "since").overlap(Duration.ZERO));
            assertThat(runs.watermark).contains("2026-01-01T10%3A00%3A00Z");
        }
    }

    @Test
    void a_record_that_was_rejected_holds_the_watermark() {
        Map<String, String> saved = new ConcurrentHashMap<>();
        WatermarkStore store = new WatermarkStore() {
            @Override
            public Optional<String> load(String plan) {
                return Optional.ofNullable(saved.get(plan));
            }

            @Override
            public void save(String plan, String watermark) {
                saved.put(plan, watermark);
            }
        };
        try (TestServer server = TestServer.start(
                request -> Reply.json("[{\"id\":1,\"at\":5000},{\"id\":\"x\",\"at\":6000},{\"id\":3,\"at\":9000}]"))) {
            SyncPlan<Row> plan = SyncPlan.named("orders")
                    .from(HttpResource.get(server.at("/a"))
                            .types(Map.of("id", FieldType.integer()))
                            .incrementalBy("at", "since"))
                    .match(Matcher.on("id"))
                    .into(InMemorySink.of(
                            Schema.of(Field.of("id", FieldType.integer()), Field.of("at", FieldType.integer())), "id"))
                    .onFailure(FailurePolicy.skipUpTo(5))
                    .watermarks(store)
                    .build();
            SyncReport report = plan.run();
            assertThat(report.counts().inserted()).isEqualTo(2);
            assertThat(saved).isEmpty();
        }
    }
}
