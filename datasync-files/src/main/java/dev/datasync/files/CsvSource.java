package dev.datasync.files;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file, or several, to be read only: what {@link CsvFile} becomes by words that make no sense for a file that is
 * written. Immutable, and safe for use by several threads and plans.
 */
public final class CsvSource implements Source<Row> {

    private final Path path;
    private final CsvOptions options;
    private final CsvChecks checks;
    private final AtomicReference<@Nullable Guessed> guessed = new AtomicReference<>();

    /** The files of the last reading, by which positions are described. */
    private volatile List<Path> lastFiles = List.of();

    /** The types that were found in files, as long as these are what they were. */
    private record Guessed(Map<Path, FileStamp> stamps, Map<String, TextFormat> types) {}

    CsvSource(Path path, CsvOptions options, CsvChecks checks) {
        this.path = path;
        this.options = options;
        this.checks = checks;
    }

    private CsvSource with(CsvOptions other) {
        return new CsvSource(path, other, checks);
    }

    private CsvSource with(CsvChecks other) {
        return new CsvSource(path, options, other);
    }

    /**
     * Sets what stands between two fields, as {@link CsvFile#delimiter} does.
     *
     * @param delimiter an ASCII character
     * @return the source read in that way
     * @throws IllegalArgumentException when it cannot be told from the other special characters
     */
    public CsvSource delimiter(char delimiter) {
        return with(options.withDialect(options.dialect().withDelimiter(delimiter)));
    }

    /**
     * Sets what stands around a field, as {@link CsvFile#quote} does.
     *
     * @param quote an ASCII character
     * @return the source read in that way
     * @throws IllegalArgumentException when it cannot be told from the other special characters
     */
    public CsvSource quote(char quote) {
        return with(options.withDialect(options.dialect().withQuote(quote)));
    }

    /**
     * Sets what makes the next character a part of the field, as {@link CsvFile#escape} does.
     *
     * @param escape an ASCII character
     * @return the source read in that way
     * @throws IllegalArgumentException when it cannot be told from the other special characters
     */
    public CsvSource escape(char escape) {
        return with(options.withDialect(options.dialect().withEscape(escape)));
    }

    /**
     * Sets with what a comment begins, as {@link CsvFile#comment} does.
     *
     * @param comment an ASCII character
     * @return the source read in that way
     * @throws IllegalArgumentException when it cannot be told from the other special characters
     */
    public CsvSource comment(char comment) {
        return with(options.withDialect(options.dialect().withComment(comment)));
    }

    /**
     * Says that the first line is a record, as {@link CsvFile#withoutHeader} does.
     *
     * @param names the columns' names in order
     * @return the source read in that way
     * @throws IllegalArgumentException when there is none, one is blank, or two differ in case only
     */
    public CsvSource withoutHeader(String... names) {
        return with(options.withHeader(ColumnNames.checked(List.of(names))));
    }

    /**
     * Passes over lines before the header, as {@link CsvFile#skipLines} does.
     *
     * @param lines how many
     * @return the source read in that way
     * @throws IllegalArgumentException when the number is negative
     */
    public CsvSource skipLines(int lines) {
        return with(options.withSkippedLines(lines));
    }

    /**
     * Sets the text that is null, as {@link CsvFile#nullToken} does.
     *
     * @param token the text
     * @return the source read in that way
     * @throws IllegalArgumentException when it cannot stand without quotes
     */
    public CsvSource nullToken(String token) {
        return with(options.withNullToken(token));
    }

    /**
     * Sets the encoding, as {@link CsvFile#charset} does.
     *
     * @param charset the encoding
     * @return the source read in that way
     * @throws IllegalArgumentException when no text can be written in it
     */
    public CsvSource charset(Charset charset) {
        return with(options.withCharset(charset));
    }

    /**
     * Says that the file is compressed, as {@link CsvFile#gzip} does.
     *
     * @return the source read in that way
     */
    public CsvSource gzip() {
        return with(options.withCompression(Compression.GZIP));
    }

    /**
     * Gives columns a type, as {@link CsvFile#types} does.
     *
     * @param types the formats by the columns' names
     * @return the source read in that way
     */
    public CsvSource types(Map<String, TextFormat> types) {
        return with(options.withTypes(types));
    }

