package dev.datasync.http;

import dev.datasync.change.Change;
import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out by reading one record whether a change was done whose answer was lost. Safe for use by several threads. */
final class LookUps {

    private final URI base;
    private final TargetOptions.Lookup lookup;
    private final Schema schema;
    private final @Nullable String separator;
    private final Requests requests;

    LookUps(URI base, TargetOptions.Lookup lookup, Schema schema, @Nullable String separator, Requests requests) {
        this.base = base;
        this.lookup = lookup;
        this.schema = schema;
        this.separator = separator;
        this.requests = requests;
    }

    /** What the record says of the change. */
    enum Finding {
        /** It was done. */
        DONE,
        /** It was not done, and can be sent again. */
        NOT_DONE,
        /** The record is neither as it was nor as it should be. */
        OTHER,
        /** There is no telling. */
        UNKNOWN
    }

    /**
     * What was found.
     *
     * @param finding what it says
     * @param record the record, if there is one
     */
    record Found(Finding finding, Optional<Object> record) {

        static Found of(Finding finding) {
            return new Found(finding, Optional.empty());
        }
    }

    /** Thrown when there is no telling. */
    private static final class Untold extends Exception {

        private static final long serialVersionUID = 1L;

        Untold() {
            super(null, null, false, false);
        }
    }

    /**
     * Reads the record of a change.
     *
     * @param sent the fields that were sent
     */
    Found find(Change<Row> change, Row sent) {
        Optional<Object> record;
        try {
            record = read(change);
        } catch (Untold e) {
            return Found.of(Finding.UNKNOWN);
        }
        return new Found(finding(change, sent, record), record);
    }

    private Finding finding(Change<Row> change, Row sent, Optional<Object> record) {
        if (change instanceof Change.Delete<Row>) {
            return record.isEmpty() ? Finding.DONE : Finding.NOT_DONE;
        }
        if (record.isEmpty()) {
            return change instanceof Change.Insert<Row> ? Finding.NOT_DONE : Finding.OTHER;
        }
        if (isEqual(sent, record.get(), sent)) {
            return Finding.DONE;
        }
        return change instanceof Change.Update<Row> update && isEqual(update.before(), record.get(), sent)
                ? Finding.NOT_DONE
                : Finding.OTHER;
    }

    private Optional<Object> read(Change<Row> change) throws Untold {
        URI uri;
        try {
            uri = lookup.path().uri(base, WriteKind.record(change));
        } catch (Refused e) {
            // the record has no address before the server has given it one
            throw new Untold();
        }
        Call call = new Call(
                "GET",
                uri,
                List.of(),
                null,
                Call.Safety.SAFE,
                "the look-up of " + change.key(),
                lookup.path().shownBelow(base));
        Answer answer = requests.send(call).answer();
        if (answer == null) {
            throw new Untold();
        }
        if (answer.status() == 404 || answer.status() == 410) {
            return Optional.empty();
        }
        if (answer.status() == 204 || !answer.isSuccess()) {
            throw new Untold();
        }
        return only(answer);
    }

    /** Returns the one record of an answer. */
    private Optional<Object> only(Answer answer) throws Untold {
        Optional<Object> found;
        try {
            found = JsonAnswer.parsed(answer.body()).flatMap(document -> JsonAnswer.at(document, lookup.pointer()));
        } catch (ReadException e) {
            throw new Untold();
        }
        if (found.isPresent() && found.get() instanceof List<?> records) {
            if (records.isEmpty()) {
                return Optional.empty();
            }
            found = records.size() == 1 ? Optional.ofNullable(records.get(0)) : Optional.empty();
        }
        if (found.isEmpty() || !(found.get() instanceof Map)) {
            throw new Untold();
        }
        return found;
    }

    /** Tells whether a record has the values of a row in some fields. */
    private boolean isEqual(Row row, Object record, Row fields) {
        for (int i = 0; i < fields.schema().size(); i++) {
            String name = fields.schema().field(i).name();
            Object value = row.has(name) ? row.value(name) : null;
            Object found = JsonAnswer.field(record, name, separator).orElse(null);
            FieldType type = schema.has(name) ? schema.field(name).type() : FieldType.any();
            if (!isEqual(type, value, found)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEqual(FieldType type, @Nullable Object value, @Nullable Object found) {
        if (value == null || found == null) {
            return value == found;
        }
        try {
            return Objects.deepEquals(typed(type, value, false), typed(type, found, true));
        } catch (ConversionException | Refused e) {
            return false;
        }
    }

    /** Returns a value in the one form that its type has; of a document that was read, a text is a string of JSON. */
    static Object typed(FieldType type, Object value, boolean isRead) throws Refused {
        return type instanceof FieldType.Json && (isRead || !(value instanceof String))
                ? type.convert(JsonBody.written(value).text())
                : type.convert(value);
    }
}
