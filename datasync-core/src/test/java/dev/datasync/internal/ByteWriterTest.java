package dev.datasync.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.row.ConversionException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteWriterTest {

    private static final long SEED = 7_450;

    @Test
    void numbers_have_seven_bits_a_byte_and_come_back() {
        for (int bits = 0; bits <= Long.SIZE; bits++) {
            long most = bits == 0 ? 0 : -1L >>> Long.SIZE - bits;
            for (long value : new long[] {most, most >>> 1, most - 1, ~most, Long.MIN_VALUE >>> bits % Long.SIZE}) {
                ByteWriter unsigned = new ByteWriter();
                unsigned.putUnsigned(value);
                assertThat(unsigned.copy()).describedAs("%s", value).isEqualTo(sevenBits(value));
                assertThat(new ByteReader(unsigned.copy(), 0).getUnsigned()).isEqualTo(value);

                ByteWriter signed = new ByteWriter();
                signed.putSigned(value);
                assertThat(new ByteReader(signed.copy(), 0).getSigned()).isEqualTo(value);

                ByteWriter tagged = new ByteWriter();
                tagged.putTagged(9, value);
                tagged.putTagged(8, value, -value);
                ByteReader in = new ByteReader(tagged.copy(), 0);
                assertThat(in.getByte()).isEqualTo(9);
                assertThat(in.getSigned()).isEqualTo(value);
                assertThat(in.getByte()).isEqualTo(8);
                assertThat(in.getSigned()).isEqualTo(value);
                assertThat(in.getSigned()).isEqualTo(-value);
                assertThat(in.position()).isEqualTo(tagged.length());
            }
        }
    }

    private static byte[] sevenBits(long value) {
        List<Byte> bytes = new ArrayList<>();
        long rest = value;
        do {
            long next = rest & 127;
            rest >>>= 7;
            bytes.add((byte) (rest == 0 ? next : next + 128));
        } while (rest != 0);
        byte[] array = new byte[bytes.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = bytes.get(i);
        }
        return array;
    }

    @Test
    void texts_are_utf_8_wherever_they_begin() {
        ByteWriter out = new ByteWriter();
        for (int i = 0; i < 2_000; i++) {
            Random random = new Random(SEED + i);
            String text = text(random);
            byte[] expected = text.getBytes(StandardCharsets.UTF_8);
            if (out.length() > 10_000) {
                out.clear();
            }
            int start = out.length();
            out.putUtf8(text);
            out.putTagged(5, text);

            ByteReader in = new ByteReader(out.copy(), start);
            assertThat(in.getBytes(expected.length))
                    .describedAs("seed %s", SEED + i)
                    .isEqualTo(expected);
            assertThat(in.getByte()).isEqualTo(5);
            assertThat(in.getInt()).describedAs("seed %s", SEED + i).isEqualTo(expected.length);
            assertThat(in.getUtf8(expected.length))
                    .describedAs("seed %s", SEED + i)
                    .isEqualTo(text);
            assertThat(in.position()).isEqualTo(out.length());
        }
    }

    private static String text(Random random) {
        int most = new int[] {128, 128, 256, 0x800, 0x10000, 0x110000}[random.nextInt(6)];
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(random.nextInt(20) == 0 ? 2_000 : 40);
        for (int i = 0; i < length; i++) {
            int point = random.nextInt(random.nextInt(5) == 0 ? most : 128);
            text.appendCodePoint(point >= 0xD800 && point < 0xE000 ? 'x' : point);
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D", "abcdefghi\uD83D", "abc\uDE00", "\u00E4\uD83Dx\uDE00", "abc\uD83D\uD83D\uDE00"})
    void half_of_a_surrogate_pair_is_refused(String text) {
        ByteWriter out = new ByteWriter();

        assertThatThrownBy(() -> out.putUtf8(text)).isInstanceOf(ConversionException.class);
        assertThatThrownBy(() -> out.putTagged(2, text))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("half of a surrogate pair");
    }
}
