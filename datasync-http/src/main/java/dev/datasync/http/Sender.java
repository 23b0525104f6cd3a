package dev.datasync.http;

import dev.datasync.change.Change;
import dev.datasync.http.LookUps.Finding;
import dev.datasync.http.LookUps.Found;
import dev.datasync.http.Requests.Sent;
import dev.datasync.row.Row;
import dev.datasync.sink.Outcome;
import dev.datasync.source.ReadException;
import java.util.List;
import java.util.Optional;

/** Sends changes, each with a request of its own, and finds out what became of them. Safe for use by several threads. */
final class Sender {

    private final ChangeRequests changes;
    private final Requests requests;
    private final Optional<LookUps> lookUps;
    private final Generated generated;
    private final List<Pointer> errors;
    private final Brake brake;
    private final int attempts;

    Sender(
            ChangeRequests changes,
            Requests requests,
            Optional<LookUps> lookUps,
            Generated generated,
            List<Pointer> errors,
            Brake brake,
            int attempts) {
        this.changes = changes;
        this.requests = requests;
        this.lookUps = lookUps;
        this.generated = generated;
        this.errors = errors;
        this.brake = brake;
        this.attempts = attempts;
    }

    /** Sends a change, and again as often as reading tells that it did not arrive. */
    Outcome send(Change<Row> change, Declared declared) {
        Row fields;
        Call call;
        try {
            fields = changes.fields(change, declared);
            call = changes.single(change, declared, fields);
        } catch (Refused e) {
            return Outcome.rejected(e.reason());
        }
        for (int attempt = 1; ; attempt++) {
            Sent sent = requests.send(call);
            Answer answer = sent.answer();
            Optional<Outcome> known = answer == null ? known(sent) : Verdict.of(declared, call, answer);
            if (known.isPresent()) {
                if (answer != null && known.get() instanceof Outcome.Applied) {
                    Optional<Outcome> refused = refused(declared, answer);
                    if (refused.isPresent()) {
                        return refused.get();
                    }
                    generated.take(change, answer);
                }
                return known.get();
            }
            Outcome lost = answer == null ? sent.otherwise() : Verdict.unknown(declared.shown(), answer.status());
            awaitTurn(attempt);
            Optional<Outcome> found = resolve(change, fields, lost);
            if (found.isPresent()) {
                return found.get();
            }
            if (attempt >= attempts || brake.isSet()) {
                return lost;
            }
        }
    }

    /** Returns that a change was not done, when an answer of success tells of an error. */
    private Optional<Outcome> refused(Declared declared, Answer answer) {
        if (errors.isEmpty() || answer.status() >= 300) {
            return Optional.empty();
        }
        Object document;
        try {
            document = JsonAnswer.parsed(answer.body()).orElse(null);
        } catch (ReadException e) {
            return Optional.of(Outcome.unknown(declared.shown() + " was answered with status " + answer.status()
                    + ", but the answer cannot be read, and may tell of an error"));
        }
        for (Pointer error : errors) {
            if (!PageContent.isNothing(JsonAnswer.at(document, error).orElse(null))) {
                return Optional.of(Outcome.rejected(declared.shown() + " was answered with status " + answer.status()
                        + ", but the answer tells of an error at '" + error + "'"));
            }
        }
        return Optional.empty();
    }

    /** Waits before a look-up: a server that was slow to answer may be about to do it still. */
    void awaitTurn(int attempt) {
        if (lookUps.isPresent() && !brake.isSet()) {
            requests.pause(attempt);
        }
    }

    private static Optional<Outcome> known(Sent sent) {
        return sent.isLost() ? Optional.empty() : Optional.of(sent.otherwise());
    }

    /** Finds out what became of a change whose answer was lost; empty when it can be sent again. */
    Optional<Outcome> resolve(Change<Row> change, Row fields, Outcome lost) {
        if (lookUps.isEmpty()) {
            return Optional.of(lost);
        }
        Found found = lookUps.get().find(change, fields);
        if (found.finding() == Finding.DONE) {
            generated.takeRead(change, found.record());
        }
        return outcome(found.finding(), lost);
    }

    private static Optional<Outcome> outcome(Finding finding, Outcome lost) {
        return switch (finding) {
            case DONE -> Optional.of(Outcome.applied());
            case NOT_DONE -> Optional.empty();
            case OTHER ->
                Optional.of(Outcome.conflict("its answer was lost, and what the server has now is neither the record as"
                        + " it was nor as it should be"));
            case UNKNOWN -> Optional.of(lost);
        };
    }
}
