package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a result as they come, one at a time. Used by one thread. */
interface Rows {

    /** Goes to the next row, and tells whether there is one. */
    boolean next() throws SQLException;

    /**
     * Returns a value of the row in its stored form. Called for one column after the other, from 0 on; the rest of a row
     * may be left out.
     *
     * @throws ConversionException when the database holds a value that the column's type does not have
     */
    @Nullable
    Object value(int column) throws SQLException;

    /** Returns the rows of a result that a driver shows. */
    static Rows of(ResultSet result, List<ColumnCodec> codecs) {
        ColumnCodec.Reader[] readers = codecs.stream().map(ColumnCodec::reader).toArray(ColumnCodec.Reader[]::new);
        return new Rows() {

            @Override
            public boolean next() throws SQLException {
                return result.next();
            }

            @Override
            public @Nullable Object value(int column) throws SQLException {
                return readers[column].read(result, column + 1);
            }
        };
    }
}
