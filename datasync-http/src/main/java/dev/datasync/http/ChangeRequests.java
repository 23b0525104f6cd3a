package dev.datasync.http;

import dev.datasync.change.Change;
import dev.datasync.http.Call.Header;
import dev.datasync.http.Call.Safety;
import dev.datasync.match.Difference;
import dev.datasync.row.ConversionException;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes requests of changes. Safe for use by several threads. */
final class ChangeRequests {

    private static final String WEAK = "W/";

    /** The type of bodies of which a server merges nested objects. */
    private static final String MERGED = "application/merge-patch+json";

    private final URI base;
    private final TargetOptions options;
    private final Schema schema;
    private final List<String> keyFields;
    private final @Nullable String separator;

    ChangeRequests(URI base, TargetOptions options, Schema schema, List<String> keyFields, @Nullable String separator) {
        this.base = base;
        this.options = options;
        this.schema = schema;
        this.keyFields = keyFields;
        this.separator = separator;
    }

    // ---------------------------------------------------------------- which fields

    /** Returns the fields that a change sends; of a delete those of its key. */
    Row fields(Change<Row> change, Declared declared) {
        if (change instanceof Change.Insert<Row> insert) {
            return writable(insert.after(), Set.of());
        }
        if (change instanceof Change.Update<Row> update) {
            Set<String> changed = new LinkedHashSet<>();
            for (Difference difference : update.differences()) {
                changed.add(difference.field());
            }
            if (declared.body() == UpdateBody.CHANGED_FIELDS) {
                return writable(update.after().select(together(update.after(), changed)), Set.of());
            }
            Set<String> left = new LinkedHashSet<>();
            if (declared.method() == HttpMethod.PATCH) {
                declared.path().names().forEach(name -> left.add(stored(name)));
                left.removeAll(changed);
            }
            return writable(update.after(), left);
        }
        return identity(((Change.Delete<Row>) change).before());
    }

    /**
     * Returns the names of fields to be sent for some that differ: of a member that was flattened all fields, because many
     * servers put a nested object in the place of the old one and do not merge it.
     */
    private String[] together(Row row, Set<String> changed) {
        if (separator == null || options.mediaType.startsWith(MERGED)) {
            return changed.toArray(String[]::new);
        }
        Set<String> members = new HashSet<>();
        changed.forEach(name -> members.add(member(name)));
        return row.schema().names().stream()
                .filter(name -> changed.contains(name) || members.contains(member(name)))
                .toArray(String[]::new);
    }

    private String member(String name) {
        int end = separator == null ? -1 : name.indexOf(separator);
        return end < 0 ? name : name.substring(0, end);
    }

    private String stored(String name) {
        return schema.has(name) ? schema.field(name).name() : name;
    }

    private Row writable(Row row, Set<String> left) {
        Schema fields = row.schema();
        List<String> names = new ArrayList<>(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.field(i).name();
            boolean isReadOnly = fields.field(i).is(Field.Trait.READ_ONLY)
                    || schema.has(name) && schema.field(name).is(Field.Trait.READ_ONLY);
            if (!isReadOnly && !left.contains(name)) {
                names.add(name);
            }
        }
        return names.size() == fields.size() ? row : row.select(names.toArray(String[]::new));
    }

    /** Returns what tells a record from others: the fields of its key, and those that the server has made. */
    private Row identity(Row record) {
        Set<String> names = new LinkedHashSet<>();
        keyFields.stream().filter(record::has).forEach(names::add);
        options.generated.keySet().stream()
                .map(this::stored)
                .filter(record::has)
                .forEach(names::add);
        return record.select(names.toArray(String[]::new));
    }

    // ---------------------------------------------------------------- one change

    /**
     * Returns the request of one change.
     *
     * @param fields the fields that it sends
     * @throws Refused when it cannot become a request
     */
    Call single(Change<Row> change, Declared declared, Row fields) throws Refused {
        List<Header> headers = new ArrayList<>();
        URI uri = declared.path().uri(base, WriteKind.record(change));
        if (options.ifMatch.isPresent() && declared.kind() != WriteKind.INSERT) {
            headers.add(new Header("If-Match", tag(options.ifMatch.get(), WriteKind.record(change))));
        }
        Object content = declared.method() == HttpMethod.DELETE
                ? null
                : declared.kind() == WriteKind.DELETE && options.mapping.isEmpty() ? null : content(change, fields);
        Call.Body body = content == null ? null : body(JsonBody.wrapped(options.bodyAt, content));
        return call(declared, uri, headers, body, "the " + declared.kind().word() + " of " + change.key());
    }

