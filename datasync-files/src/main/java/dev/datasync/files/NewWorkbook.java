package dev.datasync.files;

import dev.datasync.change.Change;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.NotCommittedException;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.poi.xssf.streaming.SXSSFWorkbook;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xssf.usermodel.XSSFWorkbookType;

/** A workbook that is not there yet. Few of its rows are in memory; the others wait in a temporary file. */
final class NewWorkbook implements SheetContent {

    private static final int ROWS_IN_MEMORY = 100;

    private final String name;
    private final OutputStream out;
    private final PoiFiles files;
    private final SXSSFWorkbook book;
    private final NewTable table;

    NewWorkbook(
            String name, String sheetName, XSSFWorkbookType type, NewTable.Place place, Schema schema, OutputStream out)
            throws IOException {
        this.name = name;
        this.out = out;
        this.files = PoiFiles.create();
        SXSSFWorkbook[] made = new SXSSFWorkbook[1];
        NewTable[] begun = new NewTable[1];
        boolean opened = false;
        try {
            files.run(() -> {
                made[0] = new SXSSFWorkbook(new XSSFWorkbook(type), ROWS_IN_MEMORY, false, false);
                begun[0] = new NewTable(
                        made[0].createSheet(sheetName),
                        new CellValues(CellValues.Calendar.SINCE_1900),
                        new TableStyles(made[0]),
                        place,
                        schema);
            });
            opened = true;
        } finally {
            if (!opened) {
                files.close();
            }
        }
        this.book = made[0];
        this.table = begun[0];
    }

    @Override
    public void touch(Change<Row> change) throws NotCommittedException {
        throw new NotCommittedException(name + " does not exist, so no record of it can be updated or deleted");
    }

    @Override
    public void begin() throws NotCommittedException {
        table.begin();
    }

    @Override
    public void append(Row row) throws CellValues.Unwritable {
        table.append(row);
    }

    @Override
    public void finish() throws IOException {
        table.finish();
        files.run(() -> book.write(out));
    }

    @Override
    public void close() throws IOException {
        try (files) {
            book.close();
        }
    }
}
