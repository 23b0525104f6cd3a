package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TextFormatTest {

    private static void assertBothWays(TextFormat format, String text, Object value) {
        assertThat(format.parse(text)).as("%s of %s", text, format).isEqualTo(value);
        assertThat(format.format(value)).as("%s of %s", text, format).isEqualTo(text);
        assertThat(format.type().convert(value)).isInstanceOf(format.type().javaType());
    }

    private static void assertNone(TextFormat format, String... texts) {
        for (String text : texts) {
            assertThatThrownBy(() -> format.parse(text))
                    .as("'%s' of %s", text, format)
                    .isInstanceOf(ConversionException.class)
                    .hasNoCause();
        }
    }

    @Test
    void goes_both_ways() {
        assertBothWays(TextFormat.text(), " x ", " x ");
        assertBothWays(TextFormat.integer(), "-17", -17L);
        assertBothWays(TextFormat.decimal(), "-17.25", new BigDecimal("-17.25"));
        assertBothWays(TextFormat.decimal(',', '.'), "-1234567,25", new BigDecimal("-1234567.25"));
        assertBothWays(TextFormat.bool(), "true", true);
        assertBothWays(TextFormat.bool("ja", "nein"), "nein", false);
        assertBothWays(TextFormat.date(), "2025-12-31", LocalDate.of(2025, 12, 31));
        assertBothWays(TextFormat.date("dd.MM.yyyy"), "29.02.2024", LocalDate.of(2024, 2, 29));
        assertBothWays(TextFormat.date("dd.MM.uu"), "29.02.24", LocalDate.of(2024, 2, 29));
        assertBothWays(TextFormat.date("d. MMMM yyyy", Locale.GERMAN), "1. M\u00e4rz 2024", LocalDate.of(2024, 3, 1));
        assertBothWays(TextFormat.time(), "10:30:00.500", LocalTime.of(10, 30, 0, 500_000_000));
        assertBothWays(TextFormat.time("HH:mm"), "10:30", LocalTime.of(10, 30));
        assertBothWays(
                TextFormat.timestamp("dd.MM.yyyy HH:mm"), "31.12.2025 10:30", LocalDateTime.of(2025, 12, 31, 10, 30));
        assertBothWays(TextFormat.instant(), "2025-12-31T10:00:00Z", Instant.parse("2025-12-31T10:00:00Z"));
        assertBothWays(
                TextFormat.instant("yyyy-MM-dd HH:mm:ssXXX"),
                "2025-12-31 10:00:00Z",
                Instant.parse("2025-12-31T10:00:00Z"));
        assertBothWays(
                TextFormat.instant("dd.MM.yyyy HH:mm:ss", ZoneId.of("Europe/Berlin")),
                "01.07.2025 12:00:00",
                Instant.parse("2025-07-01T10:00:00Z"));
        assertBothWays(TextFormat.of(FieldType.integer(8)), "127", 127L);
    }

    @Test
    void reads_groups_of_three_digits_and_nothing_else() {
        TextFormat german = TextFormat.decimal(Locale.GERMANY);
        assertThat(german.parse("1.234.567,8")).isEqualTo(new BigDecimal("1234567.8"));
        assertThat(german.parse("+12")).isEqualTo(new BigDecimal("12"));
        assertNone(
                german, "1.23,4", "1234.567", "1.234.56", ".123", ",5", "5,", "1,2,3", "1,234.5", "", "-", "1e5", " 1");
        assertThat(TextFormat.decimal(Locale.FRANCE).parse("1\u00a0234 567,5")).isEqualTo(new BigDecimal("1234567.5"));
    }

    @Test
    void guesses_nothing() {
        assertNone(
                TextFormat.date("dd.MM.yyyy"), "31.02.2025", "29.02.2025", "1.2.2025", "31.12.25", "", "31.12.2025 ");
        assertNone(TextFormat.time("HH:mm"), "24:00", "9:00", "10:60");
        assertNone(TextFormat.bool("ja", "nein"), "Ja", "true", "");
        assertNone(TextFormat.integer(), "1.0", "1e3", "", "9223372036854775808", "1".repeat(2_000_000));
        // the clocks go from 2 to 3 on the one day, and back on the other
        assertNone(
                TextFormat.instant("dd.MM.yyyy HH:mm", ZoneId.of("Europe/Berlin")),
                "30.03.2025 02:30",
                "26.10.2025 02:30");
    }

    @Test
    void writes_nothing_that_it_would_read_as_something_else() {
        assertThatThrownBy(() -> TextFormat.date("dd.MM.yy").format(LocalDate.of(1999, 1, 1)))
                .isInstanceOf(ConversionException.class)
                .hasMessageNotContaining("99");
        assertThatThrownBy(() -> TextFormat.timestamp("dd.MM.yyyy HH:mm").format(LocalDateTime.of(2025, 1, 1, 1, 1, 1)))
                .isInstanceOf(ConversionException.class);
        assertThatThrownBy(() -> TextFormat.instant("dd.MM.yyyy HH:mm", ZoneId.of("Europe/Berlin"))
                        .format(Instant.parse("2025-10-26T00:30:00Z")))
                .isInstanceOf(ConversionException.class);
        // a fraction that the pattern does not have is cut, as a database does
        assertThat(TextFormat.time("HH:mm:ss").format(LocalTime.of(1, 2, 3, 4))).isEqualTo("01:02:03");
    }

    @Test
    void refuses_patterns_that_do_not_hold_a_value() {
        for (String pattern : List.of("MM.yyyy", "dd.MM", "QQQ", "dd.MM.yyyy b", "HH:mm")) {
            assertThatThrownBy(() -> TextFormat.date(pattern)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> TextFormat.time("hh:mm")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TextFormat.timestamp("dd.MM.yyyy")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TextFormat.instant("dd.MM.yyyy HH:mm")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TextFormat.decimal('.', '.')).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TextFormat.bool("x", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TextFormat.of(FieldType.map())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void is_equal_when_it_is_made_in_the_same_way() {
        assertThat(TextFormat.date("dd.MM.yyyy"))
                .isEqualTo(TextFormat.date("dd.MM.yyyy"))
                .hasSameHashCodeAs(TextFormat.date("dd.MM.yyyy"));
        assertThat(TextFormat.date("dd.MM.yyyy"))
                .isNotEqualTo(TextFormat.date())
                .hasToString("date as dd.MM.yyyy");
    }
}
