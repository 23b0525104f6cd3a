package dev.datasync.internal;

import dev.datasync.change.Deletes;
import dev.datasync.row.Field;
import dev.datasync.row.Row;
import dev.datasync.run.Stage;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of each key: unchanged, a change, or left alone for a reason that is counted. Belongs to one
 * thread at a time; several of them may fill one change set.
 */
final class Classifier implements Pairs {

    private final Layout layout;
    private final Mode mode;
    private final @Nullable Deletes deletes;
    private final @Nullable Predicate<? super Row> scope;
    private final ChangeStore changes;
    private final MissingFields missing;
    private final BooleanSupplier checksRequiredFields;
    private final ReentrantLock turn;
    long unchanged;
    long skipped;
    long kept;
    long deletable;

    /** Hears of records that cannot be inserted because they lack a field. */
    @FunctionalInterface
    interface MissingFields {

        void reject(byte[] page, int offset, @Nullable Object[] values, Field field);
    }

    /**
     * @param checksRequiredFields tells whether a record of the source may lack a field that the target requires
     * @param turn held while a function of the plan is called
     */
    Classifier(
            Layout layout,
            Mode mode,
            @Nullable Deletes deletes,
            ChangeStore changes,
            BooleanSupplier checksRequiredFields,
            ReentrantLock turn,
            MissingFields missing) {
        this.layout = layout;
        this.mode = mode;
        this.deletes = deletes;
        this.scope = deletes == null ? null : deletes.scope().orElse(null);
        this.changes = changes;
        this.checksRequiredFields = checksRequiredFields;
        this.turn = turn;
        this.missing = missing;
    }

    /** Adds what another one has counted. */
    void add(Classifier other) {
        unchanged += other.unchanged;
        skipped += other.skipped;
        kept += other.kept;
        deletable += other.deletable;
    }

    @Override
    public void both(byte[] sourcePage, int sourceOffset, byte[] targetPage, int targetOffset) {
        int targetBody = StoredRecord.body(targetPage, targetOffset);
        if (deletes != null && isDeletable(targetPage, targetBody)) {
            deletable++;
        }
        if (!layout.differ(sourcePage, StoredRecord.body(sourcePage, sourceOffset), targetPage, targetBody)) {
            unchanged++;
        } else if (mode == Mode.INSERT_ONLY) {
            skipped++;
        } else {
            changes.update(sourcePage, sourceOffset, targetPage, targetOffset);
        }
    }

    @Override
    public void sourceOnly(byte[] page, int offset) {
        if (mode == Mode.UPDATE_ONLY) {
            skipped++;
            return;
        }
        if (checksRequiredFields.getAsBoolean()) {
            @Nullable Object[] values = layout.values(page, StoredRecord.body(page, offset));
            Field field = layout.missingForInsert(values);
            if (field != null) {
                missing.reject(page, offset, values, field);
                return;
            }
        }
        changes.insert(page, offset);
    }

    @Override
    public void targetOnly(byte[] page, int offset) {
        if (deletes == null || !isDeletable(page, StoredRecord.body(page, offset))) {
            kept++;
        } else {
            deletable++;
            changes.delete(page, offset);
        }
    }

    /** A record in the scope of the deletes that is not deleted already: the whole of which the limit is a part. */
    private boolean isDeletable(byte[] page, int body) {
        if (scope == null && !layout.hasMark()) {
            return true;
        }
        @Nullable Object[] values = layout.values(page, body);
        return !(layout.hasMark() && layout.isMarkedDeleted(values)) && isInScope(values);
    }

    /** Asks the plan's own function, which is never called by two threads at once. */
    private boolean isInScope(@Nullable Object[] values) {
        if (scope == null) {
            return true;
        }
        try {
            turn.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
        try {
            return scope.test(layout.row(values));
        } catch (RuntimeException e) {
            throw new StageFailure(
                    "E-SCOPE",
                    Stage.GUARD,
                    "the scope of the deletes cannot be told for target record " + layout.key(values) + ": "
                            + StepFlows.reason(e) + ". Nothing was written",
                    Redacted.of(e));
        } finally {
            turn.unlock();
        }
    }
}
