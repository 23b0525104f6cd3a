package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.http.TestServer.Reply;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadException;
import dev.datasync.source.Source;
import dev.datasync.testkit.Reading;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What answers are taken for, and which are none. */
class HttpAnswersTest {

    private static final String SECRET = "canary";

    private static Reply typed(String type, String body) {
        return Reply.of(200).header("Content-Type", type).body(body);
    }

    private static Reading<Row> read(Reply reply, UnaryOperator<HttpResource> words) throws Exception {
        try (TestServer server = TestServer.start(request -> reply)) {
            return Reading.of(words.apply(
                    HttpApi.at(server.at("")).timing(new FakeTiming()).get("/customers?secret=" + SECRET)));
        }
    }

    private static Reading<Row> read(String json) throws Exception {
        return read(Reply.json(json), resource -> resource);
    }

    private static ReadException failure(Reply reply, UnaryOperator<HttpResource> words) {
        ReadException failure = catchThrowableOfType(ReadException.class, () -> read(reply, words));
        assertThat(failure).as("the failure").isNotNull();
        assertThat(failure.getMessage()).contains("/customers").doesNotContain(SECRET);
        assertThat(failure.getCause()).isNull();
        return failure;
    }

    private static String code(Reply reply, UnaryOperator<HttpResource> words) {
        return failure(reply, words).code();
    }

    private static String code(String json) {
        return code(Reply.json(json), resource -> resource);
    }

    // ---------------------------------------------------------------- what is read

    @Test
    void numbers_keep_their_digits_and_nested_values_their_form() throws Exception {
        Row row = read("[{\"a\":1,\"b\":1.50,\"c\":12345678901234567890,\"d\":{\"e\":[null,true]},\"f\":null}]")
                .records()
                .get(0);
        assertThat(row.value("a")).isEqualTo(1L);
        assertThat(row.value("b")).isEqualTo(new BigDecimal("1.50"));
        assertThat(row.value("c")).isEqualTo(new BigDecimal("12345678901234567890"));
        assertThat(row.map("d")).containsOnlyKeys("e");
        assertThat(row.has("f")).isTrue();
        assertThat(row.value("f")).isNull();
    }

    @Test
    void records_with_the_same_names_share_a_schema() throws Exception {
        List<Row> rows = read("[{\"a\":1},{\"a\":2},{\"b\":3},{\"a\":4}]").records();
        assertThat(rows.get(3).schema()).isSameAs(rows.get(0).schema());
    }

    @Test
    void fields_types_and_flatten_shape_the_rows() throws Exception {
        Reply reply = Reply.json("[{\"id\":1,\"born\":\"2001-02-03\",\"at\":{\"city\":\"X\",\"zip\":\"1\"},\"n\":2}]");
        List<Row> rows = read(
                        reply,
                        resource -> resource.flatten()
                                .fields("at.city", "born", "nothing")
                                .types(Map.of("born", FieldType.date())))
                .records();
        assertThat(rows).containsExactly(Row.of("at.city", "X", "born", java.time.LocalDate.of(2001, 2, 3)));
    }

