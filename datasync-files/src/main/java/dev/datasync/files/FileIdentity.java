package dev.datasync.files;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What a source over a file reads, so that a plan from a file into the same file is refused.
 *
 * @param file the file, with its symbolic links resolved
 * @param part the part of the file, such as a sheet; blank for all of it
 */
record FileIdentity(Path file, String part) {

    static FileIdentity of(Path path, String part) throws IOException {
        Path resolved = ReplacementFile.resolve(path).normalize();
        try {
            return new FileIdentity(resolved.toRealPath(), part);
        } catch (IOException e) {
            // there is no file yet
            return new FileIdentity(resolved, part);
        }
    }
}
