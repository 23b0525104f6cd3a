package dev.datasync.internal;

import dev.datasync.change.ChangeCounts;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a run as bytes, sorted by kind and key: an external merge sort. Several threads may fill it; once
 * {@link #finish() finished} it can be iterated by several threads at once.
 *
 * <p>A change is its kind (1 byte), the length of its key (4), the key, its position (8), the length of the body before
 * (4, or -1 for none), that body, and the body after, which ends with the change.
 */
final class ChangeStore {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int KEY = 1 + Integer.BYTES;
    private static final int OBJECT_BYTES = 24;
    private static final int LARGEST_BUFFER = 64 * 1024;

    /** The kinds as bytes, in the order in which they are applied: what is freed first can be taken afterwards. */
    static final byte DELETE = 0;

    static final byte UPDATE = 1;
    static final byte INSERT = 2;
    private static final int KINDS = 3;
    private static final int SMALL_PARTS = 8;

    static final Comparator<byte[]> ORDER = (one, other) -> {
        if (one[0] != other[0]) {
            return Integer.compare(one[0], other[0]);
        }
        return Arrays.compareUnsigned(one, KEY, KEY + keyLength(one), other, KEY, KEY + keyLength(other));
    };

    private final SpillFile spill;
    private final long limit;
    private final Runnable onPart;
    private long partLimit;
    private final long[] counts = new long[KINDS];
    private final List<Run> runs = new ArrayList<>();
    private final ByteWriter scratch = new ByteWriter();
    private List<byte[]> memory = new ArrayList<>();
    private long memoryBytes;

    /** A sorted part of the changes in the spill file, and where in it the changes behind the deletes begin. */
    private record Run(long start, long startBehindDeletes, long end) {}

    ChangeStore(SpillFile spill, long limit) {
        this(spill, limit, () -> {});
    }

    /**
     * @param limit the bytes that stay in memory
     * @param onPart hears of each part that is complete, on the thread that has filled it
     */
    ChangeStore(SpillFile spill, long limit, Runnable onPart) {
        this.spill = spill;
        this.limit = limit;
        this.partLimit = limit;
        this.onPart = onPart;
    }

    /** Says how the parts are to be that come now. */
    synchronized void make(Parts parts) {
        partLimit = parts == Parts.SMALL ? limit / SMALL_PARTS : limit;
    }

    /** How much is sorted at a time. */
    enum Parts {
        /** As much as there is memory, for they are merged in the end. */
        LARGE,
        /** Less, for they are used as they come: what dies young is cheap in a small heap. */
        SMALL
    }

    private static int keyLength(byte[] change) {
        return (int) INT.get(change, 1);
    }

    void insert(byte[] page, int offset) {
        add(INSERT, page, offset, null, 0, page, offset);
    }

    void update(byte[] sourcePage, int sourceOffset, byte[] targetPage, int targetOffset) {
        add(UPDATE, targetPage, targetOffset, targetPage, targetOffset, sourcePage, sourceOffset);
    }

    void delete(byte[] page, int offset) {
        add(DELETE, page, offset, page, offset, null, 0);
    }

    private synchronized void add(
            byte kind,
            byte[] keyPage,
            int keyOffset,
            byte @Nullable [] before,
            int beforeOffset,
            byte @Nullable [] after,
            int afterOffset) {
        scratch.clear();
        scratch.putByte(kind);
        int keyLength = StoredRecord.keyLength(keyPage, keyOffset);
        scratch.putBytes(keyPage, keyOffset, Integer.BYTES + keyLength + Long.BYTES);
        if (before == null) {
            scratch.putInt(-1);
        } else {
            int length = StoredRecord.bodyLength(before, beforeOffset);
            scratch.putInt(length);
            scratch.putBytes(before, StoredRecord.body(before, beforeOffset), length);
        }
        if (after != null) {
            scratch.putBytes(after, StoredRecord.body(after, afterOffset), StoredRecord.bodyLength(after, afterOffset));
        }
        counts[kind]++;
        memory.add(scratch.copy());
        memoryBytes += scratch.length() + OBJECT_BYTES;
        if (memoryBytes > partLimit) {
            flush();
        }
    }

    /** Writes what is in memory as one part of the file, to which others may append meanwhile. */
    private void flush() {
        memory.sort(ORDER);
        long bytes = 0;
        long deletes = 0;
        for (byte[] change : memory) {
            bytes += Integer.BYTES + change.length;
            deletes += change[0] == DELETE ? Integer.BYTES + change.length : 0;
        }
        long start = spill.reserve(bytes);
        long at = start;
        ByteWriter buffer = new ByteWriter();
        for (byte[] change : memory) {
            buffer.putInt(change.length);
            buffer.putBytes(change, 0, change.length);
            if (buffer.length() >= LARGEST_BUFFER) {
                spill.write(at, buffer.array(), buffer.length());
                at += buffer.length();
                buffer.clear();
            }
        }
        spill.write(at, buffer.array(), buffer.length());
        runs.add(new Run(start, start + deletes, start + bytes));
        memory = new ArrayList<>();
        memoryBytes = 0;
        onPart.run();
    }

    void finish() {
        memory.sort(ORDER);
    }

    boolean isSpilled() {
        return !runs.isEmpty();
    }

    ChangeCounts counts() {
        return new ChangeCounts(counts[INSERT], counts[UPDATE], counts[DELETE]);
    }

    /** Fails when the preview was closed to which the changes belong. */
    void checkOpen() {
        spill.checkOpen();
    }

    /** Returns how many sorted parts are complete, which are more and more while the store is being filled. */
    synchronized int parts() {
        return runs.size();
    }

    /** Returns the changes of a complete part in order, also while the store is being filled. */
    Iterator<byte[]> part(int index) {
        Run run;
        synchronized (this) {
            run = runs.get(index);
        }
        return new SingleIterator(new RunCursor(run, run.start, LARGEST_BUFFER));
    }

    /** Returns the changes in order, with or without the deletes. */
    Iterator<byte[]> iterator(boolean withDeletes) {
        return iterator(0, withDeletes);
    }

    /** Returns the changes in order, without those of the first parts. */
    Iterator<byte[]> iteratorBehind(int parts) {
        return iterator(parts, true);
    }

    private Iterator<byte[]> iterator(int from, boolean withDeletes) {
        List<Cursor> cursors = new ArrayList<>();
        int share = (int) Math.min(LARGEST_BUFFER, Math.max(1024, limit / Math.max(1, runs.size())));
        for (Run run : runs.subList(from, runs.size())) {
            cursors.add(new RunCursor(run, withDeletes ? run.start : run.startBehindDeletes, share));
        }
        cursors.add(new MemoryCursor(memory, withDeletes ? 0 : firstBehindDeletes()));
        cursors.removeIf(cursor -> cursor.head() == null);
        return cursors.size() == 1 ? new SingleIterator(cursors.get(0)) : new MergingIterator(cursors);
    }

    private int firstBehindDeletes() {
        int at = 0;
        while (at < memory.size() && memory.get(at)[0] == DELETE) {
            at++;
        }
        return at;
    }

    private interface Cursor {

        /** Returns the next change, or as much of a large one as tells its place in the order; {@code null} at the end. */
        byte @Nullable [] head();

        /** Returns the next change, all of it, and goes on to the one behind it. */
        byte[] take();
    }

    private static final class MemoryCursor implements Cursor {

        private final List<byte[]> changes;
        private int at;

        MemoryCursor(List<byte[]> changes, int at) {
            this.changes = changes;
            this.at = at;
        }

        @Override
        public byte @Nullable [] head() {
            return at < changes.size() ? changes.get(at) : null;
        }

        @Override
        public byte[] take() {
            return changes.get(at++);
        }
    }

    private final class RunCursor implements Cursor {

        private final long end;
        private final int nominal;
        private byte[] buffer;
        private long next;
        private int at;
        private int filled;
        private byte @Nullable [] head;

        /** Where a head that is not all of its change begins in the file, and how long the change is; else 0. */
        private long largeStart;

        private int largeLength;

        RunCursor(Run run, long from, int bufferSize) {
            this.end = run.end;
            this.next = from;
            this.nominal = bufferSize;
            this.buffer = new byte[bufferSize];
            advance();
        }

        @Override
        public byte @Nullable [] head() {
            return head;
        }

        @Override
        public byte[] take() {
            byte[] change = Objects.requireNonNull(head);
            if (largeLength > 0) {
                change = new byte[largeLength];
                spill.read(largeStart, change, 0, largeLength);
            }
            advance();
            return change;
        }

        private void advance() {
            largeLength = 0;
            if (!available(Integer.BYTES)) {
                head = null;
                return;
            }
            int length = (int) INT.get(buffer, at);
            at += Integer.BYTES;
            if (length > nominal) {
                // there are as many heads as parts, and a part may be one giant
                advanceToLarge(length);
                return;
            }
            available(length);
            head = Arrays.copyOfRange(buffer, at, at + length);
            at += length;
        }

        private void advanceToLarge(int length) {
            largeStart = next - (filled - at);
            largeLength = length;
            available(KEY);
            int known = KEY + (int) INT.get(buffer, at + 1);
            available(known);
            head = Arrays.copyOfRange(buffer, at, at + known);
            next = largeStart + length;
            at = 0;
            filled = 0;
            if (buffer.length > nominal) {
                buffer = new byte[nominal];
            }
        }

        private boolean available(int wanted) {
            int left = filled - at;
            if (left < wanted) {
                if (left + (end - next) < wanted) {
                    return false;
                }
                byte[] target = wanted > buffer.length ? new byte[wanted] : buffer;
                System.arraycopy(buffer, at, target, 0, left);
                int more = (int) Math.min(target.length - left, end - next);
                spill.read(next, target, left, more);
                next += more;
                buffer = target;
                at = 0;
                filled = left + more;
            }
            return true;
        }
    }

    private static final class SingleIterator implements Iterator<byte[]> {

        private final Cursor cursor;

        SingleIterator(Cursor cursor) {
            this.cursor = cursor;
        }

        @Override
        public boolean hasNext() {
            return cursor.head() != null;
        }

        @Override
        public byte[] next() {
            if (cursor.head() == null) {
                throw new NoSuchElementException();
            }
            return cursor.take();
        }
    }

    /** Sides that come in the order of their keys make parts that hardly overlap: then one comparison is enough. */
    private static final class MergingIterator implements Iterator<byte[]> {

        private final PriorityQueue<Cursor> others;
        private @Nullable Cursor first;

        MergingIterator(List<Cursor> all) {
            others =
                    new PriorityQueue<>(Math.max(1, all.size()), (one, other) -> ORDER.compare(head(one), head(other)));
            others.addAll(all);
            first = others.poll();
        }

        private static byte[] head(Cursor cursor) {
            byte[] head = cursor.head();
            if (head == null) {
                throw new NoSuchElementException();
            }
            return head;
        }

        @Override
        public boolean hasNext() {
            return first != null;
        }

        @Override
        public byte[] next() {
            Cursor current = first;
            if (current == null) {
                throw new NoSuchElementException();
            }
            byte[] change = current.take();
            if (current.head() == null) {
                first = others.poll();
            } else {
                Cursor second = others.peek();
                if (second != null && ORDER.compare(head(current), head(second)) > 0) {
                    others.add(current);
                    first = others.poll();
                }
            }
            return change;
        }
    }
}
