package dev.datasync.files;

import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Source;
import dev.datasync.testkit.SourceContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.io.TempDir;

class CsvSourceContractTest extends SourceContract {

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
    protected Source<Row> sourceOf(Schema schema, List<Row> rows) {
        List<Row> sorted = new ArrayList<>(rows);
        sorted.sort(
                schema.field(0).type() instanceof FieldType.Whole
                        ? Comparator.comparing(row -> row.integer("id"))
                        : Comparator.comparing(row -> row.text("id")));
        return file(Csv.written(folder, "source.csv", file(folder), schema, sorted))
                .sortedBy("id");
    }

    /** Returns the kind of file that is read; others are tested by the classes that override this. */
    protected CsvFile file(Path path) {
        return CsvFile.at(path);
    }

    @Override
    protected OptionalInt openResources() {
        return Csv.openFiles(folder);
    }
}
