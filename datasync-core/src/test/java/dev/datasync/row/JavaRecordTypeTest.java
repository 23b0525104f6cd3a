package dev.datasync.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JavaRecordTypeTest {

    private static final long SEED = 61_209;

    record Numbers(
            byte tiny,
            short little,
            int usual,
            long large,
            float rough,
            double fine,
            @Nullable Byte tinyOrNull,
            @Nullable Short littleOrNull,
            @Nullable Integer usualOrNull,
            @Nullable Long largeOrNull,
            @Nullable Float roughOrNull,
            @Nullable Double fineOrNull,
            @Nullable BigDecimal decimal,
            @Nullable BigInteger integer) {}

    @SuppressWarnings("ArrayRecordComponent") // records that hold bytes have one
    record Others(
            boolean truth,
            char letter,
            @Nullable Boolean truthOrNull,
            @Nullable Character letterOrNull,
            @Nullable String text,
            @Nullable CharSequence characters,
            @Nullable DayOfWeek constant,
            @Nullable LocalDate date,
            @Nullable LocalTime time,
            @Nullable LocalDateTime timestamp,
            @Nullable Instant instant,
            @Nullable OffsetDateTime withOffset,
            @Nullable ZonedDateTime withZone,
            @Nullable Date old,
            @Nullable UUID uuid,
            byte @Nullable [] bytes,
            @Nullable Object anything) {}

    @Test
    void a_component_is_held_as_its_field_converts_it() throws Exception {
        for (int i = 0; i < 500; i++) {
            Random random = new Random(SEED + i);
            assertConverted(numbers(random), SEED + i);
            assertConverted(others(random), SEED + i);
        }
    }

    private static <R extends Record> void assertConverted(R record, long seed) throws Exception {
        Row row = JavaRecordType.rowOf(record);
        RecordComponent[] components = record.getClass().getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            Field field = row.schema().field(i);
            Object value = components[i].getAccessor().invoke(record);
            Object expected = value == null ? null : field.type().convert(value);
            assertThat(row.value(i))
                    .describedAs("%s of %s, seed %s", field, record, seed)
                    .isEqualTo(expected);
            if (expected != null) {
                assertThat(row.value(i)).hasSameClassAs(expected);
            }
        }
    }

    private static Numbers numbers(Random random) {
        long any = random.nextLong() >> random.nextInt(Long.SIZE);
        BigDecimal decimal = new BigDecimal(BigInteger.valueOf(any), random.nextInt(8) - 3)
                .multiply(BigDecimal.TEN.pow(random.nextInt(30)));
        return new Numbers(
                (byte) any,
                (short) any,
                (int) any,
                any,
                random.nextInt(4) == 0 ? -0.0f : random.nextFloat(),
                random.nextInt(4) == 0 ? -0.0 : random.nextDouble(),
                orNull(random, (byte) any),
                orNull(random, (short) any),
                orNull(random, (int) any),
                orNull(random, any),
                orNull(random, random.nextFloat()),
                orNull(random, -0.0),
                orNull(random, decimal),
                orNull(random, BigInteger.valueOf(any).pow(1 + random.nextInt(3))));
    }

    private static Others others(Random random) {
        Instant instant = Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
        LocalDateTime timestamp = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        return new Others(
                random.nextBoolean(),
                (char) ('a' + random.nextInt(26)),
                orNull(random, random.nextBoolean()),
                orNull(random, 'x'),
                orNull(random, "text " + random.nextInt()),
                orNull(random, new StringBuilder("characters")),
                orNull(random, DayOfWeek.of(1 + random.nextInt(7))),
                orNull(random, timestamp.toLocalDate()),
                orNull(random, timestamp.toLocalTime()),
                orNull(random, timestamp),
                orNull(random, instant),
                orNull(random, instant.atOffset(ZoneOffset.ofHours(3))),
                orNull(random, instant.atZone(ZoneOffset.ofHours(-3))),
                orNull(random, Date.from(instant)),
                orNull(random, new UUID(random.nextLong(), random.nextLong())),
                orNull(random, new byte[] {1, 2}),
                orNull(random, new BigDecimal("1.500")));
    }

    private static <T> @Nullable T orNull(Random random, T value) {
        return random.nextInt(4) == 0 ? null : value;
    }

    record Touchy(int first, int second) {

        @Override
        public int second() {
            if (second < 0) {
                throw new IllegalStateException("secret " + second);
            }
            if (second == 0) {
                throw new AssertionError("nothing to return");
            }
            return second;
        }
    }

    @Test
    void what_an_accessor_throws_is_told_by_its_class_and_an_error_goes_through() {
        assertThatThrownBy(() -> JavaRecordType.rowOf(new Touchy(1, -7)))
                .isInstanceOf(RowException.class)
                .hasNoCause()
                .hasMessage("record Touchy refuses the values: its second threw java.lang.IllegalStateException");
        assertThatThrownBy(() -> JavaRecordType.rowOf(new Touchy(1, 0)))
                .isInstanceOf(AssertionError.class)
                .hasMessage("nothing to return");
    }

    @Test
    void a_component_that_no_field_holds_is_named() {
        record Holder(Object held) {}

        assertThatThrownBy(() -> JavaRecordType.rowOf(new Holder(Thread.currentThread())))
                .isInstanceOf(RowException.class)
                .hasMessageStartingWith("field 'held': values of class java.lang.Thread are not supported");
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"}) // what a source does whose types are not those it says
    void a_record_of_another_class_is_refused() {
        RecordType type = JavaRecordType.of(Touchy.class);

        assertThatThrownBy(() -> type.toRow(new Other(1, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("Other is no " + Touchy.class.getName());
    }

    record Other(int first, int second) {}
}
