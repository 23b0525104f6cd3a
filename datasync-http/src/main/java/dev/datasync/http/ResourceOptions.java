package dev.datasync.http;

import dev.datasync.http.Call.Header;
import dev.datasync.row.FieldType;
import dev.datasync.row.RowShapes;
import dev.datasync.source.ReadException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/** What a user says of a resource. Not changed any more once a resource has it. */
final class ResourceOptions {

    static final int MOST_AHEAD = 32;

    private static final List<Pointer> USUAL_ERRORS = List.of(Pointer.parsed("/error"), Pointer.parsed("/errors"));

    /** Only names that can hardly mean anything else; an object there is no address and no token. */
    private static final List<Pointer> USUAL_MORE = Stream.of(
                    "/has_more",
                    "/hasMore",
                    "/next",
                    "/next_cursor",
                    "/nextCursor",
                    "/next_page_token",
                    "/nextPageToken",
                    "/links/next",
                    "/meta/next")
            .map(Pointer::parsed)
            .toList();

    private static final List<String> LINES = List.of(
            "application/x-ndjson",
            "application/ndjson",
            "application/jsonl",
            "application/x-jsonlines",
            "application/jsonlines",
            "application/json-lines");

    URI uri;
    List<Header> headers = List.of();
    Form form = Form.DOCUMENT;
    Pointer records = Pointer.DOCUMENT;

    @Nullable
    BodyDecoder decoder;

    List<String> accepted = List.of();
    List<Pointer> errors = List.of();
    Paging paging = Paging.NONE;
    int ahead = 2;

    @Nullable
    Pointer total;

    @Nullable
    String totalHeader;

    @Nullable
    String id;

    long mostRecords = Long.MAX_VALUE;
    List<String> fields = List.of();
    Map<String, FieldType> types = Map.of();

    @Nullable
    String separator;

    @Nullable
    ResponseCache cache;

    /** The field that an incremental reading goes by. */
    @Nullable
    String tracked;

    /** How the records lie in the body. */
    enum Form {
        /** In an array of a JSON document. */
        DOCUMENT,
        /** One on each line. */
        LINES,
        /** As somebody's own decoder knows. */
        DECODED
    }

    ResourceOptions(URI uri) {
        this.uri = uri;
    }

    private ResourceOptions(ResourceOptions other) {
        uri = other.uri;
        headers = other.headers;
        form = other.form;
        records = other.records;
        decoder = other.decoder;
        accepted = other.accepted;
        errors = other.errors;
        paging = other.paging;
        ahead = other.ahead;
        total = other.total;
        totalHeader = other.totalHeader;
        id = other.id;
        mostRecords = other.mostRecords;
        fields = other.fields;
        types = other.types;
        separator = other.separator;
        cache = other.cache;
        tracked = other.tracked;
    }

    /** Returns a copy that was changed before anybody has it. */
    ResourceOptions with(Consumer<ResourceOptions> change) {
        ResourceOptions copy = new ResourceOptions(this);
        change.accept(copy);
        return copy;
    }

    /**
     * Checks what was said together.
     *
     * @throws ReadException when something is asked for that is never there, so that the end would come too early
     */
    void check(String name) throws ReadException {
        Pointer next = paging.pointer();
        if (form != Form.DOCUMENT && (next != null || total != null || !errors.isEmpty())) {
            throw new ReadException(
                    "E-HTTP-PAGING",
                    name + ": " + (form == Form.LINES ? "JSON Lines have" : "a body with a decoder of its own has")
                            + " no place beside the records where a pointer of pages(...), total(...) or failsWhen(...) could"
                            + " lead: page by a Link header, number, offset or keyset, and say totalHeader(...)");
        }
        if (next != null && next.isWithin(records)) {
            throw new ReadException(
                    "E-HTTP-PAGING",
                    name + ": '" + next + "', which leads to the next page, lies inside of the records at '" + records
                            + "': say with records(...) where the records are");
        }
        if (total != null && total.isWithin(records)) {
            throw new ReadException(
                    "E-HTTP-PAGING",
                    name + ": '" + total
                            + "', where the number of all records should be, lies inside of the records at '" + records
                            + "': say with records(...) where the records are");
        }
    }

    boolean hasTotal() {
        return total != null || totalHeader != null;
    }

    boolean keepsTree() {
        return paging.kind() == Paging.Kind.FUNCTION;
    }

    /** Returns where a value means that the server tells of an error. */
    List<Pointer> errorsAt() {
        if (!errors.isEmpty() || form != Form.DOCUMENT || records.isDocument()) {
            return errors;
        }
        return USUAL_ERRORS.stream().filter(usual -> !records.isWithin(usual)).toList();
    }

    /** Returns where servers usually say that there are more pages, when nothing is said of pages. */
    List<Pointer> moreAt() {
        if (paging.kind() != Paging.Kind.NONE || form != Form.DOCUMENT || records.isDocument()) {
            return List.of();
        }
        return USUAL_MORE.stream()
                .filter(usual -> !records.isWithin(usual) && !usual.isWithin(records))
                .toList();
    }

    /** Returns all places around the records whose values are needed. */
    List<Pointer> wanted() {
        List<Pointer> wanted = new ArrayList<>(errorsAt());
        wanted.addAll(moreAt());
        if (total != null) {
            wanted.add(total);
        }
        Pointer next = paging.pointer();
        if (next != null) {
            wanted.add(next);
        }
        return wanted;
    }

    boolean accepts(MediaType type) {
        if (accepted.contains(type.name())) {
            return true;
        }
        return switch (form) {
            case DOCUMENT -> type.isJson();
            case LINES -> LINES.contains(type.name());
            case DECODED -> accepted.isEmpty() && !type.isHtml();
        };
    }

    /** Returns what the server is asked for. */
    String acceptHeader() {
        List<String> wanted = new ArrayList<>(
                switch (form) {
                    case DOCUMENT -> List.of("application/json");
                    case LINES -> LINES.subList(0, 3);
                    case DECODED -> List.<String>of();
                });
        wanted.addAll(accepted);
        return wanted.isEmpty() ? "*/*" : String.join(", ", wanted);
    }

    /** Returns what to say when an answer is of another type. */
    String expected() {
        return switch (form) {
            case DOCUMENT -> "JSON";
            case LINES -> "JSON Lines, such as application/x-ndjson,";
            case DECODED -> accepted.isEmpty() ? "anything but HTML" : String.join(" or ", accepted);
        };
    }

    RowShapes shapes() {
        return new RowShapes(fields, types, ResourceOptions::typed);
    }

    private static @Nullable Object typed(FieldType type, Object value) {
        if (type instanceof FieldType.Json && value instanceof String text) {
            // the document is the string itself, and not what the string may contain
            return type.convert(
                    '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"');
        }
        return type.convert(value);
    }
}
