package dev.datasync.files;

import dev.datasync.change.Change;
import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.exceptions.OpenXML4JException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackageAccess;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.poi.openxml4j.opc.PackageRelationship;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.CellValue;
import org.apache.poi.ss.usermodel.FormulaError;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.usermodel.SheetVisibility;
import org.apache.poi.util.TempFile;
import org.apache.poi.xssf.usermodel.XSSFChartSheet;
import org.apache.poi.xssf.usermodel.XSSFFormulaEvaluator;
import org.apache.poi.xssf.usermodel.XSSFRelation;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.jspecify.annotations.Nullable;

/**
 * A workbook that is there, of which one sheet changes or is added. It is in memory as a whole, as POI keeps it, and is
 * written to another file: what nobody changes stays.
 */
final class ExistingWorkbook implements SheetContent {

    /** How many bytes of memory POI needs for one of XML, with something to spare. */
    private static final long MEMORY_PER_BYTE = 20;

    /** How many bytes of memory POI needs for a new cell with a text of usual length, with something to spare. */
    private static final long MEMORY_PER_CELL = 1_300;

    private static final long MEMORY_FOR_THE_REST = 48L << 20;

    private final String name;
    private final Path path;
    private final ExcelOptions options;
    private final WriteContext context;
    private final NotedStream out;
    private final PoiFiles files;
    private final Optional<Found> found;
    private OPCPackage parts;
    private @Nullable XSSFWorkbook book;
    private final @Nullable NewTable added;
    private @Nullable ChangedTable changed;

    private ExistingWorkbook(
            String name,
            Path path,
            ExcelOptions options,
            WriteContext context,
            NotedStream out,
            PoiFiles files,
            OPCPackage parts,
            XSSFWorkbook book,
            Optional<Found> found,
            @Nullable NewTable added,
            @Nullable ChangedTable changed) {
        this.name = name;
        this.path = path;
        this.options = options;
        this.context = context;
        this.out = out;
        this.files = files;
        this.parts = parts;
        this.book = book;
        this.found = found;
        this.added = added;
        this.changed = changed;
    }

    static ExistingWorkbook open(
            String name, Path path, Path target, ExcelOptions options, WriteContext context, NotedStream out)
            throws ReadException, IOException {
        Optional<Found> found = find(path, options);
        checkMemory(path, target, context);
        PoiFiles files = PoiFiles.create();
        OPCPackage parts = null;
        boolean opened = false;
        try {
            // POI changes no package that is opened for reading; this one is never closed, which would save it, but
            // reverted
            parts = OPCPackage.open(target.toFile(), PackageAccess.READ_WRITE);
            removeOrderOfCalculation(parts);
            XSSFWorkbook book = new XSSFWorkbook(parts);
            ExistingWorkbook workbook = create(name, path, options, context, out, files, parts, book, found);
            opened = true;
            return workbook;
        } catch (OutOfMemoryError e) {
            throw new ReadException(
                    "E-XLS-LIMIT",
                    path + " cannot be changed, because it is in memory as a whole for that, and there is not enough:"
                            + " start Java with more (-Xmx), or write to a workbook of its own");
        } catch (IOException | OpenXML4JException | RuntimeException | StackOverflowError e) {
            // the message may quote the workbook
            throw new ReadException(
                    "E-XLS-WRITE",
                    path + " can be read, but not be changed, because the library that does it fails with "
                            + e.getClass().getName() + ": open the workbook in Excel and save it as 'Excel Workbook"
                            + " (*.xlsx)', or write to a new workbook");
        } finally {
            if (!opened) {
                try (files) {
                    if (parts != null) {
                        parts.revert();
                    }
                }
            }
        }
    }

    /** The sheet that changes, as it is read. */
    private record Found(String sheet, ExcelLayout layout) {}

    private static Optional<Found> find(Path path, ExcelOptions options) throws ReadException {
        Optional<ExcelReading> opened = ExcelReading.openIfThere(path, options);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (ExcelReading reading = opened.get()) {
            return Optional.of(new Found(reading.sheetName(), reading.layout()));
        }
    }

