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
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decodes UTF-8 and throws a {@link CsvFault} at the first place that is no strict CSV. Everything before that place is
 * delivered first, so that the fault that is reported is the first one of the file.
 */
final class CheckedReader extends Reader {

    private static final int PIECE = 64 << 10;
    private static final int LONGEST_SIGNATURE = 256;
    private static final int NO_CHARACTER = -1;

    private final InputStream in;
    private final RecordScanner scanner;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(PIECE).limit(0);
    private final boolean startsQuoted;

    /** The place of the buffer's first byte: how many bytes of the file come before it, its line, the byte before. */
    private long offset;

    private long line = 1;
    private byte before;

    private boolean ended;
    private int secondHalf = NO_CHARACTER;
    private @Nullable CsvFault fault;

    CheckedReader(InputStream in, CsvDialect dialect) throws IOException {
        this.in = in;
        this.scanner = new RecordScanner(dialect);
        load();
        byte[] first = Arrays.copyOf(bytes.array(), Math.min(bytes.limit(), LONGEST_SIGNATURE));
        Signature.check(first);
        int start = Signature.byteOrderMark(first);
        if (bytes.limit() == start) {
            throw new CsvFault(
                    "E-CSV-EMPTY",
                    0,
                    CsvFault.NO_COLUMN,
                    "the file is empty, without even a header: was it written to the end?");
        }
        this.startsQuoted = bytes.get(start) == dialect.quote();
        scan(start);
        bytes.position(start);
    }

    /** Returns whether the first field of the file is quoted. */
    boolean startsQuoted() {
        return startsQuoted;
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
            CoderResult result = decoder.decode(bytes, chars, ended || fault != null);
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

    /** Delivers the first half of a character for which one char is not enough. */
    private int splitPair(CharBuffer chars) throws IOException {
        CharBuffer pair = CharBuffer.allocate(2);
        decoder.decode(bytes, pair, ended || fault != null);
        chars.put(pair.get(0));
        secondHalf = pair.get(1);
        return 1;
    }

    /** Fills the buffer behind what is left in it, and leaves its position at the first new byte. */
    private void load() throws IOException {
        int consumed = bytes.position();
        if (consumed > 0) {
            before = bytes.get(consumed - 1);
        }
        offset += consumed;
        line = scanner.line();
        bytes.compact();
        int start = bytes.position();
        int count = in.readNBytes(bytes.array(), start, PIECE - start);
        ended = count < PIECE - start;
        bytes.limit(start + count);
    }

    private void scan(int start) {
        int end = bytes.limit();
        try {
            int next = start;
            while (next >= 0) {
                next = scanner.next(bytes.array(), next, end);
            }
            if (ended) {
                scanner.finish();
            }
        } catch (CsvFault found) {
            fault = found;
            bytes.limit(scanner.position());
        }
        bytes.position(0);
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
        return new CsvFault(
                "E-CSV-ENCODING",
                at,
                CsvFault.NO_COLUMN,
                "byte " + (offset + bytes.position()) + " of the file (counted from 0) is not valid UTF-8: save the"
                        + " file as UTF-8");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Tells by the first bytes what is no CSV file. */
    private static final class Signature {

        static void check(byte[] first) throws CsvFault {
            String start = new String(first, StandardCharsets.ISO_8859_1);
            if (start.startsWith("\u00fe\u00ff") || start.startsWith("\u00ff\u00fe")) {
                throw new CsvFault(
                        "E-CSV-ENCODING", 1, CsvFault.NO_COLUMN, "the file is UTF-16: save the file as UTF-8");
            }
            String text = start.substring(byteOrderMark(first)).stripLeading().toLowerCase(Locale.ROOT);
            if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
                throw notCsv("an HTML page, such as an error message or a log-in form: look at where it comes from");
            }
            if (start.startsWith("PK\u0003\u0004")) {
                throw notCsv("a ZIP or Excel file: save it as CSV");
            }
            if (start.startsWith("\u001f\u008b")) {
                throw notCsv("compressed: decompress it first");
            }
        }

        /** Returns how many bytes come before the text. */
        static int byteOrderMark(byte[] first) {
            boolean there =
                    first.length >= 3 && first[0] == (byte) 0xef && first[1] == (byte) 0xbb && first[2] == (byte) 0xbf;
            return there ? 3 : 0;
        }

        private static CsvFault notCsv(String what) {
            return new CsvFault("E-CSV-NOT-CSV", 1, CsvFault.NO_COLUMN, "the file is no CSV file but " + what);
        }
    }
}
