package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.source.ReadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A workbook cut off or changed at each of its bytes: the same rows or a {@link ReadException}, and nothing else. */
@Timeout(300)
class ExcelDamageTest {

    private static final long LONGEST_NANOSECONDS = 5_000_000_000L;

    private static final List<String> CODES = List.of(
            "E-XLS-EMPTY",
            "E-XLS-TRUNCATED",
            "E-XLS-CORRUPT",
            "E-XLS-TYPE",
            "E-XLS-OLD",
            "E-XLS-ENCRYPTED",
            "E-XLS-BOMB");

    /** What a workbook without checksums may turn out to be besides: one with another content. */
    private static final List<String> CODES_WITHOUT_CHECKSUM = List.of(
            "E-XLS-NO-HEADER",
            "E-XLS-SHEET",
            "E-XLS-HEADER",
            "E-XLS-HEADER-EMPTY",
            "E-XLS-DUP-HEADER",
            "E-XLS-WIDTH",
            "E-XLS-TOO-LONG");

    @TempDir
    private Path folder;

    private static final Object[][] ROWS = {
        {"id", "name", "price", "since"},
        {1, "hat", 1.25, LocalDate.of(2024, 2, 29)},
        {2, "\u00e4\u4e2d\ud83d\ude00", -7, null},
        {3, "x", 1e9, LocalDate.of(1999, 12, 31)}
    };

    /** By hand, since the library writes styles and properties that nobody reads. */
    private byte[] xlsx() throws Exception {
        return Excel.zip(
                Excel.parts("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>"
                        + "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"inlineStr\"><is><t>h\u00e4t</t></is></c></row>"
                        + "<row r=\"3\"><c r=\"A3\"><v>2.5</v></c><c r=\"B3\" s=\"1\"><v>45351</v></c></row>"));
    }

    private byte[] xls() throws Exception {
        return Files.readAllBytes(Excel.write(folder.resolve("whole.xls"), ROWS));
    }

    @Test
    void an_xlsx_workbook_cut_off_at_any_byte_is_refused() throws Exception {
        byte[] whole = xlsx();
        for (int length = 0; length < whole.length; length++) {
            assertThat(read(Arrays.copyOf(whole, length), false))
                    .as("cut at %d", length)
                    .isNull();
        }
    }

    @Test
    void an_xls_workbook_cut_off_at_any_byte_is_refused_or_whole() throws Exception {
        byte[] whole = xls();
        List<List<Object>> rows = read(whole, false);
        for (int length = 0; length < whole.length; length++) {
            List<List<Object>> read = read(Arrays.copyOf(whole, length), false);
            if (read != null) {
                assertThat(read).as("cut at %d of %d", length, whole.length).isEqualTo(rows);
            }
        }
    }

    @Test
    void an_xlsx_workbook_with_any_byte_changed_is_refused_or_the_same() throws Exception {
        byte[] whole = xlsx();
        List<List<Object>> rows = read(whole, false);
        assertThat(rows).hasSize(2);
        for (int i = 0; i < whole.length; i++) {
            for (byte changed : changes(whole[i], i)) {
                byte[] damaged = whole.clone();
                damaged[i] = changed;
                List<List<Object>> read = read(damaged, false);
                if (read != null) {
                    assertThat(read).as("byte %d is %d", i, changed).isEqualTo(rows);
                }
            }
        }
    }

    /** The format has no checksums, so that another number may come out; but no record is lost without a word. */
    @Test
    void an_xls_workbook_with_any_byte_changed_is_refused_or_has_as_many_records() throws Exception {
        byte[] whole = xls();
        int records = read(whole, true).size();
        assertThat(records).isEqualTo(3);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] = changes(whole[i], i)[i % 2];
            List<List<Object>> read = read(damaged, true);
            if (read != null) {
                assertThat(read.size()).as("byte %d is %d", i, damaged[i]).isGreaterThanOrEqualTo(records);
            }
        }
    }

    private static byte[] changes(byte original, int position) {
        int other = new Random(position).nextInt(255) + 1;
        return new byte[] {(byte) (original ^ 1 << position % 8), (byte) (original + other)};
    }

    /** Returns what was delivered or rejected, or null when the file was refused. */
    private List<List<Object>> read(byte[] content, boolean mayBeOther) throws Exception {
        Path file = Files.write(folder.resolve("damaged"), content);
        long began = System.nanoTime();
        try {
            Excel.Read read = Excel.read(ExcelFile.at(file));
            List<List<Object>> records = new ArrayList<>(read.values());
            read.rejections().forEach(rejection -> records.add(List.of(rejection)));
            return records;
        } catch (ReadException e) {
            assertThat(CODES.contains(e.code()) || mayBeOther && CODES_WITHOUT_CHECKSUM.contains(e.code()))
                    .as(e.getMessage())
                    .isTrue();
            assertThat(e).hasMessageStartingWith(file.toString());
            return null;
        } finally {
            assertThat(System.nanoTime() - began).as("nanoseconds").isLessThan(LONGEST_NANOSECONDS);
        }
    }
}
