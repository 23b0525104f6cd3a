package dev.datasync.http;

import dev.datasync.http.Call.Safety;
import dev.datasync.http.Exchange.Head;
import dev.datasync.http.Exchange.Received;
import dev.datasync.source.ReadContext.Cancellation;
import dev.datasync.source.ReadException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one reading or writing: counts them, repeats what may be repeated, waits where the server or a limit
 * asks for it, and is ended from another thread when the run is cancelled. Safe for use by several threads.
 */
final class Session implements AutoCloseable {

    private static final long LONGEST_BACKOFF = 30_000;
    private static final long LARGEST_TOKEN = 1 << 20;

    private final HttpApi api;
    private final Timing timing;
    private final long opened;
    private final AtomicInteger sent = new AtomicInteger();
    private final Retry retry;

    /** Who is inside, and whether this session has interrupted it. */
    private final Map<Thread, Boolean> inside = new HashMap<>();

    private volatile boolean closed;

    /** Whether a request belongs to the API, or gets what is needed for it. */
    private enum Purpose {
        /** It keeps the API's limits, and is authenticated. */
        API,
        /** It gets a token. */
        TOKEN
    }

    /**
     * What one attempt has brought.
     *
     * @param from where the answer comes from
     * @param received the answer
     * @param attachment what authenticated the request
     * @param asked how long the server asks to wait
     * @param arrived whether the server may have done what was asked
     * @param again whether it is safe and promising to ask again
     */
    private record Attempt(
            URI from,
            Received received,
            Optional<Attachment> attachment,
            Optional<Duration> asked,
            boolean arrived,
            boolean again) {

        int status() {
            Head head = received.head();
            return head == null ? 0 : head.status();
        }
    }

    /**
     * Opens a session.
     *
     * @param onCancel takes what ends the requests when the run is cancelled
     */
    Session(HttpApi api, Consumer<Cancellation> onCancel) {
        this.api = api;
        this.timing = api.timing();
        this.opened = timing.nanos();
        IntervalFunction backoff = backoff();
        this.retry = Retry.of(
                "datasync-http",
                RetryConfig.<Attempt>custom()
                        .maxAttempts(api.retries().attempts())
                        .retryOnResult(Attempt::again)
                        .intervalBiFunction((attempt, result) ->
                                result.get().asked().map(Duration::toMillis).orElseGet(() -> backoff.apply(attempt)))
                        .build());
        onCancel.accept(this::close);
    }

    /** Returns random waits of a third to the whole of the delay, which doubles. */
    private IntervalFunction backoff() {
        long delay = Math.min(api.retries().delay().toMillis(), LONGEST_BACKOFF);
        if (delay < 3) {
            return attempt -> delay;
        }
        IntervalFunction random =
                IntervalFunction.ofExponentialRandomBackoff(delay * 2 / 3, 2, 0.5, LONGEST_BACKOFF * 2 / 3);
        return attempt -> Math.min(random.apply(attempt), LONGEST_BACKOFF);
    }

    /** Returns how long to wait before asking what became of a request, in nanoseconds. */
    long backoff(int attempt) {
        return TimeUnit.MILLISECONDS.toNanos(backoff().apply(attempt));
    }

    /**
     * Sends a request and waits for its whole answer, whatever its status is. Only the status 401 and redirects that are
     * not followed are errors.
     *
     * @throws ReadException when the server has surely not done it, and it is no use to go on: the budget is used up, a
     *     circuit breaker is open, the server redirects to elsewhere, nobody is logged in
     * @throws NoAnswerException when no answer came
     * @throws InterruptedException when the thread is interrupted, or the session closed; a {@link CutException} when the
     *     server may have done what was asked
     */
    Answer send(Call call) throws ReadException, NoAnswerException, InterruptedException {
        if (!RequestUri.origin(call.uri()).equals(RequestUri.origin(api.base()))) {
            throw new ReadException(
                    "E-HTTP-ORIGIN",
                    Fault.sentence(
                            call,
                            1,
                            "the address is not one of the API at " + RequestUri.origin(api.base())
                                    + ", nothing was sent there",
                            "make an HttpApi of its own for it"));
        }
        enter();
        try {
            return repeated(call, Purpose.API);
        } finally {
            leave();
        }
    }

