package dev.datasync.files;

import dev.datasync.change.Change;
import dev.datasync.files.JsonStyle.Unwritable;
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
import dev.datasync.source.ReadException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file anew beside the old one and puts it into its place at the commit.
 *
 * <p>Updates and deletes are kept in memory until all are known, which is when the first insert or the commit comes.
 * Then the old file is copied: an untouched record as the bytes it consists of, and an updated one with those of its
 * members that stay. Inserts go straight behind it, and at the commit what comes behind the records.
 */
@SuppressWarnings("try") // as in ChangeWriter
final class JsonRewriter implements ChangeWriter<Row> {

    private static final int RECORDS_BETWEEN_LOOKS = 4096;

    private final String name;
    private final Path path;
    private final JsonOptions options;
    private final FileStamp expected;
    private final Schema schema;
    private final WriteContext context;
    private final ReplacementFile replacement;
    private final OutputStream out;

    private final List<Touched> touched = new ArrayList<>();
    private @Nullable JsonCopy old;
    private State state = State.COLLECTING;

    /** How many records the new file has so far. */
    private long written;

    /** What comes before the first record, before each other one, and behind the last one. */
    private String firstLead = "";

    private String lead = "";
    private String tail = "";
    /** What comes behind the records of a file that was not there. */
    private String end = "";

    private JsonStyle style = JsonStyle.COMPACT;

    private enum State {
        COLLECTING,
        COPIED,
        COMMITTED,
        /** What was written so far ends somewhere, and must never become the file. */
        FAILED
    }

    /** What happens to a record of the old file; a delete has no values. */
    private record Touched(
            long position, Row before, @Nullable JsonTree values) {}

    @SuppressWarnings("resource") // a stream into the replacement, closed with it
    JsonRewriter(
            String name,
            Path path,
            JsonOptions options,
            FileStamp expected,
            WriteContext context,
            ReplacementFile replacement)
            throws IOException {
        this.name = name;
        this.path = path;
        this.options = options;
        this.expected = expected;
        this.schema = context.schema();
        this.context = context;
        this.replacement = replacement;
        this.out = options.compression().compress(path, replacement.stream());
    }

