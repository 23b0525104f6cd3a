package dev.datasync.examples.airports;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * The folder of real data: the one that {@code DATASYNC_TEST_DATA} names, else {@code ../shared/data} beside the
 * checkout. Without it the tests that need it are skipped.
 */
public final class RealData {

    private static final String VARIABLE = "DATASYNC_TEST_DATA";

    private RealData() {}

    public static Path folder() {
        String named = System.getenv(VARIABLE);
        Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        Path folder = named != null
                ? Path.of(named)
                : module.resolve("../../shared/data").normalize();
        if (!Files.isDirectory(folder.resolve("ourairports"))) {
            String message = "SKIPPED: no real data in " + folder + "; name its folder in " + VARIABLE;
            System.err.println(message);
            Assumptions.abort(message);
        }
        return folder;
    }
}
