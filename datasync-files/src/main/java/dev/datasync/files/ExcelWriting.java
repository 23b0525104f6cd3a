package dev.datasync.files;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.WriteContext;
import java.nio.file.Path;

/** Writes sheets: new workbooks as a stream, and sheets of existing ones in place. */
final class ExcelWriting {

    private ExcelWriting() {}

    /** Returns how a new sheet stores records with the given fields. */
    static Schema schemaFor(Schema incoming, ExcelOptions options) {
        throw new UnsupportedOperationException("in work");
    }

    /** Opens a writer; the target is the path with its symbolic links resolved, and now what is there. */
    static ChangeWriter<Row> open(
            String name, Path path, Path target, ExcelOptions options, FileStamp now, WriteContext context)
            throws Exception {
        throw new UnsupportedOperationException("in work");
    }
}
