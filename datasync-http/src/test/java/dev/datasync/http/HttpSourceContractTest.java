package dev.datasync.http;

import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.source.Source;
import dev.datasync.testkit.SourceContract;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;

/** All records in one answer; see the classes that extend this one for the other forms and for pages. */
class HttpSourceContractTest extends SourceContract {

    private final List<PagedServer> servers = new ArrayList<>();

    /** Returns how the records come. */
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.ONE;
    }

    @Override
    protected Schema schema() {
        return Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text()),
                Field.of("price", FieldType.decimal()),
                Field.of("sold", FieldType.bool()),
                Field.of("tags", FieldType.list(FieldType.any())));
    }

    @Override
    protected int manyRows() {
        return 3_000;
    }

    @Override
    protected Source<Row> sourceOf(Schema schema, List<Row> rows) {
        PagedServer server = new PagedServer(scheme(), Math.max(7, rows.size() / 5), rows);
        servers.add(server);
        return server.resource();
    }

    @Override
    protected OptionalInt openResources() {
        return OptionalInt.of((int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("datasync-http-"))
                .filter(Thread::isAlive)
                .count());
    }

    @AfterEach
    void close_the_servers() {
        servers.forEach(PagedServer::close);
    }
}
