package dev.datasync.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A REST API that answers as it was told, and keeps what it was asked. */
final class ScriptedApi implements AutoCloseable {

    /** Makes the server do what was asked, and close the connection instead of answering. */
    static final int NO_ANSWER = 0;

    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    private record Answer(int status, String json) {}

    /**
     * A request.
     *
     * @param what its method and address, for example {@code GET /customers?page=1}
     * @param headers its headers as text, {@code Name: value} on each line
     * @param body its body
     */
    record Request(String what, String headers, String body) {}

    private ScriptedApi(HttpServer server) {
        this.server = server;
    }

    static ScriptedApi open() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ScriptedApi api = new ScriptedApi(server);
        server.createContext("/", api::answer);
        server.start();
        return api;
    }

    /** Says what is answered to a request; it stays so until it is said again. */
    ScriptedApi answering(String request, int status, String json) {
        answers.put(request, new Answer(status, json));
        return this;
    }

    String address() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    List<String> asked() {
        return requests.stream().map(Request::what).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String what = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            StringBuilder headers = new StringBuilder();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.append(name)
                            .append(": ")
                            .append(values.get(0))
                            .append('\n'));
            requests.add(new Request(
                    what,
                    headers.toString(),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            Answer answer = answers.getOrDefault(what, new Answer(404, "{}"));
            if (answer.status() != NO_ANSWER) {
                byte[] body = answer.json().getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(answer.status(), body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }
}
