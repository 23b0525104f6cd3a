package dev.datasync.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldTypeTest {

    private enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "of leaves";
            }
        }
    }

    @SuppressWarnings("JavaUtilDate") // what old code hands in
    static Stream<Arguments> values_that_fit() {
        UUID uuid = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
        Instant instant = Instant.parse("2025-12-31T23:59:59.123456789Z");
        return Stream.of(
                Arguments.of(FieldType.text(), 5, "5"),
                Arguments.of(FieldType.text(), new BigDecimal("1E+3"), "1000"),
                Arguments.of(FieldType.text(), true, "true"),
                Arguments.of(FieldType.text(), 'x', "x"),
                Arguments.of(FieldType.text(), Colour.RED, "RED"),
                Arguments.of(FieldType.text(), Colour.GREEN, "GREEN"),
                Arguments.of(FieldType.text(), LocalDate.of(2025, 1, 2), "2025-01-02"),
                Arguments.of(FieldType.text(), uuid, uuid.toString()),
                Arguments.of(FieldType.text(3), "\uD83D\uDE00bc", "\uD83D\uDE00bc"),
                Arguments.of(FieldType.paddedText(5), "ab   ", "ab"),
                Arguments.of(FieldType.paddedText(5), "  ab", "  ab"),
                Arguments.of(FieldType.integer(), "42", 42L),
                Arguments.of(FieldType.integer(), "-42", -42L),
                Arguments.of(FieldType.integer(), 42, 42L),
                Arguments.of(FieldType.integer(), new BigDecimal("42.00"), 42L),
                Arguments.of(FieldType.integer(), new BigInteger("42"), 42L),
                Arguments.of(FieldType.integer(), 42.0, 42L),
                Arguments.of(FieldType.integer(), true, 1L),
                Arguments.of(FieldType.integer(8), -128, -128L),
                Arguments.of(FieldType.integer(16), 32767, 32767L),
                Arguments.of(FieldType.integer(32), "2147483647", 2147483647L),
                Arguments.of(FieldType.decimal(), "1.10", new BigDecimal("1.1")),
                Arguments.of(FieldType.decimal(), "1E3", new BigDecimal("1000")),
                Arguments.of(FieldType.decimal(), "0.00", BigDecimal.ZERO),
                Arguments.of(FieldType.decimal(), 0.1, new BigDecimal("0.1")),
                Arguments.of(FieldType.decimal(9, 2), "1.1", new BigDecimal("1.10")),
                Arguments.of(FieldType.decimal(9, 2), "1.005", new BigDecimal("1.01")),
                Arguments.of(FieldType.decimal(3, 2), "0", new BigDecimal("0.00")),
                Arguments.of(FieldType.float64(), "1e5", 100000.0),
                Arguments.of(FieldType.float64(), "NaN", Double.NaN),
                Arguments.of(FieldType.float64(), -0.0, 0.0),
                Arguments.of(FieldType.float64(), 0.1f, (double) 0.1f),
                Arguments.of(FieldType.float32(), "0.1", (double) 0.1f),
                Arguments.of(FieldType.float32(), 0.1, (double) 0.1f),
                Arguments.of(FieldType.bool(), "YES", true),
                Arguments.of(FieldType.bool(), "0", false),
                Arguments.of(FieldType.bool(), 1, true),
                Arguments.of(FieldType.date(), "2025-12-31", LocalDate.of(2025, 12, 31)),
                Arguments.of(FieldType.date(), LocalDateTime.of(2025, 1, 2, 0, 0), LocalDate.of(2025, 1, 2)),
                Arguments.of(FieldType.time(0), "23:59:59.999999999", LocalTime.of(23, 59, 59)),
                Arguments.of(
                        FieldType.timestamp(6),
                        "2025-12-31T23:59:59.999999999",
                        LocalDateTime.of(2025, 12, 31, 23, 59, 59, 999_999_000)),
                Arguments.of(FieldType.timestamp(), "2025-12-31 23:59:59", LocalDateTime.of(2025, 12, 31, 23, 59, 59)),
                Arguments.of(FieldType.timestamp(), LocalDate.of(2025, 1, 2), LocalDateTime.of(2025, 1, 2, 0, 0)),
                Arguments.of(FieldType.instant(3), instant, Instant.parse("2025-12-31T23:59:59.123Z")),
                Arguments.of(FieldType.instant(), "2025-12-31T23:59:59+02:00", Instant.parse("2025-12-31T21:59:59Z")),
                Arguments.of(FieldType.instant(), "2025-12-31 23:59:59+02", Instant.parse("2025-12-31T21:59:59Z")),
                Arguments.of(
                        FieldType.instant(),
                        OffsetDateTime.parse("2025-01-01T01:00+01:00"),
                        Instant.parse("2025-01-01T00:00:00Z")),
                Arguments.of(FieldType.instant(), new Date(0), Instant.EPOCH),
                Arguments.of(FieldType.uuid(), uuid.toString(), uuid),
                Arguments.of(
                        FieldType.binary(), Base64.getEncoder().encodeToString(new byte[] {1, 2}), new byte[] {1, 2}),
                Arguments.of(FieldType.list(FieldType.integer()), List.of("1", 2), List.of(1L, 2L)),
                Arguments.of(FieldType.list(FieldType.integer()), new Integer[] {1, null}, Arrays.asList(1L, null)),
                Arguments.of(FieldType.map(), Map.of("a", 1), Map.of("a", 1L)),
                Arguments.of(FieldType.map(), Row.of("a", 1), Map.of("a", 1L)),
                Arguments.of(FieldType.any(), 1, 1L),
                Arguments.of(FieldType.any(), new BigDecimal("1.0"), 1L),
                Arguments.of(FieldType.any(), new BigDecimal("1.50"), new BigDecimal("1.5")));
    }

    @ParameterizedTest
    @MethodSource("values_that_fit")
    void converts_and_is_idempotent(FieldType type, Object value, Object expected) {
        Object converted = type.convert(value);

        assertThat(converted).isEqualTo(expected);
        assertThat(type.convert(converted)).isEqualTo(converted);
        assertThat(type.javaType().isInstance(converted)).isTrue();
    }

    static Stream<Arguments> values_that_do_not_fit() {
        return Stream.of(
                Arguments.of(FieldType.text(3), "secret"),
                Arguments.of(FieldType.integer(), "secret"),
                Arguments.of(FieldType.integer(), "12secret"),
                Arguments.of(FieldType.integer(), " 12 secret"),
                Arguments.of(FieldType.integer(), "9223372036854775808"),
                Arguments.of(FieldType.integer(), new BigDecimal("1.5")),
                Arguments.of(FieldType.integer(), 1.5),
                Arguments.of(FieldType.integer(), 1e300),
                Arguments.of(FieldType.integer(), "\u0661\u0662"),
                Arguments.of(FieldType.integer(8), 128),
                Arguments.of(FieldType.integer(16), -32769),
                Arguments.of(FieldType.integer(32), "2147483648"),
                Arguments.of(FieldType.decimal(), "secret"),
                Arguments.of(FieldType.decimal(), Double.NaN),
                Arguments.of(FieldType.decimal(), "1e1000000000"),
                Arguments.of(FieldType.decimal(4, 2), "123.45"),
                Arguments.of(FieldType.decimal(4, 2), "99.995"),
                Arguments.of(FieldType.float64(), "secret"),
                Arguments.of(FieldType.float64(), "1d"),
                Arguments.of(FieldType.float64(), "0x1p3"),
                Arguments.of(FieldType.float64(), "1e400"),
                Arguments.of(FieldType.float64(), Long.MAX_VALUE),
                Arguments.of(FieldType.float32(), "1e300"),
                Arguments.of(FieldType.float32(), 1e300),
                Arguments.of(FieldType.bool(), "secret"),
                Arguments.of(FieldType.bool(), 2),
                Arguments.of(FieldType.date(), "31.12.2025"),
                Arguments.of(FieldType.date(), "2025-02-30"),
                Arguments.of(FieldType.date(), LocalDateTime.of(2025, 1, 2, 3, 4)),
                Arguments.of(FieldType.time(), "25:00"),
                Arguments.of(FieldType.timestamp(), "secret"),
                Arguments.of(FieldType.timestamp(), Instant.EPOCH),
                Arguments.of(FieldType.timestamp(), "2025-02-30T10:00:00"),
                Arguments.of(FieldType.timestamp(), "2025-12-31 24:00:00"),
                Arguments.of(FieldType.instant(), "2025-02-29T10:00:00Z"),
                Arguments.of(FieldType.instant(), "2025-04-31 10:00:00+02:00"),
                Arguments.of(FieldType.instant(), "2025-12-31T24:00:00Z"),
                Arguments.of(FieldType.instant(), LocalDateTime.of(2025, 1, 2, 3, 4)),
                Arguments.of(FieldType.instant(), "2025-12-31T23:59:59"),
                Arguments.of(FieldType.uuid(), "1-1-1-1-1"),
                Arguments.of(FieldType.uuid(), "123456789-234-1234-1234-123456789012"),
                Arguments.of(FieldType.decimal(), new BigDecimal("1e-999999999")),
                Arguments.of(FieldType.uuid(), "secret67-89ab-cdef-0123-456789abcdef"),
                Arguments.of(FieldType.binary(), "secret!"),
                Arguments.of(FieldType.binary(1), new byte[] {1, 2}),
                Arguments.of(FieldType.list(FieldType.integer()), List.of("secret")),
                Arguments.of(FieldType.text(), List.of("secret")),
                Arguments.of(FieldType.any(), new StringBuilder[0].getClass()),
                Arguments.of(FieldType.any(), new Object()));
    }

    @ParameterizedTest
    @MethodSource("values_that_do_not_fit")
    void refuses_without_showing_the_value(FieldType type, Object value) {
        assertThatThrownBy(() -> type.convert(value))
                .isInstanceOf(ConversionException.class)
                .hasNoCause()
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " 1", "1 "})
    void says_what_to_do_with_blanks(String text) {
        assertThatThrownBy(() -> FieldType.integer().convert(text))
                .hasMessageContaining(text.isEmpty() ? "blankToNull(...)" : "trim");
    }

    @Test
    void refuses_sizes_that_make_no_sense() {
        assertThatThrownBy(() -> FieldType.text(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FieldType.integer(7)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FieldType.decimal(5, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FieldType.timestamp(10)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_decimal_of_any_scale_is_held_without_zeros_at_its_end() {
        for (int i = 0; i < 20_000; i++) {
            long seed = 88_100L + i;
            Random random = new Random(seed);
            BigInteger digits = random.nextInt(4) == 0
                    ? new BigInteger(1 + random.nextInt(200), random)
                    : BigInteger.valueOf(random.nextLong() >> random.nextInt(Long.SIZE));
            BigInteger zeros = BigInteger.TEN.pow(random.nextInt(3) == 0 ? random.nextInt(25) : 0);
            BigDecimal number = new BigDecimal(digits.multiply(zeros), random.nextInt(50) - 20);

            BigDecimal held = (BigDecimal) FieldType.decimal().convert(number);

            assertThat(held).describedAs("seed %s", seed).isEqualByComparingTo(number);
            assertThat(held.scale()).describedAs("seed %s", seed).isNotNegative();
            assertThat(held.scale() == 0
                            || held.unscaledValue().mod(BigInteger.TEN).signum() != 0)
                    .describedAs("%s, seed %s", held, seed)
                    .isTrue();
        }
    }
}
