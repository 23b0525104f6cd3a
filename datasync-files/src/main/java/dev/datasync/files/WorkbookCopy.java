package dev.datasync.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Copies all parts of a workbook beside the sheet that was changed, which was written before them. */
final class WorkbookCopy {

    private static final String CALCULATION_ORDER = "calcChain";
    private static final String FILTER = "_xlnm._FilterDatabase";

    private final XlsxBook book;
    private final int sheetIndex;
    private final References references;
    private PartEditor.Growth growth = new PartEditor.Growth(0, 0);
    private @Nullable Added added;
    private final CellStyles styles;
    private final Map<String, PartEditor.Kind> kinds = new HashMap<>();
    private final Set<String> drawings = new HashSet<>();
    private boolean hasFormulas;

    /**
     * A sheet that is new.
     *
     * @param name its name
     * @param part the name of its part
     * @param filtered the cells of its filter, blank when it has none
     */
    record Added(String name, String part, String filtered) {

        private static final String ID = "rIdDataSync";

        private String relation() {
            return Parts.relation(ID, "worksheet", "/" + part);
        }
    }

    /**
     * @param sheetIndex the place of the sheet that was changed, or -1 for one that is new
     */
    WorkbookCopy(XlsxBook book, int sheetIndex, References references, CellStyles styles) {
        this.book = book;
        this.sheetIndex = sheetIndex;
        this.references = references;
        this.styles = styles;
    }

    /** Returns a name for the part of a sheet that is new. */
    String newPart() {
        String main = book.mainPartName();
        String folder = main.substring(0, main.lastIndexOf('/') + 1) + "worksheets/sheet";
        int number = book.sheets().size() + 1;
        while (book.archive().has(folder + number + ".xml")) {
            number++;
        }
        return folder + number + ".xml";
    }

    /** Writes what must be the first part. */
    void begin(ZipOutputStream zip, @Nullable String newPart) throws IOException {
        zip.putNextEntry(new ZipEntry(Parts.CONTENT_TYPES));
        copyList(Parts.CONTENT_TYPES, zip, newPart == null ? null : Parts.override("/" + newPart, Parts.SHEET_TYPE));
        zip.closeEntry();
    }

    /** Writes all parts of a workbook that gets a new sheet. */
    void copy(ZipOutputStream zip, Added sheet) throws IOException {
        added = sheet;
        copyParts(zip, "");
    }

    /** Writes all parts of a workbook of which a sheet was changed. */
    void copy(ZipOutputStream zip, PartEditor.Growth change, SheetScan scan) throws IOException {
        growth = change;
        hasFormulas = scan.hasFormulas();
        copyParts(zip, book.sheetPartName(sheetIndex));
    }

    private void copyParts(ZipOutputStream zip, String own) throws IOException {
        Set<String> sheets = new HashSet<>();
        for (int i = 0; i < book.sheets().size(); i++) {
            sheets.add(key(book.sheetPartName(i)));
        }
        findKinds(own, sheets);
        String main = key(book.mainPartName());
        String stylesPart = styles.isChanged() ? stylesPart() : null;
        List<String> names = book.archive().names();
        for (String name : names) {
            String part = key(name);
            boolean isWritten = part.equals(key(own)) || part.equals(main) || part.equals(key(Parts.CONTENT_TYPES));
            if (isWritten || name.endsWith("/")) {
                continue;
            }
            if (!references.isEmpty() && isCalculationOrder(part)) {
                continue;
            }
            zip.putNextEntry(new ZipEntry(name));
            PartEditor.Kind kind = kinds.get(part);
            if (part.equals(stylesPart)) {
                StringBuilder text = new StringBuilder();
                try (XmlPieces xml = pieces(name)) {
                    styles.copy(xml, text);
                }
                write(zip, text);
            } else if (kind != null) {
                edit(name, kind, zip);
            } else if (drawings.contains(part)) {
                editNotes(name, zip);
            } else if (part.equals(key(XlsxBook.relationsOf(book.mainPartName())))) {
                copyList(name, zip, added == null ? null : added.relation());
            } else {
                copy(name, zip, sheets.contains(part));
            }
            zip.closeEntry();
        }
        // last, because it says whether there are formulas
        zip.putNextEntry(new ZipEntry(book.mainPartName()));
        workbook(zip);
        zip.closeEntry();
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replace('\\', '/');
    }

    private static boolean isCalculationOrder(String part) {
        return part.endsWith("/" + CALCULATION_ORDER.toLowerCase(Locale.ROOT) + ".xml");
    }

    private @Nullable String stylesPart() throws IOException {
        List<String> found = book.related(book.mainPartName(), "styles");
        if (found.isEmpty()) {
            throw new ExcelFault(
                    "E-XLS-STYLES",
                    "the workbook has no styles, and dates cannot be shown without: save it once in Excel");
        }
        return key(found.get(0));
    }

