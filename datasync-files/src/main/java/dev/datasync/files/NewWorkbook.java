package dev.datasync.files;

import dev.datasync.change.Change;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.NotCommittedException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A workbook that is not there yet. Its rows go straight into the file. */
final class NewWorkbook implements SheetContent {

    private final String name;
    private final String sheetName;
    private final NewSheet.Place place;
    private final ZipOutputStream zip;
    private final NewSheet sheet;

    NewWorkbook(String name, String sheetName, NewSheet.Place place, Schema schema, OutputStream out) {
        this.name = name;
        this.sheetName = sheetName;
        this.place = place;
        this.zip = new ZipOutputStream(out);
        this.sheet = new NewSheet(
                zip, new CellFormatter("", CellFormatter.Calendar.SINCE_1900), Parts.STYLES, place, schema);
    }

    @Override
    public void touch(Change<Row> change) throws NotCommittedException {
        throw new NotCommittedException(name + " does not exist, so no record of it can be updated or deleted");
    }

    @Override
    public void begin() throws IOException, NotCommittedException {
        Parts.write(zip, Parts.CONTENT_TYPES, Parts.contentTypes());
        Parts.write(zip, "_rels/.rels", Parts.packageRelations());
        Parts.write(zip, "xl/_rels/workbook.xml.rels", Parts.workbookRelations());
        Parts.write(zip, "xl/styles.xml", Parts.styles());
        zip.putNextEntry(new ZipEntry("xl/worksheets/sheet1.xml"));
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
        // last, because it says how many rows there are
        Parts.write(zip, "xl/workbook.xml", Parts.workbook(sheetName, place.header() > 0 ? sheet.area() : ""));
        zip.finish();
    }

    @Override
    public void close() throws IOException {
        // the file below is closed by whoever opened it
    }
}
