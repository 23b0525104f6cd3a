package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.row.Row;
import dev.datasync.source.Receiver;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two million rows read by a process with a heap of 96 MiB, once as they are and once with types that are found. */
class CsvBoundedMemoryTest {

    private static final int ROWS = 2_000_000;

    @TempDir
    private Path folder;

    @Test
    void a_heap_of_96_mebibytes_is_enough() throws Exception {
        Path file = folder.resolve("rows.csv");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            out.write("id,name,note\n".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < ROWS; i++) {
                out.write((i + ",\"name " + i + "\",x\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        assertThat(read(file)).contains("read 2000000 of sum 1999999000000");
    }

    @Test
    void empty_lines_that_are_forgiven_are_counted_and_not_kept() throws Exception {
        Path file = folder.resolve("empty.csv");
        byte[] empty = "\n".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write("id,name\n1,a\n".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 6; i++) {
                out.write(empty);
            }
            out.write("2,b\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(read(file)).contains("read 2 of sum 3");
    }

    private static String read(Path file) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Child.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    /** The process with the small heap. */
    static final class Child {

        private Child() {}

        public static void main(String[] arguments) throws Exception {
            long[] found = new long[2];
            CsvFile.at(Path.of(arguments[0]))
                    .lenient(CsvFlaw.EMPTY_LINES)
                    .inferTypes()
                    .read(
                            new Receiver<Row>() {
                                @Override
                                public void accept(Row row) {
                                    found[0]++;
                                    found[1] += row.integer("id");
                                }

                                @Override
                                public void accept(Row row, long position) {
                                    accept(row);
                                }

                                @Override
                                public void reject(long position, String reason) {
                                    throw new AssertionError(reason);
                                }
                            },
                            new Csv.Reading());
            System.out.println("read " + found[0] + " of sum " + found[1]);
        }
    }
}