    private void findKinds(String own, Set<String> sheets) throws IOException {
        for (String table : book.related(own, "table")) {
            kinds.put(key(table), PartEditor.Kind.TABLE);
        }
        if (references.isEmpty()) {
            return;
        }
        for (String sheet : sheets) {
            kinds.put(sheet, PartEditor.Kind.OTHER_SHEET);
        }
        for (String drawing : book.related(own, "drawing")) {
            kinds.put(key(drawing), PartEditor.Kind.DRAWING);
        }
        for (String kind : List.of("comments", "threadedComment")) {
            for (String comments : book.related(own, kind)) {
                kinds.put(key(comments), PartEditor.Kind.COMMENTS);
            }
        }
        for (String drawing : book.related(own, "vmlDrawing")) {
            drawings.add(key(drawing));
        }
        for (String name : book.archive().names()) {
            String part = key(name);
            if (part.endsWith(".xml") && part.contains("/charts/")) {
                kinds.put(part, PartEditor.Kind.CHART);
            } else if (part.endsWith(".xml") && part.contains("/pivotcachedefinition")) {
                kinds.put(part, PartEditor.Kind.PIVOT);
            }
        }
    }

    private XmlPieces pieces(String name) throws IOException {
        return new XmlPieces(book.archive().open(name, XlsxBook.LARGEST_SHEET));
    }

    private static void write(ZipOutputStream zip, StringBuilder text) throws IOException {
        zip.write(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        text.setLength(0);
    }

    private void edit(String name, PartEditor.Kind kind, ZipOutputStream zip) throws IOException {
        PartEditor editor = new PartEditor(kind, references, growth);
        StringBuilder text = new StringBuilder();
        try (XmlPieces xml = pieces(name)) {
            while (xml.next()) {
                if (kind == PartEditor.Kind.OTHER_SHEET && xml.opens("f")) {
                    hasFormulas = true;
                }
                editor.append(xml, text);
                if (text.length() > 1 << 15) {
                    write(zip, text);
                }
            }
        }
        write(zip, text);
    }

    /** Moves the shapes of notes, which an older kind of drawing has, and drops those of rows that are gone. */
    private void editNotes(String name, ZipOutputStream zip) throws IOException {
        StringBuilder text = new StringBuilder();
        StringBuilder shape = null;
        boolean isGone = false;
        String within = "";
        try (XmlPieces xml = pieces(name)) {
            while (xml.next()) {
                if (xml.kind() == XmlPieces.Kind.START && xml.isNamed("shape")) {
                    shape = new StringBuilder();
                    isGone = false;
                }
                StringBuilder out = shape == null ? text : shape;
                if (xml.kind() == XmlPieces.Kind.TEXT && within.equals("Row")) {
                    int row = SheetScan.number(xml.text().strip()) + 1;
                    isGone = references.shift().isDeleted(row);
                    out.append(references.shift().of(row) - 1);
                } else if (xml.kind() == XmlPieces.Kind.TEXT && within.equals("Anchor")) {
                    out.append(anchor(xml.text()));
                } else {
                    xml.appendTo(out);
                }
                within = xml.kind() == XmlPieces.Kind.START ? xml.name() : "";
                if (shape != null && xml.kind() == XmlPieces.Kind.END && xml.isNamed("shape")) {
                    text.append(isGone ? "" : shape);
                    shape = null;
                }
            }
        }
        write(zip, text);
    }

    private String anchor(String anchor) {
        String[] numbers = anchor.strip().split("\\s*,\\s*");
        if (numbers.length != 8) {
            return anchor;
        }
        try {
            for (int i = 2; i < 8; i += 4) {
                numbers[i] = String.valueOf(references.shift().of(Integer.parseInt(numbers[i]) + 1) - 1);
            }
        } catch (NumberFormatException e) {
            return anchor;
        }
        return String.join(", ", numbers);
    }

    /**
     * Copies a list of parts, without the order of calculation when it changes, which Excel makes anew.
     *
     * @param more what to add at its end, or null
     */
    private void copyList(String name, ZipOutputStream zip, @Nullable String more) throws IOException {
        if (more == null && references.isEmpty()) {
            copy(name, zip, false);
            return;
        }
        StringBuilder text = new StringBuilder();
        try (XmlPieces xml = pieces(name)) {
            while (xml.next()) {
                boolean isEnd = xml.kind() == XmlPieces.Kind.END;
                if (more != null && isEnd && (xml.isNamed("Types") || xml.isNamed("Relationships"))) {
                    String prefix = xml.prefix();
                    text.append(prefix.isEmpty() ? more : "<" + prefix + more.substring(1));
                }
                if (references.isEmpty() || !isCalculationOrder(xml)) {
                    xml.appendTo(text);
                }
            }
        }
        write(zip, text);
    }

    private static boolean isCalculationOrder(XmlPieces xml) {
        if (xml.kind() != XmlPieces.Kind.EMPTY) {
            return false;
        }
        if (xml.isNamed("Override")) {
            return isCalculationOrder(key(String.valueOf(xml.attribute("PartName"))));
        }
        return xml.isNamed("Relationship")
                && String.valueOf(xml.attribute("Type")).endsWith("/" + CALCULATION_ORDER);
    }

    private void copy(String name, ZipOutputStream zip, boolean isSheet) throws IOException {
        try (InputStream in = book.archive().open(name, Long.MAX_VALUE)) {
            byte[] buffer = new byte[32 << 10];
            byte last = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                zip.write(buffer, 0, count);
                if (isSheet && !hasFormulas) {
                    hasFormulas = hasFormula(buffer, count, last);
                    last = count == 0 ? last : buffer[count - 1];
                }
            }
        }
    }

