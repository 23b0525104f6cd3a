package dev.datasync.http;

import dev.datasync.run.Retries;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server with an API, and how one talks to it: {@code HttpApi.at("https://api.example.com/v2")}. Each word returns a
 * new object; what an object already has, such as its rate limiter, circuit breaker, client and tokens, is shared by
 * those that come from it. So plans that use the same object keep its limits together. Immutable, and safe for use by
 * several threads and plans.
 *
 * <p>Redirects are followed within the same scheme, server and port only. What fails in passing is repeated where that
 * is safe: when there was no answer or a broken one, and after the statuses 408, 425, 429, 403 with Retry-After, and those
 * from 500 on (not 501 and 505). The JDK's client moreover repeats a GET or HEAD once itself, without
 * counting it, when the connection ends before the first byte of the answer; the JDK's property {@code jdk.httpclient.enableAllMethodRetry} would make it do so
 * with changes too, and must not be set.
 */
public final class HttpApi {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofDays(3650);

    private final URI base;
    private final Settings settings;

    /** Everything but the address. */
    private static final class Settings {

        private @Nullable Authentication authentication;
        private List<Call.Header> headers = List.of();
        private Duration timeout = Duration.ofSeconds(60);
        private @Nullable Duration connectTimeout;
        private Retries retries = Retries.upTo(5, Duration.ofMillis(500));
        private Duration longestWait = Duration.ofMinutes(5);
        private @Nullable RateLimiter rateLimiter;
        private @Nullable CircuitBreaker circuitBreaker;
        private int requests = Integer.MAX_VALUE;
        private @Nullable Duration time;
        private long largestBody = 16L << 20;
        private @Nullable HttpClient given;
        private Supplier<HttpClient> client = new Connections(CONNECT_TIMEOUT)::client;
        private Timing timing = Timing.SYSTEM;

        Settings() {}

        Settings(Settings other) {
            authentication = other.authentication;
            headers = other.headers;
            timeout = other.timeout;
            connectTimeout = other.connectTimeout;
            retries = other.retries;
            longestWait = other.longestWait;
            rateLimiter = other.rateLimiter;
            circuitBreaker = other.circuitBreaker;
            requests = other.requests;
            time = other.time;
            largestBody = other.largestBody;
            given = other.given;
            client = other.client;
            timing = other.timing;
        }
    }

    private HttpApi(URI base, Settings settings) {
        this.base = base;
        this.settings = settings;
    }

    /**
     * Returns the API at an address.
     *
     * @param base what all paths begin with, for example {@code https://api.example.com/v2}
     * @return the API; nothing is sent yet
     * @throws IllegalArgumentException when that is no address of HTTP, or has a password in it
     */
    public static HttpApi at(String base) {
        return new HttpApi(RequestUri.checked(base), new Settings());
    }

    /**
     * Returns the API at an address.
     *
     * @param base what all paths begin with, for example {@code https://api.example.com/v2}
     * @return the API; nothing is sent yet
     * @throws IllegalArgumentException when that is no address of HTTP, or has a password in it
     */
    public static HttpApi at(URI base) {
        return new HttpApi(RequestUri.checked(base), new Settings());
    }

    /**
     * Returns something that can be read from the API.
     *
     * @param path where it is, below the address of the API, for example {@code /customers}
     * @return the resource
     * @throws IllegalArgumentException when that is no path
     */
    public HttpResource get(String path) {
        return HttpResource.of(this, path);
    }

    /**
     * Returns this API with an authentication in the place of another.
     *
     * @param authentication who asks
     * @return the changed API
     */
    public HttpApi authentication(Authentication authentication) {
        Settings changed = new Settings(settings);
        changed.authentication = authentication;
        return new HttpApi(base, changed);
    }

    /**
     * Returns this API with a header for every request, in the place of one of the same name.
     *
     * @param name the header's name, for example {@code Accept-Language}; a secret belongs into
     *     {@link #authentication}, therefore Authorization, Proxy-Authorization, Cookie, and names with key, token or
     *     secret in them are refused
     * @param value the value, of ASCII
     * @return the changed API
     * @throws IllegalArgumentException when a header cannot have that name or value, or looks like a secret
     */
    public HttpApi header(String name, String value) {
        Call.Header added = HeaderRules.checked(name, value);
        List<Call.Header> headers = new ArrayList<>(settings.headers);
        headers.removeIf(header -> header.name().equalsIgnoreCase(name));
        headers.add(added);
        Settings changed = new Settings(settings);
        changed.headers = List.copyOf(headers);
        return new HttpApi(base, changed);
    }

