package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.datasync.http.Call.Safety;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.http.TestServer.Request;
import dev.datasync.source.ReadException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks, and what happens when the server does not believe it. */
class AuthenticationTest {

    private final FakeTiming timing = new FakeTiming();

    private Answer get(TestServer server, Authentication authentication) throws Exception {
        return send(HttpApi.at(server.at("")).timing(timing).authentication(authentication), Safety.SAFE);
    }

    private static Answer send(HttpApi api, Safety safety) throws Exception {
        try (Session session = new Session(api, action -> {})) {
            return session.send(call(api, safety));
        }
    }

    private static Call call(HttpApi api, Safety safety) {
        return new Call(
                safety == Safety.SAFE ? "GET" : "POST",
                RequestUri.below(api.base(), "/a?page=1"),
                List.of(),
                null,
                safety,
                "page 1");
    }

    private static String code(Throwable thrown) {
        return thrown instanceof NoAnswerException lost ? lost.failure().code() : ((ReadException) thrown).code();
    }

    /** A server of an API and of its tokens, which accepts the newest token only. */
    private static final class Guarded implements TestServer.Handler {

        private final AtomicInteger tokens = new AtomicInteger();
        private volatile String lifetime = "3600";
        private volatile boolean accepts = true;

        @Override
        public Reply reply(Request request) {
            if (request.path().equals("/token")) {
                return Reply.json("{\"access_token\":\"token-" + tokens.incrementAndGet()
                        + "\",\"token_type\":\"bearer\",\"expires_in\":" + lifetime + "}");
            }
            return accepts && ("Bearer token-" + tokens.get()).equals(request.header("Authorization"))
                    ? Reply.json("[]")
                    : Reply.of(401);
        }
    }

    private static Authentication client(TestServer server) {
        return Authentication.clientCredentials(server.at("/token"), "client:1", () -> "s e+c/ret");
    }

