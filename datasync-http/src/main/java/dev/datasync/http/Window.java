package dev.datasync.http;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The pages that were asked for and not taken yet, in order; each is fetched by a thread of the window's own. Used by
 * the thread that reads.
 */
final class Window implements AutoCloseable {

    private final String plan;
    private final int most;
    private final Fetch fetch;
    private final Deque<Awaited> awaited = new ArrayDeque<>();
    private final List<Thread> started = new CopyOnWriteArrayList<>();
    private @Nullable ExecutorService threads;

    /** Gets a page; called by several threads. */
    @FunctionalInterface
    interface Fetch {

        Answer get(URI uri, int number) throws Exception;
    }

    private record Awaited(URI uri, Future<Answer> answer) {}

    Window(String plan, int most, Fetch fetch) {
        this.plan = plan;
        this.most = most;
        this.fetch = fetch;
    }

    boolean isFull() {
        return awaited.size() >= most;
    }

    int size() {
        return awaited.size();
    }

    void ask(URI uri, int number) {
        ExecutorService pool = threads;
        if (pool == null) {
            pool = Executors.newFixedThreadPool(most, task -> {
                Thread thread = new Thread(task, "datasync-http-" + plan + "-" + (started.size() + 1));
                thread.setDaemon(true);
                started.add(thread);
                return thread;
            });
            threads = pool;
        }
        awaited.add(new Awaited(uri, pool.submit(() -> fetch.get(uri, number))));
    }

    /** Tells whether the page that was asked for first is at an address. */
    boolean beginsWith(URI uri) {
        Awaited first = awaited.peek();
        return first != null && first.uri().equals(uri);
    }

    /** Waits for the page that was asked for first. */
    Answer take() throws Exception {
        try {
            return awaited.remove().answer().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            if (e.getCause() instanceof Exception exception) {
                throw exception;
            }
            throw e;
        }
    }

    /** Drops what was asked for. */
    void clear() {
        awaited.forEach(each -> each.answer().cancel(true));
        awaited.clear();
    }

    /** Ends the threads, and returns when they have ended. */
    @Override
    public void close() {
        clear();
        ExecutorService pool = threads;
        if (pool == null) {
            return;
        }
        pool.shutdownNow();
        boolean interrupted = false;
        for (Thread thread : started) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    // they were interrupted as well, and end soon
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
