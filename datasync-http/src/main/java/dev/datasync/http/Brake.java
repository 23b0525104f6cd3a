package dev.datasync.http;

import dev.datasync.sink.Outcome;
import dev.datasync.sink.WriteContext.OnRejection;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Whether further requests are begun: the first reason to stop holds for the rest of the writing. */
final class Brake {

    private final OnRejection rule;
    private volatile @Nullable Exception cause;

    Brake(OnRejection rule) {
        this.rule = rule;
    }

    boolean isSet() {
        return cause != null;
    }

    synchronized void set(Exception reason) {
        if (cause == null) {
            cause = reason;
        }
    }

    /** Takes what became of a change, and stops if it ends the run. */
    void note(Outcome outcome) {
        if (outcome instanceof Outcome.NotTried notTried) {
            set(notTried.cause());
        } else if (outcome instanceof Outcome.Unknown
                || rule == OnRejection.END_RUN && !(outcome instanceof Outcome.Applied)) {
            set(new CancellationException("an earlier change has ended the run"));
        }
    }

    /** Returns what becomes of a change that is not begun. */
    Outcome notBegun() {
        Exception reason = cause;
        return Outcome.notTried(reason == null ? new CancellationException("the run was stopped") : reason);
    }
}
