package dev.datasync.files;

import dev.datasync.change.Change;
import dev.datasync.match.Difference;
import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.WriteContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file anew beside the old one and puts it into its place at the commit.
 *
 * <p>Updates and deletes are kept in memory until all are known, which is when the first insert or the commit comes.
 * Then the old file is copied: an untouched record as the bytes it consists of, and an updated one with those of its
 * fields that stay. Inserts go straight behind it.
 */
@SuppressWarnings("try") // as in ChangeWriter
final class CsvRewriter implements ChangeWriter<Row> {

    private static final int RECORDS_BETWEEN_LOOKS = 4096;

    private final String name;
    private final Path target;
    private final CsvOptions options;
    private final CsvDialect dialect;
    private final FileStamp expected;
    private final Schema schema;
    private final WriteContext context;
    private final ReplacementFile replacement;
    private final OutputStream out;
    private final CharsetEncoder encoder;
    private final @Nullable TextFormat[] formats;
    private final CsvFormatter formatter;

    private final List<Touched> touched = new ArrayList<>();
    private byte[] lineBreak = {'\n'};
    private boolean knowsLineBreak;
    private State state = State.COLLECTING;

    private enum State {
        COLLECTING,
        COPIED,
        COMMITTED,
        /** What was written so far ends somewhere, and must never become the file. */
        FAILED
    }

    /** What happens to a record of the old file: an update has an entry for each column, null for what stays. */
    private record Touched(
            long position, Row before, @Nullable List<@Nullable NewValue> values) {

        boolean isDelete() {
            return values == null;
        }
    }

    private record NewValue(@Nullable String text) {}

    CsvRewriter(
            String name,
            Path target,
            CsvOptions options,
            Charset charset,
            FileStamp expected,
            WriteContext context,
            ReplacementFile replacement)
            throws IOException {
        this.name = name;
        this.target = target;
        this.options = options;
        this.dialect = options.dialect();
        this.expected = expected;
        this.schema = context.schema();
        this.context = context;
        this.replacement = replacement;
        this.formats = options.formats(schema);
        this.formatter = new CsvFormatter(options);
        this.encoder = charset.newEncoder();
        OutputStream bytes = options.compression().compress(target, replacement.stream());
        this.out = charset.equals(StandardCharsets.UTF_8) ? bytes : new CharsetOutput(bytes, charset);
    }

    @Override
    public List<Outcome> write(List<Change<Row>> batch) throws Exception {
        List<Outcome> outcomes = new ArrayList<>(batch.size());
        for (Change<Row> change : batch) {
            outcomes.add(write(change));
        }
        return outcomes;
    }

    private Outcome write(Change<Row> change) throws NotCommittedException {
        try {
            if (change instanceof Change.Insert<Row> insert) {
                return insert(insert.after());
            }
            if (state == State.COPIED || state == State.COMMITTED) {
                throw new IllegalStateException("updates and deletes must come before inserts");
            }
            touched.add(
                    change instanceof Change.Update<Row> update
                            ? updated(update)
                            : deleted((Change.Delete<Row>) change));
            return Outcome.applied();
        } catch (Unwritable e) {
            return Outcome.rejected(e.reason);
        }
    }

    private static Touched deleted(Change.Delete<Row> delete) {
        return new Touched(delete.position(), delete.before(), null);
    }

    private Touched updated(Change.Update<Row> update) throws Unwritable {
        @Nullable NewValue[] values = new @Nullable NewValue[schema.size()];
        for (Difference difference : update.differences()) {
            int column = schema.indexOf(difference.field());
            if (column < 0) {
                throw new Unwritable("the file has no column '" + Shown.name(difference.field()) + "'");
            }
            values[column] = new NewValue(stored(column, difference.after()));
        }
        return new Touched(update.position(), update.before(), Arrays.asList(values));
    }

    private Outcome insert(Row row) throws Unwritable, NotCommittedException {
        @Nullable String[] values = new @Nullable String[schema.size()];
        for (int column = 0; column < values.length; column++) {
            int place = row.schema().indexOf(schema.field(column).name());
            values[column] = place < 0 ? null : stored(column, row.value(place));
        }
        StringBuilder text = new StringBuilder();
        formatter.appendRecord(text, values);
        if (text.length() > RecordScanner.LONGEST_RECORD / 4) {
            throw new Unwritable("the record of " + text.length() + " characters is too long for a CSV file");
        }
        copyOnce(Purpose.APPEND);
        try {
            out.write(bytes(text));
            out.write(lineBreak);
        } catch (IOException e) {
            state = State.FAILED;
            throw notWritten(e);
        }
        return Outcome.applied();
    }

