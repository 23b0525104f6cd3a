package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.SyncReport;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read again as the same, in whatever order it came there. */
class ExcelSyncRoundTripTest {

    private static final Schema SCHEMA = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("text", FieldType.text()),
            Field.of("number", FieldType.decimal()),
            Field.of("real", FieldType.float64()),
            Field.of("truth", FieldType.bool()),
            Field.of("day", FieldType.date()),
            Field.of("at", FieldType.timestamp(3)),
            Field.of("time", FieldType.time(3)),
            Field.of("instant", FieldType.instant()),
            Field.of("uuid", FieldType.uuid()),
            Field.of("bytes", FieldType.binary()),
            Field.of("document", FieldType.json()));

    @TempDir
    private Path folder;

    private static Row random(Random random, long id) {
        Object[] values = new Object[SCHEMA.size()];
        values[0] = id;
        for (int i = 1; i < values.length; i++) {
            values[i] = random.nextInt(5) == 0
                    ? null
                    : value(random, SCHEMA.field(i).name());
        }
        return SCHEMA.row(values);
    }

    private static Object value(Random random, String name) {
        LocalTime time = LocalTime.ofNanoOfDay(random.nextInt(86_400_000) * 1_000_000L);
        LocalDate day = LocalDate.of(1900, 1, 1).plusDays(random.nextInt(2_958_464));
        return switch (name) {
            case "text" -> text(random);
            case "number" ->
                new BigDecimal(random.nextLong() % 1_000_000_000_000_000L).movePointLeft(random.nextInt(18));
            case "real" -> random.nextInt(2_000_000) / 64.0 - 10_000;
            case "truth" -> random.nextBoolean();
            case "day" -> day;
            case "at" -> day.atTime(time);
            case "time" -> time;
            case "instant" -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
            case "uuid" -> new UUID(random.nextLong(), random.nextLong());
            case "bytes" -> new byte[] {(byte) random.nextInt(), 0, 1};
            default -> FieldType.json().convert(List.of(text(random), random.nextInt()));
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> text.append((char) random.nextInt(0x20));
                case 1 -> text.append("_x0041_", 0, random.nextInt(8));
                case 2 -> text.append((char) random.nextInt(0xd800));
                case 3 -> text.appendCodePoint(0x1f600 + random.nextInt(50));
                case 4 -> text.append("<&>\"']]> \r\n\t\uFFFE\uFFFF".charAt(random.nextInt(14)));
                default -> text.append((char) (' ' + random.nextInt(95)));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void random_tables_come_back(long seed) throws Exception {
        Random random = new Random(seed);
        ExcelFile file = ExcelFile.at(folder.resolve("random.xlsx"));
        List<Row> rows = new ArrayList<>();
        for (int run = 0; run < 4; run++) {
            rows.removeIf(row -> random.nextInt(4) == 0);
            for (int i = 0; i < rows.size(); i++) {
                if (random.nextInt(3) == 0) {
                    rows.set(i, random(random, rows.get(i).integer("id")));
                }
            }
            for (int i = random.nextInt(60); i >= 0; i--) {
                rows.add(random(random, random.nextLong() % 1_000_000_000_000L));
            }
            Collections.shuffle(rows, random);
            Row[] wanted = rows.toArray(Row[]::new);
            String seeded = "seed " + seed + ", run " + run;

            Workbooks.sync(file, wanted);

            byte[] bytes = Files.readAllBytes(folder.resolve("random.xlsx"));
            SyncReport again = Workbooks.sync(file, wanted);
            assertThat(again.counts().written()).as(seeded).isZero();
            assertThat(again.counts().unchanged()).as(seeded).isEqualTo(wanted.length);
            assertThat(Files.readAllBytes(folder.resolve("random.xlsx")))
                    .as(seeded)
                    .isEqualTo(bytes);
        }
        assertThat(Csv.names(folder)).containsExactly("random.xlsx");
    }

    @Test
    void numbers_of_the_same_kind_as_real_ones_come_back_with_a_type() {
        Row row = Row.of("id", 1L, "real", 0.1 + 0.2, "small", 0.1f, "list", List.of(1, "a"));
        ExcelFile file = ExcelFile.at(folder.resolve("typed.xlsx"))
                .types(Map.of(
                        "real", FieldType.decimal(15, 9), "small", FieldType.float32(), "list", FieldType.json()));

        assertThat(Workbooks.sync(file, row).counts().inserted()).isEqualTo(1);

        assertThat(Workbooks.sync(file, row).counts().written()).isZero();
    }
}
