package dev.datasync.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hands the records of one side to a {@link MergeComparison} on another thread, in chunks. The writer waits while
 * {@link #DEPTH} chunks are unread.
 */
final class QueueIntake implements Intake {

    private static final int DEPTH = 4;
    private static final int LARGEST_CHUNK = 64 * 1024;
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(DEPTH);
    private final RunState state;
    private final int chunkSize;
    private final ByteWriter chunk = new ByteWriter();
    private byte[] current = END;
    private int offset;
    private int length;
    private boolean atEnd;

    QueueIntake(RunState state, long memory) {
        this.state = state;
        this.chunkSize = (int) Math.max(256, Math.min(LARGEST_CHUNK, memory / (DEPTH + 2)));
    }

    @Override
    public void add(ByteWriter entry) {
        chunk.putInt(entry.length());
        chunk.putBytes(entry.array(), 0, entry.length());
        if (chunk.length() >= chunkSize) {
            put(chunk.copy());
            chunk.clear();
        }
    }

    @Override
    public void end() {
        if (chunk.length() > 0) {
            put(chunk.copy());
        }
        put(END);
    }

    private void put(byte[] full) {
        try {
            while (!queue.offer(full, 100, TimeUnit.MILLISECONDS)) {
                state.checkStopped();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    // ---------------------------------------------------------------- the reading side

    /** Moves to the next record, and tells whether there is one. */
    boolean next() throws InterruptedException {
        if (atEnd) {
            return false;
        }
        offset += length;
        if (offset >= current.length) {
            byte @Nullable [] polled = queue.poll(100, TimeUnit.MILLISECONDS);
            while (polled == null) {
                state.checkStopped();
                polled = queue.poll(100, TimeUnit.MILLISECONDS);
            }
            current = polled;
            offset = 0;
            if (polled == END) {
                atEnd = true;
                return false;
            }
        }
        ByteReader in = new ByteReader(current, offset);
        length = in.getInt();
        offset += Integer.BYTES;
        return true;
    }

    byte[] page() {
        return current;
    }

    int offset() {
        return offset;
    }
}
