package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.ChangeCounts;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.source.Source;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What we write is opened by another program, saved by it, and still the same. Skipped without LibreOffice, unless
 * {@code DATASYNC_REQUIRED_PROGRAMS} names {@code soffice}.
 */
@Tag("long")
class ExcelLibreOfficeTest {

    private static final String REQUIRED = "DATASYNC_REQUIRED_PROGRAMS";

    @TempDir
    private Path folder;

    @Test
    void real_rows_survive_a_save_by_another_program() throws Exception {
        Path csv = realData().resolve("ourairports/2025-10-03/runways.csv");
        Path soffice = soffice();
        Path ours = folder.resolve("runways.xlsx");
        Map<String, FieldType> types = new LinkedHashMap<>();
        types.put("id", FieldType.integer());
        types.put("length_ft", FieldType.integer());
        types.put("lighted", FieldType.bool());
        types.put("le_heading_degT", FieldType.decimal());
        // some have 17 digits
        types.put("le_latitude_deg", FieldType.decimal(15, 10));
        types.put("le_longitude_deg", FieldType.decimal(15, 10));
        ExcelFile written = ExcelFile.at(ours).sheet("Runways").types(types);

        assertThat(plan(CsvFile.at(csv), written).run().counts().inserted()).isEqualTo(47_144);
        assertThat(changes(CsvFile.at(csv), written)).isEqualTo(new ChangeCounts(0, 0, 0));
        Path saved = save(soffice, ours);

        types.remove("id");
        types.remove("length_ft");
        types.remove("lighted");
        types.remove("le_heading_degT");
        assertThat(changes(CsvFile.at(csv), ExcelFile.at(saved).sheet("Runways").types(types)))
                .isEqualTo(new ChangeCounts(0, 0, 0));
    }

    @Test
    void values_of_all_kinds_survive_a_save_by_another_program() throws Exception {
        Path soffice = soffice();
        Path ours = folder.resolve("kinds.xlsx");
        List<String> texts = List.of(
                "=1+1",
                "007",
                "1E5",
                "true",
                "2025-01-31",
                "'quoted",
                "two\nlines",
                "tab\there",
                " blanks ",
                "_x0041_",
                "\u0001",
                "<b>&amp;",
                "\uD83D\uDE00",
                "Übergröße",
                "#N/A");
        List<Row> rows = new ArrayList<>();
        for (String text : texts) {
            int i = rows.size();
            rows.add(Row.of(
                    "id",
                    (long) i,
                    "text",
                    text,
                    "number",
                    i * 1234.5,
                    "truth",
                    i % 2 == 0,
                    "day",
                    LocalDate.of(1900, 3, 1).plusDays(i * 3_000L),
                    "at",
                    LocalDateTime.of(1999, 12, 31, 23, 59, 59, 999_000_000).plusHours(i * 1_000L),
                    "time",
                    LocalTime.of(i, 59, 1)));
        }
        Source<Row> source = Source.of(() -> rows);
        plan(source, ExcelFile.at(ours)).run();

        Path saved = save(soffice, ours);

        try (Preview<Row> preview = plan(source, ExcelFile.at(saved)).preview()) {
            assertThat(preview.changes().counts())
                    .as("%s", preview.changes().stream().toList())
                    .isEqualTo(new ChangeCounts(0, 0, 0));
        }
    }

    private static SyncPlan<Row> plan(Source<Row> source, ExcelFile target) {
        return SyncPlan.named("runways")
                .from(source)
                .match(Matcher.<Row>on("id"))
                .into(target)
                .deletes(Deletes.missing().unlimited())
                .build();
    }

    private static ChangeCounts changes(Source<Row> source, ExcelFile target) {
        try (Preview<Row> preview = plan(source, target).preview()) {
            return preview.changes().counts();
        }
    }

    private Path save(Path soffice, Path workbook) throws IOException, InterruptedException {
        Path saved = Files.createDirectory(folder.resolve("saved"));
        Path log = folder.resolve("soffice.log");
        Process process = new ProcessBuilder(
                        soffice.toString(),
                        "-env:UserInstallation=" + folder.resolve("profile").toUri(),
                        "--headless",
                        "--convert-to",
                        "xlsx",
                        "--outdir",
                        saved.toString(),
                        workbook.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES))
                    .as("whether it ended")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        Path file = saved.resolve(workbook.getFileName().toString());
        assertThat(file).as(Files.readString(log, StandardCharsets.UTF_8)).isNotEmptyFile();
        return file;
    }

    private static Path soffice() {
        for (String entry : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path program = Path.of(entry, "soffice");
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        String message = "LibreOffice is not there: install Debian's libreoffice-calc-nogui";
        String required = System.getenv(REQUIRED);
        assertThat(required == null ? "" : required).as(message).doesNotContain("soffice");
        throw skipped(message);
    }

    private static Path realData() {
        String named = System.getenv("DATASYNC_TEST_DATA");
        Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        Path data = named != null
                ? Path.of(named)
                : module.resolve("../../shared/data").normalize();
        if (!Files.isDirectory(data.resolve("ourairports"))) {
            throw skipped("no real data in " + data + "; name its folder in DATASYNC_TEST_DATA");
        }
        return data;
    }

    private static AssertionError skipped(String message) {
        System.err.println("SKIPPED: " + message);
        Assumptions.abort(message);
        return new AssertionError(message);
    }
}
