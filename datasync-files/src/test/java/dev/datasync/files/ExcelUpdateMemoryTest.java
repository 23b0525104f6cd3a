package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.source.Source;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many rows in little memory, and a disk that is full: each in a process of its own. */
class ExcelUpdateMemoryTest {

    /** As many rows as are just not refused with 64 MiB. */
    private static final int LARGEST = 2_000;

    private static final Schema SCHEMA = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("name", FieldType.text()),
            Field.of("a", FieldType.decimal()),
            Field.of("b", FieldType.decimal()),
            Field.of("c", FieldType.bool()),
            Field.of("d", FieldType.date()),
            Field.of("e", FieldType.text()),
            Field.of("f", FieldType.text()));

    @TempDir
    private Path folder;

    @Test
    void what_is_not_refused_fits_into_the_memory() throws Exception {
        Path path = folder.resolve("many.xlsx");
        inChild("", "-Xmx64m", "create", path, LARGEST);

        assertThat(inChild("", "-Xmx64m", "change", path, LARGEST))
                .endsWith(LARGEST / 50 + " deleted, " + LARGEST / 10 + " updated, then 0");
    }

    @Test
    void a_full_disk_leaves_the_old_file_and_nothing_else() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is a shell");
        Path path = folder.resolve("small.xlsx");
        Workbooks.create(ExcelFile.at(path), SCHEMA, row(0, 0));
        byte[] bytes = Files.readAllBytes(path);

        assertThat(inChild("ulimit -f 64 && ", "-Xmx128m", "create", path, 2_000))
                .endsWith("NotCommittedException");

        assertThat(Files.readAllBytes(path)).isEqualTo(bytes);
        assertThat(Csv.names(folder)).containsExactly("small.xlsx");
    }

    private static Row row(int id, int version) {
        return SCHEMA.row(
                (long) id,
                "name " + id * 31 + " " + version,
                java.math.BigDecimal.valueOf(id, 3),
                java.math.BigDecimal.valueOf(id * 7L),
                id % 2 == 0,
                LocalDate.of(2000, 1, 1).plusDays(id % 9_000),
                "text " + id % 97,
                null);
    }

    private static String inChild(String before, String heap, String work, Path file, int rows) throws Exception {
        // without the statistics file of the JVM, which is a file too
        String java = Path.of(System.getProperty("java.home"), "bin", "java")
                + " -XX:-UsePerfData -XX:TieredStopAtLevel=1 -XX:+UseSerialGC " + heap;
        Process process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        before + "exec " + java + " -cp \"$0\" " + ExcelUpdateMemoryTest.class.getName()
                                + " \"$1\" \"$2\" \"$3\"",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        work,
                        file.toString(),
                        String.valueOf(rows))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            byte[] answer = process.getInputStream().readAllBytes();
            assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
            return new String(answer, StandardCharsets.UTF_8).strip();
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Writes or changes a file, and says what happened.
     *
     * @param arguments what to do, the file, and the number of rows
     */
    public static void main(String[] arguments) throws Exception {
        ExcelFile file = ExcelFile.at(Path.of(arguments[1]));
        int rows = Integer.parseInt(arguments[2]);
        if (arguments[0].equals("create")) {
            create(file, rows);
        } else {
            SyncPlan<Row> plan = SyncPlan.named("test")
                    .from(Source.of(() -> changed(rows)))
                    .match(Matcher.<Row>on("id"))
                    .into(file)
                    .deletes(dev.datasync.change.Deletes.missing().unlimited())
                    .build();
            var counts = plan.run().counts();
            System.out.println(counts.deleted() + " deleted, " + counts.updated() + " updated, then "
                    + plan.run().counts().written());
        }
    }

    /** Every 50th row less, and every 10th row with another name. */
    private static Iterable<Row> changed(int rows) {
        return () -> java.util.stream.IntStream.range(0, rows)
                .filter(id -> id % 50 != 1)
                .mapToObj(id -> row(id, id % 10 == 2 ? 1 : 0))
                .iterator();
    }

    @SuppressWarnings("try") // close() may throw an interrupt, which fails the test
    private static void create(ExcelFile file, int rows) throws Exception {
        Schema schema = file.storedSchema().orElse(SCHEMA);
        try (ChangeWriter<Row> writer = file.open(new Workbooks.Writing(schema, rows))) {
            List<dev.datasync.change.Change<Row>> batch = new ArrayList<>();
            for (int id = 0; id < rows; id++) {
                batch.add(Workbooks.insert(row(id, 0)));
                if (batch.size() == 1_000) {
                    writer.write(batch);
                    batch = new ArrayList<>();
                }
            }
            writer.commit();
            System.out.println("committed");
        } catch (dev.datasync.sink.NotCommittedException e) {
            System.out.println(e.getClass().getSimpleName());
        }
    }
}
