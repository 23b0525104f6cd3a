package dev.datasync.benchmarks;

import dev.datasync.files.ExcelFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.util.XMLHelper;
import org.apache.poi.xssf.eventusermodel.ReadOnlySharedStringsTable;
import org.apache.poi.xssf.eventusermodel.XSSFReader;
import org.apache.poi.xssf.eventusermodel.XSSFSheetXMLHandler;
import org.apache.poi.xssf.usermodel.XSSFComment;
import org.jspecify.annotations.Nullable;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.XMLReader;
import org.xml.sax.helpers.DefaultHandler;

/** A workbook into typed rows, against POI's event reader, which makes a text of every cell. */
final class ExcelReadingJob implements Job {

    private static final String FILE = "data.xlsx";

    @Override
    public String name() {
        return "xlsx-read";
    }

    @Override
    public String work() {
        return "a workbook of 200,000 x 20 into rows";
    }

    @Override
    public int heap() {
        return 128;
    }

    @Override
    public double aim() {
        return 1.2;
    }

    @Override
    public void prepare(Path folder, Size size, Postgres postgres) throws IOException {
        Cells.write(folder.resolve(FILE), size.rows(Cells.ROWS));
    }

    @Override
    public List<Contestant> contestants() {
        return List.of(
                new Contestant("DataSync", (folder, size) -> Reading.valuesOf(ExcelFile.at(folder.resolve(FILE)))),
                new Contestant("POI's event reader, which formats", (folder, size) -> read(folder.resolve(FILE))),
                new Contestant("POI's event reader, XML alone", (folder, size) -> parse(folder.resolve(FILE))));
    }

    /** Parses the sheet and makes nothing of it: what lies below every reader that uses this parser. */
    private static long parse(Path file) throws Exception {
        try (OPCPackage opened = OPCPackage.open(file.toFile(), PackageAccess.READ)) {
            CellCount count = new CellCount();
            XMLReader parser = XMLHelper.newXMLReader();
            parser.setContentHandler(count);
            try (InputStream sheet = new XSSFReader(opened).getSheetsData().next()) {
                parser.parse(new InputSource(sheet));
            }
            return count.cells - Cells.COLUMNS;
        }
    }

    private static long read(Path file) throws Exception {
        try (OPCPackage opened = OPCPackage.open(file.toFile(), PackageAccess.READ)) {
            XSSFReader reader = new XSSFReader(opened);
            Counting counting = new Counting();
            XMLReader parser = XMLHelper.newXMLReader();
            parser.setContentHandler(new XSSFSheetXMLHandler(
                    reader.getStylesTable(), new ReadOnlySharedStringsTable(opened), counting, false));
            try (InputStream sheet = reader.getSheetsData().next()) {
                parser.parse(new InputSource(sheet));
            }
            return counting.cells;
        }
    }

    /** Counts the cells below the header. */
    private static final class Counting implements XSSFSheetXMLHandler.SheetContentsHandler {

        private int row;
        private long cells;

        @Override
        public void startRow(int number) {
            row = number;
        }

        @Override
        public void endRow(int number) {}

        @Override
        public void cell(String reference, String value, @Nullable XSSFComment comment) {
            if (row > 0) {
                cells++;
            }
        }
    }

    /** Counts cells, those of the header too. */
    private static final class CellCount extends DefaultHandler {

        private long cells;

        @Override
        public void startElement(String space, String name, String qualified, Attributes attributes) {
            if (name.equals("c")) {
                cells++;
            }
        }
    }
}
