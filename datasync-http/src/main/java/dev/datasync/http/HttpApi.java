package dev.datasync.http;

import java.net.URI;
import java.net.http.HttpClient;

/**
 * A server with an API, and how one talks to it: {@code HttpApi.at("https://api.example.com/v2")}. Immutable, and safe
 * for use by several threads and plans.
 */
public final class HttpApi {

    private final URI base;
    private final HttpClient client;
    private final Timing timing;

    private HttpApi(URI base, HttpClient client, Timing timing) {
        this.base = base;
        this.client = client;
        this.timing = timing;
    }

    /**
     * Returns the API at an address.
     *
     * @param base what all paths begin with, for example {@code https://api.example.com/v2}
     * @return the API; nothing is sent yet
     * @throws IllegalArgumentException when that is no address of HTTP, or has a password in it
     */
    public static HttpApi at(String base) {
        return new HttpApi(
                RequestUri.checked(base),
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build(),
                Timing.SYSTEM);
    }

    /**
     * Returns something that can be read from the API.
     *
     * @param path where it is, below the address of the API, for example {@code /customers}
     * @return the resource
     * @throws IllegalArgumentException when that is no path
     */
    public HttpResource get(String path) {
        return HttpResource.of(this, path);
    }

    /** Returns the same API with another time, for tests. */
    HttpApi timing(Timing changed) {
        return new HttpApi(base, client, changed);
    }

    Timing timing() {
        return timing;
    }

    URI base() {
        return base;
    }

    HttpClient client() {
        return client;
    }

    /**
     * Returns the address.
     *
     * @return for example {@code https://api.example.com/v2}
     */
    @Override
    public String toString() {
        return RequestUri.shown(base);
    }
}
