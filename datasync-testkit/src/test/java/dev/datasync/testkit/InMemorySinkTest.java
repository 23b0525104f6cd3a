package dev.datasync.testkit;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.Sink;
import java.util.List;
import java.util.OptionalInt;

class InMemorySinkTest extends SinkContract {

    private InMemorySink sink = InMemorySink.ofAnyFields();

    @Override
    protected Schema schema() {
        return TestData.EVERY_TYPE;
    }

    @Override
    protected Sink<Row> sink(Schema schema, List<String> keyFields, List<Row> content) {
        sink = InMemorySink.of(schema, keyFields.toArray(String[]::new)).holding(content);
        return sink;
    }

    @Override
    protected List<Row> content() {
        return sink.content();
    }

    @Override
    protected OptionalInt openResources() {
        return OptionalInt.of(sink.openWriters());
    }
}
