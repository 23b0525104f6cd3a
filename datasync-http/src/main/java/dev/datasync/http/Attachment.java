package dev.datasync.http;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What authenticates a request: a header, or a parameter in the query. Its text is constant. */
final class Attachment {

    /** Where it goes. */
    enum Place {
        /** Into the headers. */
        HEADER,
        /** Into the query. */
        QUERY
    }

    private final Place place;
    private final String name;
    private final String value;

    private Attachment(Place place, String name, String value) {
        this.place = place;
        this.name = name;
        this.value = value;
    }

    static Attachment header(String name, String value) {
        return new Attachment(Place.HEADER, name, value);
    }

    static Attachment query(String name, String value) {
        return new Attachment(Place.QUERY, name, value);
    }

    /** Returns the address to which the request is sent. */
    URI to(URI uri) {
        return place == Place.QUERY ? RequestUri.with(uri, name, value) : uri;
    }

    /** Returns an address that a server has given without the secret, which servers tend to repeat. */
    URI without(URI uri) {
        return place == Place.QUERY ? RequestUri.without(uri, name) : uri;
    }

    /** Returns the header, or null when the secret is in the query. */
    Call.@Nullable Header header() {
        return place == Place.HEADER ? new Call.Header(name, value) : null;
    }

    boolean isSame(Attachment other) {
        return place == other.place && name.equals(other.name) && value.equals(other.value);
    }

    @Override
    public String toString() {
        return "authentication";
    }
}