    private static void checkMemory(Path path, Path target, WriteContext context) throws ReadException, IOException {
        long bytes = 0;
        try (ZipFile zip = new ZipFile(target.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().toLowerCase(Locale.ROOT).endsWith(".xml")) {
                    bytes += Math.max(0, entry.getSize());
                }
            }
        }
        long added = context.expected().inserts() * context.schema().size();
        long needed = bytes * MEMORY_PER_BYTE + added * MEMORY_PER_CELL + MEMORY_FOR_THE_REST;
        long most = Runtime.getRuntime().maxMemory();
        if (needed > most) {
            throw new ReadException(
                    "E-XLS-LIMIT",
                    path
                            + " cannot be changed with the memory of this process: a workbook that changes is in memory as a"
                            + " whole, which takes about " + (needed >> 20) + " MiB, and there are " + (most >> 20)
                            + ": start Java with -Xmx" + ((needed >> 20) + 1) + "m, or write to a workbook of its own");
        }
    }

    /** Excel makes this part anew; with other cells it would be wrong. */
    private static void removeOrderOfCalculation(OPCPackage parts) throws InvalidFormatException {
        for (PackagePart part : parts.getPartsByContentType(XSSFRelation.CALC_CHAIN.getContentType())) {
            for (PackagePart owner : parts.getParts()) {
                if (owner.isRelationshipPart()) {
                    continue;
                }
                for (PackageRelationship relationship :
                        owner.getRelationshipsByType(XSSFRelation.CALC_CHAIN.getRelation())) {
                    owner.removeRelationship(relationship.getId());
                }
            }
            parts.removePart(part);
        }
    }

    private static ExistingWorkbook create(
            String name,
            Path path,
            ExcelOptions options,
            WriteContext context,
            NotedStream out,
            PoiFiles files,
            OPCPackage parts,
            XSSFWorkbook book,
            Optional<Found> found)
            throws ReadException {
        NewTable added = null;
        ChangedTable changed = null;
        if (found.isPresent()) {
            changed = table(name, book, found.get(), options, context);
            ExcelWriting.checkRoom(name, changed.room() + context.expected().deletes(), options, context);
        } else {
            NewTable.Place place = ExcelWriting.place(options);
            ExcelWriting.checkRoom(name, place.room(), options, context);
            CellValues.Calendar calendar =
                    book.isDate1904() ? CellValues.Calendar.SINCE_1904 : CellValues.Calendar.SINCE_1900;
            added = new NewTable(
                    emptySheet(path, book, options),
                    new CellValues(calendar),
                    new TableStyles(book),
                    place,
                    context.schema());
        }
        return new ExistingWorkbook(name, path, options, context, out, files, parts, book, found, added, changed);
    }

    private static ChangedTable table(
            String name, XSSFWorkbook book, Found found, ExcelOptions options, WriteContext context) {
        return new ChangedTable(
                name,
                book.getSheet(found.sheet()),
                found.layout(),
                options.range(),
                context.schema(),
                book.isDate1904() ? ExcelDates.SINCE_1904 : ExcelDates.SINCE_1900,
                new TableStyles(book));
    }

    /** Returns the sheet that is meant and has no content, or a new one. */
    private static XSSFSheet emptySheet(Path path, XSSFWorkbook book, ExcelOptions options) throws ReadException {
        String wanted = options.sheet();
        if (wanted != null) {
            XSSFSheet there = book.getSheet(wanted);
            return there == null ? book.createSheet(wanted) : there;
        }
        int number = options.sheetNumber();
        if (number > book.getNumberOfSheets() + 1) {
            throw new ReadException(
                    "E-XLS-SHEET",
                    path + " has " + book.getNumberOfSheets() + " sheets, and a new one would not be number " + number
                            + ": give it a name, or the next number");
        }
        if (number > 0 && number <= book.getNumberOfSheets()) {
            return book.getSheetAt(number - 1);
        }
        for (int i = 0; number == 0 && i < book.getNumberOfSheets(); i++) {
            if (book.getSheetVisibility(i) == SheetVisibility.VISIBLE
                    && !(book.getSheetAt(i) instanceof XSSFChartSheet)) {
                return book.getSheetAt(i);
            }
        }
        int next = book.getNumberOfSheets() + 1;
        while (book.getSheet("Sheet" + next) != null) {
            next++;
        }
        return book.createSheet("Sheet" + next);
    }

    @Override
    public void touch(Change<Row> change) throws CellValues.Unwritable, NotCommittedException {
        if (changed == null) {
            throw new NotCommittedException(name + " has no such sheet, so no record of it can be updated or deleted");
        }
        changed.touch(change);
    }

    @Override
    public void begin() throws IOException, NotCommittedException {
        if (changed != null) {
            requireSame(changed.touched());
            if (changed.begin()) {
                // two of them at once would take twice the memory
                changed = null;
                changed = table(name, openedAnew(), found.orElseThrow(), options, context);
            }
        } else if (added != null) {
            added.begin();
        }
    }

    /** Goes on with what was written so far. */
    private XSSFWorkbook openedAnew() throws IOException {
        files.run(() -> {
            File soFar = TempFile.createTempFile("workbook", ".xlsx");
            try (OutputStream to = Files.newOutputStream(soFar.toPath())) {
                book().write(to);
            }
            parts.revert();
            book = null;
            try {
                parts = OPCPackage.open(soFar, PackageAccess.READ_WRITE);
            } catch (InvalidFormatException e) {
                throw new IllegalStateException("POI does not understand what it wrote", e);
            }
            book = new XSSFWorkbook(parts);
        });
        return book();
    }

    private XSSFWorkbook book() {
        return Objects.requireNonNull(book);
    }

    /** Nobody but this run may have touched what it changes, whatever the file's attributes say. */
    private void requireSame(List<ChangedTable.Touched> touched) throws NotCommittedException {
        if (touched.isEmpty()) {
            return;
        }
        Comparison comparison = new Comparison(touched);
        try {
            ExcelReading.readIfThere(path, options, comparison, new Reading(context));
        } catch (ReadException e) {
            throw new NotCommittedException(moved(), e);
        }
        if (comparison.next < touched.size()) {
            throw new NotCommittedException(
                    comparison.isOther
                            ? moved()
                            : "there is no record in " + path + " row "
                                    + touched.get(comparison.next).position()
                                    + ", or two changes concern it: nothing was written");
        }
    }

    private String moved() {
        return name + " was changed by somebody else since it was read: it is left as it is; run again";
    }

    /** Compares the rows that change with what they were when they were compared. */
    private static final class Comparison implements Receiver<Row> {

        private final List<ChangedTable.Touched> touched;
        private int next;
        private boolean isOther;

        Comparison(List<ChangedTable.Touched> touched) {
            this.touched = touched;
        }

        @Override
        public void accept(Row row) {
            throw new IllegalStateException("a row without its number");
        }

        @Override
        public void accept(Row row, long position) {
            if (next < touched.size() && !isOther && touched.get(next).position() == position) {
                if (isSame(touched.get(next).before(), row)) {
                    next++;
                } else {
                    isOther = true;
                }
            }
        }

        @Override
        public void reject(long position, String reason) {
            // an unusable row is none that was compared
        }

        private static boolean isSame(Row before, Row now) {
            Schema known = before.schema();
            for (int i = 0; i < known.size(); i++) {
                int place = now.schema().indexOf(known.field(i).name());
                try {
                    Object value = place < 0 ? null : now.value(place);
                    Object old = before.value(i);
                    FieldType type = known.field(i).type();
                    Object stored = value == null ? null : type.convert(value);
                    Object compared = old == null ? null : type.convert(old);
                    if (!Objects.deepEquals(stored, compared)) {
                        return false;
                    }
                } catch (ConversionException e) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The run, as a reading knows it. */
    private record Reading(WriteContext context) implements ReadContext {

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
            context.onCancel(action);
        }
    }

    @Override
    public void append(Row row) throws CellValues.Unwritable {
        if (changed != null) {
            changed.append(row);
        } else if (added != null) {
            added.append(row);
        }
    }

    @Override
    public void finish() throws IOException {
        if (changed != null) {
            changed.finish();
        } else if (added != null) {
            added.finish();
        }
        calculate();
        files.run(() -> book().write(out));
    }

    /** Gives formulas their new results as far as POI knows how, and has Excel do the same. */
    private void calculate() {
        XSSFFormulaEvaluator evaluator = null;
        XSSFWorkbook book = book();
        for (Sheet sheet : book) {
            for (org.apache.poi.ss.usermodel.Row row : sheet) {
                for (Cell cell : row) {
                    if (cell.getCellType() == CellType.FORMULA) {
                        evaluator = evaluator == null ? new XSSFFormulaEvaluator(book) : evaluator;
                        calculate(evaluator, cell);
                    }
                }
            }
        }
        if (evaluator != null) {
            book.setForceFormulaRecalculation(true);
        }
    }

    private static void calculate(XSSFFormulaEvaluator evaluator, Cell cell) {
        try {
            boolean wasError = cell.getCachedFormulaResultType() == CellType.ERROR;
            CellValue result = evaluator.evaluate(cell);
            if (wasError || !isPerhapsUnknown(result)) {
                evaluator.evaluateFormulaCell(cell);
            }
        } catch (RuntimeException | StackOverflowError e) {
            // a function that POI does not know, or another workbook: Excel will do it
        }
    }

    /** Tells whether a result may be an error only because POI knows less than Excel. */
    private static boolean isPerhapsUnknown(CellValue result) {
        return result.getCellType() == CellType.ERROR
                && (result.getErrorValue() == FormulaError.NAME.getCode()
                        || result.getErrorValue() == FormulaError.VALUE.getCode());
    }

    @Override
    public void close() throws IOException {
        try (files) {
            parts.revert();
        }
    }
}
