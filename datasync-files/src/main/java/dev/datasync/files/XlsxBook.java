package dev.datasync.files;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An .xlsx workbook, or one of its relatives with macros or as a template. */
final class XlsxBook implements ExcelBook {

    static final long LARGEST_SHEET = 4L << 30;
    private static final long LARGEST_OTHER = 64L << 20;
    private static final int MOST_SHEETS = 10_000;
    private static final String ROOT_RELATIONS = "_rels/.rels";

    private final XlsxPackage archive;
    private final String main;
    private final Map<String, Relation> relations;
    private final List<Listed> listed = new ArrayList<>();
    private final CellFormats formats;
    private ExcelDates dates = ExcelDates.SINCE_1900;
    private @Nullable SharedStrings sharedStrings;

    /** What a part of the archive says of another one. */
    private record Relation(String type, String target) {

        boolean is(String kind) {
            return type.endsWith("/" + kind);
        }
    }

    private record Listed(Sheet sheet, Relation relation) {}

    private XlsxBook(XlsxPackage archive) throws IOException {
        this.archive = archive;
        if (!archive.has(ROOT_RELATIONS)) {
            throw WorkbookKind.archive(archive);
        }
        this.main = mainPart();
        this.relations = relations(relationsOf(main), main);
        readWorkbook();
        this.formats = readFormats();
    }

    static XlsxBook open(File file) throws IOException {
        XlsxPackage archive = XlsxPackage.open(file);
        boolean opened = false;
        try {
            XlsxBook book = new XlsxBook(archive);
            opened = true;
            return book;
        } finally {
            if (!opened) {
                archive.close();
            }
        }
    }

    private String mainPart() throws IOException {
        for (Relation relation : relations(ROOT_RELATIONS, "").values()) {
            if (relation.is("officeDocument")) {
                if (relation.target.endsWith(".bin")) {
                    throw new ExcelFault(
                            "E-XLS-XLSB",
                            "the workbook is an 'Excel Binary Workbook' (.xlsb), which is not read: save it in Excel as"
                                    + " 'Excel Workbook (*.xlsx)'");
                }
                return relation.target;
            }
        }
        throw WorkbookKind.archive(archive);
    }

    private Map<String, Relation> relations(String part, String owner) throws IOException {
        Map<String, Relation> found = new HashMap<>();
        try (XmlPart xml = XmlPart.open(archive, part, LARGEST_OTHER)) {
            while (!xml.isAtEnd()) {
                if (xml.next() == XmlPart.START && xml.name().equals("Relationship")) {
                    String id = xml.attribute("Id");
                    String type = xml.attribute("Type");
                    String target = xml.attribute("Target");
                    boolean isExternal = "External".equals(xml.attribute("TargetMode"));
                    if (id != null && type != null && target != null && !isExternal) {
                        found.put(id, new Relation(type, resolved(owner, target)));
                    }
                }
            }
            xml.finish();
        }
        return found;
    }

    private static String resolved(String owner, String target) {
        if (target.startsWith("/")) {
            return target.substring(1);
        }
        List<String> path = new ArrayList<>(List.of(owner.split("/", -1)));
        path.remove(path.size() - 1);
        for (String step : target.split("/", -1)) {
            if (step.equals("..") && !path.isEmpty()) {
                path.remove(path.size() - 1);
            } else if (!step.equals(".") && !step.equals("..")) {
                path.add(step);
            }
        }
        return String.join("/", path);
    }

    private void readWorkbook() throws IOException {
        try (XmlPart xml = XmlPart.open(archive, main, LARGEST_OTHER)) {
            if (!xml.name().equals("workbook")) {
                throw WorkbookKind.document(xml.name());
            }
            xml.rooted("workbook");
            while (!xml.isAtEnd()) {
                if (xml.next() == XmlPart.START) {
                    if (xml.depth() == 2 && xml.name().equals("workbookPr")) {
                        readDates(xml.attribute("date1904"));
                    } else if (xml.depth() == 3 && xml.name().equals("sheet")) {
                        readSheet(xml);
                    }
                }
            }
            xml.finish();
        }
    }

    private void readDates(@Nullable String since1904) {
        if ("1".equals(since1904) || "true".equals(since1904)) {
            dates = ExcelDates.SINCE_1904;
        }
    }

