package dev.datasync.internal;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition that wait for their partner, of both sides, in one hash table with chains. A record that
 * finds its partner leaves the table, and both leave a {@link Settled} entry. Guarded by itself: both readers come here.
 */
final class JoinPartition {

    private static final int ENTRY_MASK = JoinPage.MOST_RECORDS - 1;

    /** Dead space is given back where it is more than a few pages and more than this part of what is held. */
    private static final int DEAD_PARTS = 3;

    private static final int SMALLEST_TABLE = 64;

    /** Records are gathered up to this size before they are appended to the file. */
    private static final int EXTENT = 64 * 1024;

    private final int index;
    private final int pageSize;
    private final RecordStore sourceStore;
    private final RecordStore targetStore;
    private final RecordStore settledStore;
    private final Memory all;
    private int[] heads = new int[0];
    private @Nullable JoinPage[] pages = new @Nullable JoinPage[4];
    private int pageNumbers;
    private int[] freeNumbers = new int[4];
    private int freeCount;
    private int entries;
    private long liveBytes;
    private long pageBytes;
    private long settledBytes;
    private final ByteWriter settledEntry = new ByteWriter();
    private boolean sourceEnded;
    private boolean targetEnded;
    private volatile boolean spilled;
    private volatile long held;
    private long settledHeld;

    /** The bytes that all partitions hold together. */
    static final class Memory {

        /** Of records that wait for their partner. */
        final AtomicLong waiting = new AtomicLong();

        /** Of the entries of settled keys. */
        final AtomicLong settled = new AtomicLong();
    }

    JoinPartition(
            int index,
            int pageSize,
            Memory all,
            RecordStore sourceStore,
            RecordStore targetStore,
            RecordStore settledStore) {
        this.index = index;
        this.all = all;
        this.pageSize = pageSize;
        this.sourceStore = sourceStore;
        this.targetStore = targetStore;
        this.settledStore = settledStore;
    }

    /** What a page of records has found; the pages may be kept, for their content does not change any more. */
    static final class Found {

        int pairs;
        int[] offsets = new int[16];
        int[] partnerOffsets = new int[16];
        byte[][] partnerPages = new byte[16][];
        int alone;
        int[] aloneOffsets = new int[16];

        void clear() {
            Arrays.fill(partnerPages, 0, pairs, null);
            pairs = 0;
            alone = 0;
        }

        private void pair(int offset, byte[] partnerPage, int partnerOffset) {
            if (pairs == offsets.length) {
                offsets = Arrays.copyOf(offsets, pairs * 2);
                partnerOffsets = Arrays.copyOf(partnerOffsets, pairs * 2);
                partnerPages = Arrays.copyOf(partnerPages, pairs * 2);
            }
            offsets[pairs] = offset;
            partnerOffsets[pairs] = partnerOffset;
            partnerPages[pairs] = partnerPage;
            pairs++;
        }

        private void alone(int offset) {
            if (alone == aloneOffsets.length) {
                aloneOffsets = Arrays.copyOf(aloneOffsets, alone * 2);
            }
            aloneOffsets[alone] = offset;
            alone++;
        }
    }

    /** Returns the bytes that records in the table hold. */
    long held() {
        return held;
    }

    boolean isSpilled() {
        return spilled;
    }

    /** Joins a page of one side with the records of the other that wait. */
    synchronized void join(JoinPage page, Found found) {
        if (spilled) {
            store(page.side).append(index, page.bytes, page.used, page.count);
            return;
        }
        boolean isOtherEnded = page.side == Side.SOURCE ? targetEnded : sourceEnded;
        reserve(page.count);
        for (int i = 0; i < page.count; i++) {
            int offset = page.offsets[i];
            if (takePartner(page, i, found)) {
                page.offsets[i] = ~offset;
            } else if (isOtherEnded) {
                settleAlone(page.side, page.bytes, offset);
                found.alone(offset);
                page.offsets[i] = ~offset;
            } else {
                keep(page, i);
            }
        }
        if (pageBytes > 4L * pageSize && pageBytes > DEAD_PARTS * liveBytes) {
            compact();
        }
        account();
    }

    /** Hears that a side has no more records: all of them were joined. */
    synchronized void end(Side side) {
        if (side == Side.SOURCE) {
            sourceEnded = true;
        } else {
            targetEnded = true;
        }
    }

