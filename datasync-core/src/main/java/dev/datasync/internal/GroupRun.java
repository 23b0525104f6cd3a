package dev.datasync.internal;

import dev.datasync.internal.Ending.Knowledge;
import dev.datasync.row.Row;
import dev.datasync.run.GroupException;
import dev.datasync.run.GroupReport;
import dev.datasync.run.Retries;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.Stage;
import dev.datasync.run.SyncCancelledException;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.RetryableException;
import dev.datasync.sink.Sink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run or preview of a group. Used once, by one thread; {@link #cancel()} by any.
 *
 * <p>The runs of the plans lie in each other like boxes: each is opened, which locks, reads and compares, and waits with
 * its changes until all others are open. Only the innermost place writes, for all of them; then each run makes its own
 * report on the way out. So a run in a group is an ordinary run, whatever a run does before and after it writes.
 */
public final class GroupRun {

    private static final Logger LOG = LoggerFactory.getLogger("dev.datasync");

    private final String name;
    private final Writing writing;
    private final List<Run<?>> runs;
    private final List<Member> members = new ArrayList<>();
    private final Instant started;
    private final long startedNanos = System.nanoTime();
    private List<Integer> order = List.of();
    private int failed = -1;
    private volatile @Nullable Run<?> opening;
    private volatile boolean isCancelled;

    /**
     * How a group is written.
     *
     * @param isInGivenOrder whether the plans come parents first, so that the sinks need not be asked
     * @param isJoint whether all plans are written in one transaction
     * @param retries how often that transaction is repeated
     */
    public record Writing(boolean isInGivenOrder, boolean isJoint, Retries retries) {}

    /** What is known of one plan. */
    private static final class Member {

        private @Nullable Applier<?> applier;
        private Applier.@Nullable Stopped stopped;
        private @Nullable SyncReport report;
        private @Nullable SyncException failure;
        private boolean isFinished;

        /** Does what follows when nothing of this plan is left to be written. */
        void finish() {
            applier().finish();
            isFinished = true;
        }

        Applier<?> applier() {
            return Objects.requireNonNull(applier, "not compared yet");
        }
    }

    /** Runs one plan, and has its changes written by the group. */
    private interface Opener {

        SyncReport open(int place, Consumer<Applier<?>> inside);
    }

    /**
     * Prepares a run.
     *
     * @param name the group's name
     * @param writing how it is written
     * @param runs a run of each plan, none of which has begun
     */
    public GroupRun(String name, Writing writing, List<Run<?>> runs) {
        this.name = name;
        this.writing = writing;
        this.runs = List.copyOf(runs);
        this.started = runs.get(0).settings().clock().instant();
        runs.forEach(run -> members.add(new Member()));
    }

    /** Ends the run at the next safe point. */
    public void cancel() {
        isCancelled = true;
        runs.forEach(Run::cancel);
    }

    /**
     * Tells whether a plan is looking at its source and target before reading them.
     *
     * @return whether it is
     */
    public boolean isValidating() {
        Run<?> known = opening;
        return known == null || known.isValidating();
    }

    /**
     * Compares all plans and then applies all.
     *
     * @return the report of a run that succeeded or is incomplete
     * @throws GroupException when it failed or was cancelled
     */
    public GroupReport execute() {
        return execute((place, inside) -> runs.get(place).execute(inside::accept));
    }

    /**
     * Compares all plans and writes nothing.
     *
     * @return what would be written, for each plan in its place
     * @throws GroupException when it failed or was cancelled
     */
    public List<Outlook<?>> preview() {
        List<Outlook<?>> outlooks = new ArrayList<>();
        boolean keep = false;
        try {
            findOrder();
            checkTargets();
            for (int i = 0; i < runs.size(); i++) {
                try {
                    opening = runs.get(i);
                    outlooks.add(runs.get(i).preview());
                } catch (SyncException e) {
                    failed = i;
                    members.get(i).failure = e;
                    throw failure();
                }
            }
            if (outlooks.stream().anyMatch(Outlook::withholdsDeletes)) {
                for (int i = 0; i < runs.size(); i++) {
                    outlooks.set(i, withoutDeletes(runs.get(i), outlooks.get(i)));
                }
            }
            keep = true;
            return List.copyOf(outlooks);
        } finally {
            if (!keep) {
                outlooks.forEach(Outlook::close);
            }
        }
    }

    @SuppressWarnings("unchecked") // the outlook was made by this run
    private static <T> Outlook<T> withoutDeletes(Run<T> run, Outlook<?> outlook) {
        return run.withoutDeletes((Outlook<T>) outlook);
    }

    /**
     * Applies a preview, when all targets are still as the preview saw them.
     *
     * @param outlooks what the preview found, for each plan in its place
     * @return the report of a run that succeeded or is incomplete
     * @throws GroupException when it failed, was cancelled, or a target has moved
     */
    public GroupReport apply(List<Outlook<?>> outlooks) {
        return execute((place, inside) -> apply(runs.get(place), outlooks.get(place), inside));
    }

    @SuppressWarnings("unchecked") // the outlook was made by a run of the same plan
    private static <T> SyncReport apply(Run<T> run, Outlook<?> outlook, Consumer<Applier<?>> inside) {
        return run.apply((Outlook<T>) outlook, inside::accept);
    }

    private GroupReport execute(Opener opener) {
        findOrder();
        checkTargets();
        open(0, opener);
        if (failed >= 0) {
            GroupException failure = failure();
            LOG.warn("{}", failure.getMessage());
            throw failure;
        }
        List<SyncReport> reports = reports(RunOutcome.FAILED, "");
        boolean isComplete = reports.stream().allMatch(report -> report.outcome() == RunOutcome.SUCCEEDED);
        return report(isComplete ? RunOutcome.SUCCEEDED : RunOutcome.INCOMPLETE, reasons(reports), reports);
    }

    private static List<String> reasons(List<SyncReport> reports) {
        List<String> reasons = new ArrayList<>();
        for (SyncReport report : reports) {
            report.reasons().forEach(reason -> reasons.add("plan '" + report.plan() + "': " + reason));
        }
        return reasons;
    }

    private void findOrder() {
        List<Sink<Row>> sinks = new ArrayList<>();
        List<Integer> given = new ArrayList<>();
        for (Run<?> run : runs) {
            given.add(sinks.size());
            sinks.add(run.settings().sink().rows());
        }
        try {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            order = writing.isInGivenOrder() ? given : GroupOrder.parentsFirst(sinks);
        } catch (GroupOrder.Circle e) {
            throw failedBefore(
                    "E-GROUP-CIRCLE",
                    "there is no order in which parents come before children: " + e.getMessage()
                            + ". Take one of these plans out of the group, or add the plans parents first, as far as"
                            + " that goes, and say inThisOrder(); nothing was written",
                    null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failedBefore("E-CANCELLED", "the run was cancelled, and nothing was written", null);
        } catch (Exception e) {
            if (isCancelled || Thread.currentThread().isInterrupted()) {
                throw failedBefore("E-CANCELLED", "the run was cancelled, and nothing was written", null);
            }
            throw failedBefore(
                    "E-GROUP-ORDER",
                    "it cannot be told which target refers to which: " + said(e)
                            + ". Add the plans parents first and say inThisOrder(); nothing was written",
                    e);
        }
    }

    /** Fails when a plan would delete what another one has just found right. */
    private void checkTargets() {
        for (int i = 0; i < runs.size(); i++) {
            for (int j = 0; j < i; j++) {
                Settings<?> one = runs.get(j).settings();
                Settings<?> other = runs.get(i).settings();
                if ((one.deletes() != null || other.deletes() != null) && haveOneTarget(one, other)) {
                    throw failedBefore(
                            "E-GROUP-TARGET",
                            "the plans '" + one.name() + "' and '" + other.name() + "' have the same target "
                                    + one.sink().name() + ", and deletes(...) would remove what belongs to the other:"
                                    + " limit each to its own records, make one plan of them, or leave deletes(...)"
                                    + " out; nothing was written",
                            null);
                }
            }
        }
    }

    private static boolean haveOneTarget(Settings<?> one, Settings<?> other) {
        if ((Object) one.sink() == other.sink()
                || one.sink().rows() == other.sink().rows()) {
            return true;
        }
        try {
            Optional<Object> identity = one.sink().rows().existing().identity();
            return identity.isPresent()
                    && identity.equals(other.sink().rows().existing().identity());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            // a target that cannot tell cannot be read either, which its own plan says better
            return false;
        }
    }

    private static String said(Throwable e) {
        return e.getMessage() == null ? e.getClass().getName() : e.getMessage();
    }

    // ---------------------------------------------------------------- boxes

    private void open(int place, Opener opener) {
        if (place == runs.size()) {
            write();
            return;
        }
        Member member = members.get(place);
        opening = runs.get(place);
        try {
            member.report = opener.open(place, applier -> {
                member.applier = applier;
                open(place + 1, opener);
                if (member.stopped == null && failed >= 0 && !member.isFinished) {
                    member.stopped = applier.stopped(becauseOfTheOther());
                }
                if (member.stopped != null) {
                    throw member.stopped;
                }
            });
        } catch (SyncException e) {
            member.failure = e;
            if (failed < 0) {
                failed = place;
            }
        }
    }

    private Ending becauseOfTheOther() {
        Member other = members.get(failed);
        boolean isOver =
                other.failure instanceof SyncCancelledException || other.stopped != null && other.stopped.isCancelled;
        String message = isOver
                ? "the run was cancelled"
                : "plan '" + runs.get(failed).settings().name() + "' of the same group failed";
        return new Ending(
                isOver ? "E-CANCELLED" : "E-GROUP", Stage.APPLY, message, null, isOver, Knowledge.NOT_COMMITTED);
    }

    // ---------------------------------------------------------------- writing

    private void write() {
        if (members.stream().anyMatch(member -> !member.applier().compared().withDeletes())) {
            members.forEach(member -> member.applier().withholdDeletes());
        }
        members.forEach(member -> member.applier().announce());
        if (writing.isJoint()) {
            writeJointly();
        } else {
            writeOneByOne();
        }
    }

    private void writeOneByOne() {
        for (int place : reversed()) {
            Applier<?> applier = members.get(place).applier();
            // what is written as a whole is written once, when its inserts are
            if (applier.sink().canCommitInParts() && !write(place, applier.deletes())) {
                return;
            }
        }
        for (int place : order) {
            Applier<?> applier = members.get(place).applier();
            if (!write(place, applier.total())) {
                return;
            }
        }
    }

    /** Writes a plan's changes up to one and commits them; returns whether the group goes on. */
    private boolean write(int place, long end) {
        Member member = members.get(place);
        Applier<?> applier = member.applier();
        try {
            applier.applyUpTo(end);
            if (end == applier.total() && !member.isFinished) {
                member.finish();
            }
            return true;
        } catch (Applier.Stopped e) {
            member.stopped = e;
            failed = place;
            return false;
        }
    }

    private List<Integer> reversed() {
        List<Integer> reversed = new ArrayList<>(order);
        Collections.reverse(reversed);
        return reversed;
    }

    private void writeJointly() {
        Retries retries = writing.retries();
        for (int attempt = 1; ; attempt++) {
            Joint joint = new Joint();
            Ending ending = joint.attempt();
            if (ending == null) {
                order.forEach(place -> members.get(place).finish());
                return;
            }
            Applier<?> applier = members.get(joint.current).applier();
            boolean mayRepeat = ending.knowledge() == Knowledge.REPEATABLE
                    && attempt < retries.attempts()
                    && !applier.state().isStopped();
            if (mayRepeat) {
                applier.warnOfRepetition(ending, attempt + 1, retries);
            }
            if (!mayRepeat || !Applier.pause(applier.state(), retries, attempt)) {
                failed = joint.current;
                members.get(failed).stopped = applier.stopped(applier.orStopped(ending));
                return;
            }
            members.forEach(member -> member.applier().rewind());
        }
    }

    /** One attempt to write all plans in one transaction. */
    private final class Joint {

        private final GroupTransaction transaction = new GroupTransaction();
        private boolean isCommitting;

        /** Whose turn it is. */
        private int current = order.get(0);

        /** Returns why it ended before it was committed. */
        @Nullable
        Ending attempt() {
            Ending ending = null;
            Error error = null;
            try (InterruptWatch watch = new InterruptWatch(Thread.currentThread(), GroupRun.this::cancel)) {
                watch.start(runs.get(0).settings().threads());
                write();
                commit(watch);
            } catch (Exception e) {
                ending = ending(e);
            } catch (Error e) {
                error = e;
            }
            Throwable closing = close();
            if (ending == null && error == null) {
                if (closing instanceof Error late) {
                    throw late;
                }
                if (closing != null) {
                    LOG.warn("group '{}' has committed, but closing its transaction failed", name, closing);
                }
                return null;
            }
            Knowledge known = knowledge(ending, closing);
            members.forEach(member -> member.applier().settle(known));
            if (error != null) {
                if (closing != null) {
                    error.addSuppressed(closing);
                }
                throw error;
            }
            if (closing != null && ending != null && ending.cause() != null && ending.cause() != closing) {
                ending.cause().addSuppressed(closing);
            }
            return ending;
        }

        private Knowledge knowledge(@Nullable Ending ending, @Nullable Throwable closing) {
            if (ending == null) {
                return isCommitting || closing != null ? Knowledge.UNKNOWN : Knowledge.AS_CLOSING_DOES;
            }
            return ending.knowledge() == Knowledge.AS_CLOSING_DOES && closing != null
                    ? Knowledge.UNKNOWN
                    : ending.knowledge();
        }

        private void write() throws Exception {
            for (int place : order) {
                if (turn(place).total() > 0) {
                    transaction.open(turn(place));
                }
            }
            for (int place : reversed()) {
                turn(place).writeUpTo(turn(place).deletes());
            }
            for (int place : order) {
                turn(place).writeUpTo(turn(place).total());
            }
        }

        private void commit(InterruptWatch watch) throws Exception {
            List<Integer> writers = order.stream()
                    .filter(place -> members.get(place).applier().total() > 0)
                    .toList();
            // children first, because a record that others refer to may have to wait for them until here
            for (int i = writers.size() - 1; i >= 0; i--) {
                turn(writers.get(i)).prepareCommit();
                turn(writers.get(i)).endPart();
            }
            // from here on a cancellation would only make the outcome unknown
            watch.hold();
            for (int place : writers) {
                turn(place).hold();
            }
            for (int place : order) {
                turn(place).checkGoingOn();
            }
            isCommitting = true;
            transaction.commit();
            for (int place : writers) {
                turn(place).confirm();
            }
            isCommitting = false;
        }

        private Applier<?> turn(int place) {
            current = place;
            return members.get(place).applier();
        }

        private Ending ending(Exception e) {
            if (!isCommitting) {
                return members.get(current).applier().ending(e);
            }
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            boolean isGone = e instanceof NotCommittedException;
            return new Ending(
                    isGone ? "E-COMMIT" : "E-COMMIT-UNKNOWN",
                    Stage.COMMIT,
                    "committing the transaction of group '" + name + "' failed: " + said(e),
                    e,
                    false,
                    e instanceof RetryableException
                            ? Knowledge.REPEATABLE
                            : isGone ? Knowledge.NOT_COMMITTED : Knowledge.UNKNOWN);
        }

        /** Closes all writers and then the transaction, and returns the first failure with all others. */
        private @Nullable Throwable close() {
            Throwable first = null;
            for (int place : reversed()) {
                first = add(first, members.get(place).applier().closeWriter());
            }
            return add(first, transaction.close());
        }

        private @Nullable Throwable add(@Nullable Throwable first, @Nullable Throwable next) {
            if (first != null && next != null && first != next) {
                first.addSuppressed(next);
            }
            return first == null ? next : first;
        }
    }

    // ---------------------------------------------------------------- report

    private List<SyncReport> reports(RunOutcome outcomeOfOthers, String reason) {
        List<SyncReport> reports = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            Member member = members.get(i);
            SyncReport known = member.report;
            if (known == null && member.failure != null) {
                known = member.failure.report().orElse(null);
            }
            reports.add(known == null ? runs.get(i).notBegun(outcomeOfOthers, reason) : known);
        }
        return reports;
    }

    private GroupReport report(RunOutcome outcome, List<String> reasons, List<SyncReport> reports) {
        return new GroupReport(
                name, outcome, reasons, reports, started, Duration.ofNanos(System.nanoTime() - startedNanos));
    }

    private GroupException failure() {
        SyncException first = Objects.requireNonNull(members.get(failed).failure, "no failure");
        RunOutcome outcome = first instanceof SyncCancelledException ? RunOutcome.CANCELLED : RunOutcome.FAILED;
        List<SyncReport> reports =
                reports(outcome, "not begun: " + becauseOfTheOther().message());
        long written =
                reports.stream().mapToLong(known -> known.counts().written()).sum();
        long unknown =
                reports.stream().mapToLong(known -> known.counts().unknown()).sum();
        String message = said(first)
                + (written + unknown == 0
                        ? ". Nothing was written by any plan of the group"
                        : String.format(
                                Locale.ROOT,
                                ". Of the whole group, %,d changes are committed and %,d unknown: the next run does"
                                        + " the rest",
                                written,
                                unknown));
        return new GroupException(
                first.code(), name, first.stage(), message, first, report(outcome, List.of(message), reports));
    }

    private GroupException failedBefore(String code, String message, @Nullable Throwable cause) {
        RunOutcome outcome = code.equals("E-CANCELLED") ? RunOutcome.CANCELLED : RunOutcome.FAILED;
        return new GroupException(
                code,
                name,
                Stage.VALIDATE,
                message,
                cause,
                report(outcome, List.of(message), reports(outcome, "not begun: " + message)));
    }
}
