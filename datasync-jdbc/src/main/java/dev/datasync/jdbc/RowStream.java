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
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Pushes the rows of a query into a receiver, as the product sends them fastest. */
final class RowStream {

    /** Rows fetched at a time: few round trips, and a bounded part of the result in memory. */
    private static final int ROWS = 1_000;

    /** Where a row may have any size, fewer of them. */
    private static final int LARGE_ROWS = 250;

    /** What COPY and the like take as a query, and nothing that could write. */
    private static final Pattern QUERY = Pattern.compile("(?i)\\s*(?:select|with|values|table)\\b");

    /** Binds the values of a query's question marks. */
    @FunctionalInterface
    interface Parameters {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private final Session session;
    private final Dialect dialect;
    private final Receiver<? super Row> receiver;
    private final ReadContext context;

    RowStream(Session session, Receiver<? super Row> receiver, ReadContext context) {
        this.session = session;
        this.dialect = session.dialect();
        this.receiver = receiver;
        this.context = context;
    }

    /**
     * Executes a query whose columns are known.
     *
     * @param isVerbatim whether the server gets it as it is, without parameters and without anything that JDBC replaces
     */
    Completion read(String query, boolean isVerbatim, Columns columns, Parameters parameters)
            throws SQLException, ReadException {
        try (PreparedStatement statement =
                session.connection().prepareStatement(query, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            if (isVerbatim && readInBulk(query, columns)) {
                return Completion.complete();
            }
            parameters.bind(statement);
            dialect.stream(statement, fetchSize(columns));
            try (ResultSet rows = execute(statement)) {
                push(Rows.of(rows, columns.codecs()), columns);
            }
        }
        return Completion.complete();
    }

    /** Executes a statement whose columns its result tells. */
    Completion readUnknown(PreparedStatement statement, SqlText query) throws SQLException, ReadException {
        if (query.isVerbatim() && QUERY.matcher(query.sql()).lookingAt() && readInBulk(query.sql(), null)) {
            return Completion.complete();
        }
        dialect.stream(statement, ROWS);
        try (ResultSet rows = execute(statement)) {
            Columns columns = Columns.of(rows.getMetaData(), dialect);
            push(Rows.of(rows, columns.codecs()), columns);
        }
        return Completion.complete();
    }

    /** Reads as the product reads fastest, or does nothing where that is not possible. */
    private boolean readInBulk(String query, @Nullable Columns known) throws SQLException, ReadException {
        Optional<BulkReading> reading = dialect.bulkReading(session.connection());
        if (reading.isEmpty()
                || known != null && reading.get().result(query, known).isEmpty()) {
            return false;
        }
        Columns columns = known;
        // a text of its own: a driver that knows the columns of the cursor's query would deliver some in another form,
        // and
        // one that it has described before it takes for unchanged, although the table may be another by now
        String text = query + "\n-- " + System.nanoTime();
        try (PreparedStatement described = session.connection().prepareStatement(text)) {
            // what the server describes is one whole query, which nothing can end once it is part of another statement
            ResultSetMetaData metaData = described.getMetaData();
            if (metaData == null) {
                return false;
            }
            if (columns == null) {
                columns = Columns.of(metaData, dialect);
            }
        }
        Optional<BulkReading.Result> bulk = reading.get().result(query, columns);
        if (bulk.isPresent()) {
            read(bulk.get(), columns);
        }
        return bulk.isPresent();
    }

    private void read(BulkReading.Result rows, Columns columns) throws SQLException {
        try (rows) {
            context.onCancel(rows::cancel);
            checkCancelled();
            rows.open();
            context.method(rows.name());
            // what was cancelled before the server knew of it goes on
            checkCancelled();
            push(rows, columns);
        }
    }

    private void checkCancelled() {
        if (context.isCancelled()) {
            throw new CancellationException();
        }
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
        checkCancelled();
        return statement.executeQuery();
    }

    private void push(Rows rows, Columns columns) throws SQLException {
        Schema schema = columns.schema();
        int size = schema.size();
        long position = 0;
        while (rows.next()) {
            position++;
            @Nullable Object[] values = new @Nullable Object[size];
            int column = 0;
            try {
                for (; column < size; column++) {
                    values[column] = rows.value(column);
                }
            } catch (ConversionException e) {
                receiver.reject(position, "column '" + schema.field(column).name() + "': " + e.getMessage());
                continue;
            }
            receiver.accept(schema.row(values), position);
        }
    }
}
