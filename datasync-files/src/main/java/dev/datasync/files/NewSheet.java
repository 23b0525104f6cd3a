package dev.datasync.files;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.NotCommittedException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the XML of a new sheet while its rows come. The first rows wait until the widths of the columns, which stand
 * before them, can be told from what they hold.
 */
final class NewSheet {

    private static final int ROWS_TO_MEASURE = 200;
    private static final int PIECE = 32 << 10;
    private static final int NARROWEST = 9;
    private static final int WIDEST = 60;

    /** What the arrow of a filter and the margins of a cell take. */
    private static final int ARROW = 3;

    private static final int MARGIN = 2;

    private final Writer out;
    private final StringBuilder pending = new StringBuilder(2 * PIECE);
    private final CellFormatter cells;
    private final Styles styles;
    private final Place place;
    private final Schema schema;
    private final String[] references;
    private final double[] widths;

    private char[] piece = new char[2 * PIECE];
    private boolean begun;
    private int next;
    private int rows;
    private @Nullable Schema lastSchema;
    private int[] places = new int[0];

    /**
     * The numbers of the styles of cells.
     *
     * @param header the style of names
     * @param date the style of dates
     * @param time the style of times of day
     * @param timestamp the style of dates with times
     */
    record Styles(int header, int date, int time, int timestamp) {

        int of(CellFormatter.Kind kind) {
            return switch (kind) {
                case DATE -> date;
                case TIME -> time;
                case TIMESTAMP -> timestamp;
                default -> 0;
            };
        }
    }

    /**
     * Where in the sheet the records go.
     *
     * @param header the row of the header, or 0 when there is none
     * @param first the row of the first record
     * @param last the last row that there is
     * @param column the first column, from 1
     * @param isSelected whether the sheet is the one that is seen when the workbook is opened
     */
    record Place(int header, int first, int last, int column, boolean isSelected) {}

    NewSheet(OutputStream out, CellFormatter cells, Styles styles, Place place, Schema schema) {
        this.out = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        this.cells = cells;
        this.styles = styles;
        this.place = place;
        this.schema = schema;
        this.next = place.first;
        this.references = new String[schema.size()];
        this.widths = new double[schema.size()];
        for (int i = 0; i < references.length; i++) {
            references[i] = CellRange.letters(place.column + i);
            widths[i] = NARROWEST;
        }
    }

    /** Returns the last row of the table. */
    int lastRow() {
        return Math.max(place.header, next - 1);
    }

    /** Returns the table's cells with its header. */
    String area() {
        return references[0] + place.header + ":" + references[references.length - 1] + lastRow();
    }

    /** Writes the names of the columns, which were checked before. */
    void begin() throws NotCommittedException {
        try {
            header();
        } catch (CellFormatter.Unwritable e) {
            throw new NotCommittedException("the name of a column cannot be written: " + e.reason());
        }
    }

    private void header() throws CellFormatter.Unwritable {
        if (place.header == 0) {
            return;
        }
        pending.append("<row r=\"").append(place.header).append("\">");
        for (int i = 0; i < references.length; i++) {
            String name = schema.field(i).name();
            cells.append(pending, references[i], place.header, styles.header, name, schema.field(i).type());
            widths[i] = Math.max(widths[i], columns(name) * 1.1 + ARROW);
        }
        pending.append("</row>");
    }

    /** Writes a record, or leaves all as it was when one of its values cannot be written. */
    void append(Row row) throws CellFormatter.Unwritable, IOException {
        if (next > place.last) {
            throw new CellFormatter.Unwritable("the sheet has no row left for it");
        }
        if (lastSchema != row.schema()) {
            lastSchema = row.schema();
            places = places(row.schema());
        }
        int mark = pending.length();
        pending.append("<row r=\"").append(next).append("\">");
        for (int i = 0; i < references.length; i++) {
            Object value = places[i] < 0 ? null : row.value(places[i]);
            if (value == null) {
                continue;
            }
            try {
                int style = styles.of(CellFormatter.kind(value));
                cells.append(pending, references[i], next, style, value, schema.field(i).type());
            } catch (CellFormatter.Unwritable e) {
                pending.setLength(mark);
                throw new CellFormatter.Unwritable(
                        "field '" + Shown.name(schema.field(i).name()) + "': " + e.reason());
            }
            if (!begun) {
                widths[i] = Math.max(widths[i], columns(value) + MARGIN);
            }
        }
        pending.append("</row>");
        next++;
        if (begun ? pending.length() > PIECE : ++rows == ROWS_TO_MEASURE) {
            flush();
        }
    }

    private int[] places(Schema of) {
        int[] found = new int[references.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = of.indexOf(schema.field(i).name());
        }
        return found;
    }

    private static double columns(Object value) {
        return switch (CellFormatter.kind(value)) {
            case DATE -> 10;
            case TIME -> 8;
            case TIMESTAMP -> 19;
            case TRUTH -> 6;
            default -> value instanceof String text ? columns(text) : Math.min(value.toString().length(), WIDEST);
        };
    }

    /** Returns how many digits the longest line of a text is wide. */
    private static double columns(String text) {
        double widest = 0;
        double line = 0;
        for (int i = 0; i < text.length() && i < 1_000 && widest < WIDEST; i++) {
            char next = text.charAt(i);
            line = next == '\n' ? 0 : line + (next >= 0x1100 && !Character.isSurrogate(next) ? 2 : 1);
            widest = Math.max(widest, line);
        }
        return widest;
    }

    private void flush() throws IOException {
        if (!begun) {
            begun = true;
            out.write(head());
        }
        if (piece.length < pending.length()) {
            piece = new char[pending.length() + PIECE];
        }
        pending.getChars(0, pending.length(), piece, 0);
        out.write(piece, 0, pending.length());
        pending.setLength(0);
    }

    private String head() {
        StringBuilder head = new StringBuilder(Parts.DECLARATION)
                .append("<worksheet xmlns=\"")
                .append(Parts.MAIN)
                .append("\"><sheetViews><sheetView ");
        if (place.isSelected) {
            head.append("tabSelected=\"1\" ");
        }
        head.append("workbookViewId=\"0\">");
        if (place.header > 0) {
            String below = "A" + (place.header + 1);
            head.append("<pane ySplit=\"").append(place.header).append("\" topLeftCell=\"");
            head.append(below).append("\" activePane=\"bottomLeft\" state=\"frozen\"/>");
            head.append("<selection pane=\"bottomLeft\" activeCell=\"").append(below);
            head.append("\" sqref=\"").append(below).append("\"/>");
        }
        head.append("</sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><cols>");
        for (int i = 0; i < widths.length; i++) {
            int column = place.column + i;
            head.append("<col min=\"").append(column).append("\" max=\"").append(column);
            head.append("\" width=\"").append(Math.min(WIDEST, widths[i])).append("\" customWidth=\"1\"/>");
        }
        return head.append("</cols><sheetData>").toString();
    }

    /** Writes what is behind the rows, and leaves the stream open. */
    void finish() throws IOException {
        flush();
        out.write("</sheetData>");
        if (place.header > 0) {
            out.write("<autoFilter ref=\"" + area() + "\"/>");
        }
        out.write("</worksheet>");
        out.flush();
    }
}
