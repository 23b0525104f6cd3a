package dev.datasync.benchmarks;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.files.ExcelFile;
import dev.datasync.match.Key;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows into a new workbook, against POI's streaming writer with texts in the cells. */
final class ExcelWritingJob implements Job {

    private static final int BATCH = 1_000;
    private static final Schema SCHEMA = Schema.of(IntStream.range(0, Cells.COLUMNS)
            .mapToObj(column -> Field.of(
                    Cells.name(column), FieldType.of(Cells.value(0, column).getClass())))
            .toList());

    @Override
    public String name() {
        return "xlsx-write";
    }

    @Override
    public String work() {
        return "200,000 x 20 values into a new workbook";
    }

    @Override
    public int heap() {
        return 128;
    }

    @Override
    public double aim() {
        return 1.2;
    }

    @Override
    public void prepare(Path folder, Size size, Postgres postgres) {}

    @Override
    public List<Contestant> contestants() {
        return List.of(
                new Contestant("DataSync", ExcelWritingJob::write),
                new Contestant("POI's streaming writer", (folder, size) -> {
                    Path file = folder.resolve("rival.xlsx");
                    Cells.write(file, size.rows(Cells.ROWS));
                    return written(file, size);
                }));
    }

    @SuppressWarnings("try") // as in ChangeWriter
    private static long write(Path folder, Size size) throws Exception {
        Path path = folder.resolve("ours.xlsx");
        ExcelFile file = ExcelFile.at(path);
        int rows = size.rows(Cells.ROWS);
        Schema stored = file.schemaFor(SCHEMA, List.of(Cells.name(0)));
        try (ChangeWriter<Row> writer = file.open(new Writing(stored, rows))) {
            List<Change<Row>> batch = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                @Nullable Object[] values = new @Nullable Object[Cells.COLUMNS];
                for (int column = 0; column < values.length; column++) {
                    values[column] = stored.field(column).type().convert(Cells.value(i, column));
                }
                batch.add(new Change.Insert<>(Key.of(Cells.name(0), (long) i), stored.row(values)));
                if (batch.size() == BATCH || i == rows - 1) {
                    writer.write(batch);
                    batch = new ArrayList<>();
                }
            }
            writer.commit();
        }
        return written(path, size);
    }

    private static long written(Path file, Size size) throws IOException {
        if (Files.size(file) < size.rows(Cells.ROWS)) {
            throw new IOException(file + " is too small to hold what was written");
        }
        Files.delete(file);
        return size.rows(Cells.ROWS);
    }

    /** What the engine tells a writer. */
    private record Writing(Schema schema, int rows) implements WriteContext {

        @Override
        public String plan() {
            return "benchmark";
        }

        @Override
        public List<String> keyFields() {
            return List.of(Cells.name(0));
        }

        @Override
        public ChangeCounts expected() {
            return new ChangeCounts(rows, 0, 0);
        }

        @Override
        public OnRejection onRejection() {
            return OnRejection.END_RUN;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(ReadContext.Cancellation action) {}
    }
}
