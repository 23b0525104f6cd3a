package dev.datasync.files;

import dev.datasync.source.ReadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells before a run whether a file can be replaced or created. */
final class WritableTarget {

    private WritableTarget() {}

    /** Returns where the file is, its symbolic links resolved. */
    static Path check(Path path) throws ReadException {
        Path target;
        try {
            target = ReplacementFile.resolve(path);
        } catch (IOException e) {
            throw new ReadException("E-FILE-UNWRITABLE", path + " cannot be written: " + e.getMessage(), e);
        }
        if (Files.isDirectory(target)) {
            throw new ReadException("E-FILE-UNWRITABLE", path + " is a folder: give the path of a file in it");
        }
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ReadException(
                    "E-FILE-FOLDER", path + " cannot be written: there is no folder " + folder + ": create it first");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new ReadException(
                    "E-FILE-UNWRITABLE",
                    path + " is a device or a pipe and cannot be replaced: give the path of a file");
        }
        if (Files.exists(target) && !Files.isWritable(target)) {
            throw new ReadException(
                    "E-FILE-UNWRITABLE", path + " cannot be written: this process lacks the permission to write it");
        }
        if (!Files.isWritable(folder)) {
            throw new ReadException(
                    "E-FILE-FOLDER",
                    path
                            + " cannot be written: the new content is written beside the old one, and this process lacks the"
                            + " permission to create files in the folder " + folder);
        }
        return target;
    }

    static ReplacementFile replacement(Path path, Path target) throws ReadException {
        try {
            return ReplacementFile.of(target);
        } catch (IOException e) {
            throw new ReadException(
                    "E-FILE-FOLDER",
                    path + " cannot be written: no file can be created in the folder " + target.getParent() + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
