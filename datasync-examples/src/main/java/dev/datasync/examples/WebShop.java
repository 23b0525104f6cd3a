package dev.datasync.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A web shop with a REST API, played by the JDK's own server: pages of products, which can be added, changed and removed.
 * Safe for use by several threads.
 */
final class WebShop implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final TreeMap<String, Map<String, Object>> products = new TreeMap<>();
    private final List<String> changes = new ArrayList<>();
    private final HttpServer server;

    private WebShop(HttpServer server) {
        this.server = server;
    }

    /** Opens a shop without products on a free port of this computer. */
    static WebShop open() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        WebShop shop = new WebShop(server);
        server.createContext("/products", shop::answer);
        server.start();
        return shop;
    }

    String address() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Puts a product into the shop, by another way than its API. */
    synchronized WebShop selling(String json) {
        put(json);
        return this;
    }

    /** Returns the products as JSON, by their number. */
    synchronized String products() {
        return JSON.writeValueAsString(products.values());
    }

    /** Returns the requests that have changed something, for example {@code PATCH /products/007}. */
    synchronized List<String> changes() {
        return List.copyOf(changes);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            byte[] answer =
                    answer(exchange, new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private synchronized String answer(HttpExchange exchange, String body) {
        String path = exchange.getRequestURI().getPath();
        String sku = path.substring(path.lastIndexOf('/') + 1);
        if (exchange.getRequestMethod().equals("GET")) {
            return page(exchange.getRequestURI().getRawQuery());
        }
        changes.add(exchange.getRequestMethod() + " " + path);
        return switch (exchange.getRequestMethod()) {
            case "POST" -> put(body);
            case "PATCH" -> {
                Map<String, Object> product = products.computeIfAbsent(sku, added -> new LinkedHashMap<>());
                product.putAll(read(body));
                yield JSON.writeValueAsString(product);
            }
            default -> {
                products.remove(sku);
                yield "";
            }
        };
    }

    /** Returns the products behind the last one of the page before: {@code ?after=007&size=100}. */
    private String page(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String part : query.split("&", -1)) {
            String[] parts = part.split("=", 2);
            parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return JSON.writeValueAsString(products.tailMap(parameters.getOrDefault("after", ""), false).values().stream()
                .limit(Integer.parseInt(parameters.getOrDefault("size", "10")))
                .toList());
    }

    private String put(String json) {
        Map<String, Object> product = read(json);
        products.put(String.valueOf(product.get("sku")), product);
        return json;
    }

    private static Map<String, Object> read(String json) {
        return JSON.readValue(json, new TypeReference<LinkedHashMap<String, Object>>() {});
    }
}
