package dev.datasync.files;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.poi.EncryptedDocumentException;
import org.apache.poi.hssf.OldExcelFormatException;
import org.apache.poi.hssf.record.BOFRecord;
import org.apache.poi.hssf.record.BoundSheetRecord;
import org.apache.poi.hssf.record.DateWindow1904Record;
import org.apache.poi.hssf.record.EOFRecord;
import org.apache.poi.hssf.record.ExtendedFormatRecord;
import org.apache.poi.hssf.record.FormatRecord;
import org.apache.poi.hssf.record.Record;
import org.apache.poi.hssf.record.RecordFactoryInputStream;
import org.apache.poi.hssf.record.SSTRecord;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/** A workbook in the binary format of Excel 97 to 2003, as the stream of records that it is. */
final class XlsBook implements ExcelBook {

    private static final int VERSION_97 = 0x0600;
    private static final int BEGINNING = 8;

    private final POIFSFileSystem files;
    private final InputStream stream;
    private final RecordFactoryInputStream records;
    private final List<BoundSheetRecord> listed = new ArrayList<>();
    private final CellFormats formats;
    private SSTRecord sharedStrings = new SSTRecord();

    private XlsBook(POIFSFileSystem files, InputStream stream) throws IOException {
        this.files = files;
        this.stream = stream;
        this.records = records(stream);
        this.formats = readGlobals();
    }

    static XlsBook open(File file) throws IOException {
        CompoundFile.checkLength(file);
        POIFSFileSystem files = null;
        boolean opened = false;
        try {
            files = new POIFSFileSystem(file, true);
            InputStream stream = CompoundFile.workbook(files);
            checkVersion(stream.readNBytes(BEGINNING));
            stream.close();
            XlsBook book = new XlsBook(files, CompoundFile.workbook(files));
            opened = true;
            return book;
        } catch (ExcelFault fault) {
            throw fault;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw damaged();
        } finally {
            if (!opened && files != null) {
                files.close();
            }
        }
    }

    private static ExcelFault damaged() {
        return ExcelFault.corrupt("its records cannot be read");
    }

    private static void checkVersion(byte[] beginning) throws ExcelFault {
        if (beginning.length < BEGINNING || (beginning[0] & 0xff) != 0x09) {
            throw ExcelFault.corrupt("it does not begin as a workbook does");
        }
        int version = beginning[4] & 0xff | (beginning[5] & 0xff) << 8;
        if (beginning[1] != 0x08 || version < VERSION_97) {
            throw WorkbookKind.old();
        }
    }

    private static RecordFactoryInputStream records(InputStream stream) throws ExcelFault {
        try {
            return new RecordFactoryInputStream(stream, false);
        } catch (EncryptedDocumentException e) {
            throw CompoundFile.encrypted();
        } catch (OldExcelFormatException e) {
            throw WorkbookKind.old();
        }
    }

    /** Returns the next record. What fails within the library is a damaged workbook. */
    Record next() throws IOException {
        Record record;
        try {
            record = records.nextRecord();
        } catch (EncryptedDocumentException e) {
            throw CompoundFile.encrypted();
        } catch (RuntimeException | StackOverflowError e) {
            // its message may quote the file
            throw damaged();
        }
        if (record == null) {
            throw ExcelFault.corrupt("its records end too early");
        }
        return record;
    }

    private CellFormats readGlobals() throws IOException {
        CellFormats.Collector collector = new CellFormats.Collector();
        ExcelDates dates = ExcelDates.SINCE_1900;
        Record record;
        while (!((record = next()) instanceof EOFRecord)) {
            if (record instanceof BoundSheetRecord sheet) {
                listed.add(sheet);
            } else if (record instanceof DateWindow1904Record window) {
                dates = window.getWindowing() == 1 ? ExcelDates.SINCE_1904 : ExcelDates.SINCE_1900;
            } else if (record instanceof FormatRecord format) {
                collector.code(format.getIndexCode(), format.getFormatString());
            } else if (record instanceof ExtendedFormatRecord format) {
                collector.format(format.getFormatIndex());
            } else if (record instanceof SSTRecord texts) {
                sharedStrings = texts;
            }
        }
        return collector.formats(dates);
    }

    @Override
    public List<Sheet> sheets() {
        return listed.stream()
                .map(sheet ->
                        new Sheet(sheet.getSheetname(), !sheet.isHidden() && !sheet.isVeryHidden(), hasCells(sheet)))
                .toList();
    }

    /** The library reads what kind of sheet it is, and does not say it. */
    private static boolean hasCells(BoundSheetRecord sheet) {
        byte[] bytes = sheet.serialize();
        return bytes[9] == 0;
    }

    @Override
    public CellFormats formats() {
        return formats;
    }

    String sharedString(int number) throws ExcelFault {
        if (number < 0 || number >= sharedStrings.getNumUniqueStrings()) {
            throw ExcelFault.corrupt("a cell refers to a shared text that is not there");
        }
        try {
            return sharedStrings.getString(number).getString();
        } catch (RuntimeException e) {
            throw ExcelFault.corrupt("a cell refers to a shared text that is not there");
        }
    }

    @Override
    public SheetRows rows(int index) throws IOException {
        List<BoundSheetRecord> inOrder = new ArrayList<>(listed);
        inOrder.sort(Comparator.comparingLong(sheet -> sheet.getPositionOfBof() & 0xffff_ffffL));
        int before = inOrder.indexOf(listed.get(index));
        for (int i = 0; i < before; i++) {
            beginSheet();
            for (int depth = 1; depth > 0; ) {
                Record record = next();
                if (record instanceof BOFRecord) {
                    depth++;
                } else if (record instanceof EOFRecord) {
                    depth--;
                }
            }
        }
        beginSheet();
        return new XlsRows(this);
    }

    private void beginSheet() throws IOException {
        if (!(next() instanceof BOFRecord)) {
            throw ExcelFault.corrupt("one of its sheets does not begin where the one before ends");
        }
    }

    @Override
    public void close() throws IOException {
        try (POIFSFileSystem closing = files;
                InputStream closingToo = stream) {
            // both
        }
    }
}
