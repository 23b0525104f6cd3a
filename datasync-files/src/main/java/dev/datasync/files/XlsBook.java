package dev.datasync.files;

import java.io.File;
import java.io.IOException;
import java.util.List;

/** A workbook in the binary format of Excel 97 to 2003. */
final class XlsBook implements ExcelBook {

    private XlsBook() {}

    static XlsBook open(File file) throws IOException {
        throw WorkbookKind.other("in the format of Excel 97");
    }

    @Override
    public List<Sheet> sheets() {
        return List.of();
    }

    @Override
    public CellFormats formats() {
        return new CellFormats.Collector().formats(ExcelDates.SINCE_1900);
    }

    @Override
    public SheetRows rows(int index) throws IOException {
        throw WorkbookKind.old();
    }

    @Override
    public void close() {}
}
