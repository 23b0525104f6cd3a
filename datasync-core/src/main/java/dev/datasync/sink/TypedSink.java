package dev.datasync.sink;

import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Source;
import java.util.List;
import java.util.Optional;

/** A sink of rows as a sink of another type; seen as rows it is the sink of rows again, and nothing is converted. */
final class TypedSink<T> implements Sink<T> {

    private final Sink<Row> rows;
    private final RecordType<T> type;

    TypedSink(Sink<Row> rows, RecordType<T> type) {
        this.rows = rows;
        this.type = type;
    }

    @Override
    public RecordType<T> recordType() {
        return type;
    }

    @Override
    public Optional<Schema> storedSchema() throws Exception {
        return rows.storedSchema();
    }

    @Override
    public Schema schemaFor(Schema incoming, List<String> keyFields) throws Exception {
        return rows.schemaFor(incoming, keyFields);
    }

    @Override
    public Source<T> existing() {
        return Source.typed(rows.existing(), type);
    }

    @Override
    public ChangeWriter<T> open(WriteContext context) throws Exception {
        return new MappingWriter<T, Row>(rows.open(context), type::toRow);
    }

    @Override
    public Optional<ChangeWriter<T>> openAhead(WriteContext context) throws Exception {
        return rows.openAhead(context).map(writer -> new MappingWriter<T, Row>(writer, type::toRow));
    }

    @Override
    public boolean canCommitInParts() {
        return rows.canCommitInParts();
    }

    @Override
    public boolean refersTo(Sink<?> other) throws Exception {
        return rows.refersTo(other);
    }

    @Override
    public String name() {
        return rows.name();
    }

    @Override
    public Sink<Row> rows() {
        return rows.rows();
    }
}
