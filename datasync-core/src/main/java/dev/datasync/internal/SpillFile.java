package dev.datasync.internal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one private temporary file of a run, made when it is first needed. Safe for use by several threads.
 *
 * <p>It is created with permissions 0600 and its name is removed at once, so that even a killed process leaves nothing
 * behind; where the operating system does not remove open files, it is removed on closing. A
 * {@link RandomAccessFile} and not a channel, because an interrupt would close a channel for all threads that use it.
 */
final class SpillFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("dev.datasync");

    private final Path directory;
    private @Nullable RandomAccessFile file;
    private @Nullable Path leftover;
    private long end;
    private volatile boolean closed;

    SpillFile(Path directory) {
        this.directory = directory;
    }

    /** Appends bytes and returns where they begin. */
    synchronized long append(byte[] bytes, int offset, int length) {
        try {
            RandomAccessFile open = open();
            long start = end;
            open.seek(start);
            open.write(bytes, offset, length);
            end = start + length;
            return start;
        } catch (IOException e) {
            throw unwritable(end, e);
        }
    }

    private SpillException unwritable(long position, IOException e) {
        return new SpillException(
                "cannot write a temporary file in " + directory + " after " + position + " bytes: " + e.getMessage()
                        + ". Free some space, choose another folder with spillDirectory(...), or raise"
                        + " memoryBudget(...)",
                e);
    }

    /** Keeps some bytes free for the caller to write, and returns where they begin. */
    synchronized long reserve(long length) {
        long start = end;
        end += length;
        return start;
    }

    /** Writes bytes into a part that was reserved. */
    synchronized void write(long position, byte[] bytes, int length) {
        try {
            RandomAccessFile open = open();
            open.seek(position);
            open.write(bytes, 0, length);
        } catch (IOException e) {
            throw unwritable(position, e);
        }
    }

    /** Fails when the file was closed, also when it was never needed. */
    void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the preview is closed: its changes can no longer be read or applied");
        }
    }

    synchronized void read(long position, byte[] target, int offset, int length) {
        checkOpen();
        if (file == null) {
            throw new IllegalStateException("nothing was written to the temporary file");
        }
        try {
            file.seek(position);
            file.readFully(target, offset, length);
        } catch (IOException e) {
            throw new SpillException("cannot read a temporary file in " + directory + ": " + e.getMessage(), e);
        }
    }

    private RandomAccessFile open() throws IOException {
        if (closed) {
            throw new IllegalStateException("the temporary file is closed");
        }
        RandomAccessFile open = file;
        if (open == null) {
            Path path = Files.createTempFile(directory, "datasync", ".spill");
            leftover = path;
            open = new RandomAccessFile(path.toFile(), "rw");
            file = open;
            try {
                Files.delete(path);
                leftover = null;
            } catch (IOException e) {
                // Windows does not remove an open file: close() will
                path.toFile().deleteOnExit();
            }
        }
        return open;
    }

    /** Returns how many bytes were written; 0 when the file was never needed. */
    synchronized long size() {
        return end;
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            if (file != null) {
                file.close();
            }
            if (leftover != null) {
                Files.deleteIfExists(leftover);
            }
        } catch (IOException e) {
            // what was compared and written is not affected
            LOG.warn("cannot remove a temporary file in {}", directory, e);
        } finally {
            file = null;
        }
    }
}
