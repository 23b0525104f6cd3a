package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.datasync.http.Call.Safety;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.run.Retries;
import dev.datasync.source.ReadException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One request and its whole answer, on servers that break it in every way. */
class ExchangeTest {

    private static final String BODY = "[{\"id\":1},{\"id\":2}]";

    private final FakeTiming timing = new FakeTiming();

    private HttpApi once(RawServer server) {
        return HttpApi.at(server.at("")).timing(timing).retries(Retries.none());
    }

    private static Answer get(HttpApi api) throws Exception {
        return send(api, Call.get(RequestUri.below(api.base(), "/a"), List.of(), "page 1"));
    }

    private static Answer send(HttpApi api, Call call) throws Exception {
        try (Session session = new Session(api, action -> {})) {
            return session.send(call);
        }
    }

    private static Call post(URI uri) {
        return new Call(
                "POST",
                uri,
                List.of(),
                new Call.Body("{}".getBytes(StandardCharsets.UTF_8), "application/json"),
                Safety.ONCE,
                "key 1");
    }

    private static String code(Answer answer) {
        Throwable thrown = catchThrowable(answer::body);
        return thrown == null ? "none" : ((ReadException) thrown).code();
    }

    @Test
    void a_whole_body_is_read_however_it_is_framed() throws Exception {
        for (String head : new String[] {
            "Content-Length: " + BODY.length() + "\r\n\r\n" + BODY,
            "Content-Length: " + BODY.length() + "\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY,
            "Transfer-Encoding: chunked\r\n\r\n" + chunked(BODY),
            "Content-Encoding: identity\r\nTransfer-Encoding: Chunked\r\n\r\n" + chunked(BODY),
        }) {
            try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n" + head)) {
                Answer answer = get(once(server));
                assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(BODY);
                assertThat(answer.framing()).isEqualTo(Answer.Framing.PROVEN);
                assertThat(answer.uri()).isEqualTo(server.uri("/a"));
            }
        }
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\n\r\n" + BODY)) {
            Answer answer = get(once(server));
            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(BODY);
            assertThat(answer.framing()).isEqualTo(Answer.Framing.CLOSED);
        }
    }

    private static String chunked(String body) {
        int half = body.length() / 2;
        return Integer.toHexString(half) + "\r\n" + body.substring(0, half) + "\r\n"
                + Integer.toHexString(body.length() - half) + "\r\n" + body.substring(half) + "\r\n0\r\n\r\n";
    }

    @Test
    void an_answer_that_is_cut_anywhere_is_never_a_shorter_one() throws Exception {
        byte[] plain = BODY.getBytes(StandardCharsets.ISO_8859_1);
        byte[] zipped = Reply.gzipped(plain);
        byte[][] answers = {
            bytes("HTTP/1.1 200 OK\r\nContent-Length: " + plain.length + "\r\n\r\n" + BODY, new byte[0]),
            bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(BODY), new byte[0]),
            bytes("HTTP/1.1 200 OK\r\n\r\n" + BODY, new byte[0]),
            bytes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + zipped.length + "\r\n\r\n", zipped),
            bytes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", zipped),
        };
        int whole = 0;
        for (byte[] all : answers) {
            String head = new String(all, StandardCharsets.ISO_8859_1);
            int start = head.indexOf("\r\n\r\n") + 4;
            AtomicInteger cut = new AtomicInteger();
            HttpClient client = HttpClient.newHttpClient();
            try (RawServer server = RawServer.start(connection -> {
                if (connection.request() != null) {
                    connection.write(Arrays.copyOf(all, cut.get()));
                }
            })) {
                for (int length = 0; length <= all.length; length++) {
                    cut.set(length);
                    Answer answer;
                    try {
                        answer = get(once(server).client(client));
                    } catch (NoAnswerException e) {
                        assertThat(e.failure().code()).startsWith("E-HTTP-");
                        assertThat(length).isLessThan(start);
                        continue;
                    }
                    String code = code(answer);
                    boolean lasts = Arrays.equals(code.equals("none") ? answer.body() : null, plain);
                    String where =
                            "cut after " + length + " of " + all.length + " bytes of " + head.substring(0, start);
                    if (answer.framing() == Answer.Framing.PROVEN) {
                        assertThat(lasts).as(where).isTrue();
                        whole++;
                    } else if (code.equals("none")) {
                        assertThat(head).as(where).doesNotContain("Content-Length", "chunked", "gzip");
                    } else {
                        assertThat(code).as(where).isEqualTo("E-HTTP-TRUNCATED");
                    }
                }
            }
        }
        // one for each framing that proves the end; the last line break of a chunked body is not waited for by some
        // JDKs
        assertThat(whole).isBetween(4, 6);
    }

    private static byte[] bytes(String head, byte[] body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body);
        return all.toByteArray();
    }

    @Test
    void a_cut_off_page_is_asked_for_again() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (RawServer server = RawServer.start(connection -> {
            connection.request();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n"
                    + (count.incrementAndGet() < 3 ? BODY.substring(0, 9) : BODY));
        })) {
            Answer answer = get(HttpApi.at(server.at("")).timing(timing));
            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(BODY);
            assertThat(answer.attempts()).isEqualTo(3);
            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void an_answer_to_a_change_whose_body_is_cut_off_still_has_its_status() throws Exception {
        try (RawServer server =
                RawServer.answering("HTTP/1.1 201 Created\r\nContent-Length: 100\r\nETag: \"7\"\r\n\r\n{\"id\":")) {
            Answer answer = send(HttpApi.at(server.at("")).timing(timing), post(server.uri("/a")));
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.headers().firstValue("ETag")).hasValue("\"7\"");
            assertThat(code(answer)).isEqualTo("E-HTTP-TRUNCATED");
            assertThatThrownBy(answer::body)
                    .hasMessageContaining("6 of 100 bytes")
                    .hasMessageContaining(server.at("/a"))
                    .hasNoCause();
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Length: 5;Content-Length: 6|E-HTTP-PROTOCOL",
                "Content-Length: 5;Transfer-Encoding: chunked|E-HTTP-PROTOCOL",
                "Transfer-Encoding: gzip, chunked|E-HTTP-ENCODING",
                "Transfer-Encoding: identity|E-HTTP-ENCODING",
                "Content-Encoding: br|E-HTTP-ENCODING",
                "Content-Encoding: gzip, gzip|E-HTTP-ENCODING",
                "Content-Encoding: gzip|E-HTTP-ENCODING",
                "Content-Length: 99999999999|E-HTTP-TOO-LARGE",
                "Content-Length: 16777217|E-HTTP-TOO-LARGE",
                "Content-Length: 99999999999999999999|any",
                "Content-Length: -5|any",
                "Content-Length: five|any",
                "Content-Length:|any",
                "Content-Length: 5, 5|any",
            })
    void wrong_headers_of_an_answer_are_typed_errors(String headers, String expected) throws Exception {
        try (RawServer server = RawServer.answering(
                "HTTP/1.1 200 OK\r\n" + headers.replace(";", "\r\n") + "\r\n\r\ncanary-of-the-body")) {
            Throwable thrown = catchThrowable(() -> get(once(server)).body());
            ReadException failure = thrown instanceof NoAnswerException lost ? lost.failure() : (ReadException) thrown;
            assertThat(failure.code()).startsWith("E-HTTP-");
            assertThat(failure).hasNoCause().hasMessageNotContaining("canary");
            if (!expected.equals("any")) {
                assertThat(failure.code()).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\r\n\r\n",
                "canary\r\n\r\n",
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 canary\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/9.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA b: canary\r\n\r\n",
                "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc",
                "SSH-2.0-canary\r\n",
            })
    void what_is_no_http_is_a_typed_error(String answer) throws Exception {
        try (RawServer server = RawServer.answering(answer)) {
            Throwable thrown = catchThrowable(() -> get(once(server)).body());
            assertThat(thrown).isInstanceOfSatisfying(NoAnswerException.class, e -> {
                assertThat(e.failure().code()).isIn("E-HTTP-PROTOCOL", "E-HTTP-CONNECT");
                assertThat(e.failure()).hasNoCause().hasMessageNotContaining("canary");
                assertThat(e.mayHaveArrived()).isTrue();
            });
        }
    }

    @Test
    void a_body_that_is_too_large_is_not_taken_into_memory() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = RawServer.start(connection -> {
            connection.request();
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "2000\r\n" + " ".repeat(0x2000) + "\r\n";
            try {
                while (true) {
                    connection.write(chunk);
                }
            } catch (IOException e) {
                closed.countDown();
            }
        })) {
            Answer answer = get(HttpApi.at(server.at("")).timing(timing).largestBody(100_000));
            assertThat(code(answer)).isEqualTo("E-HTTP-TOO-LARGE");
            assertThat(server.requests()).as("it does not become smaller").hasSize(1);
            assertThat(closed.await(10, TimeUnit.SECONDS))
                    .as("the connection is closed")
                    .isTrue();
        }
    }

    @Test
    void a_small_body_that_becomes_large_is_not_taken_into_memory() throws Exception {
        byte[] bomb = Reply.gzipped(new byte[50_000_000]);
        try (TestServer server = TestServer.start(
                request -> Reply.of(200).header("Content-Encoding", "gzip").body(bomb))) {
            Answer answer = get(HttpApi.at(server.at("")).timing(timing).largestBody(1_000_000));
            assertThat(bomb.length).isLessThan(100_000);
            assertThat(code(answer)).isEqualTo("E-HTTP-TOO-LARGE");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void gzip_is_asked_for_and_understood() throws Exception {
        for (String name : new String[] {"gzip", "x-gzip", "GZip"}) {
            try (TestServer server = TestServer.start(request -> Reply.json(BODY)
                    .body(Reply.gzipped(BODY.getBytes(StandardCharsets.UTF_8)))
                    .header("Content-Encoding", name)
                    .chunked())) {
                Answer answer = get(HttpApi.at(server.at("")));
                assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(BODY);
                assertThat(server.requests().get(0).header("Accept-Encoding")).isEqualTo("gzip");
            }
        }
    }

    @Test
    void answers_without_body_are_whole() throws Exception {
        for (int status : new int[] {204, 304}) {
            try (TestServer server =
                    TestServer.start(request -> Reply.of(status).header("Content-Encoding", "gzip"))) {
                Answer answer = get(HttpApi.at(server.at("")));
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.body()).isEmpty();
                assertThat(answer.framing()).isEqualTo(Answer.Framing.PROVEN);
            }
        }
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")) {
            Answer answer =
                    send(once(server), new Call("HEAD", server.uri("/a"), List.of(), null, Safety.SAFE, "page 1"));
            assertThat(answer.body()).isEmpty();
            assertThat(answer.framing()).isEqualTo(Answer.Framing.PROVEN);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345",
                "HTTP/1.1 200 OK\r\n\r\n12345",
            })
    void a_stalled_answer_ends_with_the_deadline_and_its_connection_with_it(String sent) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = stalling(sent, closed)) {
            ReadException failure = failure(once(server).timeout(Duration.ofMillis(500)));
            assertThat(failure.code()).isEqualTo("E-HTTP-STALLED");
            assertThat(failure).hasMessageContaining("500 ms").hasNoCause();
            assertThat(closed.await(20, TimeUnit.SECONDS))
                    .as("the connection is closed")
                    .isTrue();
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void a_stalled_page_is_asked_for_again_and_says_how_far_it_came() throws Exception {
        CountDownLatch closed = new CountDownLatch(2);
        try (RawServer server = stalling("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", closed)) {
            ReadException failure = failure(HttpApi.at(server.at(""))
                    .timing(timing)
                    .timeout(Duration.ofMillis(1500))
                    .retries(Retries.upTo(2, Duration.ZERO)));
            assertThat(failure).hasMessageContaining("5 bytes").hasMessageContaining("the last of 2 attempts");
            assertThat(closed.await(20, TimeUnit.SECONDS))
                    .as("the connections are closed")
                    .isTrue();
            assertThat(server.requests()).hasSize(2);
        }
    }

    private static RawServer stalling(String sent, CountDownLatch closed) {
        return RawServer.start(connection -> {
            connection.request();
            connection.write(sent);
            connection.awaitClosed();
            closed.countDown();
        });
    }

    private static ReadException failure(HttpApi api) {
        Throwable thrown = catchThrowable(() -> get(api).body());
        return thrown instanceof NoAnswerException lost ? lost.failure() : (ReadException) thrown;
    }

    @Test
    void a_body_that_comes_byte_by_byte_ends_with_the_deadline() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer server = RawServer.start(connection -> {
            connection.request();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
            try {
                // a pause of the server's, which ends early when the test is over
                while (!over.await(5, TimeUnit.MILLISECONDS)) {
                    connection.write(" ");
                }
            } catch (IOException e) {
                over.countDown();
            }
        })) {
            ReadException failure = failure(once(server).timeout(Duration.ofMillis(500)));
            assertThat(failure.code()).isEqualTo("E-HTTP-STALLED");
            assertThat(over.await(20, TimeUnit.SECONDS))
                    .as("the connection is closed")
                    .isTrue();
        }
    }

    @Test
    void a_change_is_sent_once_although_its_old_connection_was_lost() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (RawServer server = RawServer.start(connection -> {
            // answers the first request of each connection, and loses the others
            connection.request();
            requests.incrementAndGet();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]");
            connection.request();
            requests.incrementAndGet();
        })) {
            for (String method : new String[] {"POST", "PATCH", "PUT", "DELETE"}) {
                HttpApi api = HttpApi.at(server.at("")).timing(timing);
                try (Session session = new Session(api, action -> {})) {
                    session.send(Call.get(server.uri("/a"), List.of(), "page 1"));
                    int before = requests.get();
                    Throwable thrown = catchThrowable(() ->
                            session.send(new Call(method, server.uri("/a"), List.of(), null, Safety.ONCE, "key 1")));
                    assertThat(thrown)
                            .isInstanceOfSatisfying(
                                    NoAnswerException.class,
                                    e -> assertThat(e.mayHaveArrived()).isTrue());
                    assertThat(requests.get() - before).as(method + " requests").isEqualTo(1);
                }
            }
            assertThat(server.accepted()).as("connections were used again").isEqualTo(4);
        }
    }

    @Test
    void a_page_is_asked_for_again_when_its_old_connection_was_lost() throws Exception {
        try (RawServer server = RawServer.start(connection -> {
            connection.request();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]");
            connection.request();
            connection.reset();
        })) {
            HttpApi api = HttpApi.at(server.at("")).timing(timing);
            for (int i = 0; i < 5; i++) {
                assertThat(get(api).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void an_interim_answer_is_not_the_answer() throws Exception {
        try (RawServer server = RawServer.answering(
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")) {
            Throwable thrown = catchThrowable(
                    () -> assertThat(get(once(server)).body()).isEqualTo("[]".getBytes(StandardCharsets.UTF_8)));
            // newer JDKs skip it, older ones do not
            if (thrown != null) {
                assertThat(thrown).isInstanceOfSatisfying(NoAnswerException.class, e -> {
                    assertThat(e.failure().code()).isEqualTo("E-HTTP-PROTOCOL");
                    assertThat(e.mayHaveArrived()).isTrue();
                });
            }
        }
    }

    @Test
    void a_header_that_cannot_be_sent_is_a_typed_error() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.of(200))) {
            for (Call.Header header : new Call.Header[] {
                new Call.Header("If-Match", "canary\n"),
                new Call.Header("Host", "canary"),
                new Call.Header("", "canary")
            }) {
                Call call = Call.get(server.uri("/a"), List.of(header), "page 1");
                assertThatThrownBy(() -> send(HttpApi.at(server.at("")), call))
                        .isInstanceOfSatisfying(
                                ReadException.class, e -> assertThat(e.code()).isEqualTo("E-HTTP-REQUEST"))
                        .hasMessageNotContaining("canary")
                        .hasNoCause();
            }
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void a_client_that_takes_no_requests_is_a_typed_error() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        threads.shutdown();
        HttpClient client = HttpClient.newBuilder().executor(threads).build();
        try (TestServer server = TestServer.start(request -> Reply.of(200))) {
            Throwable thrown = catchThrowable(
                    () -> send(HttpApi.at(server.at("")).client(client).timing(timing), post(server.uri("/a"))));
            assertThat(thrown).isInstanceOfSatisfying(NoAnswerException.class, e -> {
                assertThat(e.failure().code()).startsWith("E-HTTP-");
                assertThat(e.failure()).hasNoCause();
            });
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void the_jdk_s_time_limit_does_not_cover_the_body() throws Exception {
        try (RawServer server = RawServer.start(connection -> {
            connection.request();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
            connection.awaitClosed();
        })) {
            CompletableFuture<HttpResponse<String>> response = HttpClient.newHttpClient()
                    .sendAsync(
                            HttpRequest.newBuilder(server.uri("/a"))
                                    .timeout(Duration.ofMillis(100))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThatThrownBy(() -> response.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            response.cancel(true);
        }
    }

    @Test
    void the_client_does_not_follow_redirects() {
        assertThat(HttpApi.at("https://x.example").client().followRedirects()).isEqualTo(HttpClient.Redirect.NEVER);
        assertThatThrownBy(() -> HttpApi.at("https://x.example")
                        .client(HttpClient.newBuilder()
                                .followRedirects(HttpClient.Redirect.NORMAL)
                                .build()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
