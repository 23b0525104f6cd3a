package dev.datasync.files;

import dev.datasync.source.ReadException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens files of any format for reading, and says in the same words for all of them what is wrong with one. */
final class FileInput {

    private FileInput() {}

    /** Returns what the file is now, if it is one that can be read. */
    static FileStamp check(Path path) throws ReadException {
        try {
            FileStamp stamp = FileStamp.of(path);
            if (!stamp.exists()) {
                throw new ReadException(
                        "E-FILE-MISSING",
                        path + ": there is no such file" + whereItWasLookedFor(path)
                                + ": check the path, and whether the file was delivered");
            }
            if (!Files.isRegularFile(path)) {
                throw new ReadException(
                        "E-FILE-UNREADABLE",
                        path + " is " + (Files.isDirectory(path) ? "a folder" : "a device or a pipe")
                                + " and not a file: give the path of a file");
            }
            return stamp;
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static String whereItWasLookedFor(Path path) {
        return path.isAbsolute() ? "" : " in " + path.toAbsolutePath().getParent();
    }

    /** Opens a file whose content is what the stamp says. The caller closes it. */
    static InputStream open(Path path, Compression compression) throws IOException {
        InputStream in = Files.newInputStream(path);
        boolean opened = false;
        try {
            InputStream content = compression.decompress(path, in);
            opened = true;
            return content;
        } finally {
            if (!opened) {
                in.close();
            }
        }
    }

    static ReadException unreadable(Path path, IOException e) {
        if (e instanceof GzipFault) {
            return new ReadException("E-FILE-GZIP", path + ": " + e.getMessage());
        }
        return new ReadException(
                "E-FILE-UNREADABLE",
                path + " cannot be read: "
                        + (e instanceof AccessDeniedException ? "this process lacks the permission" : e.getMessage()),
                e);
    }

    static ReadException changed(Path path) {
        return new ReadException(
                "E-FILE-CHANGED",
                path
                        + " was changed or replaced while it was read: run again when it is complete, and let whoever writes"
                        + " it write under another name and rename it at the end");
    }

    /** Tells whether a file is no longer what a stamp says. */
    static boolean isChanged(Path path, FileStamp stamp) {
        try {
            return !stamp.equals(FileStamp.of(path));
        } catch (IOException e) {
            return true;
        }
    }

    /** Names a place for messages; line 0 is the file as a whole. */
    static String at(Path path, long line) {
        return line == 0 ? path.toString() : path + " line " + line;
    }
}
