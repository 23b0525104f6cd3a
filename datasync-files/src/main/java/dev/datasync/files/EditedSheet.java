package dev.datasync.files;

import dev.datasync.change.Change;
import dev.datasync.match.Difference;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StringReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A sheet of a workbook that is there. It is copied with its changes, in memory for those only; every part of the
 * workbook that has nothing to do with them stays byte by byte, and within the sheet every cell stays that is not
 * written.
 */
final class EditedSheet implements SheetContent {

    private static final int PIECE = 32 << 10;

    /** What stands for a field that is not written. */
    private static final Object KEPT = new Object();

    private final String name;
    private final Path path;
    private final ExcelOptions options;
    private final WriteContext context;
    private final XlsxBook book;
    private final int sheetIndex;
    private final String part;
    private final Schema schema;
    private final int firstColumn;
    private final int width;
    private final int[] fieldOfColumn;
    private final String[] references;
    private final SheetScan scan;
    private final CellStyles styles;
    private final CellFormatter cells;
    private final int lastPossibleRow;
    private final int newHeader;
    private final ZipOutputStream zip;
    private final Writer out;

    private final List<Touched> touched = new ArrayList<>();
    private final StringBuilder pending = new StringBuilder(2 * PIECE);
    private References moved = new References("", RowShift.NONE);
    private @Nullable XmlPieces xml;
    private @Nullable WorkbookCopy copy;
    private boolean isAtRow;
    private boolean isBehindRows;
    private String rowTag = "";
    private boolean isRowEmpty;
    private int row;
    private int nextTouched;
    private int next;
    private @Nullable Schema lastSchema;
    private int[] places = new int[0];

    /** A change of a row: an update has an entry for each field. */
    private record Touched(
            int row, Row before, @Nullable Object @Nullable [] values) {}

    /** A cell as it stands in the sheet: its tag, and what follows up to its end. */
    private record Cell(int column, String tag, String content) {}

    /**
     * @param newHeader the row into which the names of the columns go, or 0 when they are there or there are none
     */
    EditedSheet(
            String name,
            Path path,
            ExcelOptions options,
            ExcelLayout layout,
            int newHeader,
            int sheetIndex,
            XlsxBook book,
            WriteContext context,
            OutputStream out)
            throws IOException, NotCommittedException, ReadException {
        this.name = name;
        this.path = path;
        this.options = options;
        this.context = context;
        this.book = book;
        this.sheetIndex = sheetIndex;
        this.part = book.sheetPartName(sheetIndex);
        this.schema = context.schema();
        this.newHeader = newHeader;
        this.firstColumn = layout.firstColumn();
        this.width = layout.schema().size();
        this.fieldOfColumn = new int[width];
        this.references = new String[width];
        for (int i = 0; i < width; i++) {
            references[i] = CellRange.letters(firstColumn + i);
            fieldOfColumn[i] = schema.indexOf(layout.schema().field(i).name());
        }
        for (Field field : schema.fields()) {
            if (!layout.schema().has(field.name())) {
                throw new NotCommittedException(name + " has other columns than when it was read: run again");
            }
        }
        CellRange range = options.range();
        int rowBefore = newHeader > 0 ? newHeader - 1 : layout.headerRow() > 0 ? layout.headerRow() : range == null ? 0 : range.firstRow() - 1;
        try (XmlPieces all = pieces(part)) {
            this.scan = SheetScan.of(all, firstColumn, width, rowBefore, range);
        }
        this.styles = new CellStyles(book);
        this.cells = new CellFormatter(
                scan.prefix(),
                book.formats().dates() == ExcelDates.SINCE_1904
                        ? CellFormatter.Calendar.SINCE_1904
                        : CellFormatter.Calendar.SINCE_1900);
        this.lastPossibleRow = range == null ? CellRange.LAST_ROW : range.lastRow();
        checkRoom();
        this.zip = new ZipOutputStream(out);
        this.out = new OutputStreamWriter(zip, StandardCharsets.UTF_8);
    }

    private void checkRoom() throws ReadException {
        long room = lastPossibleRow - scan.lastRow() + context.expected().deletes();
        if (context.expected().inserts() > room) {
            throw new ReadException(
                    "E-XLS-LIMIT",
                    name + " would get " + context.expected().inserts() + " more records, and there is room for " + room
                            + " below row " + scan.lastRow()
                            + ": nothing was written; split them over several sheets or files");
        }
    }

