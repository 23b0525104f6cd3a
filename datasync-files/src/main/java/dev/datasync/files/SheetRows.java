package dev.datasync.files;

import java.io.Closeable;
import java.io.IOException;

/** The rows of one sheet, one after the other. */
interface SheetRows extends Closeable {

    /**
     * Fills in the next row that the file has.
     *
     * @return whether there was one
     * @throws IOException when the sheet is damaged or cannot be read
     */
    boolean next(SheetRow row) throws IOException;

    /**
     * Makes sure that everything that was read is what was written, whether all rows were asked for or not.
     *
     * @throws IOException when it is not
     */
    void finish() throws IOException;
}