    @Test
    void charsets_of_the_content_type_are_honoured() throws Exception {
        Reply latin = Reply.of(200)
                .header("Content-Type", "application/json; Charset=\"ISO-8859-1\"")
                .body("[{\"a\":\"\u00e4\"}]".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(read(latin, resource -> resource).records()).containsExactly(Row.of("a", "\u00e4"));
    }

    @Test
    void records_that_cannot_be_stored_or_do_not_fit_are_rejected_with_their_place() throws Exception {
        Reply reply = Reply.json("[{\"a\":\"1\"},{\"a\":\"canary\"},{\"a\":\"2\",\"b\":\"\\ud800\"}]");
        Reading<Row> reading = read(reply, resource -> resource.types(Map.of("a", FieldType.integer())));
        assertThat(reading.records()).containsExactly(Row.of("a", 1L));
        assertThat(reading.rejections()).hasSize(2);
        assertThat(reading.rejections().get(0))
                .contains("/customers record 2")
                .contains("field 'a'")
                .doesNotContain(SECRET);
        assertThat(reading.rejections().get(1)).contains("/customers record 3");
    }

    @Test
    void vendor_types_and_those_that_are_named_are_taken() throws Exception {
        assertThat(read(typed("application/hal+json", "[]"), resource -> resource)
                        .completion())
                .isEqualTo(Completion.complete());
        assertThat(read(typed("text/plain", "[{\"a\":1}]"), resource -> resource.accepting("Text/Plain"))
                        .records())
                .hasSize(1);
    }

    @Test
    void the_server_is_told_what_is_accepted_and_all_parameters_and_headers() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.json("[]"))) {
            Reading.of(HttpResource.get(server.at("/a"))
                    .query("q", "\u00e4 &+")
                    .query("q", "b&c")
                    .query("n", new BigDecimal("1E+2"))
                    .header("X-Tenant", "7"));
            TestServer.Request request = server.requests().get(0);
            assertThat(request.query("q")).isEqualTo("b&c");
            assertThat(request.query("n")).isEqualTo("100");
            assertThat(request.header("X-Tenant")).isEqualTo("7");
            assertThat(request.header("Accept")).isEqualTo("application/json");
            HttpApi api = HttpApi.at(server.at("")).header("Accept", "application/vnd.own+json");
            Reading.of(api.get("/a"));
            Reading.of(api.get("/a").header("Accept", "application/vnd.other+json"));
            Reading.of(HttpResource.get(server.at("/a")).accepting("text/plain"));
            assertThat(server.requests())
                    .extracting(each -> String.valueOf(each.header("Accept")))
                    .containsExactly(
                            "application/json",
                            "application/vnd.own+json",
                            "application/vnd.other+json",
                            "application/json, text/plain");
        }
    }

    @Test
    void headers_that_carry_secrets_are_refused() {
        HttpResource resource = HttpResource.get("http://localhost/a");
        assertThatIllegalArgumentException().isThrownBy(() -> resource.header("X-Api-Key", SECRET));
        assertThatIllegalArgumentException().isThrownBy(() -> resource.header("Authorization", SECRET));
        assertThat(resource.query("token", SECRET).toString()).doesNotContain(SECRET);
    }

    @Test
    void the_fields_of_a_target_are_found_in_its_first_page_unless_they_are_given() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.json(
                request.path().equals("/none") ? "[]" : "[{\"id\":1,\"at\":\"2026-01-02\"},{\"id\":2.5,\"x\":{}}]"))) {
            HttpResource resource = HttpResource.get(server.at("/a")).types(Map.of("at", FieldType.date()));
            assertThat(resource.inferredSchema().orElseThrow().fields())
                    .extracting(field -> field.name() + " " + field.type())
                    .containsExactly("id decimal", "at date", "x json");
            assertThat(HttpResource.get(server.at("/none")).inferredSchema()).isEmpty();
            assertThat(server.requests()).hasSize(2);
            assertThat(resource.fields("at").inferredSchema().orElseThrow().names())
                    .containsExactly("at");
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void identity_tells_resources_apart_by_address_and_query() {
        HttpResource resource = HttpResource.get("http://LOCALHOST:80/a");
        assertThat(resource.identity())
                .isEqualTo(HttpResource.get("http://localhost/a").identity());
        assertThat(resource.query("x", 1).identity()).isNotEqualTo(resource.identity());
    }

    // ---------------------------------------------------------------- what is no answer

    @Test
    void every_status_but_200_fails() {
        for (int status : new int[] {201, 202, 203, 206, 226, 304, 400, 403, 404, 409, 410, 418, 500}) {
            ReadException failure = failure(Reply.json("[]").status(status), resource -> resource);
            assertThat(failure.code()).as("status %d", status).isEqualTo("E-HTTP-STATUS");
            assertThat(failure.getMessage()).contains("status " + status).contains("attempt");
        }
        assertThat(code(Reply.of(204), resource -> resource)).isEqualTo("E-HTTP-EMPTY");
        assertThat(code(Reply.of(401), resource -> resource)).isEqualTo("E-HTTP-AUTH");
    }

    @Test
    void a_missing_content_type_html_and_others_fail() {
        assertThat(code(Reply.of(200).body("[]"), resource -> resource)).isEqualTo("E-HTTP-TYPE");
        for (String type : new String[] {
            "text/html",
            "text/html;charset=utf-8",
            "text/plain",
            "application/xml",
            "application/problem+json",
            "json",
            ";"
        }) {
            assertThat(code(typed(type, "[]"), resource -> resource)).as(type).isEqualTo("E-HTTP-TYPE");
        }
        assertThat(code(typed("application/json", " <!doctype html><html></html>"), resource -> resource))
                .isEqualTo("E-HTTP-TYPE");
        assertThat(code(typed("text/html", "<html>"), resource -> resource.decodedBy((body, type, set, rows) -> {})))
                .isEqualTo("E-HTTP-TYPE");
        assertThat(code(Reply.json("[]").header("Content-Type", "text/html"), resource -> resource))
                .isEqualTo("E-HTTP-TYPE");
    }

    @Test
    void empty_and_blank_answers_fail() {
        assertThat(code("")).isEqualTo("E-HTTP-EMPTY");
        assertThat(code(" \n ")).isEqualTo("E-HTTP-EMPTY");
        assertThat(code(Reply.json("").chunked(), resource -> resource)).isEqualTo("E-HTTP-EMPTY");
        assertThat(code(typed("application/x-ndjson", ""), HttpResource::lines)).isEqualTo("E-HTTP-EMPTY");
        assertThat(code(typed("text/csv", ""), resource -> resource.decodedBy((body, type, set, rows) -> {})))
                .isEqualTo("E-HTTP-EMPTY");
    }

    @Test
    void what_is_no_strict_json_fails_and_is_not_quoted() {
        for (String json : new String[] {
            "[{\"canary\":1},]",
            "[{\"a\":NaN}]",
            "[{\"a\":01}]",
            "[{'a':1}]",
            "[{\"a\":1 /*canary*/}]",
            "[{\"a\":canary}]",
            "[{\"a\":\"\n\"}]",
            "[] []",
            "[]{}",
            "[]canary",
            "[{\"a\":1,\"a\":2}]",
            "[{\"a\":{\"b\":1,\"b\":2}}]",
            "]",
            "[}",
            "[{\"a\":\"\\q\"}]"
        }) {
            ReadException failure = failure(Reply.json(json), resource -> resource);
            assertThat(failure.code()).as(json).isEqualTo("E-HTTP-JSON");
            assertThat(failure.getMessage()).as(json).doesNotContain(SECRET);
        }
        assertThat(code(Reply.json("{\"x\":1,\"x\":2,\"d\":[]}"), resource -> resource.records("/d")))
                .isEqualTo("E-HTTP-JSON");
        assertThat(code(Reply.json("{\"d\":[],\"y\":[{\"x\":1,\"x\":2}]}"), resource -> resource.records("/d")))
                .isEqualTo("E-HTTP-JSON");
    }

    @Test
    void documents_that_end_too_early_fail_although_the_length_is_right() {
        String json = "{\"m\":{\"n\":true},\"d\":[{\"a\":\"b\",\"c\":-1.5e3,\"e\":null},{\"a\":[false]}],\"z\":0}";
        for (int end = 1; end < json.length(); end++) {
            String cut = json.substring(0, end);
            assertThat(code(Reply.json(cut), resource -> resource.records("/d")))
                    .as(cut)
                    .isEqualTo("E-HTTP-TRUNCATED");
        }
    }

    @Test
    void wrong_bytes_and_unknown_charsets_fail() {
        byte[] bytes = "[{\"a\":\"x\"}]".getBytes(StandardCharsets.ISO_8859_1);
        bytes[7] = (byte) 0xe4;
        assertThat(code(Reply.json("").body(bytes), resource -> resource)).isEqualTo("E-HTTP-ENCODING");
        assertThat(code(typed("application/json;charset=klingon", "[]"), resource -> resource))
                .isEqualTo("E-HTTP-ENCODING");
        assertThat(code(typed("application/json;charset=a b", "[]"), resource -> resource))
                .isEqualTo("E-HTTP-ENCODING");
    }

    @Test
    void error_objects_in_place_of_records_fail() {
        UnaryOperator<HttpResource> data = resource -> resource.records("/data");
        for (String json : new String[] {
            "{\"error\":\"canary\"}",
            "{\"error\":{\"code\":7},\"data\":null}",
            "{\"data\":[],\"errors\":[{\"message\":\"canary\"}]}",
            "{\"error\":true,\"data\":[{\"a\":1}]}",
            "{\"errors\":7,\"data\":{}}"
        }) {
            ReadException failure = failure(Reply.json(json), data);
            assertThat(failure.code()).as(json).isEqualTo("E-HTTP-BODY");
            assertThat(failure.getMessage()).as(json).contains("'/error").doesNotContain(SECRET);
        }
        assertThat(code(
                        Reply.json("{\"fault\":1,\"data\":[]}"),
                        resource -> data.apply(resource).failsWhen("/fault")))
                .isEqualTo("E-HTTP-BODY");
        assertThat(code(Reply.json("{\"fault\":1}"), resource -> resource.failsWhen("/fault")))
                .isEqualTo("E-HTTP-BODY");
    }

    @Test
    void places_for_errors_may_hold_nothing() throws Exception {
        for (String nothing : new String[] {"null", "false", "\"\"", "[]", "{}"}) {
            Reply reply = Reply.json("{\"error\":" + nothing + ",\"data\":[{\"a\":1}],\"errors\":" + nothing + "}");
            assertThat(read(reply, resource -> resource.records("/data")).records())
                    .as(nothing)
                    .hasSize(1);
        }
    }

    @Test
    void pointers_that_lead_nowhere_fail_and_tell_what_is_there() {
        assertThat(failure(Reply.json("{\"items\":[],\"meta\":1}"), resource -> resource.records("/data"))
                        .getMessage())
                .contains("'/data'")
                .contains("'items', 'meta'");
        assertThat(failure(Reply.json("{\"a\":{\"x\":1}}"), resource -> resource.records("/a/b"))
                        .getMessage())
                .contains("'/a/b'")
                .contains("'/a' is an object with 'x'");
        assertThat(failure(Reply.json("{\"a\":[1]}"), resource -> resource.records("/a/1"))
                        .getMessage())
                .contains("an array that ends before");
        assertThat(failure(Reply.json("{\"a\":7}"), resource -> resource.records("/a/b"))
                        .getMessage())
                .contains("'/a' is a number");
        assertThat(failure(Reply.json("{\"data\":{\"x\":1}}"), resource -> resource.records("/data"))
                        .getMessage())
                .contains("'/data' is an object with 'x'");
        assertThat(failure(Reply.json("{\"data\":[]}"), resource -> resource).getMessage())
                .contains("an object with 'data'")
                .contains("records(\"/data\")");
        assertThat(code("7")).isEqualTo("E-HTTP-BODY");
        assertThat(code("[1]")).isEqualTo("E-HTTP-BODY");
        assertThat(code("[{},[]]")).isEqualTo("E-HTTP-BODY");
        assertThat(failure(Reply.json("[{\"a\":1}]"), resource -> resource.id("b"))
                        .getMessage())
                .contains("'b'")
                .contains("'a'");
    }

    @Test
    void limits_hold() {
        assertThat(code("[".repeat(5_000))).isIn("E-HTTP-LIMIT", "E-HTTP-BODY");
        assertThat(code("[{\"a\":" + "[".repeat(5_000))).isEqualTo("E-HTTP-LIMIT");
        assertThat(code("[{\"a\":" + "{\"b\":".repeat(5_000))).isEqualTo("E-HTTP-LIMIT");
        assertThat(code("[{\"" + "a".repeat(2_000) + "\":1}]")).isEqualTo("E-HTTP-LIMIT");
        assertThat(code("[{\"a\":" + "1".repeat(2_000) + "}]")).isEqualTo("E-HTTP-LIMIT");
        assertThat(code("[{\"a\":1e999999999}]")).isEqualTo("E-HTTP-LIMIT");
        assertThat(code("[{\"a\":1e9999999999999}]")).isEqualTo("E-HTTP-LIMIT");
        StringBuilder wide = new StringBuilder("[{");
        for (int i = 0; i < 20_000; i++) {
            wide.append("\"f").append(i).append("\":0,");
        }
        assertThat(code(wide.append("\"z\":0}]").toString())).isEqualTo("E-HTTP-LIMIT");
    }

    @Test
    void equal_records_of_one_page_are_nobodys_fault() throws Exception {
        Reading<Row> reading = read("[" + "{},".repeat(200) + "{}]");
        assertThat(reading.records()).hasSize(201);
        assertThat(reading.completion()).isEqualTo(Completion.complete());
    }

    // ---------------------------------------------------------------- lines and decoders

    @Test
    void lines_are_one_record_each() {
        for (String lines :
                new String[] {"{\"a\":1} {\"a\":2}", "{\"a\":1}\n\n{\"a\":2}", "{\"a\":\n1}", "{\"a\":1}\n\n\n{}"}) {
            assertThat(code(typed("application/jsonl", lines), HttpResource::lines))
                    .as(lines)
                    .isEqualTo("E-HTTP-JSON");
        }
        assertThat(code(typed("application/jsonl", "{\"error\":1}\n[1]"), HttpResource::lines))
                .isEqualTo("E-HTTP-BODY");
        assertThat(code(typed("application/json", "{\"a\":1}"), HttpResource::lines))
                .isEqualTo("E-HTTP-TYPE");
    }

    @Test
    void a_decoder_that_fails_is_named_without_its_message() {
        ReadException failure = failure(
                typed("text/csv", "x"),
                resource -> resource.decodedBy((body, type, set, rows) -> {
                    throw new IllegalStateException(SECRET);
                }));
        assertThat(failure.code()).isEqualTo("E-HTTP-BODY");
        assertThat(failure.getMessage()).contains("IllegalStateException").contains("HttpAnswersTest");
        ReadException own = failure(
                typed("text/csv", "x"),
                resource -> resource.decodedBy((body, type, set, rows) -> {
                    throw new ReadException("E-OWN", "/customers");
                }));
        assertThat(own.code()).isEqualTo("E-OWN");
    }

    @Test
    void a_body_has_one_form() {
        HttpResource resource = HttpResource.get("http://localhost/a");
        assertThatIllegalArgumentException().isThrownBy(() -> resource.lines().records("/a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resource.records("/a").lines());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resource.lines().decodedBy((body, type, set, rows) -> {}));
        assertThatIllegalArgumentException().isThrownBy(() -> resource.accepting("text/*"));
        assertThatIllegalArgumentException().isThrownBy(() -> resource.ahead(33));
        assertThatIllegalArgumentException().isThrownBy(() -> resource.records("data"));
        assertThatIllegalArgumentException().isThrownBy(() -> resource.fields("a", "A"));
    }

    @Test
    void bodies_that_end_with_the_connection_prove_nothing_unless_they_are_json_or_a_total_agrees() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nX-Total: 2\r\nContent-Type: ";
        String lines = head + "application/jsonl\r\n\r\n{\"a\":1}\n{\"a\":2}\n";
        try (RawServer server = RawServer.answering(lines)) {
            HttpResource resource = HttpResource.get(server.at("/customers")).lines();
            assertIncomplete(resource, "the body ended with the connection");
            assertThat(Reading.of(resource.totalHeader("X-Total")).completion()).isEqualTo(Completion.complete());
        }
        try (RawServer server = RawServer.answering(head + "application/json\r\n\r\n[{\"a\":1}]")) {
            assertThat(Reading.of(HttpResource.get(server.at("/customers"))).completion())
                    .isEqualTo(Completion.complete());
        }
    }

    static void assertIncomplete(Source<?> source, String reason) throws Exception {
        assertThat(Reading.of(source).completion())
                .isInstanceOfSatisfying(
                        Completion.Incomplete.class,
                        found -> assertThat(found.reason()).contains(reason));
    }

    @Test
    void a_parameter_with_several_values_is_repeated_and_one_without_is_removed() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.json("[]"))) {
            HttpResource resource = HttpResource.get(server.at("/a"))
                    .query("status", "old")
                    .query("x", 1)
                    .query("status", "a b", new BigDecimal("1E+2"), "a b");
            Reading.of(resource);
            Reading.of(resource.query("status"));
            Reading.of(resource.query("status").query("x"));
            assertThat(server.requests())
                    .extracting(request -> request.uri().toString())
                    .containsExactly("/a?x=1&status=a%20b&status=100&status=a%20b", "/a?x=1", "/a");
            assertThatNullPointerException().isThrownBy(() -> resource.query("status", "a", null));
            assertThatNullPointerException().isThrownBy(() -> resource.query("status", (Object[]) null));
            assertThatIllegalArgumentException().isThrownBy(() -> resource.query(" ", 1));
        }
    }
}
