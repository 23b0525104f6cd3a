package dev.datasync.files;

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
        sorted.sort(Comparator.comparing(row -> row.text("id")));
        return CsvFile.at(Csv.write(folder, "source.csv", Csv.text(schema, sorted)))
                .sortedBy("id");
    }

    @Override
    protected OptionalInt openResources() {
        return Csv.openFiles(folder);
    }
}
