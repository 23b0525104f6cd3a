package dev.datasync.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is read of usual texts is what the general code reads, and nothing is read that the general code refuses. */
final class UsualTextTest {

    private static final long SEED = 6_002_001L;
    private static final int ROUNDS = 15_000;

    private static final List<String> DATES = List.of(
            "2025-01-31",
            "2025-12-31",
            "2024-02-29",
            "2023-02-29",
            "1900-02-29",
            "2000-02-29",
            "2025-02-30",
            "2025-04-31",
            "2025-00-10",
            "2025-13-01",
            "2025-01-00",
            "2025-01-32",
            "0000-02-29",
            "0000-01-01",
            "0001-01-01",
            "9999-12-31",
            "-0001-01-01",
            "-001-01-01",
            "+2025-01-1",
            "10000-01-01",
            "+10000-01-01",
            "2025-1-01",
            "2025-01-1",
            "2025/01/01",
            "20250101",
            "2025-01-01 ",
            " 2025-01-01",
            "2025-01-0\u0661",
            "\u0662\u0660\u0662\u0665-01-01",
            "1969-12-31",
            "2025-W01-1",
            "2025-001");

    private static final List<String> SEPARATORS = List.of("T", " ", "t", "", "  ", "T ", "\u00a0", "_");

    private static final List<String> TIMES = List.of(
            "12:00",
            "12:00:10",
            "12:00:10.1",
            "12:00:10.12",
            "12:00:10.123",
            "12:00:10.1234",
            "12:00:10.12345",
            "12:00:10.123456",
            "12:00:10.1234567",
            "12:00:10.12345678",
            "12:00:10.123456789",
            "12:00:10.1234567891",
            "12:00:10.",
            "12:00:10,5",
            "12:00.5",
            "23:59:59.999999999",
            "00:00:00",
            "00:00",
            "24:00",
            "24:00:00",
            "24:00:01",
            "23:59:60",
            "23:60",
            "25:00",
            "1:00",
            "12:0",
            "12:00:1",
            "12-00",
            "120000",
            "-1:00",
            "12:00:10.-5",
            "12:00:10.+5",
            "12:00:1\u0660",
            "12:00:10.\u0661",
            " 12:00",
            "12:00 ");

    private static final List<String> OFFSETS = List.of(
            "Z",
            "z",
            "",
            "+00",
            "+00:00",
            "-00:00",
            "-00",
            "+0000",
            "+01",
            "-08",
            "+05:30",
            "-03:30",
            "+0530",
            "+14:00",
            "+14",
            "+1400",
            "+17:59",
            "+18:00",
            "-18:00",
            "+18:01",
            "+19",
            "+00:00:01",
            "+5:30",
            "+05:3",
            "+05:60",
            "05:30",
            "+-5:30",
            "ZZ",
            " Z",
            "Z ",
            "+00:00Z",
            "[UTC]",
            "\u221208:00",
            "+0\u0661:00",
            "+01:\u0660\u0660",
            ":00",
            "+:00");

