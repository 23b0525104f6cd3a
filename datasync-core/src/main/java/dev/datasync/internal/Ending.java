package dev.datasync.internal;

import dev.datasync.run.Stage;
import org.jspecify.annotations.Nullable;

/**
 * Why writing ended before everything was written.
 *
 * @param knowledge what can be said of what was written since the last commit
 */
record Ending(
        String code, Stage stage, String message, @Nullable Throwable cause, boolean isCancelled, Knowledge knowledge) {

    /** What can be said of what was written since the last commit. */
    enum Knowledge {
        /** It is gone, and writing it again may well succeed. */
        REPEATABLE,
        /** It is gone. */
        NOT_COMMITTED,
        /** It is gone if closing the writer takes it back. */
        AS_CLOSING_DOES,
        /** It may be there, whatever closing does: the answer of the commit is missing. */
        UNKNOWN
    }

    /** Returns the reason for which another part of the engine stopped the writing. */
    static Ending of(StageFailure failure, Knowledge knowledge) {
        return new Ending(failure.code, Stage.APPLY, failure.text(), failure.getCause(), false, knowledge);
    }

    static Ending cancelled(@Nullable Throwable cause) {
        return new Ending("E-CANCELLED", Stage.APPLY, "the run was cancelled", cause, true, Knowledge.AS_CLOSING_DOES);
    }

    /** Returns the same reason with other knowledge. */
    Ending with(Knowledge other) {
        return new Ending(code, stage, message, cause, isCancelled, other);
    }
}
