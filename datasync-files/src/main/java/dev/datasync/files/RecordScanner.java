package dev.datasync.files;

/**
 * Finds where the records of a file end and what is wrong with their quotes, by looking at each byte once.
 *
 * <p>The parser that makes the values lets much pass: a quote inside an unquoted field, blanks behind a closing quote,
 * NUL characters, fields without end. This scanner runs ahead of it and stops it there. It is also what a rewrite needs
 * to copy records without parsing them. It holds no more than a few numbers, so a file may come in pieces of any size.
 */
final class RecordScanner {

    /** The most bytes of a record: a quote that is never closed must not fill the memory. */
    static final int LONGEST_RECORD = 16 << 20;

    private enum State {
        FIELD_START,
        UNQUOTED,
        QUOTED,
        QUOTED_BEHIND_CARRIAGE_RETURN,
        BEHIND_QUOTE,
        BEHIND_CARRIAGE_RETURN
    }

    private final byte delimiter;
    private final byte quote;
    private final boolean[] endsUnquoted = new boolean[256];

    private State state = State.FIELD_START;
    private int position;
    private long line = 1;
    private long recordLine = 1;
    private long recordLength;
    private long quoteLine;
    private int column = 1;

    RecordScanner(CsvDialect dialect) {
        this.delimiter = (byte) dialect.delimiter();
        this.quote = (byte) dialect.quote();
        for (int special : new int[] {0, '\r', '\n', delimiter, quote}) {
            endsUnquoted[special] = true;
        }
    }

    /** Returns the line of the next byte, from 1; between two records that is where the next one begins. */
    long line() {
        return line;
    }

    /** Returns the index of the byte at which {@link #next} stopped or found a fault. */
    int position() {
        return position;
    }

    /**
     * Scans to the end of the record.
     *
     * @return the index behind the record's line break, or -1 when the record goes on beyond the given bytes
     */
    int next(byte[] bytes, int from, int to) throws CsvFault {
        position = from;
        if (endsRecord(bytes, to)) {
            state = State.FIELD_START;
            column = 1;
            recordLine = line;
            recordLength = 0;
            return position;
        }
        recordLength += to - from;
        if (recordLength > LONGEST_RECORD) {
            throw tooLong();
        }
        return -1;
    }

    /** Checks that the file may end here. */
    void finish() throws CsvFault {
        if (state == State.QUOTED || state == State.QUOTED_BEHIND_CARRIAGE_RETURN) {
            throw new CsvFault(
                    "E-CSV-QUOTE",
                    quoteLine,
                    column,
                    "the quoted field that begins here never ends: a closing quote is missing, or the file is cut off");
        }
    }

    private boolean endsRecord(byte[] bytes, int to) throws CsvFault {
        while (position < to) {
            switch (state) {
                case FIELD_START -> beginField(bytes[position]);
                case UNQUOTED -> {
                    skipUnquoted(bytes, to);
                    if (position < to && endField(bytes[position])) {
                        return true;
                    }
                }
                case QUOTED -> skipQuoted(bytes, to);
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
                case BEHIND_CARRIAGE_RETURN -> {
                    skipLineFeed(bytes[position]);
                    return true;
                }
            }
        }
        return false;
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
        while (index < to && !endsUnquoted[bytes[index] & 0xff]) {
            index++;
        }
        position = index;
    }

    private void skipQuoted(byte[] bytes, int to) throws CsvFault {
        int index = position;
        // most of a text is above these: letters and digits are passed with one comparison
        int highestSpecial = Math.max(quote, '\r');
        for (; index < to; index++) {
            byte next = bytes[index];
            if (next < 0 || next > highestSpecial) {
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
            state = State.FIELD_START;
        } else if (next == '\r') {
            line++;
            state = State.BEHIND_CARRIAGE_RETURN;
        } else if (next == '\n') {
            line++;
        } else if (next == 0) {
            throw nul();
        } else {
            throw state == State.BEHIND_QUOTE ? textBehindQuote() : strayQuote();
        }
        position++;
        return next == '\n';
    }

    private CsvFault nul() {
        return new CsvFault(
                "E-CSV-NUL",
                line,
                column,
                "there is a NUL character: the file is no text, is UTF-16 instead of UTF-8, or is damaged");
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
                        + " be doubled, a backslash does not escape them, and no blanks may follow the closing quote");
    }

    private CsvFault tooLong() {
        String most = (LONGEST_RECORD >> 20) + " MiB";
        if (state == State.QUOTED || state == State.BEHIND_QUOTE || state == State.QUOTED_BEHIND_CARRIAGE_RETURN) {
            return new CsvFault(
                    "E-CSV-QUOTE",
                    quoteLine,
                    column,
                    "the quoted field that begins here does not end within the " + most
                            + " that a record may have: a closing quote is missing");
        }
        return new CsvFault(
                "E-CSV-TOO-LONG",
                recordLine,
                CsvFault.NO_COLUMN,
                "the record that begins here has more than " + most + ": is this a CSV file?");
    }
}