    /** Sends a request for a token, on behalf of a call that waits for it. */
    Answer sendForToken(Call call) throws ReadException, NoAnswerException, InterruptedException {
        return repeated(call, Purpose.TOKEN);
    }

    /** Returns how many requests may still be sent. */
    int requestsLeft() {
        return Math.max(0, api.requests() - sent.get());
    }

    Timing timing() {
        return timing;
    }

    private Answer repeated(Call call, Purpose purpose) throws ReadException, NoAnswerException, InterruptedException {
        Retry.AsyncContext<Attempt> attempts = retry.asyncContext();
        int count = 0;
        boolean arrivedBefore = false;
        Attachment refused = null;
        while (true) {
            count++;
            Attempt attempt;
            try {
                attempt = attempt(call, purpose);
                if (attempt.status() == 401 && purpose == Purpose.API) {
                    // asks for another secret at most once, and only goes on when it is another
                    refused = otherThan(refused, attempt, call, count);
                    continue;
                }
                long wait = attempts.onResult(attempt);
                if (wait < 0) {
                    return ended(call, attempt, count, arrivedBefore);
                }
                arrivedBefore |= attempt.arrived();
                pause(call, count, wait, attempt.asked());
            } catch (ReadException e) {
                if (arrivedBefore && call.safety() != Safety.SAFE) {
                    throw new NoAnswerException(e, true);
                }
                throw e;
            } catch (InterruptedException e) {
                throw arrivedBefore ? new CutException() : e;
            } catch (NoAnswerException e) {
                throw arrivedBefore ? new NoAnswerException(e.failure(), true) : e;
            }
        }
    }

    private Attachment otherThan(@Nullable Attachment refusedBefore, Attempt attempt, Call call, int count)
            throws ReadException, InterruptedException {
        Attachment refused = attempt.attachment().orElse(null);
        if (refused == null) {
            throw new ReadException(
                    "E-HTTP-AUTH",
                    Fault.sentence(
                            call, count, "the server wants to know who asks (status 401)", "say authentication(...)"));
        }
        boolean first = refusedBefore == null;
        if (first && !attachment(refused).orElse(refused).isSame(refused)) {
            return refused;
        }
        throw new ReadException(
                "E-HTTP-AUTH",
                Fault.sentence(
                        call,
                        count,
                        "the server does not accept the authentication (status 401)"
                                + (first ? "" : ", not even when it was renewed"),
                        "check the secret, and what it may be used for"));
    }

    private Optional<Attachment> attachment(@Nullable Attachment refused) throws ReadException, InterruptedException {
        Optional<Authentication> authentication = api.authentication();
        return authentication.isEmpty()
                ? Optional.empty()
                : Optional.of(authentication.get().attachment(this, refused));
    }

    private Answer ended(Call call, Attempt attempt, int count, boolean arrivedBefore) throws NoAnswerException {
        Received received = attempt.received();
        Head head = received.head();
        Fault fault = received.fault();
        ReadException failure = fault == null ? null : fault.exception(call, count);
        if (head == null) {
            if (failure == null) {
                throw new IllegalStateException("neither an answer nor a fault");
            }
            throw new NoAnswerException(failure, arrivedBefore || attempt.arrived());
        }
        return new Answer(
                head.status(),
                head.headers(),
                attempt.from(),
                received.body(),
                failure,
                received.framing(),
                count,
                arrivedBefore);
    }

    /** Sends a request once, and again to where the server redirects it. */
    private Attempt attempt(Call call, Purpose purpose) throws ReadException, NoAnswerException, InterruptedException {
        Redirects redirects = new Redirects(call);
        URI uri = call.uri();
        while (true) {
            Attempt attempt =
                    purpose == Purpose.API ? limited(call, uri) : exchanged(call, uri, purpose, Optional.empty());
            Head head = attempt.received().head();
            if (head == null || !Redirects.isRedirect(head.status()) || purpose == Purpose.TOKEN) {
                return attempt;
            }
            uri = redirects.next(uri, head, attempt.attachment());
        }
    }

