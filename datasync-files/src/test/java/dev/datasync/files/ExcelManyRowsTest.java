package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.change.Change;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many rows in little memory, and many deletes in little time. */
@Tag("long")
class ExcelManyRowsTest {

    private static final int ROWS = 300_000;
    private static final int COLUMNS = 8;

    @TempDir
    private Path folder;

    /** Runs in a process of its own. */
    static final class Writer {

        private Writer() {}

        @SuppressWarnings("try") // close() may throw an interrupt, which fails the test
        public static void main(String[] arguments) throws Exception {
            String[] names = new String[COLUMNS];
            for (int i = 0; i < COLUMNS; i++) {
                names[i] = "column " + i;
            }
            Schema schema = Schema.ofText(names);
            ExcelFile file = ExcelFile.at(Path.of(arguments[0]));
            try (ChangeWriter<Row> writer =
                    file.open(new Workbooks.Writing(file.schemaFor(schema, List.of(names[0])), ROWS))) {
                for (int i = 0; i < ROWS; i += 1_000) {
                    List<Change<Row>> batch = new ArrayList<>();
                    for (int j = i; j < i + 1_000; j++) {
                        Object[] values = new Object[COLUMNS];
                        for (int column = 0; column < COLUMNS; column++) {
                            values[column] = "text " + column + " of row " + j;
                        }
                        batch.add(Workbooks.insert(schema.row(values)));
                    }
                    writer.write(batch);
                }
                writer.commit();
            }
        }
    }

    @Test
    void writes_300_000_rows_in_96_mebibytes() throws Exception {
        Path path = folder.resolve("many.xlsx");
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        classPath(),
                        Writer.class.getName(),
                        path.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(Csv.names(folder)).containsExactly("many.xlsx", "temporary");
        assertThat(Csv.names(temporary)).isEmpty();
        long[] count = {0};
        String[] last = new String[1];
        ExcelFile.at(path)
                .read(
                        new dev.datasync.source.Receiver<>() {
                            @Override
                            public void accept(Row row) {
                                throw new AssertionError("a row without its number");
                            }

                            @Override
                            public void accept(Row row, long position) {
                                count[0]++;
                                last[0] = row.text("column 7");
                            }

                            @Override
                            public void reject(long position, String reason) {
                                throw new AssertionError(reason);
                            }
                        },
                        new Excel.Warned(new ArrayList<>()));
        assertThat(count[0]).isEqualTo(ROWS);
        assertThat(last[0]).isEqualTo("text 7 of row " + (ROWS - 1));
    }

    private static String classPath() {
        String modules = System.getProperty("jdk.module.path", "");
        return System.getProperty("java.class.path") + (modules.isEmpty() ? "" : File.pathSeparator + modules);
    }

    @Test
    void deletes_of_scattered_rows_take_seconds() throws Exception {
        Path path = folder.resolve("many.xlsx");
        Row[] rows = new Row[20_000];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Row.of("id", (long) i, "name", "name " + i, "number", i * 7L);
        }
        Workbooks.sync(ExcelFile.at(path), rows);
        List<Row> kept = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            if (i % 20 != 7) {
                kept.add(rows[i]);
            }
        }
        long begin = System.nanoTime();

        assertThat(Workbooks.sync(ExcelFile.at(path), kept.toArray(Row[]::new))
                        .counts()
                        .deleted())
                .isEqualTo(1_000);

        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(60);
        Workbooks.look(
                path, book -> assertThat(book.getSheetAt(0).getLastRowNum()).isEqualTo(19_000));
        assertThat(Workbooks.sync(ExcelFile.at(path), kept.toArray(Row[]::new))
                        .counts()
                        .written())
                .isZero();
    }
}