    /**
     * Returns this API with another time for a request and its whole answer, from connecting to the last byte of the
     * body; by default 60 seconds. Each repetition has as much again.
     *
     * @param timeout the longest time
     * @return the changed API
     * @throws IllegalArgumentException when it is not positive, or longer than 10 years
     */
    public HttpApi timeout(Duration timeout) {
        Settings changed = new Settings(settings);
        changed.timeout = positive(timeout, "the time for a request");
        return new HttpApi(base, changed);
    }

    /**
     * Returns this API with another time for connecting; by default 10 seconds.
     *
     * @param timeout the longest time
     * @return the changed API, with connections of its own
     * @throws IllegalArgumentException when it is not positive, or longer than 10 years
     * @throws IllegalStateException when a {@link #client client} was given, which has a time of its own
     */
    public HttpApi connectTimeout(Duration timeout) {
        if (settings.given != null) {
            throw new IllegalStateException("the client that was given decides how long connecting may take");
        }
        Settings changed = new Settings(settings);
        changed.connectTimeout = positive(timeout, "the time for connecting");
        changed.client = new Connections(timeout)::client;
        return new HttpApi(base, changed);
    }

    /**
     * Returns this API with other repetitions; by default there are at most 5 attempts with up to 500 ms before the
     * second, and never more than 30 seconds before one unless the server asks for it. A request that may do something
     * twice is repeated only when the server has surely not done it.
     *
     * @param retries how often, and how long the waits are
     * @return the changed API
     */
    public HttpApi retries(Retries retries) {
        Settings changed = new Settings(settings);
        changed.retries = retries;
        return new HttpApi(base, changed);
    }

    /**
     * Returns this API with another longest wait that a server may ask for by Retry-After; by default 5 minutes. When a
     * server asks for more, the reading or writing ends.
     *
     * @param wait the longest wait; zero waits for nobody
     * @return the changed API
     * @throws IllegalArgumentException when it is negative
     */
    public HttpApi longestWait(Duration wait) {
        if (wait.isNegative()) {
            throw new IllegalArgumentException("the longest wait is not negative");
        }
        Settings changed = new Settings(settings);
        changed.longestWait = wait;
        return new HttpApi(base, changed);
    }

    /**
     * Returns this API with a limit of requests in a time. Requests beyond it wait.
     *
     * @param requests how many
     * @param per in which time
     * @return the changed API; all that come from it keep the limit together
     * @throws IllegalArgumentException when one of them is not positive
     */
    public HttpApi rateLimit(int requests, Duration per) {
        if (requests < 1) {
            throw new IllegalArgumentException("a limit allows at least 1 request, not " + requests);
        }
        return rateLimiter(RateLimiterConfig.custom()
                .limitForPeriod(requests)
                .limitRefreshPeriod(positive(per, "the time of a limit"))
                .timeoutDuration(LONGEST)
                .build());
    }

    /**
     * Returns this API with a limit of requests in a time. A request that would wait for longer than the limit's time-out
     * ends the reading or writing.
     *
     * @param config the limit
     * @return the changed API; all that come from it keep the limit together
     */
    public HttpApi rateLimiter(RateLimiterConfig config) {
        return rateLimiter(RateLimiter.of("datasync-http", config));
    }

    /**
     * Returns this API with a limiter that may also be used elsewhere.
     *
     * @param limiter the limiter; asked once for each request
     * @return the changed API
     */
    public HttpApi rateLimiter(RateLimiter limiter) {
        Settings changed = new Settings(settings);
        changed.rateLimiter = limiter;
        return new HttpApi(base, changed);
    }

    /**
     * Returns this API with a circuit breaker: after many failures nothing is sent for a while, and a reading or writing
     * ends at once. What counts is that there was no whole answer, and the statuses after which a request is repeated;
     * what the configuration says of exceptions sees an {@link java.io.IOException} for each of these.
     *
     * @param config the circuit breaker
     * @return the changed API; all that come from it share the circuit breaker
     */
    public HttpApi circuitBreaker(CircuitBreakerConfig config) {
        return circuitBreaker(CircuitBreaker.of("datasync-http", config));
    }

