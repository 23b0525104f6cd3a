package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.row.Row;
import dev.datasync.run.SyncException;
import dev.datasync.source.ReadException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.poi.hssf.record.crypto.Biff8EncryptionKey;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.crypt.EncryptionMode;
import org.apache.poi.poifs.crypt.Encryptor;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a file is no workbook as it should be has a code and a sentence of its own. */
class ExcelErrorTest {

    private static final String ROW = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>";

    @TempDir
    private Path folder;

    private Path path() {
        return folder.resolve("prices.xlsx");
    }

    private void assertFails(byte[] content, String code, String words) throws IOException {
        Files.write(path(), content);
        assertFails(path(), code, words);
    }

    private void assertFails(Path file, String code, String words) throws IOException {
        ReadException failure = Excel.failure(ExcelFile.at(file));
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure).hasMessageStartingWith(file.toString()).hasMessageContaining(words);
        assertThat(failure.getCause()).isNull();
        assertThat(Csv.openFiles(folder)).as("files left open").hasValue(0);
        // as a target it fails in the same words, and is not replaced
        assertThat(Excel.failure(ExcelFile.at(file).existing())).hasMessage(failure.getMessage());
    }

    private void assertFails(Map<String, String> parts, String code, String words) throws IOException {
        assertFails(Excel.zip(parts), code, words);
    }

    private static Map<String, String> with(String part, String content) {
        Map<String, String> parts = Excel.parts(ROW);
        parts.put(part, content);
        return parts;
    }

    private static byte[] workbook(Path file) throws IOException {
        Excel.write(file, new Object[] {"id", "name"}, new Object[] {1, "hat"}, new Object[] {2, "shoe"});
        return Files.readAllBytes(file);
    }

    @Test
    void a_workbook_made_by_hand_is_read() throws Exception {
        Excel.zip(path(), Excel.parts(ROW + "<row r=\"2\"><c r=\"A2\"><v>7</v></c></row>"));

        assertThat(Excel.rows(ExcelFile.at(path()))).containsExactly(Arrays.asList(7L));
    }

    @Test
    void a_missing_file() {
        ReadException failure = Excel.failure(ExcelFile.at(path()));

        assertThat(failure.code()).isEqualTo("E-FILE-MISSING");
    }

    @Test
    void an_empty_file() throws Exception {
        assertFails(new byte[0], "E-XLS-EMPTY", "written to the end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void a_file_that_was_cut_off(String kind) throws Exception {
        byte[] whole = workbook(folder.resolve("whole." + kind));

        for (int length : new int[] {3, 600, whole.length / 2, whole.length * 9 / 10}) {
            assertFails(Arrays.copyOf(whole, length), "E-XLS-TRUNCATED", "to the end");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "id,name\\n1,hat|for example CSV",
                "<!DOCTYPE html><html><body>Log in</body></html>|an HTML page",
                "\\n<table><tr><td>1</td></tr></table>|an HTML page",
                "<?xml version=\"1.0\"?><a/>|XML",
                "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook/>|XML Spreadsheet 2003",
                "{\"id\": 1}|JSON",
                "%PDF-1.7 x|a PDF",
                "{\\rtf1}|an RTF",
                "abc\u0000\u0001\u0002defg|something unknown"
            })
    void a_file_of_another_kind(String content, String words) throws Exception {
        assertFails(content.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8), "E-XLS-TYPE", words);
    }

    @Test
    void a_file_of_another_binary_kind() throws Exception {
        assertFails(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0}, "E-XLS-TYPE", "gzip");
        assertFails(new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 0}, "E-XLS-TYPE", "a picture");
        assertFails("\ufeffid;name".getBytes(StandardCharsets.UTF_16LE), "E-XLS-TYPE", "in UTF-16");
        assertFails(new byte[] {'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0}, "E-XLS-TYPE", "an empty zip archive");
    }

    @Test
    void a_zip_archive_of_something_else() throws Exception {
        assertFails(Map.of("prices.csv", "id\n1\n"), "E-XLS-TYPE", "a zip archive that holds no workbook");
        assertFails(Map.of("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), "E-XLS-TYPE", "OpenDocument");
        assertFails(Map.of("mimetype", "application/epub+zip"), "E-XLS-TYPE", "another program");
        assertFails(Map.of("Index/Document.iwa", "x"), "E-XLS-TYPE", "Numbers");
        assertFails(Map.of("META-INF/MANIFEST.MF", "x"), "E-XLS-TYPE", "a Java archive");
        assertFails(with("_rels/.rels", Excel.relations("other", "xl/workbook.xml")), "E-XLS-TYPE", "no workbook");
        assertFails(with("xl/workbook.xml", "<w:document xmlns:w=\"w\"/>"), "E-XLS-TYPE", "a Word document");
        assertFails(with("xl/workbook.xml", "<p:presentation xmlns:p=\"p\"/>"), "E-XLS-TYPE", "PowerPoint");
    }

    @Test
    void a_compound_file_of_something_else() throws Exception {
        assertFails(compound("WordDocument", new byte[5_000]), "E-XLS-TYPE", "a Word document");
        assertFails(compound("PowerPoint Document", new byte[10]), "E-XLS-TYPE", "PowerPoint");
        assertFails(compound("__properties_version1.0", new byte[10]), "E-XLS-TYPE", "Outlook");
        assertFails(compound("Contents", new byte[10]), "E-XLS-TYPE", "another program");
    }

    private static byte[] compound(String name, byte[] content) throws IOException {
        try (POIFSFileSystem files = new POIFSFileSystem()) {
            files.createDocument(new ByteArrayInputStream(content), name);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            files.writeFilesystem(out);
            return out.toByteArray();
        }
    }

    @Test
    void an_encrypted_workbook() throws Exception {
        byte[] workbook = workbook(folder.resolve("plain.xlsx"));
        try (POIFSFileSystem files = new POIFSFileSystem()) {
            Encryptor encryptor = new EncryptionInfo(EncryptionMode.agile).getEncryptor();
            encryptor.confirmPassword("secret");
            try (OutputStream out = encryptor.getDataStream(files)) {
                out.write(workbook);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            files.writeFilesystem(out);
            assertFails(out.toByteArray(), "E-XLS-ENCRYPTED", "remove the password");
        }
        // to be written it would need the password too, and it is no .xls
        assertThatThrownBy(() -> Workbooks.sync(ExcelFile.at(path()), Row.of("id", 1L)))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo("E-XLS-ENCRYPTED"))
                .hasMessageContaining("remove the password");
        assertThat(Csv.openFiles(folder)).as("files left open").hasValue(0);
    }

    @Test
    void an_encrypted_workbook_of_excel_97() throws Exception {
        Biff8EncryptionKey.setCurrentUserPassword("secret");
        byte[] workbook;
        try {
            workbook = workbook(folder.resolve("encrypted.xls"));
        } finally {
            Biff8EncryptionKey.setCurrentUserPassword(null);
        }
        assertFails(workbook, "E-XLS-ENCRYPTED", "remove the password");
    }

    @Test
    void a_workbook_of_excel_95_or_older() throws Exception {
        byte[] of2 = {9, 0, 4, 0, 2, 0, 0x10, 0, 10, 0, 0, 0};
        byte[] of3 = {9, 2, 6, 0, 0, 3, 0x10, 0, 0, 0, 10, 0, 0, 0};
        byte[] of4 = {9, 4, 6, 0, 0, 4, 0x10, 0, 0, 0, 10, 0, 0, 0};
        byte[] of5 = {9, 8, 8, 0, 0, 5, 5, 0, 0, 0, 0, 0, 10, 0, 0, 0};

        for (byte[] old : new byte[][] {of2, of3, of4, of5, compound("Book", of5), compound("Workbook", of5)}) {
            assertFails(old, "E-XLS-OLD", "Excel 95 or older");
        }
    }

    @Test
    void a_binary_workbook() throws Exception {
        assertFails(
                Map.of(
                        "_rels/.rels",
                        Excel.relations("officeDocument", "xl/workbook.bin"),
                        "xl/workbook.bin",
                        "\u0083"),
                "E-XLS-XLSB",
                "save it in Excel as");
    }

    @Test
    void a_strict_workbook() throws Exception {
        Map<String, String> parts = new LinkedHashMap<>();
        Excel.parts(ROW)
                .forEach((name, content) -> parts.put(
                        name,
                        content.replace(Excel.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
                                .replace(
                                        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
                                        "http://purl.oclc.org/ooxml/officeDocument/relationships/")));
        assertFails(parts, "E-XLS-STRICT", "save it in Excel as");
    }

    @Test
    void a_part_that_is_there_twice() throws Exception {
        byte[] twice = new String(
                        Excel.zip(with("xl/worksheets/sheet2.xml", "<worksheet/>")), StandardCharsets.ISO_8859_1)
                .replace("sheet2.xml", "sheet1.xml")
                .getBytes(StandardCharsets.ISO_8859_1);

        assertFails(twice, "E-XLS-CORRUPT", "is there twice");
        assertFails(with("XL/Workbook.xml", "<workbook/>"), "E-XLS-CORRUPT", "is there twice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xl/workbook.xml",
                "xl/worksheets/sheet1.xml",
                "xl/styles.xml",
                "xl/texts.xml",
                "xl/_rels/workbook.xml.rels"
            })
    void a_part_that_is_missing_or_no_xml(String part) throws Exception {
        Map<String, String> without = Excel.parts(ROW);
        without.remove(part);
        assertFails(without, "E-XLS-CORRUPT", "is missing");

        String content = Excel.parts(ROW).get(part);
        assertFails(with(part, ""), "E-XLS-CORRUPT", "is no XML as it should be");
        int end = part.equals("xl/texts.xml") ? content.indexOf("</t>") : content.length() - 5;
        assertFails(with(part, content.substring(0, end)), "E-XLS-CORRUPT", part);
        assertFails(with(part, content.replaceFirst("=", " ")), "E-XLS-CORRUPT", part);
        assertFails(
                with(part, "<!DOCTYPE a [<!ENTITY b \"c\">]>" + content),
                "E-XLS-CORRUPT",
                "has definitions of its own");
        assertFails(with(part, content.replaceFirst(">", ">" + "<a>".repeat(500_000))), "E-XLS-CORRUPT", part);
    }

    @ParameterizedTest
    @CsvSource({
        "'<c r=\"A1\" t=\"s\"><v>99</v></c>', a shared text that is not there, cell A1",
        "'<c r=\"A1\" t=\"s\"><v>-1</v></c>', where a number should be, cell A1",
        "'<c r=\"A1\" s=\"7\"><v>1</v></c>', a format that is not there, cell A1",
        "'<c r=\"B1\"/><c r=\"A1\"/>', out of order, row 1",
        "'<c r=\"A2\"/>', none of that row, row 1",
        "'<c r=\"ZZZZ1\"/>', out of order, row 1",
        "'<c r=\"XFE1\"/>', out of order, row 1",
        "'<c r=\"A1\" t=\"x\"/>', of a kind, sheet 'Data'",
        "'<c r=\"A1\"><v>one</v></c>', what it says, cell A1",
        "'<c r=\"A1\"><v>1E400</v></c>', what it says, cell A1",
        "'<c r=\"A1\"><v>NaN</v></c>', what it says, cell A1",
        "'<c r=\"A1\" t=\"b\"><v>maybe</v></c>', what it says, cell A1",
        "'<c r=\"A1\" t=\"d\"><v>2025-02-30</v></c>', what it says, cell A1",
        "'</row><row r=\"1\">', out of order, after row 1",
        "'</row><row r=\"1048577\">', out of bounds, sheet 'Data'",
        "'<c r=\"A1\" t=\"str\"><v>&unknown;</v></c>', sheet1.xml, Data"
    })
    void a_sheet_with_a_mistake(String cells, String words, String where) throws Exception {
        assertFails(Excel.parts("<row r=\"1\">" + cells + "</row>"), "E-XLS-CORRUPT", words);
        assertThat(Excel.failure(ExcelFile.at(path()))).hasMessageContaining(where);
    }

    @Test
    void a_changed_byte_in_a_part() throws Exception {
        byte[] content = workbook(path());
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int sheet = text.indexOf("sheet1.xml") + 100;
        content[sheet] ^= 1;

        assertFails(content, "E-XLS-CORRUPT", "sheet1.xml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "ISO-8859-1", "windows-1252"})
    void parts_in_other_encodings_are_read(String encoding) throws Exception {
        String sheet =
                "<?xml version=\"1.0\" encoding=\"" + (encoding.equals("UTF-16LE") ? "UTF-16" : encoding) + "\"?>\n"
                        + Excel.parts("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>k\u00e4se</t></is></c></row>")
                                .get("xl/worksheets/sheet1.xml");
        String marked = encoding.equals("UTF-16LE") || encoding.equals("UTF-8") ? "\ufeff" + sheet : sheet;
        Map<String, byte[]> parts = new LinkedHashMap<>();
        Excel.parts("").forEach((name, content) -> parts.put(name, content.getBytes(StandardCharsets.UTF_8)));
        parts.put("xl/worksheets/sheet1.xml", marked.getBytes(encoding));
        Files.write(path(), Excel.zipped(parts));

        assertThat(ExcelFile.at(path()).schema().orElseThrow().names()).containsExactly("k\u00e4se");

        parts.put("xl/worksheets/sheet1.xml", sheet.replace(encoding, "no-such").getBytes(StandardCharsets.UTF_8));
        if (!encoding.startsWith("UTF-16")) {
            assertFails(Excel.zipped(parts), "E-XLS-CORRUPT", "unknown encoding");
        }
        parts.put(
                "xl/worksheets/sheet1.xml", sheet.replaceFirst("<\\?.*\\?>", "").getBytes(StandardCharsets.ISO_8859_1));
        assertFails(Excel.zipped(parts), "E-XLS-CORRUPT", "sheet1.xml");
    }

    @Test
    void an_archive_with_too_many_parts() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (int i = 0; i < 10_001; i++) {
                out.putNextEntry(new ZipEntry("a" + i));
            }
        }

        assertFails(bytes.toByteArray(), "E-XLS-BOMB", "10001 parts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/texts.xml"})
    void a_part_that_grows_without_bounds(String bomb) throws Exception {
        for (String filler : new String[] {"<a/>", "<a b=\"", "text", "<!--"}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ZipOutputStream out = new ZipOutputStream(bytes)) {
                for (Map.Entry<String, String> part : Excel.parts(ROW).entrySet()) {
                    out.putNextEntry(new ZipEntry(part.getKey()));
                    String content = part.getValue();
                    int root = content.indexOf('>') + 1;
                    out.write(content.substring(0, root).getBytes(StandardCharsets.UTF_8));
                    if (part.getKey().equals(bomb)) {
                        out.write(filler.getBytes(StandardCharsets.UTF_8));
                        byte[] piece = (filler.equals("<a/>") ? filler : "    ")
                                .repeat(1 << 18)
                                .getBytes(StandardCharsets.UTF_8);
                        for (int i = 0; i < 12; i++) {
                            out.write(piece);
                        }
                    }
                    out.write(content.substring(root).getBytes(StandardCharsets.UTF_8));
                }
            }
            assertFails(bytes.toByteArray(), "E-XLS-BOMB", "was made to do harm");
        }
    }

    @Test
    void an_absurdly_long_text() throws Exception {
        String text = new java.util.Random(1)
                .ints(1_100_000, 'a', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        assertFails(
                Excel.parts("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>" + text + "</t></is></c></row>"),
                "E-XLS-TOO-LONG",
                "sheet 'Data' cell A1: a text is longer than");
        assertFails(
                with("xl/texts.xml", "<sst xmlns=\"" + Excel.MAIN + "\"><si><t>" + text + "</t></si></sst>"),
                "E-XLS-TOO-LONG",
                "cell A1");
        String run = "<r><t>" + text.substring(0, 600_000) + "</t></r>";
        assertFails(
                with("xl/texts.xml", "<sst xmlns=\"" + Excel.MAIN + "\"><si>" + run + run + "</si></sst>"),
                "E-XLS-TOO-LONG",
                "cell A1");
    }
}
