package dev.datasync.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A server on a free port of this machine that answers with any bytes a test likes, also wrong ones. */
final class RawServer implements AutoCloseable {

    private final ServerSocket listening;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();

    /** What happens on one connection, which is closed afterwards; called by a thread for each connection. */
    @FunctionalInterface
    interface Script {

        void serve(Connection connection) throws Exception;
    }

    private RawServer(ServerSocket listening, Script script) {
        this.listening = listening;
        this.script = script;
    }

    static RawServer start(Script script) {
        try {
            RawServer server = new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
            server.inBackground(server::accept);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers each request of each connection with the same bytes, and closes the connection after each. */
    static RawServer answering(String bytes) {
        return answering(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Answers each request of each connection with the same bytes, and closes the connection after each. */
    static RawServer answering(byte[] bytes) {
        return start(connection -> {
            if (connection.request() != null) {
                connection.write(bytes);
            }
        });
    }

    private void inBackground(Runnable task) {
        Thread thread = new Thread(task, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                open.add(socket);
                accepted.incrementAndGet();
                inBackground(() -> serve(socket));
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.serve(new Connection(socket));
        } catch (Exception e) {
            // a connection that breaks is what these tests are about
        } finally {
            open.remove(socket);
        }
    }

    String at(String path) {
        return "http://localhost:" + listening.getLocalPort() + path;
    }

    URI uri(String path) {
        return URI.create(at(path));
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Returns the heads and bodies of the requests so far, the oldest first. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Returns how many connections were made so far. */
    int accepted() {
        return accepted.get();
    }

    /** Returns how many connections have not ended. */
    int openConnections() {
        return open.size();
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection as the server has it. */
    final class Connection {

        private final Socket socket;
        private final InputStream in;

        private Connection(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        /** Reads a request with its body of known length; null when the client has closed the connection. */
        @Nullable
        String request() throws IOException {
            StringBuilder text = new StringBuilder();
            while (text.length() < 4 || text.lastIndexOf("\r\n\r\n") != text.length() - 4) {
                int next = in.read();
                if (next < 0) {
                    return null;
                }
                text.append((char) next);
            }
            int length = 0;
            for (String line : text.toString().split("\r\n", -1)) {
                if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(
                            line.substring("content-length:".length()).trim());
                }
            }
            text.append(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
            requests.add(text.toString());
            return text.toString();
        }

        void write(String bytes) throws IOException {
            write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        }

        void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        /** Waits until the client closes the connection, by reading what it still sends. */
        void awaitClosed() {
            try {
                while (in.read() >= 0) {
                    // more of a request that nobody answers
                }
            } catch (IOException e) {
                // reset, which closes it too
            }
        }

        /** Ends the connection as a crashed machine does. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Ends the connection after what was written. */
        void close() throws IOException {
            socket.close();
        }
    }
}
