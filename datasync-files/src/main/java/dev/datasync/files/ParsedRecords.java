package dev.datasync.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** Records as the parser finds them, in any dialect and with everything that can be forgiven. */
final class ParsedRecords implements CsvRecords {

    private final CheckedReader reader;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private int fields;
    private long line;
    private boolean isEmptyLine;

    ParsedRecords(InputStream in, CsvOptions options, CsvFlaws flaws) throws IOException {
        reader = new CheckedReader(in, options, flaws);
        CsvDialect.Trailing trailing =
                flaws.forgives(CsvFlaw.STRAY_QUOTES) ? CsvDialect.Trailing.TEXT : CsvDialect.Trailing.MISTAKE;
        parser = CSVParser.builder()
                .setReader(reader)
                .setFormat(options.dialect().format(options.nullToken(), trailing))
                .get();
        records = parser.iterator();
    }

    @Override
    public @Nullable Object @Nullable [] next(int size) throws IOException {
        try {
            if (!records.hasNext()) {
                return null;
            }
            @Nullable String[] values = records.next().values();
            fields = values.length;
            long place = reader.nextRecordLine();
            line = Math.abs(place);
            isEmptyLine = place < 0;
            return Arrays.copyOf(values, Math.max(size, fields), Object[].class);
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    @Override
    public int fields() {
        return fields;
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public boolean isEmptyLine() {
        return isEmptyLine;
    }

    @Override
    public boolean startsQuoted() {
        return reader.startsQuoted();
    }

    @Override
    public boolean hasContent() {
        return reader.hasContent();
    }

    @Override
    public boolean endsWithLineBreak() {
        return reader.endsWithLineBreak();
    }

    @Override
    public int missingLines() {
        return reader.missingLines();
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