    /**
     * Says that the file was written for spreadsheets, as {@link CsvFile#spreadsheetSafe} does.
     *
     * @param safety what was done with texts that look like formulas
     * @return the source read in that way
     */
    public CsvSource spreadsheetSafe(SpreadsheetSafety safety) {
        return with(options.withSafety(safety));
    }

    /**
     * Says that the records are in ascending order of some columns, as {@link CsvFile#sortedBy} does; those of several
     * files across all of them.
     *
     * @param names the columns' names, the most significant first
     * @return the source with that order
     * @throws IllegalArgumentException when there is none or one is there twice
     */
    public CsvSource sortedBy(String... names) {
        return with(options.withSortedBy(ColumnNames.checked(List.of(names))));
    }

    /**
     * Forgives some flaws, also those of earlier calls. Each thing forgiven is counted and told in the report.
     *
     * @param first what is forgiven
     * @param more what else is
     * @return the source read in that way
     */
    public CsvSource lenient(CsvFlaw first, CsvFlaw... more) {
        EnumSet<CsvFlaw> all = EnumSet.of(first, more);
        all.addAll(checks.forgiven());
        return with(checks.withForgiven(all));
    }

    /**
     * Gives each column the type that all its values have, as far as {@link #types} does not. The file is read twice. A
     * column becomes a number, a truth value, a date or a time only when each of its texts is one in plain form and
     * nothing else: leading zeros, a plus, exponents, {@code NA} and numbers of more than 18 digits keep it text.
     *
     * @return the source read in that way
     */
    public CsvSource inferTypes() {
        return with(checks.withInference());
    }

