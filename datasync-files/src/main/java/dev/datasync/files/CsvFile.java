package dev.datasync.files;

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
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A CSV file, to be read or written: {@code CsvFile.at(Path.of("products.csv"))}. Immutable, and safe for use by several
 * threads and plans.
 *
 * <p><b>Format.</b> Without further words: RFC 4180 in UTF-8, or in what a byte order mark says; the first record is the
 * header. Any of the usual line breaks ends a record, and the last one needs none. Every field is text, unless
 * {@link #types} says otherwise: a plan converts it where its target has another type. An empty field is {@code null},
 * and an empty pair of quotes is the empty text.
 *
 * <p><b>Reading</b> is strict, because a file that is read wrongly changes the target wrongly. Rows with more or fewer
 * fields than the header, stray or unclosed quotes, bytes that are no characters, an HTML page in place of a file, a file
 * that somebody is still writing: each fails the run, with a code ({@code E-CSV-...}) and the line, before anything is
 * written. What no reader can see is a file that was cut off between two records or inside the last field of the last
 * one, unless it has a {@link #trailer} or a known number of rows. A file with a header and no rows is complete and has no
 * records; a file of no bytes is a mistake. A record may have 16 MiB and 16,384 fields. {@link #lenient} forgives some of
 * this, by name.
 *
 * <p><b>Writing</b> replaces the file in one step when the run commits: whoever reads it sees the old content or the new
 * one, and after a failure it is the old one. Records that do not change, and the unchanged fields of those that do, keep
 * their bytes; new records go to the end. Byte order mark, encoding, line breaks, comments, permissions and symbolic links
 * stay; the folder must be writable, because the new content is written beside the old one. Somebody else's change to the
 * file between reading and commit makes the run fail instead of being overwritten. Updated and deleted records are held
 * in memory, inserted ones are not. A file that does not exist is created with its first records.
 *
 * <p>Words that only make sense for reading return a {@link CsvSource}, which no plan takes as its target.
 */
public final class CsvFile implements Endpoint<Row> {

    private static final int SAMPLE = 64 << 10;

    private final Path path;
    private final CsvOptions options;

    private final ComparedFiles compared = new ComparedFiles();

    private CsvFile(Path path, CsvOptions options) {
        this.path = path;
        this.options = options;
    }

    private CsvFile with(CsvOptions other) {
        return new CsvFile(path, other);
    }

    CsvOptions options() {
        return options;
    }

    private CsvSource source() {
        return new CsvSource(path, options, CsvChecks.STRICT);
    }

    /**
     * Returns the file at a path, with commas between the fields.
     *
     * @param path where it is; a relative one is relative to the working directory of this process
     * @return the file; nothing is opened yet
     */
    public static CsvFile at(Path path) {
        return new CsvFile(path, CsvOptions.DEFAULT);
    }

    /**
     * Sets what stands between two fields.
     *
     * @param delimiter an ASCII character such as {@code ';'} or {@code '\t'}
     * @return the file read and written in that way
     * @throws IllegalArgumentException when it is no ASCII character, a line break or another special character
     */
    public CsvFile delimiter(char delimiter) {
        return with(options.withDialect(options.dialect().withDelimiter(delimiter)));
    }

    /**
     * Sets what stands around a field that contains delimiters, quotes or line breaks; inside it is doubled.
     *
     * @param quote an ASCII character such as {@code '\''}
     * @return the file read and written in that way
     * @throws IllegalArgumentException when it is no ASCII character, a line break or another special character
     */
    public CsvFile quote(char quote) {
        return with(options.withDialect(options.dialect().withQuote(quote)));
    }

    /**
     * Sets what makes the next character a part of the field, inside and outside quotes: {@code \n}, {@code \r},
     * {@code \t}, {@code \b} and {@code \f} stand for control characters, an escaped delimiter, quote, escape or line
     * break for itself, and before anything else the escape is text. Without this word there is none.
     *
     * @param escape an ASCII character such as {@code '\\'}
     * @return the file read and written in that way
     * @throws IllegalArgumentException when it is no ASCII character, a line break or another special character
     */
    public CsvFile escape(char escape) {
        return with(options.withDialect(options.dialect().withEscape(escape)));
    }

    /**
     * Sets with what a line begins that is a comment. Comments are passed over when the file is read, and stay where
     * they are when it is written. Without this word there are none.
     *
     * @param comment an ASCII character such as {@code '#'}
     * @return the file read and written in that way
     * @throws IllegalArgumentException when it is no ASCII character, a line break or another special character
     */
    public CsvFile comment(char comment) {
        return with(options.withDialect(options.dialect().withComment(comment)));
    }

    /**
     * Says that the file has no header, so that its first line is a record. A file of no bytes is then one without rows,
     * and a new file gets no header.
     *
     * @param names the columns' names in order
     * @return the file without a header
     * @throws IllegalArgumentException when there is none, one is blank, or two differ in case only
     */
    public CsvFile withoutHeader(String... names) {
        return with(options.withHeader(ColumnNames.checked(List.of(names))));
    }

    /**
     * Passes over some lines at the beginning, such as a title. They stay when the file is written; a new file gets as
     * many empty ones.
     *
     * @param lines how many
     * @return the file read and written in that way
     * @throws IllegalArgumentException when the number is negative
     */
    public CsvFile skipLines(int lines) {
        return with(options.withSkippedLines(lines));
    }

    /**
     * Sets the text that is {@code null} when it stands without quotes, and text within them. The empty field is then
     * the empty text.
     *
     * @param token the text, for example {@code NULL} or {@code \N}
     * @return the file read and written in that way
     * @throws IllegalArgumentException when it cannot stand without quotes, because of a delimiter in it for example
     */
    public CsvFile nullToken(String token) {
        return with(options.withNullToken(token));
    }

    /**
     * Sets the encoding. Without this word it is what a byte order mark says, UTF-8 or UTF-16, and else UTF-8. A mark of
     * another encoding is a mistake. Characters that the encoding lacks are not written: their change is rejected.
     *
     * @param charset the encoding
     * @return the file read and written in that way
     * @throws IllegalArgumentException when no text can be written in it
     */
    public CsvFile charset(Charset charset) {
        return with(options.withCharset(charset));
    }

    /**
     * Says that the file is compressed by gzip, whatever its name. Without this word it is when its name ends in
     * {@code .gz}.
     *
     * @return the file read and written in that way
     */
    public CsvFile gzip() {
        return with(options.withCompression(Compression.GZIP));
    }

    /**
     * Gives columns a type: {@code types(Map.of("delivered", TextFormat.date("dd.MM.yyyy")))}. Their values are read,
     * compared and written as such; a text that is none rejects its record. All other columns are text. A plan into a
     * table needs no types where the texts are in a usual notation, because the table's types decide.
     *
     * @param types the formats by the columns' names; a name that the file does not have fails the run at its begin
     * @return the file read and written in that way
     */
    public CsvFile types(Map<String, TextFormat> types) {
        return with(options.withTypes(types));
    }

    /**
     * Says what is done with texts that a spreadsheet program takes for formulas. Without this word it is
     * {@link SpreadsheetSafety#OFF}: they are written as they are, and a file that people open in such a program can do
     * what whoever has put in the texts wants.
     *
     * @param safety what to do
     * @return the file read and written in that way
     */
    public CsvFile spreadsheetSafe(SpreadsheetSafety safety) {
        return with(options.withSafety(safety));
    }

    /**
     * Sets the columns with which the file is created when it does not exist yet; without this they are the fields of
     * the records that are written. A file that exists has the columns of its header.
     *
     * @param names the columns' names in order
     * @return the file with those columns
     * @throws IllegalArgumentException when there is none, one is blank, or two differ in case only
     */
    public CsvFile columns(String... names) {
        return with(options.withColumns(ColumnNames.checked(List.of(names))));
    }

    /**
     * Says that the file is in ascending order of some columns, as {@link Source#canOrderBy} defines it for the type
     * that the other side gives them. As a source it is then compared without being collected first. The order is
     * checked, and a file that is not in it fails the run. As a target the order is not made use of, because new records
     * go to the end.
     *
     * @param names the columns' names, the most significant first
     * @return the file with that order
     * @throws IllegalArgumentException when there is none or one is there twice
     */
    public CsvFile sortedBy(String... names) {
        return with(options.withSortedBy(ColumnNames.checked(List.of(names))));
    }

    /**
     * Forgives some flaws, for reading only; see {@link CsvSource#lenient}.
     *
     * @param first what is forgiven
     * @param more what else is
     * @return the file as a source
     */
    public CsvSource lenient(CsvFlaw first, CsvFlaw... more) {
        return source().lenient(first, more);
    }

    /**
     * Gives each column the type that all its values have, for reading only; see {@link CsvSource#inferTypes}.
     *
     * @return the file as a source
     */
    public CsvSource inferTypes() {
        return source().inferTypes();
    }

    /**
     * Says how many rows there are, for reading only; see {@link CsvSource#expectRows}.
     *
     * @param rows the number
     * @return the file as a source
     * @throws IllegalArgumentException when the number is negative
     */
    public CsvSource expectRows(long rows) {
        return source().expectRows(rows);
    }

    /**
     * Says what the last record is, for reading only; see {@link CsvSource#trailer}.
     *
     * @param mark the text of its first field
     * @param countColumn the column of the number of rows, from 2
     * @return the file as a source
     * @throws IllegalArgumentException when the mark is empty or the column is less than 2
     */
    public CsvSource trailer(String mark, int countColumn) {
        return source().trailer(mark, countColumn);
    }

    /**
     * Says that the file ends with a line break, for reading only; see {@link CsvSource#requireFinalLineBreak}.
     *
     * @return the file as a source
     */
    public CsvSource requireFinalLineBreak() {
        return source().requireFinalLineBreak();
    }

    /**
     * Reads all files whose names match a pattern in the folder at the path, for reading only; see
     * {@link CsvSource#matching(String)}.
     *
     * @param glob a pattern such as {@code orders-*.csv}
     * @return the files as one source
     * @throws IllegalArgumentException when that is no pattern, or one that leads into other folders
     */
    public CsvSource matching(String glob) {
        return source().matching(glob);
    }

    /**
     * Reads all files whose names match a pattern in the folder at the path, with the name of each row's file, for
     * reading only; see {@link CsvSource#matching(String, String)}.
     *
     * @param glob a pattern such as {@code orders-*.csv}
     * @param fileNameField the name of the field for the file's name
     * @return the files as one source
     * @throws IllegalArgumentException when that is no pattern, or one that leads into other folders, or the field's name
     *     is blank
     */
    public CsvSource matching(String glob, String fileNameField) {
        return source().matching(glob, fileNameField);
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
        return "CSV file " + path;
    }

    @Override
    public RecordType<Row> recordType() {
        return RecordType.rows();
    }

    /**
     * Returns the columns of the header, each of type text unless it has another.
     *
     * @return the columns
     * @throws ReadException when there is no such file, it is no CSV file or it cannot be read
     * @throws IOException when the file cannot be closed
     */
    @Override
    public Optional<Schema> schema() throws ReadException, IOException {
        return source().schema();
    }

    /**
     * Returns the columns of the header, each of type text unless it has another.
     *
     * @return the columns, or empty when there is no such file
     * @throws ReadException when it is no CSV file, or cannot be read or written
     * @throws IOException when the file cannot be closed
     */
    @Override
    public Optional<Schema> storedSchema() throws ReadException, IOException {
        WritableTarget.check(path);
        return Files.notExists(path) ? Optional.empty() : schema();
    }

    @Override
    public Optional<Object> identity() throws IOException {
        return Optional.of(FileIdentity.of(path, ""));
    }

    @Override
    public Schema schemaFor(Schema incoming, List<String> keyFields) throws ReadException {
        List<String> given = options.hasHeader() ? options.columns() : options.header();
        List<String> names = given.isEmpty() ? ColumnNames.checked(incoming.names()) : given;
        if (options.hasHeader()) {
            for (String name : names) {
                requireWritable(name);
            }
        }
        return options.schema(names, path.toString());
    }

    private void requireWritable(String name) throws ReadException {
        if (options.safety().refuses(name)) {
            throw new ReadException(
                    "E-CSV-COLUMN",
                    path + " cannot be written: a spreadsheet would take the column's name '" + Shown.name(name)
                            + "' for a formula: rename it");
        }
        Charset charset = options.charset();
        String problem = CsvFormatter.problem(name);
        if (problem != null || charset != null && !charset.newEncoder().canEncode(name)) {
            throw new ReadException(
                    "E-CSV-COLUMN",
                    path + " cannot be written: the column's name '" + Shown.name(name) + "' has characters that the"
                            + " file cannot hold: rename it");
        }
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
        return source().read(receiver, context);
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        return options.isSortedBy(fields);
    }

    @Override
    public OptionalLong estimatedSize() {
        return estimatedSize(path, options);
    }

    /** Estimates by the first lines how many rows a file has. */
    static OptionalLong estimatedSize(Path path, CsvOptions options) {
        if (options.compression().applies(path)) {
            return OptionalLong.empty();
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] sample = in.readNBytes(SAMPLE);
            long lines = 0;
            for (byte next : sample) {
                if (next == '\n') {
                    lines++;
                }
            }
            return lines == 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(Math.max(0, Math.round((double) lines * Files.size(path) / sample.length) - 1));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public String locate(long position) {
        return FileInput.at(path, position);
    }

    /**
     * Returns the present content: nothing when there is no such file. Reading it fails also when the file could not be
     * written afterwards.
     *
     * @return a source over the file's rows
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
        ColumnNames.checked(context.schema().names());
        Charset charset =
                now.exists() ? charset() : Objects.requireNonNullElse(options.charset(), StandardCharsets.UTF_8);
        ReplacementFile replacement = WritableTarget.replacement(path, target);
        boolean opened = false;
        try {
            ChangeWriter<Row> writer = new CsvRewriter(name(), target, options, charset, now, context, replacement);
            opened = true;
            return writer;
        } finally {
            if (!opened) {
                replacement.close();
            }
        }
    }

    /** Returns in what the file is encoded. */
    private Charset charset() throws IOException, ReadException {
        try {
            CsvInput.Content content = CsvInput.open(path, options, new CsvFlaws(Set.of()));
            content.in().close();
            return content.charset();
        } catch (CsvFault fault) {
            throw new ReadException(fault.code(), FileInput.at(path, fault.line()) + ": " + fault.getMessage());
        } catch (GzipFault fault) {
            throw FileInput.unreadable(path, fault);
        }
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

    /** The file as the target of a run: it may be missing, and will be written. */
    private final class Existing implements Source<Row> {

        @Override
        public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
            WritableTarget.check(path);
            FileStamp stamp = FileStamp.of(path);
            if (stamp.exists()) {
                CsvSource source = new CsvSource(path, options.withSortedBy(List.of()), CsvChecks.STRICT);
                stamp = Objects.requireNonNull(
                        source.read(List.of(path), options.withSortedBy(List.of()), receiver, context)
                                .get(path));
            }
            compared.remember(context.plan(), stamp);
            return Completion.complete();
        }

        @Override
        public String name() {
            return CsvFile.this.name();
        }

        @Override
        public Optional<Schema> schema() throws ReadException, IOException {
            return CsvFile.this.storedSchema();
        }

        @Override
        public Optional<Object> identity() throws IOException {
            return CsvFile.this.identity();
        }

        @Override
        public OptionalLong estimatedSize() {
            return CsvFile.this.estimatedSize();
        }

        @Override
        public String locate(long position) {
            return CsvFile.this.locate(position);
        }
    }
}
