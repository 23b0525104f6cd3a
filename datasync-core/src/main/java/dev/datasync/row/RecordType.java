package dev.datasync.row;

import java.util.Optional;

/**
 * How records of one type are seen as rows: the bridge between a plan's own types and the engine, which knows rows
 * only. Implementations are immutable and safe for use by several threads.
 *
 * @param <T> the type of the records
 */
public interface RecordType<T> {

    /**
     * Returns the fields of every record of this type.
     *
     * @return the schema, or empty when each record brings its own
     */
    Optional<Schema> schema();

    /**
     * Returns a record as a row.
     *
     * @param record the record
     * @return the row
     */
    Row toRow(T record);

    /**
     * Returns a row as a record.
     *
     * @param row the row; it may have more fields than the record needs
     * @return the record
     * @throws RowException when a field is not there or its value does not convert
     */
    T fromRow(Row row);

    /**
     * Returns the type of records that are rows already.
     *
     * @return the type
     */
    static RecordType<Row> rows() {
        return RowsAsTheyAre.INSTANCE;
    }

    /**
     * Returns the type of a Java record, with a field for each component. The class must be accessible: public in an
     * exported package, or in a package that its module opens to {@code dev.datasync.core}.
     *
     * @param type the record's class
     * @param <R> the record's type
     * @return the type
     * @throws IllegalArgumentException when the class is not accessible
     */
    static <R extends Record> RecordType<R> of(Class<R> type) {
        return JavaRecordType.of(type);
    }
}
