package dev.datasync.files;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.QuoteMode;

/**
 * How the fields of a file are set apart. Both characters are ASCII: no byte of a longer UTF-8 character looks like
 * them, so that a file can be scanned before it is decoded.
 */
record CsvDialect(char delimiter, char quote) {

    static final CsvDialect RFC_4180 = new CsvDialect(',', '"');

    CsvDialect {
        check("delimiter", delimiter);
        check("quote", quote);
        if (delimiter == quote) {
            throw new IllegalArgumentException(
                    "delimiter and quote must differ, and both are '" + Shown.character(delimiter) + "'");
        }
    }

    private static void check(String what, char character) {
        if (character == 0 || character == '\r' || character == '\n' || character > 0x7e) {
            throw new IllegalArgumentException("the " + what + " must be an ASCII character other than NUL and the"
                    + " line breaks, not '" + Shown.character(character) + "'");
        }
    }

    /** Returns the format for the parser, to which this quote mode makes an unquoted empty field null. */
    CSVFormat format() {
        return CSVFormat.DEFAULT
                .builder()
                .setDelimiter(delimiter)
                .setQuote(quote)
                .setQuoteMode(QuoteMode.ALL_NON_NULL)
                .setIgnoreEmptyLines(false)
                .get();
    }
}
