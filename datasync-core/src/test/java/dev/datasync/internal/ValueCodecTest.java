package dev.datasync.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.row.ConversionException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ValueCodecTest {

    static Stream<Object> values() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", 1L);
        map.put("a", null);
        return Stream.of(
                ValueCodec.ABSENT,
                "",
                "plain",
                "\u00E4\u20AC\uD83D\uDE00\u0000",
                "x".repeat(100_000),
                0L,
                -1L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                new BigDecimal("1.10"),
                new BigDecimal("-0.00001"),
                new BigDecimal("999999999999999999e2147483647"),
                new BigDecimal("-999999999999999999e-2147483647"),
                new BigDecimal("1000000000000000000e-18"),
                new BigDecimal(BigInteger.valueOf(Long.MAX_VALUE), 3),
                new BigDecimal(BigInteger.valueOf(Long.MIN_VALUE), -3),
                new BigDecimal(BigInteger.valueOf(Long.MIN_VALUE).subtract(BigInteger.ONE), 3),
                new BigDecimal(BigInteger.TWO.pow(200), 7),
                new BigDecimal(BigInteger.TWO.pow(200).negate(), -7),
                0.0,
                Double.NaN,
                Double.NEGATIVE_INFINITY,
                true,
                false,
                LocalDate.MIN,
                LocalDate.MAX,
                LocalTime.MAX,
                LocalDateTime.MIN,
                LocalDateTime.MAX,
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_999),
                Instant.MIN,
                Instant.MAX,
                new UUID(Long.MIN_VALUE, -1),
                new byte[0],
                new byte[] {0, -1, 127},
                List.of(),
                Arrays.asList("a", null, 1L, List.of(true)),
                map);
    }

    @ParameterizedTest
    @MethodSource("values")
    void a_value_is_read_as_it_was_written_and_skipped_over_exactly(Object value) {
        ByteWriter out = new ByteWriter();
        ValueCodec.write(out, value);
        int end = out.length();
        ValueCodec.write(out, null);

        ByteReader in = new ByteReader(out.copy(), 0);
        assertThat(ValueCodec.read(in)).isEqualTo(value);
        assertThat(in.position()).isEqualTo(end);

        ByteReader skipping = new ByteReader(out.copy(), 0);
        ValueCodec.skip(skipping);
        assertThat(skipping.position()).isEqualTo(end);
        assertThat(ValueCodec.read(skipping)).isNull();
    }

    @Test
    void maps_with_the_same_content_have_the_same_bytes_whatever_the_order() {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("a", 1L);
        one.put("b", 2L);
        Map<String, Object> other = new LinkedHashMap<>();
        other.put("b", 2L);
        other.put("a", 1L);

        assertThat(bytes(one)).isEqualTo(bytes(other));
        assertThat(bytes(Collections.emptyMap())).isNotEqualTo(bytes(one));
    }

    @Test
    void half_a_surrogate_pair_is_refused() {
        for (String text : List.of("\uD83D", "a\uDE00", "\uD83Da", "\uDE00\uD83D")) {
            assertThatThrownBy(() -> bytes(text))
                    .isInstanceOf(ConversionException.class)
                    .hasMessageContaining("surrogate");
        }
    }

    private static byte[] bytes(Object value) {
        ByteWriter out = new ByteWriter();
        ValueCodec.write(out, value);
        return out.copy();
    }
}
