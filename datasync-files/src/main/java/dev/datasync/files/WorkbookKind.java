package dev.datasync.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** What kind of workbook a file is, by its first bytes and whatever its name. */
enum WorkbookKind {
    /** A zip archive of XML, since Excel 2007. */
    XLSX,
    /** The binary format of Excel 97 to 2003. */
    XLS;

    private static final int BEGINNING = 512;

    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final byte[] EMPTY_ZIP = {'P', 'K', 5, 6};
    private static final byte[] COMPOUND = {
        (byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, (byte) 0xa1, (byte) 0xb1, 0x1a, (byte) 0xe1
    };

    private static final String SAVE_AS = "give an Excel workbook (.xlsx or .xls), or save it as one";

    /** Returns the kind of a file. */
    static WorkbookKind of(Path path) throws IOException {
        byte[] beginning;
        try (InputStream in = Files.newInputStream(path)) {
            beginning = in.readNBytes(BEGINNING);
        }
        if (beginning.length == 0) {
            throw new ExcelFault("E-XLS-EMPTY", "the file is empty: was it written to the end?");
        }
        if (startsWith(beginning, COMPOUND)) {
            return XLS;
        }
        if (startsWith(beginning, ZIP)) {
            return XLSX;
        }
        for (byte[] signature : new byte[][] {ZIP, COMPOUND}) {
            if (beginning.length < signature.length && startsWith(signature, beginning)) {
                throw new ExcelFault(
                        "E-XLS-TRUNCATED",
                        "the file ends after " + beginning.length
                                + " bytes: it was not written, copied or downloaded to the end");
            }
        }
        if (isOldRecord(beginning)) {
            throw old();
        }
        throw other(describe(beginning));
    }

    static ExcelFault old() {
        return new ExcelFault(
                "E-XLS-OLD",
                "the workbook is of Excel 95 or older, which is not read: open it in Excel and save it as 'Excel"
                        + " Workbook (*.xlsx)'");
    }

    static ExcelFault other(String what) {
        return new ExcelFault("E-XLS-TYPE", "the file is " + what + " and not a workbook: " + SAVE_AS);
    }

    private static boolean startsWith(byte[] bytes, byte... beginning) {
        return bytes.length >= beginning.length
                && Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
    }

    /** Tells whether the file begins with the record with which worksheets of Excel 2 to 5 begin. */
    private static boolean isOldRecord(byte[] bytes) {
        if (bytes.length < 8 || bytes[0] != 9 || bytes[3] != 0) {
            return false;
        }
        boolean isVersion = bytes[1] == 0 || bytes[1] == 2 || bytes[1] == 4 || bytes[1] == 8;
        boolean isLength = bytes[2] == 4 || bytes[2] == 6 || bytes[2] == 8 || bytes[2] == 16;
        return isVersion && isLength;
    }

    private static String describe(byte[] bytes) {
        if (startsWith(bytes, EMPTY_ZIP)) {
            return "an empty zip archive";
        }
        if (startsWith(bytes, "%PDF".getBytes(StandardCharsets.US_ASCII))) {
            return "a PDF document";
        }
        if (startsWith(bytes, "{\\rtf".getBytes(StandardCharsets.US_ASCII))) {
            return "an RTF document";
        }
        if (startsWith(bytes, (byte) 0x1f, (byte) 0x8b)) {
            return "compressed with gzip";
        }
        if (startsWith(bytes, (byte) 0x89, (byte) 'P', (byte) 'N', (byte) 'G')
                || startsWith(bytes, (byte) 0xff, (byte) 0xd8, (byte) 0xff)) {
            return "a picture";
        }
        if (startsWith(bytes, (byte) '7', (byte) 'z', (byte) 0xbc, (byte) 0xaf)
                || startsWith(bytes, (byte) 'R', (byte) 'a', (byte) 'r', (byte) '!')) {
            return "an archive";
        }
        if (startsWith(bytes, (byte) 0xff, (byte) 0xfe) || startsWith(bytes, (byte) 0xfe, (byte) 0xff)) {
            return "text, for example CSV, in UTF-16";
        }
        return describeText(bytes);
    }

    private static String describeText(byte[] bytes) {
        for (byte each : bytes) {
            if (each >= 0 && each < ' ' && each != '\t' && each != '\n' && each != '\r') {
                return "something unknown";
            }
        }
        String text = new String(bytes, StandardCharsets.UTF_8)
                .replace("\ufeff", "")
                .strip()
                .toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype html") || text.contains("<html") || text.contains("<table")) {
            return "an HTML page, maybe an error page or a login";
        }
        if (text.startsWith("<?xml") && text.contains("excel.sheet")) {
            return "an 'XML Spreadsheet 2003'";
        }
        if (text.startsWith("<")) {
            return "XML";
        }
        if (text.startsWith("{") || text.startsWith("[")) {
            return "text, for example JSON";
        }
        return "text, for example CSV (then read it as such)";
    }

    /** What a zip archive without a workbook is. */
    static ExcelFault archive(XlsxPackage archive) throws IOException {
        if (archive.has("mimetype")) {
            String type = new String(archive.beginning("mimetype", 100), StandardCharsets.US_ASCII);
            if (type.startsWith("application/vnd.oasis.opendocument.spreadsheet")) {
                return other("an OpenDocument spreadsheet (.ods)");
            }
            return other("a document of another program");
        }
        if (archive.has("Index/Document.iwa") || archive.has("Index.zip")) {
            return other("a document of Apple's Numbers or Pages");
        }
        if (archive.has("META-INF/MANIFEST.MF")) {
            return other("a Java archive");
        }
        return other("a zip archive that holds no workbook (one inside it must be unpacked first)");
    }

    /** What an Office document is whose main part has that root element. */
    static ExcelFault document(String root) {
        return switch (root) {
            case "document" -> other("a Word document");
            case "presentation" -> other("a PowerPoint presentation");
            default -> other("an Office document");
        };
    }
}
