package dev.datasync.files;

import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies the XML of a part in which something refers to the rows of a sheet: what refers to rows that move is moved, and
 * what refers to nothing but rows that are deleted goes with them.
 */
final class PartEditor {

    private static final Set<String> FORMULAS =
            Set.of("f", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula");

    /** Elements of which there must be none without anything in it. */
    private static final Set<String> CONTAINERS =
            Set.of("mergeCells", "dataValidations", "hyperlinks", "protectedRanges", "ignoredErrors", "cellWatches");

    private final Kind kind;
    private final References references;
    private final Growth growth;
    private @Nullable String pending;
    private String pendingName = "";
    private int skipped;
    private String within = "";
    private boolean isInRowBreaks;

    /** Which part it is. */
    enum Kind {
        OWN_SHEET,
        OTHER_SHEET,
        TABLE,
        CHART,
        DRAWING,
        COMMENTS,
        PIVOT
    }

    /**
     * The records' rows before and after.
     *
     * @param oldLast the last row with a record before
     * @param newLast the last row with a record now
     */
    record Growth(int oldLast, int newLast) {}

    PartEditor(Kind kind, References references, Growth growth) {
        this.kind = kind;
        this.references = references;
        this.growth = growth;
    }

    /** Appends a piece as it will be. */
    void append(XmlPieces xml, StringBuilder out) throws IOException {
        if (skipped > 0) {
            if (xml.kind() == XmlPieces.Kind.START) {
                skipped++;
            } else if (xml.kind() == XmlPieces.Kind.END) {
                skipped--;
            }
        } else if (xml.kind() == XmlPieces.Kind.TEXT) {
            appendText(xml, out);
        } else if (xml.opens()) {
            appendTag(xml, out);
        } else if (pending != null && xml.kind() == XmlPieces.Kind.END && xml.isNamed(pendingName)) {
            pending = null;
        } else {
            within = xml.kind() == XmlPieces.Kind.END ? "" : within;
            xml.appendTo(out);
        }
    }

    private void appendText(XmlPieces xml, StringBuilder out) {
        if (pending != null) {
            return;
        }
        String text = within.isEmpty() ? null : text(xml.text());
        if (text == null) {
            xml.appendTo(out);
        } else {
            out.append(Parts.escaped(text));
        }
    }

    /** Returns what becomes of the text of the element at hand, or null when it stays as it is. */
    private @Nullable String text(String text) {
        if (FORMULAS.contains(within)) {
            boolean isOurs = kind == Kind.OWN_SHEET || kind == Kind.TABLE;
            return references.formula(text, isOurs);
        }
        if (within.equals("sqref") && kind == Kind.OWN_SHEET) {
            return references.areas(text);
        }
        if (within.equals("row") && kind == Kind.DRAWING) {
            try {
                // counted from 0
                return String.valueOf(references.shift().of(Integer.parseInt(text.strip()) + 1) - 1);
            } catch (NumberFormatException e) {
                return null;
            }
        }
        return null;
    }

    private void appendTag(XmlPieces xml, StringBuilder out) {
        String name = xml.name();
        if (kind == Kind.OWN_SHEET && xml.kind() == XmlPieces.Kind.START && CONTAINERS.contains(name)) {
            pending = XmlPieces.with(xml.raw(), "count", null);
            pendingName = name;
            return;
        }
        isInRowBreaks = name.equals("rowBreaks") || isInRowBreaks && name.equals("brk");
        String tag = tag(name, xml.raw());
        if (tag == null) {
            skipped = xml.kind() == XmlPieces.Kind.START ? 1 : 0;
            return;
        }
        if (pending != null) {
            out.append(pending);
            pending = null;
        }
        out.append(tag);
        within = xml.kind() == XmlPieces.Kind.START ? name : "";
    }

    /** Returns what becomes of an element's tag, or null when the element goes. */
    private @Nullable String tag(String name, String tag) {
        return switch (kind) {
            case OWN_SHEET, TABLE -> sheetTag(name, tag);
            case COMMENTS -> area(tag, "ref");
            case PIVOT -> name.equals("worksheetSource") && references.isOf(XmlPieces.attribute(tag, "sheet"))
                    ? kept(area(tag, "ref"), tag)
                    : tag;
            default -> tag;
        };
    }

    private @Nullable String sheetTag(String name, String tag) {
        switch (name) {
            case "table", "autoFilter" -> {
                return grown(name, tag);
            }
            case "mergeCell" -> {
                String moved = area(tag, "ref");
                String ref = moved == null ? null : XmlPieces.attribute(moved, "ref");
                return ref == null || isOneCell(ref) ? null : moved;
            }
            case "pane", "sheetView" -> {
                return near(tag, "topLeftCell");
            }
            case "selection" -> {
                return kept(area(near(tag, "activeCell"), "sqref"), XmlPieces.with(tag, "sqref", "A1"));
            }
            case "brk" -> {
                String row = isInRowBreaks ? XmlPieces.attribute(tag, "id") : null;
                return row == null || references.isEmpty()
                        ? tag
                        : XmlPieces.with(tag, "id", String.valueOf(references.shift().of(Integer.parseInt(row))));
            }
            default -> {
                String moved = area(tag, "ref");
                return moved == null ? null : area(moved, "sqref");
            }
        }
    }

    private static boolean isOneCell(String area) {
        int colon = area.indexOf(':');
        return colon < 0 || area.substring(0, colon).equals(area.substring(colon + 1));
    }

    private static String kept(@Nullable String tag, String otherwise) {
        return tag == null ? otherwise : tag;
    }

    private String near(String tag, String attribute) {
        String cell = XmlPieces.attribute(tag, attribute);
        return cell == null || references.isEmpty() ? tag : XmlPieces.with(tag, attribute, references.near(cell));
    }

    private @Nullable String area(String tag, String attribute) {
        String areas = references.isEmpty() ? null : XmlPieces.attribute(tag, attribute);
        if (areas == null) {
            return tag;
        }
        String moved = references.areas(areas);
        return moved == null ? null : XmlPieces.with(tag, attribute, moved);
    }

    /** Returns a table's or filter's tag, which has new records in it when it had the last one before. */
    private @Nullable String grown(String name, String tag) {
        String ref = XmlPieces.attribute(tag, "ref");
        if (ref == null || ref.indexOf(':') < 0) {
            return tag;
        }
        String moved = references.isEmpty() ? ref : references.areas(ref);
        if (moved == null) {
            return null;
        }
        CellRange old = CellRange.parse(ref);
        CellRange now = CellRange.parse(moved.indexOf(':') < 0 ? moved + ":" + moved : moved);
        String totals = XmlPieces.attribute(tag, "totalsRowCount");
        boolean hasTotals = totals != null && !totals.equals("0");
        int last = now.lastRow();
        if (!hasTotals && old.lastRow() == growth.oldLast && growth.newLast > last) {
            last = growth.newLast;
        }
        if (name.equals("table") && last == now.firstRow() && !"0".equals(XmlPieces.attribute(tag, "headerRowCount"))) {
            // a table has at least one row beside its header
            last++;
        }
        return last == now.lastRow() && references.isEmpty()
                ? tag
                : XmlPieces.with(
                        tag,
                        "ref",
                        CellRange.cell(now.firstRow(), now.firstColumn()) + ":"
                                + CellRange.cell(last, now.lastColumn()));
    }
}
