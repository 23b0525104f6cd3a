package dev.datasync.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The parts of a workbook that are the same in all that are made here. */
final class Parts {

    static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    static final String RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
    static final String OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    static final String CONTENT_TYPES = "[Content_Types].xml";
    static final String SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
    static final String STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";

    static final String DATE = "yyyy\\-mm\\-dd";
    static final String TIME = "hh:mm:ss";
    static final String TIMESTAMP = "yyyy\\-mm\\-dd\\ hh:mm:ss";

    /** The styles in {@link #styles()}. */
    static final NewSheet.Styles STYLES = new NewSheet.Styles(1, 2, 3, 4);

    private Parts() {}

    static void write(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    static String contentTypes() {
        return DECLARATION
                + "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                + override(
                        "/xl/workbook.xml",
                        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml")
                + override("/xl/worksheets/sheet1.xml", SHEET_TYPE)
                + override("/xl/styles.xml", STYLES_TYPE)
                + "</Types>";
    }

    static String override(String part, String type) {
        return "<Override PartName=\"" + part + "\" ContentType=\"" + type + "\"/>";
    }

    static String packageRelations() {
        return relations(relation("rId1", "officeDocument", "xl/workbook.xml"));
    }

    static String workbookRelations() {
        return relations(
                relation("rId1", "worksheet", "worksheets/sheet1.xml") + relation("rId2", "styles", "styles.xml"));
    }

    private static String relations(String content) {
        return DECLARATION + "<Relationships xmlns=\"" + RELATIONS + "\">" + content + "</Relationships>";
    }

    static String relation(String id, String type, String target) {
        return "<Relationship Id=\"" + id + "\" Type=\"" + OFFICE + "/" + type + "\" Target=\"" + target + "\"/>";
    }

    /**
     * Returns the part that lists the sheets.
     *
     * @param sheet the name of the only sheet
     * @param filtered the cells that the sheet's filter is about, or blank when it has none
     */
    static String workbook(String sheet, String filtered) {
        return DECLARATION + "<workbook xmlns=\"" + MAIN + "\" xmlns:r=\"" + OFFICE + "\"><workbookPr/><bookViews>"
                + "<workbookView/></bookViews><sheets><sheet name=\"" + escaped(sheet)
                + "\" sheetId=\"1\" r:id=\"rId1\"/></sheets>"
                + (filtered.isEmpty() ? "" : "<definedNames>" + filterName(sheet, 0, filtered) + "</definedNames>")
                + "</workbook>";
    }

    /** Returns the name by which Excel itself remembers the cells of a filter. */
    static String filterName(String sheet, int index, String filtered) {
        return "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"" + index + "\" hidden=\"1\">"
                + escaped("'" + sheet.replace("'", "''") + "'!" + filtered.replaceAll("([A-Z]+|[0-9]+)", "\\$$1"))
                + "</definedName>";
    }

    static String styles() {
        return DECLARATION + "<styleSheet xmlns=\"" + MAIN + "\"><numFmts count=\"3\">"
                + format(164, DATE) + format(165, TIME) + format(166, TIMESTAMP)
                + "</numFmts><fonts count=\"2\">" + font("") + font("<b/>") + "</fonts>"
                + "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
                + "<fill><patternFill patternType=\"gray125\"/></fill></fills>"
                + "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
                + "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
                + "<cellXfs count=\"5\">" + style(0, "") + style(0, " applyFont=\"1\"")
                + style(164, " applyNumberFormat=\"1\"") + style(165, " applyNumberFormat=\"1\"")
                + style(166, " applyNumberFormat=\"1\"") + "</cellXfs>"
                + "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>"
                + "</styleSheet>";
    }

    private static String font(String weight) {
        return "<font>" + weight + "<sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>";
    }

    static String format(int id, String code) {
        return "<numFmt numFmtId=\"" + id + "\" formatCode=\"" + code + "\"/>";
    }

    private static String style(int format, String more) {
        return "<xf numFmtId=\"" + format + "\" fontId=\"" + (more.contains("Font") ? 1 : 0)
                + "\" fillId=\"0\" borderId=\"0\" xfId=\"0\"" + more + "/>";
    }

    /** Returns a text as the content of an element or of an attribute. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("\n", "&#10;")
                .replace("\r", "&#13;")
                .replace("\t", "&#9;");
    }
}
