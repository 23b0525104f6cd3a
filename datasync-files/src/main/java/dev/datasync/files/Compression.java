package dev.datasync.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Whether the bytes of a file are compressed. */
enum Compression {
    /** They are when its name ends in {@code .gz}. */
    BY_NAME,
    /** They are, whatever its name. */
    GZIP;

    private static final int PIECE = 64 << 10;

    boolean applies(Path path) {
        Path name = path.getFileName();
        return this == GZIP
                || name != null && name.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
    }

    InputStream decompress(Path path, InputStream in) throws IOException {
        return applies(path) ? new GzipInput(in) : in;
    }

    OutputStream compress(Path path, OutputStream out) throws IOException {
        return applies(path) ? new GZIPOutputStream(out, PIECE) : out;
    }
}
