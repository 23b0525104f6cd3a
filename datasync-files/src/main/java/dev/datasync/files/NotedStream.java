package dev.datasync.files;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A stream that remembers why it failed: libraries wrap such a failure in ones of their own, as often as they like. */
final class NotedStream extends OutputStream {

    private final OutputStream out;
    private final byte[] single = new byte[1];
    private @Nullable IOException failure;

    NotedStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int next) throws IOException {
        single[0] = (byte) next;
        write(single, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /** Returns why writing failed, or null when it did not. */
    @Nullable
    IOException failure() {
        return failure;
    }
}
