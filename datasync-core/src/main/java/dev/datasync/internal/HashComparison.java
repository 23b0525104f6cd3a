package dev.datasync.internal;

import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * Finds the records of two stores that have the same key, whatever the order, partition by partition. A partition that
 * does not fit into the memory it may take is split by further bits of the hash.
 */
final class HashComparison {

    /** 64 partitions: those of a gigabyte are 16 MiB, and a page for each side and partition still fits 64 MiB. */
    static final int BITS = 6;

    /** 16 parts of a partition that is too large. */
    static final int SPLIT_BITS = 4;

    /** What an entry of the table costs beside its record: page, offset, hash, state, and two slots. */
    private static final int ENTRY_BYTES = 32;

    private final long seed;
    private final long memory;
    private final Pairs pairs;
    private final BooleanSupplier cancelled;
    private int[] slots = new int[0];
    private byte[][] pages = new byte[0][];
    private int[] offsets = new int[0];
    private int[] hashes = new int[0];
    private byte[] states = new byte[0];
    private int entries;
    private int deepestSplit;

    private static final byte SOURCE = 1;
    private static final byte TARGET = 2;
    private static final byte BOTH = 3;

    HashComparison(long seed, long memory, Pairs pairs, BooleanSupplier cancelled) {
        this.seed = seed;
        this.memory = memory;
        this.pairs = pairs;
        this.cancelled = cancelled;
    }

    void compare(RecordStore source, RecordStore target) {
        compare(source, target, BITS);
    }

    int deepestSplit() {
        return deepestSplit;
    }

    private void compare(RecordStore source, RecordStore target, int usedBits) {
        for (int p = 0; p < source.partitions(); p++) {
            if (cancelled.getAsBoolean()) {
                throw new java.util.concurrent.CancellationException();
            }
            if (mustBeSplit(source, target, p, usedBits)) {
                split(source, target, p, usedBits);
            } else {
                comparePartition(source, target, p);
            }
            source.release(p);
            target.release(p);
        }
    }

    private boolean mustBeSplit(RecordStore source, RecordStore target, int p, int usedBits) {
        boolean isLoaded = source.isSpilled() || target.isSpilled();
        long records = source.count(p) + target.count(p);
        long size = source.bytes(p) + target.bytes(p) + records * ENTRY_BYTES;
        // two records, or no bits left: only equal keys or a single giant are still together, and splitting is in vain
        return isLoaded && size > memory && records > 2 && usedBits + SPLIT_BITS <= Long.SIZE;
    }

    private void split(RecordStore source, RecordStore target, int p, int usedBits) {
        deepestSplit = Math.max(deepestSplit, (usedBits - BITS) / SPLIT_BITS + 1);
        RecordStore sourceParts = source.split(p, seed, usedBits, SPLIT_BITS, memory / 4);
        RecordStore targetParts = target.split(p, seed, usedBits, SPLIT_BITS, memory / 4);
        // records that a split does not tell apart have one key: the comparison will notice at the second of them
        boolean isInVain = sourceParts.isInOnePartition() && targetParts.isInOnePartition();
        compare(sourceParts, targetParts, isInVain ? Long.SIZE : usedBits + SPLIT_BITS);
    }

    private long hash(byte[] page, int offset) {
        return StoredRecord.hash(seed, page, offset);
    }

    private void comparePartition(RecordStore source, RecordStore target, int p) {
        int records = Math.toIntExact(source.count(p) + target.count(p));
        prepare(records);
        source.forEach(p, this::addSource);
        target.forEach(p, this::addTarget);
        for (int i = 0; i < entries; i++) {
            if (states[i] == SOURCE) {
                pairs.sourceOnly(pages[i], offsets[i]);
            } else if (states[i] == TARGET) {
                pairs.targetOnly(pages[i], offsets[i]);
            }
        }
        Arrays.fill(pages, 0, entries, null);
    }

    private void prepare(int records) {
        int wanted = Integer.highestOneBit(Math.max(8, records)) * 4;
        if (slots.length < wanted || slots.length > wanted * 8L) {
            slots = new int[wanted];
        } else {
            Arrays.fill(slots, 0);
        }
        if (offsets.length < records) {
            pages = new byte[records][];
            offsets = new int[records];
            hashes = new int[records];
            states = new byte[records];
        }
        entries = 0;
    }

    private void addSource(byte[] page, int offset) {
        int slot = find(page, offset);
        int entry = slots[slot] - 1;
        if (entry >= 0) {
            throw new DuplicateKey(Side.SOURCE, pages[entry], offsets[entry], page, offset);
        }
        insert(slot, page, offset, SOURCE);
    }

    private void addTarget(byte[] page, int offset) {
        int slot = find(page, offset);
        int entry = slots[slot] - 1;
        if (entry < 0) {
            insert(slot, page, offset, TARGET);
        } else if (states[entry] == SOURCE) {
            states[entry] = BOTH;
            pairs.both(pages[entry], offsets[entry], page, offset);
            // from here on the entry stands for the target's record, should a duplicate of it come
            pages[entry] = page;
            offsets[entry] = offset;
        } else {
            throw new DuplicateKey(Side.TARGET, pages[entry], offsets[entry], page, offset);
        }
    }

    /** Returns the slot of the key's entry, or the free slot where it belongs. */
    private int find(byte[] page, int offset) {
        int hash = (int) hash(page, offset);
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != 0) {
            int entry = slots[slot] - 1;
            if (hashes[entry] == hash && StoredRecord.sameKey(pages[entry], offsets[entry], page, offset)) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        hashes[entries] = hash;
        return slot;
    }

    private void insert(int slot, byte[] page, int offset, byte state) {
        slots[slot] = entries + 1;
        pages[entries] = page;
        offsets[entries] = offset;
        states[entries] = state;
        entries++;
    }
}
