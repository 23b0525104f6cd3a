package dev.datasync.internal;

import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import java.util.regex.Pattern;

/** Brings values into the form in which a field of the target holds them. */
final class StoredValue {

    private static final Pattern PLAIN_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)([.][0-9]+)?");

    private StoredValue() {}

    static Object of(Field field, Object value) {
        Object stored = field.type().convert(value);
        if (value instanceof String text
                && field.is(Field.Trait.INFERRED)
                && field.type() instanceof FieldType.Decimal
                && !PLAIN_NUMBER.matcher(text).matches()) {
            throw new ConversionException("the target holds numbers here so far, and the text would lose something as a"
                    + " number, such as leading zeros: give the target's field a type with types(...)");
        }
        return stored;
    }
}
