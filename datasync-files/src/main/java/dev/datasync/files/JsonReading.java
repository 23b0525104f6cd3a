package dev.datasync.files;

import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.RowException;
import dev.datasync.row.RowShapes;
import dev.datasync.source.ReadException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/**
 * One reading of a file: the way to the array when it is opened, then one record after the other, then the rest of the
 * document. Every failure leaves as a {@link ReadException}, and without the messages of the parser, which quote the
 * file.
 */
final class JsonReading implements Closeable {

    private static final int MOST_SHOWN = 5;
    private static final String LONG_NAME =
            "a name is longer than the " + JsonLimits.LONGEST_NAME + " characters it may have";

    private static final JsonFactory FACTORY =
            JsonFactory.builder().streamReadConstraints(JsonLimits.PARSER).build();

    private final Path path;
    private final JsonOptions options;
    private final FileStamp stamp;
    private final JsonInput input;
    private final JsonParser parser;
    private final RowShapes shapes;
    private final @Nullable String separator;

    private final List<String> names = new ArrayList<>();
    private final List<@Nullable Object> values = new ArrayList<>();

    /** The names of the objects around the array, the innermost first; null for an array. */
    private final Deque<Optional<Names>> around = new ArrayDeque<>();

    /** What the names weigh that are remembered now. */
    private long weightOfNames;

    private Stage stage = Stage.BEFORE;
    private long count;
    private long line;
    private long from;
    private long to;
    private long arrayFrom;
    private long arrayTo;
    private int valuesOfRecord;
    private @Nullable Row row;
    private @Nullable String problem;

    /** The names of an object, to find those that are there twice. */
    private static final class Names {

        private final Set<String> all = new HashSet<>();
        private long weight;
    }

    private enum Stage {
        BEFORE,
        BETWEEN,
        IN_RECORD,
        AFTER,
        TRAILING
    }

    private JsonReading(
            Path path,
            JsonOptions options,
            Map<String, FieldType> types,
            FileStamp stamp,
            JsonInput input,
            JsonParser parser) {
        this.path = path;
        this.options = options;
        this.stamp = stamp;
        this.input = input;
        this.parser = parser;
        this.shapes = new RowShapes(options.fields(), types, JsonValues::typed);
        this.separator = options.separator();
    }

    /**
     * Opens a file and goes to its first record.
     *
     * @param types how the values of fields are converted; those of other fields stay as they are
     */
    @SuppressWarnings("resource") // closed with the reading, or here when there will be none
    static JsonReading open(Path path, JsonOptions options, Map<String, FieldType> types)
            throws ReadException, IOException {
        FileStamp stamp = FileInput.check(path);
        InputStream in = null;
        boolean begun = false;
        try {
            in = FileInput.open(path, options.compression());
            JsonInput input = new JsonInput(in);
            JsonReading reading = new JsonReading(
                    path, options, types, stamp, input, FACTORY.createParser(ObjectReadContext.empty(), input));
            reading.begin();
            begun = true;
            return reading;
        } catch (JacksonIOException e) {
            throw unopened(path, stamp, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw unopened(path, stamp, e);
        } finally {
            if (!begun && in != null) {
                in.close();
            }
        }
    }

    private static ReadException unopened(Path path, FileStamp stamp, IOException e) {
        if (FileInput.isChanged(path, stamp)) {
            return FileInput.changed(path);
        }
        if (e instanceof JsonFault fault) {
            return new ReadException(fault.code(), path + ": " + fault.getMessage());
        }
        return FileInput.unreadable(path, e);
    }

    /** Returns what the file was when this reading began. */
    FileStamp stamp() {
        return stamp;
    }

    /** Returns the number of the record in its array, or its line. */
    long position() {
        return options.isLines() ? line : count;
    }

    /** Returns the record, or null when it cannot be one, see {@link #problem()}. */
    @Nullable
    Row row() {
        return row;
    }

    /** Returns why the record cannot become a row. */
    String problem() {
        return problem == null ? "" : problem;
    }

    /** Returns where in the bytes the record begins. */
    long from() {
        return from;
    }

    /** Returns where in the bytes the record ends. */
    long to() {
        return to;
    }

    /** Returns where in the bytes the content of the array begins. */
    long arrayFrom() {
        return arrayFrom;
    }

    /** Returns where in the bytes the content of the array ends; known after the last record. */
    long arrayTo() {
        return arrayTo;
    }

    // ---------------------------------------------------------------- the document

    private void begin() throws ReadException {
        arrayFrom = input.byteOrderMark();
        if (options.isLines()) {
            stage = Stage.BETWEEN;
            return;
        }
        parsing(() -> {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw failure("E-JSON-EMPTY", null, "the file holds nothing but blanks: was it written to the end?");
            }
            for (int i = 0; i < options.pointer().size(); i++) {
                token = enter(token, i);
            }
            if (token != JsonToken.START_ARRAY) {
                throw failure("E-JSON-POINTER", noArray(token));
            }
            arrayFrom = offset() + 1;
            stage = Stage.BETWEEN;
            return true;
        });
    }

