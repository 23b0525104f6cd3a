package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.SyncReport;
import dev.datasync.testkit.InMemorySink;
import dev.datasync.testkit.InMemorySource;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A wrong name in {@code fields(...)} has no other sign than values that are missing. */
class AbsentFieldsTest {

    private static final String RECORDS = "[{\"id\":1,\"name\":\"a\"},{\"id\":2,\"address\":{\"city\":\"b\"}}]";

    private static final Schema SCHEMA = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("name", FieldType.text()),
            Field.of("nmae", FieldType.text()),
            Field.of("address", FieldType.any()),
            Field.of("address.city", FieldType.text()));

    private static SyncReport read(String body, UnaryOperator<HttpResource> words) throws Exception {
        try (TestServer server = TestServer.start(request -> Reply.json(body))) {
            return SyncPlan.named("fields")
                    .from(words.apply(HttpResource.get(server.at("/a"))))
                    .match(Matcher.on("id"))
                    .into(InMemorySink.of(SCHEMA, "id"))
                    .build()
                    .run();
        }
    }

    @Test
    void a_field_that_no_record_of_a_source_has_is_a_warning() throws Exception {
        assertThat(read(RECORDS, resource -> resource.fields("id", "nmae", "address.city"))
                        .warnings())
                .singleElement()
                .asString()
                .startsWith("none of the 2 records of REST resource ")
                .contains("'nmae', 'address.city'", "flatten()");
    }

    @Test
    void a_field_that_some_record_has_is_none_nor_are_fields_without_records() throws Exception {
        assertThat(read(
                                RECORDS,
                                resource -> resource.fields("id", "name", "address.city")
                                        .flatten())
                        .warnings())
                .isEmpty();
        assertThat(read("[]", resource -> resource.fields("id", "nmae")).warnings())
                .isEmpty();
        assertThat(read(RECORDS, resource -> resource).warnings()).isEmpty();
    }

    @Test
    void a_field_may_be_new_to_a_target() throws Exception {
        try (TestServer server =
                TestServer.start(request -> Reply.json(request.method().equals("GET") ? "[{\"id\":1}]" : "{}"))) {
            SyncReport report = SyncPlan.named("fields")
                    .from(InMemorySource.of(Row.of("id", 1L, "name", "a")))
                    .match(Matcher.on("id"))
                    .into(HttpResource.get(server.at("/a")).fields("id", "name").update(HttpMethod.PATCH, "/{id}"))
                    .build()
                    .run();
            assertThat(report.counts().updated()).isEqualTo(1);
            assertThat(report.warnings()).isEmpty();
        }
    }
}