    private @Nullable String stored(int column, @Nullable Object value) throws Unwritable {
        if (value == null) {
            return null;
        }
        TextFormat format = formats[column];
        String problem;
        try {
            String text = format == null ? (String) FieldType.text().convert(value) : format.format(value);
            if (format == null || format.isText()) {
                if (options.safety().refuses(text)) {
                    throw new Unwritable(place(column)
                            + "a spreadsheet would take the text for a formula: change it in map(...), or say"
                            + " spreadsheetSafe(ESCAPE)");
                }
                text = options.safety().written(text);
            }
            problem = CsvFormatter.problem(text);
            if (problem == null && encoder.canEncode(text)) {
                return text;
            }
            if (problem == null) {
                problem = "the text has characters that " + encoder.charset().name() + " does not have";
            }
        } catch (ConversionException e) {
            problem = String.valueOf(e.getMessage());
        }
        throw new Unwritable(place(column) + problem);
    }

    private String place(int column) {
        return "field '" + Shown.name(schema.field(column).name()) + "': ";
    }

    /** Whether records will follow the old ones. */
    private enum Purpose {
        APPEND,
        ONLY_CHANGE
    }

    private void copyOnce(Purpose purpose) throws NotCommittedException {
        if (state != State.COLLECTING) {
            return;
        }
        state = State.FAILED;
        try {
            requireUnchanged();
            if (expected.exists()) {
                copy(purpose);
            } else {
                beginNewFile();
            }
        } catch (CsvFault e) {
            throw new NotCommittedException(movedMessage(), e);
        } catch (IOException e) {
            throw notWritten(e);
        }
        state = State.COPIED;
    }

    private void beginNewFile() throws IOException, NotCommittedException {
        if (!touched.isEmpty()) {
            throw new NotCommittedException(name + " does not exist, so no record of it can be updated or deleted");
        }
        for (int line = 0; line < options.skippedLines(); line++) {
            out.write(lineBreak);
        }
        if (options.hasHeader()) {
            StringBuilder text = new StringBuilder();
            formatter.appendHeader(text, schema.names());
            out.write(bytes(text));
            out.write(lineBreak);
        }
    }

    private void copy(Purpose purpose) throws IOException, NotCommittedException {
        touched.sort(Comparator.comparingLong(Touched::position));
        int next = 0;
        try (RawRecords records = new RawRecords(
                CsvInput.open(target, options, new CsvFlaws(Set.of())).in(), options)) {
            boolean terminated = begin(records);
            for (long count = 1; records.next(); count++) {
                if (count % RECORDS_BETWEEN_LOOKS == 0) {
                    requireNotCancelled();
                }
                learnLineBreak(records);
                if (next < touched.size() && touched.get(next).position() == records.line() && records.isRecord()) {
                    Touched change = touched.get(next++);
                    requireSame(change, records);
                    if (!change.isDelete()) {
                        terminated = update(change, records);
                    }
                } else if (purpose == Purpose.ONLY_CHANGE || !isIdle(records)) {
                    out.write(records.bytes(), records.from(), records.to() - records.from());
                    terminated = isTerminated(records);
                }
            }
            if (!terminated && purpose == Purpose.APPEND) {
                out.write(lineBreak);
            }
            // an empty file lacks them, and the next reading would skip records in their place
            for (int line = records.missingLines(); line > 0; line--) {
                out.write(lineBreak);
            }
        }
        if (next < touched.size()) {
            throw new NotCommittedException("there is no record at "
                    + FileInput.at(target, touched.get(next).position())
                    + ", or two changes concern it: nothing was written");
        }
    }

    /** Copies what comes before the first record. Returns whether a record may follow it. */
    private boolean begin(RawRecords records) throws IOException, NotCommittedException {
        out.write(records.bytes(), 0, records.byteOrderMark());
        if (!options.hasHeader()) {
            return true;
        }
        while (records.next()) {
            out.write(records.bytes(), records.from(), records.to() - records.from());
            learnLineBreak(records);
            if (records.isRecord()) {
                if (!names(records).equals(schema.names())) {
                    break;
                }
                return isTerminated(records);
            }
        }
        throw new NotCommittedException(name + " has other columns than when it was read: run again");
    }

    private List<@Nullable String> names(RawRecords records) {
        List<@Nullable String> names = new ArrayList<>();
        for (String value : records.values()) {
            names.add(value == null ? null : options.safety().read(value));
        }
        return names;
    }

    /** New records get the line break of the first line. */
    private void learnLineBreak(RawRecords records) {
        if (!knowsLineBreak && isTerminated(records)) {
            lineBreak = Arrays.copyOfRange(records.bytes(), records.contentEnd(), records.to());
            knowsLineBreak = true;
        }
    }

    private static boolean isTerminated(RawRecords records) {
        return records.contentEnd() < records.to();
    }

