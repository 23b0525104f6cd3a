package dev.datasync.examples.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A json-server, which serves the arrays of a JSON file as REST resources and keeps them there. Tests that need it are
 * skipped without Node.js, unless {@code DATASYNC_REQUIRED_PROGRAMS} names {@code node}.
 */
final class JsonServer implements AutoCloseable {

    private static final String VERSION = "0.17.4";

    private static final String REQUIRED = "DATASYNC_REQUIRED_PROGRAMS";

    /** Says on its first line at which port it listens, which the command line of json-server does not. */
    private static final String PROGRAM = """
            const jsonServer = require(process.argv[1]);
            const app = jsonServer.create();
            app.use(jsonServer.defaults({ logger: false }));
            app.use(jsonServer.router(process.argv[2]));
            const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
            """;

    private final Process process;
    private final String address;

    private JsonServer(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** Starts a server, or skips the test. */
    static JsonServer serving(Path file, Path log) throws Exception {
        Path node = program("node");
        Path module = installed(program("npm"), log);
        Process process = new ProcessBuilder(node.toString(), "-e", PROGRAM, module.toString(), file.toString())
                .redirectError(log.toFile())
                .start();
        try {
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String port = output.readLine();
            assertThat(port).as(Files.readString(log)).matches("\\d+");
            return new JsonServer(process, "http://127.0.0.1:" + port);
        } catch (IOException | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    String address() {
        return address;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(1, TimeUnit.MINUTES).join();
    }

    /** Downloads json-server the first time; it stays until the next {@code clean}. */
    private static Path installed(Path npm, Path log) throws IOException, InterruptedException {
        Path folder =
                Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target/json-server-" + VERSION);
        Path module = folder.resolve("node_modules/json-server");
        // npm writes it when everything is there
        if (Files.exists(folder.resolve("node_modules/.package-lock.json"))) {
            return module;
        }
        Files.createDirectories(folder);
        Process process = new ProcessBuilder(
                        npm.toString(),
                        "install",
                        "--prefix",
                        folder.toString(),
                        "--no-audit",
                        "--no-fund",
                        "--ignore-scripts",
                        "json-server@" + VERSION)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(3, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw unavailable("npm cannot install json-server " + VERSION + ":\n" + Files.readString(log));
            }
        } finally {
            process.destroyForcibly();
        }
        return module;
    }

    private static Path program(String name) {
        for (String entry : System.getenv("PATH").split(File.pathSeparator, -1)) {
            for (String ending : List.of("", ".cmd", ".exe")) {
                Path program = Path.of(entry, name + ending);
                if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                    return program;
                }
            }
        }
        throw unavailable(name + " is not there: install Node.js and npm, Debian's nodejs and npm");
    }

    private static AssertionError unavailable(String message) {
        String required = System.getenv(REQUIRED);
        assertThat(required == null ? "" : required).as(message).doesNotContain("node");
        System.err.println("SKIPPED: " + message);
        Assumptions.abort(message);
        return new AssertionError(message);
    }
}
