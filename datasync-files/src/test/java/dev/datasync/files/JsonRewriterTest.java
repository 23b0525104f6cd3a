package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.change.Change;
import dev.datasync.match.Difference;
import dev.datasync.match.Key;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.source.ReadException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("try") // close() may throw an interrupt, which fails the test
class JsonRewriterTest {

    private static final Schema ID_AND_NAME =
            Schema.of(Field.of("id", FieldType.integer()), Field.of("name", FieldType.text()));

    @TempDir
    private Path folder;

    private JsonFile file(String content) {
        return JsonFile.at(Csv.write(folder, "some.json", content));
    }

    private String content() throws Exception {
        return Csv.content(folder.resolve("some.json"));
    }

    private static Change.Insert<Row> insert(Object... namesAndValues) {
        return Csv.insert(namesAndValues);
    }

    // ---------------------------------------------------------------- bytes that stay

    @Test
    void an_update_replaces_the_value_and_nothing_else() throws Exception {
        JsonFile file = file("\ufeff[ {\"id\" : 1.0e0,\"n\\u0061me\":\"a\" , \"x\":{ \"y\":[ ] }},\r\n\r\n{\"id\":2,"
                + "\"name\":\"b\"} ,{\"name\":\"\\u0063\",\"id\":3}\t]\n\n");
        Json.change(file, Json.update(file, 1, "name", "A"), Json.update(file, 3, "id", new BigDecimal("3.5")));
        assertThat(content())
                .isEqualTo("\ufeff[ {\"id\" : 1.0e0,\"n\\u0061me\":\"A\" , \"x\":{ \"y\":[ ] }},\r\n\r\n{\"id\":2,"
                        + "\"name\":\"b\"} ,{\"name\":\"\\u0063\",\"id\":3.5}\t]\n\n");
    }

    @Test
    void a_deleted_record_takes_its_comma_along() throws Exception {
        String content = "[\n  {\"id\":1},\n  {\"id\":2},\n  {\"id\":3}\n]\n";
        JsonFile file = file(content);
        Json.change(file, Json.delete(file, 1));
        assertThat(content()).isEqualTo("[\n  {\"id\":2},\n  {\"id\":3}\n]\n");
        file = file(content);
        Json.change(file, Json.delete(file, 2));
        assertThat(content()).isEqualTo("[\n  {\"id\":1},\n  {\"id\":3}\n]\n");
        file = file(content);
        Json.change(file, Json.delete(file, 3), Json.delete(file, 2));
        assertThat(content()).isEqualTo("[\n  {\"id\":1}\n]\n");
        file = file(content);
        Json.change(file, Json.delete(file, 1), Json.delete(file, 2), Json.delete(file, 3));
        assertThat(content()).isEqualTo("[]\n");
        assertThat(file.storedSchema()).isEmpty();
        file = file(content);
        Json.change(
                file,
                Json.delete(file, 1),
                Json.delete(file, 2),
                Json.delete(file, 3),
                insert("id", 4),
                insert("id", 5));
        assertThat(content()).isEqualTo("[\n  {\"id\":4},\n  {\"id\":5}\n]\n");
    }

    @Test
    void new_records_are_laid_out_like_the_old_ones() throws Exception {
        JsonFile file = file("[\r\n\t{\r\n\t\t\"id\" : 1,\r\n\t\t\"name\" : \"a\"\r\n\t}\r\n]");
        Json.change(file, insert("id", 2, "name", "b"), insert("id", 3));
        assertThat(content())
                .isEqualTo("[\r\n\t{\r\n\t\t\"id\" : 1,\r\n\t\t\"name\" : \"a\"\r\n\t},\r\n\t{\r\n\t\t\"id\" : 2,"
                        + "\r\n\t\t\"name\" : \"b\"\r\n\t},\r\n\t{\r\n\t\t\"id\" : 3\r\n\t}\r\n]");
        file = file("[{\"id\":1}]");
        Json.change(file, insert("id", 2), insert("id", 3));
        assertThat(content()).isEqualTo("[{\"id\":1},{\"id\":2},{\"id\":3}]");
        file = file("[{\"id\": 1, \"name\": \"a\"}, {\"id\": 2}]\n");
        Json.change(file, insert("id", 3, "name", "c"));
        assertThat(content()).isEqualTo("[{\"id\": 1, \"name\": \"a\"}, {\"id\": 2}, {\"id\": 3, \"name\": \"c\"}]\n");
    }

