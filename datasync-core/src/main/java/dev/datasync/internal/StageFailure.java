package dev.datasync.internal;

import dev.datasync.run.Stage;
import org.jspecify.annotations.Nullable;

/** A run cannot go on. Becomes the exception that the host application sees, once the report is known. */
final class StageFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final String code;
    final Stage stage;

    StageFailure(String code, Stage stage, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.stage = stage;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
