package dev.datasync.jdbc.database;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;

/**
 * Where the server of a product comes from, found once per JVM: the one at {@code DATASYNC_<PRODUCT>_URL}, a JDBC URL
 * with user and password; else a container, when Docker answers; else one that the tests start themselves. Without any
 * the test is skipped and says so, unless {@code DATASYNC_REQUIRED_DATABASES} names the product: then it fails.
 */
final class TestServer {

    private static final String REQUIRED = "DATASYNC_REQUIRED_DATABASES";

    /** Starts a server that ends with this JVM. */
    @FunctionalInterface
    interface Start {

        /** Returns the JDBC URL, with user and password. */
        String start() throws Exception;
    }

    private final String product;
    private final Start container;
    private final Start local;
    private final List<String> failures = new ArrayList<>();
    private String url;

    /**
     * Describes a product's server, and starts nothing yet.
     *
     * @param product the product's name in lower case
     * @param container starts a container, or {@code null} when there is no image
     * @param local starts a server on this machine, or {@code null} when that cannot be
     */
    TestServer(String product, Start container, Start local) {
        this.product = product;
        this.container = container;
        this.local = local;
    }

    synchronized String url() {
        if (url == null && failures.isEmpty()) {
            find();
        }
        if (url == null) {
            refuse();
        }
        return url;
    }

    private void find() {
        url = System.getenv(variable());
        if (url == null && container != null) {
            if (Docker.IS_THERE) {
                start("no container starts", container);
            } else {
                failures.add("Docker does not answer");
            }
        }
        if (url == null && local != null) {
            start("no local server starts", local);
        }
        if (url == null) {
            failures.add(variable() + " is not set");
        }
    }

    private void start(String problem, Start server) {
        try {
            url = server.start();
        } catch (Exception | LinkageError e) {
            failures.add(problem + ": " + e);
        }
    }

    private String variable() {
        return "DATASYNC_" + product.toUpperCase(Locale.ROOT) + "_URL";
    }

    private void refuse() {
        String problem = "no " + product + ": " + String.join("; ", failures);
        if (isRequired()) {
            throw new AssertionError(problem + ", but " + REQUIRED + " names it");
        }
        System.err.println("SKIPPED: " + problem);
        Assumptions.abort(problem);
    }

    private boolean isRequired() {
        String required = System.getenv(REQUIRED);
        return required != null && Arrays.asList(required.split("[,\\s]+")).contains(product);
    }

    /** Asks whether Docker answers at its socket, which takes no time where it does not. */
    private static final class Docker {

        static final boolean IS_THERE = answers();

        private static boolean answers() {
            String host = System.getenv("DOCKER_HOST");
            if (host != null && !host.startsWith("unix://")) {
                return true;
            }
            String socket = host == null ? "/var/run/docker.sock" : host.substring("unix://".length());
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                return channel.connect(UnixDomainSocketAddress.of(Path.of(socket)));
            } catch (IOException | UnsupportedOperationException e) {
                return false;
            }
        }
    }
}
