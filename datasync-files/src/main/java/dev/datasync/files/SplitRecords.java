package dev.datasync.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Records whose fields are cut out of the bytes of the file, for dialects without an escape: a field is then what stands
 * between two delimiters, or between its quotes with the doubled ones made one.
 *
 * <p>A record that is in the buffer as a whole and has nothing special is looked at once. Any other is given to the
 * {@link RecordScanner} first, which says where it ends or what is wrong with it. Nothing is decoded before the record is
 * asked for, so that the fault that is reported is the first one of the file.
 */
final class SplitRecords implements CsvRecords {

    private static final int PIECE = 64 << 10;
    private static final char REPLACEMENT = '\ufffd';
    private static final int UNCLEAR = -1;

    private final InputStream in;
    private final RecordScanner scanner;
    private final byte delimiter;
    private final byte quote;
    private final byte comment;
    private final String nullToken;
    private final boolean[] endsUnquoted = new boolean[256];

    /** What was read and not yet returned, from the next record on. There is always place for one more piece. */
    private byte[] buffer = new byte[2 * PIECE];

    private int from;
    private int end;

    /** How many bytes of the file come before those in the buffer. */
    private long offset;

    private boolean hasContent;
    private byte last;
    private boolean ended;
    private @Nullable IOException fault;

    /** The last byte of the record before, and whether a comment has come since. */
    private byte recordEnd;

    private boolean isBehindComment;

    private boolean hasRecords;
    private boolean startsQuoted;

    /** The record that was found last: how many fields and line breaks within quotes it has. */
    private @Nullable Object[] values = {};

    private int fields;
    private int innerBreaks;
    private long line = 1;
    private boolean isEmptyLine;

    /** What the quoted field that was found last has inside: all its bytes together, and how many doubled quotes. */
    private int allInside;

    private int doubledInside;

    /** The inside of a quoted field without the second ones of doubled quotes. */
    private byte[] collapsed = new byte[4 << 10];

    SplitRecords(InputStream in, CsvOptions options, CsvFlaws flaws) throws IOException {
        this.in = in;
        CsvDialect dialect = options.dialect();
        scanner = new RecordScanner(dialect, options.skippedLines(), flaws);
        delimiter = (byte) dialect.delimiter();
        quote = (byte) dialect.quote();
        comment = (byte) dialect.comment();
        nullToken = options.nullToken();
        for (int special : new int[] {0, '\r', '\n', delimiter, quote}) {
            endsUnquoted[special] = true;
        }
        load();
        byte[] first = Arrays.copyOf(buffer, Math.min(end, CsvSignature.LONGEST));
        from = CsvSignature.byteOrderMark(first);
        if (from == end && fault != null) {
            throw fault;
        }
        CsvSignature.check(first, dialect.delimiter());
        if (from == end && options.hasHeader()) {
            throw CsvFault.empty();
        }
        hasContent = end > from;
    }

    @Override
    public @Nullable Object @Nullable [] next(int size) throws IOException {
        while (true) {
            if (from == end) {
                if (ended) {
                    return null;
                }
                load();
            } else if (passPlain(size) || pass(size)) {
                return values;
            }
        }
    }

    /** Goes to the next record when it is in the buffer as a whole and has nothing special. */
    private boolean passPlain(int size) throws CsvFault {
        byte first = buffer[from];
        if (isBehindComment || scanner.missingLines() > 0 || first == comment && comment != 0) {
            return false;
        }
        line = scanner.line();
        int contentEnd = split(from, end, size, false);
        // behind a carriage return that is the last byte of the buffer there may be a line feed
        if (contentEnd == UNCLEAR || contentEnd == end || buffer[contentEnd] == '\r' && contentEnd + 1 == end) {
            return false;
        }
        int next = contentEnd + 1;
        if (buffer[contentEnd] == '\r' && buffer[next] == '\n') {
            next++;
        }
        scanner.pass(innerBreaks + 1);
        found(contentEnd, next);
        return true;
    }

