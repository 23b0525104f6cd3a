package dev.datasync.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its whole answer, once. The JDK's own time limit ends with the headers, so the waiting thread keeps
 * the time, and ends what is in flight by cancelling the subscription to the body: that closes the connection.
 */
final class Exchange {

    private static final String SERVER = "try again later, or ask those who run the server";

    private final HttpRequest request;
    private final Limits limits;
    private final CompletableFuture<Received> received = new CompletableFuture<>();
    private volatile @Nullable Body body;

    /**
     * What bounds an exchange.
     *
     * @param time from connecting to the last byte of the body
     * @param bytes the most bytes of a body, as sent and when decompressed
     */
    record Limits(Duration time, long bytes) {}

    /** How an exchange ended. */
    static final class Received {

        private final @Nullable Head head;
        private final byte[] body;
        private final Answer.Framing framing;
        private final @Nullable Fault fault;

        private Received(@Nullable Head head, byte[] body, Answer.Framing framing, @Nullable Fault fault) {
            this.head = head;
            this.body = body;
            this.framing = framing;
            this.fault = fault;
        }

        static Received whole(Head head, byte[] body, Answer.Framing framing) {
            return new Received(head, body, framing, null);
        }

        static Received failed(@Nullable Head head, Fault fault) {
            return new Received(head, new byte[0], Answer.Framing.CLOSED, fault);
        }

        /** Returns the answer up to its body, or null when not even that came; then there is a fault. */
        @Nullable
        Head head() {
            return head;
        }

        /** Returns the body, decompressed; empty when there is a fault. */
        byte[] body() {
            return body;
        }

        Answer.Framing framing() {
            return framing;
        }

        /** Returns why the answer is not whole, or null. */
        @Nullable
        Fault fault() {
            return fault;
        }
    }

    /** An answer up to its body. */
    record Head(int status, HttpHeaders headers) {}

    private Exchange(HttpRequest request, Limits limits) {
        this.request = request;
        this.limits = limits;
    }

    /**
     * Sends a request once and waits for its whole answer.
     *
     * @throws InterruptedException when the thread is interrupted; nothing is in flight then
     */
    static Received send(HttpClient client, HttpRequest request, Limits limits) throws InterruptedException {
        return new Exchange(request, limits).send(client);
    }

    private Received send(HttpClient client) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        CompletableFuture<HttpResponse<Void>> response;
        try {
            response = client.sendAsync(request, this::subscriber);
        } catch (RuntimeException e) {
            return Received.failed(
                    null,
                    new Fault(
                            "E-HTTP-CONNECT",
                            "the client takes no requests (" + e.getClass().getSimpleName() + ")",
                            "look at the client(...) that was given, and its executor",
                            false,
                            false));
        }
        var unused = response.whenComplete((ignored, failure) -> {
            if (failure != null) {
                received.complete(failed(failure));
            }
        });
        try {
            return received.get(limits.time().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            Body reading = body;
            return Received.failed(
                    reading == null ? null : reading.head,
                    new Fault(
                            "E-HTTP-STALLED",
                            "the answer was not complete after " + limits.time().toMillis() + " ms, "
                                    + (reading == null ? "not even its headers came" : reading.count + " bytes came"),
                            "say timeout(...) if the server needs longer",
                            true,
                            true));
        } catch (ExecutionException e) {
            throw new IllegalStateException("the exchange has failed", e);
        } finally {
            // in time nothing of this has an effect; too late or interrupted it closes the connection
            if (!received.isDone()) {
                received.cancel(false);
                Body reading = body;
                if (reading != null) {
                    reading.cancel();
                }
                response.cancel(true);
            }
        }
    }

    private BodySubscriber<Void> subscriber(ResponseInfo info) {
        Body reading = new Body(info);
        body = reading;
        if (received.isDone()) {
            reading.cancel();
        }
        return reading;
    }

