package dev.datasync.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server on a free port of this machine whose answers a test scripts; notes the requests. */
final class TestServer implements AutoCloseable {

    static {
        // without it each answer takes 40 ms, because head and body are sent apart
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final String root;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile @Nullable Throwable failure;

    /** Answers a request; called by several threads. */
    @FunctionalInterface
    interface Handler {

        Reply reply(Request request) throws Exception;
    }

    private TestServer(HttpServer server, String scheme, Handler handler) {
        this.server = server;
        this.root = scheme + "://localhost:" + server.getAddress().getPort();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "test-server");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, handler));
        server.start();
    }

    static TestServer start(Handler handler) {
        try {
            return new TestServer(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50), "http", handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TestServer startTls(SSLContext context, Handler handler) {
        try {
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            return new TestServer(server, "https", handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange, Handler handler) throws IOException {
        try (exchange) {
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            headers.putAll(exchange.getRequestHeaders());
            Request request = new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    headers,
                    exchange.getRequestBody().readAllBytes());
            requests.add(request);
            Reply reply;
            try {
                reply = handler.reply(request);
            } catch (Exception | AssertionError e) {
                failure = e;
                reply = Reply.of(599);
            }
            if (reply.status == 0) {
                return;
            }
            reply.headers.forEach(header -> exchange.getResponseHeaders().add(header[0], header[1]));
            byte[] body = reply.body;
            boolean none = reply.status == 204
                    || reply.status == 304
                    || request.method().equals("HEAD");
            exchange.sendResponseHeaders(
                    reply.status, none || body.length == 0 && !reply.chunked ? -1 : reply.chunked ? 0 : body.length);
            if (!none && (body.length > 0 || reply.chunked)) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(body);
                }
            }
        }
    }

    /** Returns the address of a path, such as {@code /customers?page=2}. */
    String at(String path) {
        return root + path;
    }

    URI uri(String path) {
        return URI.create(at(path));
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Returns the requests so far, the oldest first. */
    List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Ends the server; fails when a handler has failed. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        Throwable failed = failure;
        if (failed != null) {
            throw new AssertionError("a handler of the test's server has failed", failed);
        }
    }

    /** A request as it came. */
    static final class Request {

        private final String method;
        private final URI uri;
        private final Map<String, List<String>> headers;
        private final byte[] body;

        private Request(String method, URI uri, Map<String, List<String>> headers, byte[] body) {
            this.method = method;
            this.uri = uri;
            this.headers = headers;
            this.body = body;
        }

        String method() {
            return method;
        }

        /** Returns path and query. */
        URI uri() {
            return uri;
        }

        Map<String, List<String>> headers() {
            return headers;
        }

        byte[] body() {
            return body;
        }

        String path() {
            return uri.getRawPath();
        }

        /** Returns the first value of a header, or null. */
        @Nullable
        String header(String name) {
            List<String> values = headers.get(name);
            return values == null ? null : values.get(0);
        }

        /** Returns the decoded value of a parameter in the query, or null. */
        @Nullable
        String query(String name) {
            if (uri.getRawQuery() != null) {
                for (String part : uri.getRawQuery().split("&", -1)) {
                    int end = part.indexOf('=');
                    if (end >= 0 && decoded(part.substring(0, end)).equals(name)) {
                        return decoded(part.substring(end + 1));
                    }
                }
            }
            return null;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        private static String decoded(String text) {
            return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return method + " " + uri;
        }
    }

    /** An answer; each word returns a new one. */
    static final class Reply {

        private final int status;
        private final List<String[]> headers;
        private final byte[] body;
        private final boolean chunked;

        private Reply(int status, List<String[]> headers, byte[] body, boolean chunked) {
            this.status = status;
            this.headers = headers;
            this.body = body;
            this.chunked = chunked;
        }

        static Reply of(int status) {
            return new Reply(status, List.of(), new byte[0], false);
        }

        /** Closes the connection without an answer. */
        static Reply dropped() {
            return of(0);
        }

        static Reply json(String text) {
            return of(200).header("Content-Type", "application/json").body(text);
        }

        int status() {
            return status;
        }

        Reply status(int changed) {
            return new Reply(changed, headers, body, chunked);
        }

        Reply header(String name, String value) {
            List<String[]> more = new ArrayList<>(headers);
            more.add(new String[] {name, value});
            return new Reply(status, more, body, chunked);
        }

        Reply body(String text) {
            return body(text.getBytes(StandardCharsets.UTF_8));
        }

        Reply body(byte[] bytes) {
            return new Reply(status, headers, bytes, chunked);
        }

        Reply chunked() {
            return new Reply(status, headers, body, true);
        }

        Reply gzip() {
            return header("Content-Encoding", "gzip").body(gzipped(body));
        }

        static byte[] gzipped(byte[] bytes) {
            ByteArrayOutputStream zipped = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
                out.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return zipped.toByteArray();
        }
    }
}