    /** Goes to the next record, or past what is none. Returns whether it is a record. */
    private boolean pass(int size) throws IOException {
        line = scanner.line();
        if (isBehindComment && scanner.missingLines() == 0 && recordEnd == '\r' && buffer[from] == '\n') {
            throw CsvFault.emptyBehindComment(line);
        }
        int next = scan();
        if (!scanner.isRecord()) {
            isBehindComment = true;
            from = next;
            return false;
        }
        int contentEnd = next - scanner.lineBreakLength();
        if (split(from, contentEnd, size, true) != contentEnd) {
            throw new IllegalStateException("a record ends before its end");
        }
        isBehindComment = false;
        found(contentEnd, next);
        return true;
    }

    private void found(int contentEnd, int next) {
        if (!hasRecords) {
            hasRecords = true;
            startsQuoted = buffer[from] == quote;
        }
        isEmptyLine = contentEnd == from;
        recordEnd = buffer[next - 1];
        from = next;
    }

    /** Returns where the record, comment or skipped line ends that begins now, and loads all of a record. */
    private int scan() throws IOException {
        int scanned = from;
        while (true) {
            try {
                int next = scanner.next(buffer, scanned, end);
                if (next >= 0) {
                    return next;
                }
                if (ended) {
                    scanner.finish();
                    return end;
                }
            } catch (CsvFault found) {
                throw first(found, scanner.position());
            }
            if (!scanner.isRecord()) {
                from = end;
            }
            int known = end - from;
            load();
            scanned = from + known;
        }
    }

    /** Returns the first fault of a record that has one, or ends, at a place. */
    private IOException first(IOException found, int at) {
        CsvFault earlier =
                scanner.isInside() && scanner.isRecord() ? notUtf8(from, at, found instanceof CsvFault) : null;
        return earlier == null ? found : earlier;
    }

    /** Reads a piece behind what is left, which moves to the front. */
    private void load() throws IOException {
        if (fault != null) {
            throw first(fault, end);
        }
        int known = end - from;
        byte[] target = buffer;
        if (known + PIECE > buffer.length) {
            target = new byte[Math.min(2 * buffer.length, RecordScanner.LONGEST_RECORD + PIECE)];
        }
        System.arraycopy(buffer, from, target, 0, known);
        buffer = target;
        offset += from;
        from = 0;
        end = known;
        load(known + PIECE);
        if (end > known) {
            last = buffer[end - 1];
        }
    }

    private void load(int to) {
        try {
            int read = 0;
            while (end < to && read >= 0) {
                read = in.read(buffer, end, to - end);
                end += Math.max(0, read);
            }
            ended = read < 0;
        } catch (IOException e) {
            // what came before it is returned first
            fault = e;
        }
    }

    /**
     * Cuts out the fields of a record.
     *
     * @param isWhole whether the record ends where the given bytes end
     * @return where its line break is, or the end of the given bytes, or {@link #UNCLEAR} when only the scanner knows
     *     what is there
     */
    private int split(int start, int to, int size, boolean isWhole) throws CsvFault {
        byte[] bytes = buffer;
        boolean[] ends = endsUnquoted;
        @Nullable Object[] found = new @Nullable Object[size];
        int count = 0;
        int index = start;
        innerBreaks = 0;
        while (true) {
            Object value;
            if (index < to && bytes[index] == quote) {
                int begin = index + 1;
                index = endOfQuoted(begin, to);
                if (index == UNCLEAR) {
                    return UNCLEAR;
                }
                value = quoted(begin, index - 1);
            } else {
                int begin = index;
                int all = 0;
                while (index < to) {
                    byte next = bytes[index];
                    if (ends[next & 0xff]) {
                        break;
                    }
                    all |= next;
                    index++;
                }
                if (index == to && !isWhole) {
                    // its last character may be cut in two
                    return UNCLEAR;
                }
                value = unquoted(begin, index, all);
            }
            if (count == found.length) {
                found = Arrays.copyOf(found, 2 * count + 1);
            }
            found[count++] = value;
            if (index < to && bytes[index] == delimiter && count < RecordScanner.MOST_COLUMNS) {
                index++;
                continue;
            }
            if (index < to && bytes[index] != '\n' && bytes[index] != '\r') {
                return UNCLEAR;
            }
            values = found;
            fields = count;
            return index;
        }
    }

