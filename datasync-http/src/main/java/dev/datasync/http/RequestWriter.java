package dev.datasync.http;

import dev.datasync.change.Change;
import dev.datasync.match.Key;
import dev.datasync.row.Row;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadContext.Cancellation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes changes by requests, several at a time. Deletes end before updates begin, updates before inserts, and the
 * changes of one key are sent one after the other. What happens on the wire becomes an outcome and is never thrown.
 *
 * <p>When the run is cancelled nothing new is begun; requests that are on their way get a short time to be answered,
 * because one that is cut is one of which nobody knows what it did.
 */
final class RequestWriter implements ChangeWriter<Row> {

    private static final Logger LOG = LoggerFactory.getLogger(RequestWriter.class);

    private static final int CHANGES_PER_REQUEST_IN_FLIGHT = 50;
    private static final int MOST_PER_BATCH = 10_000;
    private static final long LONGEST_GRACE = TimeUnit.SECONDS.toNanos(5);

    /** How long requests that were cut may take to notice it. */
    private static final long UNTIL_GIVEN_UP = TimeUnit.SECONDS.toNanos(5);

    private static final long MILLIS_BETWEEN_LOOKS = 20;

    private final String name;
    private final TargetOptions options;
    private final WriteContext context;
    private final Timing timing;
    private final long grace;
    private final Brake brake;
    private final Session session;
    private final Requests requests;
    private final Generated generated;
    private final Sender sender;
    private final BulkSender bulkSender;
    private final ExecutorService threads;
    private final List<Thread> started = new CopyOnWriteArrayList<>();

    /** What ends the requests that are on their way. */
    private final List<Cancellation> cuts = new ArrayList<>();

    private final Object lock = new Object();
    private boolean isCancelled;
    private boolean isCut;
    private @Nullable Throwable bug;

