package dev.datasync.jdbc;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/**
 * A column's type as a driver tells it.
 *
 * @param jdbcType one of {@link java.sql.Types}
 * @param typeName the database's own name of the type
 * @param precision digits, characters or bytes; 0 or a huge number when there is no limit
 * @param scale digits behind the decimal point, also of a second
 */
record ColumnType(int jdbcType, String typeName, int precision, int scale) {

    /** From here on a length is the product's own limit and not one that somebody declared. */
    private static final int NO_LIMIT = 1_000_000_000;

    static ColumnType of(ResultSetMetaData metaData, int column) throws SQLException {
        return new ColumnType(
                metaData.getColumnType(column),
                metaData.getColumnTypeName(column),
                metaData.getPrecision(column),
                metaData.getScale(column));
    }

    boolean hasLength() {
        return precision > 0 && precision < NO_LIMIT;
    }

    /** The digits of a second's fraction, within what Java's times can hold. */
    int fractionDigits() {
        return Math.max(0, Math.min(scale, 9));
    }

    ColumnType withJdbcType(int other) {
        return new ColumnType(other, typeName, precision, scale);
    }
}
