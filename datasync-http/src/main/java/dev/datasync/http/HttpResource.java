package dev.datasync.http;

import dev.datasync.http.Call.Header;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.RowException;
import dev.datasync.row.Schema;
import dev.datasync.row.SchemaInference;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Records that an API gives, to be read: {@code HttpApi.at("https://api.example.com").get("/customers")}. Immutable, and
 * safe for use by several threads and plans.
 *
 * <p><b>Format.</b> A JSON document with an array of objects ({@link #records}), JSON Lines ({@link #lines}), or anything
 * else with a decoder of your own ({@link #decodedBy}). Each object is a record. Whole numbers are {@code Long}, other
 * numbers {@code BigDecimal} with all their digits; an object inside a record is a map of nested fields and an array a
 * list. A member that a record does not have is not there, which is not the same as {@code null}.
 *
 * <p><b>Pages</b> are read as {@link #pages} says, several at once where that is possible, and delivered in order. A page
 * is read whole before its first record counts.
 *
 * <p><b>The end</b> is never assumed. A status other than 200, an empty answer, HTML or an error object in place of the
 * records, an answer that was cut off, text that is no JSON: each fails the reading, with a code ({@code E-HTTP-...}), the
 * page, its status and the number of attempts. What tells that records may be missing makes the reading incomplete, so
 * that nothing is deleted: pages that shift, repeat or lead back, records that come twice, a total that changes or is
 * not reached, a limit of pages, records or requests. A record whose texts cannot be stored anywhere or do not fit
 * {@link #types} is rejected.
 */
public final class HttpResource implements Source<Row> {

    private static final PageReader.Tracker NOTHING_TRACKED = (value, where) -> {};

    private final HttpApi api;
    private final ResourceOptions options;

    private HttpResource(HttpApi api, ResourceOptions options) {
        this.api = api;
        this.options = options;
    }

    static HttpResource of(HttpApi api, String path) {
        return new HttpResource(api, new ResourceOptions(RequestUri.below(api.base(), path)));
    }

    private HttpResource with(Consumer<ResourceOptions> change) {
        return new HttpResource(api, options.with(change));
    }

    /**
     * Returns the resource at an address, of an API that needs nothing special.
     *
     * @param uri where it is, for example {@code https://api.example.com/customers}
     * @return the resource; nothing is sent yet
     * @throws IllegalArgumentException when that is no address of HTTP, or has a password in it
     */
    public static HttpResource get(String uri) {
        return HttpApi.at(uri).get("");
    }

    // ---------------------------------------------------------------- the request

    /**
     * Adds a parameter to the query of every request. All of that name are replaced. Several values repeat the parameter
     * in their order, as in {@code ?status=new&status=paid}; no value removes it.
     *
     * @param name the parameter's name
     * @param values its values, whose texts are sent; encoded here
     * @return the resource with that parameter
     * @throws IllegalArgumentException when the name is blank
     * @throws NullPointerException when a value is null
     */
    public HttpResource query(String name, Object... values) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a parameter needs a name that is not blank");
        }
        List<String> texts = new ArrayList<>(values.length);
        for (Object value : values) {
            Objects.requireNonNull(value, "a parameter has no value that is null: leave it out");
            texts.add(value instanceof BigDecimal number ? number.toPlainString() : value.toString());
        }
        return with(changed -> changed.uri = RequestUri.with(options.uri, name, texts));
    }

    /**
     * Adds a header to every request. One of that name is replaced.
     *
     * @param name the header's name
     * @param value its value; no secret
     * @return the resource with that header
     * @throws IllegalArgumentException when that is no header, or one that carries secrets: these are said with the
     *     authentication of the API
     */
    public HttpResource header(String name, String value) {
        Header header = HeaderRules.checked(name, value);
        List<Header> headers = new ArrayList<>(options.headers.stream()
                .filter(other -> !other.name().equalsIgnoreCase(name))
                .toList());
        headers.add(header);
        return with(changed -> changed.headers = List.copyOf(headers));
    }

    // ---------------------------------------------------------------- the format

    /**
     * Says where in the document the array of records is.
     *
     * @param pointer the way to the array as a JSON Pointer (RFC 6901), for example {@code /data/items}; empty for the
     *     document itself, which is so without this
     * @return the resource with that array
     * @throws IllegalArgumentException when that is no pointer, or {@link #lines()} or {@link #decodedBy} were said
     */
    public HttpResource records(String pointer) {
        Pointer parsed = Pointer.parsed(pointer);
        if (options.form != ResourceOptions.Form.DOCUMENT && !parsed.isDocument()) {
            throw oneForm();
        }
        return with(changed -> changed.records = parsed);
    }

    /**
     * Says that the body is JSON Lines: each line is an object.
     *
     * @return the resource read in that way
     * @throws IllegalArgumentException when {@link #records} or {@link #decodedBy} were said
     */
    public HttpResource lines() {
        if (!options.records.isDocument() || options.form == ResourceOptions.Form.DECODED) {
            throw oneForm();
        }
        return with(changed -> changed.form = ResourceOptions.Form.LINES);
    }

    /**
     * Reads bodies that are neither JSON nor JSON Lines. Any content type but HTML is taken, unless {@link #accepting}
     * names some.
     *
     * @param decoder makes rows of a body
     * @return the resource read in that way
     * @throws IllegalArgumentException when {@link #records} or {@link #lines()} were said
     */
    public HttpResource decodedBy(BodyDecoder decoder) {
        if (!options.records.isDocument() || options.form == ResourceOptions.Form.LINES) {
            throw oneForm();
        }
        return with(changed -> {
            changed.form = ResourceOptions.Form.DECODED;
            changed.decoder = decoder;
        });
    }

    private static IllegalArgumentException oneForm() {
        return new IllegalArgumentException(
                "a body has one form: say either records(...), or lines(), or decodedBy(...)");
    }

    /**
     * Takes answers of further content types for the format that is read. Without this they are {@code application/json},
     * {@code text/json} and types that end in {@code +json}, but not {@code application/problem+json}; for JSON Lines
     * {@code application/x-ndjson}, {@code application/ndjson}, {@code application/jsonl}, {@code application/jsonlines},
     * {@code application/x-jsonlines} and {@code application/json-lines}.
     *
     * @param mediaTypes the types, for example {@code text/plain}
     * @return the resource read in that way
     * @throws IllegalArgumentException when one is no type, or has parameters or wildcards
     */
    public HttpResource accepting(String... mediaTypes) {
        List<String> all = Stream.concat(
                        options.accepted.stream(), Stream.of(mediaTypes).map(MediaType::checked))
                .distinct()
                .toList();
        return with(changed -> changed.accepted = all);
    }

    /**
     * Says where the server tells of an error in an answer with status 200: when there is a value other than
     * {@code null}, {@code false} and empty ones, the reading fails. Without this it is {@code /error} and
     * {@code /errors}, unless the document itself is the array of records. May be said several times.
     *
     * @param pointer the way to the value as a JSON Pointer (RFC 6901)
     * @return the resource read in that way
     * @throws IllegalArgumentException when that is no pointer
     */
    public HttpResource failsWhen(String pointer) {
        Pointer parsed = Pointer.parsed(pointer);
        List<Pointer> all = Stream.concat(options.errors.stream(), Stream.of(parsed))
                .distinct()
                .toList();
        return with(changed -> changed.errors = all);
    }

    // ---------------------------------------------------------------- pages

    /**
     * Says how the resource is divided into pages. Without this all records are in one answer, which is incomplete when it
     * tells of more: by a total, a {@code Link} header, or a value at {@code /has_more}, {@code /next}, {@code /next_cursor},
     * {@code /links/next} and the like.
     *
     * @param paging the way from one page to the next
     * @return the resource read in that way
     */
    public HttpResource pages(Paging paging) {
        return with(changed -> changed.paging = paging);
    }

    /**
     * Says how many pages are asked for at once, where their addresses are known beforehand: by number and by offset.
     * With other pagings the next page is fetched while one is delivered. The memory that a reading needs grows with it.
     *
     * @param pages the number of pages, 1 to 32; 2 without this
     * @return the resource read in that way
     * @throws IllegalArgumentException when the number is another one
     */
    public HttpResource ahead(int pages) {
        if (pages < 1 || pages > ResourceOptions.MOST_AHEAD) {
            throw new IllegalArgumentException(
                    "1 to " + ResourceOptions.MOST_AHEAD + " pages can be asked for at once, not " + pages);
        }
        return with(changed -> changed.ahead = pages);
    }

    /**
     * Says where in the document the server tells how many records there are on all pages together. When it changes, or
     * another number of records came at the end, the reading is incomplete.
     *
     * @param pointer the way to the number as a JSON Pointer (RFC 6901), for example {@code /meta/total}
     * @return the resource read in that way
     * @throws IllegalArgumentException when that is no pointer
     */
    public HttpResource total(String pointer) {
        Pointer parsed = Pointer.parsed(pointer);
        return with(changed -> {
            changed.total = parsed;
            changed.totalHeader = null;
        });
    }

    /**
     * Says which header tells how many records there are on all pages together, as {@link #total} does for the body.
     *
     * @param name the header's name, for example {@code X-Total-Count}
     * @return the resource read in that way
     * @throws IllegalArgumentException when the name is blank
     */
    public HttpResource totalHeader(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a header needs a name that is not blank");
        }
        return with(changed -> {
            changed.totalHeader = name;
            changed.total = null;
        });
    }

    /**
     * Names the field that tells records apart, so that one that comes on two pages is noticed and delivered once.
     * Without this records are the same when their whole content is.
     *
     * @param field the field's name; need not be among {@link #fields}
     * @return the resource read in that way
     * @throws IllegalArgumentException when the name is blank
     */
    public HttpResource id(String field) {
        if (field.isBlank()) {
            throw new IllegalArgumentException("a field needs a name that is not blank");
        }
        return with(changed -> changed.id = field);
    }

    /**
     * Reads at most some records: when there are more, the reading is incomplete.
     *
     * @param records the number of records
     * @return the resource read in that way
     * @throws IllegalArgumentException when the number is less than 1
     */
    public HttpResource atMostRecords(long records) {
        if (records < 1) {
            throw new IllegalArgumentException("at least 1 record is read: " + records + " is too small");
        }
        return with(changed -> changed.mostRecords = records);
    }

    // ---------------------------------------------------------------- the records

    /**
     * Means only some fields: these are read, in this order, where a record has them. That none of the records of a source
     * has one of them is a warning.
     *
     * @param names the fields' names as the records have them
     * @return the resource with those fields
     * @throws IllegalArgumentException when there is none, one is blank, or two differ in case only
     */
    public HttpResource fields(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("at least one field must be named");
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("a field needs a name that is not blank");
            }
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("field '" + ShownName.of(name)
                        + "' is there twice, upper and lower case apart: give each field its own name");
            }
        }
        return with(changed -> changed.fields = List.of(names));
    }

    /**
     * Gives fields a type that does not follow from their values: a text can so be read as the date that it means. A
     * record whose value does not fit is rejected. Fields that are not named keep the type that they have.
     *
     * @param types the types by the fields' names
     * @return the resource with those types
     */
    public HttpResource types(Map<String, FieldType> types) {
        Map<String, FieldType> copy = Map.copyOf(types);
        return with(changed -> changed.types = copy);
    }

    /**
     * Makes fields of nested objects, with names such as {@code address.city}. Arrays stay lists, and an empty object
     * stays one. An object that is {@code null} in a record is one field with its own name, {@code address}.
     *
     * @return the resource read in that way
     */
    public HttpResource flatten() {
        return flatten(".");
    }

    /**
     * Makes fields of nested objects, as {@link #flatten()} does, with another separator between the names. A name that
     * contains it already fails the reading, as {@code created_at} does with {@code _}.
     *
     * @param separator what stands between two names, for example {@code _}
     * @return the resource read in that way
     * @throws IllegalArgumentException when it is empty
     */
    public HttpResource flatten(String separator) {
        if (separator.isEmpty()) {
            throw new IllegalArgumentException("names need a separator between them that is not empty");
        }
        return with(changed -> changed.separator = separator);
    }

    /**
     * Keeps answers and asks the server only whether they have changed.
     *
     * @param cache where they are kept; may be shared by several resources
     * @return the resource read in that way
     */
    public HttpResource cache(ResponseCache cache) {
        return with(changed -> changed.cache = cache);
    }

    /**
     * Reads the rows as Java records.
     *
     * @param type the record's class, with a component for each field that it uses
     * @param <R> the record's type
     * @return the source of those records
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
     * @return the source of those records
     */
    public <T> Source<T> as(RecordType<T> type) {
        return Source.typed(this, type);
    }

    /**
     * Reads only what has changed since the last run: the server is asked for records whose field has at least the
     * greatest value that was read before.
     *
     * @param field the field that grows with every change, a number or a time in ISO form, for example
     *     {@code updated_at}; need not be among {@link #fields}
     * @param parameter the parameter that takes the value, for example {@code updated_since}
     * @return the source; its first run reads everything
     * @throws IllegalArgumentException when a name is blank
     */
    public HttpIncremental incrementalBy(String field, String parameter) {
        return HttpIncremental.of(this, field, parameter);
    }

    // ---------------------------------------------------------------- reading

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
        AbsentFields noting = new AbsentFields(receiver, options.fields);
        Completion completion = content(noting, context);
        noting.warning(name()).ifPresent(context::warn);
        return completion;
    }

    /** Reads the records as those of a target, to which fields may be new. */
    Completion content(Receiver<? super Row> receiver, ReadContext context) throws Exception {
        return PageReader.read(api, options, receiver, context, NOTHING_TRACKED);
    }

    @Override
    public String name() {
        return "REST resource " + RequestUri.shown(options.uri);
    }

    @Override
    public Optional<Object> identity() {
        String query = options.uri.getRawQuery();
        String path = options.uri.getRawPath();
        return Optional.of(
                RequestUri.origin(options.uri) + (path == null ? "" : path) + (query == null ? "" : "?" + query));
    }

    @Override
    public String locate(long position) {
        String shown = RequestUri.shown(options.uri);
        long page = Position.page(position);
        if (page == 0) {
            return shown + " record " + position;
        }
        return shown + (options.paging.kind() == Paging.Kind.NONE ? "" : " page " + page + ",") + " record "
                + Position.index(position);
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

    // ---------------------------------------------------------------- for a target

    HttpApi api() {
        return api;
    }

    ResourceOptions options() {
        return options;
    }

    /** Returns the fields that are meant, in order; empty for all. */
    List<String> meantFields() {
        return options.fields;
    }

    /** Returns the types that were given, by the fields' names. */
    Map<String, FieldType> givenTypes() {
        return options.types;
    }

    /** Returns what stands between the names of nested fields, or empty when these stay nested. */
    Optional<String> separator() {
        return Optional.ofNullable(options.separator);
    }

    /**
     * Returns the fields of a target: given types win; the others are those that all values of the first page have.
     * Costs one request, or none when all fields are named and have a type.
     *
     * @return the fields, or empty when there are no records
     */
    Optional<Schema> inferredSchema() throws ReadException, InterruptedException {
        SchemaInference inference = new SchemaInference();
        if (!options.fields.isEmpty() && options.types.keySet().containsAll(options.fields)) {
            return Optional.of(Schema.of(options.fields.stream()
                    .map(name -> Field.of(name, options.types.getOrDefault(name, FieldType.any())))
                    .toList()));
        }
        PageContent page = PageReader.firstPage(api, options.with(changed -> changed.types = Map.of()));
        try {
            for (int i = 0; i < page.count(); i++) {
                Row row = page.row(i);
                if (row != null) {
                    inference.see(row);
                }
            }
            return inference.schema(options.fields, options.types);
        } catch (RowException e) {
            throw new ReadException("E-HTTP-BODY", name() + ": " + e.getMessage());
        }
    }

    // ---------------------------------------------------------------- as a target

    /**
     * Returns this resource as a target, of which it says what is there now, and says how an insert becomes a request.
     *
     * @param method the method, for example {@link HttpMethod#POST}
     * @param path where to, below the address of the API, see {@link HttpTarget#insert}
     * @return the target
     * @throws IllegalArgumentException when that is no path, or the method removes records
     */
    public HttpTarget insert(HttpMethod method, String path) {
        return HttpTarget.of(this).insert(method, path);
    }

    /**
     * Returns this resource as a target, of which it says what is there now, and says how an update becomes a request.
     *
     * @param method the method, for example {@link HttpMethod#PATCH}
     * @param path where to, below the address of the API, for example {@code /customers/{id}}, see
     *     {@link HttpTarget#update(HttpMethod, String)}
     * @return the target
     * @throws IllegalArgumentException when that is no path, or the method removes records
     */
    public HttpTarget update(HttpMethod method, String path) {
        return HttpTarget.of(this).update(method, path);
    }

    /**
     * Returns this resource as a target, of which it says what is there now, and says how an update becomes a request,
     * and which fields it has.
     *
     * @param method the method, for example {@link HttpMethod#POST}
     * @param path where to, below the address of the API, see {@link HttpTarget#update(HttpMethod, String, UpdateBody)}
     * @param body which fields are sent
     * @return the target
     * @throws IllegalArgumentException when that is no path, or the method removes records
     */
    public HttpTarget update(HttpMethod method, String path, UpdateBody body) {
        return HttpTarget.of(this).update(method, path, body);
    }

    /**
     * Returns this resource as a target, of which it says what is there now, and says how a delete becomes a request.
     *
     * @param method the method, for example {@link HttpMethod#DELETE}
     * @param path where to, below the address of the API, for example {@code /customers/{id}}, see
     *     {@link HttpTarget#delete}
     * @return the target
     * @throws IllegalArgumentException when that is no path
     */
    public HttpTarget delete(HttpMethod method, String path) {
        return HttpTarget.of(this).delete(method, path);
    }

    /**
     * Returns this resource as a target, of which it says what is there now, and says how many inserts become a request.
     *
     * @param method the method, for example {@link HttpMethod#POST}
     * @param path where to, below the address of the API
     * @param bulk how many, and what the answer says of each
     * @return the target
     * @throws IllegalArgumentException when that is no path, has fields of records in it, or the method removes records
     */
    public HttpTarget insertMany(HttpMethod method, String path, Bulk bulk) {
        return HttpTarget.of(this).insertMany(method, path, bulk);
    }

    /**
     * Returns this resource as a target, of which it says what is there now, and says how many updates become a request.
     *
     * @param method the method, for example {@link HttpMethod#PATCH}
     * @param path where to, below the address of the API
     * @param bulk how many, and what the answer says of each
     * @return the target
     * @throws IllegalArgumentException when that is no path, has fields of records in it, or the method removes records
     */
    public HttpTarget updateMany(HttpMethod method, String path, Bulk bulk) {
        return HttpTarget.of(this).updateMany(method, path, bulk);
    }

    /**
     * Returns this resource as a target, of which it says what is there now, and says how many deletes become a request.
     *
     * @param method the method, for example {@link HttpMethod#POST}
     * @param path where to, below the address of the API
     * @param bulk how many, and what the answer says of each
     * @return the target
     * @throws IllegalArgumentException when that is no path, or has fields of records in it
     */
    public HttpTarget deleteMany(HttpMethod method, String path, Bulk bulk) {
        return HttpTarget.of(this).deleteMany(method, path, bulk);
    }
}
