package dev.datasync.http;

import dev.datasync.source.ReadException;

/** The budget of requests or of time is used up; nothing was sent, or a reading was cut off. */
final class BudgetSpentException extends ReadException {

    private static final long serialVersionUID = 1L;

    BudgetSpentException(String message) {
        super("E-HTTP-BUDGET", message);
    }
}
