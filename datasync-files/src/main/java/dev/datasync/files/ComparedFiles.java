package dev.datasync.files;

import dev.datasync.sink.NotCommittedException;
import java.util.Map;
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

    /** Forgets what the file was, after making sure that it is the same now. */
    void requireUnchanged(String plan, FileStamp now, String name) throws NotCommittedException {
        FileStamp then = stamps.remove(plan);
        if (then != null && !then.equals(now)) {
            throw new NotCommittedException(moved(name));
        }
    }

    /** Says that a target is no longer what it was. */
    static String moved(String name) {
        return name + " was changed by somebody else since it was read: it is left as it is; run again";
    }
}
