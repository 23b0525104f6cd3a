package dev.datasync.internal;

import dev.datasync.change.Deletes;
import dev.datasync.row.Field;
import dev.datasync.row.Row;
import dev.datasync.run.Stage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Decides what becomes of each key: unchanged, a change, or left alone for a reason that is counted. */
final class Classifier implements Pairs {

    private final Layout layout;
    private final Mode mode;
    private final @Nullable Deletes deletes;
    private final @Nullable Predicate<? super Row> scope;
    private final ChangeStore changes;
    private final MissingFields missing;
    private final boolean checksRequiredFields;
    long unchanged;
    long skipped;
    long kept;
    long deletable;

    /** Hears of records that cannot be inserted because they lack a field. */
    @FunctionalInterface
    interface MissingFields {

        void reject(byte[] page, int offset, @Nullable Object[] values, Field field);
    }

    Classifier(
            Layout layout,
            Mode mode,
            @Nullable Deletes deletes,
            ChangeStore changes,
            boolean checksRequiredFields,
            MissingFields missing) {
        this.layout = layout;
        this.mode = mode;
        this.deletes = deletes;
        this.scope = deletes == null ? null : deletes.scope().orElse(null);
        this.changes = changes;
        this.checksRequiredFields = checksRequiredFields;
        this.missing = missing;
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
        if (checksRequiredFields) {
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

    private boolean isInScope(@Nullable Object[] values) {
        try {
            return scope == null || scope.test(layout.row(values));
        } catch (RuntimeException e) {
            throw new StageFailure(
                    "E-SCOPE",
                    Stage.GUARD,
                    "the scope of the deletes cannot be told for target record " + layout.key(values) + ": "
                            + StepFlows.reason(e) + ". Nothing was written",
                    Redacted.of(e));
        }
    }
}
