package dev.datasync.internal;

import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;

/** A record cannot be stored or has no key. The message names the field and shows no value. */
final class UnusableRecord extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableRecord(String message) {
        // no stack trace: under a policy that skips there may be many of these, and nobody reads them
        super(message, null, false, false);
    }

    static UnusableRecord of(Field field, ConversionException e) {
        return new UnusableRecord("field '" + field.name() + "' (" + field.type() + "): " + e.getMessage());
    }
}
