package dev.datasync.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a join finds depends neither on the order, nor on which side is ahead, nor on the memory. */
final class HashJoinTest {

    private static final long SEED = 42;
    private static final long PLENTY = 64L * 1024 * 1024;

    /** Pages are as small as they get, and next to nothing waits in memory. */
    private static final long LITTLE = 70_000;

    @TempDir
    private Path folder;

    /** A record: its key, its position and the length of its body. */
    private record Item(long key, long position, int length) {}

    /** May hear of findings from both readers at once. */
    private static final class Found implements Pairs {

        private final Set<String> all = Collections.synchronizedSet(new TreeSet<>());

        @Override
        public void both(byte[] sourcePage, int sourceOffset, byte[] targetPage, int targetOffset) {
            assertThat(StoredRecord.bodyLength(sourcePage, sourceOffset)).isPositive();
            assertThat(StoredRecord.bodyLength(targetPage, targetOffset)).isPositive();
            add(key(sourcePage, sourceOffset) + "=" + key(targetPage, targetOffset) + " both "
                    + StoredRecord.position(sourcePage, sourceOffset) + " "
                    + StoredRecord.position(targetPage, targetOffset));
        }

        @Override
        public void sourceOnly(byte[] page, int offset) {
            add(key(page, offset) + " source " + StoredRecord.position(page, offset));
        }

        @Override
        public void targetOnly(byte[] page, int offset) {
            add(key(page, offset) + " target " + StoredRecord.position(page, offset));
        }

        private void add(String finding) {
            assertThat(all.add(finding)).as("found once: %s", finding).isTrue();
        }

        private static Object key(byte[] page, int offset) {
            int length = StoredRecord.keyLength(page, offset);
            return KeyCodec.read(page, StoredRecord.keyOffset(offset), length).get(0);
        }
    }

    private static Set<String> expected(List<Item> source, List<Item> target) {
        Map<Long, Item> there = new HashMap<>();
        target.forEach(item -> there.put(item.key, item));
        Set<String> all = new TreeSet<>();
        for (Item item : source) {
            Item partner = there.remove(item.key);
            all.add(
                    partner == null
                            ? item.key + " source " + item.position
                            : item.key + "=" + item.key + " both " + item.position + " " + partner.position);
        }
        there.values().forEach(item -> all.add(item.key + " target " + item.position));
        return all;
    }

    private static ByteWriter write(ByteWriter out, Item item) {
        out.clear();
        out.putInt(0);
        KeyCodec.writeWhole(out, item.key);
        out.setInt(0, out.length() - Integer.BYTES);
        out.putLong(item.position);
        out.putBytes(new byte[item.length], 0, item.length);
        return out;
    }

    private enum Order {
        AS_IT_IS,
        REVERSED,
        SHUFFLED
    }

    private static List<Item> side(Random random, int keys, int missing, Order order) {
        List<Item> items = new ArrayList<>();
        for (int key = 0; key < keys; key++) {
            if (missing == 0 || random.nextInt(100) >= missing) {
                items.add(new Item(key, items.size() + 1L, random.nextInt(300) == 0 ? 3_000 : 1 + random.nextInt(40)));
            }
        }
        if (order == Order.REVERSED) {
            Collections.reverse(items);
        } else if (order == Order.SHUFFLED) {
            Collections.shuffle(items, random);
        }
        return items;
    }

    /** Hands records over as a script says that the seed makes: runs of either side, of any length. */
    private Set<String> joined(Random random, long memory, List<Item> source, List<Item> target) {
        try (SpillFile spill = new SpillFile(folder)) {
            Found found = new Found();
            HashJoin join = new HashJoin(spill, SEED, memory, 0, () -> false);
            Intake ofSource = join.intake(Side.SOURCE, () -> found);
            Intake ofTarget = join.intake(Side.TARGET, () -> found);
            ByteWriter out = new ByteWriter();
            int longest = 1 << random.nextInt(15);
            int s = 0;
            int t = 0;
            boolean isSourceEnded = false;
            boolean isTargetEnded = false;
            while (!isSourceEnded || !isTargetEnded) {
                boolean isSource = isTargetEnded || !isSourceEnded && random.nextBoolean();
                int run = 1 + random.nextInt(longest);
                if (isSource) {
                    for (; run > 0 && s < source.size(); run--) {
                        ofSource.add(write(out, source.get(s++)));
                    }
                    if (s == source.size()) {
                        ofSource.end();
                        isSourceEnded = true;
                    }
                } else {
                    for (; run > 0 && t < target.size(); run--) {
                        ofTarget.add(write(out, target.get(t++)));
                    }
                    if (t == target.size()) {
                        ofTarget.end();
                        isTargetEnded = true;
                    }
                }
            }
            join.finish(found, memory, () -> false);
            return found.all;
        }
    }

