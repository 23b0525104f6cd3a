package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.change.Change;
import dev.datasync.row.Row;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.source.ReadException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file cut off or changed at each of its bytes: rows or a {@link ReadException}, and nothing else. */
@Timeout(300)
class JsonDamageTest {

    private static final String ARRAY =
            "\ufeff[ {\"id\":1,\"name\":\"h\\u00e4t \\\"x\\\" \u00e4\u4e2d\ud83d\ude00\"},\r"
                    + "\n {\"id\":-2.50e1,\"tags\":[true,false,null,{\"a\":{}}],\"name\":null} , {} ]\n";
    private static final String DOCUMENT =
            "{\"ok\":true,\"data\":{\"n\":[1,{\"a\":\"]\"}],\"items\":[{\"id\":1,\"a\":{\"b\":2}},{\"id\":2}]},\"end\":[]}";
    private static final String LINES = "{\"id\":1,\"name\":\"h\u00e4t\"}\n{\"id\":2}\r\n{\"id\":3,\"x\":[{}]}\n";

    @TempDir
    private Path folder;

    private int readable;

    private List<JsonFile> files() {
        Path path = folder.resolve("damaged.json");
        return List.of(
                JsonFile.at(path),
                JsonFile.at(path).array("/data/items").flatten(),
                JsonFile.at(path).lines());
    }

    private static List<byte[]> contents() {
        return List.of(bytes(ARRAY), bytes(DOCUMENT), bytes(LINES));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_document_cut_off_at_any_byte_is_never_read() throws Exception {
        for (int i = 0; i < 2; i++) {
            byte[] whole = contents().get(i);
            List<Row> all = rows(i, whole);
            int end = new String(whole, StandardCharsets.ISO_8859_1)
                    .stripTrailing()
                    .length();
            for (int length = 0; length < whole.length; length++) {
                List<Row> rows = rows(i, Arrays.copyOf(whole, length));
                assertThat(rows).as("%d cut at %d", i, length).isEqualTo(length < end ? null : all);
            }
        }
    }

    /** What cannot be told: lines that were cut off between two of them. */
    @Test
    void lines_cut_off_at_any_byte_are_read_only_when_that_is_between_two() throws Exception {
        byte[] whole = bytes(LINES);
        List<Row> all = rows(2, whole);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            String text = new String(cut, StandardCharsets.UTF_8);
            boolean isBetween =
                    text.stripTrailing().endsWith("}") && !text.stripTrailing().endsWith("{}");
            long count = text.lines().filter(line -> !line.isBlank()).count();
            assertThat(rows(2, cut)).as("cut at %d", length).isEqualTo(isBetween ? all.subList(0, (int) count) : null);
        }
    }

    @Test
    void compressed_documents_cut_off_at_any_byte_are_never_read() throws Exception {
        byte[] whole = Json.gzip(bytes(LINES));
        JsonFile file = JsonFile.at(folder.resolve("cut.json.gz")).lines();
        for (int length = 0; length < whole.length; length++) {
            Csv.write(folder, "cut.json.gz", Arrays.copyOf(whole, length));
            ReadException failure = Json.failure(file);
            assertThat(failure).as("cut at %d", length).isNotNull();
            assertThat(failure.code()).isEqualTo("E-FILE-GZIP");
        }
    }

    @Test
    void a_file_with_any_byte_changed_gives_rows_or_a_typed_error() throws Exception {
        for (int i = 0; i < 3; i++) {
            byte[] whole = contents().get(i);
            for (int at = 0; at < whole.length; at++) {
                for (byte other : bytes("\u0000\n\r\",:[]{}\\x 0-e\u00ff")) {
                    damage(i, whole, at, other);
                }
                for (int bit = 0; bit < 8; bit++) {
                    damage(i, whole, at, (byte) (whole[at] ^ 1 << bit));
                }
            }
        }
    }

    private void damage(int kind, byte[] whole, int at, byte other) throws Exception {
        byte[] damaged = whole.clone();
        damaged[at] = other;
        List<Row> rows = rows(kind, damaged);
        // forcing each to the disk would take most of the time: every fortieth is enough
        if (rows != null && readable++ % 40 == 0) {
            rewrite(kind, damaged, rows);
        }
    }

    /** Whatever can be read can be rewritten, without any change of what is not touched. */
    private void rewrite(int kind, byte[] content, List<Row> rows) throws Exception {
        JsonFile file = files().get(kind);
        List<Json.Found> found;
        try {
            if (file.storedSchema().isEmpty()) {
                return;
            }
            found = Json.found(file.existing());
        } catch (ReadException e) {
            assertThat(e.code()).isEqualTo("E-JSON-NAMES");
            return;
        }
        Json.Found last = found.get(found.size() - 1);
        Change<Row> delete = Json.delete(file, last.position());
        try {
            Json.change(file, delete, Csv.insert("id", 77));
        } catch (NotCommittedException | IllegalArgumentException e) {
            throw new AssertionError(new String(content, StandardCharsets.UTF_8), e);
        }
        List<Row> expected = new ArrayList<>(rows.subList(0, rows.size() - 1));
        List<Row> now = Json.rows(file);
        assertThat(now).hasSameSizeAs(rows);
        assertThat(now.subList(0, now.size() - 1)).isEqualTo(expected);
        Files.deleteIfExists(folder.resolve("damaged.json"));
    }

    /** Returns the rows, or null when the file was refused. */
    private List<Row> rows(int kind, byte[] content) throws Exception {
        Path path = Csv.write(folder, "damaged.json", content);
        try {
            List<Json.Found> found = Json.found(files().get(kind));
            return found.stream().allMatch(each -> each.problem().isEmpty())
                    ? found.stream().map(Json.Found::row).toList()
                    : null;
        } catch (ReadException e) {
            assertThat(e.code()).startsWith("E-JSON-").isNotEqualTo("E-JSON-PARSER");
            assertThat(e).hasMessageStartingWith(path.toString());
            return null;
        }
    }
}
