package dev.datasync.files;

import dev.datasync.source.ReadContext;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Counts what is forgiven in one reading of a file. */
final class CsvFlaws {

    private final Set<CsvFlaw> forgiven;
    private final Map<CsvFlaw, Found> found = new EnumMap<>(CsvFlaw.class);

    private record Found(long count, long line) {}

    CsvFlaws(Set<CsvFlaw> forgiven) {
        this.forgiven = forgiven;
    }

    boolean forgives(CsvFlaw flaw) {
        return forgiven.contains(flaw);
    }

    /** Counts a flaw if it is forgiven. Returns whether it is. */
    boolean forgive(CsvFlaw flaw, long line) {
        return forgive(flaw, line, 1);
    }

    /** Counts a flaw that is there several times, the first time on a line, if it is forgiven. Returns whether it is. */
    boolean forgive(CsvFlaw flaw, long line, long count) {
        if (!forgiven.contains(flaw)) {
            return false;
        }
        found.merge(flaw, new Found(count, line), (before, now) -> new Found(before.count + now.count, before.line));
        return true;
    }

    void tell(Path path, ReadContext context) {
        found.forEach((flaw, seen) -> context.warn(FileInput.at(path, seen.line) + ": " + flaw.told() + " ("
                + seen.count + " in all, this is the first)"));
    }
}