    /** Tells whether this is an empty line at the end, behind which no record may come. */
    private boolean isIdle(RawRecords records) {
        return records.isRecord() && schema.size() > 1 && records.contentEnd() == records.from();
    }

    /** Nobody but this run may have touched what it changes, whatever the file's attributes say. */
    private void requireSame(Touched change, RawRecords records) throws NotCommittedException {
        List<@Nullable String> values = records.values();
        Schema known = change.before().schema();
        boolean same = values.size() == schema.size();
        for (int column = 0; same && column < values.size(); column++) {
            int place = known.indexOf(schema.field(column).name());
            if (place >= 0) {
                same = isSame(column, known.field(place), change.before().value(place), values.get(column));
            }
        }
        if (!same) {
            throw new NotCommittedException(movedMessage());
        }
    }

    private boolean isSame(int column, Field known, @Nullable Object before, @Nullable String stored) {
        TextFormat format = formats[column];
        if (format == null && !(known.type() instanceof FieldType.Text)) {
            return true;
        }
        if (before == null || stored == null) {
            return before == null && stored == null;
        }
        if (format == null) {
            return before.equals(options.safety().read(stored));
        }
        try {
            // a text may be of fixed length, and bytes are not equal by equals()
            String text = format.isText() ? options.safety().read(stored) : stored;
            return Objects.deepEquals(
                    format.type().convert(before), format.type().convert(format.parse(text)));
        } catch (ConversionException e) {
            return false;
        }
    }

    /** Writes an updated record. Returns whether a line break ends it. */
    private boolean update(Touched change, RawRecords records) throws IOException, NotCommittedException {
        List<@Nullable NewValue> values = Objects.requireNonNull(change.values());
        List<RawRecords.Field> fields = records.fields();
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        for (int column = 0; column < values.size(); column++) {
            if (column > 0) {
                record.write(dialect.delimiter());
            }
            RawRecords.Field field = fields.get(column);
            NewValue value = values.get(column);
            if (value == null) {
                record.write(records.bytes(), field.from(), field.to() - field.from());
            } else {
                StringBuilder text = new StringBuilder();
                formatter.append(
                        text,
                        column,
                        value.text(),
                        records.isQuoted(field) ? CsvFormatter.Quotes.ALWAYS : CsvFormatter.Quotes.WHERE_NEEDED);
                record.writeBytes(bytes(text));
            }
        }
        if (record.size() > RecordScanner.LONGEST_RECORD) {
            throw new NotCommittedException(FileInput.at(target, records.line())
                    + " would be longer than the " + (RecordScanner.LONGEST_RECORD >> 20)
                    + " MiB that a record may have: nothing was written");
        }
        boolean empty = record.size() == 0;
        record.write(records.bytes(), records.contentEnd(), records.to() - records.contentEnd());
        boolean terminated = isTerminated(records);
        if (empty && !terminated) {
            // null in a file of one column is an empty line, and no line without its break
            record.writeBytes(lineBreak);
            terminated = true;
        }
        out.write(record.toByteArray());
        return terminated;
    }

    private static byte[] bytes(StringBuilder text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void commit() throws Exception {
        if (state == State.COMMITTED) {
            throw new IllegalStateException("a writer commits once");
        }
        copyOnce(Purpose.ONLY_CHANGE);
        if (state == State.FAILED) {
            throw new NotCommittedException(name + " is as it was: its new content could not be written before");
        }
        try {
            out.close();
            replacement.finish();
            requireNotCancelled();
            requireUnchanged();
        } catch (IOException e) {
            throw notWritten(e);
        }
        replacement.replaceUnchanged(expected, movedMessage());
        state = State.COMMITTED;
    }

    private void requireUnchanged() throws IOException, NotCommittedException {
        if (!expected.equals(FileStamp.of(target))) {
            throw new NotCommittedException(movedMessage());
        }
    }

    private String movedMessage() {
        return ComparedFiles.moved(name);
    }

    private void requireNotCancelled() throws NotCommittedException {
        if (context.isCancelled()) {
            throw new NotCommittedException(name + " is as it was: the run was cancelled");
        }
    }

    private NotCommittedException notWritten(IOException e) {
        String reason = e instanceof ClosedByInterruptException ? "the thread was interrupted" : e.getMessage();
        return new NotCommittedException(
                name + " is as it was: the new content could not be written beside it: " + reason, e);
    }

    @Override
    public void close() throws IOException {
        // the streams into it hold nothing but memory
        replacement.close();
    }

    @Override
    public String method() {
        return expected.exists() ? "rewritten atomically" : "written atomically";
    }

    /** A value that the file cannot hold. */
    private static final class Unwritable extends Exception {

        private static final long serialVersionUID = 1L;

        private final String reason;

        Unwritable(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }
}
