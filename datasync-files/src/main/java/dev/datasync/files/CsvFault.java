package dev.datasync.files;

import java.io.IOException;

/** Something in a file that is no CSV. An {@link IOException}, so that it passes through readers and the parser. */
final class CsvFault extends IOException {

    private static final long serialVersionUID = 1L;

    /** The column of a fault that concerns no single field. */
    static final int NO_COLUMN = 0;

    private final String code;
    private final long line;
    private final int column;

    CsvFault(String code, long line, int column, String message) {
        super(message);
        this.code = code;
        this.line = line;
        this.column = column;
    }

    static CsvFault empty() {
        return new CsvFault(
                "E-CSV-EMPTY", 0, NO_COLUMN, "the file is empty, without even a header: was it written to the end?");
    }

    static CsvFault notUtf8(long line, long offset) {
        return new CsvFault(
                "E-CSV-ENCODING",
                line,
                NO_COLUMN,
                "byte " + offset
                        + " of the file (counted from 0) is not valid UTF-8: name the encoding that it has with"
                        + " .charset(...), or save the file as UTF-8");
    }

    /** Without the comment, a parser would take the two line breaks around it for one. */
    static CsvFault emptyBehindComment(long line) {
        return new CsvFault(
                "E-CSV-LINE-BREAK",
                line,
                NO_COLUMN,
                "an empty line follows a comment, and the line before the comment ends with a carriage return alone: end"
                        + " all lines in the same way");
    }

    String code() {
        return code;
    }

    /** Returns the line, from 1, or 0 when the fault concerns the whole file. */
    long line() {
        return line;
    }

    /** Returns the column, from 1, or {@link #NO_COLUMN}. */
    int column() {
        return column;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
