package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.Sink;
import dev.datasync.source.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSON files as the two ends of a plan. */
class JsonSyncTest {

    @TempDir
    private Path folder;

    /** What a file holds. */
    public record Product(long id, String name, LocalDate since) {}

    private static SyncPlan<Row> plan(Source<Row> from, Sink<Row> into) {
        return SyncPlan.named("products")
                .from(from)
                .match(Matcher.<Row>on("id"))
                .into(into)
                .deletes(Deletes.missing().unlimited())
                .build();
    }

    @Test
    void numbers_that_come_as_text_change_nothing_and_neither_do_other_notations() throws Exception {
        Path csv = Csv.write(
                folder, "from.csv", "id,price,sold,tags\n1,1.50,true,\"[1, {\"\"b\"\":1, \"\"a\"\":2}]\"\n2,,,\n");
        String content = "[{\"id\":1,\"price\":15e-1,\"sold\":true,\"tags\":[1.0,{\"a\":2,\"b\":1}]},"
                + "{\"id\":2.0,\"tags\":null}]";
        Path path = Csv.write(folder, "into.json", content);
        Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000));
        SyncReport report = plan(CsvFile.at(csv), JsonFile.at(path)).run();
        assertThat(report.counts().unchanged()).as("%s", report).isEqualTo(2);
        assertThat(Csv.content(path)).isEqualTo(content);
        assertThat(Files.getLastModifiedTime(path)).isEqualTo(FileTime.fromMillis(1_000_000));
        assertThat(Csv.names(folder)).containsExactly("from.csv", "into.json");
    }

    @Test
    void creates_the_target_but_not_in_a_preview() throws Exception {
        Path from = Csv.write(folder, "from.jsonl", "{\"id\":1,\"a\":{\"b\":[]}}\n{\"id\":2,\"a\":null}\n");
        Path into = folder.resolve("into.json");
        SyncPlan<Row> plan = plan(JsonFile.at(from).lines(), JsonFile.at(into));
        try (Preview<Row> preview = plan.preview()) {
            assertThat(preview.changes().counts().inserts()).isEqualTo(2);
        }
        assertThat(Csv.names(folder)).containsExactly("from.jsonl");
        plan.run();
        assertThat(Csv.content(into))
                .isEqualTo("[\n  {\"id\": 1, \"a\": {\"b\": []}},\n  {\"id\": 2, \"a\": null}\n]\n");
        assertThat(plan.run().counts().written()).isZero();
    }

    @Test
    void a_truncated_source_changes_nothing_whatever_came_before() throws Exception {
        Path from = Csv.write(folder, "from.json", "[{\"id\":1},{\"id\":2},{\"id\":3");
        Path into = Csv.write(folder, "into.json", "[{\"id\":7}]");
        assertThatThrownBy(() -> plan(JsonFile.at(from), JsonFile.at(into)).run())
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo("E-JSON-TRUNCATED"));
        assertThat(Csv.content(into)).isEqualTo("[{\"id\":7}]");
    }

    @Test
    void an_error_object_in_place_of_the_data_changes_nothing() throws Exception {
        Path from = Csv.write(folder, "from.json", "{\"error\": {\"code\": 503}}");
        Path into = Csv.write(folder, "into.json", "[{\"id\":7}]");
        assertThatThrownBy(() -> plan(JsonFile.at(from).array("/data"), JsonFile.at(into))
                        .run())
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo("E-JSON-POINTER"))
                .hasMessageContaining("'error'");
        assertThat(Csv.content(into)).isEqualTo("[{\"id\":7}]");
    }

    @Test
    void a_record_that_is_rejected_withholds_deletes_and_values_stay_out_of_messages() throws Exception {
        Path from = Csv.write(folder, "from.json", "[{\"id\":1,\"name\":\"CANARY\\ud800\"},{\"id\":2,\"name\":\"b\"}]");
        Path into = Csv.write(folder, "into.json", "[{\"id\":7,\"name\":\"c\"}]");
        assertThatThrownBy(() -> plan(JsonFile.at(from), JsonFile.at(into)).run())
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("from.json record 1")
                .hasMessageNotContaining("CANARY");
        assertThat(Csv.content(into)).isEqualTo("[{\"id\":7,\"name\":\"c\"}]");
    }

    @Test
    void a_file_is_no_source_of_itself_and_two_arrays_of_one_file_are_not_the_same() throws Exception {
        Path path = Csv.write(folder, "both.json", "{\"a\":[{\"id\":1}],\"b\":[{\"id\":2}]}");
        assertThatThrownBy(() -> plan(
                                JsonFile.at(path).array("/a"), JsonFile.at(path).array("/a"))
                        .run())
                .isInstanceOf(RuntimeException.class);
        assertThat(JsonFile.at(path).array("/a").identity())
                .isNotEqualTo(JsonFile.at(path).array("/b").identity());
    }

    @Test
    void takes_java_records_and_dates() throws Exception {
        Path into = Csv.write(folder, "into.json", "[{\"id\":1,\"name\":\"hat\",\"since\":\"2024-01-01\",\"x\":0}]");
        SyncPlan<Product> plan = SyncPlan.named("products")
                .from(Source.of(() -> List.of(
                        new Product(1, "cap", LocalDate.of(2024, 1, 1)),
                        new Product(2, "coat", LocalDate.of(2025, 1, 1)))))
                .match(Matcher.by(Product::id))
                .into(JsonFile.at(into).types(Map.of("since", FieldType.date())).as(Product.class))
                .build();
        SyncReport report = plan.run();
        assertThat(report.counts().updated()).isEqualTo(1);
        assertThat(Csv.content(into))
                .isEqualTo("[{\"id\":1,\"name\":\"cap\",\"since\":\"2024-01-01\",\"x\":0},"
                        + "{\"id\":2,\"name\":\"coat\",\"since\":\"2025-01-01\"}]");
        assertThat(plan.run().counts().written()).isZero();
    }

    /** The regions of the world as published on two dates, into a JSON file and back. */
    @Test
    void real_data_goes_there_and_back() throws Exception {
        String named = System.getenv("DATASYNC_TEST_DATA");
        Path data = named == null
                ? Path.of("").toAbsolutePath().resolve("../../shared/data").normalize()
                : Path.of(named);
        assumeThat(Files.isDirectory(data.resolve("ourairports")))
                .as("there is real data")
                .isTrue();
        Path first = data.resolve("ourairports/2025-06-23/regions.csv");
        Path second = data.resolve("ourairports/2025-10-03/regions.csv");
        JsonFile json = JsonFile.at(folder.resolve("regions.json"));

        assertThat(plan(CsvFile.at(first), json).run().counts().inserted()).isEqualTo(3_929);
        assertThat(plan(CsvFile.at(first), json).run().counts().written()).isZero();
        SyncReport report = plan(CsvFile.at(second), json).run();
        assertThat(report.counts().inserted()).isEqualTo(12);
        assertThat(report.counts().updated()).isZero();
        assertThat(report.counts().deleted()).isZero();
        assertThat(report.counts().unchanged()).isEqualTo(3_929);

        CsvFile back = CsvFile.at(folder.resolve("back.csv"));
        assertThat(plan(json, back).run().counts().inserted()).isEqualTo(3_941);
        assertThat(plan(CsvFile.at(second), back).run().counts().written()).isZero();
        assertThat(Json.rows(json))
                .filteredOn(row -> Objects.equals(row.value("iso_country"), "NA"))
                .isNotEmpty();
    }
}
