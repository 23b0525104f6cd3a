package dev.datasync.http;

/** A request was given up that may have arrived; without it an interrupt means that nothing has. */
final class CutException extends InterruptedException {

    private static final long serialVersionUID = 1L;

    CutException() {
        super("the request was given up before its answer came");
    }
}
