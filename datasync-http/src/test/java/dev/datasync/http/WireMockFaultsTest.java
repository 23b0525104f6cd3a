package dev.datasync.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.serviceUnavailable;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static com.github.tomakehurst.wiremock.stubbing.Scenario.STARTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.datasync.http.Call.Safety;
import dev.datasync.run.Retries;
import dev.datasync.source.ReadException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The faults of a test server that others use too, over HTTP/1.1 and HTTP/2. */
class WireMockFaultsTest {

    private static final List<String> PROTOCOLS = new CopyOnWriteArrayList<>();

    private static WireMockServer server;
    private static HttpClient client;

    @TempDir
    private static Path directory;

    private final FakeTiming timing = new FakeTiming();

    @BeforeAll
    static void start() throws Exception {
        TestTls tls = TestTls.in(directory);
        client = tls.client();
        server = new WireMockServer(options()
                .dynamicPort()
                .dynamicHttpsPort()
                .keystorePath(tls.keys().toString())
                .keystoreType("PKCS12")
                .keystorePassword(tls.password())
                .keyManagerPassword(tls.password()));
        server.addMockServiceRequestListener((request, response) -> PROTOCOLS.add(request.getProtocol()));
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    @BeforeEach
    void reset() {
        server.resetAll();
        PROTOCOLS.clear();
    }

    private static String http() {
        return "http://localhost:" + server.port();
    }

    private static String https() {
        return "https://localhost:" + server.httpsPort();
    }

    private Answer send(String address, Safety safety) throws Exception {
        HttpApi api = HttpApi.at(address)
                .client(client)
                .timing(timing)
                .timeout(Duration.ofSeconds(20))
                .retries(Retries.upTo(3, Duration.ofMillis(10)));
        return send(api, safety);
    }

    private static Answer send(HttpApi api, Safety safety) throws Exception {
        URI uri = RequestUri.below(api.base(), "/a");
        try (Session session = new Session(api, action -> {})) {
            return session.send(
                    safety == Safety.SAFE
                            ? Call.get(uri, List.of(), "page 1")
                            : new Call("POST", uri, List.of(), null, safety, "key 1"));
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void a_page_is_asked_for_again_and_a_change_is_not(Fault fault) throws Exception {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withFault(fault)));
        for (String address : new String[] {http(), https()}) {
            Throwable thrown = catchThrowable(() -> send(address, Safety.ONCE).body());
            ReadException failure = thrown instanceof NoAnswerException lost ? lost.failure() : (ReadException) thrown;
            assertThat(failure.code()).isIn("E-HTTP-CONNECT", "E-HTTP-PROTOCOL", "E-HTTP-TRUNCATED");
            assertThat(failure).hasNoCause();
            assertThat(server.getAllServeEvents()).hasSize(1);
            server.resetRequests();
        }
        server.resetAll();
        server.stubFor(any(anyUrl())
                .inScenario("recovers")
                .whenScenarioStateIs(STARTED)
                .willReturn(aResponse().withFault(fault))
                .willSetStateTo("well"));
        server.stubFor(
                any(anyUrl()).inScenario("recovers").whenScenarioStateIs("well").willReturn(ok("[1]")));
        assertThat(send(http(), Safety.SAFE).body()).isEqualTo("[1]".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void http_2_is_used_where_the_connection_is_safe() throws Exception {
        server.stubFor(any(anyUrl()).willReturn(ok("[1]")));
        for (String address : new String[] {http(), https()}) {
            Answer answer = send(address, Safety.SAFE);
            assertThat(answer.body()).isEqualTo("[1]".getBytes(StandardCharsets.UTF_8));
            assertThat(answer.framing()).isEqualTo(Answer.Framing.PROVEN);
        }
        assertThat(PROTOCOLS).containsExactly("HTTP/1.1", "HTTP/2.0");
    }

    @Test
    void http_2_answers_are_repeated_redirected_limited_and_timed_as_others() throws Exception {
        server.stubFor(any(anyUrl()).willReturn(serviceUnavailable().withHeader("Retry-After", "3")));
        assertThat(send(https(), Safety.ONCE).status()).isEqualTo(503);
        assertThat(timing.pauses()).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(3));

        server.resetAll();
        server.stubFor(any(anyUrl()).willReturn(temporaryRedirect(http() + "/b")));
        assertThat(catchThrowable(() -> send(https(), Safety.SAFE)))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-HTTP-REDIRECT"));
        assertThat(PROTOCOLS).containsOnly("HTTP/2.0");

        server.resetAll();
        server.stubFor(any(anyUrl()).willReturn(ok("x".repeat(100_000))));
        HttpApi api = HttpApi.at(https()).client(client).timing(timing).retries(Retries.none());
        assertThat(catchThrowable(
                        () -> send(api.largestBody(10_000), Safety.SAFE).body()))
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-HTTP-TOO-LARGE"));

        server.resetAll();
        server.stubFor(any(anyUrl()).willReturn(ok("x".repeat(100)).withChunkedDribbleDelay(10, 5_000)));
        assertThat(catchThrowable(() ->
                        send(api.timeout(Duration.ofMillis(700)), Safety.SAFE).body()))
                .satisfies(thrown -> assertThat(
                                thrown instanceof NoAnswerException lost
                                        ? lost.failure().code()
                                        : ((ReadException) thrown).code())
                        .isEqualTo("E-HTTP-STALLED"));
    }
}
