package dev.datasync.http;

/** What may be shown of an exception that somebody else's code has thrown: its message may show a row value. */
final class Thrown {

    private Thrown() {}

    static String shown(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        return thrown.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }
}
