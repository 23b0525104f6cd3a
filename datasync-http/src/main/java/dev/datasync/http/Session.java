package dev.datasync.http;

import dev.datasync.source.ReadContext.Cancellation;
import dev.datasync.source.ReadException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Consumer;

/**
 * The requests of one reading or writing: counts them, repeats what may be repeated, waits where the server or a limit
 * asks for it, and is ended from another thread when the run is cancelled. Safe for use by several threads.
 */
final class Session implements AutoCloseable {

    private final HttpApi api;

    /**
     * Opens a session.
     *
     * @param onCancel takes what ends the requests when the run is cancelled
     */
    Session(HttpApi api, Consumer<Cancellation> onCancel) {
        this.api = api;
    }

    /**
     * Sends a request and waits for its whole answer, whatever its status is.
     *
     * @throws ReadException when the server has surely not done it, and it is no use to go on: the budget is used up, a
     *     circuit breaker is open, the server redirects to elsewhere, nobody is logged in
     * @throws NoAnswerException when no answer came
     * @throws InterruptedException when the thread is interrupted, or the session closed
     */
    Answer send(Call call) throws ReadException, NoAnswerException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri());
        call.headers().forEach(header -> request.header(header.name(), header.value()));
        Call.Body body = call.body();
        if (body == null) {
            request.method(call.method(), BodyPublishers.noBody());
        } else {
            request.header("Content-Type", body.contentType());
            request.method(call.method(), BodyPublishers.ofByteArray(body.bytes()));
        }
        try {
            HttpResponse<byte[]> response = api.client().send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(
                    response.statusCode(),
                    response.headers(),
                    response.uri(),
                    response.body(),
                    null,
                    Answer.Framing.PROVEN,
                    1,
                    false);
        } catch (IOException e) {
            throw new NoAnswerException(
                    new ReadException(
                            "E-HTTP-CONNECT",
                            call + " got no answer: " + e.getClass().getName()),
                    true);
        }
    }

    @Override
    public void close() {}
}
