package dev.datasync.files;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.ss.usermodel.Font;
import org.apache.poi.ss.usermodel.Workbook;
import org.jspecify.annotations.Nullable;

/** The styles of the cells that are written, each made once and only when it is needed. */
final class TableStyles {

    private static final String GENERAL = "General";

    private final Workbook book;
    private final Map<CellValues.Kind, CellStyle> plain = new EnumMap<>(CellValues.Kind.class);
    private final Map<Variant, CellStyle> variants = new HashMap<>();
    private final Map<Integer, CellFormats.Kind> known = new HashMap<>();
    private @Nullable CellStyle header;

    /** A style of the workbook for values of another kind than it was made for. */
    private record Variant(int style, CellFormats.Kind kind) {}

    TableStyles(Workbook book) {
        this.book = book;
    }

    /** Returns the style of names: bold, and otherwise in the font that the workbook uses. */
    CellStyle header() {
        if (header == null) {
            Font usual = book.getFontAt(0);
            Font bold = book.createFont();
            bold.setFontName(usual.getFontName());
            bold.setFontHeight(usual.getFontHeight());
            bold.setBold(true);
            header = book.createCellStyle();
            header.setFont(bold);
        }
        return header;
    }

    /** Returns the style in which a value of a kind is shown as what it is, or null when it needs none. */
    @Nullable
    CellStyle of(CellValues.Kind kind) {
        if (shownAs(kind) == CellFormats.Kind.NUMBER) {
            return null;
        }
        return plain.computeIfAbsent(kind, key -> {
            CellStyle style = book.createCellStyle();
            style.setDataFormat(book.createDataFormat().getFormat(code(shownAs(key))));
            return style;
        });
    }

    /** Returns a style like another one in which a value of a kind is shown as what it is. */
    CellStyle like(CellStyle base, CellValues.Kind kind) {
        return variants.computeIfAbsent(new Variant(base.getIndex(), shownAs(kind)), key -> {
            CellStyle style = book.createCellStyle();
            style.cloneStyleFrom(base);
            style.setDataFormat(book.createDataFormat().getFormat(code(key.kind)));
            return style;
        });
    }

    /** Returns what a number in a cell of that style means. */
    CellFormats.Kind meaning(CellStyle style) {
        return known.computeIfAbsent(
                (int) style.getDataFormat(), id -> CellFormats.kindOf(id, style.getDataFormatString()));
    }

    /** Returns what a number must mean so that a value of a kind is found again. */
    static CellFormats.Kind shownAs(CellValues.Kind kind) {
        return switch (kind) {
            case DATE -> CellFormats.Kind.DATE;
            case TIME -> CellFormats.Kind.TIME;
            case TIMESTAMP -> CellFormats.Kind.TIMESTAMP;
            default -> CellFormats.Kind.NUMBER;
        };
    }

    private static String code(CellFormats.Kind kind) {
        return switch (kind) {
            case DATE -> "yyyy\\-mm\\-dd";
            case TIME -> "hh:mm:ss";
            case TIMESTAMP -> "yyyy\\-mm\\-dd\\ hh:mm:ss";
            case NUMBER -> GENERAL;
        };
    }
}
