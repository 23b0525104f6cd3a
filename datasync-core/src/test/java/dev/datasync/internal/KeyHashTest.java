package dev.datasync.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KeyHashTest {

    private static final long SEED = 99_173;

    @Test
    void a_hash_is_of_the_bytes_alone_and_not_of_their_place_or_of_what_is_around_them() {
        Random random = new Random(SEED);
        for (int length = 0; length < 40; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            long hash = KeyHash.of(5, bytes, 0, length);
            for (int offset = 0; offset < 20; offset++) {
                byte[] around = new byte[offset + length + 20];
                random.nextBytes(around);
                System.arraycopy(bytes, 0, around, offset, length);
                assertThat(KeyHash.of(5, around, offset, length))
                        .describedAs("%s bytes at %s", length, offset)
                        .isEqualTo(hash);
                // nothing behind them either
                assertThat(KeyHash.of(5, Arrays.copyOf(around, offset + length), offset, length))
                        .isEqualTo(hash);
            }
        }
    }

    @Test
    void each_byte_the_length_and_the_seed_count() {
        for (int length = 0; length < 40; length++) {
            byte[] bytes = new byte[length + 12];
            Set<Long> hashes = new HashSet<>();
            hashes.add(KeyHash.of(5, bytes, 12, length));
            hashes.add(KeyHash.of(6, bytes, 12, length));
            for (int i = 0; i < length; i++) {
                bytes[12 + i] = 1;
                hashes.add(KeyHash.of(5, bytes, 12, length));
                bytes[12 + i] = 0;
                hashes.add(KeyHash.of(5, bytes, 12, i));
            }
            assertThat(hashes).hasSize(2 + 2 * length);
        }
    }

    @Test
    void a_fingerprint_is_of_all_records_in_any_order_without_their_positions() {
        Random random = new Random(SEED);
        byte[][] bodies = new byte[50][];
        for (int i = 0; i < bodies.length; i++) {
            bodies[i] = new byte[random.nextInt(40)];
            random.nextBytes(bodies[i]);
        }
        Fingerprint one = new Fingerprint(3);
        Fingerprint other = one.fresh();
        for (int i = 0; i < bodies.length; i++) {
            one.add(entry(i, i, bodies[i]));
            int last = bodies.length - 1 - i;
            other.add(entry(last, 1_000 + i, bodies[last]));
        }
        assertThat(one.isSameAs(other)).isTrue();

        for (int i = 0; i < bodies.length; i++) {
            for (int at = 0; at < bodies[i].length; at++) {
                byte[] changed = bodies[i].clone();
                changed[at]++;
                assertThat(differs(i, bodies[i], i, changed)).isTrue();
            }
            assertThat(differs(i, bodies[i], i + 1, bodies[i])).isTrue();
            assertThat(differs(i, bodies[i], i, Arrays.copyOf(bodies[i], bodies[i].length + 1)))
                    .isTrue();
        }
    }

    private static boolean differs(int key, byte[] body, int otherKey, byte[] otherBody) {
        Fingerprint one = new Fingerprint(3);
        Fingerprint other = one.fresh();
        one.add(entry(key, 1, body));
        other.add(entry(otherKey, 1, otherBody));
        return !one.isSameAs(other);
    }

    private static ByteWriter entry(int key, long position, byte[] body) {
        ByteWriter out = new ByteWriter();
        out.putInt(0);
        KeyCodec.writeWhole(out, key);
        out.setInt(0, out.length() - Integer.BYTES);
        out.putLong(position);
        out.putBytes(body, 0, body.length);
        return out;
    }
}
