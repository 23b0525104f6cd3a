package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.change.Change;
import dev.datasync.match.Difference;
import dev.datasync.match.Key;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What the tests of JSON files do: what the engine does, without comparing. */
final class Json {

    /** Texts that have broken formats before. */
    static final List<String> NAUGHTY = List.of(
            "",
            " ",
            "null",
            "\r",
            "two\r\nlines",
            "\b\f\u000b\u001f\u007f\u0085",
            "\u2028 and \u2029",
            "\\u0041 \\\" \\",
            "[{\"id\":1}]",
            "/* no comment */ // either",
            "\ufeff\ufffe\uffff",
            "\ud83d\ude00\ud834\udd1e",
            "0x1F, 01, 1e5, NaN, -Infinity",
            "address.city",
            "\u202eright to left\u202c",
            "\u0000 with NUL");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Json() {}

    /** A row and where it was found, or why it could not be read. */
    record Found(long position, @Nullable Row row, String problem) {}

    /** The ways in which records lie in a file. */
    enum Form {
        ARRAY,
        POINTER,
        LINES,
        FLATTENED;

        JsonFile file(Path folder, String name) {
            return switch (this) {
                case ARRAY -> JsonFile.at(folder.resolve(name + ".json"));
                case POINTER -> JsonFile.at(folder.resolve(name + ".json.gz")).array("/data/1/items");
                case LINES -> JsonFile.at(folder.resolve(name + ".jsonl")).lines();
                case FLATTENED ->
                    JsonFile.at(folder.resolve(name + ".zipped")).gzip().flatten("_");
            };
        }

        private Path path(Path folder, String name) {
            String ending = switch (this) {
                case ARRAY -> ".json";
                case POINTER -> ".json.gz";
                case LINES -> ".jsonl";
                case FLATTENED -> ".zipped";
            };
            return folder.resolve(name + ending);
        }

        JsonFile write(Path folder, String name, List<Row> rows) throws IOException {
            List<String> records = rows.stream().map(Json::text).toList();
            String text = switch (this) {
                case ARRAY -> "[" + String.join(",\n ", records) + "]\n";
                case POINTER ->
                    "\ufeff{ \"data\": [0, {\"before\":[1,{}],\r\n\"items\" :[\r\n\t" + String.join(" ,\r\n\t", records)
                            + "\r\n], \"after\": null}] }";
                case LINES -> records.isEmpty() ? "\n" : String.join("\n", records);
                case FLATTENED -> "[\n  " + String.join(",\n  ", records) + "\n]";
            };
            boolean isGzip = this == POINTER || this == FLATTENED;
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            Files.write(path(folder, name), isGzip ? gzip(bytes) : bytes);
            return file(folder, name);
        }

        List<Row> content(Path folder, String name, Schema schema) throws IOException {
            byte[] bytes = Files.readAllBytes(path(folder, name));
            if (this == POINTER || this == FLATTENED) {
                bytes = new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
            }
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (this == LINES) {
                text = "[" + String.join(",", text.lines().toList()) + "]";
            }
            Object document = MAPPER.readValue(text.startsWith("\ufeff") ? text.substring(1) : text, Object.class);
            if (this == POINTER) {
                Map<?, ?> around = (Map<?, ?>) ((List<?>) ((Map<?, ?>) document).get("data")).get(1);
                assertThat(around.keySet()).extracting(String::valueOf).containsExactly("before", "items", "after");
                document = Objects.requireNonNull(around.get("items"));
            }
            List<Row> rows = new ArrayList<>();
            for (Object record : (List<?>) document) {
                @Nullable Object[] values = new @Nullable Object[schema.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = ((Map<?, ?>) record).get(schema.field(i).name());
                }
                rows.add(schema.row(values));
            }
            return rows;
        }
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    /** Returns a row as JSON, by other means than the code under test. */
    static String text(Row row) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (int i = 0; i < row.schema().size(); i++) {
            Object value = row.value(i);
            boolean isDocument = row.schema().field(i).type() instanceof FieldType.Json;
            members.put(
                    row.schema().field(i).name(),
                    isDocument && value != null ? MAPPER.readValue((String) value, Object.class) : value);
        }
        return MAPPER.writeValueAsString(members);
    }

