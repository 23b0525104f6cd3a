package dev.datasync.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.datasync.http.HttpApi;
import dev.datasync.http.Paging;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Pages of an API that takes 20 ms for each answer into rows, against the JDK's client and Jackson's parser by hand, with
 * as many requests in flight: it knows how many pages there are, and checks nothing. The server is another process.
 */
final class HttpReadingJob implements Job {

    private static final int RECORDS = 100_000;
    private static final int PAGE = 100;
    private static final int IN_FLIGHT = 8;
    private static final int LATENCY_MILLIS = 20;
    private static final String PORT = "port";

    private @Nullable HttpServer server;
    private @Nullable ExecutorService threads;

    @Override
    public String name() {
        return "http-read";
    }

    @Override
    public String work() {
        return "100,000 records in pages of 100, 20 ms each and 8 in flight, into rows";
    }

    @Override
    public int heap() {
        return 96;
    }

    @Override
    public double aim() {
        return 1.3;
    }

    @Override
    public void prepare(Path folder, Size size, Postgres postgres) throws IOException {
        int records = size.rows(RECORDS);
        // otherwise the server holds the end of each answer back for 40 ms
        System.setProperty("sun.net.httpserver.nodelay", "true");
        threads = Executors.newFixedThreadPool(2 * IN_FLIGHT);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/records", exchange -> answer(exchange, records));
        server.start();
        Files.writeString(
                folder.resolve(PORT), Integer.toString(server.getAddress().getPort()));
    }

    @Override
    public void finish() {
        if (server != null) {
            server.stop(0);
        }
        if (threads != null) {
            threads.shutdownNow();
        }
    }

    private static void answer(HttpExchange exchange, int records) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        int page = Integer.parseInt(query.replaceAll(".*\\bpage=(\\d+).*", "$1"));
        StringBuilder body =
                new StringBuilder(20_000).append("{\"total\":").append(records).append(",\"data\":[");
        int last = Math.min(records, page * PAGE);
        for (int i = (page - 1) * PAGE; i < last; i++) {
            body.append(i % PAGE == 0 ? "" : ",")
                    .append("{\"id\":")
                    .append(i)
                    .append(",\"name\":\"name ")
                    .append(i)
                    .append("\",\"price\":")
                    .append(i / 100)
                    .append('.')
                    .append(i % 10)
                    .append(",\"active\":")
                    .append(i % 3 == 0)
                    .append(",\"note\":")
                    .append(i % 5 == 0 ? "null" : "\"a note of some length, with \\\"quotes\\\"\"")
                    .append(",\"changed_at\":\"2025-06-01T12:00:00Z\"}");
        }
        byte[] bytes = body.append("]}").toString().getBytes(StandardCharsets.UTF_8);
        try {
            Thread.sleep(LATENCY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public List<Contestant> contestants() {
        return List.of(
                new Contestant(
                        "DataSync",
                        (folder, size) -> Reading.valuesOf(HttpApi.at(address(folder))
                                .get("/records")
                                .records("/data")
                                .total("/total")
                                .pages(Paging.number("page").size("per_page", PAGE))
                                .ahead(IN_FLIGHT))),
                new Contestant("JDK client and Jackson", HttpReadingJob::byHand));
    }

    private static String address(Path folder) throws IOException {
        return "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
                + Files.readString(folder.resolve(PORT));
    }

    private static long byHand(Path folder, Size size) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        String address = address(folder) + "/records?per_page=" + PAGE + "&page=";
        int pages = (size.rows(RECORDS) + PAGE - 1) / PAGE;
        Queue<CompletableFuture<HttpResponse<byte[]>>> flight = new ArrayDeque<>();
        long values = 0;
        int next = 1;
        while (next <= pages || !flight.isEmpty()) {
            while (next <= pages && flight.size() < IN_FLIGHT) {
                HttpRequest request =
                        HttpRequest.newBuilder(URI.create(address + next++)).build();
                flight.add(client.sendAsync(request, BodyHandlers.ofByteArray()));
            }
            values += values(flight.remove().get().body());
        }
        return values;
    }

    /** Counts what is not null in the records. */
    private static long values(byte[] page) {
        long values = 0;
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), page)) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth == 3 && token.isScalarValue() && token != JsonToken.VALUE_NULL) {
                    parser.getString();
                    values++;
                }
            }
        }
        return values;
    }
}
