package dev.datasync.files;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a source reads beyond or less than a strict file.
 *
 * @param forgiven what is no mistake
 * @param inference whether types come from the values
 * @param rows how many rows there must be, or {@link #ANY_NUMBER}
 * @param trailer what the last record is, or null when it is a row
 * @param end what the last byte is
 * @param glob which files of a folder are read, or null when the path is that of a file
 * @param fileNameField the field for the name of the file, or null for none
 */
record CsvChecks(
        Set<CsvFlaw> forgiven,
        Inference inference,
        long rows,
        @Nullable Trailer trailer,
        End end,
        @Nullable String glob,
        @Nullable String fileNameField) {

    static final long ANY_NUMBER = -1;

    static final CsvChecks STRICT = new CsvChecks(Set.of(), Inference.NONE, ANY_NUMBER, null, End.ANYWHERE, null, null);

    enum Inference {
        NONE,
        FROM_VALUES
    }

    enum End {
        ANYWHERE,
        LINE_BREAK
    }

    /**
     * The record that ends a file.
     *
     * @param mark the text of its first field
     * @param countColumn the column of the number of rows, from 2
     */
    record Trailer(String mark, int countColumn) {}

    CsvChecks {
        forgiven = Set.copyOf(forgiven);
    }

    CsvChecks withForgiven(Set<CsvFlaw> flaws) {
        return new CsvChecks(flaws, inference, rows, trailer, end, glob, fileNameField);
    }

    CsvChecks withInference() {
        return new CsvChecks(forgiven, Inference.FROM_VALUES, rows, trailer, end, glob, fileNameField);
    }

    CsvChecks withRows(long number) {
        return new CsvChecks(forgiven, inference, number, trailer, end, glob, fileNameField);
    }

    CsvChecks withTrailer(Trailer other) {
        return new CsvChecks(forgiven, inference, rows, other, end, glob, fileNameField);
    }

    CsvChecks withLineBreakAtEnd() {
        return new CsvChecks(forgiven, inference, rows, trailer, End.LINE_BREAK, glob, fileNameField);
    }

    CsvChecks withGlob(String pattern, @Nullable String field) {
        return new CsvChecks(forgiven, inference, rows, trailer, end, pattern, field);
    }
}
