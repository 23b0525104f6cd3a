package dev.datasync.internal;

import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;

/** A record cannot be stored or has no key. The message names the field and shows no value. */
final class UnusableRecord extends Exception {

    private static final long serialVersionUID = 1L;

    private final Lack lack;

    /** What a record lacks. */
    private enum Lack {
        KEY,
        A_VALUE_THAT_FITS
    }

    UnusableRecord(String message) {
        this(message, Lack.A_VALUE_THAT_FITS);
    }

    private UnusableRecord(String message, Lack lack) {
        // no stack trace: under a policy that skips there may be many of these, and nobody reads them
        super(message, null, false, false);
        this.lack = lack;
    }

    static UnusableRecord withoutKey(String message) {
        return new UnusableRecord(message, Lack.KEY);
    }

    /** Says what can be done about it, which depends on the side. */
    String withRemedy(Side side) {
        String message = String.valueOf(getMessage());
        if (lack != Lack.KEY) {
            return message;
        }
        return side == Side.SOURCE
                ? message + ": give every record a key, or leave such records out with filter(...)"
                : message + ": remove such records from the target, or match on other fields";
    }

    static UnusableRecord of(Field field, ConversionException e) {
        return new UnusableRecord("field '" + field.name() + "' (" + field.type() + "): " + e.getMessage());
    }
}
