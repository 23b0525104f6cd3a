package dev.datasync.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeStoreTest {

    private static final int CHANGES = 40_000;

    private static final long SEED = Long.getLong("datasync.seed", System.nanoTime());

    @TempDir
    Path folder;

    @Test
    void changes_come_back_in_order_although_others_append_to_the_same_file_meanwhile() throws Exception {
        try (SpillFile spill = new SpillFile(folder)) {
            ChangeStore changes = new ChangeStore(spill, 300_000);
            AtomicBoolean isDone = new AtomicBoolean();
            Thread other = new Thread(() -> {
                byte[] bytes = new byte[100];
                for (int i = 0; i < 100_000 && !isDone.get(); i++) {
                    spill.append(bytes, 0, bytes.length);
                }
            });
            other.start();
            try {
                for (int i = 0; i < CHANGES; i++) {
                    byte[] record = record(i * 7919L % CHANGES, Integer.BYTES);
                    switch (i % 3) {
                        case 0 -> changes.insert(record, Integer.BYTES);
                        case 1 -> changes.update(record, Integer.BYTES, record, Integer.BYTES);
                        default -> changes.delete(record, Integer.BYTES);
                    }
                }
            } finally {
                isDone.set(true);
                other.join();
            }
            changes.finish();

            assertThat(changes.isSpilled()).isTrue();
            assertThat(changes.counts().total()).isEqualTo(CHANGES);
            check(changes.iterator(true), CHANGES);
            check(changes.iterator(false), CHANGES - changes.counts().deletes());
        }
    }

    @Test
    void large_and_small_changes_come_back_whole() {
        SplittableRandom random = new SplittableRandom(SEED);
        try (SpillFile spill = new SpillFile(folder)) {
            ChangeStore changes = new ChangeStore(spill, 100_000);
            int[] sizes = random.ints(200, 0, 20).map(power -> 1 << power).toArray();
            for (int i = 0; i < sizes.length; i++) {
                changes.insert(record(i * 77L % sizes.length, sizes[i]), Integer.BYTES);
            }
            changes.finish();

            Iterator<byte[]> all = changes.iterator(true);
            for (int key = 0; key < sizes.length; key++) {
                byte[] change = all.next();
                int size = 0;
                for (int i = 0; i < sizes.length; i++) {
                    size = i * 77L % sizes.length == key ? sizes[i] : size;
                }
                byte[] record = record(key, size);
                assertThat(Arrays.copyOfRange(change, change.length - size, change.length))
                        .as("body of %s, with seed %s", key, SEED)
                        .isEqualTo(Arrays.copyOfRange(record, record.length - size, record.length));
                assertThat(change).hasSize(record.length + 1);
            }
            assertThat(all.hasNext()).isFalse();
        }
    }

    private static void check(Iterator<byte[]> all, long expected) {
        byte[] last = all.next();
        long found = 1;
        while (all.hasNext()) {
            byte[] change = all.next();
            assertThat(ChangeStore.ORDER.compare(last, change)).isNegative();
            last = change;
            found++;
        }
        assertThat(found).isEqualTo(expected);
    }

    /** Returns a record behind its length: the key, its position and a body that depends on the key. */
    private static byte[] record(long key, int size) {
        ByteWriter record = new ByteWriter();
        record.putInt(Integer.BYTES + Long.BYTES + Long.BYTES + size);
        record.putInt(Long.BYTES);
        record.putLong(key);
        record.putLong(key + 1);
        for (int i = 0; i < size; i++) {
            record.putByte((int) (key + i));
        }
        return record.copy();
    }
}
