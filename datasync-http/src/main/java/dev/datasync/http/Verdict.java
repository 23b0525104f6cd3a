package dev.datasync.http;

import dev.datasync.sink.Outcome;
import dev.datasync.source.ReadException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a status says of a change. */
final class Verdict {

    private Verdict() {}

    /**
     * Returns what became of a change.
     *
     * @param what the request, for messages
     * @param word what the server says beside the status; empty when that is not to be shown
     * @param mayHaveArrivedBefore whether an earlier attempt may have done it
     * @return the outcome, or empty when only reading can tell
     */
    static Optional<Outcome> of(WriteKind kind, int status, String what, String word, boolean mayHaveArrivedBefore) {
        String answered = what + " was answered with status " + status + (word.isEmpty() ? "" : " (" + word + ")");
        if (status >= 200 && status < 300) {
            return Optional.of(Outcome.applied());
        }
        if (status >= 500) {
            return Optional.empty();
        }
        return switch (status) {
            case 404, 410 -> gone(kind, answered, mayHaveArrivedBefore);
            // the attempt before is still on its way, or has done it
            case 409 ->
                mayHaveArrivedBefore
                        ? Optional.empty()
                        : Optional.of(Outcome.conflict(
                                answered + (kind == WriteKind.INSERT ? ": such a record is there already" : "")));
            // the condition may have failed because the attempt before has fulfilled it
            case 412 ->
                mayHaveArrivedBefore
                        ? Optional.empty()
                        : Optional.of(Outcome.conflict(answered
                                + (kind == WriteKind.INSERT
                                        ? ": the record is not as expected"
                                        : ": somebody has changed the record since it was read")));
            case 408, 425, 429 -> mayHaveArrivedBefore ? Optional.empty() : Optional.of(busy(answered, 1));
            case 405, 415 ->
                Optional.of(Outcome.rejected(answered + ": check the method, the path and the type of the bodies that"
                        + " are declared for " + kind.word() + "s"));
            default ->
                Optional.of(
                        status >= 400
                                ? Outcome.rejected(answered)
                                : Outcome.notTried(new ReadException(
                                        "E-HTTP-REDIRECT",
                                        answered + ", which is no answer to a change: check the" + " address")));
        };
    }

    /** Tells whether success is told by a page for people, which is that of a login or a proxy and not of the API. */
    private static boolean isPage(Answer answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (!answer.isSuccess() || !type.regionMatches(true, 0, "text/html", 0, "text/html".length())) {
            return false;
        }
        try {
            return new String(answer.body(), StandardCharsets.ISO_8859_1)
                    .stripLeading()
                    .startsWith("<");
        } catch (ReadException e) {
            // it was cut off, and the status says what there is to know
            return false;
        }
    }

    private static Outcome busy(String answered, int attempts) {
        return Outcome.notTried(new ReadException(
                "E-HTTP-STATUS",
                answered + (attempts > 1 ? " at the last of " + attempts + " attempts" : "")
                        + ": the server is busy; run the plan again later, or set a limit of requests per time"));
    }

    /** Returns what became of the changes of a request, see {@link #of(WriteKind, int, String, String, boolean)}. */
    static Optional<Outcome> of(Declared declared, Call call, Answer answer) {
        int status = answer.status();
        boolean isBusy = status == 408
                || status == 425
                || status == 429
                || (status == 403 || status == 503)
                        && answer.headers().firstValue("Retry-After").isPresent();
        if (isBusy && !answer.mayHaveArrivedBefore()) {
            String what = call.what() + " (" + declared.shown() + ") was answered with status " + status;
            return Optional.of(busy(what, answer.attempts()));
        }
        if (isPage(answer)) {
            return Optional.empty();
        }
        return of(declared.kind(), status, declared.shown(), "", answer.mayHaveArrivedBefore());
    }

    private static Optional<Outcome> gone(WriteKind kind, String answered, boolean mayHaveArrivedBefore) {
        return Optional.of(
                switch (kind) {
                    case INSERT -> Outcome.rejected(answered + ": check the path that is declared for inserts");
                    case UPDATE -> Outcome.conflict(answered + ": the record is no longer there");
                    case DELETE ->
                        mayHaveArrivedBefore
                                ? Outcome.applied()
                                : Outcome.conflict(answered + ": the record is no longer there");
                });
    }

    /** Returns what is said of a change of which only reading could tell, and reading is not declared. */
    static Outcome unknown(String what, int status) {
        return Outcome.unknown(what + " was answered with status " + status
                + ", after which the server may have done it or not; it was not repeated");
    }
}