    private String noArray(JsonToken token) {
        String place = options.pointer().isEmpty()
                ? "the document"
                : "'" + options.shownPointer(options.pointer().size()) + "'";
        String found = place + " is " + shown(token) + " and no array of records";
        if (!options.pointer().isEmpty()) {
            return found + ": correct the way in .array(...), or look at where the file comes from";
        }
        return found
                + (token == JsonToken.START_OBJECT
                        ? ": name the way to the array, such as .array(\"/data\"), or say .lines() when each line is an"
                                + " object"
                        : "");
    }

    /** Returns what a value is, an object with its first names: it may be an error in place of the data. */
    private String shown(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> {
                List<String> found = new ArrayList<>();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME && found.size() < MOST_SHOWN) {
                    found.add("'" + Shown.name(parser.currentName()) + "'");
                    if (parser.nextToken().isStructStart()) {
                        parser.skipChildren();
                    }
                }
                yield found.isEmpty() ? "an empty object" : "an object with " + String.join(", ", found);
            }
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            default -> "null";
        };
    }

    /** Goes to the value that a name of the pointer means, from the value before. */
    private JsonToken enter(JsonToken token, int depth) throws ReadException {
        String name = options.pointer().get(depth);
        if (token == JsonToken.START_ARRAY) {
            around.push(Optional.empty());
            for (long index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
                if (name.equals(Long.toString(index))) {
                    return parser.currentToken();
                }
                skip();
            }
            throw failure("E-JSON-POINTER", leadsNowhere(depth, "an array that ends before"));
        }
        if (token != JsonToken.START_OBJECT) {
            throw failure("E-JSON-POINTER", leadsNowhere(depth, shown(token)));
        }
        Names seen = new Names();
        around.push(Optional.of(seen));
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean isThis = parser.currentName().equals(name);
            see(seen, parser.currentName());
            JsonToken value = parser.nextToken();
            if (isThis) {
                return value;
            }
            skip();
        }
        String found = seen.all.isEmpty()
                ? "an empty object"
                : "an object with "
                        + String.join(
                                ", ",
                                seen.all.stream()
                                        .sorted()
                                        .limit(MOST_SHOWN)
                                        .map(each -> "'" + Shown.name(each) + "'")
                                        .toList());
        throw failure("E-JSON-POINTER", leadsNowhere(depth, found));
    }

    private String leadsNowhere(int depth, String found) {
        String place = depth == 0 ? "the document" : "'" + options.shownPointer(depth) + "'";
        return "there is no '" + options.shownPointer(options.pointer().size()) + "' in the document: " + place + " is "
                + found;
    }

    private void see(Names seen, String name) throws ReadException {
        if (!seen.all.add(name)) {
            throw duplicate(name);
        }
        if (seen.all.size() > JsonLimits.MOST_NAMES) {
            throw failure("E-JSON-LIMIT", "an object has more than " + JsonLimits.MOST_NAMES + " members");
        }
        int weight = name.length() + JsonLimits.WEIGHT_OF_A_NAME;
        seen.weight += weight;
        weightOfNames += weight;
        if (weightOfNames > JsonLimits.LONGEST_RECORD) {
            throw failure(
                    "E-JSON-LIMIT",
                    "the names in the objects around the array, or beside it, are too many and too long to be remembered"
                            + " together");
        }
    }

    private void forget(Optional<Names> seen) {
        seen.ifPresent(names -> weightOfNames -= names.weight);
    }

    private ReadException duplicate(String name) {
        return failure(
                "E-JSON-DUP-KEY",
                "'" + Shown.name(name) + "' is there twice in one object, and nobody knows which one counts");
    }

    /** Passes over the present value, whatever is inside. */
    private void skip() throws ReadException {
        Deque<Optional<Names>> open = new ArrayDeque<>();
        JsonToken token = parser.currentToken();
        while (true) {
            switch (token) {
                case START_OBJECT -> open.push(Optional.of(new Names()));
                case START_ARRAY -> open.push(Optional.empty());
                case END_OBJECT, END_ARRAY -> forget(open.pop());
                case PROPERTY_NAME -> see(open.element().orElseThrow(), parser.currentName());
                default -> {}
            }
            if (open.isEmpty()) {
                return;
            }
            token = parser.nextToken();
        }
    }

    /** Reads what is behind the array. */
    private void finish() throws ReadException {
        arrayTo = offset();
        stage = Stage.AFTER;
        input.end();
        while (!around.isEmpty()) {
            Optional<Names> seen = around.pop();
            for (JsonToken token = parser.nextToken(); !token.isStructEnd(); token = parser.nextToken()) {
                if (seen.isPresent()) {
                    see(seen.get(), parser.currentName());
                    parser.nextToken();
                }
                skip();
            }
            forget(seen);
        }
        stage = Stage.TRAILING;
        if (parser.nextToken() != null) {
            throw trailing();
        }
    }

    private ReadException trailing() {
        return failure(
                "E-JSON-TRAILING",
                "there is more behind the end of the document: were two files put together?"
                        + (options.pointer().isEmpty() ? " When each line is an array or object, say .lines()" : ""));
    }

    // ---------------------------------------------------------------- records

    /** Goes to the next record. Returns false when the document was read to its end, which is as it should be. */
    boolean next() throws ReadException {
        return parsing(() -> options.isLines() ? nextLine() : nextElement());
    }

    private boolean nextElement() throws ReadException {
        if (stage != Stage.BETWEEN) {
            return false;
        }
        if (parser.nextToken() == JsonToken.END_ARRAY) {
            finish();
            return false;
        }
        count++;
        read();
        return true;
    }

    private boolean nextLine() throws ReadException {
        if (parser.nextToken() == null) {
            arrayTo = Long.MAX_VALUE;
            return false;
        }
        count++;
        long found = parser.currentTokenLocation().getLineNr();
        long wanted = line + 1;
        line = found;
        if (found < wanted) {
            throw failure("E-JSON-LINES", "there is more than one record on the line: give each its own");
        }
        if (found > wanted) {
            line = wanted;
            throw new ReadException(
                    "E-JSON-LINES",
                    FileInput.at(path, wanted) + ": the line is empty: remove it, or is the file damaged?");
        }
        read();
        if (parser.currentLocation().getLineNr() != found) {
            throw failure(
                    "E-JSON-LINES",
                    "the record goes over several lines: if the file is no JSON Lines, leave out" + " .lines()");
        }
        return true;
    }

    private void read() throws ReadException {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.START_OBJECT) {
            String hint = options.isLines() && token == JsonToken.START_ARRAY
                    ? ": is it a document? Then leave out" + " .lines()"
                    : "";
            throw failure("E-JSON-RECORD", "it is " + shown(token) + " and no object" + hint);
        }
        stage = Stage.IN_RECORD;
        from = offset();
        input.begin();
        names.clear();
        values.clear();
        valuesOfRecord = 0;
        problem = null;
        row = null;
        members("");
        to = offset() + 1;
        if (separator == null) {
            Optional<String> twice = shapes.duplicate(names);
            if (twice.isPresent()) {
                throw duplicate(twice.get());
            }
        }
        if (problem == null) {
            try {
                row = shapes.row(names, values);
            } catch (RowException e) {
                problem = e.getMessage();
            }
        }
        stage = Stage.BETWEEN;
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
                        "E-JSON-FLATTEN",
                        "the name '" + Shown.name(name) + "' contains the separator '" + Shown.name(separator)
                                + "' of flatten(...), or ends like it: give another one");
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
        if (name.length() > JsonLimits.LONGEST_NAME) {
            throw failure("E-JSON-LIMIT", LONG_NAME);
        }
        return name;
    }

    private void add(String name, @Nullable Object value) throws ReadException {
        if (names.size() == JsonLimits.MOST_FIELDS) {
            throw failure(
                    "E-JSON-LIMIT", "the record has more than the " + JsonLimits.MOST_FIELDS + " fields it may have");
        }
        names.add(name);
        values.add(value);
    }

    private @Nullable Object value(JsonToken token) throws ReadException {
        if (++valuesOfRecord > JsonLimits.MOST_VALUES) {
            throw failure("E-JSON-LIMIT", "the record has more than " + JsonLimits.MOST_VALUES + " values inside");
        }
        return switch (token) {
            case VALUE_STRING -> text(parser.getString());
            case VALUE_NUMBER_INT -> whole();
            case VALUE_NUMBER_FLOAT -> number(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case START_ARRAY -> list();
            case START_OBJECT -> map();
            default -> null;
        };
    }

    private String text(String text) {
        if (problem == null && RowShapes.hasLoneSurrogate(text)) {
            problem = "a text in it has half of a character that needs two, such as \\ud800, which nothing can store";
        }
        return text;
    }

    private Object whole() throws ReadException {
        JsonParser.NumberType size = parser.getNumberType();
        return size == JsonParser.NumberType.BIG_INTEGER ? number(parser.getString()) : (Object) parser.getLongValue();
    }

    private BigDecimal number(String text) throws ReadException {
        try {
            BigDecimal number = new BigDecimal(text);
            if (JsonLimits.isReasonable(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // its exponent is beyond that of any number, or it is Jackson's word for one
        }
        throw tooManyDigits();
    }

    private ReadException tooManyDigits() {
        return failure(
                "E-JSON-NUMBER",
                "a number has more than " + JsonLimits.MOST_DIGITS
                        + " digits when it is written out: nobody means that");
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
            String name = text(parser.currentName());
            if (map.containsKey(name)) {
                throw duplicate(name);
            }
            map.put(name, value(parser.nextToken()));
        }
        return Collections.unmodifiableMap(map);
    }

    // ---------------------------------------------------------------- failures

    /** Something that the parser may fail in. */
    @FunctionalInterface
    private interface Parsing {
        boolean parse() throws ReadException;
    }

    private boolean parsing(Parsing work) throws ReadException {
        try {
            return work.parse();
        } catch (JacksonException e) {
            throw translated(e);
        } catch (RuntimeException e) {
            // its message may quote the file
            throw failure(
                    "E-JSON-PARSER", "the parser failed with " + e.getClass().getName());
        }
    }

    private ReadException translated(JacksonException e) {
        TokenStreamLocation place = e.getLocation();
        if (e.getCause() instanceof JsonFault fault) {
            return failure(fault.code(), null, fault.getMessage());
        }
        if (e.getCause() instanceof IOException cause) {
            return unopened(path, stamp, cause);
        }
        if (e instanceof StreamConstraintsException) {
            return limit(String.valueOf(e.getOriginalMessage()));
        }
        boolean isCut =
                e instanceof UnexpectedEndOfInputException || place != null && input.endsAt(place.getByteOffset());
        if (isCut && stage != Stage.TRAILING) {
            return failure(
                    "E-JSON-TRUNCATED",
                    place,
                    "the file ends in the middle of the document: it was cut off, or is still being written");
        }
        if (stage == Stage.TRAILING) {
            return trailing();
        }
        return failure(
                "E-JSON-SYNTAX",
                place,
                "this is no JSON: look for a comma or quote that is missing or too much, for a comment, for NaN, and for"
                        + " line breaks and backslashes inside texts");
    }

    /** Tells by the parser's words, which are not shown, what is too large. */
    private ReadException limit(String words) {
        if (words.startsWith("Number")) {
            return tooManyDigits();
        }
        if (words.contains("nesting depth")) {
            return failure("E-JSON-LIMIT", "values are nested deeper than " + JsonLimits.DEEPEST + " levels");
        }
        if (words.startsWith("Name")) {
            return failure("E-JSON-LIMIT", LONG_NAME);
        }
        return failure(
                "E-JSON-LIMIT",
                "a text is longer than the " + (JsonLimits.LONGEST_RECORD >> 20) + " MiB that it may have");
    }

    private ReadException failure(String code, String message) {
        return failure(code, parser.currentTokenLocation(), message);
    }

    private ReadException failure(String code, @Nullable TokenStreamLocation place, String message) {
        // what looks like a mistake may be a file that somebody is writing
        return FileInput.isChanged(path, stamp)
                ? FileInput.changed(path)
                : new ReadException(code, at(place) + ": " + message);
    }

    private String at(@Nullable TokenStreamLocation place) {
        String lineAndColumn = place == null || place.getLineNr() <= 0
                ? ""
                : "line " + place.getLineNr() + ", column " + place.getColumnNr();
        if (options.isLines()) {
            return lineAndColumn.isEmpty() ? FileInput.at(path, line) : path + " " + lineAndColumn;
        }
        boolean isRecord = count > 0 && (stage == Stage.BETWEEN || stage == Stage.IN_RECORD);
        if (!isRecord) {
            return lineAndColumn.isEmpty() ? path.toString() : path + " " + lineAndColumn;
        }
        return path + " record " + count + (lineAndColumn.isEmpty() ? "" : " (" + lineAndColumn + ")");
    }

    private long offset() {
        return input.byteOrderMark() + parser.currentTokenLocation().getByteOffset();
    }

    /** Fails when the file is no longer the one that was opened. */
    void requireUnchanged() throws ReadException {
        if (FileInput.isChanged(path, stamp)) {
            throw FileInput.changed(path);
        }
    }

    @Override
    public void close() throws IOException {
        try (input) {
            parser.close();
        } catch (JacksonException e) {
            throw new IOException(path + " cannot be closed");
        }
    }
}
