package dev.datasync.testkit;

import dev.datasync.sink.RetryableException;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Something that goes wrong at one call into a connector, before the call has its effect or after it. Unless it is told
 * otherwise, a fault throws an {@link IOException}, once. Immutable: every word returns a new fault.
 *
 * <pre>{@code
 * Fault.before("source.accept#17")             // the source fails before it delivers its 17th record
 * Fault.after("sink.commit")                   // the commit is done, and its answer is lost
 * Fault.before("sink.write#2").lasting()       // from the second batch on nothing works any more
 * }</pre>
 *
 * <p>Calls have names and not just numbers, because a run reads both sides at the same time: which call is the
 * seventeenth is different in every run. {@link Faults#calls()} tells the names.
 */
public final class Fault {

    /** When a fault happens. */
    enum Moment {
        BEFORE,
        AFTER
    }

    /** What a fault does. */
    @FunctionalInterface
    public interface Action {

        /**
         * Does it, on the thread that makes the call.
         *
         * @throws Throwable what the call shall throw
         */
        void run() throws Throwable;
    }

    private final Moment moment;
    private final String call;
    private final boolean isLasting;
    private final int times;
    private final Action action;

    private Fault(Moment moment, String call, boolean isLasting, int times, Action action) {
        this.moment = moment;
        this.call = call;
        this.isLasting = isLasting;
        this.times = times;
        this.action = action;
    }

    /**
     * Returns a fault that happens instead of a call: the call has no effect.
     *
     * @param call the call's name, see {@link Faults#calls()}
     * @return the fault
     */
    public static Fault before(String call) {
        return new Fault(Moment.BEFORE, Objects.requireNonNull(call, "call"), false, 1, () -> {
            throw new IOException("injected before " + call);
        });
    }

    /**
     * Returns a fault that happens after a call has had its effect: its answer is lost.
     *
     * @param call the call's name, see {@link Faults#calls()}
     * @return the fault
     */
    public static Fault after(String call) {
        return new Fault(Moment.AFTER, Objects.requireNonNull(call, "call"), false, 1, () -> {
            throw new IOException("injected after " + call);
        });
    }

    /**
     * Returns this fault as one that stays: every later call fails too, whatever its name.
     *
     * @return the fault
     */
    public Fault lasting() {
        return new Fault(moment, call, true, times, action);
    }

    /**
     * Returns this fault as one that happens at the first few calls of that name, for example at a batch that is
     * written again.
     *
     * @param number how often it happens; at least 1
     * @return the fault
     * @throws IllegalArgumentException when the number is less than 1
     */
    public Fault times(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("a fault happens at least once, not " + number + " times");
        }
        return new Fault(moment, call, isLasting, number, action);
    }

    /**
     * Returns this fault as one in passing: it throws a {@link RetryableException}, after which the engine writes the
     * same changes again. Goes with {@link #before}, for nothing may have been committed.
     *
     * @return the fault
     */
    public Fault inPassing() {
        return throwing(
                () -> new RetryableException("injected in passing", new IOException("injected before " + call)));
    }

    /**
     * Returns this fault with another exception or error.
     *
     * @param failure makes what is thrown
     * @return the fault
     */
    public Fault throwing(Supplier<? extends Throwable> failure) {
        Objects.requireNonNull(failure, "failure");
        return doing(() -> {
            throw failure.get();
        });
    }

    /**
     * Returns this fault as one that interrupts the thread that makes the call, and throws nothing.
     *
     * @return the fault
     */
    public Fault interrupting() {
        return doing(() -> Thread.currentThread().interrupt());
    }

    /**
     * Returns this fault with another action, for example one that cancels the run or waits for a latch.
     *
     * @param anything what happens at the call
     * @return the fault
     */
    public Fault doing(Action anything) {
        return new Fault(moment, call, isLasting, times, Objects.requireNonNull(anything, "anything"));
    }

    Moment moment() {
        return moment;
    }

    String call() {
        return call;
    }

    int times() {
        return times;
    }

    boolean isLasting() {
        return isLasting;
    }

    Action action() {
        return action;
    }

    /**
     * Returns the fault in words.
     *
     * @return for example {@code before sink.write#2, lasting}
     */
    @Override
    public String toString() {
        return (moment == Moment.BEFORE ? "before " : "after ") + call + (isLasting ? ", lasting" : "");
    }
}
