package dev.datasync.files;

/** Names out of files, made fit for a line of a log. */
final class Shown {

    private static final int LONGEST = 60;

    private Shown() {}

    static String name(String name) {
        StringBuilder shown = new StringBuilder();
        name.codePoints()
                .limit(LONGEST)
                .forEach(point -> shown.appendCodePoint(Character.isISOControl(point) ? '?' : point));
        return name.codePointCount(0, name.length()) > LONGEST ? shown + "..." : shown.toString();
    }

    static String character(char character) {
        if (character == '\t') {
            return "\\t";
        }
        boolean printable = character >= ' ' && character != 0x7f && !Character.isISOControl(character);
        return printable ? String.valueOf(character) : String.format("\\u%04x", (int) character);
    }
}
