package dev.datasync.http;

import dev.datasync.row.Row;
import dev.datasync.row.RowException;
import dev.datasync.row.RowShapes;
import dev.datasync.source.ReadException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON or JSON Lines of a page, read in one pass: records become rows, and of what is around them only the places
 * that were asked for are kept. Every failure leaves as a {@link ReadException}, and without the messages of the parser,
 * which quote the text.
 */
final class JsonPage {

    private static final int MOST_SHOWN = 5;

    private static final int LONGEST_TEXT = 16 << 20;
    private static final int LONGEST_NAME = 1_024;
    private static final int MOST_FIELDS = 16_384;
    private static final int MOST_RECORDS = 1_000_000;

    /** Of a record, and of what is kept around the records: small values weigh more in memory than in a text. */
    private static final int MOST_VALUES = 500_000;

    private static final int MOST_AROUND = 50_000;

    /** Reading nested values is recursive, here and in those who use the rows. */
    private static final int DEEPEST = 400;

    /** Written out in full: an exponent can make a number of a few characters larger than the memory. */
    private static final int MOST_DIGITS = 1_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(LONGEST_TEXT)
                    .maxNameLength(LONGEST_NAME)
                    .maxNumberLength(MOST_DIGITS + 32)
                    .maxDocumentLength(Long.MAX_VALUE)
                    .maxTokenCount(Long.MAX_VALUE)
                    .build())
            .build();

    private final ResourceOptions options;
    private final RowShapes shapes;
    private final String where;
    private final char[] text;
    private final int length;
    private final JsonParser parser;
    private final PageContent content = new PageContent();
    private final @Nullable String separator;

    private final List<String> names = new ArrayList<>();
    private final List<@Nullable Object> values = new ArrayList<>();

    private boolean isInRecord;
    private boolean isBehind;
    private boolean isFound;
    private boolean hasIds;
    private int valuesOfRecord;
    private int valuesAround;
    private @Nullable String problem;

    /** Why there are no records; an error object tells more, and may come later. */
    private @Nullable ReadException missing;

    /** A place in the document that leads to something that is wanted. */
    private static final class Place {

        private final Map<String, Place> inside = new HashMap<>();
        private int depthOfRecords = -1;
        private boolean isRecords;
        private @Nullable Pointer wanted;
    }

    JsonPage(ResourceOptions options, RowShapes shapes, String where, char[] text, int length) {
        this.options = options;
        this.shapes = shapes;
        this.where = where;
        this.text = text;
        this.length = length;
        this.separator = options.separator;
        this.parser = FACTORY.createParser(ObjectReadContext.empty(), text, 0, length);
    }

    PageContent read() throws ReadException {
        try (parser) {
            if (options.form == ResourceOptions.Form.LINES) {
                lines();
            } else {
                document();
            }
        } catch (JacksonException e) {
            throw translated(e);
        } catch (RuntimeException e) {
            // its message may quote the text
            throw failure(
                    "E-HTTP-JSON", "the parser failed with " + e.getClass().getName());
        }
        String id = options.id;
        if (id != null && content.count() > 0 && !hasIds) {
            throw new ReadException(
                    "E-HTTP-BODY",
                    where + ": no record has the field '" + ShownName.of(id) + "' that id(...) names; the last one has "
                            + shownNames(names));
        }
        return content;
    }

    // ---------------------------------------------------------------- the document

    private void document() throws ReadException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw new ReadException("E-HTTP-EMPTY", where + ": the answer holds nothing but blanks");
        }
        Object tree = visit(token, places());
        isBehind = true;
        if (parser.nextToken() != null) {
            throw trailing();
        }
        if (options.keepsTree()) {
            content.tree(tree);
        }
        for (Pointer error : options.errorsAt()) {
            if (!PageContent.isNothing(content.at(error))) {
                throw new ReadException(
                        "E-HTTP-BODY",
                        where + ": the answer tells of an error at '" + error
                                + "', although its status is that of a success: look at what the server says there");
            }
        }
        if (missing != null) {
            throw missing;
        }
        if (!isFound) {
            throw new ReadException("E-HTTP-BODY", where + ": there is no '" + options.records + "' in the document");
        }
    }

    private Place places() {
        Place root = new Place();
        Place place = root;
        place.depthOfRecords = 0;
        for (int i = 0; i < options.records.names().size(); i++) {
            place = place.inside.computeIfAbsent(options.records.names().get(i), name -> new Place());
            place.depthOfRecords = i + 1;
        }
        place.isRecords = true;
        for (Pointer pointer : options.wanted()) {
            place = root;
            for (String name : pointer.names()) {
                place = place.inside.computeIfAbsent(name, key -> new Place());
            }
            place.wanted = pointer;
        }
        return root;
    }

    /** Passes over a value, and returns it as far as it is kept. */
    private @Nullable Object visit(JsonToken token, @Nullable Place place) throws ReadException {
        if (place != null && place.isRecords) {
            isFound = true;
            if (token == JsonToken.START_ARRAY) {
                records();
                return List.of();
            }
            Object kept = visited(token, place);
            missing = noArray(token, kept);
            return kept;
        }
        int depth = depthOfRecords(place);
        boolean isInside = token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY;
        if (depth >= 0 && !isInside) {
            isFound = true;
            missing = leadsNowhere(depth, word(token));
        }
        Object kept = visited(token, place);
        if (place != null && place.wanted != null) {
            content.put(place.wanted, kept);
        }
        return kept;
    }

    private @Nullable Object visited(JsonToken token, @Nullable Place place) throws ReadException {
        if (options.keepsTree() && ++valuesAround > MOST_AROUND) {
            throw failure(
                    "E-HTTP-LIMIT",
                    "there are more than " + MOST_AROUND
                            + " values around the records, too many to be kept for by(...)");
        }
        return switch (token) {
            case START_OBJECT -> object(place);
            case START_ARRAY -> array(place);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> whole();
            case VALUE_NUMBER_FLOAT -> number(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private Object object(@Nullable Place place) throws ReadException {
        Set<String> seen = new HashSet<>();
        Map<String, @Nullable Object> kept = new LinkedHashMap<>();
        int depth = depthOfRecords(place);
        boolean isThere = false;
        List<String> found = new ArrayList<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_OBJECT; next = parser.nextToken()) {
            String name = parser.currentName();
            if (!seen.add(name)) {
                throw duplicate(name);
            }
            if (found.size() < MOST_SHOWN) {
                found.add(name);
            }
            Place inside = place == null ? null : place.inside.get(name);
            isThere |= inside != null && inside.depthOfRecords >= 0;
            Object value = visit(parser.nextToken(), inside);
            if (options.keepsTree()) {
                kept.put(name, value);
            }
        }
        if (depth >= 0 && !isThere) {
            isFound = true;
            missing = leadsNowhere(depth, found.isEmpty() ? "an empty object" : "an object with " + shownNames(found));
        }
        if (options.keepsTree()) {
            return kept;
        }
        // what it has is told when it is in the place of the records
        return seen.isEmpty() ? Map.of() : found;
    }

    private Object array(@Nullable Place place) throws ReadException {
        List<@Nullable Object> kept = new ArrayList<>();
        int depth = depthOfRecords(place);
        boolean isThere = false;
        long index = 0;
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            Place inside = place == null || place.inside.isEmpty() ? null : place.inside.get(Long.toString(index));
            isThere |= inside != null && inside.depthOfRecords >= 0;
            Object value = visit(next, inside);
            if (options.keepsTree()) {
                kept.add(value);
            }
            index++;
        }
        if (depth >= 0 && !isThere) {
            isFound = true;
            missing = leadsNowhere(depth, "an array that ends before");
        }
        if (options.keepsTree()) {
            return kept;
        }
        return index == 0 ? List.of() : PageContent.FILLED;
    }

    /** Returns how many names of the way to the records lead to a place, or -1 when it is not on that way. */
    private static int depthOfRecords(@Nullable Place place) {
        return place == null || place.isRecords ? -1 : place.depthOfRecords;
    }

    private ReadException noArray(JsonToken token, @Nullable Object kept) {
        boolean isDocument = options.records.isDocument();
        String place = isDocument ? "the document" : "'" + options.records + "'";
        String found = word(token);
        if (token == JsonToken.START_OBJECT) {
            List<String> members = new ArrayList<>();
            if (kept instanceof Map<?, ?> map) {
                map.keySet().forEach(name -> members.add(String.valueOf(name)));
            } else if (kept instanceof List<?> list) {
                list.forEach(name -> members.add(String.valueOf(name)));
            }
            found = members.isEmpty() ? "an empty object" : "an object with " + shownNames(members);
        }
        return failure(
                "E-HTTP-BODY",
                place + " is " + found + " and no array of records: "
                        + (isDocument
                                ? "name the way to the array, such as .records(\"/data\"), or say .lines() when each line is"
                                        + " an object"
                                : "correct the way in .records(...), or look at what the server answers"));
    }

    private ReadException leadsNowhere(int depth, String found) {
        String place = depth == 0 ? "the document" : "'" + options.records.shown(depth) + "'";
        return failure(
                "E-HTTP-BODY",
                "there is no '" + options.records + "' in the document: " + place + " is " + found
                        + "; correct the way in .records(...), or look at what the server answers");
    }

    private static String word(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            default -> "null";
        };
    }

    private static String shownNames(List<String> names) {
        return String.join(
                ", ",
                names.stream()
                        .limit(MOST_SHOWN)
                        .map(name -> "'" + ShownName.of(name) + "'")
                        .toList());
    }

    // ---------------------------------------------------------------- records

    private void records() throws ReadException {
        isInRecord = true;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            record(token);
        }
        isInRecord = false;
    }

    private void lines() throws ReadException {
        isInRecord = true;
        long line = 0;
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            long found = parser.currentTokenLocation().getLineNr();
            if (found <= line) {
                throw failure("E-HTTP-JSON", "there is more than one record on the line: give each its own");
            }
            if (found > line + 1) {
                throw failure("E-HTTP-JSON", "the line before is empty: is the answer damaged?");
            }
            line = found;
            record(token);
            if (parser.currentLocation().getLineNr() != found) {
                throw failure(
                        "E-HTTP-JSON",
                        "the record goes over several lines: if this is no JSON Lines, leave out .lines()");
            }
        }
    }

    private void record(JsonToken token) throws ReadException {
        if (token != JsonToken.START_OBJECT) {
            String hint = options.form == ResourceOptions.Form.LINES && token == JsonToken.START_ARRAY
                    ? ": is it a document? Then leave out .lines()"
                    : "";
            throw failure("E-HTTP-BODY", "it is " + word(token) + " and no object" + hint);
        }
        if (content.count() == MOST_RECORDS) {
            throw failure("E-HTTP-LIMIT", "a page has more than the " + MOST_RECORDS + " records it may have");
        }
        int from = offset();
        names.clear();
        values.clear();
        valuesOfRecord = 0;
        problem = null;
        members("");
        int to = offset() + 1;
        if (separator == null) {
            Optional<String> twice = shapes.duplicate(names);
            if (twice.isPresent()) {
                throw duplicate(twice.get());
            }
        }
        Row row = null;
        if (problem == null) {
            try {
                row = shapes.row(names, values);
            } catch (RowException e) {
                problem = e.getMessage();
            }
        }
        long identity = identity(from, to);
        if (row == null) {
            content.addProblem(String.valueOf(problem), identity);
        } else {
            content.add(row, identity);
        }
        if (options.tracked != null) {
            content.track(valueOf(options.tracked));
        }
        String keyset = options.paging.keysetField();
        if (keyset != null) {
            content.key(valueOf(keyset));
        }
    }

    private @Nullable Object valueOf(String name) {
        int index = names.indexOf(name);
        return index < 0 ? null : values.get(index);
    }

    private long identity(int from, int to) {
        if (options.id != null) {
            Object id = valueOf(options.id);
            if (id != null) {
                hasIds = true;
                return Identity.ofValue(id);
            }
        }
        return Identity.of(text, from, to);
    }

    private int offset() {
        return (int)
                Math.max(0, Math.min(length - 1L, parser.currentTokenLocation().getCharOffset()));
    }

    private void members(String prefix) throws ReadException {
        Set<String> seen = separator == null ? Set.of() : new HashSet<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (separator == null) {
                add(name, value(value));
                continue;
            }
            if (!seen.add(name)) {
                throw duplicate(name);
            }
            // also of 'a_' and '__' nobody could tell afterwards where the name ends
            boolean isSplitThere = (name + separator).indexOf(separator) == name.length();
            if (value == JsonToken.START_OBJECT ? !isSplitThere : name.contains(separator)) {
                throw failure(
                        "E-HTTP-BODY",
                        "the name '" + ShownName.of(name) + "' contains the separator '" + ShownName.of(separator)
                                + "' of flatten(...), or ends like it: give another one, such as flatten(\"__\"), or flatten()"
                                + " and rename the fields");
            }
            if (value == JsonToken.START_OBJECT) {
                int before = names.size();
                members(limited(prefix + name + separator));
                if (names.size() == before) {
                    add(prefix + name, Map.of());
                }
            } else {
                add(limited(prefix + name), value(value));
            }
        }
    }

    private String limited(String name) throws ReadException {
        if (name.length() > LONGEST_NAME) {
            throw longName();
        }
        return name;
    }

    private void add(String name, @Nullable Object value) throws ReadException {
        if (names.size() == MOST_FIELDS) {
            throw failure("E-HTTP-LIMIT", "the record has more than the " + MOST_FIELDS + " fields it may have");
        }
        names.add(name);
        values.add(value);
    }

    private @Nullable Object value(JsonToken token) throws ReadException {
        if (++valuesOfRecord > MOST_VALUES) {
            throw failure("E-HTTP-LIMIT", "the record has more than " + MOST_VALUES + " values inside");
        }
        return switch (token) {
            case VALUE_STRING -> storable(parser.getString());
            case VALUE_NUMBER_INT -> whole();
            case VALUE_NUMBER_FLOAT -> number(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case START_ARRAY -> list();
            case START_OBJECT -> map();
            default -> null;
        };
    }

    private String storable(String found) {
        if (problem == null && RowShapes.hasLoneSurrogate(found)) {
            problem = "a text in it has half of a character that needs two, such as \\ud800, which nothing can store";
        }
        return found;
    }

    private Object whole() throws ReadException {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? number(parser.getString())
                : (Object) parser.getLongValue();
    }

    /** Tells whether a number is one that people mean: an exponent can make a few characters larger than the memory. */
    static boolean isReasonable(BigDecimal number) {
        long before = (long) number.precision() - number.scale();
        return Math.max(before, 0) + Math.max(number.scale(), 0) <= MOST_DIGITS;
    }

    private BigDecimal number(String digits) throws ReadException {
        try {
            BigDecimal number = new BigDecimal(digits);
            if (isReasonable(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // its exponent is beyond that of any number
        }
        throw tooManyDigits();
    }

    private List<@Nullable Object> list() throws ReadException {
        List<@Nullable Object> list = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            list.add(value(token));
        }
        return Collections.unmodifiableList(list);
    }

    private Map<String, @Nullable Object> map() throws ReadException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            String name = storable(parser.currentName());
            if (map.containsKey(name)) {
                throw duplicate(name);
            }
            map.put(name, value(parser.nextToken()));
        }
        return Collections.unmodifiableMap(map);
    }

    // ---------------------------------------------------------------- failures

    private ReadException duplicate(String name) {
        return failure(
                "E-HTTP-JSON",
                "'" + ShownName.of(name) + "' is there twice in one object, and nobody knows which one counts");
    }

    private ReadException trailing() {
        return failure(
                "E-HTTP-JSON",
                "there is more behind the end of the document: are these two answers in one? When each line is an"
                        + " object, say .lines()");
    }

    private ReadException tooManyDigits() {
        return failure(
                "E-HTTP-LIMIT",
                "a number has more than " + MOST_DIGITS + " digits when it is written out: nobody means that");
    }

    private ReadException longName() {
        return failure("E-HTTP-LIMIT", "a name is longer than the " + LONGEST_NAME + " characters it may have");
    }

    private ReadException translated(JacksonException e) {
        if (e instanceof StreamConstraintsException) {
            return limit(String.valueOf(e.getOriginalMessage()));
        }
        if (isBehind) {
            return trailing();
        }
        TokenStreamLocation place = e.getLocation();
        if (e instanceof UnexpectedEndOfInputException || place != null && endsAt(place.getCharOffset())) {
            return failure(
                    "E-HTTP-TRUNCATED",
                    place,
                    "the answer ends in the middle of the document, although the server says that this is all of it: try again"
                            + " later, or ask those who run the server");
        }
        return failure(
                "E-HTTP-JSON",
                place,
                "this is no JSON: look for a comma or quote that is missing or too much, for a comment, for NaN, and for"
                        + " line breaks and backslashes inside texts");
    }

    /** Tells whether at this place the text ends, maybe with the beginning of a number or of one of the words of JSON. */
    private boolean endsAt(long offset) {
        if (offset < 0 || offset > length || length - offset > MOST_DIGITS) {
            return false;
        }
        String rest = new String(text, (int) offset, length - (int) offset);
        boolean isNumber = !rest.isEmpty() && "-+.eE".indexOf(rest.charAt(rest.length() - 1)) >= 0;
        for (int i = 0; i < rest.length() && isNumber; i++) {
            isNumber = "-+.eE0123456789".indexOf(rest.charAt(i)) >= 0;
        }
        return isNumber || "true".startsWith(rest) || "false".startsWith(rest) || "null".startsWith(rest);
    }

    /** Tells by the parser's words, which are not shown, what is too large. */
    private ReadException limit(String words) {
        if (words.startsWith("Number")) {
            return tooManyDigits();
        }
        if (words.contains("nesting depth")) {
            return failure("E-HTTP-LIMIT", "values are nested deeper than " + DEEPEST + " levels");
        }
        if (words.startsWith("Name")) {
            return longName();
        }
        return failure("E-HTTP-LIMIT", "a text is longer than the " + (LONGEST_TEXT >> 20) + " MiB that it may have");
    }

    private ReadException failure(String code, String message) {
        return failure(code, parser.currentTokenLocation(), message);
    }

    private ReadException failure(String code, @Nullable TokenStreamLocation place, String message) {
        String lineAndColumn = place == null || place.getLineNr() <= 0
                ? ""
                : "line " + place.getLineNr() + ", column " + place.getColumnNr();
        String at = isInRecord ? "record " + (content.count() + 1) : "";
        if (!lineAndColumn.isEmpty()) {
            at = at.isEmpty() ? lineAndColumn : at + " (" + lineAndColumn + ")";
        }
        return new ReadException(code, where + (at.isEmpty() ? "" : ", " + at) + ": " + message);
    }
}
