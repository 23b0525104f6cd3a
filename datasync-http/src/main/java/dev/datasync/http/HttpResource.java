package dev.datasync.http;

import dev.datasync.row.Row;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.net.URI;

/**
 * Records that an API gives, to be read: {@code HttpApi.at("https://api.example.com").get("/customers")}. Immutable, and
 * safe for use by several threads and plans.
 */
public final class HttpResource implements Source<Row> {

    private final HttpApi api;
    private final URI uri;

    private HttpResource(HttpApi api, URI uri) {
        this.api = api;
        this.uri = uri;
    }

    static HttpResource of(HttpApi api, String path) {
        return new HttpResource(api, RequestUri.below(api.base(), path));
    }

    /**
     * Returns the resource at an address, of an API that needs nothing special.
     *
     * @param uri where it is, for example {@code https://api.example.com/customers}
     * @return the resource; nothing is sent yet
     * @throws IllegalArgumentException when that is no address of HTTP, or has a password in it
     */
    public static HttpResource get(String uri) {
        return HttpApi.at(uri).get("");
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
        try (Session session = new Session(api, context::onCancel)) {
            session.send(Call.get(uri, java.util.List.of(), "the only page"));
        }
        return Completion.incomplete("not read yet");
    }

    @Override
    public String name() {
        return "REST resource " + RequestUri.shown(uri);
    }
}
