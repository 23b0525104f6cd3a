package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.http.Call.Safety;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.http.TestServer.Request;
import dev.datasync.run.Retries;
import dev.datasync.source.ReadException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Secrets in every place, in everything that goes wrong: none is ever seen. */
class SecretsTest {

    private static final String CANARY = "canary/zqzq+x";

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final StringBuilder seen = new StringBuilder();

    @BeforeEach
    void listen() {
        PrintStream noting = new PrintStream(printed, true, StandardCharsets.UTF_8);
        System.setOut(noting);
        System.setErr(noting);
    }

    @AfterEach
    void stopListening() {
        System.setOut(out);
        System.setErr(err);
    }

    private static String secret() {
        return CANARY;
    }

    private static Map<String, Function<TestServer, Authentication>> authentications() {
        Map<String, Function<TestServer, Authentication>> all = new LinkedHashMap<>();
        all.put("basic", server -> Authentication.basic("me", SecretsTest::secret));
        all.put("bearer", server -> Authentication.bearer(SecretsTest::secret));
        all.put("key in a header", server -> Authentication.apiKeyHeader("X-API-Key", SecretsTest::secret));
        all.put("key in the query", server -> Authentication.apiKeyQuery("key", SecretsTest::secret));
        all.put(
                "secret of a client",
                server -> Authentication.clientCredentials(server.at("/token"), "me", SecretsTest::secret));
        all.put(
                "secret of a client, in the body",
                server -> Authentication.clientCredentials(server.at("/token"), "me", SecretsTest::secret)
                        .inBody());
        all.put("bad bearer", server -> Authentication.bearer(() -> secret() + "\n"));
        all.put("worse bearer", server -> Authentication.bearer(() -> secret() + "\u0000"));
        all.put(
                "failing supplier",
                server -> Authentication.bearer(() -> {
                    throw new IllegalStateException(CANARY, new IllegalStateException(CANARY));
                }));
        return all;
    }

    /** Answers that repeat what they know in every place. */
    private static List<Function<Request, Reply>> answers() {
        String token = "{\"access_token\":\"" + CANARY + "\",\"token_type\":\"Bearer\"}";
        List<Function<Request, Reply>> all = new ArrayList<>();
        for (int status : new int[] {200, 301, 307, 400, 401, 403, 404, 429, 500, 503}) {
            all.add(request -> request.path().equals("/token")
                    ? Reply.json(token)
                    : Reply.of(status)
                            .header("Location", "http://127.0.0.1:1/" + RequestUri.encoded(CANARY))
                            .header("WWW-Authenticate", "Basic realm=\"" + CANARY + "\"")
                            .header("X-Echo", CANARY)
                            .header("Retry-After", "1")
                            .body(CANARY + request.headers()));
        }
        all.add(request -> request.path().equals("/token")
                ? Reply.json(token)
                : Reply.of(302).header("Location", request.uri().toString()));
        all.add(request -> request.path().equals("/token")
                ? Reply.json(token)
                : Reply.of(302).header("Location", "::" + CANARY));
        all.add(request -> request.path().equals("/token")
                ? Reply.json(token)
                : Reply.json(CANARY).header("Content-Encoding", CANARY));
        all.add(request -> request.path().equals("/token")
                ? Reply.json(token)
                : Reply.json(CANARY).header("Content-Encoding", "gzip"));
        all.add(request -> Reply.json(token).status(400));
        all.add(request -> Reply.json("{\"error\":\"" + CANARY + "\"}").status(401));
        all.add(request -> Reply.json(token + token));
        all.add(request -> Reply.json(token.substring(0, token.length() - 2)));
        all.add(request -> Reply.json("{\"access_token\":\"" + CANARY + "\\n\",\"token_type\":\"Bearer\"}"));
        all.add(request -> Reply.json("{\"access_token\":\"" + CANARY + "\",\"token_type\":\"" + CANARY + "\"}"));
        all.add(request ->
                Reply.json("{\"access_token\":\"a\",\"token_type\":\"bearer\",\"expires_in\":\"" + CANARY + "\"}"));
        return all;
    }

    @Test
    void no_secret_is_seen_anywhere() throws Exception {
        int combinations = 0;
        for (Map.Entry<String, Function<TestServer, Authentication>> kind :
                authentications().entrySet()) {
            for (Function<Request, Reply> reply : answers()) {
                for (Safety safety : new Safety[] {Safety.SAFE, Safety.ONCE}) {
                    try (TestServer server = TestServer.start(reply::apply)) {
                        use(server.at(""), kind.getValue().apply(server), safety);
                    }
                    combinations++;
                }
            }
        }
        for (String raw : new String[] {
            CANARY,
            "HTTP/1.1 " + CANARY + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: " + CANARY + "\r\n\r\n" + CANARY,
            "HTTP/1.1 200 OK\r\n" + CANARY + " : " + CANARY + "\r\n\r\n" + CANARY,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + CANARY + "\r\n\r\n" + CANARY,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CANARY + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + CANARY,
        }) {
            try (RawServer server = RawServer.answering(raw)) {
                use(server.at(""), Authentication.bearer(SecretsTest::secret), Safety.SAFE);
                use(
                        server.at(""),
                        Authentication.clientCredentials(server.at("/token"), "me", SecretsTest::secret),
                        Safety.SAFE);
            }
        }
        assertThat(combinations).isEqualTo(authentications().size() * answers().size() * 2);
        String all = seen + printed.toString(StandardCharsets.UTF_8);
        assertThat(all).as("the messages were noted").contains("E-HTTP-AUTH", "E-HTTP-REDIRECT", "E-HTTP-ENCODING");
        for (String form : new String[] {
            CANARY,
            "zqzq",
            RequestUri.encoded(CANARY),
            Base64.getEncoder().encodeToString(("me:" + CANARY).getBytes(StandardCharsets.UTF_8)),
            Authentication.basicValue("me", java.net.URLEncoder.encode(CANARY, StandardCharsets.UTF_8))
        }) {
            assertThat(all).doesNotContain(form);
        }
    }

    private void use(String address, Authentication authentication, Safety safety) throws Exception {
        HttpApi api = HttpApi.at(address)
                .timing(new FakeTiming())
                .retries(Retries.upTo(2, Duration.ZERO))
                .authentication(authentication);
        Call call = new Call(
                safety == Safety.SAFE ? "GET" : "POST",
                RequestUri.below(api.base(), "/a?query=" + RequestUri.encoded(CANARY)),
                List.of(new Call.Header("X-Value", CANARY)),
                safety == Safety.SAFE ? null : new Call.Body(CANARY.getBytes(StandardCharsets.UTF_8), "text/plain"),
                safety,
                "page 1");
        note(api, authentication, call, call.headers(), call.body(), api.get("/a"));
        try (Session session = new Session(api, action -> {})) {
            note(session);
            Answer answer = session.send(call);
            note(answer);
            answer.body();
        } catch (Exception e) {
            note(e);
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            seen.append(trace);
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                note(cause, cause.getMessage(), List.of(cause.getSuppressed()));
                if (cause instanceof ReadException failure) {
                    seen.append(failure.code());
                }
            }
        }
        for (Object holder : new Object[] {api, authentication}) {
            for (Field field : holder.getClass().getDeclaredFields()) {
                field.setAccessible(true);
                note(field.get(holder));
            }
        }
    }

    private void note(Object... objects) {
        for (Object object : objects) {
            seen.append(object).append('\n');
        }
    }
}