    private @Nullable Object content(Change<Row> change, Row fields) throws Refused {
        if (options.mapping.isEmpty()) {
            return JsonBody.object(fields, separator);
        }
        Object made;
        try {
            made = options.mapping.get().body(change, fields);
        } catch (Exception e) {
            throw new Refused("body(...) threw " + e.getClass().getName());
        }
        return made instanceof Row row ? JsonBody.object(row, separator) : made;
    }

    private Call.Body body(@Nullable Object content) throws Refused {
        return new Call.Body(JsonBody.bytes(content), options.mediaType);
    }

    private Call call(Declared declared, URI uri, List<Header> headers, Call.@Nullable Body body, String what) {
        Safety safety = safety(declared);
        if (safety == Safety.ONCE && options.keyHeader.isPresent()) {
            headers.add(new Header(options.keyHeader.get(), UUID.randomUUID().toString()));
            safety = Safety.IDEMPOTENT;
        }
        return new Call(
                declared.method().name(),
                uri,
                List.copyOf(headers),
                body,
                safety,
                what,
                declared.path().shownBelow(base));
    }

    /** Tells whether requests can be repeated only because the server knows their keys. */
    boolean isKeyed(Declared declared) {
        return options.keyHeader.isPresent() && safety(declared) == Safety.ONCE;
    }

    private Safety safety(Declared declared) {
        boolean isWhole = declared.kind() != WriteKind.UPDATE || declared.body() == UpdateBody.WHOLE_RECORD;
        boolean isSame = switch (declared.method()) {
            case DELETE -> true;
            // a condition is not fulfilled any more when the first attempt has arrived
            case PUT -> isWhole && (declared.kind() == WriteKind.INSERT || options.ifMatch.isEmpty());
            case POST, PATCH -> false;
        };
        return isSame ? Safety.IDEMPOTENT : Safety.ONCE;
    }

    /** Returns a version as it goes into If-Match. */
    private static String tag(String field, Row record) throws Refused {
        Object value = record.has(field) ? record.value(field) : null;
        String text = "";
        try {
            text = value == null ? "" : (String) FieldType.text().convert(value);
        } catch (ConversionException e) {
            // is none then
        }
        if (text.startsWith(WEAK)) {
            throw new Refused("field '" + field + "' has a weak version (W/...), which cannot be used for If-Match");
        }
        boolean isQuoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        String inner = isQuoted ? text.substring(1, text.length() - 1) : text;
        if (inner.isEmpty() || !inner.chars().allMatch(c -> c > ' ' && c < 127 && c != '"')) {
            throw new Refused("field '" + field + "' has no version that can be used for If-Match");
        }
        return '"' + inner + '"';
    }

    // ---------------------------------------------------------------- many changes

    /**
     * Returns what one change is in a request for many.
     *
     * @throws Refused when it cannot become a part of a request
     */
    JsonBody.Written item(Change<Row> change, Declared declared, Row fields) throws Refused {
        Row sent = fields;
        if (change instanceof Change.Update<Row> update && options.mapping.isEmpty()) {
            Set<String> names =
                    new LinkedHashSet<>(identity(update.before()).schema().names());
            names.removeIf(name -> !update.after().has(name));
            names.addAll(fields.schema().names());
            sent = update.after().select(names.toArray(String[]::new));
        }
        Object content = content(change, sent);
        if (content == null) {
            throw new Refused("body(...) returned null, and a request for many changes needs something for each");
        }
        // now, so that a value without a form in JSON rejects its own change only
        return JsonBody.written(content);
    }

    /** Returns the request of many changes. */
    Call bulk(Declared declared, Bulk bulk, List<JsonBody.Written> items) throws Refused {
        List<Header> headers = new ArrayList<>();
        return call(
                declared,
                declared.path().uri(base, schema.select().row()),
                headers,
                body(JsonBody.wrapped(bulk.itemsAt(), items)),
                items.size() + " " + declared.kind().word() + "s");
    }
}
