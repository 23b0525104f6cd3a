package dev.datasync.files;

import java.util.Set;

/**
 * Finds where the records of a file end and what is wrong with their quotes, by looking at each byte once.
 *
 * <p>A parser lets much pass: a quote inside an unquoted field, blanks behind a closing quote, NUL characters, fields
 * without end. This scanner runs ahead of what makes the values and stops it there. It is also what a rewrite needs to
 * copy records without parsing them. It holds no more than a few numbers, so a file may come in pieces of any size.
 */
final class RecordScanner {

    /** The most bytes of a record: a quote that is never closed must not fill the memory. */
    static final int LONGEST_RECORD = 16 << 20;

    /** The most fields of a record, as in a spreadsheet. */
    static final int MOST_COLUMNS = 16_384;

    private enum State {
        RECORD_START,
        FIELD_START,
        UNQUOTED,
        ESCAPED,
        QUOTED,
        QUOTED_ESCAPED,
        QUOTED_BEHIND_CARRIAGE_RETURN,
        BEHIND_QUOTE,
        TRAILING,
        BEHIND_CARRIAGE_RETURN,
        LINE,
        LINE_BEHIND_CARRIAGE_RETURN
    }

    private final byte delimiter;
    private final byte quote;
    private final byte escape;
    private final byte comment;
    private final CsvFlaws flaws;
    private final boolean[] endsUnquoted = new boolean[256];
    private final boolean[] endsQuoted = new boolean[256];
    private final int highestSpecial;

    private State state = State.RECORD_START;
    private int skippedLines;
    private boolean isRecord;
    private boolean isEmpty;
    private int lineBreakLength;
    private int position;
    private long line = 1;
    private long recordLine = 1;
    private long recordLength;
    private long quoteLine;
    private int column = 1;
    /** Whether the byte before was a carriage return behind an escape, whose line feed is of the same line. */
    private boolean isCarriageReturnEscaped;

    RecordScanner(CsvDialect dialect, int skippedLines) {
        this(dialect, skippedLines, new CsvFlaws(Set.of()));
    }

    RecordScanner(CsvDialect dialect, int skippedLines, CsvFlaws flaws) {
        this.delimiter = (byte) dialect.delimiter();
        this.quote = (byte) dialect.quote();
        this.escape = (byte) dialect.escape();
        this.comment = (byte) dialect.comment();
        this.skippedLines = skippedLines;
        this.flaws = flaws;
        for (int special : new int[] {0, '\r', '\n', delimiter, quote, escape}) {
            endsUnquoted[special] = true;
            endsQuoted[special] = special != delimiter;
        }
        // most of a text is above these: letters and digits are passed with one comparison
        this.highestSpecial = Math.max(Math.max(quote, '\r'), escape);
    }

    /** Returns the line of the next byte, from 1; between two records that is where the next one begins. */
    long line() {
        return line;
    }

    /** Returns the line on which the record begins that ended last, or that has not ended. */
    long recordLine() {
        return recordLine;
    }

    /** Returns whether what ended last is a record, and no comment or line that is to be skipped. */
    boolean isRecord() {
        return isRecord;
    }

    /** Returns whether the record that ended last is an empty line. */
    boolean isEmpty() {
        return isEmpty;
    }

    /** Returns how many bytes long the line break is that has ended the record: 0 when the file ended there. */
    int lineBreakLength() {
        return lineBreakLength;
    }

    /** Returns whether something has begun that has not ended yet. */
    boolean isInside() {
        return state != State.RECORD_START;
    }

    /** Returns how many lines there were too few of those to be skipped. */
    int missingLines() {
        return skippedLines;
    }

    /** Returns the index of the byte at which {@link #next} stopped or found a fault. */
    int position() {
        return position;
    }

    /**
     * Scans to the end of the record, or of the comment or skipped line.
     *
     * @return the index behind the line break, or -1 when it goes on beyond the given bytes
     */
    int next(byte[] bytes, int from, int to) throws CsvFault {
        position = from;
        if (endsRecord(bytes, to)) {
            state = State.RECORD_START;
            return position;
        }
        recordLength += to - from;
        if (recordLength > LONGEST_RECORD) {
            throw tooLong();
        }
        return -1;
    }

    /**
     * Passes over a record that somebody else has found between two records.
     *
     * @param lineBreaks how many lines it ends, those within its quotes included
     */
    void pass(int lineBreaks) {
        recordLine = line;
        line += lineBreaks;
    }

