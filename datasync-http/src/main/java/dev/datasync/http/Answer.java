package dev.datasync.http;

import dev.datasync.source.ReadException;
import java.net.URI;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer, after all repetitions. That there is one does not mean that its body could be read, see
 * {@link #body()}.
 */
final class Answer {

    private final int status;
    private final HttpHeaders headers;
    private final URI uri;
    private final byte[] body;
    private final @Nullable ReadException fault;
    private final Framing framing;
    private final int attempts;
    private final boolean mayHaveArrivedBefore;

    /** How the end of the body was known. */
    enum Framing {
        /** The body was as long as announced, or had a last part. */
        PROVEN,
        /** The connection was closed, which also happens when something fails. */
        CLOSED
    }

    Answer(
            int status,
            HttpHeaders headers,
            URI uri,
            byte[] body,
            @Nullable ReadException fault,
            Framing framing,
            int attempts,
            boolean mayHaveArrivedBefore) {
        this.status = status;
        this.headers = headers;
        this.uri = uri;
        this.body = body;
        this.fault = fault;
        this.framing = framing;
        this.attempts = attempts;
        this.mayHaveArrivedBefore = mayHaveArrivedBefore;
    }

    int status() {
        return status;
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    HttpHeaders headers() {
        return headers;
    }

    /** Returns where the answer comes from, after redirects. */
    URI uri() {
        return uri;
    }

    /**
     * Returns the body, decompressed.
     *
     * @throws ReadException when it was cut off, is too large, stalled, or is encoded in an unknown way
     */
    byte[] body() throws ReadException {
        if (fault != null) {
            throw fault;
        }
        return body;
    }

    Framing framing() {
        return framing;
    }

    /** Returns how often the request was sent. */
    int attempts() {
        return attempts;
    }

    /** Tells whether an earlier attempt got no answer, so that the server may have done it before. */
    boolean mayHaveArrivedBefore() {
        return mayHaveArrivedBefore;
    }
}
