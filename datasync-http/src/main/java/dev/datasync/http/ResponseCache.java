package dev.datasync.http;

import dev.datasync.http.Call.Header;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps answers that have an {@code ETag} or {@code Last-Modified} in memory and asks the server only whether they are
 * still valid: a resource that has not changed then costs an answer without a body. Give the same cache to several
 * resources to share it. Answers that the server does not want to be kept are not. Safe for use by several threads.
 */
public final class ResponseCache {

    private static final long WEIGHT_OF_AN_ENTRY = 1_024;

    private final long most;
    private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long weight;

    /**
     * What was asked for.
     *
     * @param api the API object, whose authentication belongs to it
     * @param uri the address with its query
     * @param headers the headers of the resource, on which the answer may depend
     */
    record Key(HttpApi api, URI uri, List<Header> headers) {

        @Override
        public String toString() {
            return RequestUri.shown(uri);
        }
    }

    /** An answer that was read and found to be good. */
    static final class Entry {

        private final HttpHeaders headers;
        private final byte[] body;

        Entry(HttpHeaders headers, byte[] body) {
            this.headers = headers;
            this.body = body;
        }

        /** Returns what to ask with: the tag if there is one, because the time is less exact. */
        List<Header> conditions() {
            return headers
                    .firstValue("ETag")
                    .map(tag -> new Header("If-None-Match", tag))
                    .or(() -> headers.firstValue("Last-Modified").map(time -> new Header("If-Modified-Since", time)))
                    .stream()
                    .toList();
        }

        /** Returns the kept answer with what the server says of it now. */
        Answer confirmed(Answer notModified) {
            Map<String, List<String>> merged = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            merged.putAll(headers.map());
            notModified.headers().map().forEach((name, values) -> {
                if (!name.toLowerCase(Locale.ROOT).startsWith("content-")) {
                    merged.put(name, values);
                }
            });
            return new Answer(
                    200,
                    HttpHeaders.of(merged, (name, value) -> true),
                    notModified.uri(),
                    body,
                    null,
                    Answer.Framing.PROVEN,
                    notModified.attempts(),
                    false);
        }

        @Override
        public String toString() {
            return body.length + " bytes";
        }
    }

    private ResponseCache(long most) {
        this.most = most;
    }

    /**
     * Returns a cache that keeps at most so much; what was not used for longest is forgotten first.
     *
     * @param bytes the size of all bodies together, about; at least 1
     * @return the cache, empty
     * @throws IllegalArgumentException when that is less than 1
     */
    public static ResponseCache upTo(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a cache keeps at least 1 byte: " + bytes + " is too small");
        }
        return new ResponseCache(bytes);
    }

    synchronized @Nullable Entry get(Key key) {
        return entries.get(key);
    }

    synchronized void remove(Key key) {
        Entry old = entries.remove(key);
        if (old != null) {
            weight -= weight(old);
        }
    }

    /** Keeps an answer if it may be kept; forgets the one before in any case. */
    synchronized void put(Key key, Answer answer, byte[] body) {
        remove(key);
        Entry entry = new Entry(answer.headers(), body);
        if (!mayBeKept(answer) || weight(entry) > most) {
            return;
        }
        entries.put(key, entry);
        weight += weight(entry);
        while (weight > most) {
            remove(entries.keySet().iterator().next());
        }
    }

    private static boolean mayBeKept(Answer answer) {
        HttpHeaders headers = answer.headers();
        boolean hasValidator = headers.firstValue("ETag").isPresent()
                || headers.firstValue("Last-Modified").isPresent();
        return hasValidator
                && answer.framing() == Answer.Framing.PROVEN
                && !has(headers, "Cache-Control", "no-store")
                && !has(headers, "Vary", "*");
    }

    private static boolean has(HttpHeaders headers, String name, String word) {
        return headers.allValues(name).stream()
                .flatMap(value -> Stream.of(value.split(",")))
                .anyMatch(part -> part.strip().equalsIgnoreCase(word));
    }

    private static long weight(Entry entry) {
        return entry.body.length + WEIGHT_OF_AN_ENTRY;
    }

    /**
     * Returns how much is kept, and nothing of what it is.
     *
     * @return for example {@code cache of 3 answers, 4711 bytes}
     */
    @Override
    public synchronized String toString() {
        return "cache of " + entries.size() + " answers, " + weight + " bytes";
    }
}