    RequestWriter(String name, HttpApi api, TargetOptions options, @Nullable String separator, WriteContext context) {
        this.name = name;
        this.options = options;
        this.context = context;
        this.timing = api.timing();
        this.grace = Math.min(LONGEST_GRACE, api.timeout().toNanos());
        this.brake = new Brake(context.onRejection());
        this.session = new Session(api, this::register);
        this.requests = new Requests(session);
        this.generated = new Generated(options, context.schema(), separator, context.plan());
        ChangeRequests changes =
                new ChangeRequests(api.base(), options, context.schema(), context.keyFields(), separator);
        Optional<LookUps> lookUps =
                options.lookup.map(lookup -> new LookUps(api.base(), lookup, context.schema(), separator, requests));
        this.sender = new Sender(
                changes,
                requests,
                lookUps,
                generated,
                options.errors,
                brake,
                api.retries().attempts());
        this.bulkSender = new BulkSender(
                changes, requests, sender, generated, brake, api.retries().attempts());
        this.threads = Executors.newFixedThreadPool(options.inFlight, this::thread);
        context.onCancel(this::cancel);
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "datasync-http-" + context.plan() + "-" + (started.size() + 1));
        thread.setDaemon(true);
        started.add(thread);
        return thread;
    }

    // ---------------------------------------------------------------- writing

    @Override
    public List<Outcome> write(List<Change<Row>> changes) {
        Batch batch = new Batch(changes);
        if (Thread.currentThread().isInterrupted()) {
            brake.set(new InterruptedException("interrupted before the changes were sent"));
        }
        HttpTarget.missing(name, options, changes).ifPresent(brake::set);
        for (WriteKind kind : WriteKind.values()) {
            Declared declared = options.writes.get(kind);
            List<Integer> places = batch.of(kind);
            if (declared != null && !places.isEmpty() && !brake.isSet()) {
                run(
                        declared.bulk().isPresent()
                                ? requests(
                                        batch, places, declared, declared.bulk().get())
                                : changes(batch, places, declared));
            }
        }
        List<Outcome> outcomes = batch.over(brake.notBegun());
        Throwable failed = bug;
        if (failed instanceof Error error) {
            throw error;
        }
        if (failed instanceof RuntimeException exception) {
            throw exception;
        }
        return outcomes;
    }

    /** Returns what there is to do when each change has a request: the changes of one key one after the other. */
    private Work changes(Batch batch, List<Integer> places, Declared declared) {
        Map<Key, List<Integer>> byKey = new LinkedHashMap<>(places.size() * 2);
        for (int index : places) {
            byKey.computeIfAbsent(batch.change(index).key(), key -> new ArrayList<>(1))
                    .add(index);
        }
        Queue<Runnable> lanes = new ArrayDeque<>(byKey.size());
        for (Collection<Integer> lane : byKey.values()) {
            lanes.add(() -> lane.forEach(index -> send(batch, index, declared)));
        }
        return new Work(lanes, options.inFlight);
    }

    private void send(Batch batch, int index, Declared declared) {
        if (!isStopping()) {
            batch.begin(index);
            Outcome outcome = sender.send(batch.change(index), declared);
            brake.note(outcome);
            batch.settle(index, outcome);
        }
    }

    /** Returns what there is to do when one request has many changes. */
    private Work requests(Batch batch, List<Integer> places, Declared declared, Bulk bulk) {
        Queue<Runnable> lanes = new ArrayDeque<>();
        for (int from = 0; from < places.size(); from += bulk.most()) {
            List<Integer> some = places.subList(from, Math.min(places.size(), from + bulk.most()));
            lanes.add(() -> {
                some.forEach(batch::begin);
                bulkSender.send(batch, some, declared, bulk);
            });
        }
        long keys = places.stream()
                .map(index -> batch.change(index).key())
                .distinct()
                .count();
        return new Work(lanes, keys < places.size() ? 1 : options.inFlight);
    }

    /** What there is to do, by so many threads at most. */
    private final class Work {

        private final Queue<Runnable> lanes;
        private final int most;
        private int running;

        Work(Queue<Runnable> lanes, int most) {
            this.lanes = lanes;
            this.most = most;
        }

        void start() {
            synchronized (lock) {
                running = Math.min(most, lanes.size());
            }
            for (int i = running; i > 0; i--) {
                threads.execute(this::work);
            }
        }

        private void work() {
            try {
                for (Runnable lane = next(); lane != null; lane = next()) {
                    lane.run();
                }
            } catch (RuntimeException | Error e) {
                synchronized (lock) {
                    bug = e;
                }
                brake.set(new CancellationException("an earlier change has ended the run"));
            } finally {
                synchronized (lock) {
                    running--;
                    lock.notifyAll();
                }
            }
        }

        private @Nullable Runnable next() {
            boolean isOver = isStopping();
            synchronized (lock) {
                return isOver ? null : lanes.poll();
            }
        }
    }

    private void run(Work work) {
        work.start();
        boolean wasInterrupted = false;
        try {
            if (!isOver(work)) {
                end(work);
            }
        } catch (InterruptedException e) {
            wasInterrupted = true;
            brake.set(e);
            end(work);
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the work is done, and returns false when the run was cancelled before. */
    private boolean isOver(Work work) throws InterruptedException {
        synchronized (lock) {
            while (work.running > 0 && !isCancelled) {
                lock.wait();
            }
            return work.running == 0;
        }
    }

    /** Gives what is on its way a little time, and cuts it then. */
    private void end(Work work) {
        if (!isOverWithin(work, grace)) {
            cut();
            isOverWithin(work, UNTIL_GIVEN_UP);
        }
    }

    private boolean isOverWithin(Work work, long nanos) {
        long began = timing.nanos();
        boolean wasInterrupted = false;
        try {
            synchronized (lock) {
                while (work.running > 0 && timing.nanos() - began < nanos) {
                    try {
                        lock.wait(MILLIS_BETWEEN_LOOKS);
                    } catch (InterruptedException e) {
                        wasInterrupted = true;
                    }
                }
                return work.running == 0;
            }
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // ---------------------------------------------------------------- ending

    /** Takes what ends requests. */
    private void register(Cancellation cut) {
        synchronized (lock) {
            if (!isCut) {
                cuts.add(cut);
                return;
            }
        }
        end(cut);
    }

    /** Tells whether nothing new is begun; a cancelled run says so here before it runs what was registered. */
    private boolean isStopping() {
        if (!brake.isSet() && context.isCancelled()) {
            cancel();
        }
        return brake.isSet();
    }

    /** The run was cancelled: nothing new is begun, and what is on its way gets a little time. */
    private void cancel() {
        brake.set(new CancellationException("the run was cancelled"));
        synchronized (lock) {
            isCancelled = true;
            lock.notifyAll();
        }
    }

    /** Ends what is on its way. */
    private void cut() {
        List<Cancellation> open;
        synchronized (lock) {
            isCut = true;
            open = List.copyOf(cuts);
        }
        open.forEach(RequestWriter::end);
        threads.shutdownNow();
    }

    private static void end(Cancellation cut) {
        try {
            cut.cancel();
        } catch (Exception e) {
            // the interrupt that follows does it then
            LOG.debug("ending a request failed with {}", e.getClass().getName());
        }
    }

    @Override
    public void commit() {
        warn();
    }

    private void warn() {
        generated.warning().ifPresent(context::warn);
    }

    @Override
    public void close() {
        warn();
        threads.shutdownNow();
        session.close();
        try {
            // the threads themselves, and not only their work: nothing is left behind
            long began = System.nanoTime();
            for (Thread thread : started) {
                long left = UNTIL_GIVEN_UP - (System.nanoTime() - began);
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            }
        } catch (InterruptedException e) {
            // they end all the same, and nothing waits for them
            Thread.currentThread().interrupt();
        }
    }

    // ---------------------------------------------------------------- what the engine asks

    @Override
    public boolean appliesAtOnce() {
        return true;
    }

    @Override
    public int batchSize() {
        int most = CHANGES_PER_REQUEST_IN_FLIGHT;
        for (Declared declared : options.writes.values()) {
            most = Math.max(most, declared.bulk().map(Bulk::most).orElse(1));
        }
        return Math.max(most, Math.min(MOST_PER_BATCH, most * options.inFlight));
    }

    @Override
    public String method() {
        return requests.summary(options.inFlight);
    }
}
