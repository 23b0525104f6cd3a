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
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random tables of all types: what is written is what is read, by us and by POI, and a rewrite changes what it should. */
class ExcelRoundTripTest {

    private static final int TABLES = 40;

    private static final Schema SCHEMA = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("text", FieldType.text()),
            Field.of("amount", FieldType.decimal(15, 4)),
            Field.of("is it", FieldType.bool()),
            Field.of("day", FieldType.date()),
            Field.of("moment", FieldType.timestamp(3)),
            Field.of("time", FieldType.time(3)));

    private static final String[] NAUGHTY = {
        "", " ", "\n", "\r\n", "\t", "\u0000", "\u0008", "\u001f", "\ufffe", "\uffff", "_x0041_", "_x005F_", "_x", "_",
        "x0041_", "&amp;", "<b>", "]]>", "\"", "'", "=1+1", "+1", "@SUM(A1)", "#N/A", "007", "1e5", "TRUE", "null",
        "2025-01-31", "\u00e4", "\u4e2d\u6587", "\ud83d\ude00", "\u00a0", "\u0085", "\u2028", "\ufeff", "\u202e",
    };

    @TempDir
    private Path folder;

    @Test
    void what_is_written_is_what_is_read() throws Exception {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int table = 0; table < TABLES; table++) {
            String which = "seed " + seed + " table " + table;
            Path path = folder.resolve("table" + table + ".xlsx");
            ExcelFile file = ExcelFile.at(path).sheet("Data");
            List<Row> rows = rows(random, 1 + random.nextInt(30));

            Workbooks.sync(file, rows.toArray(Row[]::new));
            assertSame(which, path, rows);

            List<Row> changed = changed(random, rows);
            Workbooks.sync(file, changed.toArray(Row[]::new));
            assertSame(which + " changed", path, changed);

            byte[] bytes = Files.readAllBytes(path);
            SyncReport again = Workbooks.sync(file, changed.toArray(Row[]::new));
            assertThat(again.counts().written()).as(which + " again").isZero();
            assertThat(Files.readAllBytes(path)).as(which + " again").isEqualTo(bytes);
        }
    }

    private static void assertSame(String which, Path path, List<Row> rows) throws Exception {
        List<List<Object>> expected = rows.stream().map(Excel::values).toList();
        List<List<Object>> read = new ArrayList<>();
        for (Row row : Excel.read(ExcelFile.at(path).sheet("Data")).rows()) {
            List<Object> values = new ArrayList<>();
            for (Field field : SCHEMA.fields()) {
                Object value = row.value(row.schema().indexOf(field.name()));
                values.add(value == null ? null : field.type().convert(value));
            }
            read.add(values);
        }
        assertThat(read).as(which).isEqualTo(expected);
        Workbooks.look(path, book -> {
            XSSFSheet sheet = book.getSheet("Data");
            assertThat(sheet.getLastRowNum()).as(which).isEqualTo(rows.size());
            for (int i = 0; i < rows.size(); i++) {
                for (int column = 0; column < SCHEMA.size(); column++) {
                    String place = CellRange.cell(i + 2, column + 1);
                    assertThat(Workbooks.value(sheet, place))
                            .as(which + " " + place)
                            .isEqualTo(seen(sheet, i, column, expected.get(i).get(column)));
                }
            }
        });
    }

    /** Returns what POI finds for a value. */
    private static Object seen(XSSFSheet sheet, int row, int column, Object value) {
        if (value instanceof Number number) {
            return Double.parseDouble(number.toString());
        }
        if (value instanceof LocalDate || value instanceof LocalDateTime) {
            LocalDateTime wanted = value instanceof LocalDate day ? day.atStartOfDay() : (LocalDateTime) value;
            assertThat(sheet.getRow(row + 1).getCell(column).getLocalDateTimeCellValue())
                    .isEqualTo(wanted);
            return sheet.getRow(row + 1).getCell(column).getNumericCellValue();
        }
        return value instanceof LocalTime time
                ? (Object) (Math.floorDiv(time.toNanoOfDay(), 1_000_000L) / 86_400_000.0)
                : value;
    }

    private static List<Row> rows(RandomGenerator random, int count) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(row(random, i));
        }
        return rows;
    }

    private static Row row(RandomGenerator random, long id) throws Exception {
        Object[] values = {
            id,
            text(random),
            BigDecimal.valueOf(random.nextLong(-100_000_000_000L, 100_000_000_000L), random.nextInt(5)),
            random.nextBoolean(),
            LocalDate.of(1900, 1, 1).plusDays(random.nextInt(2_958_000)),
            LocalDate.of(1900, 1, 1)
                    .plusDays(random.nextInt(100_000))
                    .atTime(LocalTime.ofNanoOfDay(random.nextLong(86_400_000) * 1_000_000)),
            LocalTime.ofNanoOfDay(random.nextLong(86_400_000) * 1_000_000)
        };
        for (int i = 0; i < values.length; i++) {
            boolean isNull = i > 0 && random.nextInt(6) == 0;
            values[i] = isNull ? null : SCHEMA.field(i).type().convert(Objects.requireNonNull(values[i]));
        }
        return SCHEMA.row(values);
    }

    private static String text(RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(NAUGHTY[random.nextInt(NAUGHTY.length)]);
        }
        return text.toString();
    }

    private static List<Row> changed(RandomGenerator random, List<Row> rows) throws Exception {
        List<Row> changed = new ArrayList<>();
        for (Row row : rows) {
            int what = random.nextInt(4);
            if (what == 1) {
                changed.add(row(random, (Long) Objects.requireNonNull(row.value(0))));
            } else if (what > 1) {
                changed.add(row);
            }
        }
        for (int i = random.nextInt(5) + 1; i > 0; i--) {
            changed.add(row(random, 1_000 - i));
        }
        return changed;
    }
}
