package dev.datasync.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * By what a changed or replaced file is noticed.
 *
 * @param size its bytes, or -1 when there is no file
 * @param modified when it was changed last
 * @param key what identifies it in its file system, where that has such a thing
 */
record FileStamp(long size, FileTime modified, @Nullable Object key) {

    private static final FileStamp MISSING = new FileStamp(-1, FileTime.fromMillis(0), null);

    static FileStamp of(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileStamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        } catch (NoSuchFileException e) {
            return MISSING;
        }
    }

    boolean exists() {
        return size >= 0;
    }
}
