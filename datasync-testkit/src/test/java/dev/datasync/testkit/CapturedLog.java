package dev.datasync.testkit;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.simple.SimpleLogger;

/** Takes everything that the library logs, down to the finest level, while it is open. */
final class CapturedLog implements AutoCloseable {

    private static final int EVERYTHING = 0;

    private final PrintStream error = System.err;
    private final ByteArrayOutputStream captured = new ByteArrayOutputStream();
    private final Map<Logger, Integer> levels = new LinkedHashMap<>();
    private final Field level;

    CapturedLog() {
        try {
            // the level can be chosen before the first message only, and other tests log as well
            level = SimpleLogger.class.getDeclaredField("currentLogLevel");
            level.setAccessible(true);
            for (String name : new String[] {"dev.datasync", "dev.datasync.internal.Scope"}) {
                Logger logger = LoggerFactory.getLogger(name);
                levels.put(logger, level.getInt(logger));
                level.setInt(logger, EVERYTHING);
            }
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("slf4j-simple is not as this test knows it", e);
        }
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    }

    String text() {
        System.err.flush();
        return captured.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        System.setErr(error);
        levels.forEach((logger, before) -> {
            try {
                level.setInt(logger, before);
            } catch (IllegalAccessException e) {
                throw new LinkageError("slf4j-simple is not as this test knows it", e);
            }
        });
    }
}
