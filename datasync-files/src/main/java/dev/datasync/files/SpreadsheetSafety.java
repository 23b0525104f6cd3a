package dev.datasync.files;

/**
 * What is done with texts that a spreadsheet program takes for a formula when it opens a CSV file: those that begin with
 * {@code =}, {@code +}, {@code -}, {@code @}, a tab or a line break, or with the full-width forms of these signs. Numbers
 * such as {@code -5} are not among them, nor are values of columns that are numbers, dates and the like.
 */
public enum SpreadsheetSafety {

    /** They are written as they are: right for files that programs read. */
    OFF,

    /**
     * They are written behind a single quote, with which spreadsheet programs show them as text, and read without it. A
     * text that has such a quote of its own gets another, so that each is read as it was.
     */
    ESCAPE,

    /** They are not written: a change that has one is rejected. Reading is as with {@link #OFF}. */
    REJECT;

    private static final String TRIGGERS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

    String written(String text) {
        return this == ESCAPE && isDangerous(text) ? "'" + text : text;
    }

    String read(String text) {
        return this == ESCAPE && text.startsWith("'") && isDangerous(text) ? text.substring(1) : text;
    }

    boolean refuses(String text) {
        return this == REJECT && !text.startsWith("'") && isDangerous(text);
    }

    /** Tells whether a text is dangerous, or would be without the single quotes before it. */
    private static boolean isDangerous(String text) {
        int start = 0;
        while (start < text.length() && text.charAt(start) == '\'') {
            start++;
        }
        return start < text.length() && TRIGGERS.indexOf(text.charAt(start)) >= 0 && !isNumber(text, start);
    }

    private static boolean isNumber(String text, int start) {
        char sign = text.charAt(start);
        if (sign != '+' && sign != '-' || start + 1 == text.length()) {
            return false;
        }
        boolean hasPoint = false;
        for (int i = start + 1; i < text.length(); i++) {
            char next = text.charAt(i);
            if ((next == '.' || next == ',') && !hasPoint && i > start + 1 && i + 1 < text.length()) {
                hasPoint = true;
            } else if (next < '0' || next > '9') {
                return false;
            }
        }
        return true;
    }
}