    @Test
    void each_kind_is_sent_as_its_standard_says() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.json("[]"))) {
            get(server, Authentication.basic("Aladdin", () -> "open sesame"));
            get(server, Authentication.basic("me", () -> "pässwörd"));
            get(server, Authentication.bearer(() -> "abc.def-_~+/="));
            get(server, Authentication.apiKeyHeader("X-API-Key", () -> "one two"));
            get(server, Authentication.apiKeyQuery("api_key", () -> "a&b=ü"));
            List<Request> requests = server.requests();
            assertThat(requests.get(0).header("Authorization")).isEqualTo("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
            assertThat(requests.get(1).header("Authorization"))
                    .isEqualTo("Basic "
                            + Base64.getEncoder().encodeToString("me:pässwörd".getBytes(StandardCharsets.UTF_8)));
            assertThat(requests.get(2).header("Authorization")).isEqualTo("Bearer abc.def-_~+/=");
            assertThat(requests.get(3).header("X-API-Key")).isEqualTo("one two");
            assertThat(requests.get(4).query("api_key")).isEqualTo("a&b=ü");
            assertThat(requests.get(4).query("page")).isEqualTo("1");
            assertThat(requests.get(4).header("Authorization")).isNull();
        }
    }

    @Test
    void a_secret_that_has_changed_is_sent_once_more() throws Exception {
        try (TestServer server = TestServer.start(
                request -> "Bearer new".equals(request.header("Authorization")) ? Reply.json("[]") : Reply.of(401))) {
            for (Safety safety : new Safety[] {Safety.SAFE, Safety.ONCE}) {
                AtomicInteger asked = new AtomicInteger();
                Answer answer = send(
                        HttpApi.at(server.at(""))
                                .authentication(
                                        Authentication.bearer(() -> asked.incrementAndGet() == 1 ? "old" : "new")),
                        safety);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.attempts()).isEqualTo(2);
                assertThat(answer.mayHaveArrivedBefore()).isFalse();
            }
            assertThat(server.requests()).hasSize(4);
        }
    }

    @Test
    void a_secret_that_is_not_accepted_ends_the_reading() throws Exception {
        AtomicInteger changing = new AtomicInteger();
        try (TestServer server = TestServer.start(request -> Reply.of(401).body("{\"error\":\"canary\"}"))) {
            Throwable same = catchThrowable(() -> get(server, Authentication.bearer(() -> "old")));
            assertThat(code(same)).isEqualTo("E-HTTP-AUTH");
            assertThat(same)
                    .isInstanceOf(ReadException.class)
                    .hasMessageContaining("401")
                    .hasMessageNotContaining("canary");
            assertThat(server.requests()).hasSize(1);
            Throwable changed = catchThrowable(
                    () -> get(server, Authentication.bearer(() -> "token" + changing.incrementAndGet())));
            assertThat(code(changed)).isEqualTo("E-HTTP-AUTH");
            assertThat(changed).hasMessageContaining("renewed");
            assertThat(server.requests()).hasSize(3);
            Throwable nobody = catchThrowable(() -> send(HttpApi.at(server.at("")), Safety.SAFE));
            assertThat(code(nobody)).isEqualTo("E-HTTP-AUTH");
            assertThat(nobody).hasMessageContaining("authentication(...)");
            assertThat(server.requests()).hasSize(4);
        }
    }

    @Test
    void a_change_that_may_have_arrived_before_is_not_said_to_be_refused() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (TestServer server = TestServer.start(request -> Reply.of(count.incrementAndGet() == 1 ? 500 : 401))) {
            HttpApi api = HttpApi.at(server.at("")).timing(timing).authentication(Authentication.bearer(() -> "old"));
            Throwable thrown = catchThrowable(() -> send(api, Safety.IDEMPOTENT));
            assertThat(thrown).isInstanceOfSatisfying(NoAnswerException.class, e -> {
                assertThat(e.failure().code()).isEqualTo("E-HTTP-AUTH");
                assertThat(e.mayHaveArrived()).isTrue();
            });
        }
    }

    private static List<Supplier<String>> wrongSuppliers() {
        List<Supplier<String>> wrong = new ArrayList<>();
        wrong.add(() -> null);
        wrong.add(() -> "");
        wrong.add(() -> "  ");
        wrong.add(() -> "canary\n");
        wrong.add(() -> "canary\r\nX-Other: canary");
        wrong.add(() -> {
            throw new IllegalStateException("canary", new RuntimeException("canary"));
        });
        return wrong;
    }

    @Test
    void a_supplier_that_gives_nothing_usable_is_said_and_nothing_is_sent() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.json("[]"))) {
            for (Supplier<String> wrong : wrongSuppliers()) {
                for (Authentication authentication : new Authentication[] {
                    Authentication.basic("me", wrong),
                    Authentication.bearer(wrong),
                    Authentication.apiKeyHeader("X-Key", wrong),
                    Authentication.apiKeyQuery("key", wrong),
                    Authentication.clientCredentials(server.at("/token"), "me", wrong),
                    Authentication.clientCredentials(server.at("/token"), "me", wrong)
                            .inBody()
                }) {
                    Throwable thrown = catchThrowable(() -> get(server, authentication));
                    assertThat(code(thrown)).isEqualTo("E-HTTP-AUTH");
                    assertThat(thrown)
                            .hasMessageContaining("suppl")
                            .hasMessageNotContaining("canary")
                            .hasNoCause();
                }
            }
            for (String wrong : new String[] {"canary canary", "canary ", "canäry", "canary\u0000", "canary\t"}) {
                Throwable thrown = catchThrowable(() -> get(server, Authentication.bearer(() -> wrong)));
                assertThat(code(thrown)).isEqualTo("E-HTTP-AUTH");
                assertThat(thrown).hasMessageNotContaining(wrong);
            }
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void what_cannot_be_is_refused_at_once() {
        Supplier<String> secret = () -> "x";
        for (String user : new String[] {"", "a:b", "a\nb"}) {
            assertThatThrownBy(() -> Authentication.basic(user, secret)).isInstanceOf(IllegalArgumentException.class);
        }
        for (String name : new String[] {"", "a b", "Host", "content-length", "Ä", "a:"}) {
            assertThatThrownBy(() -> Authentication.apiKeyHeader(name, secret))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Authentication.apiKeyQuery("", secret)).isInstanceOf(IllegalArgumentException.class);
        for (String uri : new String[] {
            "http://login.example.com/token",
            "https://me:canary@login.example.com/token",
            "login.example.com",
            "http://127.0.0.1.example.com/token",
            "http://localhost.example.com/token",
            "http://1271.0.0.1/token"
        }) {
            assertThatThrownBy(() -> Authentication.clientCredentials(uri, "me", secret))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("canary");
        }
        assertThatThrownBy(() -> Authentication.clientCredentials("https://x.example/token", " ", secret))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Authentication.bearer(secret).scope("read"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("clientCredentials");
        assertThatThrownBy(() -> Authentication.basic("me", secret).inBody()).isInstanceOf(IllegalStateException.class);
        for (String uri : new String[] {"http://127.0.0.1:1/t", "http://[::1]:1/t", "http://LOCALHOST/t"}) {
            assertThat(Authentication.clientCredentials(uri, "me", secret)).hasToString("authentication");
        }
    }

    @Test
    void a_token_is_asked_for_as_the_standard_says_and_kept() throws Exception {
        Guarded guarded = new Guarded();
        try (TestServer server = TestServer.start(guarded)) {
            Authentication authentication = client(server).scope("read write").audience("https://api.example.com/");
            HttpApi api = HttpApi.at(server.at(""))
                    .timing(timing)
                    .header("X-Mine", "1")
                    .authentication(authentication);
            for (int i = 0; i < 5; i++) {
                assertThat(send(api, Safety.SAFE).status()).isEqualTo(200);
            }
            assertThat(guarded.tokens).hasValue(1);
            Request token = server.requests().get(0);
            assertThat(token.method()).isEqualTo("POST");
            assertThat(token.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
            assertThat(token.text())
                    .isEqualTo(
                            "grant_type=client_credentials&scope=read+write&audience=https%3A%2F%2Fapi.example.com%2F");
            assertThat(token.header("Authorization"))
                    .isEqualTo("Basic "
                            + Base64.getEncoder()
                                    .encodeToString("client%3A1:s+e%2Bc%2Fret".getBytes(StandardCharsets.UTF_8)));
            assertThat(token.header("X-Mine")).as("the API's own header").isNull();
        }
    }

    @Test
    void identity_and_secret_can_be_in_the_body() throws Exception {
        try (TestServer server = TestServer.start(new Guarded())) {
            get(server, client(server).inBody());
            Request token = server.requests().get(0);
            assertThat(token.header("Authorization")).isNull();
            assertThat(token.text())
                    .isEqualTo("grant_type=client_credentials&client_id=client%3A1&client_secret=s+e%2Bc%2Fret");
        }
    }

    @ParameterizedTest
    @CsvSource({"3600,3569,3570", "100,89,90", "\"100\",89,90", "1,0,1"})
    void a_token_is_renewed_a_little_before_it_ends(String lifetime, long good, long renewed) throws Exception {
        Guarded guarded = new Guarded();
        guarded.lifetime = lifetime;
        try (TestServer server = TestServer.start(guarded)) {
            Authentication authentication = client(server);
            get(server, authentication);
            timing.pass(Duration.ofSeconds(good));
            get(server, authentication);
            assertThat(guarded.tokens).hasValue(1);
            timing.pass(Duration.ofSeconds(renewed - good));
            get(server, authentication);
            assertThat(guarded.tokens).hasValue(2);
        }
    }

    @Test
    void a_token_without_lifetime_is_kept_until_it_is_refused() throws Exception {
        Guarded guarded = new Guarded();
        guarded.lifetime = "null";
        try (TestServer server = TestServer.start(guarded)) {
            Authentication authentication = client(server);
            get(server, authentication);
            timing.pass(Duration.ofDays(1000));
            get(server, authentication);
            assertThat(guarded.tokens).hasValue(1);
            // somebody else's token is the newest now
            guarded.tokens.incrementAndGet();
            Answer answer = get(server, authentication);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.attempts()).isEqualTo(2);
            assertThat(guarded.tokens).hasValue(3);
            guarded.accepts = false;
            assertThat(code(catchThrowable(() -> get(server, authentication)))).isEqualTo("E-HTTP-AUTH");
            assertThat(guarded.tokens).as("renewed once").hasValue(4);
        }
    }

    @Test
    void many_that_need_a_token_at_the_same_time_get_one() throws Exception {
        Guarded guarded = new Guarded();
        int many = 12;
        ExecutorService threads = Executors.newFixedThreadPool(many);
        try (TestServer server = TestServer.start(guarded)) {
            Authentication authentication = client(server);
            CyclicBarrier together = new CyclicBarrier(many);
            for (int round = 1; round <= 3; round++) {
                List<Future<Answer>> answers = new ArrayList<>();
                for (int i = 0; i < many; i++) {
                    answers.add(threads.submit(() -> {
                        together.await(10, TimeUnit.SECONDS);
                        return get(server, authentication);
                    }));
                }
                for (Future<Answer> answer : answers) {
                    assertThat(answer.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
                }
                assertThat(guarded.tokens).hasValue(round);
                timing.pass(Duration.ofHours(1));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void refused_ones_at_the_same_time_renew_the_token_once() throws Exception {
        int many = 8;
        AtomicInteger tokens = new AtomicInteger();
        CountDownLatch allRefused = new CountDownLatch(many);
        ExecutorService threads = Executors.newFixedThreadPool(many);
        try (TestServer server = TestServer.start(request -> {
            if (request.path().equals("/token")) {
                return Reply.json(
                        "{\"access_token\":\"token-" + tokens.incrementAndGet() + "\",\"token_type\":\"Bearer\"}");
            }
            if ("Bearer token-1".equals(request.header("Authorization"))) {
                allRefused.countDown();
                assertThat(allRefused.await(10, TimeUnit.SECONDS)).isTrue();
                return Reply.of(401);
            }
            return Reply.json("[]");
        })) {
            Authentication authentication = client(server);
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                answers.add(threads.submit(() -> get(server, authentication)));
            }
            for (Future<Answer> answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
            assertThat(tokens).hasValue(2);
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "canary",
                "<html>canary</html>",
                "{}",
                "{\"access_token\":\"canary\"}",
                "{\"access_token\":7,\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"\",\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"canary\",\"token_type\":\"mac\"}",
                "{\"access_token\":\"can\\nary\",\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"canary canary\",\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"canary\",\"access_token\":\"canary\",\"token_type\":\"Bearer\"}",
                "{\"access_token\":\"canary\",\"token_type\":\"Bearer\"} {}",
                "{\"access_token\":\"canary\",\"token_type\":\"Bearer\"",
                "{\"access_token\":\"canary\",\"token_type\":\"Bearer\",\"expires_in\":-1}",
                "{\"access_token\":\"canary\",\"token_type\":\"Bearer\",\"expires_in\":0}",
                "{\"access_token\":\"canary\",\"token_type\":\"Bearer\",\"expires_in\":\"soon\"}",
                "{\"access_token\":\"canary\",\"token_type\":\"Bearer\",\"expires_in\":1.5}",
                "{\"access_token\":\"canary\",\"token_type\":\"Bearer\",\"expires_in\":true}",
            })
    void an_answer_without_a_usable_token_is_a_typed_error(String answer) throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.json(answer))) {
            Throwable thrown = catchThrowable(() -> get(server, client(server)));
            assertThat(code(thrown)).isEqualTo("E-HTTP-AUTH");
            assertThat(thrown)
                    .isInstanceOf(ReadException.class)
                    .hasMessageNotContaining("canary")
                    .hasMessageContaining("/token")
                    .hasNoCause();
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void deep_json_instead_of_a_token_is_a_typed_error() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.json("[".repeat(500_000)))) {
            assertThat(code(catchThrowable(() -> get(server, client(server))))).isEqualTo("E-HTTP-AUTH");
        }
        try (TestServer server = TestServer.start(request -> Reply.json(" ".repeat(2_000_000)))) {
            assertThat(code(catchThrowable(() -> get(server, client(server))))).isEqualTo("E-HTTP-TOO-LARGE");
        }
    }

    @Test
    void a_refusal_of_the_token_shows_known_codes_only() throws Exception {
        for (String error : new String[] {"invalid_client", "invalid_scope", "canary"}) {
            try (TestServer server = TestServer.start(
                    request -> Reply.json("{\"error\":\"" + error + "\",\"error_description\":\"canary\"}")
                            .status(400))) {
                Throwable thrown = catchThrowable(() -> get(server, client(server)));
                assertThat(code(thrown)).isEqualTo("E-HTTP-AUTH");
                assertThat(thrown).hasMessageContaining("status 400").hasMessageNotContaining("canary");
                assertThat(thrown.getMessage().contains(error)).isEqualTo(!error.equals("canary"));
            }
        }
    }

    @Test
    void the_server_of_the_tokens_may_fail_in_passing_and_is_never_redirected() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (TestServer server = TestServer.start(request -> !request.path().equals("/token")
                ? Reply.json("[]")
                : count.incrementAndGet() < 3
                        ? Reply.of(503)
                        : Reply.json("{\"access_token\":\"a\",\"token_type\":\"Bearer\"}"))) {
            // neither the limits nor the budget of the API are for tokens
            HttpApi api = HttpApi.at(server.at(""))
                    .timing(timing)
                    .budget(1)
                    .rateLimit(1, Duration.ofDays(1))
                    .authentication(client(server));
            assertThat(send(api, Safety.ONCE).status()).isEqualTo(200);
            assertThat(count).hasValue(3);
            assertThat(timing.pauses()).hasSize(2);
        }
        try (TestServer other = TestServer.start(request -> Reply.json("[]"));
                TestServer server = TestServer.start(request ->
                        Reply.of(307).header("Location", request.uri().getPath() + "/b"))) {
            assertThat(code(catchThrowable(() -> get(other, client(server))))).isEqualTo("E-HTTP-AUTH");
            assertThat(server.requests()).hasSize(1);
            assertThat(other.requests()).isEmpty();
        }
        try (TestServer other = TestServer.start(request -> Reply.json("[]"));
                RawServer server = RawServer.start(RawServer.Connection::request)) {
            Throwable thrown = catchThrowable(
                    () -> get(other, Authentication.clientCredentials(server.at("/token"), "me", () -> "canary")));
            assertThat(thrown).isInstanceOf(ReadException.class).hasMessageContaining("access token");
            assertThat(code(thrown)).isEqualTo("E-HTTP-CONNECT");
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void a_token_that_ends_in_the_middle_of_a_reading_does_not_end_it() throws Exception {
        Guarded guarded = new Guarded();
        try (TestServer server = TestServer.start(guarded)) {
            HttpApi api = HttpApi.at(server.at("")).timing(timing).authentication(client(server));
            try (Session session = new Session(api, action -> {})) {
                for (int page = 0; page < 10; page++) {
                    if (page % 3 == 2) {
                        guarded.tokens.incrementAndGet();
                    }
                    assertThat(session.send(call(api, Safety.SAFE)).status()).isEqualTo(200);
                }
            }
        }
    }
}
