package dev.datasync.examples;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

// readme: own-source
/** The text files of a folder, each a row of its name and its text. A connector is one class with one method. */
public final class NotesFolder implements Source<Row> {

    private static final Schema FIELDS = Schema.ofText("name", "text");

    private final Path folder;

    /**
     * Creates a source.
     *
     * @param folder the folder to read
     */
    public NotesFolder(Path folder) {
        this.folder = folder;
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws IOException {
        try (DirectoryStream<Path> notes = Files.newDirectoryStream(folder, "*.txt")) {
            for (Path note : notes) {
                receiver.accept(FIELDS.row(name(note), Files.readString(note)));
            }
        }
        return Completion.complete();
    }

    private static String name(Path note) {
        return note.getFileName().toString().replaceFirst("\\.txt$", "");
    }
}
// end