    private XmlPieces pieces(String partName) throws IOException {
        return new XmlPieces(book.archive().open(partName, XlsxBook.LARGEST_SHEET));
    }

    // ---------------------------------------------------------------- changes

    @Override
    public void touch(Change<Row> change) throws CellFormatter.Unwritable, NotCommittedException {
        if (change instanceof Change.Update<Row> update) {
            touched.add(new Touched(row(update.position()), update.before(), updated(update)));
        } else {
            Change.Delete<Row> delete = (Change.Delete<Row>) change;
            int deleted = row(delete.position());
            if (scan.hasOutside(deleted)) {
                throw new CellFormatter.Unwritable("row " + deleted + " of the sheet has values beside the range, which"
                        + " would go with it: delete it by hand, or move them to another sheet");
            }
            touched.add(new Touched(deleted, delete.before(), null));
        }
    }

    private int row(long position) throws NotCommittedException {
        if (position < 1 || position > scan.lastRow()) {
            throw new NotCommittedException(
                    "there is no record at " + path + " row " + position + ": nothing was written; run again");
        }
        return Math.toIntExact(position);
    }

    private @Nullable Object[] updated(Change.Update<Row> update) throws CellFormatter.Unwritable {
        @Nullable Object[] values = new @Nullable Object[schema.size()];
        Arrays.fill(values, KEPT);
        int position = Math.toIntExact(update.position());
        for (Difference difference : update.differences()) {
            int field = schema.indexOf(difference.field());
            if (field < 0) {
                throw new CellFormatter.Unwritable(
                        "the sheet has no column '" + Shown.name(difference.field()) + "'");
            }
            int column = column(field);
            if (scan.isFormula(position, column)) {
                throw new CellFormatter.Unwritable("field '" + Shown.name(difference.field()) + "': cell "
                        + CellRange.cell(position, column)
                        + " holds a formula, which a value would replace: leave the field out of the plan, or ignore it");
            }
            values[field] = difference.after();
            check(field, difference.after());
        }
        return values;
    }

    private int column(int field) {
        for (int i = 0; i < width; i++) {
            if (fieldOfColumn[i] == field) {
                return firstColumn + i;
            }
        }
        throw new IllegalStateException("a field without a column");
    }

    private void check(int field, @Nullable Object value) throws CellFormatter.Unwritable {
        if (value == null) {
            return;
        }
        try {
            cells.append(new StringBuilder(), "A", 1, 0, value, schema.field(field).type());
        } catch (CellFormatter.Unwritable e) {
            throw new CellFormatter.Unwritable(
                    "field '" + Shown.name(schema.field(field).name()) + "': " + e.reason());
        }
    }

    // ---------------------------------------------------------------- the sheet up to the last record

    @Override
    public void begin() throws IOException, NotCommittedException {
        touched.sort(Comparator.comparingInt(Touched::row));
        verify();
        int[] deleted = new int[touched.size()];
        int count = 0;
        for (Touched change : touched) {
            if (change.values == null) {
                deleted[count++] = change.row;
            }
        }
        RowShift shift = new RowShift(deleted, count, lastPossibleRow);
        moved = new References(book.sheets().get(sheetIndex).name(), shift);
        next = shift.endOf(scan.lastRow()) + 1;
        WorkbookCopy others = new WorkbookCopy(book, sheetIndex, moved, styles);
        copy = others;
        others.begin(zip, null);
        zip.putNextEntry(new ZipEntry(part));
        XmlPieces source = pieces(part);
        xml = source;
        PartEditor head = editor(PartEditor.Kind.OWN_SHEET);
        boolean keepsSize = shift.isEmpty() && context.expected().inserts() == 0;
        while (source.next()) {
            if (source.isTag() && source.isNamed("sheetData")) {
                break;
            }
            if (keepsSize || !(source.isTag() && source.isNamed("dimension"))) {
                head.append(source, pending);
            }
        }
        pending.append('<').append(scan.prefix()).append("sheetData>");
        isBehindRows = source.kind() == XmlPieces.Kind.EMPTY;
        copyRows(scan.lastRow());
        if (newHeader > 0) {
            writeHeader();
        }
        if (nextTouched < touched.size()) {
            throw new NotCommittedException("there is no record at " + path + " row "
                    + touched.get(nextTouched).row + ", or two changes concern it: nothing was written");
        }
    }

