package dev.datasync.internal;

import dev.datasync.source.ReadContext.Cancellation;
import java.util.ArrayList;
import java.util.List;

/**
 * The cancellations that one reader or writer has registered. They run at most once, and never after the scope was
 * closed. Safe for use by several threads.
 */
final class Scope implements AutoCloseable {

    private final List<Cancellation> actions = new ArrayList<>();
    private boolean cancelled;
    private boolean closed;
    private boolean held;

    synchronized void register(Cancellation action) {
        if (cancelled) {
            run(action);
        } else if (!closed) {
            actions.add(action);
        }
    }

    synchronized void cancel() {
        if (!cancelled && !closed && !held) {
            cancelled = true;
            actions.forEach(Scope::run);
            actions.clear();
        }
    }

    private static void run(Cancellation action) {
        try {
            action.cancel();
        } catch (Exception e) {
            // a cancellation that fails leaves the blocked call to the interrupt that follows
            org.slf4j.LoggerFactory.getLogger(Scope.class)
                    .debug("a cancellation failed with {}", e.getClass().getName());
        }
    }

    /**
     * Lets nothing run until {@link #release()}, because it would end what must not be ended. What is cancelled in
     * between does not run afterwards either: whoever has held the scope looks whether it should go on.
     */
    synchronized void hold() {
        held = true;
    }

    synchronized void release() {
        held = false;
    }

    @Override
    public synchronized void close() {
        closed = true;
        actions.clear();
    }
}
