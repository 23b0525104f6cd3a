package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.SyncPlan;
import dev.datasync.match.Matcher;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.run.SyncException;
import dev.datasync.sink.Sink;
import dev.datasync.testkit.InMemorySource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files without column types: what a text becomes where all values so far are numbers. */
class InferredTypesTest {

    @TempDir
    private Path folder;

    enum Format {
        EXCEL,
        JSON;

        private Path path(Path folder) {
            return folder.resolve(this == EXCEL ? "target.xlsx" : "target.json");
        }

        Sink<Row> target(Path folder) {
            return this == EXCEL ? ExcelFile.at(path(folder)) : JsonFile.at(path(folder));
        }

        Sink<Row> target(Path folder, Map<String, FieldType> types) {
            return this == EXCEL
                    ? ExcelFile.at(path(folder)).types(types)
                    : JsonFile.at(path(folder)).types(types);
        }
    }

    static Stream<Format> formats() {
        return Stream.of(Format.values());
    }

    private static SyncPlan<Row> plan(Sink<Row> target, Row... rows) {
        return SyncPlan.named("inferred")
                .from(InMemorySource.of(rows))
                .match(Matcher.<Row>on("id"))
                .into(target)
                .build();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void a_plain_number_in_a_text_is_the_number(Format format) {
        plan(format.target(folder), Row.of("id", 1L, "zip", 80331L)).run();

        assertThat(plan(format.target(folder), Row.of("id", "1", "zip", "80331"))
                        .run()
                        .counts()
                        .unchanged())
                .isEqualTo(1);
        assertThat(plan(format.target(folder), Row.of("id", "1", "zip", "-80.50"))
                        .run()
                        .counts()
                        .updated())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void a_text_that_would_lose_something_as_a_number_is_refused(Format format) throws Exception {
        plan(format.target(folder), Row.of("id", 1L, "zip", 80331L)).run();
        byte[] before = Files.readAllBytes(format.path(folder));

        for (String text : new String[] {"01234", "1e5", "+5", "-01"}) {
            assertThatThrownBy(() -> plan(format.target(folder), Row.of("id", "1", "zip", text))
                            .run())
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining("'zip'")
                    .hasMessageContaining("types(...)")
                    .hasMessageNotContaining(text);
        }
        assertThatThrownBy(() -> plan(format.target(folder), Row.of("id", "001", "zip", "5"))
                        .run())
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("'id'")
                .hasMessageContaining("types(...)");

        assertThat(Files.readAllBytes(format.path(folder))).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void a_type_that_was_given_is_not_doubted(Format format) {
        plan(format.target(folder), Row.of("id", 1L, "zip", 80331L)).run();

        assertThat(plan(format.target(folder, Map.of("zip", FieldType.text())), Row.of("id", "1", "zip", "01234"))
                        .run()
                        .counts()
                        .updated())
                .isEqualTo(1);
        assertThat(plan(format.target(folder, Map.of("zip", FieldType.text())), Row.of("id", "1", "zip", "01234"))
                        .run()
                        .counts()
                        .written())
                .isZero();
    }
}
