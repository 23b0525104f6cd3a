package dev.datasync.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses gzip (RFC 1952), one part behind the other to the very end of the file. The JDK's own stream takes a part
 * whose header is damaged for the end, and what comes before it for the whole.
 */
final class GzipInput extends InputStream {

    private static final int PIECE = 64 << 10;

    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final InputStream in;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] buffer = new byte[PIECE];
    private int next;
    private int end;
    private boolean ended;

    GzipInput(InputStream in) throws IOException {
        this.in = in;
        boolean begun = false;
        try {
            if (!hasMore()) {
                throw new GzipFault("the file is empty, and a gzip file never is: was it written to the end?");
            }
            readHeader();
            begun = true;
        } finally {
            if (!begun) {
                inflater.end();
            }
        }
    }

    private boolean hasMore() throws IOException {
        if (next == end) {
            next = 0;
            end = Math.max(0, in.readNBytes(buffer, 0, buffer.length));
        }
        return next < end;
    }

    private int take() throws IOException {
        if (!hasMore()) {
            throw cutOff();
        }
        return buffer[next++] & 0xff;
    }

    private int takeShort() throws IOException {
        return take() | take() << 8;
    }

    private long takeInt() throws IOException {
        return takeShort() | (long) takeShort() << 16;
    }

    private void readHeader() throws IOException {
        boolean isGzip = take() == 0x1f;
        isGzip &= take() == 0x8b;
        isGzip &= take() == 8;
        int flags = take();
        if (!isGzip || (flags & RESERVED) != 0) {
            throw new GzipFault(
                    "the file is not compressed by gzip, or is damaged: look at what it is, and at its name");
        }
        for (int i = 0; i < 6; i++) {
            take();
        }
        if ((flags & EXTRA) != 0) {
            for (int i = takeShort(); i > 0; i--) {
                take();
            }
        }
        for (int text : new int[] {NAME, COMMENT}) {
            if ((flags & text) != 0) {
                int last;
                do {
                    last = take();
                } while (last != 0);
            }
        }
        if ((flags & HEADER_CHECKSUM) != 0) {
            takeShort();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            int count = inflate(target, from, length);
            if (count > 0) {
                checksum.update(target, from, count);
                return count;
            }
            if (inflater.finished()) {
                endPart();
            }
        }
        return -1;
    }

    private int inflate(byte[] target, int from, int length) throws IOException {
        try {
            int count = inflater.inflate(target, from, length);
            if (count == 0 && !inflater.finished()) {
                if (inflater.needsDictionary()) {
                    throw damaged();
                }
                if (!hasMore()) {
                    throw cutOff();
                }
                inflater.setInput(buffer, next, end - next);
                next = end;
            }
            return count;
        } catch (DataFormatException e) {
            throw damaged();
        }
    }

    private void endPart() throws IOException {
        next = end - inflater.getRemaining();
        long size = inflater.getBytesWritten() & 0xffff_ffffL;
        if (takeInt() != checksum.getValue() || takeInt() != size) {
            throw damaged();
        }
        inflater.reset();
        checksum.reset();
        if (hasMore()) {
            readHeader();
        } else {
            ended = true;
        }
    }

    private static GzipFault damaged() {
        return new GzipFault("the compressed file is damaged: get it again, and compare its checksum");
    }

    private static GzipFault cutOff() {
        return new GzipFault("the compressed file is cut off: get it again, and see that it is written to its end");
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        ended = true;
        in.close();
    }
}
