package dev.datasync.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * How far a column was read, and its notation: version, kind, value, column, and a checksum over these and over what is
 * read, so that a watermark that was cut, changed or made for something else is not believed.
 *
 * @param kind the kind of the column's values
 * @param value the value up to which everything was read
 */
record Watermark(CursorKind kind, Object value) {

    private static final String VERSION = "1";

    /**
     * Returns the notation.
     *
     * @param column the column's name
     * @param what what is read, in a form that changes when something else is read
     */
    String write(String column, String what) {
        String text = VERSION + " " + kind.notation() + " " + kind.write(value) + " " + column;
        CRC32 sum = new CRC32();
        sum.update((text + "\n" + what).getBytes(StandardCharsets.UTF_8));
        return text + String.format(Locale.ROOT, " %08x", sum.getValue());
    }

    /** Returns the watermark that was written for exactly this column and content, or nothing. */
    static Optional<Watermark> read(String text, CursorKind kind, String column, String what) {
        String[] parts = text.split(" ", 4);
        if (parts.length < 4 || !parts[0].equals(VERSION) || !parts[1].equals(kind.notation())) {
            return Optional.empty();
        }
        try {
            Watermark watermark = new Watermark(kind, kind.read(parts[2]));
            return watermark.write(column, what).equals(text) ? Optional.of(watermark) : Optional.empty();
        } catch (RuntimeException e) {
            // whatever the parsers throw, it is no watermark of ours
            return Optional.empty();
        }
    }

    /** Tells whether a notation is of a version that this one does not know. */
    static boolean isNewer(String text) {
        int end = text.indexOf(' ');
        return end > 0
                && !text.substring(0, end).equals(VERSION)
                && text.substring(0, end).chars().allMatch(Character::isDigit);
    }
}
