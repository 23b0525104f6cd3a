package dev.datasync.files;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** A workbook that is open for reading. */
sealed interface ExcelBook extends Closeable permits XlsxBook, XlsBook {

    /**
     * A sheet as the workbook lists it.
     *
     * @param name its name
     * @param isVisible whether a person sees it
     * @param hasCells whether it has cells, as opposed to a sheet that is all one chart
     */
    record Sheet(String name, boolean isVisible, boolean hasCells) {}

    /** Returns all sheets in the order of their tabs. */
    List<Sheet> sheets();

    /** Returns how numbers are shown. */
    CellFormats formats();

    /**
     * Begins to read a sheet. At most one is read at a time.
     *
     * @param index its place in {@link #sheets()}
     * @throws IOException when it cannot be read
     */
    SheetRows rows(int index) throws IOException;
}
