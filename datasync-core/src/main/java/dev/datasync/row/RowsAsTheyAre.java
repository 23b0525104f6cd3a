package dev.datasync.row;

import java.util.Optional;

/** The type of records that are rows already. */
enum RowsAsTheyAre implements RecordType<Row> {
    INSTANCE;

    @Override
    public Optional<Schema> schema() {
        return Optional.empty();
    }

    @Override
    public Row toRow(Row record) {
        return record;
    }

    @Override
    public Row fromRow(Row row) {
        return row;
    }
}
