package dev.datasync.sink;

import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Completion;
import dev.datasync.source.Pool;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** An endpoint of rows as one of another type. */
final class TypedEndpoint<T> implements Endpoint<T> {

    private final Endpoint<Row> endpoint;
    private final Source<T> source;
    private final Sink<T> sink;

    TypedEndpoint(Endpoint<Row> endpoint, RecordType<T> type) {
        this.endpoint = endpoint;
        this.source = Source.typed(endpoint, type);
        this.sink = Sink.typed(endpoint, type);
    }

    @Override
    public Completion read(Receiver<? super T> receiver, ReadContext context) throws Exception {
        return source.read(receiver, context);
    }

    @Override
    public RecordType<T> recordType() {
        return sink.recordType();
    }

    @Override
    public Optional<Schema> schema() throws Exception {
        return endpoint.schema();
    }

    @Override
    public Optional<Schema> storedSchema() throws Exception {
        return endpoint.storedSchema();
    }

    @Override
    public Schema schemaFor(Schema incoming, List<String> keyFields) throws Exception {
        return endpoint.schemaFor(incoming, keyFields);
    }

    @Override
    public Source<T> existing() {
        return sink.existing();
    }

    @Override
    public boolean canOrderBy(List<String> fields) {
        return endpoint.canOrderBy(fields);
    }

    @Override
    public boolean isIncremental() {
        return endpoint.isIncremental();
    }

    @Override
    public Optional<Object> identity() throws Exception {
        return endpoint.identity();
    }

    @Override
    public Optional<Pool> pool() {
        return endpoint.pool();
    }

    @Override
    public boolean canCommitInParts() {
        return endpoint.canCommitInParts();
    }

    @Override
    public boolean refersTo(Sink<?> other) throws Exception {
        return endpoint.refersTo(other);
    }

    @Override
    public OptionalLong estimatedSize() {
        return endpoint.estimatedSize();
    }

    @Override
    public String locate(long position) {
        return endpoint.locate(position);
    }

    @Override
    public ChangeWriter<T> open(WriteContext context) throws Exception {
        return sink.open(context);
    }

    @Override
    public Optional<ChangeWriter<T>> openAhead(WriteContext context) throws Exception {
        return sink.openAhead(context);
    }

    @Override
    public String name() {
        return endpoint.name();
    }

    @Override
    public Sink<Row> rows() {
        return endpoint.rows();
    }
}
