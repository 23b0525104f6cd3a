package dev.datasync.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pairs are the same however little memory there is, down to partitions that must be split several times. */
final class HashComparisonTest {

    private static final long SEED = 42;

    @TempDir
    private Path folder;

    private static final class Found implements Pairs {

        private final Set<String> both = new TreeSet<>();
        private final Set<String> source = new TreeSet<>();
        private final Set<String> target = new TreeSet<>();

        @Override
        public void both(byte[] sourcePage, int sourceOffset, byte[] targetPage, int targetOffset) {
            both.add(text(sourcePage, sourceOffset) + "=" + text(targetPage, targetOffset));
        }

        @Override
        public void sourceOnly(byte[] page, int offset) {
            source.add(text(page, offset));
        }

        @Override
        public void targetOnly(byte[] page, int offset) {
            target.add(text(page, offset));
        }

        private static String text(byte[] page, int offset) {
            int length = StoredRecord.keyLength(page, offset);
            return new String(page, StoredRecord.keyOffset(offset), length, StandardCharsets.UTF_8) + "@"
                    + StoredRecord.position(page, offset);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {256, 1024, 16 * 1024, 64 * 1024 * 1024})
    void finds_the_same_pairs_with_any_memory(long memory) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        Set<String> both = new TreeSet<>();
        Set<String> onlySource = new TreeSet<>();
        Set<String> onlyTarget = new TreeSet<>();
        try (SpillFile spill = new SpillFile(folder)) {
            RecordStore source = new RecordStore(spill, memory, HashComparison.BITS, 0);
            RecordStore target = new RecordStore(spill, memory, HashComparison.BITS, 0);
            for (int i = 0; i < 5_000; i++) {
                String key = "key " + i;
                int where = random.nextInt(3);
                if (where != 1) {
                    add(source, key, i, random.nextInt(100) == 0 ? 5_000 : 30);
                }
                if (where != 2) {
                    add(target, key, i + 10_000, 20);
                }
                if (where == 0) {
                    both.add(key + "@" + i + "=" + key + "@" + (i + 10_000));
                } else if (where == 1) {
                    onlyTarget.add(key + "@" + (i + 10_000));
                } else {
                    onlySource.add(key + "@" + i);
                }
            }
            source.finish();
            target.finish();
            Found found = new Found();
            HashComparison comparison = new HashComparison(SEED, memory, found, () -> false);

            comparison.compare(nothing(spill), source, target);

            assertThat(found.both).as("seed %d", SEED).isEqualTo(both);
            assertThat(found.source).isEqualTo(onlySource);
            assertThat(found.target).isEqualTo(onlyTarget);
            assertThat(comparison.deepestSplit() > 0).isEqualTo(memory < 1024 * 1024);
            assertThat(spill.size() == 0).isEqualTo(memory > 1024 * 1024);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {256, 64 * 1024 * 1024})
    void notices_duplicates_on_either_side_with_any_memory(long memory) {
        for (Side side : Side.values()) {
            for (boolean isOnOtherSide : List.of(true, false)) {
                try (SpillFile spill = new SpillFile(folder)) {
                    RecordStore source = new RecordStore(spill, memory, HashComparison.BITS, 0);
                    RecordStore target = new RecordStore(spill, memory, HashComparison.BITS, 0);
                    for (int i = 0; i < 500; i++) {
                        add(source, "key " + i, i, 30);
                        add(target, "key " + i, i, 30);
                    }
                    String key = isOnOtherSide ? "key 77" : "new";
                    RecordStore store = side == Side.SOURCE ? source : target;
                    for (int i = 0; i < 300; i++) {
                        add(store, key, 1_000 + i, 30);
                    }
                    source.finish();
                    target.finish();
                    HashComparison comparison = new HashComparison(SEED, memory, new Found(), () -> false);

                    assertThatThrownBy(() -> comparison.compare(nothing(spill), source, target))
                            .isInstanceOfSatisfying(
                                    DuplicateKey.class, e -> assertThat(e.side).isEqualTo(side));
                }
            }
        }
    }