    private PartEditor editor(PartEditor.Kind kind) {
        return new PartEditor(kind, moved, new PartEditor.Growth(scan.lastRow(), next - 1));
    }

    /** Nobody but this run may have touched what it changes, whatever the file's attributes say. */
    private void verify() throws IOException, NotCommittedException {
        if (touched.isEmpty()) {
            return;
        }
        Verification verification = new Verification();
        try {
            ExcelReading.readIfThere(path, options, verification, new Quiet());
        } catch (ReadException e) {
            throw new NotCommittedException(
                    name + " cannot be read any more, and is left as it is: " + e.getMessage(), e);
        }
        if (verification.found < touched.size() || verification.isOther) {
            throw new NotCommittedException(
                    name + " was changed by somebody else since it was read: it is left as it is; run again");
        }
    }

    /** Compares the rows that are changed with what the comparison has seen. */
    private final class Verification implements Receiver<Row> {

        private int found;
        private boolean isOther;

        @Override
        public void accept(Row item) {
            throw new IllegalStateException("a row without its number");
        }

        @Override
        public void accept(Row item, long position) {
            if (found < touched.size() && touched.get(found).row == position) {
                isOther |= !isSame(touched.get(found).before, item);
                found++;
            }
        }

        @Override
        public void reject(long position, String reason) {
            // such a row was not compared, so it is not changed
        }

        private boolean isSame(Row before, Row now) {
            for (int i = 0; i < before.schema().size(); i++) {
                Field field = before.schema().field(i);
                int place = now.schema().indexOf(field.name());
                int stored = schema.indexOf(field.name());
                if (place < 0 || stored < 0) {
                    continue;
                }
                FieldType type = schema.field(stored).type();
                if (!Objects.deepEquals(converted(type, before.value(i)), converted(type, now.value(place)))) {
                    return false;
                }
            }
            return true;
        }

        private @Nullable Object converted(FieldType type, @Nullable Object value) {
            try {
                return value == null ? null : type.convert(value);
            } catch (dev.datasync.row.ConversionException e) {
                return value;
            }
        }
    }

    /** A reading that tells nobody anything. */
    private final class Quiet implements ReadContext {

        @Override
        public String plan() {
            return context.plan();
        }

        @Override
        public List<String> order() {
            return List.of();
        }

        @Override
        public boolean isCancelled() {
            return context.isCancelled();
        }

        @Override
        public void onCancel(Cancellation action) {
            // the writer looks for itself
        }
    }

    /** Copies the rows up to a given one, as they will be. */
    private void copyRows(int last) throws IOException {
        while (goToRow() && row <= last) {
            copyRow();
        }
        flush(PIECE);
    }

    private void copyRow() throws IOException {
        RowShift shift = moved.shift();
        @Nullable Object[] values = null;
        if (nextTouched < touched.size() && touched.get(nextTouched).row == row) {
            values = touched.get(nextTouched++).values;
            if (values == null) {
                readCells();
                return;
            }
        }
        int to = shift.of(row);
        boolean isAsItWas = values == null && to == row && (shift.isEmpty() || !scan.hasFormulas());
        if (isAsItWas) {
            copyRaw();
        } else {
            write(to, rowTag, readCells(), values, false);
        }
        flush(PIECE);
    }

    /** Goes to the next row, unless it is at one. Returns whether there is one. */
    private boolean goToRow() throws IOException {
        XmlPieces source = Objects.requireNonNull(xml);
        while (!isAtRow && !isBehindRows) {
            if (!source.next() || source.kind() == XmlPieces.Kind.END && source.isNamed("sheetData")) {
                isBehindRows = true;
            } else if (source.opens("row")) {
                rowTag = source.raw();
                isRowEmpty = source.kind() == XmlPieces.Kind.EMPTY;
                String number = XmlPieces.attribute(rowTag, "r");
                row = number == null ? row + 1 : SheetScan.number(number);
                isAtRow = true;
            } else {
                source.appendTo(pending);
            }
        }
        return isAtRow;
    }

    private void copyRaw() throws IOException {
        XmlPieces source = Objects.requireNonNull(xml);
        pending.append(rowTag);
        isAtRow = false;
        while (!isRowEmpty && source.next()) {
            source.appendTo(pending);
            if (source.kind() == XmlPieces.Kind.END && source.isNamed("row")) {
                return;
            }
        }
    }

