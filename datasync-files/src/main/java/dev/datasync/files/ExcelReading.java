package dev.datasync.files;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.row.TypeInference;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a sheet: its header when it is opened, then its rows. Every failure leaves as a {@link ReadException}.
 */
final class ExcelReading implements Closeable {

    private static final CellRange ALL = new CellRange(1, CellRange.LAST_ROW, 1, CellRange.LAST_COLUMN);

    private final Path path;
    private final ExcelOptions options;
    private final CellRange range;
    private final FileStamp stamp;
    private final ExcelBook book;
    private final String sheet;
    private final String sheetName;
    private final SheetRows rows;
    private final ExcelCells cells;
    private final ExcelLayout layout;
    private final SheetRow row = new SheetRow();

    /** The row that has most of the names that the header should have, and those that it lacks. */
    private int nearestRow;

    private List<String> lacking = List.of();

    /** What a reading is for. */
    private enum Role {
        SOURCE,
        /** A sheet or content that is not there will be made. */
        TARGET
    }

    /** A sheet without any content, which a target may be. */
    private static final class NothingThere extends IOException {

        private static final long serialVersionUID = 1L;
    }

    private ExcelReading(Path path, ExcelOptions options, FileStamp stamp, ExcelBook book, Role role)
            throws IOException {
        this.path = path;
        this.options = options;
        this.range = options.range() == null ? ALL : options.range();
        this.stamp = stamp;
        this.book = book;
        this.cells = new ExcelCells(book.formats());
        int index = sheetIndex(role);
        this.sheetName = book.sheets().get(index).name();
        this.sheet = "sheet '" + Shown.name(sheetName) + "'";
        boolean begun = false;
        this.rows = rows(index);
        try {
            this.layout = layout(role);
            begun = true;
        } finally {
            if (!begun) {
                rows.close();
            }
        }
    }

    static ExcelReading open(Path path, ExcelOptions options) throws ReadException {
        return open(path, options, FileInput.check(path), Role.SOURCE)
                .orElseThrow(() -> new IllegalStateException("a source is always there"));
    }

    /** Opens a sheet that will be written, if there is such a one with any content. */
    static Optional<ExcelReading> openIfThere(Path path, ExcelOptions options) throws ReadException {
        return open(path, options, FileInput.check(path), Role.TARGET);
    }

    private static Optional<ExcelReading> open(Path path, ExcelOptions options, FileStamp stamp, Role role)
            throws ReadException {
        ExcelBook book = null;
        boolean opened = false;
        try {
            book = openBook(path);
            ExcelReading reading = new ExcelReading(path, options, stamp, book, role);
            opened = true;
            return Optional.of(reading);
        } catch (NothingThere e) {
            return Optional.empty();
        } catch (IOException e) {
            throw translated(path, stamp, e);
        } catch (RuntimeException | StackOverflowError e) {
            throw unexpected(path, stamp, e);
        } finally {
            if (!opened && book != null) {
                closeQuietly(book);
            }
        }
    }

