package dev.datasync.files;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Optional;

/** One reading of a sheet. Every failure leaves as a {@link ReadException}. */
final class ExcelReading implements Closeable {

    private ExcelReading() {}

    static ExcelReading open(Path path, ExcelOptions options) throws ReadException {
        throw new UnsupportedOperationException("in work");
    }

    /** Returns the columns with the types that their cells have, or empty when there is no such sheet. */
    static Optional<Schema> storedSchema(Path path, ExcelOptions options) throws ReadException {
        throw new UnsupportedOperationException("in work");
    }

    /** Reads the sheet of a target if it is there. Returns what the file was when the reading began. */
    static FileStamp readIfThere(Path path, ExcelOptions options, Receiver<? super Row> receiver, ReadContext context)
            throws ReadException {
        throw new UnsupportedOperationException("in work");
    }

    Schema schema() {
        throw new UnsupportedOperationException("in work");
    }

    /** Delivers all rows, each at the number of its row in the sheet, and makes sure that the file is still the same. */
    void read(Receiver<? super Row> receiver, ReadContext context) throws ReadException {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public void close() {}
}
