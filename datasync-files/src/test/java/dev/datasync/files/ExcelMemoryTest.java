package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.row.Row;
import dev.datasync.source.Receiver;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 300,000 rows read by a process with a heap of 96 MiB, whose texts alone would not fit into it. */
class ExcelMemoryTest {

    private static final int ROWS = 300_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"inline", "shared"})
    void a_heap_of_96_mebibytes_is_enough(String kind) throws Exception {
        Path file = folder.resolve("large.xlsx");
        write(file, kind.equals("shared"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("rows 300000 right 300000 types id decimal, text text, note text");
    }

    private static void write(Path file, boolean isShared) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setLevel(Deflater.BEST_SPEED);
            Writer out = new BufferedWriter(new OutputStreamWriter(zip, StandardCharsets.UTF_8), 1 << 16);
            for (Map.Entry<String, String> part : Excel.parts("ROWS").entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                String content = part.getValue();
                if (part.getKey().equals("xl/texts.xml") && isShared) {
                    out.write("<sst xmlns=\"" + Excel.MAIN + "\">");
                    for (int row = 0; row <= ROWS; row++) {
                        // the last ones first, so that they are asked for out of order
                        int number = ROWS - row;
                        out.write("<si><t>" + text(number) + "</t></si><si><t>" + note(number) + "</t></si>");
                    }
                    out.write("</sst>");
                } else if (content.contains("ROWS")) {
                    out.write(content.substring(0, content.indexOf("ROWS")));
                    for (int row = 0; row <= ROWS; row++) {
                        writeRow(out, row, isShared);
                    }
                    out.write(content.substring(content.indexOf("ROWS") + 4));
                } else {
                    out.write(content);
                }
                out.flush();
                zip.closeEntry();
            }
        }
    }

    private static void writeRow(Writer out, int row, boolean isShared) throws IOException {
        out.write("<row r=\"" + (row + 1) + "\">");
        out.write(row == 0 ? "<c t=\"inlineStr\"><is><t>id</t></is></c>" : "<c><v>" + row + "</v></c>");
        if (isShared) {
            int index = 2 * (ROWS - row);
            out.write("<c t=\"s\"><v>" + index + "</v></c><c t=\"s\"><v>" + (index + 1) + "</v></c>");
        } else {
            out.write("<c t=\"inlineStr\"><is><t>" + text(row) + "</t></is></c><c t=\"inlineStr\"><is><t>" + note(row)
                    + "</t></is></c>");
        }
        out.write("</row>");
    }

    private static String text(int row) {
        return row == 0 ? "text" : "a text somewhat longer, of the record with the number " + row;
    }

    private static String note(int row) {
        return row == 0 ? "note" : "\u4e2d\u6587 another one, which is " + (row * 7_919L) + " and no Latin";
    }

    /** The process with the small heap. */
    static final class Child {

        private Child() {}

        public static void main(String[] arguments) throws Exception {
            ExcelFile file = ExcelFile.at(Path.of(arguments[0]));
            Counting counting = new Counting();
            file.read(counting, new Excel.Warned(new ArrayList<>()));
            List<String> types = file.storedSchema().orElseThrow().fields().stream()
                    .map(Object::toString)
                    .toList();
            System.out.printf("rows %d right %d types %s%n", counting.rows, counting.right, String.join(", ", types));
        }
    }

    private static final class Counting implements Receiver<Row> {

        private int rows;
        private int right;

        @Override
        public void accept(Row row) {
            throw new AssertionError("a row without its number");
        }

        @Override
        public void accept(Row row, long position) {
            rows++;
            boolean isRight = position == rows + 1
                    && row.value(0).equals((long) rows)
                    && row.value(1).equals(text(rows))
                    && row.value(2).equals(note(rows));
            right += isRight ? 1 : 0;
        }

        @Override
        public void reject(long position, String reason) {
            throw new AssertionError(reason);
        }
    }
}