    private Attempt limited(Call call, URI uri) throws ReadException, InterruptedException {
        checkTime(call);
        // counted before it is sent, so that several threads do not send more together
        if (sent.getAndUpdate(count -> count < api.requests() ? count + 1 : count) >= api.requests()) {
            throw new BudgetSpentException(Fault.sentence(
                    call,
                    1,
                    "the budget of " + api.requests() + " requests is used up",
                    "say budget(...) if it may be more"));
        }
        CircuitBreaker breaker = api.circuitBreaker().orElse(null);
        if (breaker != null && !breaker.tryAcquirePermission()) {
            throw new ReadException(
                    "E-HTTP-BREAKER",
                    Fault.sentence(
                            call,
                            1,
                            "the circuit breaker is open after many failures, nothing was sent",
                            "try again later, and look at what has failed before"));
        }
        boolean used = false;
        try {
            awaitPermission(call);
            Optional<Attachment> attachment = attachment(null);
            long start = breaker == null ? 0 : breaker.getCurrentTimestamp();
            Attempt attempt = exchanged(call, uri, Purpose.API, attachment);
            if (breaker != null) {
                long took = breaker.getCurrentTimestamp() - start;
                Fault fault = attempt.received().fault();
                if (fault != null || isTransient(attempt.status())) {
                    breaker.onError(
                            took,
                            breaker.getTimestampUnit(),
                            new IOException(fault != null ? fault.code() : "status " + attempt.status()));
                } else {
                    breaker.onSuccess(took, breaker.getTimestampUnit());
                }
                used = true;
            }
            return attempt;
        } finally {
            if (breaker != null && !used) {
                breaker.releasePermission();
            }
        }
    }

    private void awaitPermission(Call call) throws ReadException, InterruptedException {
        Optional<RateLimiter> limiter = api.rateLimiter();
        if (limiter.isEmpty()) {
            return;
        }
        long wait = limiter.get().reservePermission();
        if (wait < 0) {
            throw new ReadException(
                    "E-HTTP-WAIT",
                    Fault.sentence(
                            call,
                            1,
                            "the rate limiter has no place for it within its time-out, nothing was sent",
                            "give the limiter a longer time-out, or ask for less at a time"));
        }
        pauseWithinBudget(call, wait, "the rate limiter");
    }

    private Attempt exchanged(Call call, URI uri, Purpose purpose, Optional<Attachment> attachment)
            throws ReadException, InterruptedException {
        checkOpen();
        checkTime(call);
        // a change is not cut off by the budget: whether it was made would not be known
        boolean reading = call.safety() == Safety.SAFE || purpose == Purpose.TOKEN;
        Duration time = api.timeout();
        boolean shortened = false;
        Optional<Duration> left = timeLeft();
        if (reading && left.isPresent() && left.get().compareTo(time) < 0) {
            time = left.get();
            shortened = true;
        }
        HttpClient client = api.client();
        HttpRequest request = request(call, uri, purpose, attachment);
        Exchange.Limits limits = new Exchange.Limits(
                time, purpose == Purpose.TOKEN ? Math.min(LARGEST_TOKEN, api.largestBody()) : api.largestBody());
        Received received;
        try {
            received = Exchange.send(client, request, limits);
        } catch (InterruptedException e) {
            throw purpose == Purpose.TOKEN ? e : new CutException();
        }
        Fault fault = received.fault();
        if (shortened && fault != null && fault.code().equals("E-HTTP-STALLED")) {
            throw timeSpent(call);
        }
        return classified(call, uri, received, attachment);
    }

    private HttpRequest request(Call call, URI uri, Purpose purpose, Optional<Attachment> attachment)
            throws ReadException {
        URI target = attachment.isPresent() ? attachment.get().to(uri) : uri;
        HttpRequest.Builder request = HttpRequest.newBuilder();
        try {
            request.uri(target);
            if (target.getScheme().equalsIgnoreCase("http")) {
                // no attempt to change to HTTP/2 in the middle, which many servers do not understand
                request.version(HttpClient.Version.HTTP_1_1);
            }
            if (purpose == Purpose.API) {
                api.headers().forEach(header -> request.setHeader(header.name(), header.value()));
            }
            call.headers().forEach(header -> request.setHeader(header.name(), header.value()));
            request.setHeader("Accept-Encoding", "gzip");
            Call.Header secret = attachment.map(Attachment::header).orElse(null);
            if (secret != null) {
                request.setHeader(secret.name(), secret.value());
            }
            Call.Body body = call.body();
            if (body != null) {
                request.setHeader("Content-Type", body.contentType());
                request.method(call.method(), BodyPublishers.ofByteArray(body.bytes()));
            } else if (call.method().equals("GET")) {
                request.GET();
            } else {
                request.method(call.method(), BodyPublishers.noBody());
            }
            return request.build();
        } catch (IllegalArgumentException e) {
            // its message quotes the value of a header
            throw new ReadException(
                    "E-HTTP-REQUEST",
                    Fault.sentence(
                            call,
                            1,
                            "a header or the address has characters that cannot be sent, nothing was sent",
                            "check what is put into them"));
        }
    }

