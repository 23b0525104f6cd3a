package dev.datasync.internal;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares two sides while both are read, whatever their orders: a symmetric hash join in partitions. Each reader joins
 * its records, page by page, with those of the other side that wait for their partner. What is found is told on the
 * reader's own thread and forgotten, so that two sides in about the same order need little memory. Partitions that do
 * not fit it are written to the file, and compared by a {@link HashComparison} when both sides have ended.
 */
final class HashJoin {

    /** Small enough that a page of each partition and side stays in the processor's cache until it is joined. */
    private static final int LARGEST_PAGE = 8 * 1024;

    /** Records of a partition that is in the file only go there, and larger pages are cheaper. */
    private static final int LARGEST_SPILLED_PAGE = 32 * 1024;

    private static final int SMALLEST_PAGE = 256;
    private static final int SIDES = 2;

    /**
     * A side that is ahead waits a moment for the other, before anything goes to the file. Each wait is bounded, and
     * after a few in vain, one after the other, there are no more: so neither side can wait for ever, whatever the other
     * one waits for.
     */
    private static final int MOST_VAIN_WAITS = 4;

    /** What does not fit less than this is written to the file sooner than any wait ends. */
    private static final long LEAST_MEMORY_TO_WAIT = 1024 * 1024;

    /**
     * Already from here on the side that is ahead waits, as long as that helps: records that find their partner soon are
     * still in the processor's cache and die young, which spares the garbage collector of a small heap a third of all
     * processor time. Sides in random order give that up after {@link #MOST_VAIN_LOCKSTEPS}.
     */
    private static final long LOCKSTEP_MEMORY = 2 * 1024 * 1024;

    private static final int MOST_VAIN_LOCKSTEPS = 2;

    private static final int LOOKS_A_WAIT = 50;

    /** A wait ends when this part of the limit is free; meanwhile the limit may be exceeded by as much. */
    private static final int SLACK = 8;

    private static final long NANOS_BETWEEN_LOOKS = 1_000_000;

    private final long seed;
    private final int mostVainWaits;
    private final int mostVainLocksteps;
    private final long limit;
    private final long lockstep;
    private final int pageSize;
    private final int spilledPageSize;
    private final RecordStore settled;
    private final RecordStore source;
    private final RecordStore target;
    private final JoinPartition[] partitions = new JoinPartition[1 << HashComparison.BITS];

    /** What all partitions hold together. */
    private final AtomicLong held = new AtomicLong();

    private final Object relief = new Object();
    private final AtomicInteger vainWaits = new AtomicInteger();
    private final AtomicInteger vainLocksteps = new AtomicInteger();
    private final AtomicBoolean isWaiting = new AtomicBoolean();

    /** The records of each side that were joined so far. */
    private final AtomicLong sourceJoined = new AtomicLong();

    private final AtomicLong targetJoined = new AtomicLong();
    private volatile boolean hasSideEnded;
    private volatile boolean isAnythingInFile;

    /**
     * @param spill where records go that do not fit
     * @param memory the bytes that may stay in memory, of both sides
     */
    HashJoin(SpillFile spill, long seed, long memory) {
        this(spill, seed, memory, memory < LEAST_MEMORY_TO_WAIT ? 0 : MOST_VAIN_WAITS);
    }

    /**
     * @param mostVainWaits how often a side that is ahead may wait in vain; 0 for sides that one thread reads
     */
    HashJoin(SpillFile spill, long seed, long memory, int mostVainWaits) {
        this.seed = seed;
        this.mostVainWaits = mostVainWaits;
        this.mostVainLocksteps = Math.min(MOST_VAIN_LOCKSTEPS, mostVainWaits);
        // at most half of the memory is for pages that are being filled
        long fitting = memory / (2L * SIDES * partitions.length);
        this.pageSize = (int) Math.max(SMALLEST_PAGE, Math.min(LARGEST_PAGE, fitting));
        this.spilledPageSize = (int) Math.max(SMALLEST_PAGE, Math.min(LARGEST_SPILLED_PAGE, fitting));
        long waiting = memory - (long) SIDES * partitions.length * spilledPageSize;
        this.limit = Math.max(0, waiting - waiting / SLACK);
        this.lockstep = Math.min(LOCKSTEP_MEMORY, limit);
        this.settled = new RecordStore(spill, memory / 2, HashComparison.BITS, 0);
        this.source = new RecordStore(spill, memory / 2, HashComparison.BITS, 0);
        this.target = new RecordStore(spill, memory / 2, HashComparison.BITS, 0);
        Arrays.setAll(partitions, index -> new JoinPartition(index, pageSize, source, target, settled));
    }

    /**
     * Returns what takes the records of one side, on the thread that reads it.
     *
     * @param pairs supplies what hears of the findings, once the first record is there
     */
    Intake intake(Side side, Supplier<? extends Pairs> pairs) {
        return new Feed(side, pairs);
    }

    /**
     * Compares what is left when both sides have ended.
     *
     * @param memory the bytes that what is still in memory may keep, and that a partition may take that is not
     */
    void finish(Pairs pairs, long memory, BooleanSupplier cancelled) {
        if (isAnythingInFile) {
            relieve(memory / 2);
        }
        for (JoinPartition partition : partitions) {
            partition.handOver();
        }
        new HashComparison(seed, memory, pairs, cancelled).compare(settled, source, target);
    }

