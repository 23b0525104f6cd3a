package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that may write no more than some kilobytes: as good as a full disk, and without one. */
@SuppressWarnings("try") // close() may throw an interrupt, which fails the test
class CsvDiskFullTest {

    private static final int ROWS = 20_000;

    @TempDir
    private Path folder;

    @Test
    void a_full_disk_leaves_the_old_file_and_nothing_else() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/bin/sh")))
                .as("there is a shell")
                .isTrue();
        Path file = Csv.write(folder, "products.csv", "id\n1\n");

        String answer = inChild("ulimit -f 64 && ", file);

        assertThat(answer).isEqualTo(NotCommittedException.class.getSimpleName());
        assertThat(Csv.content(file)).isEqualTo("id\n1\n");
        assertThat(Csv.names(folder)).containsExactly("products.csv");
    }

    @Test
    void enough_disk_takes_it_all() throws Exception {
        assumeThat(Files.isExecutable(Path.of("/bin/sh")))
                .as("there is a shell")
                .isTrue();
        Path file = Csv.write(folder, "products.csv", "id\n1\n");

        assertThat(inChild("", file)).isEqualTo("committed");

        assertThat(Csv.rows(CsvFile.at(file))).hasSize(ROWS + 1);
    }

    private static String inChild(String before, Path file) throws Exception {
        // without the statistics file, which is a file too
        String java = Path.of(System.getProperty("java.home"), "bin", "java") + " -XX:-UsePerfData -Xmx64m";
        Process process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        before + "exec " + java + " -cp \"$0\" " + CsvDiskFullTest.class.getName() + " \"$1\"",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        file.toString())
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
     * Writes more than the limit allows, and says what happened.
     *
     * @param arguments the file
     */
    public static void main(String[] arguments) throws Exception {
        CsvFile file = CsvFile.at(Path.of(arguments[0]));
        try (ChangeWriter<Row> writer = file.open(new Csv.Writing(Schema.ofText("id")))) {
            for (int i = 0; i < ROWS; i++) {
                writer.write(List.of(Csv.insert("id", "number " + i)));
            }
            writer.commit();
            System.out.println("committed");
        } catch (NotCommittedException e) {
            System.out.println(e.getClass().getSimpleName());
        }
    }
}
