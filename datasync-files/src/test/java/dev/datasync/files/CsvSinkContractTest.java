package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.change.Change;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.Sink;
import dev.datasync.testkit.SinkContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSinkContractTest extends SinkContract {

    private static final String NO_KEYS =
            "a file has no keys: somebody else's insert is noticed because the file has changed, see CsvRewriterTest";

    @TempDir
    private Path folder;

    @Override
    protected Schema schema() {
        return Schema.ofText("id", "name", "note");
    }

    @Override
    protected List<String> texts() {
        return Csv.withCarriageReturns(super.texts());
    }

    @Override
    protected Sink<Row> sink(Schema schema, List<String> keyFields, List<Row> content) {
        return file(Csv.written(folder, "target.csv", file(folder), schema, content));
    }

    /** Returns the kind of file that is written; others are tested by the classes that override this. */
    protected CsvFile file(Path path) {
        return CsvFile.at(path);
    }

    /** Reads plain files without the code under test; PostgreSQL's dialect has the same null. */
    @Override
    protected List<Row> content() throws Exception {
        List<Row> rows = new ArrayList<>();
        if (getClass() != CsvSinkContractTest.class) {
            Csv.found(file(folder.resolve("target.csv")), rows::add);
            return rows;
        }
        CSVFormat format = CSVFormat.POSTGRESQL_CSV
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .get();
        try (CSVParser parser = CSVParser.parse(Csv.content(folder.resolve("target.csv")), format)) {
            for (CSVRecord csv : parser) {
                rows.add(schema().row(csv.toList().toArray()));
            }
        }
        return rows;
    }

    @Override
    protected OptionalInt openResources() {
        return Csv.openFiles(folder);
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
        Path path = Csv.write(folder, "target.csv", "id,name\n" + "1,old\n".repeat(20_000));
        CsvFile file = CsvFile.at(path);
        String old = Csv.content(path);
        AtomicBoolean isWritten = new AtomicBoolean();
        CountDownLatch isReading = new CountDownLatch(1);
        ExecutorService reader = Executors.newSingleThreadExecutor();
        try {
            Future<Set<String>> seen = reader.submit(() -> {
                Set<String> contents = new HashSet<>();
                while (!isWritten.get()) {
                    contents.add(Csv.content(path));
                    isReading.countDown();
                }
                contents.add(Csv.content(path));
                return contents;
            });
            isReading.await();
            try {
                Csv.change(
                        file,
                        IntStream.range(0, 20_000)
                                .mapToObj(i -> Csv.update(Row.of("id", "1", "name", "old"), i + 2, "name", "new"))
                                .toArray(Change<?>[]::new));
            } finally {
                isWritten.set(true);
            }
            assertThat(seen.get()).containsExactlyInAnyOrder(old, old.replace("old", "new"));
        } finally {
            reader.shutdownNow();
        }
    }
}
