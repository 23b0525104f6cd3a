package dev.datasync.http;

import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses a whole body. Unlike the JDK's stream it takes nothing after the end for an end, and stops at a size.
 */
final class Gzip {

    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    private static final int CHECKSUM_OF_HEADER = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final byte[] zipped;
    private final long largest;
    private final ByteArrayOutputStream plain = new ByteArrayOutputStream();
    private int at;

    /** How a body cannot be decompressed. */
    enum Problem {
        /** It ends too early. */
        CUT_OFF,
        /** It is something else, or was changed on its way. */
        BROKEN,
        /** It becomes larger than allowed. */
        TOO_LARGE
    }

    /** A body that cannot be decompressed. */
    static final class GzipException extends Exception {

        private static final long serialVersionUID = 1L;

        private final Problem problem;

        GzipException(Problem problem) {
            super(problem.name());
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    private Gzip(byte[] zipped, long largest) {
        this.zipped = zipped;
        this.largest = largest;
    }

    /**
     * Returns the decompressed body.
     *
     * @param zipped one or more members of RFC 1952 one after the other, and nothing else
     * @param largest the most bytes that the decompressed body may have
     * @throws GzipException when it is not that, or becomes larger
     */
    static byte[] decompressed(byte[] zipped, long largest) throws GzipException {
        Gzip gzip = new Gzip(zipped, largest);
        do {
            gzip.member();
        } while (gzip.at < zipped.length);
        return gzip.plain.toByteArray();
    }

    private void member() throws GzipException {
        header();
        CRC32 checksum = new CRC32();
        Inflater inflater = new Inflater(true);
        long size;
        try {
            inflater.setInput(zipped, at, zipped.length - at);
            byte[] part = new byte[8192];
            while (!inflater.finished()) {
                int length = inflater.inflate(part);
                if (length == 0 && !inflater.finished()) {
                    throw new GzipException(inflater.needsDictionary() ? Problem.BROKEN : Problem.CUT_OFF);
                }
                if (plain.size() + (long) length > largest) {
                    throw new GzipException(Problem.TOO_LARGE);
                }
                checksum.update(part, 0, length);
                plain.write(part, 0, length);
            }
            size = inflater.getBytesWritten();
            at += (int) inflater.getBytesRead();
        } catch (DataFormatException e) {
            throw new GzipException(Problem.BROKEN);
        } finally {
            inflater.end();
        }
        needed(TRAILER);
        if (number(at) != checksum.getValue() || number(at + 4) != (size & 0xffffffffL)) {
            throw new GzipException(Problem.BROKEN);
        }
        at += TRAILER;
    }

    private void header() throws GzipException {
        needed(1);
        boolean begins = zipped[at] == 0x1f
                && (zipped.length - at < 2 || zipped[at + 1] == (byte) 0x8b)
                && (zipped.length - at < 3 || zipped[at + 2] == 8);
        if (!begins) {
            throw new GzipException(Problem.BROKEN);
        }
        needed(HEADER);
        int flags = zipped[at + 3];
        if ((flags & RESERVED) != 0) {
            throw new GzipException(Problem.BROKEN);
        }
        at += HEADER;
        if ((flags & EXTRA) != 0) {
            needed(2);
            int length = (zipped[at] & 255) + ((zipped[at + 1] & 255) << 8);
            needed(2 + length);
            at += 2 + length;
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & CHECKSUM_OF_HEADER) != 0) {
            needed(2);
            at += 2;
        }
    }

    private void skipText() throws GzipException {
        do {
            needed(1);
            at++;
        } while (zipped[at - 1] != 0);
    }

    private void needed(int bytes) throws GzipException {
        if (zipped.length - at < bytes) {
            throw new GzipException(Problem.CUT_OFF);
        }
    }

    private long number(int from) {
        return (zipped[from] & 255L)
                | (zipped[from + 1] & 255L) << 8
                | (zipped[from + 2] & 255L) << 16
                | (zipped[from + 3] & 255L) << 24;
    }
}
