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

/** A sink of any type as a sink of rows, which is how the engine sees all sinks. */
final class RowView<T> implements Sink<Row> {

    private final Sink<T> sink;

    RowView(Sink<T> sink) {
        this.sink = sink;
    }

    @Override
    public RecordType<Row> recordType() {
        return RecordType.rows();
    }

    @Override
    public Optional<Schema> storedSchema() throws Exception {
        return sink.storedSchema();
    }

    @Override
    public Schema schemaFor(Schema incoming, List<String> keyFields) throws Exception {
        return sink.schemaFor(incoming, keyFields);
    }

    @Override
    public Source<Row> existing() {
        return new RowsOf<>(sink.existing(), sink.recordType());
    }

    @Override
    public ChangeWriter<Row> open(WriteContext context) throws Exception {
        return new MappingWriter<Row, T>(sink.open(context), sink.recordType()::fromRow);
    }

    @Override
    public Optional<ChangeWriter<Row>> openAhead(WriteContext context) throws Exception {
        return sink.openAhead(context).map(writer -> new MappingWriter<Row, T>(writer, sink.recordType()::fromRow));
    }

    @Override
    public boolean canCommitInParts() {
        return sink.canCommitInParts();
    }

    @Override
    public boolean refersTo(Sink<?> other) throws Exception {
        return sink.refersTo(other);
    }

    @Override
    public String name() {
        return sink.name();
    }

    @Override
    public Sink<Row> rows() {
        return this;
    }

    /** Delivers the records of a source as rows. */
    private static final class RowsOf<T> implements Source<Row> {

        private final Source<T> source;
        private final RecordType<T> type;

        RowsOf(Source<T> source, RecordType<T> type) {
            this.source = source;
            this.type = type;
        }

        @Override
        public Completion read(Receiver<? super Row> receiver, ReadContext context) throws Exception {
            return source.read(
                    new Receiver<T>() {
                        @Override
                        public void accept(T item) {
                            receiver.accept(type.toRow(item));
                        }

                        @Override
                        public void accept(T item, long position) {
                            receiver.accept(type.toRow(item), position);
                        }

                        @Override
                        public void reject(long position, String reason) {
                            receiver.reject(position, reason);
                        }
                    },
                    context);
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public Optional<Schema> schema() throws Exception {
            return source.schema();
        }

        @Override
        public boolean isIncremental() {
            return source.isIncremental();
        }

        @Override
        public Optional<Object> identity() throws Exception {
            return source.identity();
        }

        @Override
        public Optional<Pool> pool() {
            return source.pool();
        }

        @Override
        public OptionalLong estimatedSize() {
            return source.estimatedSize();
        }

        @Override
        public boolean canOrderBy(List<String> fields) {
            return source.canOrderBy(fields);
        }

        @Override
        public String locate(long position) {
            return source.locate(position);
        }
    }
}
