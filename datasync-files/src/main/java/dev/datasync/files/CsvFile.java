package dev.datasync.files;

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
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A CSV file, to be read or written: {@code CsvFile.at(Path.of("products.csv"))}. Immutable, and safe for use by several
 * threads and plans.
 *
 * <p><b>Format.</b> RFC 4180 in UTF-8, with or without a byte order mark; the first record is the header. Any of the
 * usual line breaks ends a record, and the last one needs none. Every field is text: a plan converts it where its target
 * has another type. An empty field is {@code null}, and an empty pair of quotes is the empty text.
 *
 * <p><b>Reading</b> is strict, because a file that is read wrongly changes the target wrongly. Rows with more or fewer
 * fields than the header, stray or unclosed quotes, bytes that are not UTF-8, an HTML page in place of a file, a file
 * that somebody is still writing: each fails the run, with a code ({@code E-CSV-...}) and the line, before anything is
 * written. What no reader can see is a file that was cut off between two records or inside the last field of the last
 * one. A file with a header and no rows is complete and has no records; a file of no bytes is a mistake. A record may have
 * 16 MiB.
 *
 * <p><b>Writing</b> replaces the file in one step when the run commits: whoever reads it sees the old content or the new
 * one, and after a failure it is the old one. Records that do not change, and the unchanged fields of those that do, keep
 * their bytes; new records go to the end. Byte order mark, line breaks, permissions and symbolic links stay; the folder
 * must be writable, because the new content is written beside the old one. Somebody else's change to the file between
 * reading and commit makes the run fail instead of being overwritten. Updated and deleted records are held in memory,
 * inserted ones are not. A file that does not exist is created with its first records.
 */
public final class CsvFile implements Endpoint<Row> {

    private static final int SAMPLE = 64 << 10;

    private final Path path;
    private final CsvDialect dialect;
    private final List<String> columns;
    private final List<String> sortedBy;

    private final ComparedFiles compared = new ComparedFiles();

    private CsvFile(Path path, CsvDialect dialect, List<String> columns, List<String> sortedBy) {
        this.path = path;
        this.dialect = dialect;
        this.columns = columns;
        this.sortedBy = sortedBy;
    }

    /**
     * Returns the file at a path, with commas between the fields.
     *
     * @param path where it is; a relative one is relative to the working directory of this process
     * @return the file; nothing is opened yet
     */
    public static CsvFile at(Path path) {
        return new CsvFile(path, CsvDialect.RFC_4180, List.of(), List.of());
    }

    /**
     * Sets what stands between two fields.
     *
     * @param delimiter an ASCII character such as {@code ';'} or {@code '\t'}
     * @return the file read and written in that way
     * @throws IllegalArgumentException when it is no ASCII character, a line break or the quote
     */
    public CsvFile delimiter(char delimiter) {
        return new CsvFile(path, new CsvDialect(delimiter, dialect.quote()), columns, sortedBy);
    }

    /**
     * Sets what stands around a field that contains delimiters, quotes or line breaks; inside it is doubled.
     *
     * @param quote an ASCII character such as {@code '\''}
     * @return the file read and written in that way
     * @throws IllegalArgumentException when it is no ASCII character, a line break or the delimiter
     */
    public CsvFile quote(char quote) {
        return new CsvFile(path, new CsvDialect(dialect.delimiter(), quote), columns, sortedBy);
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
        return new CsvFile(path, dialect, ColumnNames.checked(List.of(names)), sortedBy);
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
        return new CsvFile(path, dialect, columns, ColumnNames.checked(List.of(names)));
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
     * Returns the columns of the header, each of type text.
     *
     * @return the columns
     * @throws ReadException when there is no such file, it is no CSV file or it cannot be read
     * @throws IOException when the file cannot be closed
     */
    @Override
    public Optional<Schema> schema() throws ReadException, IOException {
        try (CsvReading reading = CsvReading.open(path, dialect)) {
            return Optional.of(reading.schema());
        }
    }

    /**
     * Returns the columns of the header, each of type text.
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
    public Schema schemaFor(Schema incoming, List<String> keyFields) {
        List<String> names = columns.isEmpty() ? ColumnNames.checked(incoming.names()) : columns;
        return Schema.ofText(names.toArray(String[]::new));
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
        try (CsvReading reading = CsvReading.open(path, dialect)) {
            reading.requireColumns(sortedBy);
            reading.read(receiver);
        }
        return Completion.complete();
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        if (fields.isEmpty() || fields.size() > sortedBy.size()) {
            return false;
        }
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.get(i).equalsIgnoreCase(sortedBy.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public OptionalLong estimatedSize() {
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
        if (!compared.take(context.plan()).orElse(now).equals(now)) {
            throw new NotCommittedException(
                    name() + " was changed by somebody else since it was read: it is left as it is; run again");
        }
        ColumnNames.checked(context.schema().names());
        return new CsvRewriter(name(), target, dialect, now, context, WritableTarget.replacement(path, target));
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
                try (CsvReading reading = CsvReading.open(path, dialect)) {
                    reading.read(receiver);
                    stamp = reading.stamp();
                }
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
