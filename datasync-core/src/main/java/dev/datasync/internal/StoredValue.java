package dev.datasync.internal;

import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import java.util.regex.Pattern;

/**
 * Brings values into the form in which a field of the target holds them. What that takes is found out once per field.
 * Immutable and safe for use by several threads.
 */
final class StoredValue {

    private static final Pattern PLAIN_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)([.][0-9]+)?");

    private final FieldType type;
    private final boolean takesOnlyPlainNumbers;

    private StoredValue(FieldType type, boolean takesOnlyPlainNumbers) {
        this.type = type;
        this.takesOnlyPlainNumbers = takesOnlyPlainNumbers;
    }

    static StoredValue in(Field field) {
        return new StoredValue(
                field.type(), field.is(Field.Trait.INFERRED) && field.type() instanceof FieldType.Decimal);
    }

    Object of(Object value) {
        Object stored = type.convert(value);
        if (takesOnlyPlainNumbers
                && value instanceof String text
                && !PLAIN_NUMBER.matcher(text).matches()) {
            throw new ConversionException("the target holds numbers here so far, and the text would lose something as a"
                    + " number, such as leading zeros: give the target's field a type with types(...)");
        }
        return stored;
    }
}