    /** Sorts what the JDK's client throws; its messages quote what the server has sent, and are not shown. */
    private Received failed(Throwable thrown) {
        Throwable failure = thrown;
        while ((failure instanceof CompletionException || failure instanceof ExecutionException)
                && failure.getCause() != null) {
            failure = failure.getCause();
        }
        Body reading = body;
        if (reading != null) {
            return Received.failed(reading.head, reading.interrupted(failure));
        }
        String kind = " (" + failure.getClass().getSimpleName() + ")";
        if (failure instanceof ConnectException
                || failure instanceof UnknownHostException
                || failure instanceof HttpConnectTimeoutException) {
            return Received.failed(
                    null,
                    new Fault(
                            "E-HTTP-CONNECT",
                            "the server could not be reached" + kind,
                            "check the address, and that the server runs and may be reached from here",
                            false,
                            true));
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof GeneralSecurityException) {
                return Received.failed(
                        null,
                        new Fault(
                                "E-HTTP-CONNECT",
                                "the certificate of the server is not trusted here" + kind,
                                "check the address, or give a client(...) that trusts it",
                                false,
                                false));
            }
        }
        if (failure instanceof ProtocolException) {
            return Received.failed(
                    null,
                    new Fault("E-HTTP-PROTOCOL", "what the server answered is not HTTP" + kind, SERVER, true, true));
        }
        if (failure instanceof IOException) {
            return Received.failed(
                    null,
                    new Fault(
                            "E-HTTP-CONNECT",
                            "the connection ended before the headers of the answer were complete" + kind,
                            SERVER,
                            true,
                            true));
        }
        return Received.failed(
                null,
                new Fault("E-HTTP-PROTOCOL", "the request could not be sent or answered" + kind, SERVER, true, false));
    }

    /** Collects a body up to the limit. Called by one thread after the other, except for cancelling. */
    private final class Body implements BodySubscriber<Void> {

        private final Head head;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final boolean chunked;
        private final @Nullable Fault wrongFrom;
        private final boolean http2;
        private volatile long count;
        private Flow.@Nullable Subscription subscription;
        private boolean cancelled;

        Body(ResponseInfo info) {
            this.head = new Head(info.statusCode(), info.headers());
            this.http2 = info.version() != HttpClient.Version.HTTP_1_1;
            List<String> transfer = info.headers().allValues("Transfer-Encoding");
            this.chunked = transfer.size() == 1 && transfer.get(0).trim().equalsIgnoreCase("chunked");
            this.wrongFrom = http2 ? null : wrongFraming(transfer);
        }

        private @Nullable Fault wrongFraming(List<String> transfer) {
            List<String> lengths = head.headers().allValues("Content-Length");
            if (new HashSet<>(lengths).size() > 1) {
                return protocol("the answer has two different lengths");
            }
            if (!transfer.isEmpty() && !lengths.isEmpty()) {
                return protocol("the answer has both a Content-Length and a Transfer-Encoding");
            }
            if (!lengths.isEmpty() && !isNumber(lengths.get(0))) {
                return protocol("the Content-Length of the answer is no number");
            }
            if (!transfer.isEmpty() && !chunked) {
                return new Fault(
                        "E-HTTP-ENCODING",
                        "the answer is transferred in a way that was not asked for",
                        "only chunked is understood",
                        true,
                        false);
            }
            return null;
        }

        private Fault protocol(String problem) {
            return new Fault("E-HTTP-PROTOCOL", problem, SERVER, true, false);
        }

        private boolean isNumber(String text) {
            String trimmed = text.trim();
            return !trimmed.isEmpty()
                    && trimmed.length() <= 18
                    && trimmed.chars().allMatch(next -> next >= '0' && next <= '9');
        }

        @Override
        public CompletionStage<Void> getBody() {
            return ended;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            boolean unwanted;
            synchronized (this) {
                subscription = given;
                unwanted = cancelled;
            }
            Fault wrong = wrongFrom;
            if (head.status() < 200) {
                // JDK 17 takes an interim answer for the final one, which then never comes
                end(Received.failed(null, protocol("an interim answer came in the place of the final one")));
                given.cancel();
                return;
            }
            if (wrong == null && announced() > limits.bytes() && bodyExpected()) {
                wrong = tooLarge();
            }
            if (wrong != null) {
                end(Received.failed(head, wrong));
                given.cancel();
            } else if (unwanted) {
                given.cancel();
            } else {
                given.request(Long.MAX_VALUE);
            }
        }

        private long announced() {
            List<String> lengths = head.headers().allValues("Content-Length");
            return lengths.isEmpty() || !isNumber(lengths.get(0))
                    ? -1
                    : Long.parseLong(lengths.get(0).trim());
        }

        private boolean bodyExpected() {
            return !request.method().equals("HEAD") && head.status() != 304 && head.status() != 204;
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            if (received.isDone()) {
                return;
            }
            for (ByteBuffer part : parts) {
                long total = count + part.remaining();
                count = total;
                if (total > limits.bytes()) {
                    end(Received.failed(head, tooLarge()));
                    cancel();
                    return;
                }
                byte[] copy = new byte[part.remaining()];
                part.get(copy);
                bytes.write(copy, 0, copy.length);
            }
        }

        @Override
        public void onError(Throwable failure) {
            end(Received.failed(head, interrupted(failure)));
        }

        @Override
        public void onComplete() {
            end(complete());
        }

        private void end(Received result) {
            received.complete(result);
            ended.complete(null);
        }

        void cancel() {
            Flow.Subscription known;
            synchronized (this) {
                cancelled = true;
                known = subscription;
            }
            if (known != null) {
                known.cancel();
            }
            ended.complete(null);
        }

        Fault interrupted(Throwable failure) {
            String announced = announced() < 0 ? "" : " of " + announced();
            return new Fault(
                    "E-HTTP-TRUNCATED",
                    "the answer was cut off after " + count + announced + " bytes ("
                            + failure.getClass().getSimpleName() + ")",
                    SERVER,
                    true,
                    true);
        }

        private Fault tooLarge() {
            return new Fault(
                    "E-HTTP-TOO-LARGE",
                    "the answer is larger than the " + limits.bytes() + " bytes that are allowed",
                    "ask for smaller pages, or say largestBody(...)",
                    true,
                    false);
        }

        private Received complete() {
            byte[] raw = bytes.toByteArray();
            boolean proven = http2 || chunked || announced() >= 0 || !bodyExpected();
            String encoding = String.join(",", head.headers().allValues("Content-Encoding"))
                    .trim()
                    .toLowerCase(Locale.ROOT);
            if (encoding.isEmpty() || encoding.equals("identity") || !bodyExpected() || raw.length == 0 && proven) {
                return whole(raw, proven);
            }
            if (!encoding.equals("gzip") && !encoding.equals("x-gzip")) {
                return Received.failed(
                        head,
                        new Fault(
                                "E-HTTP-ENCODING",
                                "the answer is compressed in a way that was not asked for",
                                "only gzip is understood",
                                true,
                                false));
            }
            try {
                // a compressed body proves its end itself
                return whole(Gzip.decompressed(raw, limits.bytes()), true);
            } catch (Gzip.GzipException e) {
                return Received.failed(head, unzippable(e.problem()));
            }
        }

        private Received whole(byte[] content, boolean proven) {
            return Received.whole(head, content, proven ? Answer.Framing.PROVEN : Answer.Framing.CLOSED);
        }

        private Fault unzippable(Gzip.Problem problem) {
            return switch (problem) {
                case CUT_OFF ->
                    new Fault(
                            "E-HTTP-TRUNCATED",
                            "the compressed answer was cut off after " + count + " bytes",
                            SERVER,
                            true,
                            true);
                case BROKEN ->
                    new Fault("E-HTTP-ENCODING", "the answer says that it is gzip, but is not", SERVER, true, false);
                case TOO_LARGE -> tooLarge();
            };
        }
    }
}
