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
