package dev.datasync.http;

/** Which fields the request of an update carries. */
public enum UpdateBody {
    /** Those that differ, and no others: what {@code PATCH} is for. */
    CHANGED_FIELDS,
    /** All that the plan knows of the record: what {@code PUT} is for, which replaces what was there. */
    WHOLE_RECORD
}
