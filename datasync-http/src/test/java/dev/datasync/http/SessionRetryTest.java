package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.datasync.http.Call.Safety;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.run.Retries;
import dev.datasync.source.ReadException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent again, after which wait, and what ends a reading or writing. */
class SessionRetryTest {

    private static final int[] STATUSES = {
        200, 201, 202, 204, 207, 304, 400, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 418, 422, 423, 424,
        425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 511, 520, 599
    };

    private static final Set<Integer> SURELY_NOT_DONE = Set.of(408, 425, 429);

    private final FakeTiming timing = new FakeTiming();

    private HttpApi api(TestServer server) {
        return HttpApi.at(server.at("")).timing(timing);
    }

    private static Call call(URI uri, Safety safety) {
        return switch (safety) {
            case SAFE -> Call.get(uri, List.of(), "page 1");
            case IDEMPOTENT ->
                new Call("PUT", uri, List.of(), new Call.Body(new byte[] {1}, "text/plain"), safety, "key 1");
            case ONCE -> new Call("POST", uri, List.of(), new Call.Body(new byte[] {1}, "text/plain"), safety, "key 1");
        };
    }

    private static Answer send(HttpApi api, Call call) throws Exception {
        try (Session session = new Session(api, action -> {})) {
            return session.send(call);
        }
    }

    @ParameterizedTest
    @EnumSource(Safety.class)
    void each_status_is_repeated_exactly_when_that_is_safe_and_promising(Safety safety) throws Exception {
        for (int status : STATUSES) {
            AtomicInteger count = new AtomicInteger();
            try (TestServer server =
                    TestServer.start(request -> Reply.of(count.incrementAndGet() < 3 ? status : 200))) {
                Answer answer = send(api(server), call(server.uri("/a"), safety));
                boolean passing = SURELY_NOT_DONE.contains(status)
                        || safety != Safety.ONCE && status >= 500 && status != 501 && status != 505;
                assertThat(server.requests()).as("requests after " + status).hasSize(passing ? 3 : 1);
                assertThat(answer.status()).isEqualTo(passing ? 200 : status);
                assertThat(answer.attempts()).isEqualTo(passing ? 3 : 1);
                assertThat(answer.mayHaveArrivedBefore())
                        .as("whether " + status + " may have done it")
                        .isEqualTo(passing && !SURELY_NOT_DONE.contains(status));
            }
        }
    }

