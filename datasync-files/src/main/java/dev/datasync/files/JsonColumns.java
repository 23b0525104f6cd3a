package dev.datasync.files;

import dev.datasync.row.Row;
import dev.datasync.row.RowException;
import dev.datasync.row.Schema;
import dev.datasync.row.SchemaInference;
import dev.datasync.source.ReadException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The fields of a file that is a target. */
final class JsonColumns {

    private JsonColumns() {}

    /** Returns the fields of the file, or empty when it has no records that can be read. */
    static Optional<Schema> of(Path path, JsonOptions options) throws ReadException, IOException {
        SchemaInference inference = new SchemaInference();
        try (JsonReading reading = JsonReading.open(path, options, Map.of())) {
            while (reading.next()) {
                Row row = reading.row();
                if (row != null) {
                    see(path, inference, row);
                }
            }
            reading.requireUnchanged();
        }
        try {
            return inference.schema(options.fields(), options.types());
        } catch (RowException e) {
            throw new ReadException("E-JSON-NAMES", path + ": " + e.getMessage());
        }
    }

    private static void see(Path path, SchemaInference inference, Row row) throws ReadException {
        try {
            inference.see(row);
        } catch (RowException e) {
            throw new ReadException("E-JSON-LIMIT", path + ": " + e.getMessage());
        }
    }
}
