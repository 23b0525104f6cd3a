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
     * A side that is ahead waits for the other, before anything goes to the file. A wait is in vain when the other side
     * does nothing for so long, or joins so many pages and nothing becomes free. After a few in vain, one after the
     * other, there are no more: so neither side can wait for ever, whatever the other one waits for.
     */
    private static final int MOST_VAIN_WAITS = 4;

    /** Half a second: longer than a busy machine lets a thread wait for its turn. */
    private static final long NANOS_WITHOUT_PROGRESS = 500_000_000;

    /** Four pages of each partition. */
    private static final int PAGES_WITHOUT_USE = 4 << HashComparison.BITS;

    /** What does not fit less than this is written to the file sooner than any wait ends. */
    private static final long LEAST_MEMORY_TO_WAIT = 1024 * 1024;

    /**
     * Already from here on the side that is ahead waits, as long as that helps: records that find their partner soon die
     * young, and are still in the processor's cache. Sides in random order give that up after {@link #MOST_VAIN_LOCKSTEPS}.
     */
    private static final long LOCKSTEP_MEMORY = 2 * 1024 * 1024;

    private static final int MOST_VAIN_LOCKSTEPS = 2;

    /** A wait ends when this part of the limit is free; meanwhile the limit may be exceeded by as much. */
    private static final int SLACK = 8;

    /** Of what may be held, this part belongs to the keys of settled pairs, which no wait makes fewer. */
    private static final int SETTLED_PARTS = 4;

    private static final long NANOS_BETWEEN_LOOKS = 1_000_000;

    private final long seed;
    private final int mostVainWaits;
    private final int mostVainLocksteps;
    private final long limit;
    private final long settledLimit;
    private final long lockstep;
    private final int pageSize;
    private final int spilledPageSize;
    private final RecordStore settled;
    private final RecordStore source;
    private final RecordStore target;
    private final JoinPartition[] partitions = new JoinPartition[1 << HashComparison.BITS];

    private final JoinPartition.Memory held = new JoinPartition.Memory();

    private final Object relief = new Object();
    private final AtomicInteger vainWaits = new AtomicInteger();
    private final AtomicInteger vainLocksteps = new AtomicInteger();
    private final AtomicBoolean isWaiting = new AtomicBoolean();

    private final Progress ofSource = new Progress();
    private final Progress ofTarget = new Progress();
    private final BooleanSupplier stopped;
    private volatile boolean hasSideEnded;
    private volatile boolean isAnythingInFile;

    /** What of a side was joined so far. */
    private static final class Progress {

        private final AtomicLong records = new AtomicLong();
        private final AtomicLong pages = new AtomicLong();
    }

    /**
     * @param spill where records go that do not fit
     * @param memory the bytes that may stay in memory, of both sides
     * @param stopped tells whether nobody needs the result any more
     */
    HashJoin(SpillFile spill, long seed, long memory, BooleanSupplier stopped) {
        this(spill, seed, memory, memory < LEAST_MEMORY_TO_WAIT ? 0 : MOST_VAIN_WAITS, stopped);
    }

    /**
     * @param mostVainWaits how often a side that is ahead may wait in vain; 0 for sides that one thread reads
     */
    HashJoin(SpillFile spill, long seed, long memory, int mostVainWaits, BooleanSupplier stopped) {
        this.seed = seed;
        this.stopped = stopped;
        this.mostVainWaits = mostVainWaits;
        this.mostVainLocksteps = Math.min(MOST_VAIN_LOCKSTEPS, mostVainWaits);
        // at most half of the memory is for pages that are being filled
        long fitting = memory / (2L * SIDES * partitions.length);
        this.pageSize = (int) Math.max(SMALLEST_PAGE, Math.min(LARGEST_PAGE, fitting));
        this.spilledPageSize = (int) Math.max(SMALLEST_PAGE, Math.min(LARGEST_SPILLED_PAGE, fitting));
        long waiting = memory - (long) SIDES * partitions.length * spilledPageSize;
        long most = Math.max(0, waiting - waiting / SLACK);
        this.settledLimit = most / SETTLED_PARTS;
        this.limit = most - settledLimit;
        this.lockstep = Math.min(LOCKSTEP_MEMORY, limit);
        this.settled = new RecordStore(spill, memory / 2, HashComparison.BITS, 0);
        this.source = new RecordStore(spill, memory / 2, HashComparison.BITS, 0);
        this.target = new RecordStore(spill, memory / 2, HashComparison.BITS, 0);
        Arrays.setAll(partitions, index -> new JoinPartition(index, pageSize, held, source, target, settled));
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
            spillSettled(memory / 2);
            relieve(Math.max(0, memory / 2 - held.settled.get()));
        }
        for (JoinPartition partition : partitions) {
            partition.handOver();
        }
        new HashComparison(seed, memory, pairs, cancelled).compare(settled, source, target);
    }

    /** Moves the keys of settled pairs to the file when they are more than a limit. */
    private void spillSettled(long most) {
        synchronized (relief) {
            if (held.settled.get() > most) {
                isAnythingInFile = true;
                for (JoinPartition partition : partitions) {
                    partition.spillSettled();
                }
            }
        }
    }

    /** Moves the largest partitions to the file until what waits is no more than a limit. */
    private void relieve(long most) {
        synchronized (relief) {
            while (held.waiting.get() > most) {
                JoinPartition largest = partitions[0];
                for (JoinPartition partition : partitions) {
                    largest = partition.held() > largest.held() ? partition : largest;
                }
                if (largest.held() == 0) {
                    return;
                }
                isAnythingInFile = true;
                largest.spill();
            }
        }
    }

    /** Takes the records of one side. Belongs to the thread that reads it. */
    private final class Feed implements Intake {

        private final Side side;
        private final Supplier<? extends Pairs> supplier;
        private final @Nullable JoinPage[] filling = new @Nullable JoinPage[partitions.length];
        private final JoinPartition.Found found = new JoinPartition.Found();
        private final Progress progress;
        private final Progress others;
        private @Nullable Pairs pairs;

        Feed(Side side, Supplier<? extends Pairs> supplier) {
            this.side = side;
            this.supplier = supplier;
            this.progress = side == Side.SOURCE ? ofSource : ofTarget;
            this.others = side == Side.SOURCE ? ofTarget : ofSource;
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
            partitions[index].join(page, found);
            if (found.pairs > 0 || found.alone > 0) {
                tell(page.bytes);
                found.clear();
            }
            progress.records.addAndGet(page.count);
            progress.pages.incrementAndGet();
            if (held.settled.get() > settledLimit && held.waiting.get() + held.settled.get() > limit + settledLimit) {
                spillSettled(settledLimit);
            }
            if (held.waiting.get() > lockstep && isAhead() && others.pages.get() > 0) {
                waitUntilBelow(lockstep, vainLocksteps, mostVainLocksteps);
            }
            if (held.waiting.get() > limit && !isCaughtUp()) {
                relieve(limit);
            }
        }

        private boolean isAhead() {
            return progress.records.get() > others.records.get();
        }

        /** Waits for the other side, if it is behind, and tells whether that has freed enough. */
        private boolean isCaughtUp() {
            if (!isAhead()) {
                // the other side waits for this one, which must not do meanwhile what that is to avoid
                return vainWaits.get() < mostVainWaits && !hasSideEnded && held.waiting.get() <= limit + limit / SLACK;
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
                long pages = others.pages.get();
                long before = held.waiting.get();
                long last = pages;
                long since = System.nanoTime();
                while (held.waiting.get() > most - most / SLACK) {
                    if (hasSideEnded || stopped.getAsBoolean()) {
                        return false;
                    }
                    LockSupport.parkNanos(this, NANOS_BETWEEN_LOOKS);
                    long now = others.pages.get();
                    boolean isOfNoUse = now - pages >= PAGES_WITHOUT_USE && held.waiting.get() >= before;
                    if (isOfNoUse || now == last && System.nanoTime() - since > NANOS_WITHOUT_PROGRESS) {
                        vain.incrementAndGet();
                        return false;
                    }
                    if (now != last) {
                        last = now;
                        since = System.nanoTime();
                    }
                }
                vain.set(0);
                return true;
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
