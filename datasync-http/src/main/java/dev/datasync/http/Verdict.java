package dev.datasync.http;

import dev.datasync.sink.Outcome;
import dev.datasync.source.ReadException;
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
    static Optional<Outcome> of(
            WriteKind kind, int status, String what, String word, boolean mayHaveArrivedBefore) {
        String answered = what + " was answered with status " + status + (word.isEmpty() ? "" : " (" + word + ")");
        if (status >= 200 && status < 300) {
            return Optional.of(Outcome.applied());
        }
        if (status >= 500) {
            return Optional.empty();
        }
        return switch (status) {
            case 404, 410 -> gone(kind, answered, mayHaveArrivedBefore);
            case 409 ->
                mayHaveArrivedBefore && kind == WriteKind.INSERT
                        ? Optional.empty()
                        : Optional.of(Outcome.conflict(
                                answered + (kind == WriteKind.INSERT ? ": such a record is there already" : "")));
            // the condition may have failed because the attempt before has fulfilled it
            case 412 ->
                mayHaveArrivedBefore
                        ? Optional.empty()
                        : Optional.of(Outcome.conflict(answered + ": somebody has changed the record since it was read"));
            case 408, 425, 429 -> mayHaveArrivedBefore ? Optional.empty() : Optional.of(busy(answered));
            default ->
                Optional.of(
                        status >= 400
                                ? Outcome.rejected(answered)
                                : Outcome.notTried(new ReadException(
                                        "E-HTTP-REDIRECT", answered + ", which is no answer to a change: check the"
                                                + " address")));
        };
    }

    private static Outcome busy(String answered) {
        return Outcome.notTried(new ReadException(
                "E-HTTP-STATUS",
                answered + ": the server is busy; run the plan again later, or set a limit of requests per time"));
    }

    /** Returns what became of the changes of a request, see {@link #of(WriteKind, int, String, String, boolean)}. */
    static Optional<Outcome> of(Declared declared, Answer answer) {
        boolean isSurelyNotDone = answer.status() == 503
                && answer.headers().firstValue("Retry-After").isPresent()
                && !answer.mayHaveArrivedBefore();
        return isSurelyNotDone
                ? Optional.of(busy(declared.shown() + " was answered with status 503"))
                : of(declared.kind(), answer.status(), declared.shown(), "", answer.mayHaveArrivedBefore());
    }

    private static Optional<Outcome> gone(WriteKind kind, String answered, boolean mayHaveArrivedBefore) {
        return Optional.of(switch (kind) {
            case INSERT -> Outcome.rejected(answered);
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
