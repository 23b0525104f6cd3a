package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is cut out of the bytes is what the parser finds: values, lines, faults and their places. */
class SplitRecordsTest {

    private static final long SEED = 6_004_001L;

    private static final List<CsvOptions> OPTIONS = options();

    /** Pieces of files: most of them belong to records, some to nothing that is CSV. */
    private static final List<byte[]> PARTS = parts(
            "a",
            "hat",
            "12.50",
            "true",
            "NULL",
            "\\N",
            "\u00e4",
            "\u4e2d\u00fc",
            "\ud83d\ude00",
            "\ufffd",
            "\ufeff",
            "\ufffe",
            "\u0085\u2028",
            " ",
            "\t",
            "\f\b",
            "\\",
            "#",
            "'",
            ",",
            ",",
            ",",
            ",",
            ";",
            "|",
            "\n",
            "\n",
            "\n",
            "\r\n",
            "\r\n",
            "\r",
            "\"",
            "\"\"",
            "\"\",",
            ",\"a\"",
            ",\"a\",",
            ",\"x, \"\"y\"\"\",",
            ",\"two\r\nlines\n\r\u00e4\"",
            "\"\"\"\"\n",
            "\n#a comment, \"\n",
            "\r# \u00e4\r",
            "\n\n");

    private static final List<byte[]> FLAWS = List.of(
            new byte[] {0},
            new byte[] {(byte) 0xff},
            new byte[] {(byte) 0xc3},
            new byte[] {(byte) 0xe4, (byte) 0xb8},
            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            new byte[] {(byte) 0xc0, (byte) 0x80},
            new byte[] {(byte) 0xf0, (byte) 0x9f, (byte) 0x98},
            new byte[] {(byte) 0xef, (byte) 0xbf});

    private static List<byte[]> parts(String... parts) {
        return Arrays.stream(parts)
                .map(part -> part.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static List<CsvOptions> options() {
        List<CsvOptions> options = new ArrayList<>();
        for (CsvDialect dialect : List.of(
                CsvDialect.RFC_4180,
                CsvDialect.RFC_4180.withDelimiter(';'),
                CsvDialect.RFC_4180.withDelimiter('|').withComment('#'),
                CsvDialect.RFC_4180.withComment('#'),
                CsvDialect.RFC_4180.withQuote('\''),
                CsvDialect.RFC_4180.withDelimiter('\t').withQuote('a').withComment('h'),
                CsvDialect.RFC_4180.withDelimiter(' '))) {
            CsvOptions plain = CsvOptions.DEFAULT.withDialect(dialect);
            options.add(plain);
            options.add(plain.withSkippedLines(2));
            options.add(plain.withNullToken("NULL"));
            options.add(plain.withHeader(List.of("id", "name")).withNullToken("\\N"));
        }
        return options;
    }

    /** What a reading finds: its records, and the fault that ends it or null. */
    private record Found(List<String> records, @Nullable String fault, boolean endsWithLineBreak, int missingLines) {}

    private interface Opening {
        CsvRecords open(InputStream in, CsvOptions options, CsvFlaws flaws) throws IOException;
    }

    private static Found found(Opening opening, InputStream in, CsvOptions options) {
        List<String> found = new ArrayList<>();
        boolean endsWithLineBreak = false;
        int missingLines = 0;
        String fault = null;
        try (CsvRecords records = opening.open(in, options, new CsvFlaws(Set.of()))) {
            for (@Nullable Object[] values = records.next(3); values != null; values = records.next(3)) {
                assertThat(values.length).isGreaterThanOrEqualTo(Math.max(3, records.fields()));
                for (int i = records.fields(); i < values.length; i++) {
                    assertThat(values[i]).isNull();
                }
                found.add(records.line() + (records.isEmptyLine() ? " empty " : " ") + records.startsQuoted() + " "
                        + shown(Arrays.copyOf(values, records.fields())));
            }
            endsWithLineBreak = records.endsWithLineBreak();
            missingLines = records.missingLines();
            found.add("content " + records.hasContent());
        } catch (CsvFault e) {
            fault = e.code() + " " + e.line() + " " + e.column() + " " + e.getMessage();
        } catch (IOException e) {
            fault = e.toString();
        }
        return new Found(found, fault, endsWithLineBreak, missingLines);
    }

    private static String shown(@Nullable Object[] values) {
        StringBuilder shown = new StringBuilder();
        for (Object value : values) {
            String text = String.valueOf(value);
            shown.append(
                    value == null
                            ? "-"
                            : "<" + (text.length() < 60 ? text : text.length() + " " + text.hashCode()) + ">");
        }
        return shown.toString();
    }

    private static void assertSame(String name, byte[] content, CsvOptions options) {
        assertSame(name, content, options, null);
    }

    private static void assertSame(String name, byte[] content, CsvOptions options, @Nullable IOException end) {
        Found parsed = found(ParsedRecords::new, input(content, end), options);
        Found split = found(SplitRecords::new, input(content, end), options);
        if (parsed.fault != null && split.records.size() == parsed.records.size() + 1) {
            // behind a carriage return the parser looks for a line feed before it returns the record
            split = new Found(
                    split.records.subList(0, parsed.records.size()),
                    split.fault,
                    split.endsWithLineBreak,
                    split.missingLines);
        }
        if (!split.equals(parsed)) {
            assertThat(split)
                    .as("%s, %s: %s", name, options, abridged(new String(content, StandardCharsets.ISO_8859_1)))
                    .isEqualTo(parsed);
        }
    }

    private static String abridged(String text) {
        return text.length() < 200 ? text : text.substring(0, 100) + "..." + text.substring(text.length() - 100);
    }

    private static InputStream input(byte[] content, @Nullable IOException end) {
        InputStream bytes = new ByteArrayInputStream(content);
        return end == null
                ? bytes
                : new SequenceInputStream(bytes, new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw end;
                    }

                    @Override
                    public int read(byte[] target, int from, int length) throws IOException {
                        throw end;
                    }
                });
    }

