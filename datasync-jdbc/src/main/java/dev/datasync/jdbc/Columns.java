package dev.datasync.jdbc;

import dev.datasync.row.Field;
import dev.datasync.row.RowException;
import dev.datasync.row.Schema;
import dev.datasync.source.ReadException;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a result.
 *
 * @param schema their names and types
 * @param codecs how their values are read and bound, in the same order
 */
record Columns(Schema schema, List<ColumnCodec> codecs) {

    static Columns of(ResultSetMetaData metaData, Dialect dialect) throws SQLException, ReadException {
        List<Field> fields = new ArrayList<>();
        List<ColumnCodec> codecs = new ArrayList<>();
        for (int i = 1; i <= metaData.getColumnCount(); i++) {
            String name = metaData.getColumnLabel(i);
            if (name.isBlank()) {
                throw new ReadException(
                        Failure.QUERY, "column " + i + " of the query has no name: give it one with AS");
            }
            ColumnCodec codec = dialect.codec(ColumnType.of(metaData, i));
            codecs.add(codec);
            fields.add(Field.of(name, codec.type()));
        }
        try {
            return new Columns(Schema.of(fields), List.copyOf(codecs));
        } catch (RowException e) {
            throw new ReadException(
                    Failure.QUERY,
                    "the query has two columns '" + e.field() + "': give one of them another name with AS");
        }
    }
}
