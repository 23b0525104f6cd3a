package dev.datasync.files;

import dev.datasync.row.ConversionException;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One reading of a file: its header when it is opened, then its rows. Every failure leaves as a {@link ReadException}. */
final class CsvReading implements Closeable {

    private static final String DELIMITERS = ",;\t|";

    private static final String HINT = "sep=";

    /** How many fields a header is thought to have, before it is read. */
    private static final int FIRST_SIZE = 16;

    private final Path path;
    private final CsvOptions options;
    private final CsvChecks checks;
    private final CsvFlaws flaws;
    private final FileStamp stamp;
    private final CsvRecords records;
    private final List<String> columns;

    /** The line of the record that was read last, and whether it is empty. */
    private long line;

    private boolean isEmptyLine;

    /** What rows are made of: the fields of the file, and maybe one for its name. */
    static final class Shape {

        private final Schema schema;

        /** The formats of the file's columns; null for text as it stands. */
        private final @Nullable TextFormat[] formats;

        private Shape(Schema schema, @Nullable TextFormat[] formats) {
            this.schema = schema;
            this.formats = formats;
        }

        Schema schema() {
            return schema;
        }

        Shape withSchema(Schema wider) {
            return new Shape(wider, formats);
        }
    }

    private CsvReading(
            Path path, CsvOptions options, CsvChecks checks, CsvFlaws flaws, FileStamp stamp, CsvRecords records)
            throws ReadException {
        this.path = path;
        this.options = options;
        this.checks = checks;
        this.flaws = flaws;
        this.stamp = stamp;
        this.records = records;
        this.columns = options.hasHeader() ? readHeader() : options.header();
    }

    static CsvReading open(Path path, CsvOptions options, CsvChecks checks) throws ReadException {
        FileStamp stamp = FileInput.check(path);
        CsvFlaws flaws = new CsvFlaws(checks.forgiven());
        try {
            return begin(
                    path,
                    options,
                    checks,
                    flaws,
                    stamp,
                    CsvInput.open(path, options, flaws).in());
        } catch (CsvFault fault) {
            throw new ReadException(fault.code(), FileInput.at(path, fault.line()) + ": " + fault.getMessage());
        } catch (IOException e) {
            throw FileInput.unreadable(path, e);
        }
    }

    private static CsvReading begin(
            Path path, CsvOptions options, CsvChecks checks, CsvFlaws flaws, FileStamp stamp, InputStream in)
            throws ReadException, IOException {
        boolean begun = false;
        try {
            CsvRecords records = CsvRecords.of(in, options, flaws);
            CsvReading reading = new CsvReading(path, options, checks, flaws, stamp, records);
            begun = true;
            return reading;
        } finally {
            if (!begun) {
                in.close();
            }
        }
    }

    /** Returns what the file was when this reading began. */
    FileStamp stamp() {
        return stamp;
    }

    CsvFlaws flaws() {
        return flaws;
    }

    /** Returns the names of the columns. */
    List<String> columns() {
        return columns;
    }

    /** Returns the file's own fields and formats. */
    Shape shape() throws ReadException {
        Schema schema = options.schema(columns, FileInput.at(path, options.hasHeader() ? headerLine() : 0));
        return new Shape(schema, options.formats(schema));
    }

    private long headerLine() {
        return Math.max(1, line);
    }

