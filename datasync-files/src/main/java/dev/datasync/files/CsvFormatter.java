package dev.datasync.files;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes values as text, in quotes where a reader would see something else without them. */
final class CsvFormatter {

    private final CsvDialect dialect;
    private final CsvOptions options;

    /** Whether quotes are a matter of need or of keeping a field as it looks. */
    enum Quotes {
        WHERE_NEEDED,
        ALWAYS
    }

    CsvFormatter(CsvOptions options) {
        this.options = options;
        this.dialect = options.dialect();
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

    /** Appends a record without a line break. */
    void appendRecord(StringBuilder out, @Nullable String[] values) {
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.append(dialect.delimiter());
            }
            append(out, i, values[i], Quotes.WHERE_NEEDED);
        }
    }

    /** Appends a header that reads as nothing else: see {@link CsvReading} and {@link CheckedReader}. */
    void appendHeader(StringBuilder out, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            if (i > 0) {
                out.append(dialect.delimiter());
            }
            String name = options.safety().written(names.get(i));
            append(out, i, name, i == 0 && !beginsPlainly(name, names.size()) ? Quotes.ALWAYS : Quotes.WHERE_NEEDED);
        }
    }

    private static boolean beginsPlainly(String first, int columns) {
        return (Character.isLetterOrDigit(first.charAt(0)) || first.charAt(0) == '_')
                && !first.startsWith("PK")
                && (columns > 1 || first.chars().noneMatch(next -> ",;\t|".indexOf(next) >= 0));
    }

    /** Appends a field. Null is the null token, and a text that looks like it is put in quotes. */
    void append(StringBuilder out, int column, @Nullable String value, Quotes quotes) {
        if (value == null) {
            out.append(options.nullToken());
            return;
        }
        boolean isQuoted = quotes == Quotes.ALWAYS || needsQuotes(column, value);
        if (isQuoted) {
            out.append(dialect.quote());
        }
        for (int i = 0; i < value.length(); i++) {
            char next = value.charAt(i);
            if (next == dialect.escape() || next == dialect.quote()) {
                out.append(dialect.escape() == CsvDialect.NONE ? next : dialect.escape());
            }
            out.append(next);
        }
        if (isQuoted) {
            out.append(dialect.quote());
        }
    }

    private boolean needsQuotes(int column, String value) {
        if (value.isEmpty()
                || value.charAt(0) <= ' '
                || value.charAt(value.length() - 1) <= ' '
                || value.equals(options.nullToken())) {
            return true;
        }
        if (column == 0 && (value.charAt(0) == dialect.comment() || mayBeginNoCsv(value))) {
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

    /** Tells whether a file without a header that begins with this would be taken for something else. */
    private boolean mayBeginNoCsv(String value) {
        if (options.hasHeader()) {
            return false;
        }
        char first = value.charAt(0);
        return first == '\ufeff'
                || first < ' '
                // in other encodings than UTF-8 there are characters whose bytes are those of a byte order mark
                || first > '~' && options.charset() != null
                || first == '<' && value.toLowerCase(Locale.ROOT).matches("(?s)<(html|!doctype html).*")
                || value.startsWith("PK");
    }
}
