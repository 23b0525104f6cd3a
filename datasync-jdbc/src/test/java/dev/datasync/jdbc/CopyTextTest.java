package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CopyTextTest {

    private final StringBuilder written = new StringBuilder();
    private final CopyText copy =
            new CopyText((bytes, length) -> written.append(new String(bytes, 0, length, StandardCharsets.UTF_8)));

    private String text(FieldType type, Object... values) throws SQLException {
        written.setLength(0);
        for (Object value : values) {
            copy.value(type, value);
        }
        copy.endRow();
        copy.flush();
        return written.toString();
    }

    @Test
    void escapes_what_the_format_uses_for_itself() throws SQLException {
        assertThat(text(FieldType.text(), "a\tb", null, "", "\\N", "\r\n", "\\.", "NULL"))
                .isEqualTo("a\\tb\t\\N\t\t\\\\N\t\\r\\n\t\\\\.\tNULL\n");
    }

    @Test
    void writes_years_before_the_first_as_the_server_reads_them() throws SQLException {
        assertThat(text(FieldType.date(), LocalDate.of(-43, 3, 15), LocalDate.of(0, 2, 29), LocalDate.of(12_345, 1, 1)))
                .isEqualTo("0044-03-15 BC\t0001-02-29 BC\t12345-01-01\n");
        assertThat(text(FieldType.timestamp(), LocalDateTime.of(-43, 3, 15, 1, 2, 3, 456_000)))
                .isEqualTo("0044-03-15 01:02:03.000456000 BC\n");
        assertThat(text(FieldType.instant(), Instant.parse("-0043-03-15T01:02:03Z"), Instant.EPOCH))
                .isEqualTo("0044-03-15 01:02:03+00 BC\t1970-01-01 00:00:00+00\n");
    }

    @Test
    void writes_whole_numbers_of_any_size() throws SQLException {
        assertThat(text(FieldType.integer(), 0L, -7L, 10L, Long.MAX_VALUE, Long.MIN_VALUE))
                .isEqualTo("0\t-7\t10\t9223372036854775807\t-9223372036854775808\n");
    }

    @Test
    void writes_values_as_the_driver_sends_them() throws SQLException {
        assertThat(text(FieldType.float64(), Double.NaN, Double.NEGATIVE_INFINITY, 0.1))
                .isEqualTo("NaN\t-Infinity\t0.1\n");
        assertThat(text(FieldType.float32(), (double) 0.1f)).isEqualTo("0.1\n");
        assertThat(text(FieldType.decimal(), new BigDecimal("1.10"), new BigDecimal("1E+30")))
                .isEqualTo("1.10\t1E+30\n");
        assertThat(text(FieldType.bool(), true, false)).isEqualTo("1\t0\n");
        assertThat(text(FieldType.binary(), new byte[] {0, -1}, new byte[0])).isEqualTo("\\\\x00ff\t\\\\x\n");
        assertThat(text(FieldType.time(), LocalTime.of(1, 2, 3, 4_000), LocalTime.MIDNIGHT))
                .isEqualTo("01:02:03.000004000\t00:00:00\n");
        assertThat(text(FieldType.uuid(), new UUID(0, 1))).isEqualTo("00000000-0000-0000-0000-000000000001\n");
        assertThat(text(FieldType.list(FieldType.text()), Arrays.asList("a", null, "NULL", "\"\\"), List.of()))
                .isEqualTo("{\"a\",NULL,\"NULL\",\"\\\\\"\\\\\\\\\"}\t{}\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {'a', 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x1_0000, 0x10_ffff})
    void writes_utf_8_in_pieces_of_any_size(int character) throws SQLException {
        String value = Character.toString(character).repeat(100_000);
        String moved = "a" + value;

        assertThat(text(FieldType.text(), value, moved)).isEqualTo(value + "\t" + moved + "\n");
    }

    @Test
    void leaves_types_alone_that_it_cannot_write_for_certain() {
        assertThat(CopyText.takes(FieldType.any())).isFalse();
        assertThat(CopyText.takes(FieldType.map())).isFalse();
        assertThat(CopyText.takes(FieldType.list(FieldType.bool()))).isFalse();
        assertThat(CopyText.takes(FieldType.list(FieldType.binary()))).isFalse();
        assertThat(CopyText.takes(FieldType.list(FieldType.text()))).isTrue();
    }
}
