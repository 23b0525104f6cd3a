package dev.datasync.files;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Schema;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Columns of all types in notations of their own. */
class CsvTypedSinkContractTest extends CsvSinkContractTest {

    static Map<String, TextFormat> formats() {
        Map<String, TextFormat> formats = new LinkedHashMap<>();
        formats.put("id", TextFormat.integer());
        formats.put("name", TextFormat.text());
        formats.put("price", TextFormat.decimal(',', '.'));
        formats.put("small", TextFormat.of(FieldType.decimal(9, 2)));
        formats.put("ok", TextFormat.bool("ja", "nein"));
        formats.put("day", TextFormat.date("dd.MM.uuuu"));
        formats.put("at", TextFormat.time("HH:mm:ss.SSSSSSSSS"));
        formats.put("local", TextFormat.timestamp());
        formats.put("moment", TextFormat.instant());
        formats.put("code", TextFormat.of(FieldType.uuid()));
        formats.put("real", TextFormat.of(FieldType.float64()));
        return formats;
    }

    @Override
    protected Schema schema() {
        return Schema.of(formats().entrySet().stream()
                .map(entry -> Field.of(entry.getKey(), entry.getValue().type()))
                .toList());
    }

    @Override
    protected CsvFile file(Path path) {
        return CsvFile.at(path).types(formats());
    }
}