    private void account() {
        long waiting = pageBytes + (long) Integer.BYTES * heads.length;
        all.waiting.addAndGet(waiting - held);
        all.settled.addAndGet(settledBytes - settledHeld);
        held = waiting;
        settledHeld = settledBytes;
    }

    private RecordStore store(Side side) {
        return side == Side.SOURCE ? sourceStore : targetStore;
    }

    private JoinPage page(int entry) {
        JoinPage page = pages[entry >>> JoinPage.ENTRY_BITS];
        if (page == null) {
            throw new IllegalStateException("an entry of a page that is not there");
        }
        return page;
    }

    private boolean takePartner(JoinPage page, int i, Found found) {
        int hash = page.hashes[i];
        int offset = page.offsets[i];
        int bucket = hash & heads.length - 1;
        JoinPage previous = null;
        int previousPlace = 0;
        int link = heads[bucket];
        while (link != 0) {
            JoinPage there = page(link - 1);
            int place = link - 1 & ENTRY_MASK;
            if (there.hashes[place] == hash
                    && StoredRecord.sameKey(there.bytes, there.offsets[place], page.bytes, offset)) {
                int partner = there.offsets[place];
                if (there.side == page.side) {
                    // what is behind it will never be in the table, and the other reader may still come here
                    page.count = i;
                    throw new DuplicateKey(page.side, there.bytes, partner, page.bytes, offset);
                }
                if (previous == null) {
                    heads[bucket] = there.next[place];
                } else {
                    previous.next[previousPlace] = there.next[place];
                }
                settlePair(page, offset, there, partner);
                found.pair(offset, there.bytes, partner);
                forget(there, place);
                return true;
            }
            previous = there;
            previousPlace = place;
            link = there.next[place];
        }
        return false;
    }

    private void forget(JoinPage page, int place) {
        liveBytes -= Integer.BYTES + JoinPage.length(page.bytes, page.offsets[place]);
        page.offsets[place] = ~page.offsets[place];
        entries--;
        if (--page.live == 0) {
            pages[page.number] = null;
            if (freeCount == freeNumbers.length) {
                freeNumbers = Arrays.copyOf(freeNumbers, freeCount * 2);
            }
            freeNumbers[freeCount++] = page.number;
            pageBytes -= page.held();
        }
    }

    private void keep(JoinPage page, int i) {
        if (page.number < 0) {
            register(page);
        }
        int bucket = page.hashes[i] & heads.length - 1;
        page.next[i] = heads[bucket];
        heads[bucket] = (page.number << JoinPage.ENTRY_BITS | i) + 1;
        page.live++;
        entries++;
        liveBytes += Integer.BYTES + JoinPage.length(page.bytes, page.offsets[i]);
    }

    private void register(JoinPage page) {
        if (freeCount > 0) {
            page.number = freeNumbers[--freeCount];
        } else {
            if (pageNumbers == pages.length) {
                pages = Arrays.copyOf(pages, pageNumbers * 2);
            }
            page.number = pageNumbers++;
        }
        pages[page.number] = page;
        pageBytes += page.held();
    }

    /** Makes the table large enough for more entries. */
    private void reserve(int more) {
        if (entries + more <= heads.length) {
            return;
        }
        heads = new int[Math.max(SMALLEST_TABLE, Integer.highestOneBit(entries + more) * 2)];
        for (int number = 0; number < pageNumbers; number++) {
            JoinPage page = pages[number];
            if (page == null) {
                continue;
            }
            for (int i = 0; i < page.count; i++) {
                if (page.offsets[i] >= 0) {
                    int bucket = page.hashes[i] & heads.length - 1;
                    page.next[i] = heads[bucket];
                    heads[bucket] = (number << JoinPage.ENTRY_BITS | i) + 1;
                }
            }
        }
    }

    // ---------------------------------------------------------------- settled keys

    private void settlePair(JoinPage page, int offset, JoinPage partner, int partnerOffset) {
        long position = StoredRecord.position(page.bytes, offset);
        long partnerPosition = StoredRecord.position(partner.bytes, partnerOffset);
        boolean isSource = page.side == Side.SOURCE;
        Settled.write(
                settledEntry,
                Settled.BOTH,
                page.bytes,
                offset,
                isSource ? position : partnerPosition,
                isSource ? partnerPosition : position);
        addSettled();
    }