    /** Moves to the file what is more than a limit: the keys of settled pairs first, then the largest partitions. */
    private void relieve(long most) {
        synchronized (relief) {
            while (held.get() > most) {
                isAnythingInFile = true;
                long settledHeld = Arrays.stream(partitions)
                        .mapToLong(JoinPartition::settledHeld)
                        .sum();
                JoinPartition largest = partitions[0];
                for (JoinPartition partition : partitions) {
                    largest = partition.held() > largest.held() ? partition : largest;
                }
                if (settledHeld > most / 4 || largest.held() == 0) {
                    for (JoinPartition partition : partitions) {
                        held.addAndGet(partition.spillSettled());
                    }
                    if (largest.held() == 0) {
                        return;
                    }
                } else {
                    held.addAndGet(largest.spill());
                }
            }
        }
    }

    /** Takes the records of one side. Belongs to the thread that reads it. */
    private final class Feed implements Intake {

        private final Side side;
        private final Supplier<? extends Pairs> supplier;
        private final @Nullable JoinPage[] filling = new @Nullable JoinPage[partitions.length];
        private final JoinPartition.Found found = new JoinPartition.Found();
        private final AtomicLong joined;
        private final AtomicLong otherJoined;
        private @Nullable Pairs pairs;

        Feed(Side side, Supplier<? extends Pairs> supplier) {
            this.side = side;
            this.supplier = supplier;
            this.joined = side == Side.SOURCE ? sourceJoined : targetJoined;
            this.otherJoined = side == Side.SOURCE ? targetJoined : sourceJoined;
        }

        @Override
        public void add(ByteWriter entry) {
            byte[] record = entry.array();
            int length = entry.length();
            long hash = StoredRecord.hash(seed, record, 0);
            int index = (int) (hash >>> Long.SIZE - HashComparison.BITS);
            JoinPage page = filling[index];
            if (page == null || !page.fits(length)) {
                page = next(index, page, length + Integer.BYTES);
            }
            page.add(record, 0, length, (int) hash);
            if (page.bytes.length > LARGEST_SPILLED_PAGE) {
                // giants do not wait in a page for each partition, where nothing counts them
                filling[index] = null;
                join(index, page);
            }
        }

        private JoinPage next(int index, @Nullable JoinPage full, int needed) {
            int size = SMALLEST_PAGE;
            if (full != null) {
                boolean isSpilled = partitions[index].isSpilled();
                size = Math.min(isSpilled ? spilledPageSize : pageSize, full.bytes.length * 2);
                join(index, full);
            }
            JoinPage page = new JoinPage(side, Math.max(needed, size));
            filling[index] = page;
            return page;
        }

        private void join(int index, JoinPage page) {
            held.addAndGet(partitions[index].join(page, found));
            if (found.pairs > 0 || found.alone > 0) {
                tell(page.bytes);
                found.clear();
            }
            joined.addAndGet(page.count);
            if (held.get() > lockstep && otherJoined.get() > 0 && joined.get() > otherJoined.get()) {
                waitUntilBelow(lockstep, vainLocksteps, mostVainLocksteps);
            }
            if (held.get() > limit && !isCaughtUp()) {
                relieve(limit);
            }
        }

        /** Waits for the other side, if it is behind, and tells whether that has freed enough. */
        private boolean isCaughtUp() {
            if (joined.get() <= otherJoined.get()) {
                // the other side waits for this one, which must not do meanwhile what that is to avoid
                return vainWaits.get() < mostVainWaits && !hasSideEnded && held.get() <= limit + limit / SLACK;
            }
            return waitUntilBelow(limit, vainWaits, mostVainWaits);
        }

        /** Waits until a part of what may be held is free, and tells whether it is. */
        private boolean waitUntilBelow(long most, AtomicInteger vain, int mostVain) {
            // that both wait, each for the other, helps neither
            if (vain.get() >= mostVain || !isWaiting.compareAndSet(false, true)) {
                return false;
            }
            try {
                for (int looks = 0; looks < LOOKS_A_WAIT; looks++) {
                    if (hasSideEnded || Thread.currentThread().isInterrupted()) {
                        return false;
                    }
                    LockSupport.parkNanos(this, NANOS_BETWEEN_LOOKS);
                    if (held.get() <= most - most / SLACK) {
                        vain.set(0);
                        return true;
                    }
                }
                vain.incrementAndGet();
                return false;
            } finally {
                isWaiting.set(false);
            }
        }

        private void tell(byte[] page) {
            Pairs hears = pairs;
            if (hears == null) {
                hears = supplier.get();
                pairs = hears;
            }
            boolean isSource = side == Side.SOURCE;
            for (int i = 0; i < found.pairs; i++) {
                if (isSource) {
                    hears.both(page, found.offsets[i], found.partnerPages[i], found.partnerOffsets[i]);
                } else {
                    hears.both(found.partnerPages[i], found.partnerOffsets[i], page, found.offsets[i]);
                }
            }
            for (int i = 0; i < found.alone; i++) {
                if (isSource) {
                    hears.sourceOnly(page, found.aloneOffsets[i]);
                } else {
                    hears.targetOnly(page, found.aloneOffsets[i]);
                }
            }
        }

        @Override
        public void end() {
            for (int index = 0; index < partitions.length; index++) {
                JoinPage page = filling[index];
                if (page != null) {
                    join(index, page);
                    filling[index] = null;
                }
                partitions[index].end(side);
            }
            hasSideEnded = true;
        }
    }
}
