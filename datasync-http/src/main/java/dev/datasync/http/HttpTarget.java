package dev.datasync.http;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Records of an API that can be read and written: a resource, and how each kind of change becomes a request.
 *
 * <pre>{@code
 * HttpTarget customers = crm.get("/customers")
 *         .pages(Paging.cursor("cursor", "/meta/next"))
 *         .insert(POST, "/customers")
 *         .update(PATCH, "/customers/{id}")
 *         .delete(DELETE, "/customers/{id}");
 * }</pre>
 *
 * <p>What is there now is read from the resource, by which changes are found; as a source a target is its resource. A
 * change is final when the server has answered it with success: there is no transaction, and a run that ends in between
 * reports exactly which changes were done. Inserts send the whole record, {@code PATCH} the fields that differ, {@code PUT}
 * the whole record; fields that the source does not deliver are not sent, and {@code null} is sent as {@code null}.
 *
 * <p>A request whose answer is lost is never repeated blindly. It is repeated when that is the same as once
 * ({@code DELETE}, {@code PUT} of whole records, and everything with {@link #idempotencyKeys()}); with {@link #lookup} it
 * is found out whether it was done; otherwise the change is reported as unknown, and the next run finds out by comparing.
 *
 * <p>Immutable, and safe for use by several threads and plans.
 */
public final class HttpTarget implements Endpoint<Row> {

    private static final int MOST_IN_FLIGHT = 64;
    private static final String DEFAULT_KEY_HEADER = "Idempotency-Key";
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
    private static final Pattern MEDIA_TYPE = Pattern.compile(
            "[!#$&^_.+0-9A-Za-z-]+/[!#$&^_.+0-9A-Za-z-]+(; ?[!#$&^_.+0-9A-Za-z-]+=[!#$&^_.+0-9A-Za-z-]+)*");

    private final HttpResource resource;
    private final TargetOptions options;

    private HttpTarget(HttpResource resource, TargetOptions options) {
        this.resource = resource;
        this.options = options;
    }

    static HttpTarget of(HttpResource resource) {
        return new HttpTarget(resource, new TargetOptions());
    }

    private HttpTarget with(Consumer<TargetOptions> change) {
        return new HttpTarget(resource, options.with(change));
    }

    // ---------------------------------------------------------------- which requests

    /**
     * Says how an insert becomes a request.
     *
     * @param method the method, for example {@link HttpMethod#POST}
     * @param path where to, below the address of the API, for example {@code /customers}; names of fields in braces are
     *     replaced by the new record's values
     * @return the changed target
     * @throws IllegalArgumentException when that is no path, the method removes records, or inserts were declared before
     */
    public HttpTarget insert(HttpMethod method, String path) {
        return write(WriteKind.INSERT, method, path, UpdateBody.WHOLE_RECORD, Optional.empty());
    }

    /**
     * Says how an update becomes a request: of the fields that differ, or of the whole record when the method is
     * {@link HttpMethod#PUT}.
     *
     * @param method the method, for example {@link HttpMethod#PATCH}
     * @param path where to, below the address of the API, for example {@code /customers/{id}}: names of fields in braces
     *     are replaced by the values that the target's record has now; a value that is {@code null}, empty, {@code .} or
     *     {@code ..} names no record, and the change is rejected
     * @return the changed target
     * @throws IllegalArgumentException when that is no path, the method removes records, or updates were declared before
     */
    public HttpTarget update(HttpMethod method, String path) {
        return update(method, path, usual(method));
    }

    /**
     * Says how an update becomes a request, and which fields it has.
     *
     * @param method the method, for example {@link HttpMethod#POST}
     * @param path where to, see {@link #update(HttpMethod, String)}
     * @param body which fields are sent; a {@link HttpMethod#PATCH} of a whole record leaves out those of the path,
     *     unless they change
     * @return the changed target
     * @throws IllegalArgumentException when that is no path, the method removes records, or updates were declared before
     */
    public HttpTarget update(HttpMethod method, String path, UpdateBody body) {
        return write(WriteKind.UPDATE, method, path, body, Optional.empty());
    }

    /**
     * Says how a delete becomes a request. Records that are marked as deleted are updates and need
     * {@link #update(HttpMethod, String)}.
     *
     * @param method the method, for example {@link HttpMethod#DELETE}
     * @param path where to, see {@link #update(HttpMethod, String)}
     * @return the changed target
     * @throws IllegalArgumentException when that is no path, or deletes were declared before
     */
    public HttpTarget delete(HttpMethod method, String path) {
        return write(WriteKind.DELETE, method, path, UpdateBody.WHOLE_RECORD, Optional.empty());
    }

    /**
     * Says how many inserts become one request.
     *
     * @param method the method, for example {@link HttpMethod#POST}
     * @param path where to, below the address of the API
     * @param bulk how many, and what the answer says of each
     * @return the changed target
     * @throws IllegalArgumentException when that is no path, has fields of records in it, the method removes records, or
     *     inserts were declared before
     */
    public HttpTarget insertMany(HttpMethod method, String path, Bulk bulk) {
        return write(WriteKind.INSERT, method, path, UpdateBody.WHOLE_RECORD, Optional.of(bulk));
    }

    /**
     * Says how many updates become one request. Each has the fields of its key, those that the server has made, and those
     * that differ, or the whole record when the method is {@link HttpMethod#PUT}.
     *
     * @param method the method, for example {@link HttpMethod#PATCH}
     * @param path where to, below the address of the API
     * @param bulk how many, and what the answer says of each
     * @return the changed target
     * @throws IllegalArgumentException when that is no path, has fields of records in it, the method removes records, or
     *     updates were declared before
     */
    public HttpTarget updateMany(HttpMethod method, String path, Bulk bulk) {
        return write(WriteKind.UPDATE, method, path, usual(method), Optional.of(bulk));
    }

    /**
     * Says how many deletes become one request. Each has the fields of its key and those that the server has made.
     *
     * @param method the method, for example {@link HttpMethod#POST}
     * @param path where to, below the address of the API
     * @param bulk how many, and what the answer says of each
     * @return the changed target
     * @throws IllegalArgumentException when that is no path, has fields of records in it, or deletes were declared before
     */
    public HttpTarget deleteMany(HttpMethod method, String path, Bulk bulk) {
        return write(WriteKind.DELETE, method, path, UpdateBody.WHOLE_RECORD, Optional.of(bulk));
    }

    private static UpdateBody usual(HttpMethod method) {
        return method == HttpMethod.PUT ? UpdateBody.WHOLE_RECORD : UpdateBody.CHANGED_FIELDS;
    }

    private HttpTarget write(WriteKind kind, HttpMethod method, String path, UpdateBody body, Optional<Bulk> bulk) {
        PathTemplate template = PathTemplate.of(resource.api().base(), path);
        if (options.writes.containsKey(kind)) {
            throw new IllegalArgumentException(
                    "how " + kind.word() + "s become requests is said twice: say " + kind.word() + "(...) once");
        }
        if (method == HttpMethod.DELETE && kind != WriteKind.DELETE) {
            throw new IllegalArgumentException("DELETE removes records and is no " + kind.word());
        }
        if (bulk.isPresent() && !template.names().isEmpty()) {
            throw new IllegalArgumentException("a path for many records cannot have fields of one in it, such as {"
                    + template.names().get(0) + "}");
        }
        return with(changed -> changed.writes.put(kind, new Declared(kind, method, template, body, bulk)));
    }

    // ---------------------------------------------------------------- bodies

    /**
     * Puts the record into an object, for servers that want <code>{"customer": {...}}</code>. Requests for many changes
     * are not affected, see {@link Bulk#itemsAt}.
     *
     * @param pointer the names on the way to the record, for example {@code /customer}
     * @return the changed target
     * @throws IllegalArgumentException when that is no pointer
     */
    public HttpTarget bodyAt(String pointer) {
        Pointer parsed = Pointer.parsed(pointer);
        return with(changed -> changed.bodyAt = parsed);
    }

    /**
     * Makes the bodies in another way. What a row has that comes back is nested again where the resource flattens it;
     * maps and lists are written as they are.
     *
     * @param mapping makes the body of a change; not asked for single changes that are sent by
     *     {@link HttpMethod#DELETE}
     * @return the changed target
     */
    public HttpTarget body(BodyMapping mapping) {
        return with(changed -> changed.mapping = Optional.of(mapping));
    }

    /**
     * Names the type of the bodies; they are JSON in any case.
     *
     * @param mediaType the type, for example {@code application/merge-patch+json}; {@code application/json} if not said
     * @return the changed target
     * @throws IllegalArgumentException when that is no media type
     */
    public HttpTarget sendingAs(String mediaType) {
        if (!MEDIA_TYPE.matcher(mediaType).matches()) {
            throw new IllegalArgumentException("a media type is written like application/merge-patch+json");
        }
        return with(changed -> changed.mediaType = mediaType);
    }

    // ---------------------------------------------------------------- what the server makes

    /**
     * Names a field that the server makes when a record is inserted, such as its number: it is never sent or compared.
     * Its value is taken from the answer, where it has the field's name, or from the last part of the Location header.
     *
     * @param field the field's name
     * @return the changed target
     * @throws IllegalArgumentException when the name is blank
     */
    public HttpTarget generated(String field) {
        return generated(field, "/" + field.replace("~", "~0").replace("/", "~1"));
    }

    /**
     * Names a field that the server makes when a record is inserted, and where its answer has it.
     *
     * @param field the field's name
     * @param pointer the names on the way to the value, in the answer to one insert or in the result of one change, for
     *     example {@code /data/id}
     * @return the changed target
     * @throws IllegalArgumentException when the name is blank or that is no pointer
     */
    public HttpTarget generated(String field, String pointer) {
        Pointer parsed = Pointer.parsed(pointer);
        requireName(field);
        return with(changed -> changed.generated.put(field, parsed));
    }

    /**
     * Says where the server tells of an error in its answer to the change of one record, although the status is that of a
     * success: when there is a value other than {@code null}, {@code false} and empty ones, the change is rejected.
     * Without this such a status means that the change was done. May be said several times; what is said of the resource
     * by {@link HttpResource#failsWhen} is for reading only, and requests for many changes say it by {@link Bulk}.
     *
     * @param pointer the names on the way to the value, for example {@code /errors}
     * @return the changed target
     * @throws IllegalArgumentException when that is no pointer
     */
    public HttpTarget failsWhen(String pointer) {
        Pointer parsed = Pointer.parsed(pointer);
        return with(changed -> {
            List<Pointer> errors = new ArrayList<>(changed.errors);
            errors.add(parsed);
            changed.errors = List.copyOf(errors);
        });
    }

    /**
     * Remembers what the server makes for the records that a run inserts, for the rest of the run: of several
     * {@link #generated} fields the first.
     *
     * @param ids takes the values; to be asked by other plans of the same group
     * @return the changed target
     */
    public HttpTarget remembering(GeneratedIds ids) {
        return with(changed -> changed.ids = ids);
    }

    // ---------------------------------------------------------------- who else writes, and what is lost

    /**
     * Sends the version of a record that was compared in the header If-Match of its update or delete, so that the server
     * refuses the change when somebody has changed the record since: a conflict. The field is never written or compared.
     *
     * @param field the field of the records that has the version or strong ETag; it is quoted if it is not yet. A weak one
     *     ({@code W/...}) cannot be used for If-Match, and the change is rejected
     * @return the changed target
     * @throws IllegalArgumentException when the name is blank
     */
    public HttpTarget ifMatch(String field) {
        requireName(field);
        return with(changed -> changed.ifMatch = Optional.of(field));
    }

    /**
     * Sends a key with each request that is not the same twice as once, in the header Idempotency-Key. The server must
     * know that header: it makes requests repeatable whose answer was lost.
     *
     * @return the changed target
     */
    public HttpTarget idempotencyKeys() {
        return idempotencyKeys(DEFAULT_KEY_HEADER);
    }

    /**
     * Sends a key with each request that is not the same twice as once: a random one for each change of a run, and the
     * same in all repetitions of it.
     *
     * @param header the header by which the server knows the key
     * @return the changed target
     * @throws IllegalArgumentException when that is no name of a header
     */
    public HttpTarget idempotencyKeys(String header) {
        if (!HEADER.matcher(header).matches()) {
            throw new IllegalArgumentException("a header has a name like Idempotency-Key");
        }
        return with(changed -> changed.keyHeader = Optional.of(header));
    }

    /**
     * Says how one record is read, to find out whether a change was done whose answer was lost.
     *
     * @param path where it is, for example {@code /customers/{id}} or {@code /customers?number={number}}; for an insert
     *     that can have no field that the server makes
     * @return the changed target
     * @throws IllegalArgumentException when that is no path
     */
    public HttpTarget lookup(String path) {
        return lookup(path, "");
    }

    /**
     * Says how one record is read, and where the answer has it.
     *
     * @param path where it is, see {@link #lookup(String)}
     * @param pointer the names on the way to the record, or to an array of none or one; empty when the answer is that. The
     *     statuses 404 and 410 and an empty array mean that there is no such record
     * @return the changed target
     * @throws IllegalArgumentException when that is no path or no pointer
     */
    public HttpTarget lookup(String path, String pointer) {
        TargetOptions.Lookup lookup =
                new TargetOptions.Lookup(PathTemplate.of(resource.api().base(), path), Pointer.parsed(pointer));
        return with(changed -> changed.lookup = Optional.of(lookup));
    }

    /**
     * Says how many requests may be on their way at the same time.
     *
     * @param most the number, from 1 to 64; 4 if not said
     * @return the changed target
     * @throws IllegalArgumentException when it is out of bounds
     */
    public HttpTarget inFlight(int most) {
        if (most < 1 || most > MOST_IN_FLIGHT) {
            throw new IllegalArgumentException("between 1 and 64 requests can be in flight, not " + most);
        }
        return with(changed -> changed.inFlight = most);
    }

    private static void requireName(String field) {
        if (field.isBlank()) {
            throw new IllegalArgumentException("a field has a name that is not blank");
        }
    }

    /**
     * Returns this target with Java records.
     *
     * @param type the record's class
     * @param <R> the type of the records
     * @return the endpoint
     * @throws IllegalArgumentException when the class is not accessible
     */
    public <R extends Record> Endpoint<R> as(Class<R> type) {
        return as(RecordType.of(type));
    }

    /**
     * Returns this target with records of another type.
     *
     * @param type how a record becomes a row and back
     * @param <T> the type of the records
     * @return the endpoint
     */
    public <T> Endpoint<T> as(RecordType<T> type) {
        return Endpoint.typed(this, type);
    }

    // ---------------------------------------------------------------- as a source

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
        return resource.read(receiver, context);
    }

    @Override
    public Optional<Schema> schema() throws Exception {
        return resource.schema();
    }

    @Override
    public String name() {
        return resource.name();
    }

    @Override
    public Optional<Object> identity() throws Exception {
        return resource.identity();
    }

    @Override
    public OptionalLong estimatedSize() {
        return resource.estimatedSize();
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        return resource.canOrderBy(fields);
    }

    @Override
    public String locate(long position) {
        return resource.locate(position);
    }

    // ---------------------------------------------------------------- as a target

    @Override
    public RecordType<Row> recordType() {
        return RecordType.rows();
    }

    /**
     * Returns the fields that the resource names by {@code fields(...)} and {@code types(...)}, and of the others those of
     * its first page.
     *
     * @return the fields, or empty when there are no records yet
     * @throws ReadException when the first page cannot be read, or the declaration names fields that are not there
     * @throws InterruptedException when the thread is interrupted
     */
    @Override
    public Optional<Schema> storedSchema() throws ReadException, InterruptedException {
        Optional<Schema> stored = resource.inferredSchema().map(this::withTyped).map(this::declared);
        if (stored.isPresent()) {
            check(problems(stored.get()));
        }
        return stored;
    }

    @Override
    public Schema schemaFor(Schema incoming, List<String> keyFields) throws ReadException {
        Schema stored = declared(SchemaInference.storing(incoming, resource.meantFields(), resource.givenTypes()));
        for (String name : options.generated.keySet()) {
            stored = withReadOnly(stored, name);
        }
        if (options.ifMatch.isPresent()) {
            stored = withReadOnly(stored, options.ifMatch.get());
        }
        check(problems(stored));
        return stored;
    }

    /** Adds the fields that types(...) names, which no record on the first page may have. */
    private Schema withTyped(Schema inferred) {
        Schema schema = inferred;
        if (resource.meantFields().isEmpty()) {
            for (Map.Entry<String, FieldType> typed : new TreeMap<>(resource.givenTypes()).entrySet()) {
                if (!schema.has(typed.getKey())) {
                    schema = schema.with(Field.of(typed.getKey(), typed.getValue()));
                }
            }
        }
        return schema;
    }

    private static Schema withReadOnly(Schema schema, String name) {
        return schema.has(name)
                ? schema
                : schema.with(Field.of(name, FieldType.any()).with(Field.Trait.READ_ONLY));
    }

    /** Returns the fields, of which the target computes some. */
    private Schema declared(Schema schema) {
        List<Field> fields = new ArrayList<>(schema.fields());
        List<String> computed = new ArrayList<>(options.generated.keySet());
        options.ifMatch.ifPresent(computed::add);
        for (String name : computed) {
            int place = schema.indexOf(name);
            if (place >= 0) {
                fields.set(place, fields.get(place).with(Field.Trait.READ_ONLY));
            }
        }
        return Schema.of(fields);
    }

    /** Returns what is wrong with the declaration, as far as the fields tell. */
    private List<String> problems(Schema stored) {
        List<String> problems = new ArrayList<>();
        String fields = ": the fields are " + stored.names();
        for (Declared declared : options.writes.values()) {
            for (String name : declared.path().names()) {
                if (!stored.has(name)) {
                    problems.add(
                            "the path " + declared.path() + " names a field '" + name + "' that there is not" + fields);
                } else if (declared.kind() == WriteKind.INSERT
                        && stored.field(name).is(Field.Trait.READ_ONLY)) {
                    problems.add("the path " + declared.path() + " of inserts names the field '" + name
                            + "', which the server makes only then");
                }
            }
            if (declared.bulk().isPresent() && declared.kind() != WriteKind.INSERT && options.ifMatch.isPresent()) {
                problems.add("ifMatch(...) goes with one record per request, and "
                        + declared.kind().word() + "Many(...) sends many");
            }
            declared.bulk()
                    .flatMap(Bulk::matchedBy)
                    .filter(name -> !stored.has(name))
                    .ifPresent(name ->
                            problems.add("resultsBy(...) names a field '" + name + "' that there is not" + fields));
        }
        options.lookup.ifPresent(lookup -> lookup.path().names().stream()
                .filter(name -> !stored.has(name))
                .forEach(name -> problems.add("lookup(...) names a field '" + name + "' that there is not" + fields)));
        options.ifMatch
                .filter(name -> !stored.has(name))
                .ifPresent(
                        name -> problems.add("ifMatch(...) names a field '" + name + "' that there is not" + fields));
        if (options.ids != null && options.generated.isEmpty()) {
            problems.add("remembering(...) needs a field that the server makes: say generated(...)");
        }
        return problems;
    }

    /** Returns what is wrong for changes that are to come. */
    private List<String> problems(WriteContext context) {
        List<String> problems = problems(context.schema());
        ChangeCounts expected = context.expected();
        if (expected.inserts() > 0 && !options.writes.containsKey(WriteKind.INSERT)) {
            problems.add(unsaid(WriteKind.INSERT));
        }
        if (expected.updates() > 0 && !options.writes.containsKey(WriteKind.UPDATE)) {
            problems.add(unsaid(WriteKind.UPDATE));
        }
        if (expected.deletes() > 0
                && !options.writes.containsKey(WriteKind.DELETE)
                && !options.writes.containsKey(WriteKind.UPDATE)) {
            problems.add(unsaid(WriteKind.DELETE));
        }
        boolean hasIdentity =
                !context.keyFields().isEmpty() || !options.generated.isEmpty() || options.mapping.isPresent();
        for (Declared declared : options.writes.values()) {
            if (declared.bulk().isPresent() && declared.kind() != WriteKind.INSERT && !hasIdentity) {
                problems.add("the key is computed by a function, so that "
                        + declared.kind().word()
                        + "Many(...) cannot tell the server which records it means: say body(...)");
            }
        }
        return problems;
    }

    private static String unsaid(WriteKind kind) {
        return "there are " + kind.word() + "s to be written, and how they become requests is not said: say "
                + kind.word() + "(...)";
    }

    private void check(List<String> problems) throws ReadException {
        if (!problems.isEmpty()) {
            throw new ReadException("E-HTTP-TARGET", name() + ": " + String.join("; ", problems));
        }
    }

    /** Returns why some changes cannot be written, because their kind was not declared. */
    static Optional<ReadException> missing(String name, TargetOptions options, List<Change<Row>> changes) {
        for (Change<Row> change : changes) {
            WriteKind kind = WriteKind.of(change);
            if (!options.writes.containsKey(kind)) {
                return Optional.of(new ReadException("E-HTTP-TARGET", name + ": " + unsaid(kind)));
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the present content: the resource, with each field in the type in which it is stored.
     *
     * @return the source
     */
    @Override
    public Source<Row> existing() {
        return new Existing();
    }

    @Override
    public boolean canCommitInParts() {
        return true;
    }

    @Override
    public ChangeWriter<Row> open(WriteContext context) throws ReadException {
        check(problems(context));
        GeneratedIds ids = options.ids;
        if (ids != null) {
            ids.begin(context.plan());
        }
        return new RequestWriter(
                name(), resource.api(), options, resource.separator().orElse(null), context);
    }

    /**
     * Returns the name.
     *
     * @return for example {@code REST resource https://api.example.com/customers}
     */
    @Override
    public String toString() {
        return name();
    }

    /** Tells whether an update takes away what it does not send. */
    private boolean replacesRecords() {
        Declared update = options.writes.get(WriteKind.UPDATE);
        return update != null
                && update.method() == HttpMethod.PUT
                && update.body() == UpdateBody.WHOLE_RECORD
                && options.mapping.isEmpty();
    }

    /** Takes records, and none with a field that the comparison does not know: the PUT of the others would erase it. */
    private static final class Known implements Receiver<Row> {

        private final Receiver<? super Row> receiver;
        private final Schema stored;
        private @Nullable Schema last;

        Known(Receiver<? super Row> receiver, Schema stored) {
            this.receiver = receiver;
            this.stored = stored;
        }

        @Override
        public void accept(Row row) {
            // pages are always read with positions
            accept(row, 0);
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // rows of one reading share their schemas
        public void accept(Row row, long position) {
            if (row.schema() != last) {
                for (String name : row.schema().names()) {
                    if (!stored.has(name)) {
                        reject(
                                position,
                                "it has a field '" + ShownName.of(name) + "' that no record on the first page has, and"
                                        + " a PUT without it would erase it: name it by types(...), or say"
                                        + " update(PATCH, ...)");
                        return;
                    }
                }
                last = row.schema();
            }
            receiver.accept(row, position);
        }

        @Override
        public void reject(long position, String reason) {
            receiver.reject(position, reason);
        }
    }

    /** The resource with the types that its first page has. */
    private final class Existing implements Source<Row> {

        @Override
        public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
            // asked for again: what an earlier run or another plan has found may not hold any more
            Optional<Schema> stored = HttpTarget.this.storedSchema();
            Map<String, FieldType> types = new HashMap<>();
            for (Field field : stored.map(Schema::fields).orElse(List.of())) {
                types.put(field.name(), field.type());
            }
            HttpResource typed = resource.types(types);
            return stored.isPresent() && replacesRecords()
                    ? typed.content(new Known(receiver, stored.get()), context)
                    : typed.content(receiver, context);
        }

        @Override
        public String name() {
            return resource.name();
        }

        @Override
        public Optional<Object> identity() throws Exception {
            return resource.identity();
        }

        @Override
        public boolean canOrderBy(List<String> fields) {
            return resource.canOrderBy(fields);
        }

        @Override
        public String locate(long position) {
            return resource.locate(position);
        }
    }
}
