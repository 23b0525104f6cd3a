package dev.datasync.http;

import dev.datasync.http.TestServer.Reply;
import dev.datasync.http.TestServer.Request;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server with a REST API over a map of records, for tests: {@code /items} with GET and POST, {@code /items/{id}} with
 * GET, PUT, PATCH (of the members it is given) and DELETE, {@code /items/bulk} with POST, PATCH and DELETE of arrays,
 * whose answer has a result for each. A record is addressed by one of its fields, which the server may make itself.
 */
final class TestApi implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final TestServer server;
    private final Map<String, Map<String, @Nullable Object>> records = new LinkedHashMap<>();
    private final String key;
    private final @Nullable String made;
    private final Map<String, Reply> answered = new LinkedHashMap<>();
    private int next = 1_000;
    private volatile Script script = (request, api) -> api.get();

    /** Decides what becomes of a request to write. */
    @FunctionalInterface
    interface Script {

        /**
         * Answers it.
         *
         * @param api does what the request says, and returns the answer
         */
        Reply reply(Request request, Doing api) throws Exception;
    }

    /** Does what a request says. */
    @FunctionalInterface
    interface Doing {

        Reply get();
    }

    private TestApi(String key, @Nullable String made) {
        this.key = key;
        this.made = made;
        this.server = TestServer.start(this::answer);
    }

    /** Starts a server whose records are told apart, and addressed, by a field that clients set. */
    static TestApi start(String key) {
        return new TestApi(key, null);
    }

    /** Starts a server whose records are addressed by a number that it makes, and told apart by another field. */
    static TestApi numbering(String key, String made) {
        return new TestApi(key, made);
    }

    TestApi script(Script changed) {
        script = changed;
        return this;
    }

    HttpApi api() {
        return HttpApi.at(server.at("")).retries(dev.datasync.run.Retries.upTo(3, java.time.Duration.ZERO));
    }

    TestServer server() {
        return server;
    }

    /** Returns the requests that were not to read, such as {@code PATCH /items/3}. */
    List<String> writes() {
        List<String> writes = new CopyOnWriteArrayList<>();
        for (Request request : server.requests()) {
            if (!request.method().equals("GET")) {
                writes.add(request.toString());
            }
        }
        return writes;
    }

    synchronized void put(Row row) {
        Map<String, @Nullable Object> record = new LinkedHashMap<>();
        for (int i = 0; i < row.schema().size(); i++) {
            record.put(row.schema().field(i).name(), row.value(i));
        }
        // as it will be read by clients
        store(parsed(text(record)));
    }

    private Map<String, @Nullable Object> store(Map<String, @Nullable Object> record) {
        String field = made;
        if (field != null) {
            record.put(field, next++);
        }
        records.put(address(record), record);
        return record;
    }

    private String address(Map<String, @Nullable Object> record) {
        Object value = record.get(made == null ? key : made);
        return value instanceof BigDecimal number ? number.toPlainString() : String.valueOf(value);
    }

    synchronized int size() {
        return records.size();
    }

    synchronized void remove(String address) {
        records.remove(address);
    }

    /** Returns a record by its address. */
    synchronized Optional<Map<String, @Nullable Object>> record(Object address) {
        return Optional.ofNullable(records.get(String.valueOf(address)));
    }

    /** Returns the records as rows with some fields. */
    synchronized List<Row> rows(Schema schema) {
        List<Row> rows = new ArrayList<>();
        for (Map<String, @Nullable Object> record : records.values()) {
            @Nullable Object[] values = new @Nullable Object[schema.size()];
            for (int i = 0; i < values.length; i++) {
                Object value = record.get(schema.field(i).name());
                values[i] = value == null ? null : schema.field(i).type().convert(value);
            }
            rows.add(schema.row(values));
        }
        return rows;
    }

    // ---------------------------------------------------------------- answers

    private Reply answer(Request request) throws Exception {
        if (request.method().equals("GET")) {
            return doing(request);
        }
        String repeated = request.header("Idempotency-Key");
        synchronized (this) {
            Reply known = repeated == null ? null : answered.get(repeated);
            if (known != null) {
                return known;
            }
        }
        return script.reply(request, () -> {
            Reply reply = doing(request);
            if (repeated != null) {
                answered.put(repeated, reply);
            }
            return reply;
        });
    }

    private synchronized Reply doing(Request request) {
        String path = request.path();
        if (path.equals("/items") && request.method().equals("GET")) {
            return Reply.json(text(list(request.query(key))));
        }
        if (path.equals("/items/bulk")) {
            return bulk(request);
        }
        if (path.equals("/items")) {
            return insert(parsed(request.text()));
        }
        if (!path.startsWith("/items/")) {
            return Reply.of(500);
        }
        String address = URLDecoder.decode(path.substring("/items/".length()), StandardCharsets.UTF_8);
        return switch (request.method()) {
            case "GET" -> records.containsKey(address) ? Reply.json(text(records.get(address))) : Reply.of(404);
            case "PUT" -> update(address, parsed(request.text()), true);
            case "PATCH" -> update(address, parsed(request.text()), false);
            default -> Reply.of(records.remove(address) == null ? 404 : 204);
        };
    }

    private List<Object> list(@Nullable String wanted) {
        List<Object> list = new ArrayList<>();
        for (Map<String, @Nullable Object> record : records.values()) {
            if (wanted == null || String.valueOf(record.get(key)).equals(wanted)) {
                list.add(record);
            }
        }
        return list;
    }

    private Reply insert(Map<String, @Nullable Object> record) {
        boolean isThere = records.values().stream()
                .anyMatch(other -> String.valueOf(other.get(key)).equals(String.valueOf(record.get(key))));
        return isThere
                ? Reply.json("{\"message\": \"is there already\"}").status(409)
                : Reply.json(text(store(record))).status(201);
    }

    private Reply update(String address, Map<String, @Nullable Object> values, boolean isWhole) {
        Map<String, @Nullable Object> record = records.get(address);
        if (record == null) {
            return Reply.of(404);
        }
        if (isWhole) {
            String field = made;
            if (field != null) {
                values.put(field, record.get(field));
            }
            records.put(address, values);
        } else {
            record.putAll(values);
        }
        return Reply.json(text(records.get(address)));
    }

    private Reply bulk(Request request) {
        List<Object> results = new ArrayList<>();
        for (Object item : JSON.readValue(request.body(), List.class)) {
            @SuppressWarnings("unchecked") // an object of JSON
            Map<String, @Nullable Object> record = (Map<String, @Nullable Object>) item;
            Reply reply = switch (request.method()) {
                case "POST" -> insert(record);
                case "PATCH" -> update(address(record), record, false);
                default -> Reply.of(records.remove(address(record)) == null ? 404 : 204);
            };
            Map<String, @Nullable Object> result = new LinkedHashMap<>();
            result.put("status", reply.status());
            result.put(key, record.get(key));
            if (made != null && reply.status() == 201) {
                result.put(made, record.get(made));
            }
            results.add(result);
        }
        return Reply.json(text(Map.of("results", results))).status(207);
    }

    @SuppressWarnings("unchecked") // an object of JSON
    private static Map<String, @Nullable Object> parsed(String text) {
        return JSON.readValue(text, LinkedHashMap.class);
    }

    private static String text(@Nullable Object value) {
        return JSON.writeValueAsString(value);
    }

    @Override
    public void close() {
        server.close();
    }
}
