package dev.datasync.jdbc;

import dev.datasync.row.ConversionException;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Pushes the rows of a statement into a receiver, fetching some at a time. */
final class RowStream {

    /** Rows fetched at a time: few round trips, and a bounded part of the result in memory. */
    private static final int ROWS = 1_000;

    /** Where a row may have any size, fewer of them. */
    private static final int LARGE_ROWS = 250;

    private final Dialect dialect;
    private final Receiver<? super Row> receiver;
    private final ReadContext context;

    RowStream(Dialect dialect, Receiver<? super Row> receiver, ReadContext context) {
        this.dialect = dialect;
        this.receiver = receiver;
        this.context = context;
    }

    /** Executes a statement whose columns are known. */
    Completion read(PreparedStatement statement, Columns columns) throws SQLException {
        dialect.stream(statement, fetchSize(columns));
        try (ResultSet rows = execute(statement)) {
            push(rows, columns);
        }
        return Completion.complete();
    }

    /** Executes a statement whose columns its result tells. */
    Completion readUnknown(PreparedStatement statement) throws SQLException, ReadException {
        dialect.stream(statement, ROWS);
        try (ResultSet rows = execute(statement)) {
            Columns columns = Columns.of(rows.getMetaData(), dialect);
            push(rows, columns);
        }
        return Completion.complete();
    }

    private static int fetchSize(Columns columns) {
        boolean isLarge = columns.codecs().stream()
                .anyMatch(codec -> codec.type().equals(FieldType.text())
                        || codec.type().equals(FieldType.binary())
                        || codec.type() instanceof FieldType.Sequence);
        return isLarge ? LARGE_ROWS : ROWS;
    }

    private ResultSet execute(PreparedStatement statement) throws SQLException {
        context.onCancel(statement::cancel);
        if (context.isCancelled()) {
            throw new CancellationException();
        }
        return statement.executeQuery();
    }

    private void push(ResultSet rows, Columns columns) throws SQLException {
        Schema schema = columns.schema();
        ColumnCodec.Reader[] readers =
                columns.codecs().stream().map(ColumnCodec::reader).toArray(ColumnCodec.Reader[]::new);
        long position = 0;
        while (rows.next()) {
            position++;
            @Nullable Object[] values = new @Nullable Object[readers.length];
            int column = 0;
            try {
                for (; column < readers.length; column++) {
                    values[column] = readers[column].read(rows, column + 1);
                }
            } catch (ConversionException e) {
                receiver.reject(position, "column '" + schema.field(column).name() + "': " + e.getMessage());
                continue;
            }
            receiver.accept(schema.row(values), position);
        }
    }
}
