package dev.datasync.http;

/** Which fields the request of an update carries. */
public enum UpdateBody {
    /**
     * Those that differ, and no others: what {@code PATCH} is for. Of a nested object that was flattened all fields,
     * because many servers replace it as a whole, unless the bodies are {@code application/merge-patch+json}.
     */
    CHANGED_FIELDS,
    /**
     * All that the plan knows of the record: what {@code PUT} is for, which replaces what was there; so name all
     * fields of a record if you name them by {@code fields(...)}.
     */
    WHOLE_RECORD
}
