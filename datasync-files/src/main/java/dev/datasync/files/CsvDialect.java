package dev.datasync.files;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.QuoteMode;

/**
 * How the fields of a file are set apart. All characters are ASCII: no byte of a longer UTF-8 character looks like them,
 * so that a file can be scanned before it is decoded.
 *
 * @param delimiter what stands between two fields
 * @param quote what stands around a field
 * @param escape what makes the next character a part of the field, or {@link #NONE}
 * @param comment with what a line begins that is no record, or {@link #NONE}
 */
record CsvDialect(char delimiter, char quote, char escape, char comment) {

    static final char NONE = 0;

    static final CsvDialect RFC_4180 = new CsvDialect(',', '"', NONE, NONE);

    CsvDialect {
        differ("delimiter", delimiter, "quote", quote);
        differ("delimiter", delimiter, "escape", escape);
        differ("quote", quote, "escape", escape);
        differ("delimiter", delimiter, "comment", comment);
        differ("quote", quote, "comment", comment);
        differ("escape", escape, "comment", comment);
    }

    CsvDialect withDelimiter(char character) {
        return new CsvDialect(checked("delimiter", character), quote, escape, comment);
    }

    CsvDialect withQuote(char character) {
        return new CsvDialect(delimiter, checked("quote", character), escape, comment);
    }

    CsvDialect withEscape(char character) {
        return new CsvDialect(delimiter, quote, checked("escape", character), comment);
    }

    CsvDialect withComment(char character) {
        return new CsvDialect(delimiter, quote, escape, checked("comment", character));
    }

    private static char checked(String what, char character) {
        if (character == 0 || character == '\r' || character == '\n' || character > 0x7e) {
            throw new IllegalArgumentException("the " + what + " must be an ASCII character other than NUL and the"
                    + " line breaks, not '" + Shown.character(character) + "'");
        }
        return character;
    }

    private static void differ(String one, char first, String other, char second) {
        if (first == second && first != NONE) {
            throw new IllegalArgumentException(
                    one + " and " + other + " must differ, and both are '" + Shown.character(first) + "'");
        }
    }

    /** Returns what the character behind an escape means, or {@link #NONE} when both stand for themselves. */
    char unescaped(char next) {
        return switch (next) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '\n', '\r', '\t', '\b', '\f' -> next;
            default -> next == delimiter || next == quote || next == escape || next == comment ? next : NONE;
        };
    }

    /** Returns the text that an unquoted field, or the inside of a quoted one, stands for as far as escapes go. */
    String unescaped(String text) {
        if (escape == NONE || text.indexOf(escape) < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            char meant = next == escape && i + 1 < text.length() ? unescaped(text.charAt(i + 1)) : NONE;
            if (meant == NONE) {
                out.append(next);
            } else {
                out.append(meant);
                i++;
            }
        }
        return out.toString();
    }

    /** Returns the format for the parser, to which this quote mode makes an unquoted null token null. */
    CSVFormat format(String nullToken, Trailing trailing) {
        CSVFormat.Builder format = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(delimiter)
                .setQuote(quote)
                .setQuoteMode(QuoteMode.ALL_NON_NULL)
                .setTrailingData(trailing == Trailing.TEXT)
                .setIgnoreEmptyLines(false);
        if (escape != NONE) {
            format.setEscape(escape);
        }
        if (comment != NONE) {
            // the parser sees no comments any more, but an escaped comment character
            format.setCommentMarker(comment);
        }
        if (!nullToken.isEmpty()) {
            format.setNullString(nullToken);
        }
        return format.get();
    }

    /** What stands between a closing quote and the end of its field. */
    enum Trailing {
        MISTAKE,
        TEXT
    }
}
