package dev.datasync.files;

/**
 * What {@link CsvSource#lenient} forgives. Each thing forgiven is counted, and told in the report with the line on which
 * it was found first.
 */
public enum CsvFlaw {

    /** A row has fewer fields than the header: the others are {@code null}. */
    SHORT_ROWS("rows have fewer fields than the header: the missing ones were read as null"),

    /** A row has more fields than the header: the surplus is dropped. */
    LONG_ROWS("rows have more fields than the header: the surplus was dropped"),

    /** An empty line stands between two rows: it is passed over. In a file of one column an empty line is a row. */
    EMPTY_LINES("empty lines stand between rows: they were passed over"),

    /**
     * A quote stands inside a field that does not begin with one, or text stands behind a closing quote: it is part of
     * the field. A quote that is never closed stays a mistake.
     */
    STRAY_QUOTES("fields have quotes or text in the wrong place: they were read as they stand"),

    /** Bytes are no characters of the file's encoding: each is read as U+FFFD. */
    INVALID_CHARACTERS("bytes are no characters of the file's encoding: they were read as U+FFFD"),

    /** Two columns have the same name: the second becomes {@code name_2}. */
    DUPLICATE_HEADER("columns have the name of another one: they were given a number"),

    /** A column has no name: the third becomes {@code column_3}. */
    EMPTY_HEADER("columns have no name: they were named after their place");

    private final String told;

    CsvFlaw(String told) {
        this.told = told;
    }

    String told() {
        return told;
    }
}