    private List<String> readHeader() throws ReadException {
        @Nullable Object[] values = next(FIRST_SIZE, null);
        if (values == null) {
            throw failure(
                    "E-CSV-EMPTY",
                    FileInput.at(path, 0),
                    options.skippedLines() == 0
                            ? "the file has no header: was it written to the end?"
                            : "the file has no header behind the " + options.skippedLines()
                                    + " lines that are skipped: was it written to the end?");
        }
        @Nullable String[] names = texts(values);
        refuseHint(names);
        Map<String, Integer> places = new HashMap<>();
        Set<String> taken = new HashSet<>();
        Map<String, Integer> numbers = new HashMap<>();
        String[] header = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            String name = names[i] == null ? "" : options.safety().read(names[i]);
            if (name.isBlank()) {
                if (!flaws.forgive(CsvFlaw.EMPTY_HEADER, line)) {
                    throw failure(
                            "E-CSV-HEADER-EMPTY",
                            FileInput.at(path, line),
                            "column " + (i + 1) + " of " + names.length + " has no name in the header: give it one");
                }
                name = "column_" + (i + 1);
            }
            Integer same = places.putIfAbsent(name.toLowerCase(Locale.ROOT), i);
            if (same != null) {
                if (!flaws.forgive(CsvFlaw.DUPLICATE_HEADER, line)) {
                    throw failure(
                            "E-CSV-DUP-HEADER",
                            FileInput.at(path, line),
                            "columns " + (same + 1) + " and " + (i + 1) + " have the same name '" + Shown.name(name)
                                    + "', upper and lower case apart: give each column its own name");
                }
                if (taken.isEmpty()) {
                    Arrays.stream(names)
                            .filter(Objects::nonNull)
                            .forEach(each -> taken.add(each.toLowerCase(Locale.ROOT)));
                }
                name = numbered(name, taken, numbers);
                places.put(name.toLowerCase(Locale.ROOT), i);
            }
            header[i] = name;
        }
        if (header.length == 1 && !records.startsQuoted()) {
            refuseOtherDelimiters(header[0]);
        }
        return List.of(header);
    }

    /** Returns a name with the first number that makes it one of its own, and takes it. */
    private static String numbered(String name, Set<String> taken, Map<String, Integer> numbers) {
        String numbered;
        do {
            numbered = name + "_" + numbers.merge(name.toLowerCase(Locale.ROOT), 2, (number, first) -> number + 1);
        } while (!taken.add(numbered.toLowerCase(Locale.ROOT)));
        return numbered;
    }

    /** Refuses the line {@code sep=;}, with which spreadsheet programs are told the delimiter, as a header. */
    private void refuseHint(@Nullable String[] names) throws ReadException {
        String first = names[0];
        if (first == null || !first.regionMatches(true, 0, HINT, 0, HINT.length())) {
            return;
        }
        boolean isOwn =
                names.length == 2 && first.length() == HINT.length() && (names[1] == null || names[1].isEmpty());
        boolean isOther = names.length == 1 && first.length() == HINT.length() + 1;
        if (isOwn || isOther) {
            char named = isOwn ? options.dialect().delimiter() : first.charAt(HINT.length());
            throw failure(
                    "E-CSV-DELIM",
                    FileInput.at(path, line),
                    "the line 'sep=" + Shown.character(named) + "' is a hint for spreadsheet programs and no header:"
                            + " say " + (isOwn ? "" : ".delimiter('" + Shown.character(named) + "')") + ".skipLines("
                            + (options.skippedLines() + 1) + ")");
        }
    }

    private void refuseOtherDelimiters(String name) throws ReadException {
        for (int i = 0; i < DELIMITERS.length(); i++) {
            char other = DELIMITERS.charAt(i);
            long times = name.chars().filter(character -> character == other).count();
            if (times > 0) {
                String shown = Shown.character(other);
                throw failure(
                        "E-CSV-DELIM",
                        FileInput.at(path, line),
                        "the header is one column and contains '" + shown + "' "
                                + (times == 1 ? "once" : times + " times")
                                + ": if that is what separates the columns, say .delimiter('" + shown
                                + "'), and if not, put the column's name in quotes");
            }
        }
    }

    /**
     * Delivers all rows, and makes sure that the file is still the one that was opened.
     *
     * @param shape what the rows are made of
     * @param firstPosition what is added to a row's line to make its position
     * @return how many rows there were
     */
    long read(Shape shape, Receiver<? super Row> receiver, long firstPosition) throws ReadException {
        Schema schema = shape.schema;
        int width = columns.size();
        boolean isTyped = Arrays.stream(shape.formats).anyMatch(Objects::nonNull);
        boolean isSafe = options.safety() == SpreadsheetSafety.ESCAPE;
        @Nullable Object fileName = schema.size() > width ? String.valueOf(path.getFileName()) : null;
        long emptyLine = 0;
        long emptyLines = 0;
        CsvChecks.Trailer trailer = checks.trailer();
        @Nullable String[] last = null;
        long rows = 0;
        while (true) {
            @Nullable Object[] values = next(schema.size(), columns);
            if (values == null) {
                break;
            }
            if (isEmptyLine && width > 1) {
                // empty lines at the end hold nothing that could be lost
                emptyLine = emptyLines == 0 ? line : emptyLine;
                emptyLines++;
                continue;
            }
            if (last != null) {
                throw failure("E-CSV-TRAILER", FileInput.at(path, line), "a record follows the trailer");
            }
            if (emptyLines > 0) {
                forgiveEmpty(emptyLine, emptyLines);
                emptyLines = 0;
            }
            if (trailer != null && trailer.mark().equals(values[0])) {
                last = texts(values);
                continue;
            }
            int fields = records.fields();
            if (fields != width && !forgivesWidth(fields)) {
                throw failure("E-CSV-WIDTH", FileInput.at(path, line), otherWidth(fields));
            }
            rows++;
            @Nullable Object[] row = values.length == schema.size() ? values : Arrays.copyOf(values, schema.size());
            if (fileName != null) {
                row[width] = fileName;
            }
            String problem = isTyped || isSafe ? convert(row, shape.formats) : null;
            if (problem == null) {
                receiver.accept(schema.row(row), firstPosition + line);
            } else {
                receiver.reject(firstPosition + line, problem);
            }
        }
        finish(trailer, last, rows);
        return rows;
    }

    private void forgiveEmpty(long first, long count) throws ReadException {
        if (!flaws.forgive(CsvFlaw.EMPTY_LINES, first, count)) {
            throw failure(
                    "E-CSV-WIDTH", FileInput.at(path, first), "the line is empty: remove it, or is the file damaged?");
        }
    }

    private boolean forgivesWidth(int fields) {
        return flaws.forgive(fields < columns.size() ? CsvFlaw.SHORT_ROWS : CsvFlaw.LONG_ROWS, line);
    }

    /** Turns texts into values where they stand. Returns what is wrong with the first that is none. */
    private @Nullable String convert(@Nullable Object[] row, @Nullable TextFormat[] formats) {
        for (int column = 0; column < formats.length; column++) {
            if (!(row[column] instanceof String text)) {
                continue;
            }
            TextFormat format = formats[column];
            if (format == null || format.isText()) {
                row[column] = options.safety().read(text);
            }
            if (format != null) {
                try {
                    row[column] =
                            format.parse(format.isText() ? options.safety().read(text) : text);
                } catch (ConversionException e) {
                    return "column " + (column + 1) + " (" + Shown.name(columns.get(column)) + "): " + e.getMessage();
                }
            }
        }
        return null;
    }

    private void finish(CsvChecks.@Nullable Trailer trailer, @Nullable String @Nullable [] last, long rows)
            throws ReadException {
        if (!options.hasHeader() && records.missingLines() > 0 && records.hasContent()) {
            throw failure(
                    "E-CSV-EMPTY",
                    FileInput.at(path, 0),
                    "the file has fewer lines than the " + options.skippedLines() + " that are skipped: was it written"
                            + " to the end?");
        }
        if (trailer != null) {
            checkTrailer(trailer, last, rows);
        }
        if (checks.end() == CsvChecks.End.LINE_BREAK && !records.endsWithLineBreak()) {
            throw failure(
                    "E-CSV-CUT",
                    FileInput.at(path, Math.max(1, line)),
                    "the file does not end with a line break: it is cut off, or still being written");
        }
        if (isChanged()) {
            throw FileInput.changed(path);
        }
    }

    private void checkTrailer(CsvChecks.Trailer trailer, @Nullable String @Nullable [] last, long rows)
            throws ReadException {
        if (last == null) {
            throw failure(
                    "E-CSV-TRAILER",
                    FileInput.at(path, 0),
                    "the last record is not the one that begins with '" + Shown.name(trailer.mark())
                            + "': the file is cut off, or still being written");
        }
        String count = trailer.countColumn() <= last.length ? last[trailer.countColumn() - 1] : null;
        if (count == null || !count.matches("[0-9]{1,18}")) {
            throw failure(
                    "E-CSV-TRAILER",
                    FileInput.at(path, line) + ", column " + trailer.countColumn(),
                    "the trailer does not have the number of rows there: the file is cut off, or has another trailer");
        }
        if (Long.parseLong(count) != rows) {
            throw failure(
                    "E-CSV-COUNT",
                    FileInput.at(path, line) + ", column " + trailer.countColumn(),
                    "the trailer counts " + Long.parseLong(count) + " rows, and the file has " + rows
                            + ": it is cut off or damaged");
        }
    }

    private String otherWidth(int fields) {
        int width = columns.size();
        String counts = "the row has " + fields + (fields == 1 ? " field" : " fields") + ", the header has " + width;
        if (fields < width) {
            return counts + ": the first one missing is '" + Shown.name(columns.get(fields))
                    + "'; was the row or the file cut off" + (fields == 1 ? ", or is there another delimiter?" : "?");
        }
        return counts + ": put fields that contain '"
                + Shown.character(options.dialect().delimiter()) + "' in quotes";
    }

    /** Returns the values of the next record in an array of at least a size, or null at the end. */
    private @Nullable Object @Nullable [] next(int size, @Nullable List<String> header) throws ReadException {
        try {
            @Nullable Object[] values = records.next(size);
            if (values != null) {
                line = records.line();
                isEmptyLine = records.isEmptyLine();
            }
            return values;
        } catch (IOException e) {
            throw translated(e, header);
        } catch (RuntimeException e) {
            // its message may quote the file
            throw failure(
                    "E-CSV-PARSER",
                    FileInput.at(path, 0),
                    "the parser failed with " + e.getClass().getName());
        }
    }

    /** Returns the values of the record that was read last, without the places behind them. */
    private @Nullable String[] texts(@Nullable Object[] values) {
        return Arrays.copyOf(values, records.fields(), String[].class);
    }

    private ReadException translated(IOException failure, @Nullable List<String> header) {
        if (failure instanceof CsvFault fault) {
            return failure(
                    fault.code(),
                    FileInput.at(path, fault.line()) + column(fault.column(), header),
                    fault.getMessage());
        }
        return isChanged() ? FileInput.changed(path) : FileInput.unreadable(path, failure);
    }

    private static String column(int column, @Nullable List<String> header) {
        if (column == CsvFault.NO_COLUMN) {
            return "";
        }
        if (header == null || column > header.size()) {
            return ", column " + column;
        }
        return ", column " + column + " (" + Shown.name(header.get(column - 1)) + ")";
    }

    private ReadException failure(String code, String place, String message) {
        // what looks like a mistake may be a file that somebody is writing
        return isChanged() ? FileInput.changed(path) : new ReadException(code, place + ": " + message);
    }

    private boolean isChanged() {
        return FileInput.isChanged(path, stamp);
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
