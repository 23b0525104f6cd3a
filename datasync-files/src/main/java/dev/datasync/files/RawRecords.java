package dev.datasync.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of a file as bytes, one after the other, each with the line break that ends it. */
final class RawRecords implements Closeable {

    private static final int PIECE = 64 << 10;

    private final InputStream in;
    private final CsvOptions options;
    private final CsvDialect dialect;
    private final RecordScanner scanner;
    private final int byteOrderMark;

    private byte[] buffer = new byte[PIECE];
    private int from;
    private int to;
    private int end;
    private boolean ended;
    /** A field within {@link #bytes()}, with its quotes. */
    record Field(int from, int to) {}

    RawRecords(InputStream in, CsvOptions options) throws IOException {
        this.in = in;
        this.options = options;
        this.dialect = options.dialect();
        this.scanner = new RecordScanner(dialect, options.skippedLines());
        load();
        boolean marked = end >= 3 && buffer[0] == (byte) 0xef && buffer[1] == (byte) 0xbb && buffer[2] == (byte) 0xbf;
        this.byteOrderMark = marked ? 3 : 0;
        this.to = byteOrderMark;
    }

    /** Returns how many bytes come before the first record. */
    int byteOrderMark() {
        return byteOrderMark;
    }

    /** Goes to the next record, comment or skipped line. Returns whether there is one. */
    boolean next() throws IOException {
        from = to;
        int scanned = from;
        while (true) {
            to = scanner.next(buffer, scanned, end);
            if (to >= 0) {
                return true;
            }
            if (ended) {
                scanner.finish();
                to = end;
                return to > from;
            }
            int known = end - from;
            load();
            scanned = from + known;
        }
    }

    /** Reads on, behind what is known of the record, which moves to the front. */
    private void load() throws IOException {
        int known = end - from;
        byte[] target = known > buffer.length / 2 ? new byte[buffer.length * 2] : buffer;
        System.arraycopy(buffer, from, target, 0, known);
        int count = in.readNBytes(target, known, target.length - known);
        ended = count < target.length - known;
        buffer = target;
        from = 0;
        end = known + count;
    }

    /** Returns the line on which the record begins, from 1. */
    long line() {
        return scanner.recordLine();
    }

    /** Returns whether this is a record, and no comment or skipped line. */
    boolean isRecord() {
        return scanner.isRecord();
    }

    /** Returns how many lines there were too few of those to be skipped; to be asked at the end. */
    int missingLines() {
        return scanner.missingLines();
    }

    /** Returns the bytes in which {@link #from()} and {@link #to()} count; others after {@link #next()}. */
    byte[] bytes() {
        return buffer;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** Returns where the line break begins. */
    int contentEnd() {
        return to - scanner.lineBreakLength();
    }

    /** Returns the fields of the record. */
    List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        int contentEnd = contentEnd();
        int start = from;
        while (true) {
            int fieldEnd = fieldEnd(start, contentEnd);
            fields.add(new Field(start, fieldEnd));
            if (fieldEnd == contentEnd) {
                return fields;
            }
            start = fieldEnd + 1;
        }
    }

    private int fieldEnd(int start, int contentEnd) {
        boolean quoted = false;
        int index = start;
        while (index < contentEnd && (quoted || buffer[index] != dialect.delimiter())) {
            if (buffer[index] == dialect.escape() && dialect.escape() != CsvDialect.NONE) {
                index++;
            } else {
                // a doubled quote ends the quoted part and begins it anew
                quoted ^= buffer[index] == dialect.quote();
            }
            index++;
        }
        return Math.min(index, contentEnd);
    }

    boolean isQuoted(Field field) {
        return field.to > field.from && buffer[field.from] == dialect.quote();
    }

    /** Returns the value of a field, as the parser would. */
    @Nullable
    String value(Field field) {
        if (!isQuoted(field)) {
            String text = dialect.unescaped(text(field.from, field.to));
            return text.equals(options.nullToken()) ? null : text;
        }
        String text = text(field.from + 1, field.to - 1);
        return dialect.escape() == CsvDialect.NONE ? withoutDoubledQuotes(text) : withoutDoubledQuotesAndEscapes(text);
    }

    private String text(int start, int stop) {
        return new String(buffer, start, stop - start, StandardCharsets.UTF_8);
    }

    private String withoutDoubledQuotes(String text) {
        String quote = String.valueOf(dialect.quote());
        return text.replace(quote + quote, quote);
    }

    private String withoutDoubledQuotesAndEscapes(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == dialect.escape() && i + 1 < text.length()) {
                char meant = dialect.unescaped(text.charAt(++i));
                if (meant == CsvDialect.NONE) {
                    out.append(next).append(text.charAt(i));
                } else {
                    out.append(meant);
                }
            } else {
                out.append(next);
                if (next == dialect.quote()) {
                    i++;
                }
            }
        }
        return out.toString();
    }

    /** Returns the values of all fields. */
    List<@Nullable String> values() {
        return Arrays.asList(fields().stream().map(this::value).toArray(String[]::new));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
