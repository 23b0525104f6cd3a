package dev.datasync.jdbc.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The MariaDB server of the operating system's package, with files in a temporary folder. */
final class LocalMariaDb {

    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    private static final int LONGEST_LOG = 50;
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);

    private final Path folder;
    private final List<Process> processes = new CopyOnWriteArrayList<>();

    private LocalMariaDb(Path folder) {
        this.folder = folder;
    }

    /** Starts a server that ends with this JVM, and returns its URL. */
    static String start() throws IOException, InterruptedException {
        LocalMariaDb server = new LocalMariaDb(Files.createTempDirectory("datasync-mariadb"));
        Files.createDirectory(server.temporary());
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
        server.install();
        int port = freePort();
        Process process = server.run(
                "mariadbd",
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + server.folder.resolve("socket"),
                "--pid-file=" + server.folder.resolve("pid"),
                // no test cuts the server's power
                "--innodb-flush-log-at-trx-commit=0",
                "--skip-innodb-doublewrite",
                "--debug-no-sync");
        String url = "jdbc:mariadb://127.0.0.1:" + port + "/?user=root";
        server.await(process, url);
        return url;
    }

    private void install() throws IOException, InterruptedException {
        Process install = run("mariadb-install-db", "--auth-root-authentication-method=normal", "--skip-test-db");
        if (install.waitFor() != 0) {
            throw new IOException("mariadb-install-db ends with " + install.exitValue() + ": " + log());
        }
    }

    private Process run(String program, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--no-defaults",
                "--datadir=" + folder.resolve("data"),
                // a server that starts deletes the temporary tables of every server in the same folder
                "--tmpdir=" + temporary()));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--user=root");
        }
        command.addAll(List.of(options));
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
        processes.add(started);
        return started;
    }

    private Path temporary() {
        return folder.resolve("temporary");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void await(Process process, String url) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (true) {
            try (Connection connection = DriverManager.getConnection(url)) {
                if (connection.isValid(1)) {
                    return;
                }
            } catch (SQLException e) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("mariadbd does not answer: " + log(), e);
                }
            }
            // an exit of the server ends the waiting at once
            if (process.waitFor(BETWEEN_QUESTIONS.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("mariadbd ends with " + process.exitValue() + ": " + log());
            }
        }
    }

    private String log() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("log"));
        // the cause comes first, before much advice
        return String.join("\n", lines.subList(0, Math.min(LONGEST_LOG, lines.size())));
    }

    private void stop() {
        // nothing of it is kept, so there is nothing to write back either
        processes.forEach(process -> process.destroyForcibly().onExit().join());
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("the folder of the MariaDB server is not deleted: " + e);
        }
    }
}