    @Test
    void a_member_that_was_absent_comes_last() throws Exception {
        JsonFile file = file("[{\"id\":1,\"name\":\"a\"},{\"id\":2},{ },{\"id\": 4, \"x\": 0}]");
        Json.change(
                file,
                Json.update(file, 2, "name", "b"),
                Json.update(Row.of("name", null), 3, "name", "c"),
                Json.update(file, 4, "name", null));
        assertThat(content())
                .isEqualTo("[{\"id\":1,\"name\":\"a\"},{\"id\":2,\"name\":\"b\"},{\"name\":\"c\" },"
                        + "{\"id\": 4, \"x\": 0, \"name\": null}]");
        file = file("[\n  {\n    \"id\": 1\n  },\n  {\n    \"id\": 2, \n    \"name\": \"b\"\n  }\n]");
        Json.change(file, Json.update(file, 1, "name", "a"));
        assertThat(content())
                .isEqualTo(
                        "[\n  {\n    \"id\": 1,\n    \"name\": \"a\"\n  },\n  {\n    \"id\": 2, \n    \"name\": \"b\""
                                + "\n  }\n]");
    }

    @Test
    void everything_around_the_array_stays() throws Exception {
        String content =
                "{ \"page\":1e0,\r\n \"data\":{\"items\": [ {\"id\":1} ] ,\"z\":[{\"id\":1}]},\"end\":\"\\u0041\" }\r\n";
        JsonFile file = file(content).array("/data/items");
        Json.change(file, insert("id", 2));
        assertThat(content()).isEqualTo(content.replace("[ {\"id\":1} ]", "[ {\"id\":1}, {\"id\":2} ]"));
        Json.change(file, Json.delete(file, 1), Json.delete(file, 2));
        assertThat(content()).isEqualTo(content.replace("[ {\"id\":1} ]", "[]"));
        Json.create(file, ID_AND_NAME, insert("id", 2, "name", "b"));
        assertThat(Json.rows(file)).containsExactly(Row.of("id", 2L, "name", "b"));
        assertThat(content()).startsWith("{ \"page\":1e0,\r\n").endsWith("\"end\":\"\\u0041\" }\r\n");
    }

    @Test
    void an_empty_array_is_filled_in_the_layout_of_its_document() throws Exception {
        JsonFile file = file("{\n  \"items\": [ ],\n  \"page\": 1\n}\n").array("/items");
        Json.create(file, ID_AND_NAME, insert("id", 1, "name", "a"), insert("id", 2, "name", null));
        assertThat(content())
                .isEqualTo("{\n  \"items\": [\n    {\"id\": 1, \"name\": \"a\"},\n    {\"id\": 2, \"name\": null}\n  ],"
                        + "\n  \"page\": 1\n}\n");
        file = file("{\"items\":[]}").array("/items");
        Json.create(file, ID_AND_NAME, insert("id", 1, "name", "a"), insert("id", 2));
        assertThat(content()).isEqualTo("{\"items\":[{\"id\":1,\"name\":\"a\"},{\"id\":2}]}");
        file = file("[]");
        Json.create(file, ID_AND_NAME, insert("id", 1, "name", "a"));
        assertThat(content()).isEqualTo("[\n  {\"id\": 1, \"name\": \"a\"}\n]");
    }

    @Test
    void lines_keep_their_breaks() throws Exception {
        JsonFile file = file("{\"id\":1}\r\n{\"id\": 2}\r\n\r\n").lines();
        Json.change(file, Json.update(file, 2, "id", 5), insert("id", 3));
        assertThat(content()).isEqualTo("{\"id\":1}\r\n{\"id\": 5}\r\n{\"id\":3}\r\n\r\n");
        file = file("{\"id\":1}").lines();
        Json.change(file, insert("id", 2));
        assertThat(content()).isEqualTo("{\"id\":1}\n{\"id\":2}");
        Json.change(file, Json.delete(file, 1));
        assertThat(content()).isEqualTo("{\"id\":2}");
        Json.change(file, Json.delete(file, 1));
        assertThat(content()).isEqualTo("\n");
        Json.create(file, ID_AND_NAME, insert("id", 1), insert("id", 2));
        assertThat(content()).isEqualTo("{\"id\":1}\n{\"id\":2}\n");
    }

