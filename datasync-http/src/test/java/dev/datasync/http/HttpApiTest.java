package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.http.TestServer.Reply;
import dev.datasync.run.Retries;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The words of an API. */
class HttpApiTest {

    private final HttpApi api = HttpApi.at("https://x.example/v2");

    @Test
    void what_is_said_by_default() {
        assertThat(api.timeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(api.client().connectTimeout()).hasValue(Duration.ofSeconds(10));
        assertThat(api.retries()).isEqualTo(Retries.upTo(5, Duration.ofMillis(500)));
        assertThat(api.longestWait()).isEqualTo(Duration.ofMinutes(5));
        assertThat(api.largestBody()).isEqualTo(16 * 1024 * 1024);
        assertThat(api.time()).isEmpty();
        assertThat(api.rateLimiter()).isEmpty();
        assertThat(api.circuitBreaker()).isEmpty();
        assertThat(HttpApi.at(URI.create("https://x.example/v2")).base()).isEqualTo(api.base());
    }

    @Test
    void a_word_changes_nothing_but_what_it_returns() {
        HttpApi changed = api.timeout(Duration.ofSeconds(1))
                .connectTimeout(Duration.ofSeconds(2))
                .retries(Retries.none())
                .longestWait(Duration.ZERO)
                .rateLimit(5, Duration.ofSeconds(1))
                .circuitBreaker(CircuitBreakerConfig.ofDefaults())
                .budget(7)
                .budget(Duration.ofMinutes(3))
                .largestBody(9)
                .header("X-Mine", "1")
                .header("x-mine", "2")
                .authentication(Authentication.bearer(() -> "canary"));
        what_is_said_by_default();
        assertThat(api.headers()).isEmpty();
        assertThat(changed.timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(changed.client().connectTimeout()).hasValue(Duration.ofSeconds(2));
        assertThat(changed.retries()).isEqualTo(Retries.none());
        assertThat(changed.longestWait()).isZero();
        assertThat(changed.requests()).isEqualTo(7);
        assertThat(changed.time()).hasValue(Duration.ofMinutes(3));
        assertThat(changed.largestBody()).isEqualTo(9);
        assertThat(changed.headers()).containsExactly(new Call.Header("x-mine", "2"));
        assertThat(changed).hasToString("https://x.example/v2");
    }

    @Test
    void what_an_api_has_is_shared_by_what_comes_from_it() {
        HttpApi limited = api.rateLimit(1, Duration.ofSeconds(1)).circuitBreaker(CircuitBreakerConfig.ofDefaults());
        HttpApi one = limited.header("X-Mine", "1");
        HttpApi two = limited.budget(3);
        assertThat(one.client()).isSameAs(two.client()).isSameAs(api.client());
        assertThat(one.rateLimiter().orElseThrow()).isSameAs(two.rateLimiter().orElseThrow());
        assertThat(one.circuitBreaker().orElseThrow())
                .isSameAs(two.circuitBreaker().orElseThrow());
        HttpClient own = HttpClient.newHttpClient();
        assertThat(api.client(own).budget(1).client()).isSameAs(own);
    }

    @Test
    void what_cannot_be_is_refused_at_once() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThatThrownBy(() -> api.timeout(wrong)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> api.connectTimeout(wrong)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> api.budget(wrong)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> api.rateLimit(1, wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> api.longestWait(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> api.budget(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> api.rateLimit(0, Duration.ofSeconds(1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> api.largestBody(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> api.largestBody(Long.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> api.header("X-Mine", "canary\r\nX-Other: 1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
        for (String name : new String[] {"", "a b", "Host", "Accept-Encoding", "content-type", "Content-Length"}) {
            assertThatThrownBy(() -> api.header(name, "x")).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> HttpApi.at("https://me:canary@x.example"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> api.client(HttpClient.newHttpClient()).connectTimeout(Duration.ofSeconds(1)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> api.connectTimeout(Duration.ofSeconds(1)).client(HttpClient.newHttpClient()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_header_of_a_request_takes_the_place_of_one_for_all() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.json("[]"))) {
            HttpApi all =
                    HttpApi.at(server.at("")).header("Accept", "text/plain").header("X-Mine", "1");
            try (Session session = new Session(all, action -> {})) {
                session.send(
                        Call.get(server.uri("/a"), List.of(new Call.Header("accept", "application/json")), "page 1"));
            }
            assertThat(server.requests().get(0).headers().get("Accept")).containsExactly("application/json");
            assertThat(server.requests().get(0).header("X-Mine")).isEqualTo("1");
        }
    }
}
