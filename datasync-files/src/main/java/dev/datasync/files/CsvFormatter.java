package dev.datasync.files;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes values as text, in quotes where a reader would see something else without them. */
final class CsvFormatter {

    private final CsvDialect dialect;

    /** Whether quotes are a matter of need or of keeping a field as it looks. */
    enum Quotes {
        WHERE_NEEDED,
        ALWAYS
    }

    CsvFormatter(CsvDialect dialect) {
        this.dialect = dialect;
    }

    /** Returns why a text cannot be written, or null when it can. */
    static @Nullable String problem(String text) {
        if (text.length() > RecordScanner.LONGEST_RECORD / 4) {
            return "a text of " + text.length() + " characters is too long for a CSV file";
        }
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == 0) {
                return "the text contains a NUL character, which a CSV file cannot hold";
            }
            if (Character.isSurrogate(next)) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(next, text.charAt(i + 1));
                if (!pair) {
                    return "the text contains half a character (an unpaired surrogate), which UTF-8 cannot hold";
                }
                i++;
            }
        }
        return null;
    }

    /** Appends a record without a line break; null is an empty field and the empty text an empty pair of quotes. */
    void appendRecord(StringBuilder out, @Nullable String[] values) {
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.append(dialect.delimiter());
            }
            append(out, values[i], Quotes.WHERE_NEEDED);
        }
    }

    /** Appends a header that reads as nothing else: see {@link CsvReading} and {@link CheckedReader}. */
    void appendHeader(StringBuilder out, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            if (i > 0) {
                out.append(dialect.delimiter());
            }
            String name = names.get(i);
            append(out, name, i == 0 && !beginsPlainly(name, names.size()) ? Quotes.ALWAYS : Quotes.WHERE_NEEDED);
        }
    }

    private static boolean beginsPlainly(String first, int columns) {
        return (Character.isLetterOrDigit(first.charAt(0)) || first.charAt(0) == '_')
                && !first.startsWith("PK")
                && (columns > 1 || first.chars().noneMatch(next -> ",;\t|".indexOf(next) >= 0));
    }

    void append(StringBuilder out, @Nullable String value, Quotes quotes) {
        if (value == null) {
            return;
        }
        if (quotes == Quotes.WHERE_NEEDED && !needsQuotes(value)) {
            out.append(value);
            return;
        }
        char quote = dialect.quote();
        out.append(quote);
        for (int i = 0; i < value.length(); i++) {
            char next = value.charAt(i);
            if (next == quote) {
                out.append(quote);
            }
            out.append(next);
        }
        out.append(quote);
    }

    private boolean needsQuotes(String value) {
        if (value.isEmpty() || value.charAt(0) <= ' ' || value.charAt(value.length() - 1) <= ' ') {
            return true;
        }
        for (int i = 0; i < value.length(); i++) {
            char next = value.charAt(i);
            if (next == dialect.delimiter() || next == dialect.quote() || next == '\n' || next == '\r') {
                return true;
            }
        }
        return false;
    }
}
