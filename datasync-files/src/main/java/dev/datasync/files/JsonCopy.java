package dev.datasync.files;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Copies the bytes of an old file into a new one, from place to place. */
final class JsonCopy implements Closeable {

    private static final int PIECE = 64 << 10;

    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[PIECE];
    private long offset;

    /** The blanks at the beginning of the line that was copied last, and whether there was any line before. */
    private final StringBuilder indentation = new StringBuilder();

    private String lineBreak = "";
    private boolean isIndentation = true;
    private byte before;

    JsonCopy(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    void copyTo(long end) throws IOException {
        while (offset < end) {
            int count = in.read(buffer, 0, (int) Math.min(PIECE, end - offset));
            if (count < 0) {
                throw new EOFException("the file is shorter than it was");
            }
            out.write(buffer, 0, count);
            for (int i = 0; i < count; i++) {
                look(buffer[i]);
            }
            offset += count;
        }
    }

    private void look(byte next) {
        if (next == '\n') {
            lineBreak = before == '\r' ? "\r\n" : "\n";
            indentation.setLength(0);
            isIndentation = true;
        } else if (isIndentation && (next == ' ' || next == '\t') && indentation.length() < PIECE) {
            indentation.append((char) next);
        } else {
            isIndentation = false;
        }
        before = next;
    }

    /** Returns how the line before was broken; empty when there was none. */
    String lineBreak() {
        return lineBreak;
    }

    /** Returns the blanks with which the present line begins. */
    String indentation() {
        return indentation.toString();
    }

    /** Takes bytes that are not copied. */
    byte[] take(long end) throws IOException {
        long length = end - offset;
        if (length > JsonLimits.LONGEST_RECORD + 1L) {
            throw new IOException("there are more than " + (JsonLimits.LONGEST_RECORD >> 20)
                    + " MiB of blanks between two records: remove them");
        }
        byte[] bytes = in.readNBytes((int) length);
        if (bytes.length < length) {
            throw new EOFException("the file is shorter than it was");
        }
        offset = end;
        return bytes;
    }

    /** Takes what is left. */
    byte[] takeRest() throws IOException {
        byte[] bytes = in.readNBytes(JsonLimits.LONGEST_RECORD);
        offset += bytes.length;
        if (in.read() >= 0) {
            throw new IOException("there are more than " + (JsonLimits.LONGEST_RECORD >> 20)
                    + " MiB of blanks at its end: remove them");
        }
        return bytes;
    }

    void copyRest() throws IOException {
        in.transferTo(out);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