    private Attempt classified(Call call, URI uri, Received received, Optional<Attachment> attachment) {
        Head head = received.head();
        Fault fault = received.fault();
        Optional<Duration> wait = Optional.empty();
        boolean notDone;
        boolean passing;
        if (head == null) {
            notDone = fault != null && !fault.arrived();
            passing = fault != null && fault.repeatable();
        } else {
            int status = head.status();
            // some servers say 403 where others say 429; the header tells it from a lack of permission
            boolean isLimit =
                    status == 403 && head.headers().firstValue("Retry-After").isPresent();
            wait = isTransient(status) || isLimit ? RetryAfter.of(head.headers(), timing.now()) : Optional.empty();
            notDone = status == 408 || status == 425 || status == 429 || isLimit || status == 503 && wait.isPresent();
            // the body of an error is not needed to know that it is one
            passing = isTransient(status) || isLimit || isSuccess(status) && fault != null && fault.repeatable();
        }
        boolean again = passing && (notDone || call.safety() != Safety.ONCE);
        return new Attempt(uri, received, attachment, wait, !notDone, again);
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }

    private static boolean isTransient(int status) {
        return status == 408
                || status == 425
                || status == 429
                || status >= 500 && status < 600 && status != 501 && status != 505;
    }

    private void pause(Call call, int count, long millis, Optional<Duration> asked)
            throws ReadException, InterruptedException {
        if (asked.isPresent() && asked.get().compareTo(api.longestWait()) > 0) {
            throw new ReadException(
                    "E-HTTP-WAIT",
                    Fault.sentence(
                            call,
                            count,
                            "the server asks to wait for " + asked.get().toSeconds()
                                    + " seconds, longer than the longest wait of "
                                    + api.longestWait().toSeconds() + " seconds",
                            "try again later, or say longestWait(...)"));
        }
        pauseWithinBudget(call, asked.orElse(Duration.ofMillis(millis)).toNanos(), "the next attempt");
    }

    private void pauseWithinBudget(Call call, long nanos, String what) throws ReadException, InterruptedException {
        Optional<Duration> left = timeLeft();
        if (left.isPresent() && left.get().toNanos() < nanos) {
            throw new BudgetSpentException(Fault.sentence(
                    call,
                    1,
                    what + " would have to wait longer than the budget of " + shown(api.time()) + " lasts",
                    "say budget(...) if it may be more"));
        }
        checkOpen();
        timing.pause(nanos);
    }

    private Optional<Duration> timeLeft() {
        return api.time().map(time -> time.minusNanos(timing.nanos() - opened));
    }

    private void checkTime(Call call) throws BudgetSpentException {
        Optional<Duration> left = timeLeft();
        if (left.isPresent() && (left.get().isNegative() || left.get().isZero())) {
            throw timeSpent(call);
        }
    }

    private BudgetSpentException timeSpent(Call call) {
        return new BudgetSpentException(Fault.sentence(
                call, 1, "the budget of " + shown(api.time()) + " is used up", "say budget(...) if it may be more"));
    }

    private static String shown(Optional<Duration> time) {
        return time.map(Duration::toMillis).orElse(0L) + " ms";
    }

    private void checkOpen() throws InterruptedException {
        if (closed) {
            throw new InterruptedException("the session was closed");
        }
    }

    private void enter() throws InterruptedException {
        synchronized (inside) {
            checkOpen();
            inside.put(Thread.currentThread(), false);
        }
    }

    private void leave() {
        synchronized (inside) {
            if (Boolean.TRUE.equals(inside.remove(Thread.currentThread()))) {
                // what close() has done to this thread must not end what it does next
                Thread.interrupted();
            }
        }
    }

    /** Ends what is in flight, and what waits; nothing can be sent any more. */
    @Override
    public void close() {
        synchronized (inside) {
            closed = true;
            inside.replaceAll((thread, before) -> {
                thread.interrupt();
                return true;
            });
        }
    }
}
