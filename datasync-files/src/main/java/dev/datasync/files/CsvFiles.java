package dev.datasync.files;

import dev.datasync.source.ReadException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/** The files of a folder that are one source, in the order of their names. */
final class CsvFiles {

    /** A position is the file's number before these bits, and its line in them. */
    static final int LINE_BITS = 40;

    private static final int MOST_FILES = 1 << 22;

    private CsvFiles() {}

    /** Returns the pattern if it is one of names. */
    static String checked(String glob) {
        if (glob.isBlank() || glob.contains("/") || glob.contains("\\") || glob.contains("..") || glob.contains("**")) {
            throw new IllegalArgumentException("'" + Shown.name(glob)
                    + "' is no pattern for the names of files: it must not lead into other folders");
        }
        try {
            Path.of("").getFileSystem().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException | InvalidPathException e) {
            throw new IllegalArgumentException("'" + Shown.name(glob) + "' is no pattern such as orders-*.csv", e);
        }
        return glob;
    }

    static List<Path> matching(Path folder, String glob) throws ReadException {
        if (!Files.isDirectory(folder)) {
            throw new ReadException(
                    "E-FILE-MISSING",
                    folder + (Files.exists(folder) ? " is no folder" : ": there is no such folder")
                            + ", and matching(...) needs one: check the path");
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
            Path real = folder.toRealPath();
            for (Path entry : entries) {
                boolean isHidden = entry.getFileName().toString().startsWith(".") && !glob.startsWith(".");
                if (isHidden || Files.isDirectory(entry)) {
                    continue;
                }
                requireInside(entry, real);
                files.add(entry);
            }
        } catch (IOException e) {
            throw FileInput.unreadable(folder, e);
        }
        if (files.isEmpty()) {
            throw new ReadException(
                    "E-FILE-MISSING",
                    folder + ": no file in it matches '" + Shown.name(glob)
                            + "': check the pattern, and whether the files were delivered");
        }
        if (files.size() > MOST_FILES) {
            throw new ReadException(
                    "E-FILE-UNREADABLE", folder + ": more than " + MOST_FILES + " files match: narrow the pattern");
        }
        files.sort(
                (a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()));
        return List.copyOf(files);
    }

    private static void requireInside(Path entry, Path realFolder) throws IOException, ReadException {
        if (Files.isSymbolicLink(entry)
                && Files.exists(entry)
                && !entry.toRealPath().startsWith(realFolder)) {
            throw new ReadException(
                    "E-FILE-UNREADABLE",
                    entry + " is a symbolic link that leads out of the folder: put the file itself there, or narrow the"
                            + " pattern");
        }
    }
}
