package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.RunHandle;
import dev.datasync.SyncPlan;
import dev.datasync.http.PagedServer.Scheme;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.Retries;
import dev.datasync.run.SyncCancelledException;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.testkit.InMemorySink;
import dev.datasync.testkit.Reading;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reading that ends early, for whatever reason, leaves no thread and no connection behind. */
@Timeout(60)
class HttpEndingTest {

    private static List<Thread> threads(String plan) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("datasync-http-" + plan + "-"))
                .toList();
    }

    /** A server that answers the first page, and nothing more until the client goes. */
    private static RawServer stalling(CountDownLatch asked, CountDownLatch gone) {
        String page = "[{\"id\":1},{\"id\":2}]";
        return RawServer.start(connection -> {
            String request = connection.request();
            if (request == null) {
                return;
            }
            if (request.startsWith("GET /a?page=1 ")) {
                connection.write(
                        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
                                + page.length() + "\r\n\r\n" + page);
                return;
            }
            asked.countDown();
            connection.awaitClosed();
            gone.countDown();
        });
    }

    private static HttpResource resource(RawServer server) {
        return HttpApi.at(server.at(""))
                .retries(Retries.none())
                .get("/a")
                .pages(Paging.number("page"))
                .ahead(3);
    }

    @Test
    void an_interrupt_while_pages_are_in_flight_ends_them_all() throws Exception {
        CountDownLatch asked = new CountDownLatch(3);
        CountDownLatch gone = new CountDownLatch(3);
        try (RawServer server = stalling(asked, gone)) {
            AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
            Thread reader = new Thread(() -> thrown.set(catchThrowable(() -> Reading.of(resource(server)))));
            reader.start();
            asked.await();
            assertThat(threads("testkit")).hasSize(3).allMatch(Thread::isDaemon);
            reader.interrupt();
            reader.join();
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            assertThat(threads("testkit")).isEmpty();
            assertThat(gone.await(30, TimeUnit.SECONDS))
                    .as("connections closed")
                    .isTrue();
        }
    }

    @Test
    void a_cancelled_run_ends_while_pages_are_in_flight() throws Exception {
        CountDownLatch asked = new CountDownLatch(3);
        CountDownLatch gone = new CountDownLatch(3);
        try (RawServer server = stalling(asked, gone)) {
            InMemorySink sink = InMemorySink.ofAnyFields("id");
            RunHandle run = SyncPlan.named("stalled")
                    .from(resource(server))
                    .match(Matcher.on("id"))
                    .into(sink)
                    .build()
                    .start();
            asked.await();
            run.cancel();
            assertThat(catchThrowable(run::await)).isInstanceOf(SyncCancelledException.class);
            assertThat(threads("stalled")).isEmpty();
            assertThat(gone.await(30, TimeUnit.SECONDS))
                    .as("connections closed")
                    .isTrue();
            assertThat(sink.writes()).isEmpty();
        }
    }

    @Test
    void an_exception_of_the_receiver_ends_the_pages_in_flight() throws Exception {
        CountDownLatch asked = new CountDownLatch(3);
        CountDownLatch gone = new CountDownLatch(3);
        try (RawServer server = stalling(asked, gone)) {
            IllegalStateException own = new IllegalStateException("own");
            Receiver<Row> receiver = new Receiver<>() {
                @Override
                public void accept(Row row) {
                    throw own;
                }

                @Override
                public void accept(Row row, long position) {
                    try {
                        asked.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    throw own;
                }

                @Override
                public void reject(long position, String reason) {}
            };
            assertThat(catchThrowable(() -> resource(server).read(receiver, new Context())))
                    .isSameAs(own);
            assertThat(threads("thrown")).isEmpty();
            assertThat(gone.await(30, TimeUnit.SECONDS))
                    .as("connections closed")
                    .isTrue();
        }
    }

    private static final class Context implements ReadContext {

        @Override
        public String plan() {
            return "thrown";
        }

        @Override
        public List<String> order() {
            return List.of();
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(Cancellation action) {}
    }

    @Test
    void the_next_page_is_fetched_while_this_one_is_delivered() throws Exception {
        for (Scheme scheme : List.of(Scheme.CURSOR, Scheme.NEXT, Scheme.LINK, Scheme.KEYSET, Scheme.OFFSET)) {
            CountDownLatch second = new CountDownLatch(2);
            try (PagedServer server = new PagedServer(scheme, 5, HttpPagingTest.rows(1, 8))) {
                server.meanwhile((requests, records) -> second.countDown());
                long[] last = {0};
                Receiver<Row> receiver = new Receiver<>() {
                    @Override
                    public void accept(Row row) {
                        throw new AssertionError("no position");
                    }

                    @Override
                    public void accept(Row row, long position) {
                        try {
                            assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        last[0] = row.integer("id");
                    }

                    @Override
                    public void reject(long position, String reason) {
                        throw new AssertionError(reason);
                    }
                };
                server.resource().ahead(1).read(receiver, new Context());
                assertThat(last[0]).isEqualTo(8);
            }
        }
    }

    @Test
    void the_first_failure_in_order_wins() throws Exception {
        CountDownLatch third = new CountDownLatch(1);
        TestServer.Handler handler = request -> {
            String page = String.valueOf(request.query("page"));
            if (page.equals("2")) {
                third.await();
                return Reply.of(410);
            }
            if (page.equals("3")) {
                third.countDown();
                return Reply.of(404);
            }
            return Reply.json("[{\"id\":1}]");
        };
        try (TestServer server = TestServer.start(handler)) {
            HttpResource resource = HttpResource.get(server.at("/a"))
                    .pages(Paging.number("page"))
                    .ahead(2);
            ReadException failure = catchThrowableOfType(ReadException.class, () -> Reading.of(resource));
            assertThat(failure.getMessage()).contains("page 2 of ").contains("status 410");
        }
    }

    @Test
    void never_more_pages_are_asked_for_than_were_said() throws Exception {
        for (int ahead : new int[] {1, 2, 5}) {
            try (PagedServer server = new PagedServer(Scheme.NUMBER, 3, HttpPagingTest.rows(1, 40))) {
                int most = ahead;
                HttpResource resource = server.resource().ahead(ahead);
                Receiver<Row> receiver = new Receiver<>() {
                    @Override
                    public void accept(Row row) {
                        throw new AssertionError("no position");
                    }

                    @Override
                    public void accept(Row row, long position) {
                        assertThat(server.requests().size()).isLessThanOrEqualTo((int) Position.page(position) + most);
                    }

                    @Override
                    public void reject(long position, String reason) {
                        throw new AssertionError(reason);
                    }
                };
                resource.read(receiver, new Context());
            }
        }
    }
}
