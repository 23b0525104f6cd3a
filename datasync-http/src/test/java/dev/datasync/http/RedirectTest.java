package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.datasync.http.Call.Safety;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.http.TestServer.Request;
import dev.datasync.run.Retries;
import dev.datasync.source.ReadException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a request may be sent on to, and that no secret ever comes to another server. */
class RedirectTest {

    private static final int[] CODES = {301, 302, 303, 307, 308};
    private static final String[] METHODS = {"GET", "POST", "PATCH", "DELETE"};
    private static final String CANARY = "canary-4711";

    private static Map<String, Authentication> authentications() {
        Map<String, Authentication> all = new LinkedHashMap<>();
        all.put("basic", Authentication.basic("me", () -> CANARY));
        all.put("bearer", Authentication.bearer(() -> CANARY));
        all.put("key in a header", Authentication.apiKeyHeader("X-API-Key", () -> CANARY));
        all.put("key in the query", Authentication.apiKeyQuery("api_key", () -> CANARY));
        return all;
    }

    private static Call call(String method, URI uri) {
        return method.equals("GET") || method.equals("HEAD")
                ? new Call(method, uri, List.of(), null, Safety.SAFE, "page 1")
                : new Call(
                        method,
                        uri,
                        List.of(new Call.Header("If-Match", "\"7\"")),
                        new Call.Body("{\"name\":\"Ada\"}".getBytes(StandardCharsets.UTF_8), "application/json"),
                        Safety.ONCE,
                        "key 1");
    }

    private static Answer send(HttpApi api, Call call) throws Exception {
        try (Session session = new Session(api, action -> {})) {
            return session.send(call);
        }
    }

    /** A server that redirects everything but /end to where it is told. */
    private static final class Redirecting implements TestServer.Handler {

        private volatile int code;
        private volatile String location = "";

        @Override
        public Reply reply(Request request) {
            return request.path().equals("/end")
                    ? Reply.json("[]")
                    : Reply.of(code).header("Location", location).header("Set-Cookie", "session=" + CANARY);
        }
    }