    private static byte[] file(Random random, int parts, int flaws) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (random.nextInt(10) == 0) {
            out.writeBytes("\ufeff".getBytes(StandardCharsets.UTF_8));
        }
        if (random.nextBoolean()) {
            out.writeBytes("id,name\n".getBytes(StandardCharsets.UTF_8));
        }
        for (int i = 0; i < parts; i++) {
            boolean isFlaw = random.nextInt(parts) < flaws;
            List<byte[]> choice = isFlaw ? FLAWS : PARTS;
            out.writeBytes(choice.get(random.nextInt(choice.size())));
        }
        return out.toByteArray();
    }

    @Test
    void finds_in_small_files_what_the_parser_finds() {
        for (int i = 0; i < 12_000; i++) {
            Random random = new Random(SEED + i);
            byte[] content = file(random, 1 + random.nextInt(12), random.nextInt(4) / 3);
            assertSame("seed " + (SEED + i), content, OPTIONS.get(i % OPTIONS.size()));
        }
    }

    @Test
    void finds_in_files_that_fail_at_their_end_what_the_parser_finds() {
        List<IOException> ends = List.of(
                new IOException("the disk is gone"),
                new GzipFault("the end is missing"),
                new CsvFault("E-CSV-ENCODING", 7, CsvFault.NO_COLUMN, "not UTF-16"));
        for (int i = 0; i < 6_000; i++) {
            Random random = new Random(SEED + i);
            byte[] content = file(random, random.nextInt(12), random.nextInt(4) / 3);
            assertSame("seed " + (SEED + i), content, OPTIONS.get(i % OPTIONS.size()), ends.get(random.nextInt(3)));
        }
    }

    /** Records of all lengths lie across the ends of the pieces in which the file is read. */
    @Test
    void finds_in_files_of_many_pieces_what_the_parser_finds() {
        for (int i = 0; i < 8; i++) {
            Random random = new Random(SEED + i);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int size = 150_000 + random.nextInt(150_000);
            int longest = List.of(4, 40, 5_000, 90_000).get(random.nextInt(4));
            while (out.size() < size) {
                out.writeBytes(wellFormed(random, random.nextInt(longest)));
            }
            if (random.nextBoolean()) {
                List<byte[]> choice = random.nextBoolean() ? FLAWS : PARTS;
                out.writeBytes(choice.get(random.nextInt(choice.size())));
                out.writeBytes(wellFormed(random, 20));
            }
            for (CsvOptions options : OPTIONS) {
                assertSame("seed " + (SEED + i), out.toByteArray(), options);
            }
        }
    }

    private static byte[] wellFormed(Random random, int longest) {
        StringBuilder record = new StringBuilder();
        int fields = 1 + random.nextInt(4);
        for (int i = 0; i < fields; i++) {
            record.append(i == 0 ? "" : ",");
            String text = List.of("x", "\u00e4", "\ud83d\ude00")
                    .get(random.nextInt(3))
                    .repeat(random.nextInt(longest + 1));
            switch (random.nextInt(4)) {
                case 0 ->
                    record.append('"')
                            .append(text)
                            .append("\"\"\r\n\n")
                            .append(text)
                            .append('"');
                case 1 -> record.append('"').append(text).append('"');
                default -> record.append(text);
            }
        }
        record.append(List.of("\n", "\r\n", "\r").get(random.nextInt(3)));
        if (random.nextInt(20) == 0) {
            record.append("#")
                    .append("\u00e4,\"".repeat(random.nextInt(longest + 1)))
                    .append("\n");
        }
        return record.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void finds_a_break_at_each_place_around_the_end_of_a_piece() {
        String tail = "\"a\"\"b\",\u00e4\u4e2d,\r\n#c\r\n\"x\r\ny\"\r\n\r\n\ud83d\ude00,\"\"\r\r\"e\"";
        for (int length = (64 << 10) - 60; length <= (64 << 10) + 4; length++) {
            for (CsvOptions options : OPTIONS) {
                byte[] content = ("x".repeat(length - 1) + "\n" + tail).getBytes(StandardCharsets.UTF_8);
                assertSame("length " + length, content, options);
            }
        }
    }

    @Test
    void refuses_too_many_fields_and_too_long_records_as_the_parser_does() {
        for (String content : List.of(
                "a\n" + ",".repeat(RecordScanner.MOST_COLUMNS - 1) + "\nb",
                "a\n" + ",".repeat(RecordScanner.MOST_COLUMNS) + "\nb",
                "a\n\"\n" + "x".repeat(RecordScanner.LONGEST_RECORD + (256 << 10)),
                "a\n" + "x".repeat(RecordScanner.LONGEST_RECORD + (256 << 10)) + "\nb",
                "a\n\"" + "\"\"\r\n".repeat((RecordScanner.LONGEST_RECORD >> 2) - 100) + "\"\nb",
                "#" + "x".repeat(RecordScanner.LONGEST_RECORD + (256 << 10)) + "\nb")) {
            for (CsvOptions options :
                    List.of(CsvOptions.DEFAULT, CsvOptions.DEFAULT.withDialect(CsvDialect.RFC_4180.withComment('#')))) {
                assertSame("", content.getBytes(StandardCharsets.UTF_8), options);
            }
        }
    }

    @Test
    void leaves_escapes_and_forgiven_quotes_to_the_parser() throws IOException {
        CsvOptions escaping = CsvOptions.DEFAULT.withDialect(CsvDialect.RFC_4180.withEscape('\\'));
        CsvFlaws none = new CsvFlaws(Set.of());
        for (boolean isPlain : new boolean[] {true, false}) {
            InputStream in = new ByteArrayInputStream("a\n".getBytes(StandardCharsets.UTF_8));
            try (CsvRecords records = CsvRecords.of(in, isPlain ? CsvOptions.DEFAULT : escaping, none)) {
                assertThat(records).isInstanceOf(isPlain ? SplitRecords.class : ParsedRecords.class);
            }
        }
        InputStream in = new ByteArrayInputStream("a\n".getBytes(StandardCharsets.UTF_8));
        try (CsvRecords records =
                CsvRecords.of(in, CsvOptions.DEFAULT, new CsvFlaws(Set.of(CsvFlaw.STRAY_QUOTES, CsvFlaw.SHORT_ROWS)))) {
            assertThat(records).isInstanceOf(ParsedRecords.class);
        }
    }
}
