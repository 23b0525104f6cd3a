package dev.datasync.files;

import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Endpoint;
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
 *
 * <p>Read are {@code .xlsx} workbooks, with macros and templates too, and those of Excel 97 to 2003 ({@code .xls});
 * which one a file is, is told by its content. The first row that is not empty has the names of the columns; rows that
 * are empty are passed over. The number of a record is that of its row as Excel shows it. Every cell has a type of its
 * own:
 *
 * <ul>
 *   <li>A text comes as it is, with leading zeros and apart from an empty cell, which is {@code null}.
 *   <li>A number comes as Excel shows it without a format: as a {@code Long} when it is whole, else as a
 *       {@code BigDecimal} of at most 15 digits. Excel keeps no more: whole numbers that are longer are told in the
 *       report, since their last digits are lost. A percentage is the number behind it: 12% is 0.12.
 *   <li>A number that is shown as a date comes as a {@code LocalDate}, a {@code LocalTime} or, when it has both, a
 *       {@code LocalDateTime}, to the millisecond and in the workbook's own calendar, since 1900 or 1904. A number that
 *       is shown as a date and means none rejects its record, such as Excel's 29 February 1900.
 *   <li>A formula comes as its result when the workbook was saved. A record with a formula that was never calculated,
 *       or with an error such as {@code #DIV/0!}, is rejected with the cell's address.
 *   <li>The value of merged cells is that of the first one, the others are {@code null}.
 * </ul>
 *
 * <p>A sheet of any size is read in little memory. Texts that cells share are kept in a temporary file when they are
 * many; an {@code .xls} workbook, which is small, has them in memory. What is wrong with a file is told by a
 * {@link ReadException} with a code of its own.
 *
 * <p>Written are {@code .xlsx} and {@code .xlsm} workbooks. A file or sheet that is not there is made: with a bold header
 * that stays in sight, a filter, and columns as wide as what the first records hold, in the sheet {@code Sheet1} unless
 * another one is named. A new workbook of any size is written in little memory. A value becomes a cell of its kind:
 *
 * <ul>
 *   <li>A text is always a text, also {@code =1+1} and {@code 007}, of at most 32,767 characters; control characters
 *       are kept in Excel's own notation for them.
 *   <li>A number is a number of at most 15 digits; one with more is rejected, and never cut. Give its column a type with
 *       fewer digits, such as {@code FieldType.decimal(15, 6)}, or {@code FieldType.text()}: floating-point numbers
 *       that were calculated often need it. NaN and infinity are rejected.
 *   <li>True and false, dates, times of day and timestamps are what they are, to the millisecond. A date before 1900, or
 *       1904 in a workbook that counts from there, is rejected.
 *   <li>An instant, a UUID, bytes (Base64) and a JSON document become texts; a list and nested fields need the type
 *       {@code FieldType.json()}.
 * </ul>
 *
 * <p>A sheet that is there is changed in its place: a cell that is written keeps its style, new rows come behind the
 * last one and look like it, and rows that are deleted vanish. Formulas, names, filters, tables, rules and merged cells
 * that refer to the rows below follow them; pictures and page breaks stay where they are, and where something refers to
 * the rows in a way that is not understood, deletes are rejected. All else in the workbook stays: other sheets, columns
 * that the plan does not write, and macros. A value never replaces a formula; such a change is rejected. The results of
 * formulas are calculated anew where that is possible, and by Excel when it opens the workbook. For all this the whole
 * workbook is held in memory; one that does not fit is refused before anything is written. The file is written anew
 * beside the old one and takes its place in one step.
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
     * Says in which row the names of the columns are. Without this it is the first row that is not empty. Columns are
     * counted from the first that has a name to the last; what is above the row is not read.
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
     * Means only a part of the sheet: cells outside are not looked at, and the header is looked for inside.
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
     * Gives columns a type that does not follow from their cells: a number can so be read as the date that it means or
     * as the text that Excel shows for it, for example 01234 for the number 1234 in the format 00000, and a number be
     * kept as text that is written. A record with a cell that does not fit is rejected with the cell's address.
     *
     * @param types the types by the columns' names, upper and lower case apart
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
     * Returns the columns of the header; those that were given no type may have any.
     *
     * @return the columns
     * @throws ReadException when there is no such file, sheet or header, or it cannot be read
     */
    @Override
    public Optional<Schema> schema() throws ReadException {
        try (ExcelReading reading = ExcelReading.open(path, options)) {
            return Optional.of(reading.schema());
        }
    }

    /**
     * Returns the columns of the header, each with the type that all its cells have; for that, all are read.
     *
     * @return the columns, or empty when there is no such file or sheet, or nothing in it
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
        compared.requireUnchanged(context.plan(), now, name());
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