    private static ExcelBook openBook(Path path) throws IOException {
        WorkbookKind kind = WorkbookKind.of(path);
        File file;
        try {
            file = path.toFile();
        } catch (UnsupportedOperationException e) {
            throw new ExcelFault(
                    "E-FILE-UNREADABLE",
                    "a workbook can only be read from a file of this computer: copy it to one first");
        }
        return kind == WorkbookKind.XLSX ? XlsxBook.open(file) : XlsBook.open(file);
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException | RuntimeException e) {
            // nothing was written that could be lost
        }
    }

    private int sheetIndex(Role role) throws IOException {
        List<ExcelBook.Sheet> sheets = book.sheets();
        String name = options.sheet();
        int number = options.sheetNumber();
        for (int i = 0; i < sheets.size(); i++) {
            ExcelBook.Sheet candidate = sheets.get(i);
            boolean isMeant;
            if (name != null) {
                isMeant = candidate.name().equalsIgnoreCase(name);
            } else if (number > 0) {
                isMeant = i == number - 1;
            } else {
                isMeant = candidate.isVisible() && candidate.hasCells();
            }
            if (isMeant && candidate.hasCells()) {
                return i;
            }
            if (isMeant) {
                throw new ExcelFault(
                        "E-XLS-SHEET",
                        "sheet '" + Shown.name(candidate.name()) + "' is a chart or a dialog and has no cells; "
                                + listed(sheets));
            }
        }
        if (role == Role.TARGET) {
            throw new NothingThere();
        }
        throw new ExcelFault("E-XLS-SHEET", "there is no " + options.sheetShown() + "; " + listed(sheets));
    }

    private static String listed(List<ExcelBook.Sheet> sheets) {
        List<String> names = new ArrayList<>();
        for (ExcelBook.Sheet sheet : sheets) {
            if (names.size() == 20) {
                names.add((sheets.size() - 20) + " more");
                break;
            }
            names.add("'" + Shown.name(sheet.name()) + "'" + (sheet.isVisible() ? "" : " (hidden)"));
        }
        return "the workbook has " + (names.isEmpty() ? "none" : String.join(", ", names));
    }

    private SheetRows rows(int index) throws IOException {
        try {
            return book.rows(index);
        } catch (ExcelFault fault) {
            throw inSheet(fault);
        }
    }

    // ---------------------------------------------------------------- the header

    private ExcelLayout layout(Role role) throws IOException {
        try {
            ExcelOptions.Header header = options.header();
            if (header instanceof ExcelOptions.Header.None none) {
                return ExcelLayout.named(none.names(), range.firstColumn(), options.types());
            }
            boolean isEmpty = true;
            while (nextRow()) {
                List<ExcelLayout.HeaderCell> names = headerCells(header);
                if (!names.isEmpty()) {
                    isEmpty = false;
                    if (isHeader(header, names)) {
                        return ExcelLayout.of(row, names, options.types());
                    }
                }
            }
            // a damaged sheet may look empty, and must not be taken for one
            rows.finish();
            throw noHeader(role, header, isEmpty);
        } catch (ExcelFault fault) {
            throw inSheet(fault);
        }
    }

    private List<ExcelLayout.HeaderCell> headerCells(ExcelOptions.Header header) throws ExcelFault {
        List<ExcelLayout.HeaderCell> names = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            int column = row.column(i);
            if (column < range.firstColumn() || column > range.lastColumn()) {
                continue;
            }
            Object value = cells.value(row, i, FieldType.text());
            if (value instanceof String name) {
                if (!name.isBlank()) {
                    names.add(new ExcelLayout.HeaderCell(column, name));
                }
            } else if (isExpected(header) && value instanceof SheetRow.Unusable unusable) {
                throw new ExcelFault(
                        "E-XLS-HEADER",
                        "cell " + CellRange.cell(row.number(), column),
                        "the header's cell " + unusable.reason());
            }
        }
        return names;
    }

    /** Tells whether the row at hand must be the header. */
    private boolean isExpected(ExcelOptions.Header header) {
        return header instanceof ExcelOptions.Header.First
                || header instanceof ExcelOptions.Header.AtRow at && at.row() == row.number();
    }

    private boolean isHeader(ExcelOptions.Header header, List<ExcelLayout.HeaderCell> cellsOfRow) {
        if (header instanceof ExcelOptions.Header.Containing containing) {
            List<String> missing = containing.names().stream()
                    .filter(name -> cellsOfRow.stream()
                            .noneMatch(cell -> cell.name().strip().equalsIgnoreCase(name.strip())))
                    .toList();
            int least = nearestRow == 0 ? containing.names().size() : lacking.size();
            if (missing.size() < least) {
                nearestRow = row.number();
                lacking = missing;
            }
            return missing.isEmpty();
        }
        return isExpected(header);
    }

    private IOException noHeader(Role role, ExcelOptions.Header header, boolean isEmpty) {
        if (isEmpty) {
            return role == Role.TARGET
                    ? new NothingThere()
                    : new ExcelFault(
                            "E-XLS-NO-HEADER",
                            "there is nothing, not even a header: is it the right sheet and range, and was the file"
                                    + " written to the end?");
        }
        return new ExcelFault(
                "E-XLS-HEADER",
                header instanceof ExcelOptions.Header.AtRow at
                        ? "row " + at.row()
                                + ", which should have the header, is empty or not among those that are read"
                        : "no row has all the names that headerWith(...) says are in the header: "
                                + nearest((ExcelOptions.Header.Containing) header)
                                + "; correct the names, or say where the header is with headerRow(...)");
    }

    private String nearest(ExcelOptions.Header.Containing header) {
        return nearestRow == 0
                ? "none has " + quoted(header.names(), " or ")
                : "row " + nearestRow + " has all but " + quoted(lacking, " and ");
    }

    private static String quoted(List<String> names, String between) {
        return names.stream().map(name -> "'" + Shown.name(name) + "'").collect(Collectors.joining(between));
    }

    // ---------------------------------------------------------------- the rows

    Schema schema() {
        return layout.schema();
    }

    /** Returns where the columns are. */
    ExcelLayout layout() {
        return layout;
    }

    /** Returns the name of the sheet that is read. */
    String sheetName() {
        return sheetName;
    }

    /** Returns what the file was when this reading began. */
    FileStamp stamp() {
        return stamp;
    }

    /** Delivers all rows, each at the number of its row in the sheet, and makes sure that the file is still the same. */
    void read(Receiver<? super Row> receiver, ReadContext context) throws ReadException {
        Schema schema = layout.schema();
        int width = schema.size();
        FieldType[] types = new FieldType[width];
        for (int i = 0; i < width; i++) {
            types[i] = schema.field(i).type();
        }
        boolean[] cut = new boolean[width];
        while (advance()) {
            @Nullable Object[] values = new @Nullable Object[width];
            String rejection = null;
            boolean isEmpty = true;
            for (int i = 0; i < row.size(); i++) {
                int column = row.column(i);
                int index = column - layout.firstColumn();
                if (index < 0 || index >= width) {
                    checkOutside(i, column);
                    continue;
                }
                isEmpty = false;
                Object value =
                        types[index] instanceof FieldType.Any ? cells.value(row, i) : cells.value(row, i, types[index]);
                if (value instanceof SheetRow.Unusable unusable) {
                    rejection = rejection == null ? reason(column, unusable) : rejection;
                } else {
                    values[index] = value;
                    if (!cut[index] && ExcelNumbers.isCut(value)) {
                        cut[index] = true;
                        context.warn(cutNumber(column, index));
                    }
                }
            }
            if (rejection != null) {
                receiver.reject(row.number(), rejection);
            } else if (!isEmpty) {
                receiver.accept(schema.row(values), row.number());
            }
        }
    }

    private String reason(int column, SheetRow.Unusable unusable) {
        return "cell " + CellRange.cell(row.number(), column) + " " + unusable.reason();
    }

    private String cutNumber(int column, int index) {
        return path + ", " + sheet + ": column '"
                + Shown.name(layout.schema().field(index).name()) + "' has whole numbers of more than "
                + ExcelNumbers.DIGITS + " digits, the first in cell " + CellRange.cell(row.number(), column)
                + ": Excel keeps only " + ExcelNumbers.DIGITS
                + " of them and puts zeros for the others. Format the column as text before such numbers are entered";
    }

    private void checkOutside(int cell, int column) throws ReadException {
        if (column < range.firstColumn() || column > range.lastColumn() || "".equals(row.value(cell))) {
            return;
        }
        throw translated(
                path,
                stamp,
                inSheet(new ExcelFault(
                        "E-XLS-WIDTH",
                        "cell " + CellRange.cell(row.number(), column),
                        layout.headerRow() == 0
                                ? "it has a value, and withoutHeader(...) names only "
                                        + layout.schema().size()
                                        + " columns: name this one too, or read less with range(...)"
                                : "it has a value, and its column has no name in the header in row "
                                        + layout.headerRow()
                                        + ": give it one (merged cells name only their first column), remove the"
                                        + " value, or read less with range(...)")));
    }

    /** Goes to the next row, and makes sure at the end that what was read is what is there. */
    private boolean advance() throws ReadException {
        try {
            if (nextRow()) {
                return true;
            }
            rows.finish();
        } catch (IOException e) {
            throw translated(path, stamp, e instanceof ExcelFault fault ? inSheet(fault) : e);
        } catch (RuntimeException | StackOverflowError e) {
            throw unexpected(path, stamp, e);
        }
        if (FileInput.isChanged(path, stamp)) {
            throw FileInput.changed(path);
        }
        return false;
    }

    private boolean nextRow() throws IOException {
        while (rows.next(row)) {
            if (row.number() > range.lastRow()) {
                return false;
            }
            if (row.number() >= range.firstRow() && !(row.isHidden() && options.hiddenRows() == HiddenRows.SKIP)) {
                return true;
            }
        }
        return false;
    }

    // ---------------------------------------------------------------- targets

    /** Returns the columns with the types that their cells have, or empty when there is no such sheet. */
    static Optional<Schema> storedSchema(Path path, ExcelOptions options) throws ReadException {
        Optional<ExcelReading> found = openIfThere(path, options);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (ExcelReading reading = found.get()) {
            return Optional.of(reading.inferredSchema());
        }
    }

    private Schema inferredSchema() throws ReadException {
        Schema schema = layout.schema();
        TypeInference[] kinds = new TypeInference[schema.size()];
        for (int i = 0; i < kinds.length; i++) {
            kinds[i] = new TypeInference();
        }
        while (advance()) {
            for (int i = 0; i < row.size(); i++) {
                int index = row.column(i) - layout.firstColumn();
                if (index >= 0 && index < kinds.length) {
                    Object value = cells.value(row, i);
                    kinds[index].see(value instanceof SheetRow.Unusable ? null : value);
                }
            }
        }
        Field[] fields = new Field[kinds.length];
        for (int i = 0; i < kinds.length; i++) {
            Field field = schema.field(i);
            fields[i] = field.type() instanceof FieldType.Any
                    ? field.typed(kinds[i].type()).with(Field.Trait.INFERRED)
                    : field;
        }
        return Schema.of(fields);
    }

    /** Reads the sheet of a target if it is there. Returns what the file was when the reading began. */
    static FileStamp readIfThere(Path path, ExcelOptions options, Receiver<? super Row> receiver, ReadContext context)
            throws ReadException {
        FileStamp stamp = FileInput.check(path);
        Optional<ExcelReading> found = open(path, options, stamp, Role.TARGET);
        if (found.isPresent()) {
            try (ExcelReading reading = found.get()) {
                reading.read(receiver, context);
            }
        }
        return stamp;
    }

    // ---------------------------------------------------------------- what goes wrong

    private ExcelFault inSheet(ExcelFault fault) {
        return fault.in(sheet);
    }

    private static ReadException translated(Path path, FileStamp stamp, IOException failure) {
        // what looks like damage may be a file that somebody is writing
        if (FileInput.isChanged(path, stamp)) {
            return FileInput.changed(path);
        }
        return failure instanceof ExcelFault fault
                ? new ReadException(fault.code(), fault.describe(path))
                : FileInput.unreadable(path, failure);
    }

    private static ReadException unexpected(Path path, FileStamp stamp, Throwable failure) {
        // its message may quote the file
        return translated(
                path,
                stamp,
                ExcelFault.corrupt(
                        "reading it failed with " + failure.getClass().getName()));
    }

    @Override
    public void close() {
        closeQuietly(rows);
        closeQuietly(book);
    }
}
