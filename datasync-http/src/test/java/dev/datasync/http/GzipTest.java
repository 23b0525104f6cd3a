package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.datasync.http.Gzip.GzipException;
import dev.datasync.http.Gzip.Problem;
import dev.datasync.http.TestServer.Reply;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What is compressed comes back, and nothing else does. */
class GzipTest {

    private static final byte[] TEXT = "some text, some text, some text".getBytes(StandardCharsets.UTF_8);

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void what_is_compressed_comes_back() throws Exception {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int round = 0; round < 50; round++) {
            byte[] plain = new byte[random.nextInt(50_000)];
            random.nextBytes(plain);
            Arrays.fill(plain, plain.length / 2, plain.length, (byte) 7);
            assertThat(Gzip.decompressed(Reply.gzipped(plain), plain.length))
                    .as("seed " + seed + ", round " + round)
                    .isEqualTo(plain);
        }
    }

    @Test
    void parts_one_after_the_other_are_one_body() throws Exception {
        assertThat(Gzip.decompressed(join(Reply.gzipped(TEXT), Reply.gzipped(new byte[0]), Reply.gzipped(TEXT)), 1000))
                .isEqualTo(join(TEXT, TEXT));
    }

    @Test
    void all_fields_of_the_header_are_skipped() throws Exception {
        byte[] zipped = Reply.gzipped(TEXT);
        byte[] head = Arrays.copyOf(zipped, 10);
        byte[] rest = Arrays.copyOfRange(zipped, 10, zipped.length);
        head[3] = 1 + 2 + 4 + 8 + 16;
        byte[] fields = join(
                new byte[] {3, 0, 'e', 'x', 't'},
                "name\0".getBytes(StandardCharsets.UTF_8),
                "comment\0".getBytes(StandardCharsets.UTF_8),
                new byte[2]);
        byte[] all = join(head, fields, rest);
        assertThat(Gzip.decompressed(all, 1000)).isEqualTo(TEXT);
        everyCutIsNoticed(all);
        head[3] = 32;
        assertThatThrownBy(() -> Gzip.decompressed(join(head, rest), 1000)).isInstanceOf(GzipException.class);
    }

    @Test
    void a_cut_is_noticed_anywhere() {
        everyCutIsNoticed(Reply.gzipped(TEXT));
        everyCutIsNoticed(Reply.gzipped(new byte[0]));
    }

    private static void everyCutIsNoticed(byte[] zipped) {
        for (int length = 0; length < zipped.length; length++) {
            byte[] cut = Arrays.copyOf(zipped, length);
            assertThatThrownBy(() -> Gzip.decompressed(cut, 1000))
                    .as("cut after " + length)
                    .isInstanceOfSatisfying(
                            GzipException.class, e -> assertThat(e.problem()).isEqualTo(Problem.CUT_OFF));
        }
    }

    @Test
    void a_changed_byte_is_noticed_or_changes_nothing() {
        byte[] zipped = Reply.gzipped(TEXT);
        for (int at = 0; at < zipped.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = zipped.clone();
                changed[at] ^= (byte) (1 << bit);
                byte[][] result = {TEXT};
                Throwable thrown = catchThrowable(() -> result[0] = Gzip.decompressed(changed, 1000));
                assertThat(result[0]).as("bit " + bit + " of byte " + at).isEqualTo(TEXT);
                assertThat(thrown == null || thrown instanceof GzipException).isTrue();
            }
        }
    }

    @Test
    void what_follows_is_not_ignored() {
        for (byte[] more : new byte[][] {{0}, {0x1f, 0}, "{}".getBytes(StandardCharsets.UTF_8), new byte[20]}) {
            assertThatThrownBy(() -> Gzip.decompressed(join(Reply.gzipped(TEXT), more), 1000))
                    .isInstanceOfSatisfying(
                            GzipException.class, e -> assertThat(e.problem()).isEqualTo(Problem.BROKEN));
        }
    }

    @Test
    void a_size_is_not_exceeded_also_by_many_parts() {
        byte[] zipped = Reply.gzipped(TEXT);
        assertThat(catchThrowable(() -> Gzip.decompressed(zipped, TEXT.length))).isNull();
        for (byte[] large : new byte[][] {zipped, join(zipped, zipped)}) {
            long largest = large == zipped ? TEXT.length - 1 : 2L * TEXT.length - 1;
            assertThatThrownBy(() -> Gzip.decompressed(large, largest))
                    .isInstanceOfSatisfying(
                            GzipException.class, e -> assertThat(e.problem()).isEqualTo(Problem.TOO_LARGE));
        }
    }
}
