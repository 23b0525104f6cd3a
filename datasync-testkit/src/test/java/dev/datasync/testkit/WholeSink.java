package dev.datasync.testkit;

import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Source;
import java.util.Optional;

/** A sink that says nothing of itself but what it must: it is written as a whole, and knows no joint transactions. */
final class WholeSink implements Sink<Row> {

    private final InMemorySink sink = Products.target();

    @Override
    public RecordType<Row> recordType() {
        return RecordType.rows();
    }

    @Override
    public Optional<Schema> storedSchema() {
        return sink.storedSchema();
    }

    @Override
    public Source<Row> existing() {
        return sink;
    }

    @Override
    public ChangeWriter<Row> open(WriteContext context) {
        return sink.open(context);
    }

    @Override
    public String name() {
        return "file of everything";
    }

    InMemorySink content() {
        return sink;
    }
}
