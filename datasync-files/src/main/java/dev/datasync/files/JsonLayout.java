package dev.datasync.files;

/** How a new JSON document is laid out. A file that exists keeps the layout it has. */
public enum JsonLayout {
    /** Each record on a line of its own: short, and a changed record is one changed line. */
    RECORD_PER_LINE,
    /** Each member on a line of its own, indented by two blanks. */
    INDENTED,
    /** Everything on one line, without blanks. */
    COMPACT
}
