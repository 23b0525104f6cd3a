package dev.datasync.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The records of a file in UTF-8, one after the other, as the texts of their fields. */
interface CsvRecords extends Closeable {

    /** Begins to read a file. Where only the parser knows what a field is, it reads, and else the fields are cut out. */
    static CsvRecords of(InputStream in, CsvOptions options, CsvFlaws flaws) throws IOException {
        boolean isPlain = options.dialect().escape() == CsvDialect.NONE && !flaws.forgives(CsvFlaw.STRAY_QUOTES);
        return isPlain ? new SplitRecords(in, options, flaws) : new ParsedRecords(in, options, flaws);
    }

    /**
     * Goes to the next record.
     *
     * @param size how many places the values shall have at least
     * @return its values in an array that is the caller's, with {@code null} behind its last field; or null when there is
     *     no further record
     * @throws CsvFault when something is wrong in the file; all records before it have been returned
     */
    @Nullable
    Object @Nullable [] next(int size) throws IOException;

    /** Returns how many fields the record has. */
    int fields();

    /** Returns the line on which the record begins. */
    long line();

    /** Returns whether the record is an empty line. */
    boolean isEmptyLine();

    /** Returns whether the first field of the file is quoted; to be asked when its record was returned. */
    boolean startsQuoted();

    /** Returns whether the file has any bytes. */
    boolean hasContent();

    /** Returns whether a line break is the last thing in the file; to be asked at its end. */
    boolean endsWithLineBreak();

    /** Returns how many lines the file has too few of those to be skipped; to be asked at its end. */
    int missingLines();
}
