package dev.datasync.files;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a file is written and read.
 *
 * @param dialect how its fields are set apart
 * @param header the names of its columns when it has no header; empty when it has one
 * @param skippedLines how many lines come before the header
 * @param nullToken the unquoted text that is null
 * @param charset its encoding, or null for that of its byte order mark, or UTF-8
 * @param compression whether it is compressed
 * @param types the formats of columns that are no text, by name
 * @param safety what is done with texts that a spreadsheet would take for formulas
 * @param columns the columns of a new file; empty for those of the records
 * @param sortedBy the columns by which it is sorted; empty when it is not
 */
record CsvOptions(
        CsvDialect dialect,
        List<String> header,
        int skippedLines,
        String nullToken,
        @Nullable Charset charset,
        Compression compression,
        Map<String, TextFormat> types,
        SpreadsheetSafety safety,
        List<String> columns,
        List<String> sortedBy) {

    private static final int MOST_SHOWN = 30;

    static final CsvOptions DEFAULT = new CsvOptions(
            CsvDialect.RFC_4180,
            List.of(),
            0,
            "",
            null,
            Compression.BY_NAME,
            Map.of(),
            SpreadsheetSafety.OFF,
            List.of(),
            List.of());

    CsvOptions {
        if (skippedLines < 0) {
            throw new IllegalArgumentException("no fewer than 0 lines can be skipped, and not " + skippedLines);
        }
        if (charset != null && !charset.canEncode()) {
            throw new IllegalArgumentException("no text can be written in " + charset.name() + ": name one encoding");
        }
        checkNullToken(nullToken, dialect);
        types = Map.copyOf(types);
    }

    private static void checkNullToken(String token, CsvDialect dialect) {
        boolean isPlain = token.strip().equals(token)
                && token.chars()
                        .noneMatch(c -> c == dialect.delimiter() || c == dialect.quote() || c < ' ' || c == 0xfeff)
                && dialect.unescaped(token).equals(token)
                && (dialect.escape() == CsvDialect.NONE || !token.endsWith(String.valueOf(dialect.escape())))
                && (dialect.comment() == CsvDialect.NONE || !token.startsWith(String.valueOf(dialect.comment())))
                && CsvFormatter.problem(token) == null;
        if (!isPlain) {
            throw new IllegalArgumentException("the null token '" + Shown.name(token)
                    + "' cannot stand without quotes: it must have no delimiters, quotes, line breaks or blanks at an"
                    + " end, and mean itself in the file's dialect");
        }
    }

    boolean hasHeader() {
        return header.isEmpty();
    }

    CsvOptions withDialect(CsvDialect other) {
        return new CsvOptions(
                other, header, skippedLines, nullToken, charset, compression, types, safety, columns, sortedBy);
    }

    CsvOptions withHeader(List<String> names) {
        return new CsvOptions(
                dialect, names, skippedLines, nullToken, charset, compression, types, safety, columns, sortedBy);
    }

    CsvOptions withSkippedLines(int lines) {
        return new CsvOptions(
                dialect, header, lines, nullToken, charset, compression, types, safety, columns, sortedBy);
    }

    CsvOptions withNullToken(String token) {
        return new CsvOptions(
                dialect, header, skippedLines, token, charset, compression, types, safety, columns, sortedBy);
    }

    CsvOptions withCharset(Charset other) {
        return new CsvOptions(
                dialect, header, skippedLines, nullToken, other, compression, types, safety, columns, sortedBy);
    }

    CsvOptions withCompression(Compression other) {
        return new CsvOptions(
                dialect, header, skippedLines, nullToken, charset, other, types, safety, columns, sortedBy);
    }

    CsvOptions withTypes(Map<String, TextFormat> others) {
        return new CsvOptions(
                dialect, header, skippedLines, nullToken, charset, compression, others, safety, columns, sortedBy);
    }

    CsvOptions withSafety(SpreadsheetSafety other) {
        return new CsvOptions(
                dialect, header, skippedLines, nullToken, charset, compression, types, other, columns, sortedBy);
    }

    CsvOptions withColumns(List<String> names) {
        return new CsvOptions(
                dialect, header, skippedLines, nullToken, charset, compression, types, safety, names, sortedBy);
    }

    CsvOptions withSortedBy(List<String> names) {
        return new CsvOptions(
                dialect, header, skippedLines, nullToken, charset, compression, types, safety, columns, names);
    }

    /** Returns the fields of the columns with some names. */
    Schema schema(List<String> names, String place) throws ReadException {
        List<Field> fields = new ArrayList<>(names.size());
        names.forEach(name -> fields.add(Field.of(name, FieldType.text())));
        Schema plain = Schema.of(fields);
        for (Map.Entry<String, TextFormat> entry : types.entrySet()) {
            int column = plain.indexOf(entry.getKey());
            if (column < 0) {
                throw new ReadException(
                        "E-CSV-COLUMN",
                        place + ": types names a column '" + Shown.name(entry.getKey())
                                + "' that the file does not have: its columns are "
                                + names.stream()
                                        .limit(MOST_SHOWN)
                                        .map(Shown::name)
                                        .toList());
            }
            fields.set(column, fields.get(column).typed(entry.getValue().type()));
        }
        return Schema.of(fields);
    }

    /** Returns the formats by column; a column without one is text as it stands. */
    @Nullable
    TextFormat[] formats(Schema schema) {
        @Nullable TextFormat[] formats = new @Nullable TextFormat[schema.size()];
        types.forEach((name, format) -> formats[schema.indexOf(name)] = format);
        return formats;
    }

    boolean isSortedBy(List<String> fields) {
        if (fields.isEmpty() || fields.size() > sortedBy.size()) {
            return false;
        }
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.get(i).equalsIgnoreCase(sortedBy.get(i))) {
                return false;
            }
        }
        return true;
    }
}
