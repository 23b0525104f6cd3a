package dev.datasync.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Turns UTF-8 into a text of any encoding; characters that it lacks fail the writing. */
final class CharsetOutput extends OutputStream {

    private static final int PIECE = 32 << 10;

    private final OutputStream out;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final CharsetEncoder encoder;
    private final ByteBuffer bytes = ByteBuffer.allocate(PIECE);
    private final CharBuffer chars = CharBuffer.allocate(PIECE);
    private final ByteBuffer encoded = ByteBuffer.allocate(4 * PIECE);

    CharsetOutput(OutputStream out, Charset charset) {
        this.out = out;
        this.encoder = charset.newEncoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }

    @Override
    public void write(int next) throws IOException {
        write(new byte[] {(byte) next}, 0, 1);
    }

    @Override
    public void write(byte[] source, int from, int length) throws IOException {
        int next = from;
        int end = from + length;
        while (next < end) {
            int count = Math.min(end - next, bytes.remaining());
            bytes.put(source, next, count);
            next += count;
            if (!bytes.hasRemaining()) {
                convert(false);
            }
        }
    }

    private void convert(boolean isLast) throws IOException {
        bytes.flip();
        require(decoder.decode(bytes, chars, isLast));
        bytes.compact();
        chars.flip();
        require(encoder.encode(chars, encoded, isLast));
        chars.compact();
        if (isLast) {
            require(encoder.flush(encoded));
        }
        out.write(encoded.array(), 0, encoded.position());
        encoded.clear();
    }

    private static void require(CoderResult result) throws CharacterCodingException {
        if (!result.isUnderflow()) {
            result.throwException();
        }
    }

    @Override
    public void flush() throws IOException {
        // only the end makes sure that no character is half written
        out.flush();
    }

    @Override
    public void close() throws IOException {
        try (out) {
            convert(true);
        }
    }
}
