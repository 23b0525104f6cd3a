package dev.datasync.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of one side, as bytes, in partitions by the hash of their keys. They stay in memory up to a limit; past it
 * all of them go to the spill file, and then one page a partition is left in memory. Belongs to one thread at a time.
 *
 * <p>A page is a sequence of records, each behind its length; a record never straddles pages.
 */
final class RecordStore {

    /** Big enough that appending it to a file is cheap, small enough that a page a partition fits any budget. */
    private static final int LARGEST_PAGE = 32 * 1024;

    private static final int SMALLEST_PAGE = 256;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final SpillFile spill;
    private final long limit;
    private final int pageSize;
    private final int shift;
    private final Partition[] partitions;
    private long allocated;
    private boolean spilled;

    /** Takes the records of a partition; the page may be kept. */
    @FunctionalInterface
    interface Visitor {

        void visit(byte[] page, int offset);
    }

    /**
     * @param spill where records go that do not fit
     * @param limit the bytes that may stay in memory
     * @param bits the number of partitions as a power of two
     * @param usedBits how many bits of the hash, from the top, told this store's records from others before
     */
    RecordStore(SpillFile spill, long limit, int bits, int usedBits) {
        this.spill = spill;
        this.limit = limit;
        this.partitions = new Partition[1 << bits];
        this.shift = Long.SIZE - usedBits - bits;
        long fitting = limit / (2L * partitions.length);
        this.pageSize = (int) Math.max(SMALLEST_PAGE, Math.min(LARGEST_PAGE, fitting));
        Arrays.setAll(partitions, index -> new Partition());
    }

    /** Adds a record to the partition that its key's hash belongs to. */
    void add(long hash, byte[] record, int length) {
        Partition partition = partitions[(int) (hash >>> shift) & partitions.length - 1];
        allocated += keep(partition, record, length);
        if (allocated > limit && !spilled) {
            spillEverything();
        }
    }

    /**
     * Adds a record that stays in memory until {@link #flush}; partitions may be filled by several threads, each by one
     * at a time.
     *
     * @return by how many bytes the memory has grown
     */
    long keep(int index, byte[] record, int length) {
        return keep(partitions[index], record, length);
    }

    private static long keep(Partition partition, byte[] record, int length) {
        partition.count++;
        partition.bytes += length + Integer.BYTES;
        return partition.add(record, length);
    }

    /** Adds records that lie one behind the other straight to the file. As {@link #keep} for threads. */
    void append(int index, byte[] records, int length, int number) {
        Partition partition = partitions[index];
        partition.count += number;
        partition.bytes += length;
        partition.addExtent(records, length);
    }

    /** Takes a page of records that stays in memory. As {@link #keep} for threads. */
    void adopt(int index, byte[] page, int used, int number) {
        Partition partition = partitions[index];
        partition.count += number;
        partition.bytes += used;
        partition.pages.add(new Page(page, used));
    }

    /** Moves a partition's records to the file. As {@link #keep} for threads. */
    void flush(int index) {
        partitions[index].flush();
    }

    private void spillEverything() {
        spilled = true;
        for (Partition partition : partitions) {
            partition.flush();
        }
        // what is left is one page a partition, made anew when it is needed
        allocated = 0;
    }

    int partitions() {
        return partitions.length;
    }

    long count() {
        return Arrays.stream(partitions).mapToLong(partition -> partition.count).sum();
    }

    long count(int partition) {
        return partitions[partition].count;
    }

    long bytes(int partition) {
        return partitions[partition].bytes;
    }

    /** Tells whether all records are in one partition. */
    boolean isInOnePartition() {
        return Arrays.stream(partitions)
                        .filter(partition -> partition.count > 0)
                        .count()
                <= 1;
    }

    /** Tells whether records of a partition are in the file. */
    boolean isSpilled(int index) {
        return partitions[index].extents > 0;
    }

    /** Gives the memory of a spilled store's last pages back, once everything is added. */
    void finish() {
        if (spilled) {
            spillEverything();
        }
    }

    /** Visits a partition's records in the order in which they were added. */
    void forEach(int index, Visitor visitor) {
        Partition partition = partitions[index];
        for (int i = 0; i < partition.extents; i++) {
            byte[] page = new byte[partition.extentLengths[i]];
            spill.read(partition.extentStarts[i], page, 0, page.length);
            visit(page, page.length, visitor);
        }
        for (Page page : partition.pages) {
            visit(page.bytes, page.used, visitor);
        }
    }

    private static void visit(byte[] page, int used, Visitor visitor) {
        int at = 0;
        while (at < used) {
            int length = (int) INT.get(page, at);
            visitor.visit(page, at + Integer.BYTES);
            at += Integer.BYTES + length;
        }
    }

    /** Returns a partition's records in a store of their own, told apart by further bits of the hash. */
    RecordStore split(int index, long seed, int usedBits, int bits, long memory) {
        RecordStore parts = new RecordStore(spill, memory, bits, usedBits);
        forEach(index, (page, offset) -> {
            int length = (int) INT.get(page, offset - Integer.BYTES);
            byte[] entry = Arrays.copyOfRange(page, offset, offset + length);
            parts.add(StoredRecord.hash(seed, entry, 0), entry, length);
        });
        parts.finish();
        return parts;
    }

    /** Forgets a partition's records, to free their memory. */
    void release(int index) {
        partitions[index].pages.clear();
        partitions[index].current = null;
        partitions[index].extents = 0;
    }

    private static final class Page {

        final byte[] bytes;
        int used;

        Page(byte[] bytes, int used) {
            this.bytes = bytes;
            this.used = used;
        }
    }

    private final class Partition {

        private final List<Page> pages = new ArrayList<>(2);
        private @Nullable Page current;
        private long[] extentStarts = new long[4];
        private int[] extentLengths = new int[4];
        private int extents;
        private long count;
        private long bytes;

        /** Returns by how many bytes the memory has grown. */
        long add(byte[] record, int length) {
            int needed = length + Integer.BYTES;
            Page page = current;
            long grown = 0;
            if (page == null || page.bytes.length - page.used < needed) {
                page = next(needed);
                grown = spilled ? 0 : page.bytes.length;
            }
            INT.set(page.bytes, page.used, length);
            System.arraycopy(record, 0, page.bytes, page.used + Integer.BYTES, length);
            page.used += needed;
            return grown;
        }

        private Page next(int needed) {
            Page last = current;
            if (spilled && last != null) {
                flush();
            }
            // grows from small pages, so that a sync of a few records does not pay for pages of megabytes
            int grown = last == null ? SMALLEST_PAGE : Math.min(pageSize, last.bytes.length * 2);
            Page page = new Page(new byte[Math.max(needed, spilled ? pageSize : grown)], 0);
            pages.add(page);
            current = page;
            return page;
        }

        void flush() {
            for (Page page : pages) {
                if (page.used > 0) {
                    addExtent(page.bytes, page.used);
                }
            }
            pages.clear();
            current = null;
        }

        void addExtent(byte[] records, int length) {
            if (extents == extentStarts.length) {
                extentStarts = Arrays.copyOf(extentStarts, extents * 2);
                extentLengths = Arrays.copyOf(extentLengths, extents * 2);
            }
            extentStarts[extents] = spill.append(records, 0, length);
            extentLengths[extents] = length;
            extents++;
        }
    }
}
