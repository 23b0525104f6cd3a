package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.Sink;
import dev.datasync.testkit.SinkContract;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sheet that POI has made, changed by us and read by POI. */
class ExcelSinkContractTest extends SinkContract {

    private static final String NO_KEYS =
            "a sheet has no keys: somebody else's insert is noticed because the file has changed, see ExcelEditingTest";

    @TempDir
    private Path folder;

    @Override
    protected Schema schema() {
        return Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text()),
                Field.of("price", FieldType.decimal(9, 2)),
                Field.of("sold", FieldType.bool()),
                Field.of("day", FieldType.date()),
                Field.of("at", FieldType.timestamp(3)),
                Field.of("opens", FieldType.time(3)));
    }

    @Override
    protected List<String> texts() {
        return Stream.concat(super.texts().stream(), Stream.of("\r", "two\r\nlines", "\u0000\u0001", "_x0041_", " "))
                .toList();
    }

    /** With the types of the columns, because an empty sheet does not show them. */
    @Override
    protected Sink<Row> sink(Schema schema, List<String> keyFields, List<Row> content) throws Exception {
        Path path = folder.resolve("target.xlsx");
        Workbooks.make(path, book -> {
            XSSFSheet sheet = book.createSheet("Data");
            header(sheet.createRow(0), schema);
            CellStyle[] styles = Stream.of("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "h:mm:ss")
                    .map(format -> {
                        CellStyle style = book.createCellStyle();
                        style.setDataFormat(book.createDataFormat().getFormat(format));
                        return style;
                    })
                    .toArray(CellStyle[]::new);
            for (Row row : content) {
                XSSFRow made = sheet.createRow(sheet.getLastRowNum() + 1);
                for (int i = 0; i < schema.size(); i++) {
                    if (row.value(i) != null) {
                        fill(made.createCell(i), row.value(i), styles);
                    }
                }
            }
        });
        Map<String, FieldType> types = new java.util.HashMap<>();
        schema.fields().forEach(field -> types.put(field.name(), field.type()));
        return ExcelFile.at(path).types(types);
    }

    private static void header(XSSFRow row, Schema schema) {
        for (int i = 0; i < schema.size(); i++) {
            row.createCell(i).setCellValue(schema.field(i).name());
        }
    }

    private static void fill(XSSFCell cell, Object value, CellStyle[] styles) {
        if (value instanceof Number number) {
            cell.setCellValue(number.doubleValue());
        } else if (value instanceof Boolean truth) {
            cell.setCellValue(truth);
        } else if (value instanceof LocalDate date) {
            cell.setCellValue(date);
            cell.setCellStyle(styles[0]);
        } else if (value instanceof LocalDateTime timestamp) {
            cell.setCellValue(timestamp);
            cell.setCellStyle(styles[1]);
        } else if (value instanceof LocalTime time) {
            cell.setCellValue(time.toNanoOfDay() / 86_400e9);
            cell.setCellStyle(styles[2]);
        } else {
            cell.setCellValue(Workbooks.escaped((String) value));
        }
    }

    @Override
    protected List<Row> content() throws Exception {
        List<Row> rows = new ArrayList<>();
        Schema schema = schema();
        Workbooks.look(folder.resolve("target.xlsx"), book -> {
            XSSFSheet sheet = book.getSheetAt(0);
            for (int i = 1; i <= sheet.getLastRowNum(); i++) {
                XSSFRow row = sheet.getRow(i);
                Object[] values = new Object[schema.size()];
                for (int column = 0; column < values.length; column++) {
                    values[column] =
                            value(row.getCell(column), schema.field(column).type());
                }
                rows.add(schema.row(values));
            }
        });
        return rows;
    }

    private static Object value(Cell cell, FieldType type) {
        if (cell == null) {
            return null;
        }
        return switch (cell.getCellType()) {
            case STRING -> cell.getStringCellValue();
            case BOOLEAN -> cell.getBooleanCellValue();
            case NUMERIC -> {
                if (type instanceof FieldType.Day) {
                    yield cell.getLocalDateTimeCellValue().toLocalDate();
                } else if (type instanceof FieldType.Timestamp) {
                    yield cell.getLocalDateTimeCellValue();
                } else if (type instanceof FieldType.Clock) {
                    yield LocalTime.ofNanoOfDay(Math.round(cell.getNumericCellValue() * 86_400_000) * 1_000_000);
                }
                yield BigDecimal.valueOf(cell.getNumericCellValue());
            }
            default -> null;
        };
    }

    @Override
    protected OptionalInt openResources() {
        return Csv.openFiles(folder);
    }

    @Override
    protected int manyRows() {
        return 3_000;
    }

    @Test
    @Override
    @Disabled(NO_KEYS)
    protected void refuses_to_insert_a_key_that_is_there() {}

    @Test
    @Override
    @Disabled(NO_KEYS)
    protected void writes_the_others_when_a_change_is_skipped() {}

    /** A source fails when its file is replaced meanwhile: the one that reads here is any other program. */
    @Test
    @Override
    protected void shows_old_or_new_rows_and_never_a_mixture() throws Exception {
        Path path = folder.resolve("target.xlsx");
        Row[] rows = IntStream.range(0, 5_000)
                .mapToObj(i -> Row.of("id", (long) i, "name", "old"))
                .toArray(Row[]::new);
        ExcelFile file = ExcelFile.at(path);
        Workbooks.create(file, rows[0].schema(), rows);
        byte[] old = Files.readAllBytes(path);
        AtomicBoolean isWritten = new AtomicBoolean();
        CountDownLatch isReading = new CountDownLatch(1);
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
            Future<Set<Integer>> seen = reader.submit(() -> {
                Set<Integer> contents = new HashSet<>();
                while (!isWritten.get()) {
                    contents.add(java.util.Arrays.hashCode(Files.readAllBytes(path)));
                    isReading.countDown();
                }
                return contents;
            });
            isReading.await();
            try {
                Workbooks.sync(
                        file,
                        Stream.of(rows).map(row -> row.with("name", "new")).toArray(Row[]::new));
            } finally {
                isWritten.set(true);
            }
            Set<Integer> allowed =
                    Set.of(java.util.Arrays.hashCode(old), java.util.Arrays.hashCode(Files.readAllBytes(path)));
            assertThat(allowed).containsAll(seen.get());
        } finally {
            reader.shutdownNow();
        }
    }
}
