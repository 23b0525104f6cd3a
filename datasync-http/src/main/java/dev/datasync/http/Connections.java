package dev.datasync.http;

import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client that is made when it is needed first, and shared from then on. Safe for use by several threads. */
final class Connections {

    private final Duration connectTimeout;
    private @Nullable HttpClient client;

    Connections(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    // the JDK would take keys in headers along to other servers
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(connectTimeout)
                    .build();
            client = made;
        }
        return made;
    }
}
