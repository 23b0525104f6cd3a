package dev.datasync.jdbc;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a failure shows to whoever logs it. */
final class Failures {

    private Failures() {}

    /** Returns all that a logger would print: messages and stack traces of the failure, its causes and the suppressed. */
    static String printed(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
