package dev.datasync.http;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as it is meant, without what the API adds to all of them; may be sent more than once. Its text shows neither
 * query nor headers nor body.
 *
 * @param method the method's name
 * @param uri where it goes, with its query
 * @param headers further headers
 * @param body the body with its type
 * @param safety what sending it again does
 * @param what what it is for, in messages, for example {@code page 3}; no row values
 * @param address the address as messages show it, without query and row values
 */
record Call(
        String method,
        URI uri,
        List<Header> headers,
        @Nullable Body body,
        Safety safety,
        String what,
        String address) {

    /** Makes a request whose path is the same for all records, and is shown. */
    Call(String method, URI uri, List<Header> headers, @Nullable Body body, Safety safety, String what) {
        this(method, uri, headers, body, safety, what, RequestUri.shown(uri));
    }

    /** What sending a request again does, when nobody knows whether it has arrived. */
    enum Safety {
        /** It changes nothing: reading. */
        SAFE,
        /** Twice is the same as once. */
        IDEMPOTENT,
        /** It may do something twice: it is sent again only when the server has surely not done it. */
        ONCE
    }

    /** A header. */
    record Header(String name, String value) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** A body in the form in which it is sent. */
    static final class Body {

        private final byte[] bytes;
        private final String contentType;

        Body(byte[] bytes, String contentType) {
            this.bytes = bytes;
            this.contentType = contentType;
        }

        byte[] bytes() {
            return bytes;
        }

        String contentType() {
            return contentType;
        }

        @Override
        public String toString() {
            return bytes.length + " bytes of " + contentType;
        }
    }

    static Call get(URI uri, List<Header> headers, String what) {
        return new Call("GET", uri, headers, null, Safety.SAFE, what);
    }

    @Override
    public String toString() {
        return method + " " + address;
    }
}