    @Test
    void finds_the_same_whatever_the_order_the_script_and_the_memory() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int keys = new int[] {0, 1, 10, 3_000, 20_000}[random.nextInt(5)];
            int missing = new int[] {0, 2, 50, 100}[random.nextInt(4)];
            List<Item> source = side(random, keys, missing, Order.values()[random.nextInt(3)]);
            List<Item> target =
                    side(random, keys, random.nextBoolean() ? missing : 3, Order.values()[random.nextInt(3)]);
            long memory = new long[] {LITTLE, 500_000, PLENTY}[random.nextInt(3)];

            assertThat(joined(random, memory, source, target))
                    .as("seed %d", seed)
                    .isEqualTo(expected(source, target));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {LITTLE, 500_000, PLENTY})
    void two_threads_find_what_one_finds(long memory) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (long seed = 0; seed < 12; seed++) {
                Random random = new Random(seed);
                Order order = Order.values()[(int) (seed % 3)];
                // where there is plenty, it is enough for a side to be so far ahead that it waits for the other
                int keys = memory == PLENTY ? 50_000 : 20_000;
                List<Item> source = side(random, keys, 5, Order.AS_IT_IS);
                List<Item> target = side(random, keys, 5, order);
                try (SpillFile spill = new SpillFile(folder)) {
                    Found found = new Found();
                    HashJoin join = new HashJoin(spill, SEED, memory, () -> false);
                    Future<?> one = threads.submit(() -> feed(join.intake(Side.SOURCE, () -> found), source));
                    Future<?> other = threads.submit(() -> feed(join.intake(Side.TARGET, () -> found), target));
                    one.get();
                    other.get();
                    join.finish(found, memory, () -> false);

                    assertThat(found.all).as("seed %d", seed).isEqualTo(expected(source, target));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void feed(Intake intake, List<Item> items) {
        ByteWriter out = new ByteWriter();
        items.forEach(item -> intake.add(write(out, item)));
        intake.end();
    }

    @Test
    void sides_in_about_the_same_order_need_no_file() {
        try (SpillFile spill = new SpillFile(folder)) {
            HashJoin join = new HashJoin(spill, SEED, 8 * 1024 * 1024, 0, () -> false);
            Found found = new Found();
            Intake source = join.intake(Side.SOURCE, () -> found);
            Intake target = join.intake(Side.TARGET, () -> found);
            ByteWriter out = new ByteWriter();
            for (int i = 0; i < 49_984; i++) {
                source.add(write(out, new Item(i, i, 200)));
                target.add(write(out, new Item(i ^ 63, i, 200)));
            }
            source.end();
            target.end();
            join.finish(found, PLENTY, () -> false);

            assertThat(found.all).hasSize(49_984);
            assertThat(spill.size()).isZero();
        }
    }

    @Test
    void a_side_that_is_far_ahead_waits_for_the_other() throws Exception {
        List<Item> items = new ArrayList<>();
        for (int key = 0; key < 50_000; key++) {
            items.add(new Item(key, key, 200));
        }
        try (SpillFile spill = new SpillFile(folder)) {
            Found found = new Found();
            HashJoin join = new HashJoin(spill, SEED, PLENTY, () -> false);
            Intake target = join.intake(Side.TARGET, () -> found);
            // a side of which nothing came yet is not waited for
            ByteWriter out = new ByteWriter();
            items.subList(0, 1_000).forEach(item -> target.add(write(out, item)));
            Thread ahead = new Thread(() -> feed(join.intake(Side.SOURCE, () -> found), items), "ahead");
            ahead.start();
            while (ahead.isAlive() && ahead.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertThat(ahead.isAlive()).as("the first side waits").isTrue();

            items.subList(1_000, items.size()).forEach(item -> target.add(write(out, item)));
            target.end();
            ahead.join();
            join.finish(found, PLENTY, () -> false);

            assertThat(found.all).hasSize(items.size());
        }
    }

    @Test
    void what_has_no_partner_is_told_at_once_when_the_other_side_has_ended() {
        for (Side alone : Side.values()) {
            try (SpillFile spill = new SpillFile(folder)) {
                HashJoin join = new HashJoin(spill, SEED, 4 * 1024 * 1024, 0, () -> false);
                Found found = new Found();
                join.intake(alone == Side.SOURCE ? Side.TARGET : Side.SOURCE, () -> found)
                        .end();
                feed(join.intake(alone, () -> found), side(new Random(SEED), 20_000, 0, Order.SHUFFLED));

                assertThat(found.all).hasSize(20_000);
                assertThat(spill.size()).isZero();
                join.finish(found, PLENTY, () -> false);
                assertThat(found.all).hasSize(20_000);
            }
        }
    }

    /** A second record with a key, on one side or on both, in front of, between and behind their partners. */
    @Test
    void a_second_record_with_a_key_is_found_wherever_it_comes() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int keys = 1 + random.nextInt(4_000);
            List<Item> source = side(random, keys, 10, Order.values()[random.nextInt(3)]);
            List<Item> target = random.nextInt(5) == 0
                    ? new ArrayList<>()
                    : side(random, keys, 10, Order.values()[random.nextInt(3)]);
            long key = random.nextInt(keys + 10);
            int where = 1 + random.nextInt(3);
            Set<Side> doubled = new TreeSet<>();
            if ((where & 1) != 0) {
                twice(random, source, key);
                doubled.add(Side.SOURCE);
            }
            if ((where & 2) != 0) {
                twice(random, target, key);
                doubled.add(Side.TARGET);
            }
            long memory = new long[] {LITTLE, 100_000, PLENTY}[random.nextInt(3)];

            DuplicateKey thrown =
                    catchThrowableOfType(DuplicateKey.class, () -> joined(random, memory, source, target));

            assertThat(thrown).as("seed %d", seed).isNotNull();
            assertThat(thrown.side).as("seed %d", seed).isIn(doubled);
            List<Item> side = thrown.side == Side.SOURCE ? source : target;
            assertThat(List.of(thrown.first.position, thrown.second.position))
                    .as("seed %d", seed)
                    .isSorted()
                    .containsExactlyInAnyOrderElementsOf(side.stream()
                            .filter(item -> item.key == key)
                            .map(Item::position)
                            .toList());
            for (DuplicateKey.Place place : List.of(thrown.first, thrown.second)) {
                assertThat(Found.key(place.page, place.offset)).isEqualTo(key);
            }
        }
    }

    private static void twice(Random random, List<Item> items, long key) {
        items.removeIf(item -> item.key == key);
        long position = 100_000L + random.nextInt(1_000);
        items.add(random.nextInt(items.size() + 1), new Item(key, position, 20));
        items.add(random.nextInt(items.size() + 1), new Item(key, position + 1_000, 20));
    }

    /** The run fails then, but for the duplicate: what the other reader still does must not fail first. */
    @Test
    void a_page_with_a_duplicate_in_it_leaves_the_table_whole_for_the_other_reader() {
        try (SpillFile spill = new SpillFile(folder)) {
            RecordStore[] stores = new RecordStore[3];
            java.util.Arrays.setAll(stores, i -> new RecordStore(spill, PLENTY, HashComparison.BITS, 0));
            JoinPartition partition =
                    new JoinPartition(0, 8192, new JoinPartition.Memory(), stores[0], stores[1], stores[2]);
            JoinPage source = new JoinPage(Side.SOURCE, 8192);
            for (long key : new long[] {1, 2, 1, 3, 4, 5}) {
                add(source, key);
            }
            JoinPartition.Found found = new JoinPartition.Found();
            assertThat(catchThrowableOfType(DuplicateKey.class, () -> partition.join(source, found)))
                    .isNotNull();

            JoinPage target = new JoinPage(Side.TARGET, 8192);
            for (long key : new long[] {5, 4, 3, 2, 1}) {
                add(target, key);
            }
            for (long key = 10; key < 100; key++) {
                add(target, key);
            }
            partition.join(target, found);

            assertThat(found.pairs).isEqualTo(2);
        }
    }

    private static void add(JoinPage page, long key) {
        ByteWriter out = write(new ByteWriter(), new Item(key, page.count, 1));
        page.add(out.array(), 0, out.length(), (int) StoredRecord.hash(SEED, out.array(), 0));
    }

    @Test
    void giants_go_to_the_file_at_once_and_not_when_the_next_record_comes() {
        try (SpillFile spill = new SpillFile(folder)) {
            HashJoin join = new HashJoin(spill, SEED, 1024 * 1024, 0, () -> false);
            Intake source = join.intake(Side.SOURCE, Found::new);
            ByteWriter out = new ByteWriter();
            for (int key = 0; key < 20; key++) {
                source.add(write(out, new Item(key, key, 1024 * 1024)));
            }

            assertThat(spill.size()).isGreaterThan(19L * 1024 * 1024);
        }
    }
}
