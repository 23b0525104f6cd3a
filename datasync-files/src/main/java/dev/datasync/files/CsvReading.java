package dev.datasync.files;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** One reading of a file: its header when it is opened, then its rows. Every failure leaves as a {@link ReadException}. */
final class CsvReading implements Closeable {

    private static final String DELIMITERS = ",;\t|";

    private final Path path;
    private final CsvDialect dialect;
    private final FileStamp stamp;
    private final CheckedReader reader;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final Schema schema;

    private CsvReading(Path path, CsvDialect dialect, FileStamp stamp, CheckedReader reader, CSVParser parser)
            throws ReadException {
        this.path = path;
        this.dialect = dialect;
        this.stamp = stamp;
        this.reader = reader;
        this.parser = parser;
        this.records = parser.iterator();
        this.schema = readHeader();
    }

    static CsvReading open(Path path, CsvDialect dialect) throws ReadException {
        FileStamp stamp = FileInput.check(path);
        try {
            return begin(path, dialect, stamp, FileInput.open(path, Compression.BY_NAME));
        } catch (CsvFault fault) {
            throw new ReadException(fault.code(), FileInput.at(path, fault.line()) + ": " + fault.getMessage());
        } catch (IOException e) {
            throw FileInput.unreadable(path, e);
        }
    }

    private static CsvReading begin(Path path, CsvDialect dialect, FileStamp stamp, InputStream in)
            throws ReadException, IOException {
        boolean begun = false;
        try {
            CheckedReader reader = new CheckedReader(in, dialect);
            CSVParser parser = CSVParser.builder()
                    .setReader(reader)
                    .setFormat(dialect.format())
                    .get();
            CsvReading reading = new CsvReading(path, dialect, stamp, reader, parser);
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

    Schema schema() {
        return schema;
    }

    private Schema readHeader() throws ReadException {
        @Nullable String[] names = next(null);
        if (names == null) {
            throw failure(
                    "E-CSV-EMPTY",
                    FileInput.at(path, 0),
                    "the file is empty, without even a header: was it written to the end?");
        }
        Map<String, Integer> columns = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            String name = names[i];
            if (name == null || name.isBlank()) {
                throw failure(
                        "E-CSV-HEADER-EMPTY",
                        FileInput.at(path, 1),
                        "column " + (i + 1) + " of " + names.length + " has no name in the header: give it one");
            }
            Integer same = columns.putIfAbsent(name.toLowerCase(Locale.ROOT), i);
            if (same != null) {
                throw failure(
                        "E-CSV-DUP-HEADER",
                        FileInput.at(path, 1),
                        "columns " + (same + 1) + " and " + (i + 1) + " have the same name '" + Shown.name(name)
                                + "', upper and lower case apart: give each column its own name");
            }
        }
        String[] header = Arrays.copyOf(names, names.length, String[].class);
        if (header.length == 1 && !reader.startsQuoted()) {
            refuseOtherDelimiters(header[0]);
        }
        return Schema.ofText(header);
    }

    private void refuseOtherDelimiters(String name) throws ReadException {
        for (int i = 0; i < DELIMITERS.length(); i++) {
            char other = DELIMITERS.charAt(i);
            long times = name.chars().filter(character -> character == other).count();
            if (times > 0) {
                String shown = Shown.character(other);
                throw failure(
                        "E-CSV-DELIM",
                        FileInput.at(path, 1),
                        "the header is one column and contains '" + shown + "' "
                                + (times == 1 ? "once" : times + " times")
                                + ": if that is what separates the columns, say .delimiter('" + shown
                                + "'), and if not, put the column's name in quotes");
            }
        }
    }

    /** Checks that the file has some columns that the plan speaks of. */
    void requireColumns(List<String> names) throws ReadException {
        for (String name : names) {
            if (!schema.has(name)) {
                throw failure(
                        "E-CSV-COLUMN",
                        FileInput.at(path, 1),
                        "sortedBy names a column '" + Shown.name(name) + "' that the header does not have");
            }
        }
    }

    /** Delivers all rows, and makes sure that the file is still the one that was opened. */
    void read(Receiver<? super Row> receiver) throws ReadException {
        int width = schema.size();
        long emptyLine = 0;
        while (true) {
            long line = parser.getCurrentLineNumber() + 1;
            @Nullable String[] values = next(schema);
            if (values == null) {
                break;
            }
            if (values.length != width) {
                if (values.length == 1 && values[0] == null) {
                    // empty lines at the end hold nothing that could be lost
                    emptyLine = emptyLine == 0 ? line : emptyLine;
                    continue;
                }
                throw failure("E-CSV-WIDTH", FileInput.at(path, line), otherWidth(values.length));
            }
            if (emptyLine > 0) {
                throw failure(
                        "E-CSV-WIDTH",
                        FileInput.at(path, emptyLine),
                        "the line is empty: remove it, or is the file damaged?");
            }
            receiver.accept(schema.row(Arrays.copyOf(values, width, Object[].class)), line);
        }
        if (isChanged()) {
            throw FileInput.changed(path);
        }
    }

    private String otherWidth(int fields) {
        int width = schema.size();
        String counts = "the row has " + fields + (fields == 1 ? " field" : " fields") + ", the header has " + width;
        if (fields < width) {
            return counts + ": the first one missing is '"
                    + Shown.name(schema.field(fields).name()) + "'; was the row or the file cut off?";
        }
        return counts + ": put fields that contain '" + Shown.character(dialect.delimiter()) + "' in quotes";
    }

    /** Returns the values of the next record, or null at the end. */
    private @Nullable String @Nullable [] next(@Nullable Schema header) throws ReadException {
        try {
            return records.hasNext() ? records.next().values() : null;
        } catch (UncheckedIOException e) {
            throw translated(Objects.requireNonNull(e.getCause()), header);
        } catch (RuntimeException e) {
            // its message may quote the file
            throw failure(
                    "E-CSV-PARSER",
                    FileInput.at(path, 0),
                    "the parser failed with " + e.getClass().getName());
        }
    }

    private ReadException translated(IOException failure, @Nullable Schema header) {
        if (failure instanceof CsvFault fault) {
            return failure(
                    fault.code(),
                    FileInput.at(path, fault.line()) + column(fault.column(), header),
                    fault.getMessage());
        }
        return isChanged() ? FileInput.changed(path) : FileInput.unreadable(path, failure);
    }

    private static String column(int column, @Nullable Schema header) {
        if (column == CsvFault.NO_COLUMN) {
            return "";
        }
        if (header == null || column > header.size()) {
            return ", column " + column;
        }
        return ", column " + column + " (" + Shown.name(header.field(column - 1).name()) + ")";
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
        parser.close();
    }
}
