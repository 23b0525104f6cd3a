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

    private static final int FEWEST_ENTRIES = 64;

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

    /** The hash of the key that was looked for last. */
    private int foundHash;

    private int deepestSplit;

    private static final byte SOURCE = Settled.SOURCE;
    private static final byte TARGET = Settled.TARGET;
    private static final byte BOTH = Settled.BOTH;

    /** Compared before, and known by its key only. */
    private static final byte SETTLED = 4;

    HashComparison(long seed, long memory, Pairs pairs, BooleanSupplier cancelled) {
        this.seed = seed;
        this.memory = memory;
        this.pairs = pairs;
        this.cancelled = cancelled;
    }

    /**
     * Compares what two stores hold.
     *
     * @param settled what is left of the records that were compared before
     */
    void compare(RecordStore settled, RecordStore source, RecordStore target) {
        compare(settled, source, target, BITS);
    }

    int deepestSplit() {
        return deepestSplit;
    }

    private void compare(RecordStore settled, RecordStore source, RecordStore target, int usedBits) {
        for (int p = 0; p < source.partitions(); p++) {
            if (cancelled.getAsBoolean()) {
                throw new java.util.concurrent.CancellationException();
            }
            if (mustBeSplit(settled, source, target, p, usedBits)) {
                split(settled, source, target, p, usedBits);
            } else {
                comparePartition(settled, source, target, p);
            }
            settled.release(p);
            source.release(p);
            target.release(p);
        }
    }

    private boolean mustBeSplit(RecordStore settled, RecordStore source, RecordStore target, int p, int usedBits) {
        boolean isLoaded = settled.isSpilled(p) || source.isSpilled(p) || target.isSpilled(p);
        long records = settled.count(p) + source.count(p) + target.count(p);
        long size = settled.bytes(p) + source.bytes(p) + target.bytes(p) + records * ENTRY_BYTES;
        // two records, or no bits left: only equal keys or a single giant are still together, and splitting is in vain
        return isLoaded && size > memory && records > 2 && usedBits + SPLIT_BITS <= Long.SIZE;
    }

    private void split(RecordStore settled, RecordStore source, RecordStore target, int p, int usedBits) {
        deepestSplit = Math.max(deepestSplit, (usedBits - BITS) / SPLIT_BITS + 1);
        RecordStore settledParts = settled.split(p, seed, usedBits, SPLIT_BITS, memory / 4);
        RecordStore sourceParts = source.split(p, seed, usedBits, SPLIT_BITS, memory / 4);
        RecordStore targetParts = target.split(p, seed, usedBits, SPLIT_BITS, memory / 4);
        // records that a split does not tell apart have one key: the comparison will notice at the second of them
        boolean isInVain =
                settledParts.isInOnePartition() && sourceParts.isInOnePartition() && targetParts.isInOnePartition();
        compare(settledParts, sourceParts, targetParts, isInVain ? Long.SIZE : usedBits + SPLIT_BITS);
    }

    private long hash(byte[] page, int offset) {
        return StoredRecord.hash(seed, page, offset);
    }

    private void comparePartition(RecordStore settled, RecordStore source, RecordStore target, int p) {
        // more than fit come here only with a few keys among them, of which the second record ends the comparison
        long records = settled.count(p) + source.count(p) + target.count(p);
        prepare((int) Math.min(records, Math.max(FEWEST_ENTRIES, memory / ENTRY_BYTES)));
        settled.forEach(p, this::addSettled);
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

    private void addSettled(byte[] page, int offset) {
        int slot = find(page, offset);
        int entry = slots[slot] - 1;
        if (entry < 0) {
            insert(slot, page, offset, (byte) (SETTLED | Settled.sides(page, offset)));
            return;
        }
        Side side = Settled.common(states[entry], Settled.sides(page, offset));
        if (side == null) {
            throw mismatched();
        }
        throw new DuplicateKey(
                side, Settled.place(side, pages[entry], offsets[entry]), Settled.place(side, page, offset));
    }

    private void addSource(byte[] page, int offset) {
        int slot = find(page, offset);
        int entry = slots[slot] - 1;
        if (entry < 0) {
            insert(slot, page, offset, SOURCE);
        } else if ((states[entry] & SOURCE) != 0) {
            throw new DuplicateKey(Side.SOURCE, place(Side.SOURCE, entry), DuplicateKey.Place.of(page, offset));
        } else {
            throw mismatched();
        }
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
        } else if ((states[entry] & TARGET) != 0) {
            throw new DuplicateKey(Side.TARGET, place(Side.TARGET, entry), DuplicateKey.Place.of(page, offset));
        } else {
            throw mismatched();
        }
    }

    private DuplicateKey.Place place(Side side, int entry) {
        return (states[entry] & SETTLED) != 0
                ? Settled.place(side, pages[entry], offsets[entry])
                : DuplicateKey.Place.of(pages[entry], offsets[entry]);
    }

    /** A record is alone for certain only when the other side has ended, so no partner of it can come later. */
    private static IllegalStateException mismatched() {
        return new IllegalStateException("a record was told apart from its partner");
    }

    /** Returns the slot of the key's entry, or the free slot where it belongs. */
    private int find(byte[] page, int offset) {
        int hash = (int) hash(page, offset);
        foundHash = hash;
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != 0) {
            int entry = slots[slot] - 1;
            if (hashes[entry] == hash && StoredRecord.sameKey(pages[entry], offsets[entry], page, offset)) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void insert(int freeSlot, byte[] page, int offset, byte state) {
        int slot = freeSlot;
        if (entries == offsets.length || entries == slots.length / 2) {
            grow();
            slot = free(foundHash);
        }
        slots[slot] = entries + 1;
        hashes[entries] = foundHash;
        pages[entries] = page;
        offsets[entries] = offset;
        states[entries] = state;
        entries++;
    }

    /** Makes room for twice as many entries. */
    private void grow() {
        if (entries == offsets.length) {
            int capacity = entries * 2;
            pages = Arrays.copyOf(pages, capacity);
            offsets = Arrays.copyOf(offsets, capacity);
            hashes = Arrays.copyOf(hashes, capacity);
            states = Arrays.copyOf(states, capacity);
        }
        if (entries == slots.length / 2) {
            slots = new int[slots.length * 2];
            for (int entry = 0; entry < entries; entry++) {
                slots[free(hashes[entry])] = entry + 1;
            }
        }
    }

    private int free(int hash) {
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** Returns for how many entries there is room, whatever the number of records. */
    int room() {
        return offsets.length;
    }
}
