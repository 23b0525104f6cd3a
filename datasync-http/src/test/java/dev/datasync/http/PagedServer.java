package dev.datasync.http;

import dev.datasync.http.TestServer.Reply;
import dev.datasync.http.TestServer.Request;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A server that divides records into pages in many ways. */
final class PagedServer implements AutoCloseable {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Scheme scheme;
    private final int size;
    private final TestServer server;

    /** The records as JSON, which a test may change. */
    private final List<String> records;

    private volatile int cap = Integer.MAX_VALUE;
    private volatile Meanwhile meanwhile = (request, records) -> {};

    /** What happens after a request was answered. */
    @FunctionalInterface
    interface Meanwhile {
        void happens(int requestsSoFar, List<String> records);
    }

    /** The ways in which records come. */
    enum Scheme {
        ONE,
        GZIP,
        FLATTENED,
        LINES,
        DECODER,
        NUMBER,
        NUMBER_AND_TOTAL,
        OFFSET,
        OFFSET_WITHOUT_OVERLAP,
        CURSOR,
        NEXT,
        LINK,
        KEYSET,
        FUNCTION;

        boolean isPaged() {
            return compareTo(NUMBER) >= 0;
        }
    }

    PagedServer(Scheme scheme, int size, List<Row> rows) {
        this.scheme = scheme;
        this.size = size;
        this.records = new ArrayList<>(rows.stream().map(PagedServer::json).toList());
        this.server = TestServer.start(this::reply);
    }

    static String json(Row row) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (int i = 0; i < row.schema().size(); i++) {
            Object value = row.value(i);
            boolean isDocument = row.schema().field(i).type() instanceof FieldType.Json;
            members.put(
                    row.schema().field(i).name(),
                    isDocument && value != null ? MAPPER.readValue((String) value, Object.class) : value);
        }
        return MAPPER.writeValueAsString(members);
    }

    /** Returns how many records a page has at most, whatever was asked for. */
    PagedServer cap(int most) {
        cap = most;
        return this;
    }

    PagedServer meanwhile(Meanwhile change) {
        meanwhile = change;
        return this;
    }

    List<Request> requests() {
        return server.requests();
    }

    HttpApi api() {
        return HttpApi.at(server.at(""));
    }

    HttpResource resource() {
        HttpResource resource = api().get("/records");
        return switch (scheme) {
            case ONE, GZIP -> resource;
            case FLATTENED -> resource.flatten("_").records("/data/1/items");
            case LINES -> resource.lines();
            case DECODER ->
                resource.accepting("text/plain").decodedBy((body, type, charset, rows) -> {
                    BufferedReader lines = new BufferedReader(new InputStreamReader(body, charset));
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        if (!line.isEmpty()) {
                            rows.accept(row(line));
                        }
                    }
                });
            case NUMBER ->
                resource.pages(Paging.number("page").size("per_page", size).stable())
                        .id("id");
            case NUMBER_AND_TOTAL ->
                resource.records("/data")
                        .total("/meta/total")
                        .pages(Paging.number("page").from(0));
            case OFFSET ->
                resource.pages(Paging.offset("offset", "limit", size)).ahead(3);
            case OFFSET_WITHOUT_OVERLAP ->
                resource.totalHeader("X-Total-Count")
                        .pages(Paging.offset("offset", "limit", size).withoutOverlap())
                        .ahead(4);
            case CURSOR -> resource.records("/data").pages(Paging.cursor("cursor", "/meta/next"));
            case NEXT -> resource.records("/data").pages(Paging.next("/links/next"));
            case LINK -> resource.pages(Paging.link());
            case KEYSET -> resource.pages(Paging.keyset("since", "id").size("limit", size));
            case FUNCTION ->
                resource.records("/data")
                        .pages(Paging.by(page -> page.value("/meta/next").map(next -> "records?cursor=" + next)));
        };
    }

    private static Row row(String json) {
        Map<?, ?> members = MAPPER.readValue(json, Map.class);
        List<@Nullable Object> namesAndValues = new ArrayList<>();
        members.forEach((name, value) -> {
            namesAndValues.add(name);
            namesAndValues.add(value instanceof Integer number ? Long.valueOf(number) : value);
        });
        return Row.of(namesAndValues.toArray());
    }

    private Reply reply(Request request) {
        synchronized (records) {
            Reply reply = page(request);
            meanwhile.happens(server.requests().size(), records);
            return reply;
        }
    }

    private Reply page(Request request) {
        int all = records.size();
        int from = switch (scheme) {
            case NUMBER -> (number(request, "page", 1) - 1) * size();
            case NUMBER_AND_TOTAL -> number(request, "page", 0) * size();
            case OFFSET, OFFSET_WITHOUT_OVERLAP -> number(request, "offset", 0);
            case CURSOR, FUNCTION -> number(request, "cursor", 0);
            case NEXT, LINK -> number(request, "at", 0);
            case KEYSET -> after(request.query("since"));
            default -> 0;
        };
        int first = Math.min(from, all);
        int last = scheme.isPaged() ? Math.min(first + size(), all) : all;
        List<String> page = records.subList(first, last);
        String array = "[" + String.join(",", page) + "]";
        boolean isMore = last < all;
        return switch (scheme) {
            case GZIP -> Reply.json("\ufeff" + array).gzip().chunked();
            case FLATTENED ->
                Reply.json("{\"data\":[0,{\"before\":[1,{}],\"items\":" + array + ",\"after\":null}],\"error\":null}");
            case LINES ->
                Reply.of(200)
                        .header("Content-Type", "application/x-ndjson; charset=utf-8")
                        .body(page.isEmpty() ? "\n" : String.join("\n", page));
            case DECODER ->
                Reply.of(200)
                        .header("Content-Type", "text/plain;charset=\"utf-16le\"")
                        .body((String.join("\n", page) + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_16LE));
            case NUMBER_AND_TOTAL -> Reply.json("{\"data\":" + array + ",\"meta\":{\"total\":" + all + "}}");
            case OFFSET_WITHOUT_OVERLAP -> Reply.json(array).header("X-Total-Count", "" + all);
            case CURSOR, FUNCTION ->
                Reply.json(
                        "{\"meta\":{\"next\":" + (isMore ? "\"" + last + "\"" : "null") + "},\"data\":" + array + "}");
            case NEXT ->
                Reply.json("{\"data\":" + array + ",\"links\":{"
                        + (isMore ? "\"next\":\"" + server.at("/records?at=" + last) + "\"" : "") + "}}");
            case LINK ->
                Reply.json(array)
                        .header(
                                "Link",
                                (isMore
                                                ? "<records?at=" + last
                                                        + ">; title=\"a, <b>; rel=\\\"next\\\"\"; rel=\"last NEXT\", "
                                                : "")
                                        + "</records>; rel=first");
            default -> Reply.json(array);
        };
    }

    private int size() {
        return Math.min(size, cap);
    }

    private int after(@Nullable String key) {
        if (key == null) {
            return 0;
        }
        for (int i = 0; i < records.size(); i++) {
            Object id = MAPPER.readValue(records.get(i), Map.class).get("id");
            if (String.valueOf(id).equals(key)) {
                return i + 1;
            }
        }
        return records.size();
    }

    private static int number(Request request, String name, int otherwise) {
        return Integer.parseInt(Optional.ofNullable(request.query(name)).orElse("" + otherwise));
    }

    @Override
    public void close() {
        server.close();
    }
}
