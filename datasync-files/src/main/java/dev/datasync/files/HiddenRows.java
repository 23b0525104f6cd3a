package dev.datasync.files;

/** What reading does with the rows of a sheet that a person has hidden or filtered away. */
public enum HiddenRows {
    /** They are records like all others. */
    READ,
    /** They are passed over, as if they were not there. */
    SKIP
}
