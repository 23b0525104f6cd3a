package dev.datasync.files;

import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Endpoint;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sheet of an Excel workbook, to be read or written: {@code ExcelFile.at(Path.of("prices.xlsx")).sheet("Prices")}.
 * Immutable, and safe for use by several threads and plans.
 */
public final class ExcelFile implements Endpoint<Row> {

    private final Path path;
    private final ExcelOptions options;
    private final ComparedFiles compared = new ComparedFiles();

    private ExcelFile(Path path, ExcelOptions options) {
        this.path = path;
        this.options = options;
    }

    /**
     * Returns the workbook at a path, of which the first sheet that is not hidden is meant.
     *
     * @param path where it is; a relative one is relative to the working directory of this process
     * @return the file; nothing is opened yet
     */
    public static ExcelFile at(Path path) {
        return new ExcelFile(path, ExcelOptions.DEFAULT);
    }

    /**
     * Means a sheet by its name.
     *
     * @param name the name, upper and lower case apart as in Excel
     * @return the file with that sheet
     * @throws IllegalArgumentException when no sheet can have that name
     */
    public ExcelFile sheet(String name) {
        return new ExcelFile(path, options.withSheet(ExcelWriting.checkedSheetName(name), 0));
    }

    /**
     * Means a sheet by its place.
     *
     * @param number its place among all sheets, hidden ones too, from 1
     * @return the file with that sheet
     * @throws IllegalArgumentException when the number is less than 1
     */
    public ExcelFile sheet(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("sheets are counted from 1, and not " + number);
        }
        return new ExcelFile(path, options.withSheet(null, number));
    }

    /**
     * Says in which row the names of the columns are. Without this it is the first row that is not empty.
     *
     * @param row the row's number, from 1 as Excel shows it
     * @return the file with that header
     * @throws IllegalArgumentException when there can be no such row
     */
    public ExcelFile headerRow(int row) {
        if (row < 1 || row > CellRange.LAST_ROW) {
            throw new IllegalArgumentException("rows are counted from 1 to " + CellRange.LAST_ROW + ", and not " + row);
        }
        return new ExcelFile(path, options.withHeader(new ExcelOptions.Header.AtRow(row)));
    }

    /**
     * Says by which names the header is found: it is the first row that contains all of them.
     *
     * @param names names of columns, upper and lower case apart
     * @return the file with that header
     * @throws IllegalArgumentException when there is none
     */
    public ExcelFile headerWith(String... names) {
        return new ExcelFile(
                path, options.withHeader(new ExcelOptions.Header.Containing(ColumnNames.checked(List.of(names)))));
    }

    /**
     * Says that the sheet has no header, so that its first row is a record.
     *
     * @param names the names of the columns, from the first one of the sheet or range
     * @return the file without a header
     * @throws IllegalArgumentException when there is none, one is blank, or two differ in case only
     */
    public ExcelFile withoutHeader(String... names) {
        return new ExcelFile(
                path, options.withHeader(new ExcelOptions.Header.None(ColumnNames.checked(List.of(names)))));
    }

    /**
     * Means only a part of the sheet.
     *
     * @param cells for example {@code B3:F200}, {@code B3:F} or {@code B:F}
     * @return the file with that range
     * @throws IllegalArgumentException when that is no range of cells
     */
    public ExcelFile range(String cells) {
        return new ExcelFile(path, options.withRange(CellRange.parse(cells)));
    }

    /**
     * Says what a source does with hidden rows; without this they are read. As a target, a sheet has all its rows.
     *
     * @param hiddenRows what to do
     * @return the file read in that way
     */
    public ExcelFile hiddenRows(HiddenRows hiddenRows) {
        return new ExcelFile(path, options.withHiddenRows(hiddenRows));
    }

    /**
     * Gives columns a type that does not follow from their cells: a number can so be read as the date that it means,
     * and be kept as text that is written.
     *
     * @param types the types by the columns' names
     * @return the file with those types
     */
    public ExcelFile types(Map<String, FieldType> types) {
        return new ExcelFile(path, options.withTypes(types));
    }

    /**
     * Sets the columns with which a new sheet is made; without this they are the fields of the records that are written.
     *
     * @param names the columns' names in order
     * @return the file with those columns
     * @throws IllegalArgumentException when there is none, one is blank, or two differ in case only
     */
    public ExcelFile columns(String... names) {
        return new ExcelFile(path, options.withColumns(ColumnNames.checked(List.of(names))));
    }

    /**
     * Reads and writes the rows as Java records.
     *
     * @param type the record's class, with a component for each column that it uses
     * @param <R> the record's type
     * @return the file as an endpoint of that type
     * @throws IllegalArgumentException when the class is not accessible
     */
    public <R extends Record> Endpoint<R> as(Class<R> type) {
        return as(RecordType.of(type));
    }

    /**
     * Reads and writes the rows as records of a type of your own.
     *
     * @param type how a row becomes a record and back
     * @param <T> the type of the records
     * @return the file as an endpoint of that type
     */
    public <T> Endpoint<T> as(RecordType<T> type) {
        return Endpoint.typed(this, type);
    }

    @Override
    public String name() {
        return "Excel file " + path;
    }

    @Override
    public RecordType<Row> recordType() {
        return RecordType.rows();
    }

    /**
     * Returns the columns of the header; those without a type of their own may have any.
     *
     * @return the columns
     * @throws ReadException when there is no such file or sheet, or it cannot be read
     */
    @Override
    public Optional<Schema> schema() throws ReadException {
        try (ExcelReading reading = ExcelReading.open(path, options)) {
            return Optional.of(reading.schema());
        }
    }

    /**
     * Returns the columns of the header, each with the type that all its cells have.
     *
     * @return the columns, or empty when there is no such file or sheet
     * @throws ReadException when it cannot be read or written
     */
    @Override
    public Optional<Schema> storedSchema() throws ReadException {
        Path target = WritableTarget.check(path);
        FileStamp now;
        try {
            now = FileStamp.of(target);
            ExcelWriting.checkKind(path, target, now);
        } catch (IOException e) {
            throw FileInput.unreadable(path, e);
        }
        if (!now.exists()) {
            return Optional.empty();
        }
        Optional<Schema> stored = ExcelReading.storedSchema(path, asTarget());
        return stored.isPresent() ? Optional.of(ExcelWriting.stored(stored.get())) : stored;
    }

    @Override
    public Schema schemaFor(Schema incoming, List<String> keyFields) throws Exception {
        return ExcelWriting.schemaFor(incoming, options);
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
        try (ExcelReading reading = ExcelReading.open(path, options)) {
            reading.read(receiver, context);
        }
        return Completion.complete();
    }

    @Override
    public Optional<Object> identity() throws IOException {
        return Optional.of(FileIdentity.of(path, options.sheetShown()));
    }

    @Override
    public String locate(long position) {
        return path + " row " + position;
    }

    /**
     * Returns the present content: nothing when there is no such file or sheet. Reading it fails also when the file
     * could not be written afterwards.
     *
     * @return a source over the sheet's rows
     */
    @Override
    public Source<Row> existing() {
        return new Existing();
    }

    @Override
    public ChangeWriter<Row> open(WriteContext context) throws Exception {
        Path target = WritableTarget.check(path);
        FileStamp now = FileStamp.of(target);
        if (!compared.take(context.plan()).orElse(now).equals(now)) {
            throw new NotCommittedException(
                    name() + " was changed by somebody else since it was read: it is left as it is; run again");
        }
        return ExcelWriting.open(name(), path, target, asTarget(), now, context);
    }

    /** A hidden record is there: passed over, it would be inserted once more. */
    private ExcelOptions asTarget() {
        return options.withHiddenRows(HiddenRows.READ);
    }

    /**
     * Returns the name.
     *
     * @return for example {@code Excel file prices.xlsx}
     */
    @Override
    public String toString() {
        return name();
    }

    /** The sheet as the target of a run: it may be missing, and will be written. */
    private final class Existing implements Source<Row> {

        @Override
        public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
            WritableTarget.check(path);
            FileStamp stamp = FileStamp.of(path);
            if (stamp.exists()) {
                stamp = ExcelReading.readIfThere(path, asTarget(), receiver, context);
            }
            compared.remember(context.plan(), stamp);
            return Completion.complete();
        }

        @Override
        public String name() {
            return ExcelFile.this.name();
        }

        @Override
        public Optional<Schema> schema() throws ReadException {
            return ExcelFile.this.storedSchema();
        }

        @Override
        public Optional<Object> identity() throws IOException {
            return ExcelFile.this.identity();
        }

        @Override
        public String locate(long position) {
            return ExcelFile.this.locate(position);
        }
    }
}
