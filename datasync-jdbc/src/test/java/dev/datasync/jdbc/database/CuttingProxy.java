package dev.datasync.jdbc.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a client and a PostgreSQL or MariaDB server, and cuts the connection when a commit passes. */
public final class CuttingProxy implements AutoCloseable {

    /** When the connection is cut. */
    public enum Cut {
        NEVER,
        BEFORE_COMMIT,
        AFTER_COMMIT
    }

    private static final byte[] COMMIT = "COMMIT".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final ServerSocket listening;
    private final String host;
    private final int port;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile Cut cut = Cut.NEVER;
    private volatile boolean isForGood;
    private volatile boolean isClosed;

    public CuttingProxy(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Cuts the connection over which the next commit passes, and no other. */
    public void cut(Cut when) {
        cut = when;
    }

    /** Cuts the connection over which the next commit passes, and lets none be opened any more. */
    public void cutForGood(Cut when) {
        isForGood = true;
        cut = when;
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                if (isClosed) {
                    // it came while the listening socket was being closed
                    client.close();
                    return;
                }
                Socket server = new Socket(host, port);
                sockets.add(client);
                sockets.add(server);
                start(() -> forward(client, server, true));
                start(() -> forward(server, client, false));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void forward(Socket from, Socket to, boolean isFromClient) {
        byte[] buffer = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                Cut now = isFromClient && hasCommit(buffer, n) ? cut : Cut.NEVER;
                if (now != Cut.NEVER && isForGood) {
                    isClosed = true;
                    listening.close();
                }
                if (now == Cut.BEFORE_COMMIT) {
                    cut = Cut.NEVER;
                    return;
                }
                if (now == Cut.AFTER_COMMIT) {
                    cut = Cut.NEVER;
                    // what comes back is not forwarded, because the way back is closed first
                    from.close();
                    out.write(buffer, 0, n);
                    out.flush();
                    awaitEnd(to);
                    return;
                }
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // the other side was closed
        }
    }

    /** Ends the way to the server only when it has answered, for which the other thread waits as well. */
    private static void awaitEnd(Socket server) throws IOException {
        server.shutdownOutput();
    }

    private static boolean hasCommit(byte[] buffer, int length) {
        for (int i = 0; i + COMMIT.length <= length; i++) {
            int j = 0;
            while (j < COMMIT.length && buffer[i + j] == COMMIT[j]) {
                j++;
            }
            if (j == COMMIT.length) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
