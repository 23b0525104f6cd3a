package dev.datasync.internal;

import java.util.Optional;

/**
 * From where to where an incremental source was read.
 *
 * @param from the watermark with which the reading began
 * @param to the one that it returned; empty unless the source was read to its end
 */
record Watermarks(Optional<String> from, Optional<String> to) {

    static final Watermarks NONE = new Watermarks(Optional.empty(), Optional.empty());

    boolean hasMoved() {
        return to.isPresent() && !to.equals(from);
    }
}