    /** Checks that the file may end here. */
    void finish() throws CsvFault {
        if (state == State.QUOTED || state == State.QUOTED_ESCAPED || state == State.QUOTED_BEHIND_CARRIAGE_RETURN) {
            throw new CsvFault(
                    "E-CSV-QUOTE",
                    quoteLine,
                    column,
                    "the quoted field that begins here never ends: a closing quote is missing, or the file is cut off");
        }
        if (state == State.ESCAPED) {
            throw new CsvFault(
                    "E-CSV-ESCAPE",
                    line,
                    column,
                    "the file ends behind an escape character: it is cut off, or .escape(...) is not its dialect");
        }
    }

    private boolean endsRecord(byte[] bytes, int to) throws CsvFault {
        while (position < to) {
            switch (state) {
                case RECORD_START -> beginRecord(bytes[position]);
                case FIELD_START -> {
                    skipPlainFields(bytes, to);
                    if (position < to) {
                        beginField(bytes[position]);
                    }
                }
                case UNQUOTED -> {
                    skipUnquoted(bytes, to);
                    if (position < to && endField(bytes[position])) {
                        return true;
                    }
                }
                case ESCAPED -> skipEscaped(bytes[position], State.UNQUOTED);
                case QUOTED -> skipQuoted(bytes, to);
                case QUOTED_ESCAPED -> {
                    boolean isCarriageReturn = bytes[position] == '\r';
                    skipEscaped(bytes[position], State.QUOTED);
                    isCarriageReturnEscaped = false;
                    if (isCarriageReturn) {
                        state = State.QUOTED_BEHIND_CARRIAGE_RETURN;
                    }
                }
                case QUOTED_BEHIND_CARRIAGE_RETURN -> {
                    skipLineFeed(bytes[position]);
                    state = State.QUOTED;
                }
                case BEHIND_QUOTE -> {
                    if (bytes[position] == quote) {
                        state = State.QUOTED;
                        position++;
                    } else if (endField(bytes[position])) {
                        return true;
                    }
                }
                case TRAILING -> {
                    byte next = bytes[position];
                    if (next == delimiter || next == '\r' || next == '\n' || next == 0) {
                        if (endField(next)) {
                            return true;
                        }
                    } else {
                        position++;
                    }
                }
                case BEHIND_CARRIAGE_RETURN, LINE_BEHIND_CARRIAGE_RETURN -> {
                    if (bytes[position] == '\n') {
                        lineBreakLength++;
                        position++;
                    }
                    return true;
                }
                case LINE -> {
                    if (endsLine(bytes, to)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private void beginRecord(byte first) {
        column = 1;
        recordLine = line;
        isEmpty = first == '\r' || first == '\n';
        recordLength = 0;
        lineBreakLength = 0;
        isCarriageReturnEscaped = false;
        if (skippedLines > 0) {
            skippedLines--;
            isRecord = false;
            state = State.LINE;
        } else if (first == comment && comment != 0) {
            isRecord = false;
            state = State.LINE;
        } else {
            isRecord = true;
            state = State.FIELD_START;
        }
    }

    private boolean endsLine(byte[] bytes, int to) {
        int index = position;
        while (index < to && bytes[index] != '\n' && bytes[index] != '\r') {
            index++;
        }
        position = index;
        if (index == to) {
            return false;
        }
        line++;
        position++;
        lineBreakLength = 1;
        state = State.LINE_BEHIND_CARRIAGE_RETURN;
        return bytes[index] == '\n';
    }

    /**
     * Passes over whole fields that end at a delimiter and have nothing special in them, which most have. Leaves the
     * state as it is, at the first byte of the field that is none of these.
     */
    private void skipPlainFields(byte[] bytes, int to) {
        int index = position;
        int start = index;
        int columns = column;
        while (index < to) {
            byte next = bytes[index];
            if (next == quote) {
                index++;
                while (index < to && !endsQuoted[bytes[index] & 0xff]) {
                    index++;
                }
                if (index + 1 >= to || bytes[index] != quote) {
                    break;
                }
                index++;
            } else {
                while (index < to && !endsUnquoted[bytes[index] & 0xff]) {
                    index++;
                }
            }
            if (index >= to || bytes[index] != delimiter || columns == MOST_COLUMNS) {
                break;
            }
            index++;
            columns++;
            start = index;
        }
        position = start;
        column = columns;
    }

    private void beginField(byte first) {
        if (first == quote) {
            quoteLine = line;
            state = State.QUOTED;
            position++;
        } else {
            state = State.UNQUOTED;
        }
    }

    private void skipUnquoted(byte[] bytes, int to) {
        int index = position;
        if (isCarriageReturnEscaped) {
            isCarriageReturnEscaped = false;
            if (bytes[index] == '\n') {
                // the parser takes the carriage return as text, and the line feed as the end of the record
                line--;
            }
        }
        while (index < to && !endsUnquoted[bytes[index] & 0xff]) {
            index++;
        }
        position = index;
    }

    private void skipEscaped(byte next, State behind) throws CsvFault {
        if (next == 0) {
            throw nul();
        }
        if (next == '\n' || next == '\r') {
            line++;
        }
        isCarriageReturnEscaped = next == '\r';
        state = behind;
        position++;
    }

    private void skipQuoted(byte[] bytes, int to) throws CsvFault {
        int index = position;
        int highest = highestSpecial;
        for (; index < to; index++) {
            byte next = bytes[index];
            if (next < 0 || next > highest) {
                continue;
            }
            if (next == quote) {
                state = State.BEHIND_QUOTE;
                break;
            } else if (next == '\n') {
                line++;
            } else if (next == '\r') {
                line++;
                state = State.QUOTED_BEHIND_CARRIAGE_RETURN;
                break;
            } else if (next == 0) {
                position = index;
                throw nul();
            } else if (next == escape) {
                state = State.QUOTED_ESCAPED;
                break;
            }
        }
        position = Math.min(index + 1, to);
    }

    private void skipLineFeed(byte next) {
        if (next == '\n') {
            position++;
        }
    }

    /** Ends a field at a byte that is special there. Returns whether the record ends too. */
    private boolean endField(byte next) throws CsvFault {
        if (next == delimiter) {
            column++;
            if (column > MOST_COLUMNS) {
                throw tooWide();
            }
            state = State.FIELD_START;
        } else if (next == '\r') {
            line++;
            lineBreakLength = 1;
            state = State.BEHIND_CARRIAGE_RETURN;
        } else if (next == '\n') {
            line++;
            lineBreakLength = 1;
        } else if (next == 0) {
            throw nul();
        } else if (state == State.BEHIND_QUOTE) {
            if (!flaws.forgive(CsvFlaw.STRAY_QUOTES, line)) {
                throw textBehindQuote();
            }
            state = State.TRAILING;
        } else if (next == escape) {
            state = State.ESCAPED;
        } else if (!flaws.forgive(CsvFlaw.STRAY_QUOTES, line)) {
            throw strayQuote();
        }
        position++;
        return next == '\n';
    }

    private CsvFault nul() {
        return new CsvFault(
                "E-CSV-NUL",
                line,
                column,
                "there is a NUL character: the file is no text, is UTF-16 without a byte order mark (then say"
                        + " .charset(...)), or is damaged");
    }

    private CsvFault strayQuote() {
        return new CsvFault(
                "E-CSV-QUOTE",
                line,
                column,
                "there is a quote inside a field that does not begin with one: put the whole field in quotes and double"
                        + " the quotes inside it");
    }

    private CsvFault textBehindQuote() {
        return new CsvFault(
                "E-CSV-QUOTE",
                line,
                column,
                "something stands between the closing quote and the end of the field: quotes inside a quoted field must"
                        + " be doubled (a backslash escapes them only with .escape('\\\\')), and no blanks may follow"
                        + " the closing quote");
    }

    private CsvFault tooWide() {
        return new CsvFault(
                "E-CSV-TOO-WIDE",
                recordLine,
                column,
                "the record that begins here has more than " + MOST_COLUMNS + " fields: is this a CSV file?");
    }

    private CsvFault tooLong() {
        String most = (LONGEST_RECORD >> 20) + " MiB";
        switch (state) {
            case QUOTED, QUOTED_ESCAPED, BEHIND_QUOTE, QUOTED_BEHIND_CARRIAGE_RETURN -> {
                return new CsvFault(
                        "E-CSV-QUOTE",
                        quoteLine,
                        column,
                        "the quoted field that begins here does not end within the " + most
                                + " that a record may have: a closing quote is missing");
            }
            default -> {
                return new CsvFault(
                        "E-CSV-TOO-LONG",
                        recordLine,
                        CsvFault.NO_COLUMN,
                        "the record that begins here has more than " + most + ": is this a CSV file?");
            }
        }
    }
}
