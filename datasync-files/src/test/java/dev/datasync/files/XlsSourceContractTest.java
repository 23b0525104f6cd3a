package dev.datasync.files;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Source;
import dev.datasync.testkit.SourceContract;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

class XlsSourceContractTest extends SourceContract {

    @TempDir
    private Path folder;

    @Override
    protected Schema schema() {
        return Excel.TYPES;
    }

    @Override
    protected List<String> texts() {
        return Stream.concat(super.texts().stream(), Stream.of("", " a ", "two\r\nlines", "_x0041_", "a\u0001b"))
                .toList();
    }

    @Override
    protected int manyRows() {
        return 3_000;
    }

    @Override
    protected Source<Row> sourceOf(Schema schema, List<Row> rows) {
        return ExcelFile.at(Excel.write(folder.resolve("source.xls"), schema, rows));
    }

    @Override
    protected OptionalInt openResources() {
        return Csv.openFiles(folder);
    }
}
