package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.source.ReadException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file cut off or changed at each of its bytes: rows or a {@link ReadException}, and nothing else. */
class CsvDamageTest {

    private static final List<String> CONTENTS = List.of(
            "\ufeffid,name,note\r\n1,hat,\"x, \"\"y\"\"\"\r\n2,\u00e4\u4e2d\ud83d\ude00,\"two\r\nlines\"\r\n3,,\"\"\r\n",
            "id\n1\n\n\"a\"\n",
            "id,name\r1,\"\n\"\r\r");

    private static final List<String> CODES = List.of(
            "E-CSV-WIDTH",
            "E-CSV-DUP-HEADER",
            "E-CSV-HEADER-EMPTY",
            "E-CSV-QUOTE",
            "E-CSV-ENCODING",
            "E-CSV-NUL",
            "E-CSV-NOT-CSV",
            "E-CSV-EMPTY",
            "E-CSV-DELIM");

    @TempDir
    private Path folder;

    @Test
    void a_file_cut_off_at_any_byte_gives_its_first_rows_or_a_typed_error() throws Exception {
        for (String content : CONTENTS) {
            byte[] whole = content.getBytes(StandardCharsets.UTF_8);
            int most = read(whole).size();
            for (int length = 0; length < whole.length; length++) {
                List<Csv.Found> rows = read(Arrays.copyOf(whole, length));
                assertThat(rows.size()).as("%s cut at %d", content, length).isLessThanOrEqualTo(most);
            }
        }
    }

    @Test
    void a_file_with_any_byte_changed_gives_rows_or_a_typed_error() throws Exception {
        for (String content : CONTENTS) {
            byte[] whole = content.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < whole.length; i++) {
                for (byte other :
                        new byte[] {0, '\n', '\r', '"', ',', ';', 'x', ' ', (byte) 0x80, (byte) 0xc3, (byte) 0xff}) {
                    byte[] damaged = whole.clone();
                    damaged[i] = other;
                    read(damaged);
                }
                for (int bit = 0; bit < 8; bit++) {
                    byte[] damaged = whole.clone();
                    damaged[i] ^= (byte) (1 << bit);
                    read(damaged);
                }
            }
        }
    }

    /** Reads, and holds the records that a rewrite would see against the rows that the parser sees. */
    private List<Csv.Found> read(byte[] content) throws Exception {
        Path file = Csv.write(folder, "damaged.csv", content);
        List<Csv.Found> rows;
        try {
            rows = Csv.found(CsvFile.at(file));
        } catch (ReadException e) {
            assertThat(e.code()).isIn(CODES);
            assertThat(e).hasMessageStartingWith(file.toString());
            return List.of();
        }
        assertThat(raw(content)).as(new String(content, StandardCharsets.UTF_8)).isEqualTo(rows);
        return rows;
    }

    private static List<Csv.Found> raw(byte[] content) throws IOException {
        List<Csv.Found> found = new ArrayList<>();
        try (RawRecords records = new RawRecords(new ByteArrayInputStream(content), CsvOptions.DEFAULT)) {
            assertThat(records.next()).isTrue();
            int width = records.values().size();
            while (records.next()) {
                if (width == 1 || records.contentEnd() > records.from()) {
                    found.add(new Csv.Found(records.line(), records.values()));
                }
            }
        }
        return found;
    }
}
