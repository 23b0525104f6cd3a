package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.change.Change;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random tables of nasty texts: what is written is what is read, and a rewrite changes what it should and no more. */
@SuppressWarnings("try") // close() may throw an interrupt, which fails the test
class CsvRoundTripTest {

    private static final int TABLES = 300;

    private static final String[] NASTY = {
        "",
        " ",
        "\"",
        "\"\"",
        ",",
        ";",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "'",
        "\\",
        "\\\"",
        "a",
        "0",
        "=1+1",
        "'=",
        "@x",
        "-5",
        "\uff0b",
        "^",
        "\ufffe",
        "\u202e\u05d0\u05d1",
        "e\u0301",
        "\u200d\ud83d\udc69\u200d\ud83d\ude80",
        "\u001f\u008b",
        "PK",
        "\u000c\b",
        "null",
        "NULL",
        "\ufeff",
        "\u00e4",
        "\u0416",
        "\u4e2d\u6587",
        "\ud83d\ude00",
        "\u0000d".substring(1),
        "\u0001",
        "\u007f",
        "\u0085",
        "\u00a0",
        "\u2028",
        "\ufffd",
        "<html>",
        "#",
        "--",
        "|",
        "x".repeat(9000),
    };

    private static final List<Charset> CHARSETS = List.of(
            StandardCharsets.UTF_8,
            StandardCharsets.UTF_16,
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_16BE,
            Charset.forName("UTF-32"),
            Charset.forName("GB18030"));

    @TempDir
    private Path folder;

    @Test
    void what_is_written_is_what_is_read() throws Exception {
        long seed = Long.getLong("datasync.seed", System.nanoTime());
        System.out.println("CsvRoundTripTest seed " + seed);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int table = 0; table < TABLES; table++) {
            roundTrip(random, "seed " + seed + " table " + table);
        }
    }

    private void roundTrip(RandomGenerator random, String which) throws Exception {
        Path path = folder.resolve("random.csv");
        CsvFile file = file(random, path);
        Schema schema = schema(random);
        if (!file.options().hasHeader()) {
            file = file.withoutHeader(schema.names().toArray(String[]::new));
        }
        List<List<String>> expected = rows(random, schema);

        try (ChangeWriter<Row> writer = file.open(new Csv.Writing(schema))) {
            for (List<String> row : expected) {
                writer.write(List.of(insert(schema, row)));
            }
            writer.commit();
        }
        if (!expected.isEmpty()) {
            String with = which + " " + file.options();
            assertThat(file.schema()).as(with).contains(schema);
            assertThat(Csv.rows(file)).as(with).isEqualTo(expected);
        }

        if (expected.isEmpty()) {
            Files.deleteIfExists(path);
            return;
        }
        List<List<String>> changed = changed(random, file, schema);
        assertThat(Csv.rows(file)).as(which + " " + file.options()).isEqualTo(changed);
        Files.delete(path);
    }

    /** Draws a combination of all that a file can be told. */
    private static CsvFile file(RandomGenerator random, Path path) {
        CsvFile file = CsvFile.at(path)
                .delimiter(",;\t|".charAt(random.nextInt(4)))
                .quote(random.nextInt(4) == 0 ? '\'' : '"');
        if (random.nextInt(3) == 0) {
            file = file.escape(random.nextBoolean() ? '\\' : '^');
        }
        if (random.nextInt(3) == 0) {
            file = file.comment(random.nextBoolean() ? '#' : '-');
        }
        if (random.nextInt(3) == 0) {
            file = file.skipLines(random.nextInt(3));
        }
        if (random.nextInt(3) == 0) {
            file = file.nullToken(random.nextBoolean() ? "NULL" : "null");
        }
        if (random.nextInt(4) == 0) {
            file = file.withoutHeader("replaced by those of the table");
        }
        if (random.nextInt(4) == 0) {
            file = file.gzip();
        }
        if (random.nextInt(4) == 0) {
            file = file.charset(CHARSETS.get(random.nextInt(CHARSETS.size())));
        }
        if (random.nextInt(3) == 0) {
            file = file.spreadsheetSafe(SpreadsheetSafety.ESCAPE);
        }
        return file;
    }

    private static List<List<String>> changed(RandomGenerator random, CsvFile file, Schema schema) throws Exception {
        List<Row> before = new ArrayList<>();
        List<Csv.Found> found = Csv.found(file.existing(), before::add);
        List<List<String>> expected = new ArrayList<>();
        List<Change<?>> changes = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            List<String> values = new ArrayList<>(found.get(i).values());
            long line = found.get(i).position();
            int what = random.nextInt(4);
            if (what == 0) {
                changes.add(new Change.Delete<>(Csv.insert("k", "").key(), before.get(i), line));
                continue;
            }
            if (what == 1) {
                int column = random.nextInt(values.size());
                String value = text(random);
                changes.add(Csv.update(before.get(i), line, schema.field(column).name(), value));
                values.set(column, value);
            }
            expected.add(values);
        }
        for (List<String> row : rows(random, schema)) {
            changes.add(insert(schema, row));
            expected.add(row);
        }
        Csv.change(file, changes.toArray(Change<?>[]::new));
        return expected;
    }

    private static Change<Row> insert(Schema schema, List<String> values) {
        return new Change.Insert<>(Csv.insert("k", "").key(), schema.row(values.toArray()));
    }

    private static Schema schema(RandomGenerator random) {
        String[] names = new String[random.nextInt(1, 6)];
        for (int i = 0; i < names.length; i++) {
            names[i] = (random.nextBoolean() ? "" : NASTY[random.nextInt(NASTY.length - 1)]) + "c" + i;
        }
        return Schema.ofText(names);
    }

    private static List<List<String>> rows(RandomGenerator random, Schema schema) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = random.nextInt(40); i > 0; i--) {
            String[] values = new String[schema.size()];
            for (int column = 0; column < values.length; column++) {
                values[column] = text(random);
            }
            rows.add(Arrays.asList(values));
        }
        return rows;
    }

    private static String text(RandomGenerator random) {
        if (random.nextInt(5) == 0) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(NASTY[random.nextInt(NASTY.length)]);
        }
        return text.toString();
    }
}