    @Test
    void the_matrix_of_redirects(@TempDir Path directory) throws Exception {
        TestTls tls = TestTls.in(directory);
        HttpClient client = tls.client();
        Redirecting plain = new Redirecting();
        Redirecting safe = new Redirecting();
        int checked = 0;
        try (TestServer http = TestServer.start(plain);
                TestServer https = TestServer.startTls(tls.context(), safe);
                TestServer other = TestServer.start(request -> Reply.json("[]"))) {
            Map<String, String[]> ways = new LinkedHashMap<>();
            ways.put("same server", new String[] {http.at(""), http.at("/end")});
            ways.put("same server, relative", new String[] {http.at(""), "end"});
            ways.put("same safe server", new String[] {https.at(""), https.at("/end")});
            ways.put("other port", new String[] {http.at(""), other.at("/end")});
            ways.put("other port, without scheme", new String[] {http.at(""), "//localhost:" + other.port() + "/end"});
            ways.put("http to https", new String[] {http.at(""), https.at("/end")});
            ways.put("https to http", new String[] {https.at(""), http.at("/end")});
            ways.put("other host", new String[] {http.at(""), "http://127.0.0.1:" + http.port() + "/end"});
            ways.put(
                    "other port, with password",
                    new String[] {http.at(""), "http://a:b@localhost:" + other.port() + "/end"});
            for (Map.Entry<String, String[]> way : ways.entrySet()) {
                boolean same = way.getKey().startsWith("same");
                String from = way.getValue()[0];
                for (int code : CODES) {
                    plain.code = code;
                    safe.code = code;
                    plain.location = way.getValue()[1];
                    safe.location = way.getValue()[1];
                    for (String method : METHODS) {
                        for (Map.Entry<String, Authentication> authentication :
                                authentications().entrySet()) {
                            if (way.getKey().contains(",")
                                    && !authentication.getKey().equals("bearer")) {
                                continue;
                            }
                            String where = code + " " + method + " " + way.getKey() + " " + authentication.getKey();
                            List<Integer> before = counts(http, https, other);
                            HttpApi api = HttpApi.at(from)
                                    .client(client)
                                    .retries(Retries.none())
                                    .authentication(authentication.getValue());
                            Throwable thrown = null;
                            Answer answer = null;
                            try {
                                answer = send(api, call(method, URI.create(from + "/start?page=1")));
                            } catch (ReadException | NoAnswerException e) {
                                thrown = e;
                            }
                            List<Request> sent = since(before, http, https, other);
                            boolean follows = same && (method.equals("GET") || code >= 307);
                            assertThat(sent).as(where).hasSize(follows ? 2 : 1);
                            assertThat(shows(sent.get(0))).as(where).isTrue();
                            assertThat(other.requests()).as(where).isEmpty();
                            if (follows) {
                                Request second = sent.get(1);
                                assertThat(answer).as(where).isNotNull();
                                assertThat(answer.status()).as(where).isEqualTo(200);
                                assertThat(answer.uri()).as(where).isEqualTo(URI.create(from + "/end"));
                                assertThat(second.method()).as(where).isEqualTo(method);
                                assertThat(shows(second)).as(where).isTrue();
                                assertThat(second.text())
                                        .as(where)
                                        .isEqualTo(method.equals("GET") ? "" : "{\"name\":\"Ada\"}");
                                assertThat(second.header("If-Match"))
                                        .as(where)
                                        .isEqualTo(method.equals("GET") ? null : "\"7\"");
                                assertThat(second.header("Cookie")).as(where).isNull();
                            } else {
                                ReadException failure = thrown instanceof NoAnswerException lost
                                        ? lost.failure()
                                        : (ReadException) thrown;
                                assertThat(thrown instanceof NoAnswerException)
                                        .as(where + ": may have been done")
                                        .isEqualTo(!method.equals("GET") && code < 307);
                                assertThat(failure.code()).as(where).isEqualTo("E-HTTP-REDIRECT");
                                assertThat(failure)
                                        .as(where)
                                        .hasMessageNotContaining(CANARY)
                                        .hasNoCause();
                                if (!same && !(thrown instanceof NoAnswerException)) {
                                    assertThat(failure)
                                            .as(where)
                                            .hasMessageContaining(RequestUri.origin(URI.create(from)) + " -> http");
                                }
                            }
                            checked++;
                        }
                    }
                }
            }
        }
        assertThat(checked).isEqualTo((6 * 4 + 3) * 5 * 4);
    }

    private static boolean shows(Request request) {
        return (request.headers().toString() + request.uri()).contains(CANARY)
                || Authentication.basicValue("me", CANARY).equals(request.header("Authorization"));
    }

    private static List<Integer> counts(TestServer... servers) {
        List<Integer> counts = new ArrayList<>();
        for (TestServer server : servers) {
            counts.add(server.requests().size());
        }
        return counts;
    }

    private static List<Request> since(List<Integer> before, TestServer... servers) {
        List<Request> sent = new ArrayList<>();
        for (int i = 0; i < servers.length; i++) {
            List<Request> all = servers[i].requests();
            sent.addAll(all.subList(before.get(i), all.size()));
        }
        return sent;
    }

    @Test
    void cookies_are_neither_sent_nor_taken() {
        HttpApi api = HttpApi.at("https://x.example");
        for (String name :
                new String[] {"Cookie", "cookie", "Authorization", "X-API-Key", "X-Auth-Token", "My-Secret"}) {
            assertThatThrownBy(() -> api.header(name, CANARY))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("authentication(")
                    .hasMessageNotContaining(CANARY);
        }
        assertThat(api.client().cookieHandler()).isEmpty();
    }

