package dev.datasync.http;

/** Names out of answers, made fit for a line of a log. */
final class ShownName {

    private static final int LONGEST = 60;

    private ShownName() {}

    static String of(String name) {
        StringBuilder shown = new StringBuilder();
        name.codePoints()
                .limit(LONGEST)
                .forEach(point -> shown.appendCodePoint(Character.isISOControl(point) ? '?' : point));
        return name.codePointCount(0, name.length()) > LONGEST ? shown + "..." : shown.toString();
    }
}
