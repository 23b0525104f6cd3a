package dev.datasync.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Turns a text of any encoding into UTF-8, and throws a {@link CsvFault} at the first bytes that are no characters. */
final class CharsetInput extends InputStream {

    private static final int PIECE = 32 << 10;
    private static final char REPLACEMENT = '\ufffd';

    private final InputStream in;
    private final Charset charset;
    private final CsvFlaws flaws;
    private final CharsetDecoder decoder;
    private final CharsetEncoder encoder = StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer bytes = ByteBuffer.allocate(PIECE).limit(0);
    private final CharBuffer chars = CharBuffer.allocate(PIECE);
    private final ByteBuffer encoded = ByteBuffer.allocate(4 * PIECE).limit(0);

    /** How many bytes of the file come before those in the buffer. */
    private long offset;

    private long line = 1;
    private char before;
    private boolean ended;
    private boolean flushed;
    private @Nullable IOException fault;

    CharsetInput(InputStream in, Charset charset, CsvFlaws flaws) {
        this.in = in;
        this.charset = charset;
        this.flaws = flaws;
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        while (!encoded.hasRemaining()) {
            if (fault != null) {
                throw fault;
            }
            if (flushed) {
                return -1;
            }
            fill();
        }
        int count = Math.min(length, encoded.remaining());
        encoded.get(target, from, count);
        return count;
    }

    /** Decodes a piece. What comes before a fault is delivered before the fault is thrown. */
    private void fill() {
        chars.clear();
        CoderResult result = decoder.decode(bytes, chars, ended);
        if (result.isError()) {
            if (chars.hasRemaining()) {
                forgive(result.length());
            }
        } else if (result.isUnderflow()) {
            if (ended) {
                decoder.flush(chars);
                flushed = true;
            } else {
                load();
            }
        }
        chars.flip();
        countLines();
        encoded.clear();
        encoder.encode(chars, encoded, true);
        encoder.reset();
        encoded.flip();
    }

    private void load() {
        offset += bytes.position();
        bytes.compact();
        try {
            int count = in.readNBytes(bytes.array(), bytes.position(), bytes.remaining());
            ended = count < bytes.remaining();
            bytes.position(bytes.position() + count);
        } catch (IOException e) {
            fault = e;
        }
        bytes.flip();
    }

    private void forgive(int length) {
        long at = line + lineBreaks();
        if (flaws.forgive(CsvFlaw.INVALID_CHARACTERS, at)) {
            bytes.position(bytes.position() + length);
            chars.put(REPLACEMENT);
            return;
        }
        fault = new CsvFault(
                "E-CSV-ENCODING",
                at,
                CsvFault.NO_COLUMN,
                "byte " + (offset + bytes.position()) + " of the file (counted from 0) is not valid " + charset.name()
                        + ": name the encoding that it has with .charset(...), or have the file written in "
                        + charset.name());
    }

    private int lineBreaks() {
        int breaks = 0;
        char previous = before;
        for (int i = 0; i < chars.position(); i++) {
            char next = chars.get(i);
            if (next == '\r' || next == '\n' && previous != '\r') {
                breaks++;
            }
            previous = next;
        }
        return breaks;
    }

    private void countLines() {
        char previous = before;
        for (int i = 0; i < chars.limit(); i++) {
            char next = chars.get(i);
            if (next == '\r' || next == '\n' && previous != '\r') {
                line++;
            }
            previous = next;
        }
        before = previous;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