    // ---------------------------------------------------------------- nested values

    @Test
    void nested_values_are_replaced_as_a_whole() throws Exception {
        JsonFile file =
                file("[\n  {\n    \"id\": 1,\n    \"tags\": [\"a\"],\n    \"address\": {\"city\": \"x\"}\n  }\n]");
        assertThat(file.storedSchema().orElseThrow().field("tags").type()).isEqualTo(FieldType.json());
        Json.change(file, Json.update(Json.at(file, 1), 1, "address", "{\"city\":\"y\",\"zip\":[]}"));
        assertThat(content())
                .isEqualTo("[\n  {\n    \"id\": 1,\n    \"tags\": [\"a\"],\n    \"address\": {\n      \"city\": \"y\","
                        + "\n      \"zip\": []\n    }\n  }\n]");
    }

    @Test
    void flattened_fields_are_written_where_they_belong() throws Exception {
        JsonFile file =
                file("[{\"id\":1,\"a\":{\"b\":{\"c\": 1 },\"x\":0}},{\"id\":2,\"a\":{}},{\"id\":3},{\"id\":4,\"a\":null}]")
                        .flatten();
        Json.change(
                file,
                Json.update(file, 1, "a.b.c", 7),
                Json.update(file, 2, "a.b.c", 8),
                Json.update(file, 3, "a.b.c", 9),
                Json.update(file, 4, "a.b.c", 10),
                insert("id", 5, "a.b.c", 11, "a.x", 12),
                insert("id", 6, "a", Map.of()),
                insert("id", 7, "a", null, "a.x", null));
        assertThat(content())
                .isEqualTo("[{\"id\":1,\"a\":{\"b\":{\"c\": 7 },\"x\":0}},{\"id\":2,\"a\":{\"b\":{\"c\":8}}},"
                        + "{\"id\":3,\"a\":{\"b\":{\"c\":9}}},{\"id\":4,\"a\":{\"b\":{\"c\":10}}},"
                        + "{\"id\":5,\"a\":{\"b\":{\"c\":11},\"x\":12}},{\"id\":6,\"a\":{}},{\"id\":7,\"a\":null}]");
    }