    /** Tells whether an element f may begin in some bytes: better one time too often than not. */
    private static boolean hasFormula(byte[] bytes, int count, byte before) {
        byte last = before;
        for (int i = 0; i < count; i++) {
            if (bytes[i] == 'f' && (last == '<' || last == ':')) {
                boolean ends = i + 1 == count || bytes[i + 1] == '>' || bytes[i + 1] == ' ';
                if (ends) {
                    return true;
                }
            }
            last = bytes[i];
        }
        return false;
    }

    /** Copies the part with the names; formulas are calculated when the workbook is opened. */
    private void workbook(ZipOutputStream zip) throws IOException {
        StringBuilder text = new StringBuilder();
        String prefix = "";
        int behind = -1;
        boolean isCalculated = false;
        boolean isNamed = added == null;
        int sheetId = 0;
        boolean isName = false;
        boolean isFilter = false;
        try (XmlPieces xml = pieces(book.mainPartName())) {
            while (xml.next()) {
                if (xml.opens("workbook")) {
                    prefix = xml.prefix();
                }
                if (xml.opens("definedName")) {
                    isName = xml.kind() == XmlPieces.Kind.START;
                    isFilter = FILTER.equals(xml.attribute("name"))
                            && String.valueOf(sheetIndex).equals(xml.attribute("localSheetId"));
                } else if (xml.kind() == XmlPieces.Kind.END) {
                    isName = false;
                }
                if (xml.opens("sheet")) {
                    sheetId = Math.max(sheetId, SheetScan.number(xml.attribute("sheetId")));
                }
                if (added != null && xml.kind() == XmlPieces.Kind.END && xml.isNamed("sheets")) {
                    text.append(newSheet(added, prefix, sheetId + 1));
                }
                if (added != null && xml.kind() == XmlPieces.Kind.END && xml.isNamed("definedNames")) {
                    text.append(newName(added, prefix));
                    isNamed = true;
                }
                if (xml.opens("calcPr") && hasFormulas) {
                    isCalculated = true;
                    text.append(XmlPieces.with(xml.raw(), "fullCalcOnLoad", "1"));
                } else if (isName && xml.kind() == XmlPieces.Kind.TEXT) {
                    String formula = references.formula(xml.text(), false);
                    text.append(Parts.escaped(isFilter ? grown(formula) : formula));
                } else {
                    xml.appendTo(text);
                }
                for (String before : List.of("sheets", "functionGroups", "externalReferences", "definedNames")) {
                    behind = xml.isTag() && xml.closes(before) ? text.length() : behind;
                }
            }
        }
        if (hasFormulas && !isCalculated && behind >= 0) {
            text.insert(behind, "<" + prefix + "calcPr fullCalcOnLoad=\"1\"/>");
        }
        if (!isNamed && behind >= 0) {
            String newName = newName(Objects.requireNonNull(added), prefix);
            text.insert(
                    behind,
                    newName.isEmpty()
                            ? ""
                            : "<" + prefix + "definedNames>" + newName + "</" + prefix + "definedNames>");
        }
        write(zip, text);
    }

    private static String newSheet(Added sheet, String prefix, int id) {
        return "<" + prefix + "sheet xmlns:r=\"" + Parts.OFFICE + "\" name=\"" + Parts.escaped(sheet.name)
                + "\" sheetId=\"" + id + "\" r:id=\"" + Added.ID + "\"/>";
    }

    private String newName(Added sheet, String prefix) {
        if (sheet.filtered.isEmpty()) {
            return "";
        }
        String element = Parts.filterName(sheet.name, book.sheets().size(), sheet.filtered);
        return prefix.isEmpty() ? element : element.replace("<d", "<" + prefix + "d").replace("</", "</" + prefix);
    }

    private String grown(String filtered) {
        int dollar = filtered.lastIndexOf('$');
        int last = references.shift().endOf(growth.oldLast());
        return filtered.substring(dollar + 1).equals(String.valueOf(last))
                ? filtered.substring(0, dollar + 1) + growth.newLast()
                : filtered;
    }
}