    /**
     * Finds the end of a quoted field and notes what is inside.
     *
     * @return the index behind its closing quote, or {@link #UNCLEAR}
     */
    private int endOfQuoted(int begin, int to) {
        byte[] bytes = buffer;
        int all = 0;
        int doubled = 0;
        int index = begin;
        while (index < to) {
            byte next = bytes[index++];
            if (next == quote) {
                if (index == to || bytes[index] != quote) {
                    allInside = all;
                    doubledInside = doubled;
                    return index;
                }
                doubled++;
                index++;
            } else if (next >= 0 && next <= '\r') {
                if (next == 0) {
                    return UNCLEAR;
                }
                if (next == '\r' || next == '\n' && bytes[index - 2] != '\r') {
                    innerBreaks++;
                }
            }
            all |= next;
        }
        return UNCLEAR;
    }

    private String quoted(int begin, int to) throws CsvFault {
        if (doubledInside == 0) {
            return text(begin, to, allInside);
        }
        int length = to - begin - doubledInside;
        byte[] target = length <= collapsed.length ? collapsed : new byte[length];
        int at = 0;
        for (int index = begin; index < to; index++) {
            byte next = buffer[index];
            target[at++] = next;
            if (next == quote) {
                index++;
            }
        }
        return text(target, 0, length, allInside, begin, to);
    }

    private @Nullable String unquoted(int begin, int to, int all) throws CsvFault {
        if (begin == to) {
            return nullToken.isEmpty() ? null : "";
        }
        String text = text(begin, to, all);
        return text.equals(nullToken) ? null : text;
    }

    private String text(int begin, int to, int all) throws CsvFault {
        return text(buffer, begin, to - begin, all, begin, to);
    }

    /** Returns a text, of which all bytes together tell whether it is ASCII, and which comes from some bytes of the buffer. */
    private String text(byte[] bytes, int begin, int length, int all, int rawFrom, int rawTo) throws CsvFault {
        if (all >= 0) {
            return new String(bytes, begin, length, StandardCharsets.ISO_8859_1);
        }
        String text = new String(bytes, begin, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            // it is there, or stands for bytes that are no character
            CsvFault found = notUtf8(rawFrom, rawTo, true);
            if (found != null) {
                throw found;
            }
        }
        return text;
    }

    /** Returns the fault when some bytes of the record are not valid UTF-8. */
    private @Nullable CsvFault notUtf8(int begin, int to, boolean isWhole) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(buffer, begin, to - begin);
        CharBuffer chars = CharBuffer.allocate(Math.min(to - begin + 1, PIECE));
        CoderResult result = decoder.decode(bytes, chars, isWhole);
        while (result.isOverflow()) {
            chars.clear();
            result = decoder.decode(bytes, chars, isWhole);
        }
        if (!result.isError()) {
            return null;
        }
        int at = bytes.position();
        return CsvFault.notUtf8(line + lineBreaks(at), offset + at);
    }

    /** Returns how many line breaks the record has before a place. */
    private int lineBreaks(int to) {
        int breaks = 0;
        for (int index = from; index < to; index++) {
            if (buffer[index] == '\r' || buffer[index] == '\n' && (index == from || buffer[index - 1] != '\r')) {
                breaks++;
            }
        }
        return breaks;
    }

    @Override
    public int fields() {
        return fields;
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public boolean isEmptyLine() {
        return isEmptyLine;
    }

    @Override
    public boolean startsQuoted() {
        return startsQuoted;
    }

    @Override
    public boolean hasContent() {
        return hasContent;
    }

    @Override
    public boolean endsWithLineBreak() {
        return last == '\n' || last == '\r';
    }

    @Override
    public int missingLines() {
        return scanner.missingLines();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
