package dev.datasync.files;

import dev.datasync.change.Change;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.NotCommittedException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A new sheet of a workbook that is there; all its other parts stay. */
final class AddedSheet implements SheetContent {

    private final String name;
    private final String sheetName;
    private final NewSheet.Place place;
    private final XlsxBook book;
    private final WorkbookCopy copy;
    private final String part;
    private final ZipOutputStream zip;
    private final NewSheet sheet;

    AddedSheet(
            String name, String sheetName, NewSheet.Place place, Schema schema, XlsxBook book, OutputStream out) {
        this.name = name;
        this.sheetName = sheetName;
        this.place = place;
        this.book = book;
        CellStyles styles = new CellStyles(book);
        this.copy = new WorkbookCopy(book, -1, new References("", RowShift.NONE), styles);
        this.part = copy.newPart();
        this.zip = new ZipOutputStream(out);
        CellFormatter.Calendar calendar = book.formats().dates() == ExcelDates.SINCE_1904
                ? CellFormatter.Calendar.SINCE_1904
                : CellFormatter.Calendar.SINCE_1900;
        NewSheet.Styles numbers = new NewSheet.Styles(
                styles.header(),
                styles.of(0, CellFormatter.Kind.DATE, false),
                styles.of(0, CellFormatter.Kind.TIME, false),
                styles.of(0, CellFormatter.Kind.TIMESTAMP, false));
        this.sheet = new NewSheet(zip, new CellFormatter("", calendar), numbers, place, schema);
    }

    @Override
    public void touch(Change<Row> change) throws NotCommittedException {
        throw new NotCommittedException(
                name + " has no such sheet yet, so no record of it can be updated or deleted");
    }

    @Override
    public void begin() throws IOException, NotCommittedException {
        copy.begin(zip, part);
        zip.putNextEntry(new ZipEntry(part));
        sheet.begin();
    }

    @Override
    public void append(Row row) throws CellFormatter.Unwritable, IOException {
        sheet.append(row);
    }

    @Override
    public void finish() throws IOException {
        sheet.finish();
        zip.closeEntry();
        copy.copy(zip, new WorkbookCopy.Added(sheetName, part, place.header() > 0 ? sheet.area() : ""));
        zip.finish();
    }

    @Override
    public void close() throws IOException {
        book.close();
    }
}