    private void readSheet(XmlPart xml) throws ExcelFault {
        String name = xml.attribute("name");
        String id = xml.prefixed("id");
        Relation relation = id == null ? null : relations.get(id);
        if (name == null || relation == null || listed.size() == MOST_SHEETS) {
            throw ExcelFault.corrupt("its list of sheets names one that is not there, or too many");
        }
        String state = xml.attribute("state");
        listed.add(new Listed(
                new Sheet(name, state == null || state.equals("visible"), relation.is("worksheet")), relation));
    }

    private CellFormats readFormats() throws IOException {
        CellFormats.Collector collector = new CellFormats.Collector();
        Relation styles = relation("styles");
        if (styles != null) {
            try (XmlPart xml = XmlPart.open(archive, styles.target, LARGEST_OTHER)) {
                xml.rooted("styleSheet");
                boolean isOfCells = false;
                while (!xml.isAtEnd()) {
                    if (xml.next() != XmlPart.START) {
                        continue;
                    }
                    String name = xml.name();
                    if (xml.depth() == 2) {
                        isOfCells = name.equals("cellXfs");
                    } else if (xml.depth() == 3 && name.equals("numFmt")) {
                        String code = xml.attribute("formatCode");
                        collector.code(number(xml.attribute("numFmtId")), code == null ? "" : code);
                    } else if (xml.depth() == 3 && isOfCells && name.equals("xf")) {
                        collector.format(number(xml.attribute("numFmtId")));
                    }
                }
                xml.finish();
            }
        }
        return collector.formats(dates);
    }

    private static int number(@Nullable String digits) throws ExcelFault {
        try {
            return digits == null ? 0 : Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw ExcelFault.corrupt("its formats have something else where a number should be");
        }
    }

    private @Nullable Relation relation(String kind) {
        for (Relation relation : relations.values()) {
            if (relation.is(kind)) {
                return relation;
            }
        }
        return null;
    }

    XlsxPackage archive() {
        return archive;
    }

    /** Returns the name of the part that lists the sheets. */
    String mainPartName() {
        return main;
    }

    /** Returns the name of the part that a sheet is in. */
    String sheetPartName(int index) {
        return listed.get(index).relation.target;
    }

    /** Returns the names of the parts of a kind that a part refers to. */
    List<String> related(String part, String kind) throws IOException {
        String relationsPart = relationsOf(part);
        if (!archive.has(relationsPart)) {
            return List.of();
        }
        return relations(relationsPart, part).values().stream()
                .filter(relation -> relation.is(kind))
                .map(Relation::target)
                .toList();
    }

    /** Returns the name of the part that says what a part refers to. */
    static String relationsOf(String part) {
        int folder = part.lastIndexOf('/') + 1;
        return part.substring(0, folder) + "_rels/" + part.substring(folder) + ".rels";
    }

    @Override
    public List<Sheet> sheets() {
        return listed.stream().map(Listed::sheet).toList();
    }

    @Override
    public CellFormats formats() {
        return formats;
    }

    @Override
    public SheetRows rows(int index) throws IOException {
        XmlPart xml = XmlPart.open(archive, listed.get(index).relation.target, LARGEST_SHEET);
        boolean opened = false;
        try {
            XlsxRows rows = new XlsxRows(xml.rooted("worksheet"), this);
            opened = true;
            return rows;
        } finally {
            if (!opened) {
                xml.close();
            }
        }
    }

    String sharedString(int number) throws IOException {
        if (sharedStrings == null) {
            Relation relation = relation("sharedStrings");
            if (relation == null) {
                throw ExcelFault.corrupt("a cell refers to a shared text, and there are none");
            }
            XmlPart xml = XmlPart.open(archive, relation.target, LARGEST_SHEET);
            boolean opened = false;
            try {
                sharedStrings = new SharedStrings(xml.rooted("sst"), SharedStrings.MEMORY);
                opened = true;
            } finally {
                if (!opened) {
                    xml.close();
                }
            }
        }
        return sharedStrings.get(number);
    }

    /** Reads the rest of what was read in part, for the checksums. */
    void finish() throws IOException {
        if (sharedStrings != null) {
            sharedStrings.finish();
        }
    }

    @Override
    @SuppressWarnings("try") // the resources are there to be closed
    public void close() throws IOException {
        try (XlsxPackage closing = archive;
                SharedStrings closingToo = sharedStrings) {
            sharedStrings = null;
        }
    }
}
