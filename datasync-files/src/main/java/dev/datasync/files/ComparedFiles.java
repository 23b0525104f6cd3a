package dev.datasync.files;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a target file was when a plan's run read it, until the run opens its writer: somebody else's change in between
 * must not be overwritten. Safe for use by several threads.
 */
final class ComparedFiles {

    private final Map<String, FileStamp> stamps = new ConcurrentHashMap<>();

    void remember(String plan, FileStamp stamp) {
        stamps.put(plan, stamp);
    }

    /** Returns what the file was, and forgets it. */
    Optional<FileStamp> take(String plan) {
        return Optional.ofNullable(stamps.remove(plan));
    }
}