    @Test
    void a_forbidden_request_is_sent_again_only_when_the_server_names_a_time() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (TestServer server = TestServer.start(
                request -> count.incrementAndGet() == 1 ? Reply.of(403).header("Retry-After", "7") : Reply.of(403))) {
            Answer answer = send(api(server), call(server.uri("/a"), Safety.ONCE));
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.attempts()).isEqualTo(2);
            assertThat(answer.mayHaveArrivedBefore()).isFalse();
            assertThat(timing.pauses()).containsExactly(Duration.ofSeconds(7));
        }
    }

    @Test
    void what_needs_retry_after_is_sent_again_once_only_with_it() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (TestServer server = TestServer.start(
                request -> count.incrementAndGet() == 1 ? Reply.of(503).header("Retry-After", "7") : Reply.of(201))) {
            Answer answer = send(api(server), call(server.uri("/a"), Safety.ONCE));
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.mayHaveArrivedBefore()).isFalse();
            assertThat(timing.pauses()).containsExactly(Duration.ofSeconds(7));
        }
    }

    @Test
    void the_last_of_the_attempts_is_the_answer() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.of(503))) {
            Answer answer = send(api(server), call(server.uri("/a"), Safety.SAFE));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.attempts()).isEqualTo(5);
            assertThat(server.requests()).hasSize(5);
        }
    }

    @Test
    void waits_double_are_random_and_have_a_limit() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.of(500))) {
            send(api(server).retries(Retries.upTo(12, Duration.ofMillis(600))), call(server.uri("/a"), Safety.SAFE));
            List<Duration> pauses = timing.pauses();
            assertThat(pauses).hasSize(11);
            for (int i = 0; i < pauses.size(); i++) {
                long longest = Math.min(30_000, 600L << i);
                assertThat(pauses.get(i).toMillis()).as("wait " + i).isBetween(longest / 3 - 1, longest);
            }
            timing.pass(Duration.ofDays(1));
            List<List<Duration>> series = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                FakeTiming another = new FakeTiming();
                send(api(server).timing(another), call(server.uri("/a"), Safety.SAFE));
                series.add(another.pauses());
            }
            assertThat(Set.copyOf(series)).as("random").hasSizeGreaterThan(1);
        }
    }

    @Test
    void repetitions_without_delay_and_none_at_all() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.of(500))) {
            send(api(server).retries(Retries.upTo(3, Duration.ZERO)), call(server.uri("/a"), Safety.SAFE));
            assertThat(timing.pauses()).isEmpty();
            assertThat(server.requests()).hasSize(3);
            send(api(server).retries(Retries.none()), call(server.uri("/a"), Safety.SAFE));
            assertThat(server.requests()).hasSize(4);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|0",
                "1|1000",
                "120|120000",
                " 30 |30000",
                "Fri, 02 Jan 2026 03:05:05 GMT|60000",
                "300|300000",
                "301|-1",
                "999999999|-1",
                "99999999999999999999999999|-1",
                "Fri, 31 Dec 9999 23:59:59 GMT|-1",
            })
    void a_wait_that_the_server_asks_for_wins_up_to_the_longest(String header, long millis) throws Exception {
        try (RawServer server = slowingDown("Retry-After: " + header)) {
            HttpApi api = HttpApi.at(server.at("")).timing(timing);
            Call call = call(server.uri("/a"), Safety.SAFE);
            if (millis < 0) {
                assertThatThrownBy(() -> send(api, call))
                        .isInstanceOfSatisfying(
                                ReadException.class, e -> assertThat(e.code()).isEqualTo("E-HTTP-WAIT"));
                assertThat(server.requests()).hasSize(1);
                assertThat(timing.pauses()).isEmpty();
            } else {
                assertThat(send(api, call).status()).isEqualTo(200);
                assertThat(timing.pauses().stream()
                                .mapToLong(Duration::toMillis)
                                .sum())
                        .isEqualTo(millis);
            }
        }
    }

    @Test
    void a_date_to_wait_for_is_compared_with_the_server_s_own_clock() throws Exception {
        try (RawServer server =
                slowingDown("Date: Tue, 01 Jan 2030 00:00:00 GMT\r\nRetry-After: Tue, 01 Jan 2030 00:00:09 GMT")) {
            send(HttpApi.at(server.at("")).timing(timing), call(server.uri("/a"), Safety.SAFE));
            assertThat(timing.pauses()).containsExactly(Duration.ofSeconds(9));
        }
    }

    /** Answers the first request with 429 and a header, and all others with 200. */
    private static RawServer slowingDown(String header) {
        AtomicInteger count = new AtomicInteger();
        return RawServer.start(connection -> {
            connection.request();
            connection.write((count.incrementAndGet() == 1 ? "HTTP/1.1 429 Slow down\r\n" + header : "HTTP/1.1 200 OK")
                    + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "soon",
                "1.5",
                "Thu, 01 Jan 1970 00:00:00 GMT",
                "Fri, 99 Jan 2026 00:00:00 GMT",
                "1e9",
                "\u0661",
                "+5",
                "5 5"
            })
    void a_wait_that_makes_no_sense_is_not_asked_for(String header) throws Exception {
        try (RawServer server = slowingDown("Retry-After: " + header)) {
            Answer answer = send(HttpApi.at(server.at("")).timing(timing), call(server.uri("/a"), Safety.SAFE));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(timing.pauses())
                    .singleElement()
                    .satisfies(pause -> assertThat(pause.toMillis()).isBetween(160L, 500L));
        }
    }

    @Test
    void requests_that_may_have_arrived_are_not_sent_twice() throws Exception {
        for (Safety safety : Safety.values()) {
            try (RawServer server = RawServer.start(RawServer.Connection::request)) {
                NoAnswerException e = (NoAnswerException) catchThrowable(
                        () -> send(HttpApi.at(server.at("")).timing(timing), call(server.uri("/a"), safety)));
                assertThat(e.failure().code()).isEqualTo("E-HTTP-CONNECT");
                assertThat(e.mayHaveArrived()).isTrue();
                // the JDK sends a GET once more itself when the connection ends before the first byte of an answer
                assertThat(server.requests().size())
                        .isBetween(
                                safety == Safety.ONCE ? 1 : 5,
                                switch (safety) {
                                    case SAFE -> 10;
                                    case IDEMPOTENT -> 5;
                                    case ONCE -> 1;
                                });
            }
        }
    }

    @Test
    void without_a_connection_everything_is_tried_again_and_nothing_has_arrived() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        for (String host : new String[] {"localhost:" + port, "there.is.no.such.host.invalid"}) {
            for (Safety safety : Safety.values()) {
                FakeTiming own = new FakeTiming();
                NoAnswerException e = (NoAnswerException) catchThrowable(() -> send(
                        HttpApi.at("http://" + host).timing(own),
                        call(URI.create("http://" + host + "/a?key=x"), safety)));
                assertThat(e.failure().code()).isEqualTo("E-HTTP-CONNECT");
                assertThat(e).hasMessageContaining("http://" + host + "/a)").hasMessageContaining("5 attempts");
                assertThat(e.mayHaveArrived()).isFalse();
                assertThat(own.pauses()).hasSize(4);
            }
        }
    }

    @Test
    void a_budget_of_requests_ends_after_them() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.of(503))) {
            Throwable reading = catchThrowable(() -> send(api(server).budget(3), call(server.uri("/a"), Safety.SAFE)));
            assertThat(reading).isInstanceOf(BudgetSpentException.class).hasMessageContaining("budget of 3 requests");
            assertThat(server.requests()).hasSize(3);
            Throwable writing =
                    catchThrowable(() -> send(api(server).budget(3), call(server.uri("/a"), Safety.IDEMPOTENT)));
            assertThat(writing).isInstanceOfSatisfying(NoAnswerException.class, e -> {
                assertThat(e.failure()).isInstanceOf(BudgetSpentException.class);
                assertThat(e.mayHaveArrived()).isTrue();
            });
            assertThat(server.requests()).hasSize(6);
        }
    }

    @Test
    void a_budget_of_time_is_not_waited_away() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.of(429).header("Retry-After", "10"))) {
            HttpApi api = api(server).budget(Duration.ofSeconds(25));
            Throwable thrown = catchThrowable(() -> send(api, call(server.uri("/a"), Safety.SAFE)));
            assertThat(thrown).isInstanceOf(BudgetSpentException.class);
            assertThat(server.requests()).hasSize(3);
            assertThat(timing.pauses()).containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(10));
            try (Session session = new Session(api, action -> {})) {
                timing.pass(Duration.ofSeconds(25));
                assertThatThrownBy(() -> session.send(call(server.uri("/a"), Safety.ONCE)))
                        .isInstanceOf(BudgetSpentException.class);
            }
            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void a_budget_of_time_ends_a_reading_in_the_middle_of_an_answer() throws Exception {
        try (RawServer server = RawServer.start(connection -> {
            connection.request();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
            connection.awaitClosed();
        })) {
            Throwable thrown = catchThrowable(() -> send(
                    HttpApi.at(server.at("")).timing(timing).budget(Duration.ofMillis(200)),
                    call(server.uri("/a"), Safety.SAFE)));
            assertThat(thrown).isInstanceOf(BudgetSpentException.class);
        }
    }

    @Test
    void a_circuit_breaker_opens_after_failures_in_passing_and_only_after_these() throws Exception {
        CircuitBreakerConfig config = CircuitBreakerConfig.custom()
                .slidingWindowSize(4)
                .minimumNumberOfCalls(4)
                .failureRateThreshold(75)
                .waitDurationInOpenState(Duration.ofDays(1))
                .build();
        int[] next = {404};
        try (TestServer server = TestServer.start(request -> Reply.of(next[0]))) {
            HttpApi api = api(server).retries(Retries.none()).circuitBreaker(config);
            for (int i = 0; i < 10; i++) {
                assertThat(send(api, call(server.uri("/a"), Safety.SAFE)).status())
                        .isEqualTo(404);
            }
            next[0] = 500;
            for (int i = 0; i < 3; i++) {
                assertThat(send(api, call(server.uri("/a"), Safety.SAFE)).status())
                        .isEqualTo(500);
            }
            assertThatThrownBy(() -> send(api, call(server.uri("/a"), Safety.SAFE)))
                    .isInstanceOfSatisfying(
                            ReadException.class, e -> assertThat(e.code()).isEqualTo("E-HTTP-BREAKER"));
            assertThat(server.requests()).hasSize(13);
        }
    }

    @Test
    void a_circuit_breaker_gets_its_permission_back_when_nothing_is_sent() throws Exception {
        CircuitBreaker breaker = CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .build());
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();
        RateLimiter limiter = RateLimiter.of(
                "test",
                RateLimiterConfig.custom()
                        .limitForPeriod(1)
                        .limitRefreshPeriod(Duration.ofDays(1))
                        .timeoutDuration(Duration.ZERO)
                        .build());
        limiter.drainPermissions();
        try (TestServer server = TestServer.start(request -> Reply.of(200))) {
            assertThatThrownBy(() -> send(
                            api(server).circuitBreaker(breaker).rateLimiter(limiter),
                            call(server.uri("/a"), Safety.SAFE)))
                    .isInstanceOfSatisfying(
                            ReadException.class, e -> assertThat(e.code()).isEqualTo("E-HTTP-WAIT"));
            assertThat(send(api(server).circuitBreaker(breaker), call(server.uri("/a"), Safety.SAFE))
                            .status())
                    .isEqualTo(200);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void a_circuit_breaker_counts_lost_connections_as_exceptions_of_input_and_output() throws Exception {
        CircuitBreaker breaker = CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .recordExceptions(IOException.class)
                        .build());
        try (RawServer server = RawServer.start(RawServer.Connection::request)) {
            assertThatThrownBy(() -> send(
                            HttpApi.at(server.at("")).timing(timing).circuitBreaker(breaker),
                            call(server.uri("/a"), Safety.SAFE)))
                    .isInstanceOf(NoAnswerException.class);
            assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isEqualTo(5);
        }
    }

    @Test
    void a_rate_limit_is_shared_by_what_comes_from_the_same_api() throws Exception {
        RateLimiter limiter = RateLimiter.of(
                "test",
                RateLimiterConfig.custom()
                        .limitForPeriod(2)
                        .limitRefreshPeriod(Duration.ofSeconds(10))
                        .timeoutDuration(Duration.ofHours(1))
                        .build(),
                timing::nanos);
        try (TestServer server = TestServer.start(request -> Reply.of(200))) {
            HttpApi api = api(server).rateLimiter(limiter);
            long before = timing.nanos();
            for (int i = 0; i < 10; i++) {
                send(i % 2 == 0 ? api : api.header("X-Other", "yes"), call(server.uri("/a"), Safety.ONCE));
            }
            // ten requests need the places of five periods: four changes of the period at least
            assertThat(Duration.ofNanos(timing.nanos() - before))
                    .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(40));
            assertThat(server.requests()).hasSize(10);
        }
    }

    @Test
    void a_limit_of_requests_in_a_time_makes_the_next_one_wait() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.of(200))) {
            HttpApi api = api(server).rateLimit(1, Duration.ofHours(1));
            send(api, call(server.uri("/a"), Safety.SAFE));
            assertThat(timing.pauses()).isEmpty();
            send(api, call(server.uri("/a"), Safety.SAFE));
            assertThat(timing.pauses())
                    .singleElement()
                    .satisfies(pause -> assertThat(pause).isBetween(Duration.ofMinutes(59), Duration.ofHours(1)));
        }
    }

    @Test
    void a_wait_that_is_too_long_ends_a_change_as_unknown_only_if_it_may_have_been_made() throws Exception {
        for (int first : new int[] {429, 500}) {
            AtomicInteger count = new AtomicInteger();
            try (TestServer server = TestServer.start(request -> count.incrementAndGet() == 1
                    ? Reply.of(first)
                    : Reply.of(429).header("Retry-After", "1000"))) {
                Throwable thrown = catchThrowable(() -> send(api(server), call(server.uri("/a"), Safety.IDEMPOTENT)));
                if (first == 429) {
                    assertThat(thrown)
                            .isInstanceOfSatisfying(
                                    ReadException.class,
                                    e -> assertThat(e.code()).isEqualTo("E-HTTP-WAIT"));
                } else {
                    assertThat(thrown).isInstanceOfSatisfying(NoAnswerException.class, e -> {
                        assertThat(e.failure().code()).isEqualTo("E-HTTP-WAIT");
                        assertThat(e.mayHaveArrived()).isTrue();
                    });
                }
                assertThat(server.requests()).hasSize(2);
            }
        }
    }

    @Test
    void nothing_is_sent_to_another_server() throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.of(200));
                TestServer other = TestServer.start(request -> Reply.of(200))) {
            assertThatThrownBy(() -> send(api(server), call(other.uri("/a"), Safety.SAFE)))
                    .isInstanceOfSatisfying(
                            ReadException.class, e -> assertThat(e.code()).isEqualTo("E-HTTP-ORIGIN"));
            assertThat(other.requests()).isEmpty();
        }
    }
}