    /**
     * Says how many rows there are. Another number fails the reading ({@code E-CSV-COUNT}).
     *
     * @param rows the number, of all files together
     * @return the source with that check
     * @throws IllegalArgumentException when the number is negative
     */
    public CsvSource expectRows(long rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("there cannot be " + rows + " rows");
        }
        return with(checks.withRows(rows));
    }

    /**
     * Says that the last record of each file is no row but its end: its first field is a mark, and another one has the
     * number of rows. A file without it ({@code E-CSV-TRAILER}) or with another number of rows ({@code E-CSV-COUNT}) is
     * cut off or damaged, and fails the reading. It may have more or fewer fields than a row.
     *
     * @param mark the text of the first field, which no row has there
     * @param countColumn the column of the number of rows, from 2
     * @return the source with that check
     * @throws IllegalArgumentException when the mark is empty or the column is less than 2
     */
    public CsvSource trailer(String mark, int countColumn) {
        if (mark.isEmpty() || countColumn < 2) {
            throw new IllegalArgumentException(
                    "a trailer needs a mark in the first column and a number of rows in another, from 2");
        }
        return with(checks.withTrailer(new CsvChecks.Trailer(mark, countColumn)));
    }

    /**
     * Says that each file ends with a line break; one that does not is cut off, and fails the reading
     * ({@code E-CSV-CUT}).
     *
     * @return the source with that check
     */
    public CsvSource requireFinalLineBreak() {
        return with(checks.withLineBreakAtEnd());
    }

    /**
     * Reads all files of a folder whose names match a pattern, in the order of their names. The path is that of the
     * folder; folders in it are not looked into. All must have the same columns. A file that comes, goes or changes
     * meanwhile fails the reading, and so does a pattern that nothing matches.
     *
     * @param glob a pattern such as {@code orders-*.csv}
     * @return the source over those files
     * @throws IllegalArgumentException when that is no pattern, or one that leads into other folders
     */
    public CsvSource matching(String glob) {
        return with(checks.withGlob(CsvFiles.checked(glob), null));
    }

    /**
     * Reads all files of a folder whose names match a pattern, with the name of its file as the last field of each row.
     *
     * @param glob a pattern such as {@code orders-*.csv}
     * @param fileNameField the name of that field, which no column has
     * @return the source over those files
     * @throws IllegalArgumentException when that is no pattern, or one that leads into other folders, or the field's name
     *     is blank
     */
    public CsvSource matching(String glob, String fileNameField) {
        ColumnNames.checked(List.of(fileNameField));
        return with(checks.withGlob(CsvFiles.checked(glob), fileNameField));
    }

    /**
     * Reads the rows as Java records.
     *
     * @param type the record's class, with a component for each column that it uses
     * @param <R> the record's type
     * @return the source of that type
     * @throws IllegalArgumentException when the class is not accessible
     */
    public <R extends Record> Source<R> as(Class<R> type) {
        return as(RecordType.of(type));
    }

    /**
     * Reads the rows as records of a type of your own.
     *
     * @param type how a row becomes a record
     * @param <T> the type of the records
     * @return the source of that type
     */
    public <T> Source<T> as(RecordType<T> type) {
        return Source.typed(this, type);
    }

    @Override
    public String name() {
        return checks.glob() == null ? "CSV file " + path : "CSV files " + path + "/" + checks.glob();
    }

    /**
     * Returns the columns of the header, each of type text unless it has another.
     *
     * @return the columns
     * @throws ReadException when there is no such file, it is no CSV file, several differ, or it cannot be read
     * @throws IOException when the file cannot be closed
     */
    @Override
    public Optional<Schema> schema() throws ReadException, IOException {
        List<Path> files = files();
        CsvOptions typed = typed(files);
        List<String> columns = List.of();
        CsvReading.@Nullable Shape shape = null;
        for (Path file : files) {
            try (CsvReading reading = CsvReading.open(file, typed, checks)) {
                if (shape == null) {
                    columns = reading.columns();
                    shape = shape(reading);
                } else {
                    requireSame(files.get(0), columns, file, reading.columns());
                }
            }
        }
        return Optional.of(Objects.requireNonNull(shape).schema());
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
        List<Path> files = files();
        read(files, typed(files), receiver, context);
        return Completion.complete();
    }

    /** Reads the files. Returns what each was. */
    Map<Path, FileStamp> read(
            List<Path> files, CsvOptions typed, Receiver<? super Row> receiver, @Nullable ReadContext context)
            throws ReadException, IOException {
        lastFiles = files;
        Map<Path, FileStamp> stamps = new LinkedHashMap<>();
        List<String> columns = List.of();
        CsvReading.@Nullable Shape shape = null;
        long rows = 0;
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            try (CsvReading reading = CsvReading.open(file, typed, checks)) {
                if (shape == null) {
                    columns = reading.columns();
                    shape = shape(reading);
                } else {
                    requireSame(files.get(0), columns, file, reading.columns());
                }
                stamps.put(file, reading.stamp());
                rows += reading.read(shape, receiver, (long) i << CsvFiles.LINE_BITS);
                if (context != null) {
                    reading.flaws().tell(file, context);
                }
            }
        }
        requireStill(stamps);
        if (checks.rows() != CsvChecks.ANY_NUMBER && rows != checks.rows()) {
            throw new ReadException(
                    "E-CSV-COUNT",
                    path + ": there are " + rows + " rows, and " + checks.rows()
                            + " are expected: was the file cut off, or is it another one?");
        }
        return stamps;
    }

    private List<Path> files() throws ReadException {
        String glob = checks.glob();
        return glob == null ? List.of(path) : CsvFiles.matching(path, glob);
    }

    private CsvReading.Shape shape(CsvReading reading) throws ReadException {
        CsvReading.Shape own = reading.shape();
        for (String name : options.sortedBy()) {
            if (!own.schema().has(name)) {
                throw new ReadException(
                        "E-CSV-COLUMN",
                        path + ": sortedBy names a column '" + Shown.name(name) + "' that the header does not have");
            }
        }
        String field = checks.fileNameField();
        if (field == null) {
            return own;
        }
        if (own.schema().has(field)) {
            throw new ReadException(
                    "E-CSV-COLUMN",
                    path + ": matching names the field '" + Shown.name(field)
                            + "' for the name of the file, and there is a column of that name: name another");
        }
        List<Field> fields = new ArrayList<>(own.schema().fields());
        fields.add(Field.of(field, FieldType.text()));
        return own.withSchema(Schema.of(fields));
    }

    private static void requireSame(Path first, List<String> columns, Path other, List<String> others)
            throws ReadException {
        if (columns.equals(others)) {
            return;
        }
        String difference = columns.size() == others.size() ? "" : others.size() + " columns and not " + columns.size();
        for (int i = 0; difference.isEmpty(); i++) {
            if (!columns.get(i).equals(others.get(i))) {
                difference = "column " + (i + 1) + " is '" + Shown.name(others.get(i)) + "' and not '"
                        + Shown.name(columns.get(i)) + "'";
            }
        }
        throw new ReadException(
                "E-CSV-COLUMNS",
                other + " has other columns than " + first + ": " + difference
                        + "; all files that match must have the same in the same order");
    }

    /** Makes sure that no file came, went or changed since it was read. */
    private void requireStill(Map<Path, FileStamp> stamps) throws ReadException {
        if (checks.glob() == null) {
            return;
        }
        for (Map.Entry<Path, FileStamp> entry : stamps.entrySet()) {
            if (FileInput.isChanged(entry.getKey(), entry.getValue())) {
                throw FileInput.changed(entry.getKey());
            }
        }
        List<Path> now = files();
        for (Path file : now) {
            if (!stamps.containsKey(file)) {
                throw new ReadException(
                        "E-FILE-CHANGED", file + " came while the other files were read: run again when all are there");
            }
        }
    }

    /** Returns the options with the types of all columns. */
    private CsvOptions typed(List<Path> files) throws ReadException, IOException {
        if (checks.inference() == CsvChecks.Inference.NONE) {
            return options;
        }
        Guessed known = guessed.get();
        if (known == null || !known.stamps.equals(stamps(files))) {
            known = guess(files);
            guessed.set(known);
        }
        return options.withTypes(known.types);
    }

    private static Map<Path, FileStamp> stamps(List<Path> files) throws ReadException {
        Map<Path, FileStamp> stamps = new HashMap<>();
        for (Path file : files) {
            stamps.put(file, FileInput.check(file));
        }
        return stamps;
    }

    private Guessed guess(List<Path> files) throws ReadException, IOException {
        Guessing guessing = new Guessing();
        Map<Path, FileStamp> stamps = read(files, options.withTypes(Map.of()), guessing, null);
        Map<String, TextFormat> types = new HashMap<>(guessing.types());
        if (!options.types().isEmpty() && guessing.schema != null) {
            options.schema(guessing.schema.names(), path.toString());
            options.types().keySet().forEach(name -> types.remove(nameOf(guessing.schema, name)));
        }
        types.remove(String.valueOf(checks.fileNameField()));
        types.putAll(options.types());
        return new Guessed(stamps, types);
    }

    private static String nameOf(Schema schema, String name) {
        return schema.field(name).name();
    }

    /** Looks at the texts of all rows. */
    private static final class Guessing implements Receiver<Row> {

        private @Nullable Schema schema;
        private GuessedType[] columns = {};

        @Override
        public void accept(Row row) {
            Schema fields = row.schema();
            if (schema == null) {
                schema = fields;
                columns = new GuessedType[fields.size()];
                Arrays.setAll(columns, i -> new GuessedType());
            }
            for (int i = 0; i < columns.length; i++) {
                if (row.value(i) instanceof String text) {
                    columns[i].see(text);
                }
            }
        }

        @Override
        public void accept(Row row, long position) {
            accept(row);
        }

        @Override
        public void reject(long position, String reason) {
            // told when the file is read
        }

        Map<String, TextFormat> types() {
            Map<String, TextFormat> types = new HashMap<>();
            for (int i = 0; i < columns.length; i++) {
                TextFormat format = columns[i].format();
                if (format != null && schema != null) {
                    types.put(schema.field(i).name(), format);
                }
            }
            return types;
        }
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        return options.isSortedBy(fields);
    }

    @Override
    public Optional<Object> identity() throws IOException {
        String glob = checks.glob();
        return Optional.of(FileIdentity.of(path, glob == null ? "" : glob));
    }

    @Override
    public OptionalLong estimatedSize() {
        if (checks.glob() == null) {
            return CsvFile.estimatedSize(path, options);
        }
        long rows = 0;
        try {
            for (Path file : files()) {
                rows += CsvFile.estimatedSize(file, options).orElse(0);
            }
        } catch (ReadException e) {
            return OptionalLong.empty();
        }
        return rows == 0 ? OptionalLong.empty() : OptionalLong.of(rows);
    }

    @Override
    public String locate(long position) {
        if (checks.glob() == null) {
            return FileInput.at(path, position);
        }
        int number = (int) (position >>> CsvFiles.LINE_BITS);
        List<Path> files = lastFiles;
        return FileInput.at(
                number < files.size() ? files.get(number) : path, position & (1L << CsvFiles.LINE_BITS) - 1);
    }

    /**
     * Returns the name.
     *
     * @return for example {@code CSV file products.csv}
     */
    @Override
    public String toString() {
        return name();
    }
}
