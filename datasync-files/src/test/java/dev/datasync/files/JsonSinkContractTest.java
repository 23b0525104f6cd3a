package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.change.Change;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.Sink;
import dev.datasync.testkit.SinkContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An array of records; see the classes that extend this one for the other forms. */
class JsonSinkContractTest extends SinkContract {

    private static final String NO_KEYS =
            "a file has no keys: somebody else's insert is noticed because the file has changed, see JsonRewriterTest";

    @TempDir
    private Path folder;

    /** Returns how the records lie in the file. */
    Json.Form form() {
        return Json.Form.ARRAY;
    }

    @Override
    protected Schema schema() {
        return Schema.of(
                Field.of("id", FieldType.decimal()),
                Field.of("name", FieldType.text()),
                Field.of("price", FieldType.decimal()),
                Field.of("sold", FieldType.bool()),
                Field.of("tags", FieldType.json()));
    }

    @Override
    protected List<String> texts() {
        return Stream.concat(super.texts().stream(), Json.NAUGHTY.stream()).toList();
    }

    @Override
    protected Sink<Row> sink(Schema schema, List<String> keyFields, List<Row> content) throws IOException {
        return form().write(folder, "target", content);
    }

    /** Reads without the code under test. */
    @Override
    protected List<Row> content() throws Exception {
        return form().content(folder, "target", schema());
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
        Path path = Csv.write(
                folder,
                "shown.json",
                "[" + String.join(",\n", Collections.nCopies(20_000, "{\"name\":\"old\"}")) + "]");
        JsonFile file = JsonFile.at(path);
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
                Json.change(
                        file,
                        IntStream.rangeClosed(1, 20_000)
                                .mapToObj(i -> Json.update(Row.of("name", "old"), i, "name", "new"))
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
