package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.source.Source;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as the two ends of a plan. */
class CsvSyncTest {

    @TempDir
    private Path folder;

    private Path from;
    private Path into;

    /** What both files hold. */
    public record Product(String id, String name) {}

    @BeforeEach
    void name_the_files() {
        from = folder.resolve("from.csv");
        into = folder.resolve("into.csv");
    }

    private SyncPlan<Row> plan() {
        return SyncPlan.named("products")
                .from(CsvFile.at(from).delimiter(';'))
                .match(Matcher.on("id"))
                .into(CsvFile.at(into))
                .deletes(Deletes.missing().atMost(1))
                .build();
    }

    @Test
    void changes_only_what_differs_and_then_nothing() throws Exception {
        Csv.write(folder, "from.csv", "id;name\n3;boot\n1;hat\n4;\"\"\n");
        Csv.write(folder, "into.csv", "\"id\",\"name\",note\r\n1,\"hat\",kept\r\n2,coat,\r\n3,\"shoe\",kept\r\n");

        SyncReport report = plan().run();

        assertThat(Csv.content(into))
                .isEqualTo("\"id\",\"name\",note\r\n1,\"hat\",kept\r\n3,\"boot\",kept\r\n4,\"\",\r\n");
        assertThat(report.toString()).contains("rewritten atomically");

        FileTime modified = Files.getLastModifiedTime(into);
        plan().run();
        assertThat(Files.getLastModifiedTime(into)).isEqualTo(modified);
        assertThat(Csv.names(folder)).containsExactly("from.csv", "into.csv");
    }

    @Test
    void creates_the_target_but_not_in_a_preview() throws Exception {
        Csv.write(folder, "from.csv", "id;name\n1;hat\n");

        try (Preview<Row> preview = plan().preview()) {
            assertThat(preview.changes().counts().inserts()).isEqualTo(1);
        }
        assertThat(Csv.names(folder)).containsExactly("from.csv");

        plan().run();
        assertThat(Csv.content(into)).isEqualTo("id,name\n1,hat\n");
    }

    /** Types, formulas, null tokens, comments and compression are no differences. */
    @Test
    void finds_nothing_to_do_the_second_time_whatever_the_file_is_like() throws Exception {
        Csv.write(folder, "from.csv", "id;name;price\n1;=1+1;1.50\n2;NULL;\n3;\"\";-0.5\n");
        CsvFile target = CsvFile.at(folder.resolve("into.csv.gz"))
                .charset(StandardCharsets.UTF_16)
                .comment('#')
                .escape('\\')
                .nullToken("NULL")
                .skipLines(1)
                .spreadsheetSafe(SpreadsheetSafety.ESCAPE)
                .types(Map.of("id", TextFormat.integer(), "price", TextFormat.decimal(',', '.')));
        SyncPlan<Row> plan = SyncPlan.named("products")
                .from(CsvFile.at(from).delimiter(';'))
                .match(Matcher.on("id"))
                .into(target)
                .build();

        plan.run();
        byte[] written = Files.readAllBytes(folder.resolve("into.csv.gz"));
        Files.setLastModifiedTime(folder.resolve("into.csv.gz"), FileTime.fromMillis(0));

        assertThat(plan.run().toString()).contains("0 inserted, 0 updated, 0 deleted");
        assertThat(Files.readAllBytes(folder.resolve("into.csv.gz"))).isEqualTo(written);
        assertThat(Files.getLastModifiedTime(folder.resolve("into.csv.gz"))).isEqualTo(FileTime.fromMillis(0));
        assertThat(Csv.rows(target))
                .containsExactly(
                        List.of("1", "=1+1", "1.5"), Arrays.asList("2", "NULL", null), List.of("3", "", "-0.5"));
        assertThat(Csv.names(folder)).containsExactly("from.csv", "into.csv.gz");
    }

    @Test
    void writes_nothing_when_the_source_is_damaged() throws Exception {
        Csv.write(folder, "from.csv", "id;name\n1;hat\n2;co\"at\n");
        Csv.write(folder, "into.csv", "id,name\n7,glove\n");

        assertThatThrownBy(() -> plan().run())
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo("E-CSV-QUOTE"))
                .hasMessageContaining("from.csv line 3, column 2 (name)");

        assertThat(Csv.content(into)).isEqualTo("id,name\n7,glove\n");
    }

    @Test
    void refuses_a_target_without_a_folder_before_it_reads_to_the_end() {
        Csv.write(folder, "from.csv", "id;name\n1;hat\n");
        into = folder.resolve("missing").resolve("into.csv");

        assertThatThrownBy(() -> plan().run())
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo("E-FILE-FOLDER"));
    }

    @Test
    void takes_java_records() throws Exception {
        Csv.write(folder, "into.csv", "id,name\n1,hat\n");

        SyncPlan.named("products")
                .from(Source.of(() -> List.of(new Product("1", "cap"), new Product("2", "coat"))))
                .match(Matcher.by(Product::id))
                .into(CsvFile.at(into).as(Product.class))
                .build()
                .run();

        assertThat(Csv.content(into)).isEqualTo("id,name\n1,cap\n2,coat\n");
    }

    @Test
    void merges_a_sorted_source() throws Exception {
        Csv.write(folder, "from.csv", "id;name\n1;hat\n2;coat\n");

        SyncPlan.named("products")
                .from(CsvFile.at(from).delimiter(';').sortedBy("id"))
                .match(Matcher.on("id"))
                .into(CsvFile.at(into).sortedBy("id"))
                .build()
                .run();

        assertThat(Csv.content(into)).isEqualTo("id,name\n1,hat\n2,coat\n");
    }
}
