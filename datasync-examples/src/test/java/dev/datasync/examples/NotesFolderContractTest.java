package dev.datasync.examples;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Source;
import dev.datasync.testkit.SourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

// readme: contract-test
class NotesFolderContractTest extends SourceContract {

    @TempDir
    private Path folder;

    @Override
    protected Schema schema() {
        return Schema.ofText("name", "text");
    }

    @Override
    protected Source<Row> sourceOf(Schema schema, List<Row> rows) throws IOException {
        Path notes = Files.createTempDirectory(folder, "notes");
        for (Row row : rows) {
            Files.writeString(notes.resolve(row.text("name") + ".txt"), row.text("text"));
        }
        return new NotesFolder(notes);
    }

    @Override
    protected boolean keepsNull() {
        return false; // a file has a text, if only an empty one
    }

    @Override
    protected int manyRows() {
        return 500;
    }
}
// end
