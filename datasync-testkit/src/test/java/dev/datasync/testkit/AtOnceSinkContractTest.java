package dev.datasync.testkit;

import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.Sink;
import java.util.List;

class AtOnceSinkContractTest extends SinkContract {

    @Override
    protected Sink<Row> sink(Schema schema, List<String> keyFields, List<Row> content) {
        return InMemorySink.of(schema, keyFields.toArray(String[]::new))
                .holding(content)
                .applyingAtOnce();
    }

    @Override
    protected boolean isTransactional() {
        return false;
    }
}