    private TreeMap<Integer, Cell> readCells() throws IOException {
        XmlPieces source = Objects.requireNonNull(xml);
        TreeMap<Integer, Cell> found = new TreeMap<>();
        isAtRow = false;
        int column = 0;
        while (!isRowEmpty && source.next() && !(source.kind() == XmlPieces.Kind.END && source.isNamed("row"))) {
            if (!source.opens("c")) {
                continue;
            }
            String tag = source.raw();
            column = SheetScan.column(XmlPieces.attribute(tag, "r"), column);
            StringBuilder content = new StringBuilder();
            if (source.kind() == XmlPieces.Kind.START) {
                boolean ended = false;
                while (!ended && source.next()) {
                    source.appendTo(content);
                    ended = source.kind() == XmlPieces.Kind.END && source.isNamed("c");
                }
            }
            found.put(column, new Cell(column, tag, content.toString()));
        }
        return found;
    }

    /** Appends a row: its cells as they are, or where there are values for them, as they will be. */
    private void write(
            int to, String tag, TreeMap<Integer, Cell> found, @Nullable Object @Nullable [] values, boolean isNew)
            throws IOException {
        String open = tag.endsWith("/>") ? tag.substring(0, tag.length() - 2).stripTrailing() + ">" : tag;
        open = XmlPieces.with(open, "r", String.valueOf(to));
        pending.append(values == null ? open : XmlPieces.with(open, "spans", null));
        for (Map.Entry<Integer, Cell> cell : found.headMap(firstColumn).entrySet()) {
            appendCell(cell.getValue(), to);
        }
        for (int i = 0; i < width; i++) {
            Cell cell = found.get(firstColumn + i);
            Object value = values == null || fieldOfColumn[i] < 0 ? KEPT : values[fieldOfColumn[i]];
            if (value == KEPT && cell != null) {
                appendCell(cell, to);
            } else if (value != KEPT || isNew) {
                appendValue(i, to, style(tag, cell, firstColumn + i, isNew), value == KEPT ? null : value);
            }
        }
        for (Map.Entry<Integer, Cell> cell :
                found.tailMap(firstColumn + width).entrySet()) {
            appendCell(cell.getValue(), to);
        }
        pending.append("</").append(scan.prefix()).append("row>");
    }

    private int style(String tag, @Nullable Cell cell, int column, boolean isNew) throws ExcelFault {
        int own = cell == null ? 0 : SheetScan.number(XmlPieces.attribute(cell.tag, "s"));
        if (isNew) {
            return own == 0 ? scan.lastStyle(column) : own;
        }
        if (cell != null) {
            return own;
        }
        String ofRow = XmlPieces.attribute(tag, "s");
        return ofRow == null ? scan.columnStyle(column) : SheetScan.number(ofRow);
    }

    private void appendValue(int index, int to, int style, @Nullable Object value) {
        if (value == null) {
            cells.appendBlank(pending, references[index], to, style);
            return;
        }
        Field field = schema.field(fieldOfColumn[index]);
        boolean isTyped = !(field.type() instanceof FieldType.Any)
                && (field.type() instanceof FieldType.Day
                        || field.type() instanceof FieldType.Timestamp
                        || options.types().containsKey(field.name()));
        int now = styles.of(style, CellFormatter.kind(value), isTyped);
        try {
            cells.append(pending, references[index], to, now, value, field.type());
        } catch (CellFormatter.Unwritable e) {
            throw new IllegalStateException("a value that was checked cannot be written", e);
        }
    }

    private void appendCell(Cell cell, int to) throws IOException {
        String tag = cell.tag;
        if (to != row || XmlPieces.attribute(tag, "r") == null) {
            tag = XmlPieces.with(tag, "r", CellRange.cell(to, cell.column));
        }
        boolean hasFormula = !moved.isEmpty() && cell.content.contains(scan.prefix() + "f");
        pending.append(tag).append(hasFormula ? formulas(cell) : cell.content);
    }

    /** Returns what is in a cell with a formula as it will be; one that is shared comes to stand by itself. */
    private String formulas(Cell cell) throws IOException {
        StringBuilder content = new StringBuilder();
        try (XmlPieces inner = new XmlPieces(new StringReader(cell.content))) {
            while (inner.next()) {
                if (!inner.opens("f")) {
                    inner.appendTo(content);
                    continue;
                }
                boolean isEmpty = inner.kind() == XmlPieces.Kind.EMPTY;
                String tag = inner.raw();
                StringBuilder text = new StringBuilder();
                while (!isEmpty && inner.next() && inner.kind() != XmlPieces.Kind.END) {
                    text.append(inner.text());
                }
                formula(cell, tag, text.toString(), content);
            }
        }
        return content.toString();
    }

