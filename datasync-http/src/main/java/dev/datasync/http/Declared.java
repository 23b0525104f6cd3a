package dev.datasync.http;

import java.util.Optional;

/**
 * How changes of one kind become requests.
 *
 * @param kind which changes
 * @param method the method
 * @param path where to
 * @param body which fields an update carries
 * @param bulk how one request carries many changes; empty when each has its own
 */
record Declared(WriteKind kind, HttpMethod method, PathTemplate path, UpdateBody body, Optional<Bulk> bulk) {

    /** Returns method and path for messages, for example {@code PATCH /customers/{id}}. */
    String shown() {
        return method + " " + path.shown();
    }
}