    @Test
    void a_key_that_very_many_records_have_needs_no_table_for_all_of_them() {
        try (SpillFile spill = new SpillFile(folder)) {
            RecordStore source = new RecordStore(spill, 1024, HashComparison.BITS, 0);
            RecordStore target = new RecordStore(spill, 1024, HashComparison.BITS, 0);
            for (int i = 0; i < 50_000; i++) {
                add(source, i < 500 ? "key " + i : "none", i, 10);
            }
            source.finish();
            HashComparison comparison = new HashComparison(SEED, 1024, new Found(), () -> false);

            assertThatThrownBy(() -> comparison.compare(nothing(spill), source, target))
                    .isInstanceOf(DuplicateKey.class);
            assertThat(comparison.room()).isLessThan(1_000);
        }
    }

    @Test
    void stops_when_it_is_cancelled() {
        try (SpillFile spill = new SpillFile(folder)) {
            RecordStore source = new RecordStore(spill, 1024, HashComparison.BITS, 0);
            RecordStore target = new RecordStore(spill, 1024, HashComparison.BITS, 0);
            HashComparison comparison = new HashComparison(SEED, 1024, new Found(), () -> true);

            assertThatThrownBy(() -> comparison.compare(nothing(spill), source, target))
                    .isInstanceOf(java.util.concurrent.CancellationException.class);
        }
    }

    @Test
    void a_change_store_sorts_by_kind_and_key_whatever_fits_into_memory() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        List<byte[]> pages = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            pages.add(page("key " + random.nextInt(1_000_000), i, random.nextInt(200) == 0 ? 3_000 : 20));
        }
        List<List<String>> orders = new ArrayList<>();
        for (long memory : new long[] {512, 20_000, 64 * 1024 * 1024}) {
            try (SpillFile spill = new SpillFile(folder)) {
                ChangeStore store = new ChangeStore(spill, memory);
                for (int i = 0; i < pages.size(); i++) {
                    switch (i % 3) {
                        case 0 -> store.insert(pages.get(i), Integer.BYTES);
                        case 1 -> store.delete(pages.get(i), Integer.BYTES);
                        default -> store.update(pages.get(i), Integer.BYTES, pages.get(i), Integer.BYTES);
                    }
                }
                store.finish();
                List<byte[]> changes = new ArrayList<>();
                store.iterator(true).forEachRemaining(changes::add);
                List<byte[]> withoutDeletes = new ArrayList<>();
                store.iterator(false).forEachRemaining(withoutDeletes::add);

                assertThat(changes).isSortedAccordingTo(ChangeStore.ORDER).hasSize(2_000);
                assertThat(withoutDeletes)
                        .isSortedAccordingTo(ChangeStore.ORDER)
                        .hasSize(2_000 - (int) store.counts().deletes())
                        .allSatisfy(change -> assertThat(change[0]).isNotEqualTo(ChangeStore.DELETE));
                assertThat(store.isSpilled()).isEqualTo(memory < 1024 * 1024);
                orders.add(changes.stream().map(java.util.Arrays::toString).toList());
            }
        }
        assertThat(orders.get(1)).isEqualTo(orders.get(0));
        assertThat(orders.get(2)).isEqualTo(orders.get(0));
    }

    private static RecordStore nothing(SpillFile spill) {
        return new RecordStore(spill, 0, HashComparison.BITS, 0);
    }

    private static void add(RecordStore store, String key, long position, int bodyLength) {
        byte[] page = page(key, position, bodyLength);
        byte[] entry = java.util.Arrays.copyOfRange(page, Integer.BYTES, page.length);
        store.add(StoredRecord.hash(SEED, entry, 0), entry, entry.length);
    }

    private static byte[] page(String key, long position, int bodyLength) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        ByteWriter out = new ByteWriter();
        out.putInt(Integer.BYTES + bytes.length + Long.BYTES + bodyLength);
        out.putInt(bytes.length);
        out.putBytes(bytes, 0, bytes.length);
        out.putLong(position);
        out.putBytes(new byte[bodyLength], 0, bodyLength);
        return out.copy();
    }
}