    @Test
    void flattening_refuses_a_value_where_names_are_needed() throws Exception {
        JsonFile file = file("[{\"id\":1,\"a\":{\"b\":1}},{\"id\":2,\"a\":5}]").flatten();
        assertThat(Json.change(file, insert("id", 3, "a", 5, "a.b", 6)))
                .satisfiesExactly(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.Rejected.class,
                                rejected -> assertThat(rejected.reason()).contains("'a'")));
        Change<Row> update = Json.update(file, 2, "a.b", 6);
        assertThatThrownBy(() -> Json.change(file, update)).isInstanceOf(NotCommittedException.class);
        assertThat(content()).isEqualTo("[{\"id\":1,\"a\":{\"b\":1}},{\"id\":2,\"a\":5}]");
    }

    // ---------------------------------------------------------------- new files

    @Test
    void a_new_file_is_laid_out_for_people() throws Exception {
        JsonFile file = JsonFile.at(folder.resolve("some.json"));
        Change<?>[] changes = {insert("id", 1, "name", "a"), insert("id", 2, "name", null)};
        Json.create(file, ID_AND_NAME, changes);
        assertThat(content()).isEqualTo("[\n  {\"id\": 1, \"name\": \"a\"},\n  {\"id\": 2, \"name\": null}\n]\n");
        Files.delete(folder.resolve("some.json"));
        Json.create(file.layout(JsonLayout.INDENTED), ID_AND_NAME, changes);
        assertThat(content())
                .isEqualTo(
                        "[\n  {\n    \"id\": 1,\n    \"name\": \"a\"\n  },\n  {\n    \"id\": 2,\n    \"name\": null\n  }\n]\n");
        Files.delete(folder.resolve("some.json"));
        Json.create(file.layout(JsonLayout.COMPACT), ID_AND_NAME, changes);
        assertThat(content()).isEqualTo("[{\"id\":1,\"name\":\"a\"},{\"id\":2,\"name\":null}]\n");
        Files.delete(folder.resolve("some.json"));
        Json.create(file.lines(), ID_AND_NAME, changes);
        assertThat(content()).isEqualTo("{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"name\":null}\n");
        Files.delete(folder.resolve("some.json"));
        Json.create(file.array("/data/all items"), ID_AND_NAME, changes);
        assertThat(content())
                .isEqualTo(
                        "{\n  \"data\": {\n    \"all items\": [\n      {\"id\": 1, \"name\": \"a\"},\n      {\"id\": 2,"
                                + " \"name\": null}\n    ]\n  }\n}\n");
        Files.delete(folder.resolve("some.json"));
        Json.create(file.array("/data").layout(JsonLayout.COMPACT), ID_AND_NAME);
        assertThat(content()).isEqualTo("{\"data\":[]}\n");
    }

    @Test
    void values_without_a_form_in_json_are_text() throws Exception {
        Schema schema = Schema.of(
                Field.of("day", FieldType.date()),
                Field.of("moment", FieldType.instant()),
                Field.of("key", FieldType.uuid()),
                Field.of("bytes", FieldType.binary()),
                Field.of("real", FieldType.float64()),
                Field.of("document", FieldType.json()),
                Field.of("list", FieldType.list(FieldType.any())));
        JsonFile file = JsonFile.at(folder.resolve("some.json"));
        Schema stored = file.schemaFor(schema, List.of());
        Object[] values = {
            LocalDate.of(2025, 12, 31),
            Instant.parse("2025-12-31T23:59:59Z"),
            new UUID(1, 2),
            new byte[] {1, 2, 3},
            0.1,
            "{\"a\":[1.50]}",
            List.of(LocalDate.of(2025, 1, 1), 1.5)
        };
        Object[] namesAndValues = new Object[values.length * 2];
        for (int i = 0; i < values.length; i++) {
            namesAndValues[2 * i] = stored.field(i).name();
            namesAndValues[2 * i + 1] = stored.field(i).type().convert(values[i]);
        }
        Json.create(file, schema, insert(namesAndValues));
        assertThat(content())
                .isEqualTo("[\n  {\"day\": \"2025-12-31\", \"moment\": \"2025-12-31T23:59:59Z\","
                        + " \"key\": \"00000000-0000-0001-0000-000000000002\", \"bytes\": \"AQID\", \"real\": 0.1,"
                        + " \"document\": {\"a\": [1.5]}, \"list\": [\"2025-01-01\", 1.5]}\n]\n");
        assertThat(file.storedSchema()).map(Schema::toString).contains(stored.toString());
    }

    @Test
    void what_json_cannot_hold_is_rejected_with_its_field() throws Exception {
        JsonFile file = file("[{\"id\":1,\"name\":\"a\",\"x\":0}]").types(Map.of("x", FieldType.any()));
        List<Outcome> outcomes = Json.change(
                file,
                Json.update(file, 1, "name", "\ud800"),
                insert("id", 2, "name", "a\udc00"),
                insert("id", 3, "x", Double.NaN),
                insert("id", 4, "x", new BigDecimal("1e2000")),
                insert("id", 5, "x", 1e300));
        assertThat(outcomes.subList(0, 4))
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Rejected.class));
        assertThat(outcomes.get(0).toString()).contains("field 'name'");
        assertThat(outcomes.get(2).toString()).contains("field 'x'").contains("NaN");
        assertThat(outcomes.get(4)).isEqualTo(Outcome.applied());
        assertThat(new BigDecimal("1e300"))
                .isEqualByComparingTo((BigDecimal) Json.rows(file).get(1).value("x"));
    }

    // ---------------------------------------------------------------- types of a target

    @Test
    void a_target_has_the_types_that_its_values_have() throws Exception {
        Schema schema =
                file("[{\"a\":1,\"b\":\"x\",\"c\":null},{\"d\":true,\"a\":1.5,\"e\":[1],\"f\":{}},{\"e\":{},\"g\":1},"
                                + "{\"g\":\"1\"}]")
                        .types(Map.of("b", FieldType.date()))
                        .storedSchema()
                        .orElseThrow();
        assertThat(schema)
                .hasToString(Schema.of(
                                Field.of("a", FieldType.decimal()),
                                Field.of("b", FieldType.date()),
                                Field.of("c", FieldType.any()),
                                Field.of("d", FieldType.bool()),
                                Field.of("e", FieldType.json()),
                                Field.of("f", FieldType.json()),
                                Field.of("g", FieldType.any()))
                        .toString());
        assertThat(file("[{\"a\":1,\"b\":2}]").fields("c", "a").storedSchema().orElseThrow())
                .hasToString(Schema.of(Field.of("c", FieldType.any()), Field.of("a", FieldType.decimal()))
                        .toString());
    }

    @Test
    void names_that_look_alike_are_refused_in_a_target() {
        JsonFile file = file("[{\"unitPrice\":1},{\"unit_price\":2}]");
        assertThatThrownBy(file::storedSchema)
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-JSON-NAMES"))
                .hasMessageContaining("fields(...)");
    }

    // ---------------------------------------------------------------- others who write

    @Test
    void somebody_elses_change_is_not_overwritten() throws Exception {
        JsonFile file = file("[{\"id\":1}]");
        Schema schema = file.storedSchema().orElseThrow();
        Json.found(file.existing());
        file("[{\"id\":1},{\"id\":2}]");
        assertThatThrownBy(() -> Json.write(file, schema, insert("id", 3))).isInstanceOf(NotCommittedException.class);
        Json.found(file.existing());
        try (ChangeWriter<Row> writer = file.open(new Csv.Writing(schema))) {
            writer.write(List.of(insert("id", 3)));
            file("[{\"id\":4}]");
            assertThatThrownBy(writer::commit).isInstanceOf(NotCommittedException.class);
        }
        assertThat(content()).isEqualTo("[{\"id\":4}]");
        assertThat(Csv.names(folder)).containsExactly("some.json");
    }

    @Test
    void a_record_that_is_another_one_is_not_touched() throws Exception {
        JsonFile file = file("[{\"id\":1,\"name\":\"a\"},{\"id\":2,\"name\":\"b\"}]");
        String before = content();
        Change<Row> other = Json.update(Row.of("id", 1, "name", "z"), 1, "name", "c");
        assertThatThrownBy(() -> Json.change(file, other)).isInstanceOf(NotCommittedException.class);
        Change<Row> none = Json.update(Row.of("id", 1, "name", "a"), 9, "name", "c");
        assertThatThrownBy(() -> Json.change(file, none))
                .isInstanceOf(NotCommittedException.class)
                .hasMessageContaining("record 9");
        Change<Row> once = Json.update(file, 1, "name", "c");
        assertThatThrownBy(() -> Json.change(file, once, once)).isInstanceOf(NotCommittedException.class);
        assertThat(content()).isEqualTo(before);
        assertThat(Csv.names(folder)).containsExactly("some.json");
    }

    @Test
    void permissions_and_links_stay() throws Exception {
        JsonFile file = file("[{\"id\":1}]");
        Path path = folder.resolve("some.json");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), path);
        Json.change(JsonFile.at(link), insert("id", 2));
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Json.rows(file)).hasSize(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void without_a_commit_nothing_happens() throws Exception {
        JsonFile file = file("[{\"id\":1}]").gzip();
        Csv.write(folder, "some.json", Json.gzip("[{\"id\":1}]".getBytes(StandardCharsets.UTF_8)));
        Path path = folder.resolve("some.json");
        Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000));
        byte[] before = Files.readAllBytes(path);
        try (ChangeWriter<Row> writer = file.open(new Csv.Writing(ID_AND_NAME))) {
            writer.write(List.of(insert("id", 2)));
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(before);
        assertThat(Files.getLastModifiedTime(path)).isEqualTo(FileTime.fromMillis(1_000_000));
        assertThat(Csv.names(folder)).containsExactly("some.json");
        assertThatThrownBy(() ->
                        JsonFile.at(folder.resolve("none").resolve("x.json")).storedSchema())
                .isInstanceOfSatisfying(
                        ReadException.class, e -> assertThat(e.code()).isEqualTo("E-FILE-FOLDER"));
    }

    /** All look at the same file, open, write, and then commit at the same moment. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void of_writers_at_the_same_moment_one_commits(boolean exists) throws Exception {
        int writers = 4;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            for (int round = 0; round < 10; round++) {
                Path path = folder.resolve("round-" + round + ".json");
                if (exists) {
                    Files.writeString(path, "[{\"id\":0}]");
                }
                CyclicBarrier together = new CyclicBarrier(writers);
                List<Future<Boolean>> commits = new ArrayList<>();
                for (int i = 1; i <= writers; i++) {
                    int id = i;
                    commits.add(threads.submit(() -> commitsTogether(JsonFile.at(path), id, together)));
                }
                int committed = 0;
                for (Future<Boolean> commit : commits) {
                    committed += commit.get() ? 1 : 0;
                }
                assertThat(committed).as("round %d", round).isEqualTo(1);
                assertThat(Json.rows(JsonFile.at(path))).hasSize(exists ? 2 : 1);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(Csv.names(folder)).hasSize(10).allMatch(name -> name.startsWith("round-"));
    }

    private static boolean commitsTogether(JsonFile file, int id, CyclicBarrier together) throws Exception {
        try (ChangeWriter<Row> writer = file.open(new Csv.Writing(Schema.of(Field.of("id", FieldType.integer()))))) {
            writer.write(List.of(insert("id", id)));
            together.await(60, TimeUnit.SECONDS);
            writer.commit();
            return true;
        } catch (NotCommittedException e) {
            assertThat(e).hasMessageContaining("changed by somebody else");
            return false;
        }
    }

    @Test
    void what_is_no_json_document_is_rejected() throws Exception {
        Schema schema = Schema.of(Field.of("id", FieldType.integer()), Field.of("doc", FieldType.json()));
        for (String document : List.of(
                "", " ", "nul", "[1", "{\"a\":1} x", "{\"a\":1}{}", "{\"a\":1,\"a\":2}", "{\"a\":1e99999999999}")) {
            JsonFile file = JsonFile.at(folder.resolve("new.json")).types(Map.of("doc", FieldType.json()));
            assertThat(Json.create(file, schema, insert("id", 1, "doc", document)))
                    .as(document)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Outcome.Rejected.class,
                            rejected -> assertThat(rejected.reason()).contains("field 'doc'", "not JSON"));
            Files.delete(folder.resolve("new.json"));
        }
    }

    @Test
    void wide_records_are_changed_in_no_time() throws Exception {
        int width = 12_000;
        String members =
                IntStream.range(0, width).mapToObj(i -> "\"f" + i + "\":1").collect(Collectors.joining(","));
        JsonFile file = file("[" + String.join(",", Collections.nCopies(64, "{" + members + "}")) + "]");
        Object[] changes = new Object[2 * width];
        for (int i = 0; i < width; i++) {
            changes[2 * i] = "f" + i;
            changes[2 * i + 1] = new BigDecimal(2);
        }
        Row before = Json.at(file, 1);
        List<Difference> differences = IntStream.range(0, width)
                .mapToObj(i -> new Difference("f" + i, BigDecimal.ONE, BigDecimal.TEN, Difference.Reason.OTHER_VALUE))
                .toList();
        Change<?>[] updates = LongStream.rangeClosed(1, 64)
                .mapToObj(record -> new Change.Update<>(
                        Key.of("f0", record), before, before, differences, record, Change.Update.Cause.DIFFERENT))
                .toArray(Change<?>[]::new);
        long began = System.nanoTime();
        Json.change(file, updates);
        assertThat(System.nanoTime() - began).isLessThan(15_000_000_000L);
        assertThat(content()).startsWith("[{\"f0\":10,\"f1\":10,");
    }
}
