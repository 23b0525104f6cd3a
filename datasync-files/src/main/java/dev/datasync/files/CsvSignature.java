package dev.datasync.files;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Tells by the first bytes what is no CSV file. */
final class CsvSignature {

    /** How many bytes tell it. */
    static final int LONGEST = 256;

    private CsvSignature() {}

    static void check(byte[] first, char delimiter) throws CsvFault {
        String start = new String(first, StandardCharsets.ISO_8859_1);
        int from = byteOrderMark(first);
        // a tab that is the delimiter stands behind an empty field: the table begins in front of it
        while (from < start.length() && start.charAt(from) != delimiter && Character.isWhitespace(start.charAt(from))) {
            from++;
        }
        String text = start.substring(from).toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
            throw notCsv("an HTML page, such as an error message or a log-in form: look at where it comes from");
        }
        if (start.startsWith("PK\u0003\u0004")) {
            throw notCsv("a ZIP or Excel file: save it as CSV");
        }
        if (start.startsWith("\u001f\u008b")) {
            throw notCsv("compressed: say .gzip(), or give the file a name that ends in .gz");
        }
    }

    /** Returns how many bytes come before the text. */
    static int byteOrderMark(byte[] first) {
        boolean there =
                first.length >= 3 && first[0] == (byte) 0xef && first[1] == (byte) 0xbb && first[2] == (byte) 0xbf;
        return there ? 3 : 0;
    }

    private static CsvFault notCsv(String what) {
        return new CsvFault("E-CSV-NOT-CSV", 1, CsvFault.NO_COLUMN, "the file is no CSV file but " + what);
    }
}