    // ---------------------------------------------------------------- changes

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
            return Outcome.rejected(e.reason());
        }
    }

    private static Touched deleted(Change.Delete<Row> delete) {
        return new Touched(delete.position(), delete.before(), null);
    }

    private Touched updated(Change.Update<Row> update) throws Unwritable {
        JsonTree values = new JsonTree(options.separator());
        for (Difference difference : update.differences()) {
            int place = schema.indexOf(difference.field());
            if (place < 0) {
                throw new Unwritable("the file has no field '" + Shown.name(difference.field()) + "'");
            }
            put(values, schema.field(place), difference.after());
        }
        // what cannot be written shows now, when the change can still be refused alone
        JsonStyle.COMPACT.append(new StringBuilder(), values.object());
        return new Touched(update.position(), update.before(), values);
    }

    private void put(JsonTree values, Field field, @Nullable Object value) throws Unwritable {
        try {
            Object written =
                    JsonTree.written(field.type(), value, options.types().containsKey(field.name()));
            values.put(field.name(), written);
            if (written != null) {
                JsonStyle.COMPACT.append(new StringBuilder(), written);
            }
        } catch (Unwritable e) {
            throw new Unwritable("field '" + Shown.name(field.name()) + "': " + e.reason());
        } catch (ConversionException e) {
            throw new Unwritable("field '" + Shown.name(field.name()) + "': " + e.getMessage());
        }
    }

    private Outcome insert(Row row) throws Unwritable, NotCommittedException {
        JsonTree values = new JsonTree(options.separator());
        for (Field field : schema.fields()) {
            int place = row.schema().indexOf(field.name());
            if (place >= 0) {
                put(values, field, row.value(place));
            }
        }
        copyOnce();
        StringBuilder text = new StringBuilder(written == 0 ? firstLead : lead);
        style.append(text, values.object());
        if (text.length() > JsonLimits.LONGEST_RECORD / 4) {
            throw new Unwritable("the record of " + text.length() + " characters is too long for a JSON file");
        }
        try {
            out.write(bytes(text.toString()));
            written++;
        } catch (IOException e) {
            state = State.FAILED;
            throw notWritten(e);
        }
        return Outcome.applied();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    // ---------------------------------------------------------------- the old file

    private void copyOnce() throws NotCommittedException {
        if (state != State.COLLECTING) {
            return;
        }
        state = State.FAILED;
        try {
            requireUnchanged();
            if (expected.exists()) {
                copy();
            } else {
                beginNewFile();
            }
        } catch (ReadException e) {
            throw new NotCommittedException(movedMessage(), e);
        } catch (Unwritable e) {
            throw new NotCommittedException(name + " is as it was: " + e.reason());
        } catch (IOException e) {
            throw notWritten(e);
        }
        state = State.COPIED;
    }

    private void copy() throws IOException, ReadException, NotCommittedException, Unwritable {
        touched.sort(Comparator.comparingLong(Touched::position));
        Map<String, FieldType> types = new HashMap<>();
        schema.fields().forEach(field -> types.put(field.name(), field.type()));
        JsonCopy copy = new JsonCopy(FileInput.open(path, options.compression()), out);
        old = copy;
        try (JsonReading reading = JsonReading.open(path, options, types)) {
            copy.copyTo(reading.arrayFrom());
            long records = copyRecords(copy, reading);
            if (records == 0) {
                style = options.isLines() ? JsonStyle.COMPACT : likeTheDocument(copy);
            }
            tail = text(options.isLines() ? copy.takeRest() : copy.take(reading.arrayTo()));
            if (records == 0 && !options.isLines()) {
                tail = end;
                end = "";
            }
            if (options.isLines() && records < 2) {
                lead = tail.contains("\r\n") ? "\r\n" : "\n";
            }
        }
    }

    private long copyRecords(JsonCopy copy, JsonReading reading)
            throws IOException, ReadException, NotCommittedException, Unwritable {
        int next = 0;
        long records = 0;
        while (reading.next()) {
            records++;
            if (records % RECORDS_BETWEEN_LOOKS == 0) {
                requireNotCancelled();
            }
            String before = text(copy.take(reading.from()));
            byte[] first = null;
            if (records == 1) {
                first = copy.take(reading.to());
                firstLead = before;
                style = JsonObjectText.of(first).style(options.isLines() ? JsonStyle.COMPACT : JsonStyle.ONE_LINE);
                lead = "," + (before.isEmpty() ? style.gap() : before);
            } else {
                lead = before;
            }
            boolean isTouched = next < touched.size() && touched.get(next).position() == reading.position();
            Touched change = isTouched ? touched.get(next++) : null;
            if (change != null) {
                requireSame(change, reading.row());
            }
            if (change != null && change.values() == null) {
                if (first == null) {
                    copy.take(reading.to());
                }
                continue;
            }
            out.write(bytes(written == 0 ? firstLead : before));
            written++;
            if (change != null) {
                byte[] bytes = first == null ? copy.take(reading.to()) : first;
                out.write(changed(reading, Objects.requireNonNull(change.values()), bytes));
            } else if (first != null) {
                out.write(first);
            } else {
                copy.copyTo(reading.to());
            }
        }
        if (next < touched.size()) {
            throw new NotCommittedException("there is no "
                    + place(touched.get(next).position()) + ", or two changes concern it: nothing was written");
        }
        return records;
    }

    private String place(long position) {
        return (options.isLines() ? "line " : "record ") + position + " in " + path;
    }

    private byte[] changed(JsonReading reading, JsonTree values, byte[] record)
            throws NotCommittedException, Unwritable {
        byte[] changed;
        try {
            changed = values.applyTo(record, style);
        } catch (Unwritable e) {
            throw new Unwritable(place(reading.position()) + " cannot be changed: " + e.reason());
        }
        if (changed.length > JsonLimits.LONGEST_RECORD) {
            throw new NotCommittedException(place(reading.position()) + " would be longer than the "
                    + (JsonLimits.LONGEST_RECORD >> 20) + " MiB that a record may have: nothing was written");
        }
        return changed;
    }

    /** Nobody but this run may have touched what it changes, whatever the file's attributes say. */
    private void requireSame(Touched change, @Nullable Row now) throws NotCommittedException {
        Row before = change.before();
        boolean isSame = now != null;
        for (int i = 0; isSame && i < before.schema().size(); i++) {
            String field = before.schema().field(i).name();
            FieldType type = schema.has(field) ? schema.field(field).type() : FieldType.any();
            isSame = Objects.deepEquals(
                    stored(type, before.value(i)), stored(type, value(Objects.requireNonNull(now), field)));
        }
        if (!isSame) {
            throw new NotCommittedException(movedMessage());
        }
    }

    private static @Nullable Object stored(FieldType type, @Nullable Object value) {
        return value == null ? null : type.convert(value);
    }

    private static @Nullable Object value(Row row, String field) {
        int place = row.schema().indexOf(field);
        return place >= 0 && row.schema().field(place).name().equals(field) ? row.value(place) : null;
    }

    // ---------------------------------------------------------------- a file without records

    /** Lays records out like the document around an array that has none. */
    private JsonStyle likeTheDocument(JsonCopy copy) {
        boolean isRoot = options.pointer().isEmpty();
        if (copy.lineBreak().isEmpty() && !isRoot) {
            lead = ",";
            return JsonStyle.COMPACT;
        }
        String line = copy.lineBreak().isEmpty() ? "\n" : copy.lineBreak();
        return layOut(line, copy.indentation());
    }

    /** Lays records out in an array that begins on a line with some indentation. */
    private JsonStyle layOut(String line, String indentation) {
        if (options.layout() == JsonLayout.COMPACT) {
            lead = ",";
            return JsonStyle.COMPACT;
        }
        firstLead = line + indentation + "  ";
        lead = "," + firstLead;
        end = line + indentation;
        return options.layout() == JsonLayout.INDENTED
                ? new JsonStyle(firstLead + "  ", firstLead, "  ", " ", ": ")
                : JsonStyle.ONE_LINE;
    }

    private void beginNewFile() throws IOException, NotCommittedException, Unwritable {
        if (!touched.isEmpty()) {
            throw new NotCommittedException(name + " does not exist, so no record of it can be updated or deleted");
        }
        if (options.isLines()) {
            lead = "\n";
            tail = "\n";
            return;
        }
        boolean isCompact = options.layout() == JsonLayout.COMPACT;
        StringBuilder begin = new StringBuilder();
        StringBuilder behind = new StringBuilder();
        String indentation = "";
        for (String part : options.pointer()) {
            behind.insert(0, isCompact ? "}" : "\n" + indentation + "}");
            indentation += "  ";
            begin.append(isCompact ? "{" : "{\n" + indentation);
            JsonStyle.text(begin, part);
            begin.append(isCompact ? ":" : ": ");
        }
        style = layOut("\n", indentation);
        tail = end;
        end = "]" + behind + "\n";
        out.write(bytes(begin + "["));
    }

    // ---------------------------------------------------------------- commit

    @Override
    public void commit() throws Exception {
        if (state == State.COMMITTED) {
            throw new IllegalStateException("a writer commits once");
        }
        copyOnce();
        if (state == State.FAILED) {
            throw new NotCommittedException(name + " is as it was: its new content could not be written before");
        }
        state = State.FAILED;
        try {
            writeEnd();
            replacement.finish();
            requireNotCancelled();
            requireUnchanged();
        } catch (IOException e) {
            throw notWritten(e);
        }
        replacement.replaceUnchanged(expected, movedMessage());
        state = State.COMMITTED;
    }

    private void writeEnd() throws IOException {
        if (written > 0) {
            out.write(bytes(tail));
        } else if (options.isLines()) {
            // a line break alone says that there are no records, and no bytes at all that something went wrong
            out.write(bytes(tail.indexOf('\n') < 0 ? "\n" : tail));
        }
        out.write(bytes(end));
        JsonCopy copy = old;
        if (copy != null) {
            copy.copyRest();
            copy.close();
        }
        out.close();
    }

    private void requireUnchanged() throws IOException, NotCommittedException {
        if (!expected.equals(FileStamp.of(path))) {
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
        try (ReplacementFile file = replacement;
                JsonCopy copy = old) {
            if (state != State.COMMITTED) {
                giveUp();
            }
        }
    }

    /** Lets go of what compresses. What it writes then goes nowhere. */
    private void giveUp() {
        try {
            out.close();
        } catch (IOException e) {
            // the disk is full, which was said before
        }
    }

    @Override
    public String method() {
        return expected.exists() ? "rewritten atomically" : "written atomically";
    }
}
