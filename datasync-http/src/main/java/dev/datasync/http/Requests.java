package dev.datasync.http;

import dev.datasync.sink.Outcome;
import dev.datasync.source.ReadException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Sends the requests of one writing, counts them, and tells what is known when no answer comes. */
final class Requests {

    private final Session session;
    private final AtomicLong count = new AtomicLong();
    private final Set<String> methods = new ConcurrentSkipListSet<>();

    Requests(Session session) {
        this.session = session;
    }

    /**
     * What came of a request.
     *
     * @param answer the answer, if there is one
     * @param otherwise what became of its changes when there is none
     * @param isLost whether the server may have done it, so that reading tells
     */
    record Sent(@Nullable Answer answer, Outcome otherwise, boolean isLost) {}

    Sent send(Call call) {
        if (call.safety() != Call.Safety.SAFE) {
            methods.add(call.method());
        }
        try {
            Answer answer = session.send(call);
            count.addAndGet(answer.attempts());
            return new Sent(answer, Outcome.applied(), false);
        } catch (ReadException e) {
            return new Sent(null, Outcome.notTried(e), false);
        } catch (NoAnswerException e) {
            count.incrementAndGet();
            return e.mayHaveArrived()
                    ? new Sent(null, Outcome.unknown(String.valueOf(e.getMessage())), true)
                    : new Sent(null, Outcome.notTried(e.failure()), false);
        } catch (CutException e) {
            count.incrementAndGet();
            Thread.currentThread().interrupt();
            return new Sent(null, Outcome.unknown("the run ended before the answer came"), false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            // the thread is one of the writer's own, whose interrupt is none of the run's thread
            CancellationException cause = new CancellationException("the run ended before it was sent");
            return new Sent(null, Outcome.notTried(cause), false);
        }
    }

    /** Waits as before another attempt; an interrupt ends it, and is kept. */
    void pause(int attempt) {
        try {
            session.timing().pause(session.backoff(attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns for example {@code 12 requests, 4 in flight, by PATCH, POST}. */
    String summary(int inFlight) {
        long sent = count.get();
        return sent + (sent == 1 ? " request" : " requests") + ", " + inFlight + " in flight"
                + (methods.isEmpty() ? "" : ", by " + String.join(", ", methods));
    }
}
