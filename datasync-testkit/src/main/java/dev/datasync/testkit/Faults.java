package dev.datasync.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * The faults of a test, and a record of all calls into the connectors that share it. Safe for use by several threads.
 *
 * <pre>{@code
 * Faults faults = Faults.of(Fault.after("sink.commit"));
 * SyncPlan<Row> plan = SyncPlan.named("products")
 *         .from(FaultySource.of(source, faults))
 *         .match(Matcher.on("id"))
 *         .into(FaultySink.of(sink, faults))
 *         .build();
 * }</pre>
 *
 * <p>A run without any fault tells by {@link #calls()} at which calls a fault can be put, so that a test can try them
 * all, one after the other.
 */
public final class Faults {

    private final List<Fault> waiting;
    private final List<Fault> lasting = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();

    private Faults(List<Fault> faults) {
        this.waiting = new ArrayList<>(faults);
    }

    /**
     * Returns the faults of a test.
     *
     * @param faults the faults; none to do nothing but record the calls
     * @return the faults
     */
    public static Faults of(Fault... faults) {
        return new Faults(List.of(faults));
    }

    /**
     * Returns the names of all calls so far. The source's are {@code source.schema}, {@code source.canOrderBy},
     * {@code source.estimatedSize}, {@code source.read}, {@code source.accept#1}, {@code source.accept#2} and
     * {@code source.reject#1} and so on; the sink's are the same with {@code sink}, which stand for the reading of what
     * it holds, and {@code sink.schemaFor}, {@code sink.existing}, {@code sink.open}, {@code sink.write#1} and so on,
     * {@code sink.commit}, {@code sink.commit#2} and so on when it commits in parts, and {@code sink.close}. Writes and
     * commits are counted anew for each writer.
     *
     * @return the names in the order of the calls, repeated when they were called repeatedly
     */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /**
     * Tells whether every fault has happened.
     *
     * @return whether none is waiting for its call; {@code false} after a fault was taken away by {@link #heal()}
     *     before it happened
     */
    public synchronized boolean haveHappened() {
        return waiting.isEmpty();
    }

    /** Takes lasting faults away that have happened: from now on everything works. */
    public synchronized void heal() {
        lasting.clear();
    }

    /** Makes a call with the faults that belong to it. */
    <R> R call(String name, Callable<R> effect) throws Exception {
        synchronized (this) {
            calls.add(name);
        }
        happen(name, Fault.Moment.BEFORE);
        R result = effect.call();
        happen(name, Fault.Moment.AFTER);
        return result;
    }

    /** Makes a call that cannot throw checked exceptions. */
    <R> R uncheckedCall(String name, Callable<R> effect) {
        try {
            return call(name, effect);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private void happen(String name, Fault.Moment moment) throws Exception {
        for (Fault fault : due(name, moment)) {
            try {
                fault.action().run();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("a fault threw neither an exception nor an error", e);
            }
        }
    }

    private synchronized List<Fault> due(String name, Fault.Moment moment) {
        List<Fault> due = new ArrayList<>(
                lasting.stream().filter(fault -> fault.moment() == moment).toList());
        for (Fault fault : List.copyOf(waiting)) {
            if (fault.moment() == moment && fault.call().equals(name)) {
                waiting.remove(fault);
                if (fault.times() > 1) {
                    waiting.add(fault.times(fault.times() - 1));
                }
                due.add(fault);
                if (fault.isLasting()) {
                    lasting.add(fault);
                }
            }
        }
        return due;
    }
}