    private void formula(Cell cell, String tag, String text, StringBuilder content) {
        String formula = text;
        String open = tag.endsWith("/>") ? tag.substring(0, tag.length() - 2) + ">" : tag;
        String index = XmlPieces.attribute(tag, "si");
        if ("shared".equals(XmlPieces.attribute(tag, "t")) && index != null) {
            SheetScan.Shared shared = scan.shared(index);
            if (shared != null && formula.isEmpty()) {
                formula = References.shared(shared.text(), row - shared.row(), cell.column - shared.column());
            }
            open = XmlPieces.with(
                    XmlPieces.with(XmlPieces.with(open, "t", null), "si", null), "ref", null);
        }
        String area = XmlPieces.attribute(open, "ref");
        String newArea = area == null ? null : moved.areas(area);
        if (newArea != null) {
            open = XmlPieces.with(open, "ref", newArea);
        }
        content.append(open)
                .append(Parts.escaped(moved.formula(formula, true)))
                .append("</")
                .append(scan.prefix())
                .append("f>");
    }

    private void writeHeader() throws IOException {
        next = newHeader;
        int style = styles.header();
        pending.append("<").append(scan.prefix()).append("row r=\"").append(next).append("\">");
        if (goToRow() && row == next) {
            // nothing but formats of empty cells
            readCells();
        }
        for (int i = 0; i < width; i++) {
            try {
                cells.append(
                        pending, references[i], next, style, schema.field(fieldOfColumn[i]).name(), FieldType.text());
            } catch (CellFormatter.Unwritable e) {
                throw new IllegalStateException("a name that was checked cannot be written", e);
            }
        }
        pending.append("</").append(scan.prefix()).append("row>");
        next++;
    }

    // ---------------------------------------------------------------- new rows

    @Override
    public void append(Row record) throws CellFormatter.Unwritable, IOException {
        if (next > lastPossibleRow) {
            throw new CellFormatter.Unwritable("the sheet or range has no row left for it");
        }
        if (lastSchema != record.schema()) {
            lastSchema = record.schema();
            places = new int[schema.size()];
            for (int i = 0; i < places.length; i++) {
                places[i] = record.schema().indexOf(schema.field(i).name());
            }
        }
        @Nullable Object[] values = new @Nullable Object[places.length];
        for (int i = 0; i < places.length; i++) {
            values[i] = places[i] < 0 ? null : record.value(places[i]);
            check(i, values[i]);
        }
        if (goToRow() && moved.shift().of(row) == next) {
            write(next, rowTag, readCells(), values, true);
        } else {
            write(next, newRowTag(), new TreeMap<>(), values, true);
        }
        next++;
        flush(PIECE);
    }

    /** Returns the tag of a row like the last one. */
    private String newRowTag() {
        String like = scan.lastRowTag();
        if (like.isEmpty()) {
            return "<" + scan.prefix() + "row>";
        }
        String tag = like;
        for (String own : List.of("spans", "hidden", "collapsed", "outlineLevel", "thickTop", "thickBot")) {
            tag = XmlPieces.with(tag, own, null);
        }
        return tag;
    }

    // ---------------------------------------------------------------- the rest

    @Override
    public void finish() throws IOException {
        copyRows(CellRange.LAST_ROW);
        pending.append("</").append(scan.prefix()).append("sheetData>");
        XmlPieces source = Objects.requireNonNull(xml);
        PartEditor editor = editor(PartEditor.Kind.OWN_SHEET);

        while (source.next()) {
            editor.append(source, pending);
        }
        flush(0);
        out.flush();
        zip.closeEntry();
        source.close();
        Objects.requireNonNull(copy).copy(zip, new PartEditor.Growth(scan.lastRow(), next - 1), scan);
        zip.finish();
    }

    private void flush(int atLeast) throws IOException {
        if (pending.length() > atLeast) {
            out.append(pending);
            pending.setLength(0);
        }
    }

    @Override
    public void close() throws IOException {
        try (XlsxBook closing = book;
                XmlPieces closingToo = xml) {
            touched.clear();
        }
    }
}
