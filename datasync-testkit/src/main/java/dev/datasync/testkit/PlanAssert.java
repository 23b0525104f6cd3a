package dev.datasync.testkit;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.change.DeleteGuard;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on a plan. All but {@link #converges()} look at a preview, and so write nothing; each makes a new one.
 *
 * @param <T> the type of the plan's records
 */
public final class PlanAssert<T> extends AbstractAssert<PlanAssert<T>, SyncPlan<T>> {

    /** The most changes that a failure shows. */
    private static final int MOST_SHOWN = 20;

    PlanAssert(@Nullable SyncPlan<T> plan) {
        super(plan, PlanAssert.class);
    }

    /**
     * Runs the plan and checks that it succeeds, that a second run writes nothing, and that a preview after that is
     * empty.
     *
     * @return this assertion
     */
    public PlanAssert<T> converges() {
        SyncReport first = plan().run();
        if (first.outcome() != RunOutcome.SUCCEEDED) {
            throw failure("Expecting the plan to succeed, but:%n%s", first);
        }
        List<Change<T>> again;
        try (Preview<T> preview = plan().preview()) {
            again = some(preview);
        }
        SyncReport second = plan().run();
        if (second.outcome() != RunOutcome.SUCCEEDED || second.counts().written() > 0) {
            throw failure(
                    "Expecting a second run to write nothing, but there were%n%s%nand it reported%n%s", again, second);
        }
        return changesNothing();
    }

    /**
     * Checks that there is nothing to write.
     *
     * @return this assertion
     */
    public PlanAssert<T> changesNothing() {
        try (Preview<T> preview = plan().preview()) {
            if (preview.changes().counts().total() > 0) {
                throw failure("Expecting no changes, but there are %s:%n%s", preview.summary(), some(preview));
            }
        }
        return this;
    }

    /**
     * Checks how many records would be inserted.
     *
     * @param records the number
     * @return this assertion
     */
    public PlanAssert<T> inserts(long records) {
        return changes(Change.Kind.INSERT, records);
    }

    /**
     * Checks how many records would be updated.
     *
     * @param records the number
     * @return this assertion
     */
    public PlanAssert<T> updates(long records) {
        return changes(Change.Kind.UPDATE, records);
    }

    /**
     * Checks how many records would be deleted, or marked as deleted.
     *
     * @param records the number, without those that a guard withholds
     * @return this assertion
     */
    public PlanAssert<T> deletes(long records) {
        return changes(Change.Kind.DELETE, records);
    }

    private PlanAssert<T> changes(Change.Kind kind, long expected) {
        try (Preview<T> preview = plan().preview()) {
            long actualNumber = switch (kind) {
                case INSERT -> preview.changes().counts().inserts();
                case UPDATE -> preview.changes().counts().updates();
                case DELETE -> preview.changes().counts().deletes();
            };
            if (actualNumber != expected) {
                throw failureWithActualExpected(
                        actualNumber,
                        expected,
                        "Expecting %s changes of the kind %s, but there are %s:%n%s",
                        expected,
                        kind,
                        preview.summary(),
                        some(preview));
            }
        }
        return this;
    }

    /**
     * Checks that deletes are withheld, and why.
     *
     * @param records how many
     * @param guard the rule that withholds them, maybe with others
     * @return this assertion
     */
    public PlanAssert<T> withholds(long records, DeleteGuard guard) {
        Objects.requireNonNull(guard, "guard");
        try (Preview<T> preview = plan().preview()) {
            SyncReport report = preview.report();
            if (report.counts().withheld() != records || !report.guards().contains(guard)) {
                throw failure(
                        "Expecting %s deletes to be withheld because %s, but %s are, because of %s:%n%s",
                        records, guard.reason(), report.counts().withheld(), report.guards(), report);
            }
        }
        return this;
    }

    /**
     * Checks how many records would be rejected.
     *
     * @param records the number
     * @return this assertion
     */
    public PlanAssert<T> rejects(long records) {
        try (Preview<T> preview = plan().preview()) {
            SyncReport report = preview.report();
            if (report.counts().rejected() != records) {
                throw failureWithActualExpected(
                        report.counts().rejected(),
                        records,
                        "Expecting %s records to be rejected, but:%n%s",
                        records,
                        report);
            }
        }
        return this;
    }

    /**
     * Checks that there is not even a preview: the plan is wrong, a side cannot be read, or the records cannot be
     * compared.
     *
     * @param code the code of the exception, for example {@code E-KEY-DUPLICATE}
     * @return this assertion
     */
    public PlanAssert<T> isRefusedWith(String code) {
        String summary;
        try (Preview<T> preview = plan().preview()) {
            summary = preview.summary();
        } catch (SyncException e) {
            if (!e.code().equals(code)) {
                throw failure("Expecting the plan to be refused with %s, but: %s", code, e.getMessage());
            }
            return this;
        }
        throw failure("Expecting the plan to be refused with %s, but it would write %s", code, summary);
    }

    private SyncPlan<T> plan() {
        isNotNull();
        return Objects.requireNonNull(actual);
    }

    private static <T> List<Change<T>> some(Preview<T> preview) {
        List<Change<T>> some = new ArrayList<>();
        for (Change<T> change : preview.changes()) {
            if (some.size() == MOST_SHOWN) {
                break;
            }
            some.add(change);
        }
        return some;
    }
}
