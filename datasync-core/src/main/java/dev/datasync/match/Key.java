package dev.datasync.match;

import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What identifies a record: one value or several, with the names of their fields where they have names. Immutable.
 *
 * @param fields the names of the key's fields; empty when the key was computed by a function
 * @param values the key's values, in the order of the fields; not {@code null}, not empty
 */
public record Key(List<String> fields, List<Object> values) {

    /**
     * Copies the components.
     *
     * @param fields the names of the key's fields; empty when the key was computed by a function
     * @param values the key's values, in the order of the fields; not {@code null}, not empty
     * @throws IllegalArgumentException when there are names but not one for each value
     */
    public Key {
        fields = List.copyOf(fields);
        values = List.copyOf(values);
        if (!fields.isEmpty() && fields.size() != values.size()) {
            throw new IllegalArgumentException(
                    "a key of " + fields.size() + " fields cannot have " + values.size() + " values");
        }
    }

    /**
     * Returns a key for a test or a look-up.
     *
     * @param field the field's name
     * @param value its value
     * @return the key
     */
    public static Key of(String field, Object value) {
        return new Key(List.of(field), List.of(value));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key key
                && fields.equals(key.fields)
                && Arrays.deepEquals(values.toArray(), key.values.toArray());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(values.toArray());
    }

    /**
     * Returns the key as a person writes it. Keys are shown in reports and messages.
     *
     * @return for example {@code id=4} or {@code country=NA, code=01}
     */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ");
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            String shown =
                    value instanceof byte[] bytes ? java.util.HexFormat.of().formatHex(bytes) : String.valueOf(value);
            text.add(fields.isEmpty() ? shown : fields.get(i) + "=" + shown);
        }
        return printable(text.toString());
    }

    /** Escapes control characters, because keys are shown in logs and on terminals, which these could forge. */
    private static String printable(String text) {
        if (text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> {
            if (Character.isISOControl(c)) {
                escaped.append(String.format("\\u%04x", c));
            } else {
                escaped.append((char) c);
            }
        });
        return escaped.toString();
    }
}
