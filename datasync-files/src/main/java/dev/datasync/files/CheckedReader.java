package dev.datasync.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes UTF-8 for the parser and throws a {@link CsvFault} at the first place that is no strict CSV. Everything before
 * that place is delivered first, so that the fault that is reported is the first one of the file.
 */
final class CheckedReader extends Reader {

    private static final int PIECE = 64 << 10;
    private static final int NO_CHARACTER = -1;
    private static final int SHORTEST_QUEUE = 64;

    private final InputStream in;
    private final CsvOptions options;
    private final RecordScanner scanner;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(PIECE).limit(0);
    private boolean hasContent;
    private boolean hasRecords;
    private boolean startsQuoted;

    /** The place of the buffer's first byte: how many bytes of the file come before it, its line, the byte before. */
    private long offset;

    private long line = 1;
    private byte before;

    private boolean ended;
    private byte last;
    private int secondHalf = NO_CHARACTER;
    private @Nullable IOException fault;

    /** Where the buffer's records end, and the comments begin that nobody decodes: pairs of ends and new beginnings. */
    private int[] gaps = new int[2];

    private int gapCount;
    private int gap;

    /** Whether a comment ended last, and how the record before it ended. */
    private boolean isBehindComment;

    private byte recordEnd;
    private int faultAt = -1;

    /** The lines of the records that were scanned and not yet asked for, in a ring. */
    private long[] lines = new long[SHORTEST_QUEUE];

    private int firstLine;
    private int lineCount;

    CheckedReader(InputStream in, CsvOptions options, CsvFlaws flaws) throws IOException {
        this.in = in;
        this.options = options;
        this.scanner = new RecordScanner(options.dialect(), options.skippedLines(), flaws);
        load();
        byte[] first = Arrays.copyOf(bytes.array(), Math.min(bytes.limit(), CsvSignature.LONGEST));
        int start = CsvSignature.byteOrderMark(first);
        if (bytes.limit() == start && fault != null) {
            throw fault;
        }
        CsvSignature.check(first, options.dialect().delimiter());
        if (bytes.limit() == start && options.hasHeader()) {
            throw CsvFault.empty();
        }
        hasContent = bytes.limit() > start;
        bytes.position(start);
        scan(start);
        bytes.position(start);
    }

    /** Returns whether the first field of the file is quoted. */
    boolean startsQuoted() {
        return startsQuoted;
    }

    /**
     * Returns the line on which the next record begins, negative when the line is empty; to be called once for each
     * record, when the parser has found it.
     */
    long nextRecordLine() {
        if (lineCount == 0) {
            return scanner.recordLine();
        }
        long next = lines[firstLine];
        firstLine = firstLine + 1 & lines.length - 1;
        lineCount--;
        return next;
    }

    private void addLine(long recordLine) {
        if (lineCount == lines.length) {
            long[] more = new long[lines.length * 2];
            for (int i = 0; i < lineCount; i++) {
                more[i] = lines[firstLine + i & lines.length - 1];
            }
            lines = more;
            firstLine = 0;
        }
        lines[firstLine + lineCount & lines.length - 1] = recordLine;
        lineCount++;
    }

    /** Returns whether a line break is the last thing in the file; to be asked at its end. */
    boolean endsWithLineBreak() {
        return last == '\n' || last == '\r';
    }

    /** Returns whether the file has any bytes. */
    boolean hasContent() {
        return hasContent;
    }

    /** Returns how many lines the file has too few of those to be skipped; to be asked at its end. */
    int missingLines() {
        return scanner.missingLines();
    }

    @Override
    public int read(char[] target, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        CharBuffer chars = CharBuffer.wrap(target, from, length);
        if (secondHalf != NO_CHARACTER) {
            chars.put((char) secondHalf);
            secondHalf = NO_CHARACTER;
        }
        while (true) {
            int end = bytes.limit();
            if (gap < gapCount) {
                bytes.limit(gaps[2 * gap]);
            }
            CoderResult result = decoder.decode(bytes, chars, isLastPiece() || gap < gapCount);
            bytes.limit(end);
            int count = chars.position() - from;
            if (count > 0) {
                return count;
            }
            if (result.isError()) {
                throw notUtf8();
            }
            if (result.isOverflow()) {
                return splitPair(chars);
            }
            if (gap < gapCount) {
                bytes.position(gaps[2 * gap + 1]);
                gap++;
                decoder.reset();
                continue;
            }
            if (fault != null) {
                throw fault;
            }
            if (ended) {
                return -1;
            }
            load();
            scan(bytes.position());
        }
    }

