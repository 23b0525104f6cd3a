package dev.datasync.jdbc;

import dev.datasync.row.FieldType;

/**
 * A column type of a product.
 *
 * @param sql as {@code CREATE TABLE} takes it
 * @param type the type of the field
 * @param values that such a column can hold
 */
record TypeColumn(String sql, FieldType type, Values values) {}
