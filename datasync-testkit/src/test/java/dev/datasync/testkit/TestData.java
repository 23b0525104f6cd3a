package dev.datasync.testkit;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Schema;

/** What several tests use. */
final class TestData {

    static final Schema EVERY_TYPE = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("name", FieldType.text(200)),
            Field.of("code", FieldType.paddedText(12)),
            Field.of("tiny", FieldType.integer(8)),
            Field.of("price", FieldType.decimal(9, 2)),
            Field.of("exact", FieldType.decimal()),
            Field.of("ratio", FieldType.float64()),
            Field.of("small_ratio", FieldType.float32()),
            Field.of("active", FieldType.bool()),
            Field.of("born", FieldType.date()),
            Field.of("opens", FieldType.time(3)),
            Field.of("seen", FieldType.timestamp(6)),
            Field.of("changed", FieldType.instant(3)),
            Field.of("token", FieldType.uuid()),
            Field.of("picture", FieldType.binary(50)),
            Field.of("tags", FieldType.list(FieldType.text())),
            Field.of("details", FieldType.map()),
            Field.of("whatever", FieldType.any()));

    private TestData() {}
}