    private static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "+0",
            "00",
            "007",
            "-007",
            "1",
            "-1",
            "+1",
            "12.50",
            "-12.50",
            "+12.50",
            ".5",
            "-.5",
            "5.",
            "-5.",
            ".",
            "-",
            "-.",
            "",
            "--1",
            "1-",
            "1.2.3",
            "..",
            "1e5",
            "1E-5",
            "1e",
            "0x10",
            "1d",
            "1f",
            "1L",
            " 1",
            "1 ",
            "1_000",
            "1,5",
            "1'000",
            "\u0661",
            "1\u0660",
            "1.\u0665",
            "\u22121",
            "0.00",
            "-0.00",
            "000.000",
            "0.1",
            "0.3",
            "1.10",
            "999999999999999999",
            "-999999999999999999",
            "1000000000000000000",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809",
            "99999999999999999999",
            "9007199254740992",
            "9007199254740993",
            "-9007199254740993",
            "90071992547409.93",
            "0.000000000000000001",
            "0.0000000000000000001",
            "123456789012345.678",
            "1234567890123456.78",
            "12345678901234567.89",
            "0.123456789012345678",
            "NaN",
            "Infinity",
            "-Infinity",
            "null",
            "true");

    private static final String NASTY = "0123456789-+.:TZ eE,xXaAfF\u0660\u0669\u00a0\uff11\u0000";

    /** Returns the text, or one in which some characters are others. */
    private static String damaged(Random random, String text) {
        if (random.nextInt(3) > 0) {
            return text;
        }
        StringBuilder damaged = new StringBuilder(text);
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            char other = NASTY.charAt(random.nextInt(NASTY.length()));
            int at = random.nextInt(damaged.length() + 1);
            switch (damaged.isEmpty() ? 0 : random.nextInt(3)) {
                case 0 -> damaged.insert(at, other);
                case 1 -> damaged.deleteCharAt(Math.min(at, damaged.length() - 1));
                default -> damaged.setCharAt(Math.min(at, damaged.length() - 1), other);
            }
        }
        return damaged.toString();
    }

    private static <T> T of(Random random, List<T> choice) {
        return choice.get(random.nextInt(choice.size()));
    }

    private static String date(Random random) {
        return random.nextInt(3) == 0
                ? of(random, DATES)
                : String.format("%04d-%02d-%02d", random.nextInt(10_001), random.nextInt(14), random.nextInt(33));
    }

    private static String time(Random random) {
        if (random.nextInt(3) == 0) {
            return of(random, TIMES);
        }
        String time = String.format("%02d:%02d:%02d", random.nextInt(25), random.nextInt(61), random.nextInt(61));
        int digits = random.nextInt(12);
        return digits == 0 ? time : time + "." + digits(random, digits - 1);
    }

    private static String digits(Random random, int count) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < count; i++) {
            digits.append(random.nextInt(10));
        }
        return digits.toString();
    }

    private static String offset(Random random) {
        return random.nextInt(3) > 0
                ? of(random, OFFSETS)
                : String.format(
                        "%s%02d:%02d", random.nextBoolean() ? "+" : "-", random.nextInt(20), random.nextInt(61));
    }

    private static String number(Random random) {
        if (random.nextInt(3) == 0) {
            return of(random, NUMBERS);
        }
        String number = (random.nextInt(4) == 0 ? "-" : "") + digits(random, random.nextInt(20));
        return random.nextBoolean() ? number : number + "." + digits(random, random.nextInt(20));
    }

    /** What a conversion gives: a value, or the message with which it refuses. */
    private static Object outcome(Supplier<?> conversion) {
        try {
            return conversion.get();
        } catch (ConversionException e) {
            return "refused: " + e.getMessage();
        }
    }

    private static <T> @Nullable T read(Function<? super String, ? extends T> general, String text) {
        try {
            return general.apply(text);
        } catch (RuntimeException e) {
            return null;
        }
    }

    /**
     * Holds what is read against the general code, and makes sure that enough of the texts are usual and enough are not.
     *
     * @param usual what reads usual texts and returns null for others
     * @param general what reads all texts and throws for those that are none
     */
    private static <T> void assertSame(
            String what,
            Function<Random, String> texts,
            Function<String, @Nullable T> usual,
            Function<String, ? extends T> general) {
        int found = 0;
        int missed = 0;
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            String text = damaged(new Random(SEED + i), texts.apply(new Random(SEED + i)));
            T value = usual.apply(text);
            T expected = read(general, text);
            if (value != null) {
                assertThat(value)
                        .as("%s of '%s', seed %d", what, text, SEED + i)
                        .isEqualTo(expected);
                found++;
            } else if (expected != null) {
                missed++;
            } else {
                refused++;
            }
        }
        assertThat(found).as("usual texts, %s", what).isGreaterThan(ROUNDS / 50);
        assertThat(missed).as("unusual texts, %s", what).isGreaterThan(ROUNDS / 2_000);
        assertThat(refused).as("texts that are none, %s", what).isGreaterThan(ROUNDS / 20);
    }

    @Test
    void reads_whole_numbers_as_the_general_code_does() {
        assertSame(
                "integer",
                UsualTextTest::number,
                text -> UsualText.whole(text) == UsualText.NOT_WHOLE ? null : (Long) UsualText.whole(text),
                Long::parseLong);
    }

    @Test
    void reads_decimals_as_the_general_code_does() {
        assertSame("decimal", UsualTextTest::number, UsualText::decimal, BigDecimal::new);
    }

    @Test
    void reads_floating_point_numbers_as_the_general_code_does() {
        assertSame(
                "float64",
                UsualTextTest::number,
                text -> Double.isNaN(UsualText.float64(text)) ? null : (Double) UsualText.float64(text),
                Double::parseDouble);
    }

    @Test
    void reads_dates_as_the_general_code_does() {
        assertSame("date", UsualTextTest::date, UsualText::date, LocalDate::parse);
    }

    @Test
    void reads_all_days_of_400_years() {
        LocalDate day = LocalDate.of(1700, 1, 1);
        for (; day.getYear() < 2101; day = day.plusDays(1)) {
            assertThat(UsualText.date(day.toString())).isEqualTo(day);
        }
    }

    @Test
    void reads_times_as_the_general_code_does() {
        for (int digits : new int[] {0, 3, 6, 9}) {
            assertSame(
                    "time(" + digits + ")",
                    UsualTextTest::time,
                    text -> UsualText.time(text, digits),
                    text -> Values.cut(LocalTime.parse(text), digits));
        }
    }

    @Test
    void reads_timestamps_as_the_general_code_does() {
        for (int digits : new int[] {0, 1, 6, 9}) {
            assertSame(
                    "timestamp(" + digits + ")",
                    random -> date(random) + separator(random) + time(random),
                    text -> UsualText.timestamp(text, digits),
                    text -> Values.cut(Values.generalTimestamp(text), digits));
        }
    }

    @Test
    void reads_instants_as_the_general_code_does() {
        for (int digits : new int[] {0, 5, 6, 9}) {
            assertSame(
                    "instant(" + digits + ")",
                    random -> date(random) + separator(random) + time(random) + offset(random),
                    text -> UsualText.instant(text, digits),
                    text -> Values.cut(Values.generalInstant(text), digits));
        }
    }

    private static String separator(Random random) {
        return random.nextInt(3) > 0 ? "T" : of(random, SEPARATORS);
    }

    /** Every date, separator, time and offset with every other one. */
    @Test
    void reads_all_notations_of_instants_as_the_general_code_does() {
        for (String date : List.of("2025-06-01", "1969-12-31", "0000-01-01", "9999-12-31", "2023-02-29")) {
            for (String separator : SEPARATORS) {
                for (String time : TIMES) {
                    for (String offset : OFFSETS) {
                        String text = date + separator + time + offset;
                        Instant usual = UsualText.instant(text, 6);
                        if (usual != null) {
                            Instant expected = read(general -> Values.cut(Values.generalInstant(general), 6), text);
                            assertThat(usual).as(text).isEqualTo(expected);
                        }
                    }
                }
            }
        }
    }

    @Test
    void reads_uuids_as_the_general_code_does() {
        assertSame(
                "uuid",
                random -> {
                    String uuid = new UUID(random.nextLong(), random.nextLong()).toString();
                    return random.nextInt(3) > 0
                            ? uuid
                            : random.nextBoolean() ? uuid.toUpperCase(java.util.Locale.ROOT) : uuid.substring(1) + "0";
                },
                UsualText::uuid,
                // without the length there are shorter ones, which are usual nowhere
                text -> text.length() == 36 ? Values.generalUuid(text) : UUID.fromString(text));
    }

    @Test
    void reads_the_usual_notations() {
        assertThat(UsualText.whole("-12")).isEqualTo(-12);
        assertThat(UsualText.decimal("-12.50")).isEqualTo(new BigDecimal("-12.50"));
        assertThat(UsualText.float64("0.1")).isEqualTo(0.1);
        assertThat(UsualText.date("2024-02-29")).isEqualTo(LocalDate.of(2024, 2, 29));
        assertThat(UsualText.time("23:59:59.5", 9)).isEqualTo(LocalTime.of(23, 59, 59, 500_000_000));
        assertThat(UsualText.timestamp("2025-06-01 12:00", 9)).isEqualTo(LocalDateTime.of(2025, 6, 1, 12, 0));
        for (String text : List.of(
                "2025-06-01T12:00:10.123456Z",
                "2025-06-01 12:00:10.123456+00",
                "2025-06-01T17:30:10.123456+05:30",
                "2025-06-01 04:00:10.123456789-08")) {
            assertThat(UsualText.instant(text, 6)).as(text).isEqualTo("2025-06-01T12:00:10.123456Z");
        }
    }

    /** Whether usual or not, values and messages are what they were when there was only the general code. */
    @Test
    void conversions_are_those_of_the_general_code() {
        for (int i = 0; i < ROUNDS; i++) {
            Random random = new Random(SEED + i);
            String number = damaged(random, number(random));
            String moment = damaged(random, date(random) + separator(random) + time(random) + offset(random));
            assertThat(outcome(() -> FieldType.instant(6).convert(moment)))
                    .as("'%s', seed %d", moment, SEED + i)
                    .isEqualTo(outcome(() -> Values.cut(
                            Values.<Instant>parse(
                                    moment, Values::generalInstant, "an instant such as 2025-12-31T23:59:59Z"),
                            6)));
            BigDecimal general = number.chars().allMatch(c -> c < 128) ? read(BigDecimal::new, number) : null;
            if (general != null && Math.abs(general.scale()) < 1_000) {
                assertThat(FieldType.decimal(0, general.scale() < 0 ? 0 : general.scale())
                                .convert(number))
                        .as("'%s', seed %d", number, SEED + i)
                        .isEqualTo(general.scale() < 0 ? general.setScale(0) : general);
            } else if (general == null) {
                assertThat(outcome(() -> FieldType.decimal().convert(number)))
                        .as("'%s', seed %d", number, SEED + i)
                        .asString()
                        .startsWith("refused: ");
            }
        }
    }
}
