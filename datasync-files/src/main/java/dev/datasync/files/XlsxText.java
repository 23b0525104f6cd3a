package dev.datasync.files;

import java.io.IOException;

/** Texts of cells in the notation of .xlsx files. */
final class XlsxText {

    private static final int ESCAPE = "_x0041_".length();

    private XlsxText() {}

    /**
     * Reads the text of the element that has just begun, such as {@code si} or {@code is}, up to its end: one text, or
     * runs of text in different fonts. How East Asian characters are pronounced is left out.
     */
    static String read(XmlPart xml, boolean keepsSpace) throws IOException {
        int level = xml.depth();
        boolean keeps = xml.keepsSpace(keepsSpace);
        String first = null;
        StringBuilder all = null;
        int event;
        while ((event = xml.next()) != XmlPart.END || xml.depth() > level) {
            if (event == XmlPart.START) {
                String name = xml.name();
                if (name.equals("t")) {
                    String text = readOne(xml, keeps);
                    if (first == null) {
                        first = text;
                    } else {
                        all = append(all == null ? new StringBuilder(first) : all, text);
                    }
                } else if (!name.equals("r")) {
                    xml.skip();
                }
            }
        }
        if (all != null) {
            return all.toString();
        }
        return first == null ? "" : first;
    }

    private static StringBuilder append(StringBuilder all, String text) throws ExcelFault {
        if (all.length() + text.length() > XmlPart.LONGEST_TEXT) {
            throw new ExcelFault(
                    "E-XLS-TOO-LONG",
                    "a text is longer than " + XmlPart.LONGEST_TEXT
                            + " characters, while Excel allows 32,767: shorten it");
        }
        return all.append(text);
    }

    private static String readOne(XmlPart xml, boolean keepsSpace) throws IOException {
        boolean keeps = xml.keepsSpace(keepsSpace);
        xml.readText();
        char[] text = xml.text();
        int from = 0;
        int to = xml.length();
        if (!keeps) {
            while (from < to && isSpace(text[from])) {
                from++;
            }
            while (to > from && isSpace(text[to - 1])) {
                to--;
            }
        }
        return decode(text, from, to);
    }

    private static boolean isSpace(char character) {
        return character == ' ' || character == '\n' || character == '\t' || character == '\r';
    }

    /** Returns a text in which characters that XML cannot hold are written like {@code _x0007_}. */
    static String decode(char[] text, int from, int to) {
        int last = to - ESCAPE;
        for (int i = from; i <= last; i++) {
            if (text[i] == '_' && escaped(text, i) >= 0) {
                return decodeEscaped(text, from, to);
            }
        }
        return new String(text, from, to - from);
    }

    private static String decodeEscaped(char[] text, int from, int to) {
        StringBuilder decoded = new StringBuilder(to - from);
        int index = from;
        while (index < to) {
            int character = index <= to - ESCAPE && text[index] == '_' ? escaped(text, index) : -1;
            decoded.append(character < 0 ? text[index] : (char) character);
            index += character < 0 ? 1 : ESCAPE;
        }
        return decoded.toString();
    }

    /** Returns the character that is escaped at an underscore, or -1 when none is. */
    private static int escaped(char[] text, int index) {
        if (text[index + 1] != 'x' || text[index + ESCAPE - 1] != '_') {
            return -1;
        }
        int character = 0;
        for (int i = index + 2; i < index + ESCAPE - 1; i++) {
            int digit = text[i] < 0x80 ? Character.digit(text[i], 16) : -1;
            if (digit < 0) {
                return -1;
            }
            character = character * 16 + digit;
        }
        return character;
    }
}
