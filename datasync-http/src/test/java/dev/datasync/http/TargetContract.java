package dev.datasync.http;

import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.Sink;
import dev.datasync.testkit.SinkContract;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** What every target promises, over a server of this process. */
abstract class TargetContract extends SinkContract {

    private @Nullable TestApi api;

    /** Starts a server without records. */
    abstract TestApi start(String key);

    /** Says how changes become requests. */
    abstract HttpTarget target(HttpResource resource);

    /** Tells whether the types of the fields are given. */
    boolean hasTypes() {
        return true;
    }

    @Override
    protected Sink<Row> sink(Schema schema, List<String> keyFields, List<Row> content) {
        TestApi started = start(keyFields.get(0));
        api = started;
        content.forEach(started::put);
        HttpResource resource = started.api().get("/items");
        if (hasTypes()) {
            Map<String, FieldType> types =
                    schema.fields().stream().collect(Collectors.toMap(field -> field.name(), field -> field.type()));
            resource = resource.types(types);
        }
        return target(resource);
    }

    @Override
    protected List<Row> content() {
        return Objects.requireNonNull(api).rows(schema());
    }

    @Override
    protected int manyRows() {
        return 300;
    }

    @Override
    protected boolean isTransactional() {
        return false;
    }

    @Override
    protected OptionalInt openResources() {
        return OptionalInt.of((int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("datasync-http-"))
                .filter(Thread::isAlive)
                .count());
    }

    @AfterEach
    void stop() {
        TestApi started = api;
        if (started != null) {
            started.close();
        }
    }
}
