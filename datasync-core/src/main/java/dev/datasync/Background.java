package dev.datasync;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that goes on in a thread of its own. Safe for use by several threads. */
final class Background<R> {

    private final Supplier<R> work;
    private final Runnable cancellation;
    private final BooleanSupplier isValidating;
    private final CompletableFuture<R> result = new CompletableFuture<>();

    private volatile @Nullable Thread thread;

    /**
     * @param work what is done
     * @param cancellation asks it to end
     * @param isValidating tells whether only an interrupt may end it just now
     */
    Background(Supplier<R> work, Runnable cancellation, BooleanSupplier isValidating) {
        this.work = work;
        this.cancellation = cancellation;
        this.isValidating = isValidating;
    }

    void start(String name, ThreadFactory threads) {
        Thread own = threads.newThread(this::execute);
        own.setName("datasync-" + name);
        thread = own;
        own.start();
    }

    private void execute() {
        try {
            result.complete(work.get());
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    void cancel() {
        cancellation.run();
        Thread own = thread;
        if (own != null && isValidating.getAsBoolean()) {
            // validation goes on in calls of the connectors, which nothing but an interrupt can end
            own.interrupt();
        }
    }

    boolean isDone() {
        return result.isDone();
    }

    R await() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException exception) {
                throw exception;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
