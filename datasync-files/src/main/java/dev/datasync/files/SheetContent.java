package dev.datasync.files;

import dev.datasync.change.Change;
import dev.datasync.row.Row;
import dev.datasync.sink.NotCommittedException;
import java.io.Closeable;
import java.io.IOException;

/** The new content of a workbook in which one sheet changes, while it is written. */
interface SheetContent extends Closeable {

    /** Remembers an update or delete, which {@link #begin} writes. */
    void touch(Change<Row> change) throws CellValues.Unwritable, NotCommittedException;

    /** Writes everything up to the last record. */
    void begin() throws IOException, NotCommittedException;

    /** Writes a record behind the last one. */
    void append(Row row) throws CellValues.Unwritable, IOException;

    /** Writes everything else. */
    void finish() throws IOException, NotCommittedException;
}
