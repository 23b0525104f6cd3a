package dev.datasync.internal;

/** The two sides of a comparison. */
enum Side {
    SOURCE,
    TARGET;

    @Override
    public String toString() {
        return this == SOURCE ? "source" : "target";
    }
}
