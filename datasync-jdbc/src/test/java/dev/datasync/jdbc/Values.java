package dev.datasync.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Values for a column: those at the edges of its type, and random ones. */
record Values(List<?> edges, Function<RandomGenerator, Object> random) {

    private static final String CHARACTERS = "abcXYZ 019'\"`\\;,-_%?{}[]<>&\n\t\r\u00e4\u00df\u0301\u20ac\u65e5";

    /** Returns the values at the edges, then random ones. */
    List<Object> list(RandomGenerator generator, int count) {
        List<Object> values = new ArrayList<>(edges);
        while (values.size() < count) {
            values.add(random.apply(generator));
        }
        return values;
    }

    /** Returns these with more values at the edges. */
    Values and(Object... more) {
        List<Object> all = new ArrayList<>(edges);
        all.addAll(Arrays.asList(more));
        return new Values(all, random);
    }

    static Values of(Object... choices) {
        return new Values(List.of(choices), random -> choices[random.nextInt(choices.length)]);
    }

    static Values bools() {
        return of(true, false);
    }

    static Values integers(long least, long most) {
        return new Values(
                least < 0 ? List.of(least, most, 0L, -1L, 1L) : List.of(least, most),
                random -> most == Long.MAX_VALUE ? random.nextLong() : (Object) random.nextLong(least, most + 1));
    }

    static Values decimals(int precision, int scale) {
        BigDecimal most = new BigDecimal(BigInteger.TEN.pow(precision).subtract(BigInteger.ONE), scale);
        BigDecimal least = BigDecimal.ONE.scaleByPowerOfTen(-scale);
        return new Values(
                List.of(most, most.negate(), BigDecimal.ZERO, least, least.negate(), new BigDecimal("1E+1")),
                random -> {
                    BigInteger digits = new BigInteger(random.nextInt(1, precision * 10 / 3), asRandom(random));
                    BigDecimal value = new BigDecimal(digits, random.nextInt(0, scale + 1));
                    BigDecimal fitting = value.precision() - value.scale() > precision - scale
                            ? value.movePointLeft(precision).setScale(scale, java.math.RoundingMode.DOWN)
                            : value;
                    return random.nextBoolean() ? fitting : fitting.negate();
                });
    }

    private static java.util.Random asRandom(RandomGenerator random) {
        return new java.util.Random(random.nextLong());
    }

    static Values doubles() {
        return new Values(
                List.of(0.0, -0.0, 0.1, -1.5, 1e300, -1e-300, Double.MAX_VALUE, 123456789.12345679, 1 / 3.0),
                random -> random.nextBoolean()
                        ? random.nextGaussian()
                        : random.nextDouble() * Math.pow(10, random.nextInt(-290, 290)));
    }

    static Values floats() {
        return new Values(
                List.of(0.0f, -0.0f, 0.1f, 16_777_216f, Float.MAX_VALUE, -Float.MAX_VALUE, 1 / 3f, 1e-30f),
                random -> random.nextBoolean()
                        ? random.nextFloat()
                        : (float) (random.nextDouble() * Math.pow(10, random.nextInt(-30, 35))));
    }

    /** Texts up to a length in characters. */
    static Values texts(int length) {
        return new Values(
                List.of(
                        "",
                        " ",
                        " padded ",
                        "x".repeat(length),
                        "\u20ac".repeat(Math.min(length, 1_000)),
                        "NULL".substring(0, Math.min(4, length)),
                        "0",
                        "\\N".substring(0, Math.min(2, length))),
                random -> text(random, random.nextInt(Math.min(length, 60) + 1)));
    }

    /** The same, with characters beyond the basic plane. */
    static Values unicodeTexts(int length) {
        Values plain = texts(length);
        return new Values(
                plain.and("\uD83D\uDE00", "\uD83D\uDE00".repeat(length / 2)).edges(), random -> {
                    String text = text(random, random.nextInt(Math.min(length, 30)));
                    return random.nextBoolean() ? text : text + "\uD83D\uDE00";
                });
    }

    private static String text(RandomGenerator random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        }
        return text.toString();
    }

    static Values binaries(int length) {
        byte[] all = new byte[Math.min(length, 256)];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        return new Values(List.of(new byte[0], new byte[1], all, new byte[length]), random -> {
            byte[] bytes = new byte[random.nextInt(Math.min(length, 100) + 1)];
            random.nextBytes(bytes);
            return bytes;
        });
    }

    static Values dates(LocalDate first, LocalDate last) {
        return new Values(
                List.of(first, last, LocalDate.EPOCH, LocalDate.of(2024, 2, 29), LocalDate.of(1582, 10, 10)),
                random -> LocalDate.ofEpochDay(random.nextLong(first.toEpochDay(), last.toEpochDay() + 1)));
    }

    static Values times() {
        return new Values(
                List.of(LocalTime.MIDNIGHT, LocalTime.of(23, 59, 59, 999_999_999), LocalTime.of(1, 2, 3, 45_000_000)),
                random -> LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000_000L)));
    }

    /** Timestamps, among them some that clocks skip in many zones. */
    static Values timestamps(LocalDate first, LocalDate last) {
        Values dates = dates(first, last);
        Values times = times();
        return new Values(
                List.of(
                        first.atStartOfDay(),
                        last.atTime(23, 59, 59, 999_999_999),
                        LocalDateTime.of(2024, 3, 31, 2, 30, 0, 1_000),
                        LocalDateTime.of(2024, 10, 27, 2, 30, 0, 18_000_000),
                        LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_000_000)),
                random -> ((LocalDate) dates.random().apply(random))
                        .atTime((LocalTime) times.random().apply(random)));
    }

    static Values instants(Instant first, Instant last) {
        return new Values(
                List.of(
                        first,
                        last,
                        Instant.parse("2024-03-31T01:30:00.018Z"),
                        Instant.parse("2024-10-27T00:30:00.000001Z"),
                        Instant.parse("2024-10-27T01:30:00.999999999Z")),
                random -> Instant.ofEpochSecond(
                        random.nextLong(first.getEpochSecond(), last.getEpochSecond()),
                        random.nextLong(1_000_000_000)));
    }

    static Values uuids() {
        return new Values(
                List.of(new UUID(0, 0), new UUID(-1, -1)), random -> new UUID(random.nextLong(), random.nextLong()));
    }

    /** Those of version 4 only: MariaDB refuses some others. */
    static Values randomUuids() {
        return new Values(
                List.of(new UUID(0, 0), new UUID(-1, -1)),
                random -> new UUID(random.nextLong() & ~0xf000L | 0x4000L, random.nextLong() >>> 2 | Long.MIN_VALUE));
    }

    /** Lists of other values, some of them null. */
    static Values lists(Values elements) {
        return new Values(List.of(List.of(), elements.edges(), Arrays.asList((Object) null)), random -> {
            List<Object> list = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                list.add(random.nextInt(5) == 0 ? null : elements.random().apply(random));
            }
            return list;
        });
    }
}
