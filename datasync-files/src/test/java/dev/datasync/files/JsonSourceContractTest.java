package dev.datasync.files;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Source;
import dev.datasync.testkit.SourceContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** An array of records; see the classes that extend this one for the other forms. */
class JsonSourceContractTest extends SourceContract {

    @TempDir
    private Path folder;

    /** Returns how the records lie in the file. */
    Json.Form form() {
        return Json.Form.ARRAY;
    }

    @Override
    protected Schema schema() {
        return Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text()),
                Field.of("price", FieldType.decimal()),
                Field.of("sold", FieldType.bool()),
                Field.of("tags", FieldType.list(FieldType.any())));
    }

    @Override
    protected List<String> texts() {
        return Stream.concat(super.texts().stream(), Json.NAUGHTY.stream()).toList();
    }

    @Override
    protected Source<Row> sourceOf(Schema schema, List<Row> rows) throws IOException {
        return form().write(folder, "source", rows);
    }

    @Override
    protected OptionalInt openResources() {
        return Csv.openFiles(folder);
    }
}
