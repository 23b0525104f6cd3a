package dev.datasync.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The styles of an existing workbook's cells, and those that are added because a value would be shown, and read again,
 * as something else: a date in a cell that shows numbers, or a number in one that shows dates.
 */
final class CellStyles {

    private static final int FIRST_OWN_FORMAT = 164;

    private final CellFormats formats;
    private final Map<Wanted, Integer> added = new HashMap<>();
    private final List<Wanted> order = new ArrayList<>();
    private int next;

    /** A style like another one that shows values of a kind; without a kind it is for names of columns. */
    private record Wanted(int base, CellFormatter.@Nullable Kind kind) {}

    CellStyles(XlsxBook book) {
        this.formats = book.formats();
        this.next = Math.max(1, formats.size());
    }

    /** Returns the style for a value in a cell that has a style now. */
    int of(int style, CellFormatter.Kind kind, boolean isTyped) {
        CellFormats.Kind shown = formats.kind(style);
        boolean fits =
                switch (kind) {
                    case TEXT, TRUTH -> true;
                    case NUMBER -> shown == CellFormats.Kind.NUMBER || isTyped;
                    case DATE -> shown == CellFormats.Kind.DATE || isTyped && shown == CellFormats.Kind.TIMESTAMP;
                    case TIME -> shown == CellFormats.Kind.TIME;
                    case TIMESTAMP -> shown == CellFormats.Kind.TIMESTAMP || isTyped && shown == CellFormats.Kind.DATE;
                };
        return fits ? style : add(new Wanted(formats.has(style) ? style : 0, kind));
    }

    int header() {
        return add(new Wanted(0, null));
    }

    private int add(Wanted wanted) {
        return added.computeIfAbsent(wanted, key -> {
            order.add(key);
            return next++;
        });
    }

    boolean isChanged() {
        return !order.isEmpty();
    }

    /** Appends the part with the styles that were added. */
    void copy(XmlPieces xml, StringBuilder out) throws IOException {
        List<String> styles = new ArrayList<>();
        int formatId = FIRST_OWN_FORMAT;
        int fonts = 0;
        int formatsEnd = -1;
        int formatsBegin = -1;
        int fontsEnd = -1;
        int stylesEnd = -1;
        boolean isOfCells = false;
        boolean isOfFonts = false;
        String prefix = "";
        StringBuilder style = null;
        while (xml.next()) {
            if (style != null) {
                xml.appendTo(style);
                if (xml.closes("xf")) {
                    styles.add(style.toString());
                    style = null;
                }
            } else if (isOfCells && xml.opens("xf")) {
                if (xml.kind() == XmlPieces.Kind.EMPTY) {
                    styles.add(xml.raw());
                } else {
                    style = new StringBuilder(xml.raw());
                }
            }
            if (xml.kind() == XmlPieces.Kind.TEXT || xml.kind() == XmlPieces.Kind.OTHER) {
                xml.appendTo(out);
                continue;
            }
            if (xml.isNamed("styleSheet") && xml.kind() == XmlPieces.Kind.START) {
                prefix = xml.prefix();
                xml.appendTo(out);
                formatsBegin = out.length();
                continue;
            }
            if (xml.isNamed("numFmts") && xml.kind() == XmlPieces.Kind.EMPTY) {
                continue;
            }
            if (xml.isNamed("numFmts") && xml.kind() == XmlPieces.Kind.END) {
                formatsEnd = out.length();
            } else if (xml.isNamed("fonts")) {
                isOfFonts = xml.kind() == XmlPieces.Kind.START;
                fontsEnd = xml.kind() == XmlPieces.Kind.END ? out.length() : fontsEnd;
            } else if (xml.isNamed("cellXfs")) {
                isOfCells = xml.kind() == XmlPieces.Kind.START;
                stylesEnd = xml.kind() == XmlPieces.Kind.END ? out.length() : stylesEnd;
            } else if (isOfFonts && xml.opens("font")) {
                fonts++;
            } else if (xml.opens("numFmt")) {
                formatId = Math.max(formatId, number(xml.attribute("numFmtId")) + 1);
            }
            boolean counts = xml.opens("numFmts") || xml.opens("fonts") || xml.opens("cellXfs");
            // the counts are for the reader's convenience only
            out.append(counts ? XmlPieces.with(xml.raw(), "count", null) : xml.raw());
        }
        if (stylesEnd < 0 || fontsEnd < 0) {
            throw ExcelFault.corrupt("its styles lack the fonts or the formats of cells");
        }
        insert(out, prefix, styles, new Ends(formatsBegin, formatsEnd, fontsEnd, stylesEnd), formatId, fonts);
    }

    private record Ends(int begin, int formats, int fonts, int styles) {}

    private void insert(
            StringBuilder out, String prefix, List<String> styles, Ends ends, int firstFormat, int bold) {
        StringBuilder newStyles = new StringBuilder();
        StringBuilder newFormats = new StringBuilder();
        boolean isBold = false;
        Map<CellFormatter.Kind, Integer> formatIds = new HashMap<>();
        for (Wanted wanted : order) {
            String base = wanted.base < styles.size()
                    ? styles.get(wanted.base)
                    : "<" + prefix + "xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>";
            int tagEnd = base.indexOf('>') + 1;
            String tag = base.substring(0, tagEnd);
            if (wanted.kind == null) {
                isBold = true;
                tag = XmlPieces.with(XmlPieces.with(tag, "fontId", String.valueOf(bold)), "applyFont", "1");
            } else {
                Integer id = formatIds.get(wanted.kind);
                if (id == null) {
                    id = wanted.kind == CellFormatter.Kind.NUMBER ? 0 : firstFormat + formatIds.size();
                    formatIds.put(wanted.kind, id);
                    if (id != 0) {
                        newFormats.append("<").append(prefix).append(Parts.format(id, code(wanted.kind)).substring(1));
                    }
                }
                tag = XmlPieces.with(XmlPieces.with(tag, "numFmtId", String.valueOf(id)), "applyNumberFormat", "1");
            }
            newStyles.append(tag).append(base, tagEnd, base.length());
        }
        out.insert(ends.styles, newStyles);
        if (isBold) {
            String font = "<" + prefix + "font><" + prefix + "b/><" + prefix + "sz val=\"11\"/><" + prefix
                    + "name val=\"Calibri\"/><" + prefix + "family val=\"2\"/></" + prefix + "font>";
            out.insert(ends.fonts, font);
        }
        if (newFormats.length() > 0) {
            if (ends.formats >= 0) {
                out.insert(ends.formats, newFormats);
            } else {
                out.insert(
                        ends.begin,
                        "<" + prefix + "numFmts>" + newFormats + "</" + prefix + "numFmts>");
            }
        }
    }

    private static String code(CellFormatter.Kind kind) {
        return switch (kind) {
            case DATE -> Parts.DATE;
            case TIME -> Parts.TIME;
            default -> Parts.TIMESTAMP;
        };
    }

    private static int number(@Nullable String digits) {
        try {
            return digits == null ? 0 : Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
