package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.http.Call.Safety;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.run.Retries;
import dev.datasync.source.ReadContext.Cancellation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Wherever a request waits, an interrupt and the end of the session end it at once, and nothing stays behind. */
@Timeout(60)
class SessionInterruptTest {

    /** How a request is ended. */
    enum How {
        INTERRUPT,
        CLOSE,
        CANCEL
    }

    private static final HttpApi NOWHERE = HttpApi.at("http://localhost:1");

    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);

    /** Starts a request, waits until it waits, ends it, and expects that it ended so. */
    @SuppressWarnings("try") // closing it early is what this is about
    private void ends(How how, HttpApi api) throws Exception {
        AtomicReference<Cancellation> cancellation = new AtomicReference<>();
        BlockingQueue<Object> results = new LinkedBlockingQueue<>();
        try (Session session = new Session(api, cancellation::set)) {
            URI uri = RequestUri.below(api.base(), "/a");
            Thread thread = new Thread(() -> {
                try {
                    results.add(session.send(new Call("POST", uri, List.of(), null, Safety.IDEMPOTENT, "key 1")));
                } catch (Exception e) {
                    results.add(e);
                }
                // neither kept by mistake nor given to what comes next
                results.add(Thread.currentThread().isInterrupted());
            });
            thread.start();
            assertThat(waiting.await(20, TimeUnit.SECONDS)).as("it waits").isTrue();
            long start = System.nanoTime();
            switch (how) {
                case INTERRUPT -> thread.interrupt();
                case CLOSE -> session.close();
                case CANCEL -> cancellation.get().cancel();
            }
            assertThat(results.poll(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            assertThat(results.poll(20, TimeUnit.SECONDS)).isEqualTo(false);
            thread.join(20_000);
            assertThat(thread.isAlive()).isFalse();
            if (how != How.INTERRUPT) {
                assertThatThrownBy(() -> session.send(Call.get(uri, List.of(), "page 1")))
                        .isInstanceOf(InterruptedException.class);
            }
        } finally {
            over.countDown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void while_connecting(How how) throws Exception {
        // a queue that is full: further connections are neither made nor refused
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> fillers = new ArrayList<>();
            try {
                for (int i = 0; i < 8; i++) {
                    Socket filler = new Socket();
                    fillers.add(filler);
                    try {
                        filler.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()), 100);
                    } catch (java.net.SocketTimeoutException e) {
                        break;
                    }
                }
                waiting.countDown();
                ends(how, HttpApi.at("http://localhost:" + full.getLocalPort()).retries(Retries.none()));
            } finally {
                for (Socket filler : fillers) {
                    filler.close();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void before_the_headers(How how) throws Exception {
        stalled(how, "");
    }

    @ParameterizedTest
    @EnumSource
    void in_the_body(How how) throws Exception {
        stalled(how, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    }

    private void stalled(How how, String sent) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = RawServer.start(connection -> {
            connection.request();
            connection.write(sent);
            waiting.countDown();
            connection.awaitClosed();
            closed.countDown();
        })) {
            ends(how, HttpApi.at(server.at("")));
            assertThat(closed.await(20, TimeUnit.SECONDS))
                    .as("the connection is closed")
                    .isTrue();
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void in_a_pause(How how) throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.of(503).header("Retry-After", "250"))) {
            ends(how, HttpApi.at(server.at("")).timing(noticing()));
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void in_the_rate_limiter(How how) throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.of(200))) {
            HttpApi api =
                    HttpApi.at(server.at("")).rateLimit(1, Duration.ofDays(1)).timing(noticing());
            try (Session session = new Session(api, action -> {})) {
                session.send(Call.get(server.uri("/first"), List.of(), "page 1"));
            }
            ends(how, api);
            assertThat(server.requests()).hasSize(1);
        }
    }

    /** The real time, which tells when somebody waits. */
    private Timing noticing() {
        return new Timing() {
            @Override
            public long nanos() {
                return SYSTEM.nanos();
            }

            @Override
            public java.time.Instant now() {
                return SYSTEM.now();
            }

            @Override
            public void pause(long nanos) throws InterruptedException {
                if (nanos > 0) {
                    waiting.countDown();
                }
                SYSTEM.pause(nanos);
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void in_the_renewal_of_a_token(How how) throws Exception {
        try (TestServer api = TestServer.start(request -> Reply.of(200));
                RawServer tokens = RawServer.start(connection -> {
                    connection.request();
                    waiting.countDown();
                    connection.awaitClosed();
                })) {
            ends(
                    how,
                    HttpApi.at(api.at(""))
                            .authentication(
                                    Authentication.clientCredentials(tokens.at("/token"), "me", () -> "secret")));
            assertThat(api.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void while_another_renews_the_token(How how) throws Exception {
        CountDownLatch renewing = new CountDownLatch(1);
        try (TestServer api = TestServer.start(request -> Reply.of(200));
                RawServer tokens = RawServer.start(connection -> {
                    connection.request();
                    renewing.countDown();
                    over.await();
                    String answer = "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}";
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + answer.length() + "\r\n\r\n" + answer);
                })) {
            HttpApi shared = HttpApi.at(api.at(""))
                    .authentication(Authentication.clientCredentials(tokens.at("/token"), "me", () -> "secret"));
            BlockingQueue<Object> other = new LinkedBlockingQueue<>();
            Thread first = new Thread(() -> {
                try (Session session = new Session(shared, action -> {})) {
                    other.add(session.send(Call.get(api.uri("/a"), List.of(), "page 1")));
                } catch (Exception e) {
                    other.add(e);
                }
            });
            first.start();
            assertThat(renewing.await(20, TimeUnit.SECONDS)).isTrue();
            waiting.countDown();
            ends(how, shared);
            assertThat(other.poll(20, TimeUnit.SECONDS))
                    .as("the other one, which has its own session")
                    .isInstanceOfSatisfying(
                            Answer.class, answer -> assertThat(answer.status()).isEqualTo(200));
            first.join(20_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void in_a_supplier(How how) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (TestServer server = TestServer.start(request -> Reply.of(200))) {
            ends(how, HttpApi.at(server.at("")).authentication(Authentication.bearer(() -> {
                waiting.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return "token";
            })));
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLOSE", "CANCEL"})
    void in_a_supplier_that_loses_the_interrupt(How how) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (TestServer server = TestServer.start(request -> Reply.of(200))) {
            ends(how, HttpApi.at(server.at("")).authentication(Authentication.bearer(() -> {
                waiting.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    // lost
                }
                return "token";
            })));
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("try") // closing it early is what this is about
    void at_the_very_beginning(How how) throws Exception {
        try (Session session = new Session(NOWHERE, action -> {})) {
            Call call = Call.get(URI.create("http://localhost:1/a"), List.of(), "page 1");
            if (how == How.INTERRUPT) {
                Thread.currentThread().interrupt();
            } else {
                session.close();
            }
            assertThatThrownBy(() -> session.send(call)).isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
        }
    }
}