    /** Tells whether no byte follows those in the buffer; a file that broke off in a character has another fault. */
    private boolean isLastPiece() {
        return ended || fault instanceof CsvFault;
    }

    /** Delivers the first half of a character for which one char is not enough. */
    private int splitPair(CharBuffer chars) throws IOException {
        CharBuffer pair = CharBuffer.allocate(2);
        int end = bytes.limit();
        if (gap < gapCount) {
            bytes.limit(gaps[2 * gap]);
        }
        decoder.decode(bytes, pair, isLastPiece() || gap < gapCount);
        bytes.limit(end);
        chars.put(pair.get(0));
        secondHalf = pair.get(1);
        return 1;
    }

    /** Fills the buffer behind what is left in it, and leaves its position at the first new byte. */
    private void load() {
        int consumed = bytes.position();
        if (consumed > 0) {
            before = bytes.get(consumed - 1);
        }
        offset += consumed;
        line = scanner.line();
        bytes.compact();
        int start = bytes.position();
        int count = start;
        try {
            int read = 0;
            while (count < PIECE && read >= 0) {
                read = in.read(bytes.array(), count, PIECE - count);
                count += Math.max(0, read);
            }
            ended = read < 0;
        } catch (IOException e) {
            // what came before it is delivered first
            fault = e;
        }
        if (count > start) {
            last = bytes.array()[count - 1];
        }
        bytes.limit(count);
    }

    private void scan(int start) {
        gap = 0;
        gapCount = 0;
        byte[] array = bytes.array();
        int end = bytes.limit();
        int next = start;
        try {
            while (next >= 0) {
                int from = next;
                next = scanner.next(array, from, end);
                if (next < 0 && from == end) {
                    break;
                }
                if (scanner.isRecord()) {
                    if (isBehindComment && recordEnd == '\r' && from < end && array[from] == '\n') {
                        faultAt = from;
                        throw CsvFault.emptyBehindComment(scanner.recordLine());
                    }
                    isBehindComment &= from == end;
                    if (next >= 0) {
                        // one that ends where it began had its carriage return in the piece before
                        recordEnd = next > from ? array[next - 1] : (byte) '\r';
                    }
                    if (!hasRecords) {
                        hasRecords = true;
                        startsQuoted = array[from] == options.dialect().quote();
                    }
                    if (next >= 0) {
                        addLine(scanner.isEmpty() ? -scanner.recordLine() : scanner.recordLine());
                    }
                } else {
                    isBehindComment = true;
                    addGap(from, next >= 0 ? next : end);
                }
            }
            if (ended) {
                if (scanner.isInside() && scanner.isRecord()) {
                    addLine(scanner.isEmpty() ? -scanner.recordLine() : scanner.recordLine());
                }
                scanner.finish();
            }
        } catch (CsvFault found) {
            fault = found;
            bytes.limit(faultAt >= 0 ? faultAt : scanner.position());
        }
        bytes.position(0);
    }

    private void addGap(int from, int to) {
        if (gapCount > 0 && gaps[2 * gapCount - 1] == from) {
            gaps[2 * gapCount - 1] = to;
            return;
        }
        if (2 * gapCount == gaps.length) {
            gaps = Arrays.copyOf(gaps, 2 * gaps.length);
        }
        gaps[2 * gapCount] = from;
        gaps[2 * gapCount + 1] = to;
        gapCount++;
    }

    private CsvFault notUtf8() {
        long at = line;
        byte previous = before;
        for (int i = 0; i < bytes.position(); i++) {
            byte next = bytes.get(i);
            if (next == '\r' || (next == '\n' && previous != '\r')) {
                at++;
            }
            previous = next;
        }
        return CsvFault.notUtf8(at, offset + bytes.position());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
