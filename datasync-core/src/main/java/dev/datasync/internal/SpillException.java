package dev.datasync.internal;

/** The temporary file cannot be written or read. */
final class SpillException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SpillException(String message, Throwable cause) {
        super(message, cause);
    }
}
