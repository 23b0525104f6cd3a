package dev.datasync.files;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.poi.util.TempFile;
import org.apache.poi.util.TempFileCreationStrategy;

/**
 * A private folder for the temporary files of POI, which would else go into one with a fixed name that everybody may
 * read. It counts only for the work that runs in it, and is removed with all that is in it when it is closed.
 */
final class PoiFiles implements Closeable {

    private final Path folder;
    private final TempFileCreationStrategy strategy = new TempFileCreationStrategy() {

        @Override
        public File createTempFile(String prefix, String suffix) throws IOException {
            return Files.createTempFile(folder, prefix, suffix).toFile();
        }

        @Override
        public File createTempDirectory(String prefix) throws IOException {
            return Files.createTempDirectory(folder, prefix).toFile();
        }
    };

    /** What POI does. */
    interface Work {

        void run() throws IOException;
    }

    private PoiFiles(Path folder) {
        this.folder = folder;
    }

    static PoiFiles create() throws IOException {
        // for its owner only, on systems that know such a thing
        return new PoiFiles(Files.createTempDirectory("datasync-excel-"));
    }

    /** Does work whose temporary files go here. */
    void run(Work work) throws IOException {
        Optional<IOException> failure = TempFile.withStrategy(strategy, () -> {
            try {
                work.run();
                return Optional.<IOException>empty();
            } catch (IOException e) {
                return Optional.of(e);
            }
        });
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    @Override
    public void close() throws IOException {
        remove(folder);
    }

    private static void remove(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (Stream<Path> files = Files.list(path)) {
                for (Path file : files.toList()) {
                    remove(file);
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        Files.deleteIfExists(path);
    }
}
