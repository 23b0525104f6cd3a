package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.row.Row;
import dev.datasync.source.Receiver;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is larger than the memory of the process that reads it. */
class JsonMemoryTest {

    private static final int RECORDS = 2_000_000;

    @TempDir
    private Path folder;

    @Test
    void two_million_lines_are_read_with_96_mebibytes() throws Exception {
        Path file = folder.resolve("large.jsonl");
        byte[][] records = new byte[1_000][];
        for (int i = 0; i < records.length; i++) {
            records[i] = String.format(
                            "{\"id\":%d,\"name\":\"name of %d\",\"price\":%d.5,\"note\":\"a note somewhat longer\"}%n",
                            i, i, i)
                    .getBytes(StandardCharsets.UTF_8);
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (int i = 0; i < RECORDS; i++) {
                out.write(records[i % records.length]);
            }
        }
        assertThat(read(file, "-Xmx96m")).contains("read " + RECORDS + " with " + RECORDS / 1_000 * 499_500L);
    }

    @Test
    void names_that_no_two_records_share_are_not_kept() throws Exception {
        Path file = folder.resolve("wide.jsonl");
        long name = 0;
        try (Writer out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < 60; i++) {
                out.write("{\"id\":1");
                for (int field = 0; field < 16_000; field++) {
                    out.write(",\"f" + name++ + "\":1");
                }
                out.write("}\n");
            }
        }
        assertThat(read(file, "-Xmx64m")).contains("read 60 with 60 ");
    }

    private static String read(Path file, String memory) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        memory,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        JsonMemoryTest.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /**
     * Reads a file and says how many records there were.
     *
     * @param arguments the file
     */
    public static void main(String[] arguments) throws Exception {
        long began = System.nanoTime();
        long[] sums = new long[2];
        JsonFile.at(Path.of(arguments[0]))
                .lines()
                .read(
                        new Receiver<>() {
                            @Override
                            public void accept(Row row) {
                                throw new AssertionError();
                            }

                            @Override
                            public void accept(Row row, long position) {
                                sums[0]++;
                                sums[1] += (Long) row.value(0);
                            }

                            @Override
                            public void reject(long position, String reason) {
                                throw new AssertionError(reason);
                            }
                        },
                        new Csv.Reading());
        System.out.println(
                "read " + sums[0] + " with " + sums[1] + " in " + (System.nanoTime() - began) / 1_000_000 + " ms");
    }
}