    private void settleAlone(Side side, byte[] page, int offset) {
        long position = StoredRecord.position(page, offset);
        Settled.write(
                settledEntry, side == Side.SOURCE ? Settled.SOURCE : Settled.TARGET, page, offset, position, position);
        addSettled();
    }

    private void addSettled() {
        settledBytes += settledStore.keep(index, settledEntry.array(), settledEntry.length());
    }

    /** Moves the settled keys to the file. */
    synchronized void spillSettled() {
        settledStore.flush(index);
        settledBytes = 0;
        account();
    }

    // ---------------------------------------------------------------- memory

    /** Copies what is alive to new pages, so that nothing dead is held. */
    private void compact() {
        @Nullable JoinPage[] old = pages;
        int oldNumbers = pageNumbers;
        int wanted = Math.max(SMALLEST_TABLE, Integer.highestOneBit(Math.max(1, entries)) * 2);
        heads = new int[wanted];
        pages = new @Nullable JoinPage[4];
        pageNumbers = 0;
        freeCount = 0;
        entries = 0;
        liveBytes = 0;
        pageBytes = 0;
        JoinPage source = null;
        JoinPage target = null;
        for (int number = 0; number < oldNumbers; number++) {
            JoinPage page = old[number];
            old[number] = null;
            if (page == null) {
                continue;
            }
            JoinPage into = page.side == Side.SOURCE ? source : target;
            for (int i = 0; i < page.count; i++) {
                int offset = page.offsets[i];
                if (offset < 0) {
                    continue;
                }
                int length = JoinPage.length(page.bytes, offset);
                if (into == null || !into.fits(length)) {
                    into = new JoinPage(page.side, Math.max(pageSize, length + Integer.BYTES));
                }
                into.add(page.bytes, offset, length, page.hashes[i]);
                keep(into, into.count - 1);
            }
            if (page.side == Side.SOURCE) {
                source = into;
            } else {
                target = into;
            }
        }
        // the pages' tables of offsets have grown since they were registered
        pageBytes = 0;
        for (int number = 0; number < pageNumbers; number++) {
            JoinPage page = pages[number];
            pageBytes += page == null ? 0 : page.held();
        }
    }

    /** Moves the waiting records to the file; those that come after them follow there. */
    synchronized void spill() {
        if (spilled) {
            return;
        }
        spill(Side.SOURCE);
        spill(Side.TARGET);
        spilled = true;
        clear();
    }

    private void spill(Side side) {
        ByteWriter extent = new ByteWriter();
        int count = 0;
        for (int number = 0; number < pageNumbers; number++) {
            JoinPage page = pages[number];
            if (page == null || page.side != side) {
                continue;
            }
            for (int i = 0; i < page.count; i++) {
                int offset = page.offsets[i];
                if (offset < 0) {
                    continue;
                }
                extent.putBytes(
                        page.bytes, offset - Integer.BYTES, Integer.BYTES + JoinPage.length(page.bytes, offset));
                count++;
                if (extent.length() >= EXTENT) {
                    store(side).append(index, extent.array(), extent.length(), count);
                    extent.clear();
                    count = 0;
                }
            }
        }
        if (count > 0) {
            store(side).append(index, extent.array(), extent.length(), count);
        }
    }

    /** Hands the records that found no partner over to the stores, once both sides have ended. */
    synchronized void handOver() {
        if (spilled) {
            return;
        }
        if (pageBytes > 2 * liveBytes) {
            compact();
        }
        for (int number = 0; number < pageNumbers; number++) {
            JoinPage page = pages[number];
            if (page == null) {
                continue;
            }
            if (page.live == page.count) {
                store(page.side).adopt(index, page.bytes, page.used, page.count);
                continue;
            }
            ByteWriter left = new ByteWriter();
            for (int i = 0; i < page.count; i++) {
                int offset = page.offsets[i];
                if (offset >= 0) {
                    int start = offset - Integer.BYTES;
                    left.putBytes(page.bytes, start, Integer.BYTES + JoinPage.length(page.bytes, offset));
                }
            }
            byte[] bytes = left.copy();
            store(page.side).adopt(index, bytes, bytes.length, page.live);
        }
        spilled = true;
        clear();
    }

    private void clear() {
        heads = new int[0];
        pages = new @Nullable JoinPage[0];
        pageNumbers = 0;
        freeCount = 0;
        entries = 0;
        liveBytes = 0;
        pageBytes = 0;
        account();
    }
}