    static List<Found> found(Source<Row> source) throws Exception {
        List<Found> found = new ArrayList<>();
        Completion completion = source.read(
                new Receiver<Row>() {
                    @Override
                    public void accept(Row row) {
                        throw new AssertionError("a row without its position");
                    }

                    @Override
                    public void accept(Row row, long position) {
                        found.add(new Found(position, row, ""));
                    }

                    @Override
                    public void reject(long position, String reason) {
                        found.add(new Found(position, null, reason));
                    }
                },
                new Csv.Reading());
        assertThat(completion).isEqualTo(Completion.complete());
        return found;
    }

    static List<Row> rows(Source<Row> source) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (Found found : found(source)) {
            assertThat(found.problem()).isEmpty();
            rows.add(Objects.requireNonNull(found.row()));
        }
        return rows;
    }

    static ReadException failure(Source<Row> source) {
        return Assertions.catchThrowableOfType(ReadException.class, () -> found(source));
    }

    /** Changes a file as a run would: reads it, writes the changes, commits. */
    static List<Outcome> change(JsonFile file, Change<?>... changes) throws Exception {
        Schema schema = file.storedSchema().orElseThrow();
        found(file.existing());
        return write(file, schema, changes);
    }

    /** Creates a file, or fills an empty one, as a run would. */
    static List<Outcome> create(JsonFile file, Schema incoming, Change<?>... changes) throws Exception {
        assertThat(file.storedSchema()).isEmpty();
        assertThat(found(file.existing())).isEmpty();
        return write(file, file.schemaFor(incoming, List.of()), changes);
    }

    @SuppressWarnings({"try", "unchecked"}) // close() may throw an interrupt; changes of rows, all of them
    static List<Outcome> write(JsonFile file, Schema schema, Change<?>... changes) throws Exception {
        try (ChangeWriter<Row> writer = file.open(new Csv.Writing(schema))) {
            List<Outcome> outcomes = new ArrayList<>();
            for (Change<Row> change :
                    Stream.of(changes).map(each -> (Change<Row>) each).toList()) {
                outcomes.addAll(writer.write(List.of(change)));
            }
            writer.commit();
            return outcomes;
        }
    }

    static Change.Delete<Row> delete(JsonFile file, long position) throws Exception {
        Row row = at(file, position);
        return new Change.Delete<>(key(row), row, position);
    }

    static Change.Update<Row> update(JsonFile file, long position, String field, @Nullable Object value)
            throws Exception {
        return update(at(file, position), position, field, value);
    }

    static Change.Update<Row> update(Row before, long position, Object... namesAndValues) {
        List<Difference> differences = new ArrayList<>();
        Row after = before;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String field = (String) namesAndValues[i];
            Object old = before.has(field) ? before.value(field) : null;
            after = after.with(field, namesAndValues[i + 1]);
            differences.add(new Difference(field, old, namesAndValues[i + 1], Difference.Reason.OTHER_VALUE));
        }
        return new Change.Update<>(key(before), before, after, differences, position, Change.Update.Cause.DIFFERENT);
    }

    static Row at(JsonFile file, long position) throws Exception {
        file.storedSchema();
        for (Found found : found(file.existing())) {
            if (found.position() == position) {
                return Objects.requireNonNull(found.row());
            }
        }
        throw new AssertionError("no record " + position);
    }

    private static Key key(Row row) {
        if (row.schema().size() == 0) {
            return Key.of("none", "");
        }
        String first = row.schema().field(0).name();
        return Key.of(first, Objects.requireNonNullElse(row.value(0), ""));
    }
}
