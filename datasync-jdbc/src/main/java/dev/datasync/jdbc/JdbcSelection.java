package dev.datasync.jdbc;

import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.Pool;
import dev.datasync.source.ReadContext;
import dev.datasync.source.ReadException;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a table that meet a condition, as a source: {@code JdbcTable.named("products").in(dataSource).where("stock
 * > ?", 0)}. Immutable and safe for use by several threads. Read as a {@link JdbcTable} is read.
 */
public final class JdbcSelection implements Source<Row> {

    private final TableContent content;

    JdbcSelection(TableContent content) {
        this.content = content;
    }

    /**
     * Returns these rows as an incremental source, which reads what has changed since the last run.
     *
     * @param column a column that grows whenever a row is inserted or updated: of times that are stamped, or of numbers
     *     that are drawn from a sequence
     * @return the incremental source
     * @throws IllegalArgumentException when the name is blank or has control characters
     */
    public JdbcIncremental incrementalBy(String column) {
        return JdbcIncremental.of(content, column);
    }

    /**
     * Returns the rows as a source of Java records, whose components are columns by name.
     *
     * @param type the record's class
     * @param <R> the record's type
     * @return the source of those records
     * @throws IllegalArgumentException when the class is not accessible
     */
    public <R extends Record> Source<R> as(Class<R> type) {
        return Source.typed(this, RecordType.of(type));
    }

    @Override
    public String name() {
        return content.name();
    }

    @Override
    public Optional<Schema> schema() throws ReadException {
        return content.schema();
    }

    @Override
    public Optional<Object> identity() throws ReadException {
        return content.identity();
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        return content.canOrderBy(fields);
    }

    @Override
    public Completion read(Receiver<? super Row> receiver, ReadContext context) throws ReadException {
        return content.read(receiver, context, TableContent.Missing.IS_AN_ERROR);
    }

    @Override
    public Optional<Pool> pool() {
        return Optional.of(content.database().pool());
    }

    @Override
    public String locate(long position) {
        return name() + " row " + position;
    }

    /**
     * Returns the name for messages.
     *
     * @return for example {@code table products}, without the condition
     */
    @Override
    public String toString() {
        return name();
    }
}
