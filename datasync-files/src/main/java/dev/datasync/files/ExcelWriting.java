package dev.datasync.files;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.poi.ss.util.WorkbookUtil;
import org.apache.poi.xssf.usermodel.XSSFWorkbookType;
import org.jspecify.annotations.Nullable;

/** Writes sheets: new workbooks as a stream, and sheets of existing ones in place. */
final class ExcelWriting {

    /** The fraction digits of a second that a cell keeps. */
    private static final int MILLISECONDS = 3;

    private static final String FIRST_SHEET = "Sheet1";

    /** What a file is called that Excel would not open when it is an .xlsx workbook inside. */
    private static final List<String> UNWRITTEN =
            List.of(".xls", ".xlsb", ".xlt", ".xltx", ".xltm", ".ods", ".csv", ".txt");

    private ExcelWriting() {}

    /**
     * Returns the name if a sheet can have it.
     *
     * @throws IllegalArgumentException when none can
     */
    static String checkedSheetName(String name) {
        String rule =
                ": a sheet's name has 1 to 31 characters, none of them : \\ / ? * [ ] or a control character, no '"
                        + " at an end, and is not History";
        try {
            WorkbookUtil.validateSheetName(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + Shown.name(name) + "' is no name for a sheet" + rule);
        }
        boolean isKept = !name.isBlank()
                && !name.equalsIgnoreCase("History")
                && name.codePoints()
                        .noneMatch(point -> Character.isISOControl(point)
                                || point >= 0xfffe && point <= 0xffff
                                || point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
        if (!isKept) {
            throw new IllegalArgumentException("'" + Shown.name(name) + "' is no name for a sheet" + rule);
        }
        return name;
    }

    /** Returns how a new sheet stores records with the given fields. */
    static Schema schemaFor(Schema incoming, ExcelOptions options) throws ReadException {
        List<String> names = options.columns();
        if (options.header() instanceof ExcelOptions.Header.None none) {
            names = none.names();
        } else if (names.isEmpty()) {
            names = checkedNames(incoming);
        }
        checkLimit(names.size(), options.range());
        for (String typed : options.types().keySet()) {
            if (names.stream().noneMatch(typed::equalsIgnoreCase)) {
                throw new ReadException(
                        "E-XLS-COLUMN",
                        "types(...) names a column '" + Shown.name(typed) + "' that the new sheet does not have");
            }
        }
        List<Field> fields = new ArrayList<>(names.size());
        for (String name : names) {
            int place = incoming.indexOf(name);
            FieldType type = place < 0 ? FieldType.any() : incoming.field(place).type();
            FieldType given = given(options.types(), name);
            checkName(name);
            fields.add(Field.of(name, given == null ? asRead(name, type) : kept(name, given)));
        }
        return Schema.of(fields);
    }

    private static List<String> checkedNames(Schema incoming) throws ReadException {
        try {
            return ColumnNames.checked(incoming.names());
        } catch (IllegalArgumentException e) {
            throw new ReadException("E-XLS-COLUMN", "a sheet cannot have these columns: " + e.getMessage());
        }
    }

    private static void checkName(String name) throws ReadException {
        try {
            CellValues.text(name);
        } catch (CellValues.Unwritable e) {
            throw new ReadException(
                    "E-XLS-COLUMN", "column '" + Shown.name(name) + "' cannot be in a header: " + e.reason());
        }
    }

    private static void checkLimit(int columns, @Nullable CellRange range) throws ReadException {
        int most = range == null ? CellRange.LAST_COLUMN : range.lastColumn() - range.firstColumn() + 1;
        if (columns > most) {
            throw new ReadException(
                    "E-XLS-LIMIT",
                    columns + " columns are more than the " + most + " that "
                            + (range == null ? "a sheet" : "the range") + " has: leave some out with columns(...)");
        }
    }

    /** Returns the type that the user gave a column, in whatever case its name is written, or null. */
    static @Nullable FieldType given(Map<String, FieldType> types, String name) {
        FieldType exact = types.get(name);
        if (exact != null) {
            return exact;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        for (Map.Entry<String, FieldType> type : types.entrySet()) {
            if (type.getKey().toLowerCase(Locale.ROOT).equals(lower)) {
                return type.getValue();
            }
        }
        return null;
    }

    /** Returns the fields of a sheet as its cells keep them: to the millisecond. */
    static Schema stored(Schema read) throws ReadException {
        List<Field> fields = new ArrayList<>(read.size());
        for (Field field : read.fields()) {
            fields.add(field.typed(kept(field.name(), field.type())));
        }
        return Schema.of(fields);
    }

    private static FieldType kept(String name, FieldType type) throws ReadException {
        if (type instanceof FieldType.Timestamp timestamp) {
            return FieldType.timestamp(Math.min(timestamp.fractionDigits(), MILLISECONDS));
        }
        if (type instanceof FieldType.Clock clock) {
            return FieldType.time(Math.min(clock.fractionDigits(), MILLISECONDS));
        }
        if (type instanceof FieldType.Sequence || type instanceof FieldType.Nested) {
            throw new ReadException(
                    "E-XLS-TYPE",
                    "column '" + Shown.name(name) + "' is a " + type + ", which a cell cannot hold: give it"
                            + " types(Map.of(\"" + Shown.name(name)
                            + "\", FieldType.json())), or turn it into a text in"
                            + " map(...)");
        }
        return type;
    }

    /**
     * Returns the type that a column with such values has when it is read again, so that the first run and all that
     * follow compare in the same form.
     */
    private static FieldType asRead(String name, FieldType type) throws ReadException {
        if (type instanceof FieldType.Whole || type instanceof FieldType.Decimal || type instanceof FieldType.Real) {
            return FieldType.decimal();
        }
        if (type instanceof FieldType.Timestamp || type instanceof FieldType.Clock) {
            return kept(name, type);
        }
        if (type instanceof FieldType.Bool || type instanceof FieldType.Day || type instanceof FieldType.Any) {
            return type;
        }
        kept(name, type);
        return FieldType.text();
    }

    /** Opens a writer; the target is the path with its symbolic links resolved, and now what is there. */
    static ChangeWriter<Row> open(
            String name, Path path, Path target, ExcelOptions options, FileStamp now, WriteContext context)
            throws Exception {
        checkKind(path, target, now);
        ReplacementFile replacement = WritableTarget.replacement(path, target);
        boolean opened = false;
        SheetContent content = null;
        try {
            NotedStream out = new NotedStream(replacement.stream());
            content = now.exists()
                    ? ExistingWorkbook.open(name, path, target, options, context, out)
                    : newWorkbook(name, path, options, context, out);
            ChangeWriter<Row> writer = new ExcelRewriter(name, target, now, context, replacement, content, out);
            opened = true;
            return writer;
        } finally {
            if (!opened) {
                try (replacement) {
                    if (content != null) {
                        content.close();
                    }
                }
            }
        }
    }

    private static SheetContent newWorkbook(
            String name, Path path, ExcelOptions options, WriteContext context, OutputStream out) throws Exception {
        if (options.sheetNumber() > 1) {
            throw new ReadException(
                    "E-XLS-SHEET",
                    path + " does not exist, so its first sheet is made first: give the sheet a name, or number 1");
        }
        NewTable.Place place = place(options);
        checkRoom(name, place.room(), options, context);
        try {
            return new NewWorkbook(
                    name,
                    options.sheet() == null ? FIRST_SHEET : options.sheet(),
                    hasEnding(path, ".xlsm") ? XSSFWorkbookType.XLSM : XSSFWorkbookType.XLSX,
                    place,
                    context.schema(),
                    out);
        } catch (IOException e) {
            throw new ReadException(
                    "E-FILE-FOLDER",
                    path + " cannot be written: its rows wait in a temporary file, which cannot be made: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Makes sure that a workbook is of a kind that is written. */
    static void checkKind(Path path, Path target, FileStamp now) throws ReadException, IOException {
        String other = null;
        if (now.exists()) {
            try {
                if (WorkbookKind.of(target) == WorkbookKind.XLS) {
                    CompoundFile.refuseEncrypted(target);
                    other = "an Excel 97-2003 workbook (.xls)";
                }
            } catch (ExcelFault fault) {
                throw new ReadException(fault.code(), fault.describe(path));
            }
        } else if (UNWRITTEN.stream().anyMatch(ending -> hasEnding(path, ending))) {
            other = "by its name of another kind";
        }
        if (other != null) {
            throw new ReadException(
                    "E-XLS-WRITE",
                    path + " is " + other + ", and only .xlsx and .xlsm workbooks are written: "
                            + (now.exists() ? "save it in Excel as 'Excel Workbook (*.xlsx)'" : "name it .xlsx"));
        }
    }

    private static boolean hasEnding(Path path, String ending) {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }

    /** Returns where a table goes in a sheet that has none. */
    static NewTable.Place place(ExcelOptions options) {
        CellRange range = options.range();
        int first = range == null ? 1 : range.firstRow();
        int last = range == null ? CellRange.LAST_ROW : range.lastRow();
        int column = range == null ? 1 : range.firstColumn();
        if (options.header() instanceof ExcelOptions.Header.None) {
            return new NewTable.Place(0, first, last, column);
        }
        int header = options.header() instanceof ExcelOptions.Header.AtRow at ? Math.max(at.row(), first) : first;
        return new NewTable.Place(header, header + 1, last, column);
    }

    static void checkRoom(String name, long room, ExcelOptions options, WriteContext context) throws ReadException {
        long inserts = context.expected().inserts();
        if (inserts > room) {
            boolean isInRange = options.range() != null;
            throw new ReadException(
                    "E-XLS-LIMIT",
                    name + " would get " + inserts + (inserts == 1 ? " new record" : " new records") + ", and "
                            + (isInRange ? "range(...)" : "the sheet") + " has room for " + Math.max(0, room)
                            + " below those that are there: nothing was written; "
                            + (isInRange
                                    ? "give the range more rows, or no last one as in B3:F"
                                    : "split them over several sheets or files"));
        }
    }
}
