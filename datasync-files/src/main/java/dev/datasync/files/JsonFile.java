package dev.datasync.files;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.row.SchemaInference;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON file, to be read or written: {@code JsonFile.at(Path.of("products.json"))}. Immutable, and safe for use by
 * several threads and plans.
 *
 * <p><b>Format.</b> RFC 8259 in UTF-8, with or without a byte order mark: an array of objects, which may be somewhere
 * inside a document ({@link #array}), or one object on each line ({@link #lines}). Each object is a record. Whole numbers
 * are {@code Long}, other numbers {@code BigDecimal} with all their digits; an object inside a record is a map of nested
 * fields and an array a list. A member that a record does not have is not there, which is not the same as {@code null}.
 *
 * <p><b>Reading</b> is strict, because a file that is read wrongly changes the target wrongly. Anything but JSON, a name
 * that is there twice, text behind the end, a file that was cut off, bytes that are not UTF-8, an error object or an HTML
 * page in place of the data, a file that somebody is still writing: each fails the run, with a code
 * ({@code E-JSON-...}) and the place, before anything is written. A record whose texts cannot be stored anywhere or do
 * not fit {@link #types} is rejected. What no reader can see is a file of lines that was cut off between two of them. An
 * empty array is complete and has no records, and so is a file of lines that is nothing but a line break; a file of no
 * bytes is a mistake. A record may have 16 MiB and 16,384 fields, a number 1,000 digits, and values may be nested 400
 * deep; the file may have any size.
 *
 * <p><b>Writing</b> replaces the file in one step when the run commits: whoever reads it sees the old content or the new
 * one, and after a failure it is the old one. Records that do not change, the unchanged members of those that do, and
 * everything around the array keep their bytes; new records go to the end, laid out like those that are there. Somebody
 * else's change to the file between reading and commit makes the run fail instead of being overwritten. Updated and
 * deleted records are held in memory, inserted ones are not. A file that does not exist is created with its first
 * records.
 *
 * <p><b>Types of a target.</b> A field has the type that all its values in the file have; {@link #types} wins over that.
 * Nested values are JSON. What JSON has no values for, such as dates, is text in its ISO form; bytes are Base64. NaN and
 * infinity are refused.
 */
public final class JsonFile implements Endpoint<Row> {

    private final Path path;
    private final JsonOptions options;

    private final ComparedFiles compared = new ComparedFiles();

    /** What was found in the file last, to be used as long as the file is the same. */
    private volatile Found found = new Found(Optional.empty(), Optional.empty());

    /** A file as it was, and the fields that were found in it. */
    private record Found(Optional<FileStamp> stamp, Optional<Schema> schema) {}

    private JsonFile(Path path, JsonOptions options) {
        this.path = path;
        this.options = options;
    }

    /**
     * Returns the file at a path, whose document is an array of objects.
     *
     * @param path where it is; a relative one is relative to the working directory of this process
     * @return the file; nothing is opened yet
     */
    public static JsonFile at(Path path) {
        return new JsonFile(path, JsonOptions.DEFAULT);
    }

    /**
     * Says where in the document the array of records is. Whatever is around it stays as it is when the file is written.
     *
     * @param pointer the way to the array as a JSON Pointer (RFC 6901), for example {@code /data/items}; empty for the
     *     document itself
     * @return the file with that array
     * @throws IllegalArgumentException when that is no pointer, or the file is one of lines
     */
    public JsonFile array(String pointer) {
        JsonOptions changed = options.withPointer(pointer);
        if (options.isLines() && !changed.pointer().isEmpty()) {
            throw linesAndPointer();
        }
        return new JsonFile(path, changed);
    }

    /**
     * Says that the file is JSON Lines: each line is an object. Empty lines may be at the end only.
     *
     * @return the file read and written in that way
     * @throws IllegalArgumentException when {@link #array} has named an array inside a document
     */
    public JsonFile lines() {
        if (!options.pointer().isEmpty()) {
            throw linesAndPointer();
        }
        return new JsonFile(path, options.withForm(JsonOptions.Form.LINES));
    }

    private static IllegalArgumentException linesAndPointer() {
        return new IllegalArgumentException(
                "a file of lines is no document with an array inside: say either array(...) or lines()");
    }

    /**
     * Says that the file is compressed with gzip. Without this it is when its name ends in {@code .gz}.
     *
     * @return the file read and written in that way
     */
    public JsonFile gzip() {
        return new JsonFile(path, options.withCompression(Compression.GZIP));
    }

    /**
     * Makes fields of nested objects, with names such as {@code address.city}, and nested objects of such fields when the
     * file is written. Arrays stay lists, and an empty object stays one.
     *
     * @return the file read and written in that way
     */
    public JsonFile flatten() {
        return flatten(".");
    }

    /**
     * Makes fields of nested objects, as {@link #flatten()} does, with another separator between the names. A name that
     * contains it already fails the reading.
     *
     * @param separator what stands between two names, for example {@code _}
     * @return the file read and written in that way
     * @throws IllegalArgumentException when it is empty
     */
    public JsonFile flatten(String separator) {
        if (separator.isEmpty()) {
            throw new IllegalArgumentException("names need a separator between them that is not empty");
        }
        return new JsonFile(path, options.withSeparator(separator));
    }

    /**
     * Means only some fields: these are read, in this order, where a record has them; a target is compared and written
     * in them only, and they may be new to it. Other members of records that are there stay as they are.
     *
     * @param names the fields' names as the file has them
     * @return the file with those fields
     * @throws IllegalArgumentException when there is none, one is blank, or two differ in case only
     */
    public JsonFile fields(String... names) {
        return new JsonFile(path, options.withFields(ColumnNames.checked(List.of(names))));
    }

    /**
     * Gives fields a type that does not follow from their values: a text can so be read as the date that it means. A
     * record whose value does not fit is rejected. Fields that are not named keep the type that they have.
     *
     * @param types the types by the fields' names
     * @return the file with those types
     */
    public JsonFile types(Map<String, FieldType> types) {
        return new JsonFile(path, options.withTypes(types));
    }

    /**
     * Says how a new document is laid out; without this each record is on a line of its own. A file that exists keeps
     * the layout that it has, and lines are never indented.
     *
     * @param layout the layout
     * @return the file created in that way
     */
    public JsonFile layout(JsonLayout layout) {
        return new JsonFile(path, options.withLayout(layout));
    }

    /**
     * Reads and writes the rows as Java records.
     *
     * @param type the record's class, with a component for each field that it uses
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
        return "JSON file " + path;
    }

    @Override
    public RecordType<Row> recordType() {
        return RecordType.rows();
    }

    /**
     * Returns nothing, because each record brings its own fields.
     *
     * @return empty
     * @throws ReadException when there is no such file
     */
    @Override
    public Optional<Schema> schema() throws ReadException {
        FileInput.check(path);
        return Optional.empty();
    }

    /**
     * Returns the fields of all records, each with the type that all its values have.
     *
     * @return the fields, or empty when there is no such file, or no record in it
     * @throws ReadException when it is no such JSON file, or cannot be read or written
     * @throws IOException when the file cannot be closed
     */
    @Override
    public Optional<Schema> storedSchema() throws ReadException, IOException {
        WritableTarget.check(path);
        FileStamp stamp = FileStamp.of(path);
        if (!stamp.exists()) {
            return Optional.empty();
        }
        Optional<Schema> schema = JsonColumns.of(path, options);
        found = new Found(Optional.of(stamp), schema);
        return schema;
    }

    @Override
    public Schema schemaFor(Schema incoming, List<String> keyFields) {
        return SchemaInference.storing(incoming, options.fields(), options.types());
    }

    @Override
    public Optional<Object> identity() throws IOException {
        return Optional.of(
                FileIdentity.of(path, options.shownPointer(options.pointer().size())));
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
        deliver(receiver, options.types());
        return Completion.complete();
    }

    /** Delivers all records, and returns what the file was. */
    private FileStamp deliver(Receiver<? super Row> receiver, Map<String, FieldType> types)
            throws ReadException, IOException {
        try (JsonReading reading = JsonReading.open(path, options, types)) {
            while (reading.next()) {
                Row row = reading.row();
                if (row == null) {
                    receiver.reject(reading.position(), reading.problem());
                } else {
                    receiver.accept(row, reading.position());
                }
            }
            reading.requireUnchanged();
            return reading.stamp();
        }
    }

    @Override
    public String locate(long position) {
        return options.isLines() ? FileInput.at(path, position) : path + " record " + position;
    }

    /**
     * Returns the present content: nothing when there is no such file. Reading it fails also when the file could not be
     * written afterwards.
     *
     * @return a source over the file's rows, whose values have the types of {@link #storedSchema()}
     */
    @Override
    public Source<Row> existing() {
        return new Existing();
    }

    @Override
    public ChangeWriter<Row> open(WriteContext context) throws Exception {
        Path target = WritableTarget.check(path);
        FileStamp now = FileStamp.of(path);
        compared.requireUnchanged(context.plan(), now, name());
        ReplacementFile replacement = WritableTarget.replacement(path, target);
        try {
            return new JsonRewriter(name(), path, options, now, context, replacement);
        } catch (IOException | RuntimeException | Error e) {
            try (replacement) {
                throw e;
            }
        }
    }

    /**
     * Returns the name.
     *
     * @return for example {@code JSON file products.json}
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
                stamp = deliver(receiver, types(stamp));
            }
            compared.remember(context.plan(), stamp);
            return Completion.complete();
        }

        private Map<String, FieldType> types(FileStamp stamp) throws ReadException, IOException {
            Found last = found;
            Optional<Schema> stored =
                    last.stamp().equals(Optional.of(stamp)) ? last.schema() : JsonFile.this.storedSchema();
            Map<String, FieldType> types = new HashMap<>(options.types());
            for (Field field : stored.map(Schema::fields).orElse(List.of())) {
                types.put(field.name(), field.type());
            }
            return types;
        }

        @Override
        public String name() {
            return JsonFile.this.name();
        }

        @Override
        public Optional<Schema> schema() throws ReadException, IOException {
            return JsonFile.this.storedSchema();
        }

        @Override
        public Optional<Object> identity() throws IOException {
            return JsonFile.this.identity();
        }

        @Override
        public String locate(long position) {
            return JsonFile.this.locate(position);
        }
    }
}