    @Test
    void a_circle_is_noticed() throws Exception {
        try (TestServer server = TestServer.start(
                request -> Reply.of(302).header("Location", request.path().equals("/a") ? "/b" : "/a"))) {
            assertThatThrownBy(() -> send(HttpApi.at(server.at("")), call("GET", server.uri("/a"))))
                    .isInstanceOfSatisfying(
                            ReadException.class, e -> assertThat(e.code()).isEqualTo("E-HTTP-REDIRECT"))
                    .hasMessageContaining("circle");
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void a_server_that_repeats_the_key_redirects_in_a_circle_too() throws Exception {
        try (TestServer server = TestServer.start(
                request -> Reply.of(307).header("Location", request.uri().toString()))) {
            assertThatThrownBy(() -> send(
                            HttpApi.at(server.at(""))
                                    .authentication(Authentication.apiKeyQuery("api key", () -> CANARY)),
                            call("GET", server.uri("/a?page=1"))))
                    .hasMessageContaining("circle")
                    .hasMessageNotContaining(CANARY);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void five_redirects_are_followed_and_six_are_not() throws Exception {
        AtomicInteger count = new AtomicInteger();
        int[] most = {5};
        try (TestServer server = TestServer.start(request -> count.getAndIncrement() < most[0]
                ? Reply.of(301).header("Location", "/hop/" + count.get())
                : Reply.json("[]"))) {
            assertThat(send(HttpApi.at(server.at("")), call("GET", server.uri("/a")))
                            .uri())
                    .isEqualTo(server.uri("/hop/5"));
            count.set(0);
            most[0] = 6;
            assertThatThrownBy(() -> send(HttpApi.at(server.at("")), call("GET", server.uri("/a"))))
                    .isInstanceOfSatisfying(
                            ReadException.class, e -> assertThat(e.code()).isEqualTo("E-HTTP-REDIRECT"));
            assertThat(server.requests()).hasSize(6 + 6);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://",
                "ftp://localhost/end",
                "http:///end",
                "ht tp://x",
                "%",
                "mailto:a@b",
                "//",
                "\\\\x"
            })
    void a_redirect_to_nowhere_is_a_typed_error(String location) throws Exception {
        try (TestServer server = TestServer.start(
                request -> location.isEmpty() ? Reply.of(302) : Reply.of(302).header("Location", location))) {
            assertThatThrownBy(() -> send(HttpApi.at(server.at("")), call("GET", server.uri("/a"))))
                    .isInstanceOfSatisfying(
                            ReadException.class, e -> assertThat(e.code()).isEqualTo("E-HTTP-REDIRECT"))
                    .hasNoCause();
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void other_statuses_from_300_on_cannot_be_followed_and_not_modified_is_an_answer() throws Exception {
        for (int status : new int[] {300, 304, 305, 306, 310}) {
            try (TestServer server =
                    TestServer.start(request -> Reply.of(status).header("Location", "/b"))) {
                HttpApi api = HttpApi.at(server.at(""));
                if (status == 304) {
                    assertThat(send(api, call("GET", server.uri("/a"))).status())
                            .isEqualTo(304);
                } else {
                    assertThatThrownBy(() -> send(api, call("GET", server.uri("/a"))))
                            .hasMessageContaining("status " + status);
                }
                assertThat(server.requests()).hasSize(1);
            }
        }
    }

    @Test
    void a_redirect_may_lead_to_something_that_fails_in_passing() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (TestServer server = TestServer.start(request -> request.path().equals("/a")
                ? Reply.of(302).header("Location", "/b#part")
                : Reply.of(count.incrementAndGet() < 2 ? 503 : 200))) {
            Answer answer = send(HttpApi.at(server.at("")).timing(new FakeTiming()), call("GET", server.uri("/a")));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.uri()).isEqualTo(server.uri("/b"));
            assertThat(server.requests()).hasSize(4);
            Throwable spent =
                    catchThrowable(() -> send(HttpApi.at(server.at("")).budget(1), call("GET", server.uri("/a"))));
            assertThat(spent).isInstanceOf(BudgetSpentException.class);
        }
    }

    @Test
    void a_certificate_that_is_not_trusted_is_said_and_not_tried_again(@TempDir Path directory) throws Exception {
        FakeTiming timing = new FakeTiming();
        try (TestServer server = TestServer.startTls(TestTls.in(directory).context(), request -> Reply.of(200))) {
            assertThatThrownBy(() -> send(HttpApi.at(server.at("")).timing(timing), call("POST", server.uri("/a"))))
                    .isInstanceOfSatisfying(NoAnswerException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo("E-HTTP-CONNECT");
                        assertThat(e.mayHaveArrived()).isFalse();
                    })
                    .hasMessageContaining("certificate");
            assertThat(timing.pauses()).isEmpty();
            assertThat(server.requests()).isEmpty();
        }
    }
}
