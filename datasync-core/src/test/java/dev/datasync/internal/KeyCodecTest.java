package dev.datasync.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of the bytes is the order of the values: what the merge relies on, and what databases mean by order. */
final class KeyCodecTest {

    private static final int PAIRS = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void bytes_have_the_order_of_the_values(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        check(seed, () -> smallOrAny(random), Comparator.<Long>naturalOrder());
        check(seed, () -> decimal(random), Comparator.<BigDecimal>naturalOrder());
        check(seed, () -> real(random), Comparator.<Double>naturalOrder());
        check(seed, () -> text(random), KeyCodecTest::byCodePoint);
        check(seed, random::nextBoolean, Comparator.<Boolean>naturalOrder());
        check(seed, () -> bytes(random), Arrays::compareUnsigned);
        check(
                seed,
                () -> LocalDate.ofEpochDay(random.nextLong(-1_000_000, 1_000_000)),
                Comparator.<LocalDate>comparingLong(LocalDate::toEpochDay));
        check(
                seed,
                () -> LocalTime.ofNanoOfDay(random.nextLong(LocalTime.MAX.toNanoOfDay())),
                Comparator.<LocalTime>naturalOrder());
        check(
                seed,
                () -> LocalDateTime.ofEpochSecond(
                        random.nextLong(-5, 5), random.nextInt(1_000_000_000), ZoneOffset.UTC),
                Comparator.comparing(time -> time.toInstant(ZoneOffset.UTC)));
        check(
                seed,
                () -> Instant.ofEpochSecond(random.nextLong(-5, 5), random.nextInt(1_000_000_000)),
                Comparator.<Instant>naturalOrder());
        check(
                seed,
                () -> new UUID(random.nextLong(), random.nextLong()),
                Comparator.comparing(uuid -> uuid.toString()));
        Comparator<List<Object>> composite = Comparator.comparing(
                        (List<Object> parts) -> (String) parts.get(0), KeyCodecTest::byCodePoint)
                .thenComparing(parts -> (Long) parts.get(1));
        check(seed, () -> List.<Object>of(text(random), smallOrAny(random)), composite);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void values_are_read_back(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < PAIRS; i++) {
            BigDecimal decimal = decimal(random);
            List<Object> values = List.of(
                    text(random),
                    smallOrAny(random),
                    decimal.signum() == 0 ? BigDecimal.ZERO : decimal.stripTrailingZeros(),
                    random.nextBoolean(),
                    LocalDate.ofEpochDay(random.nextLong(-1_000_000, 1_000_000)),
                    LocalTime.ofNanoOfDay(random.nextLong(LocalTime.MAX.toNanoOfDay())),
                    LocalDateTime.ofEpochSecond(random.nextLong(-5, 5), random.nextInt(1_000_000_000), ZoneOffset.UTC),
                    Instant.ofEpochSecond(random.nextLong(-5, 5), random.nextInt(1_000_000_000)),
                    new UUID(random.nextLong(), random.nextLong()),
                    List.of(text(random), smallOrAny(random)),
                    real(random));
            ByteWriter out = new ByteWriter();
            values.forEach(value -> KeyCodec.write(out, value));

            assertThat(KeyCodec.read(out.array(), 0, out.length()))
                    .as("seed %d", seed)
                    .isEqualTo(values);
        }
    }

    @Test
    void lists_in_a_composite_key_do_not_run_into_each_other() {
        assertThat(keys(List.of(), List.of("x"))).isNotEqualTo(keys(List.of("x"), List.of()));
        assertThat(keys(List.of("x"), List.of("y", "z"))).isNotEqualTo(keys(List.of("x", "y"), List.of("z")));
        assertThat(keys(List.of("x"), List.of("y"))).isEqualTo(keys(List.of("x"), List.of("y")));
    }

    private static byte[] keys(Object one, Object other) {
        ByteWriter out = new ByteWriter();
        KeyCodec.write(out, one);
        KeyCodec.write(out, other);
        return out.copy();
    }

    private static <V> void check(long seed, Supplier<V> values, Comparator<? super V> order) {
        for (int i = 0; i < PAIRS; i++) {
            V one = values.get();
            V other = values.get();
            int expected = Integer.signum(order.compare(one, other));
            int actual = Integer.signum(Arrays.compareUnsigned(key(one), key(other)));
            assertThat(actual).as("seed %d: %s against %s", seed, one, other).isEqualTo(expected);
        }
    }

    private static byte[] key(Object value) {
        ByteWriter out = new ByteWriter();
        KeyCodec.write(out, value);
        return out.copy();
    }

    private static long smallOrAny(RandomGenerator random) {
        return random.nextBoolean() ? random.nextLong(-3, 4) : random.nextLong();
    }

    private static BigDecimal decimal(RandomGenerator random) {
        BigInteger unscaled = random.nextInt(4) == 0
                ? new BigInteger(120, new java.util.Random(random.nextLong())).subtract(BigInteger.ONE.shiftLeft(119))
                : BigInteger.valueOf(random.nextLong(-200, 200));
        return new BigDecimal(unscaled, random.nextInt(-3, 6));
    }

    private static double real(RandomGenerator random) {
        return switch (random.nextInt(6)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> Double.NEGATIVE_INFINITY;
            case 3 -> 0.0;
            default -> (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-300, 300));
        };
    }

    private static String text(RandomGenerator random) {
        String[] letters = {
            "a", "b", "A", "\u0000", "\u0001", "\u0002", "\u00FF", "\u0100", "\uFFFD", "\uD83D\uDE00", " "
        };
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(letters[random.nextInt(letters.length)]);
        }
        return text.toString();
    }

    private static byte[] bytes(RandomGenerator random) {
        byte[] bytes = new byte[random.nextInt(4)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(-2, 3);
        }
        return bytes;
    }

    /** By code point, as PostgreSQL's collation "C" and UTF-8 have it; String.compareTo goes by UTF-16 unit. */
    private static int byCodePoint(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