    /**
     * Returns this API with a circuit breaker that may also be used elsewhere; see
     * {@link #circuitBreaker(CircuitBreakerConfig)}.
     *
     * @param breaker the circuit breaker
     * @return the changed API
     */
    public HttpApi circuitBreaker(CircuitBreaker breaker) {
        Settings changed = new Settings(settings);
        changed.circuitBreaker = breaker;
        return new HttpApi(base, changed);
    }

    /**
     * Returns this API with a limit of requests for each reading and each writing, repetitions and redirects among them.
     * When it is used up, the reading or writing ends, and nothing is deleted on the strength of it.
     *
     * @param requests the most requests
     * @return the changed API
     * @throws IllegalArgumentException when it is not positive
     */
    public HttpApi budget(int requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("a budget allows at least 1 request, not " + requests);
        }
        Settings changed = new Settings(settings);
        changed.requests = requests;
        return new HttpApi(base, changed);
    }

    /**
     * Returns this API with a limit of time for each reading and each writing. When it is used up, nothing more is sent
     * or waited for, and the reading or writing ends; a request that changes something and was sent before may use its
     * own {@link #timeout}.
     *
     * @param time the longest time, from the first use of the API
     * @return the changed API
     * @throws IllegalArgumentException when it is not positive, or longer than 10 years
     */
    public HttpApi budget(Duration time) {
        Settings changed = new Settings(settings);
        changed.time = positive(time, "a budget of time");
        return new HttpApi(base, changed);
    }

    /**
     * Returns this API with another limit for the body of an answer, as sent and when decompressed; by default 16 MiB. A
     * larger one is an error before it is in memory.
     *
     * @param bytes the most bytes
     * @return the changed API
     * @throws IllegalArgumentException when it is not positive, or larger than 1 GiB
     */
    public HttpApi largestBody(long bytes) {
        if (bytes < 1 || bytes > 1L << 30) {
            throw new IllegalArgumentException("a body has between 1 byte and 1 GiB, not " + bytes + " bytes");
        }
        Settings changed = new Settings(settings);
        changed.largestBody = bytes;
        return new HttpApi(base, changed);
    }

    /**
     * Returns this API with a client of the application's own, for example with a proxy or with certificates. It is never
     * closed by DataSync.
     *
     * @param client the client; it must not follow redirects, because it would take secrets to other servers
     * @return the changed API
     * @throws IllegalArgumentException when the client follows redirects
     * @throws IllegalStateException when {@link #connectTimeout} was said, which the client decides
     */
    public HttpApi client(HttpClient client) {
        if (client.followRedirects() != HttpClient.Redirect.NEVER) {
            throw new IllegalArgumentException(
                    "the client must be built with followRedirects(Redirect.NEVER): DataSync "
                            + "follows redirects itself, within the same server");
        }
        if (settings.connectTimeout != null) {
            throw new IllegalStateException("the client decides how long connecting may take: leave out "
                    + "connectTimeout(...), and say it when the client is built");
        }
        Settings changed = new Settings(settings);
        changed.given = client;
        changed.client = () -> client;
        return new HttpApi(base, changed);
    }

    private static Duration positive(Duration duration, String what) {
        if (duration.isZero() || duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " is positive and at most 10 years, not " + duration);
        }
        return duration;
    }

    /** Returns the same API with another time, for tests. */
    HttpApi timing(Timing timing) {
        Settings changed = new Settings(settings);
        changed.timing = timing;
        return new HttpApi(base, changed);
    }

    URI base() {
        return base;
    }

    HttpClient client() {
        return settings.client.get();
    }

    Timing timing() {
        return settings.timing;
    }

    Optional<Authentication> authentication() {
        return Optional.ofNullable(settings.authentication);
    }

    List<Call.Header> headers() {
        return settings.headers;
    }

    Duration timeout() {
        return settings.timeout;
    }

    Retries retries() {
        return settings.retries;
    }

    Duration longestWait() {
        return settings.longestWait;
    }

    Optional<RateLimiter> rateLimiter() {
        return Optional.ofNullable(settings.rateLimiter);
    }

    Optional<CircuitBreaker> circuitBreaker() {
        return Optional.ofNullable(settings.circuitBreaker);
    }

    int requests() {
        return settings.requests;
    }

    Optional<Duration> time() {
        return Optional.ofNullable(settings.time);
    }

    long largestBody() {
        return settings.largestBody;
    }

    /**
     * Returns the address.
     *
     * @return for example {@code https://api.example.com/v2}
     */
    @Override
    public String toString() {
        return RequestUri.shown(base);
    }
}
