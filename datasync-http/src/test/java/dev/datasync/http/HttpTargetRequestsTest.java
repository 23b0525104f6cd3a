package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.change.Change;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.http.TestServer.Request;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.Outcome;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a change looks like on the wire. */
class HttpTargetRequestsTest {

    private static final Schema CUSTOMER = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("name", FieldType.text()),
            Field.of("city", FieldType.text()));

    private final TestServer server = TestServer.start(request -> Reply.of(204));
    private final HttpResource resource = HttpApi.at(server.at("/v2")).get("/customers");

    @AfterEach
    void stop() {
        server.close();
    }

    private static Row customer(long id, @Nullable String name, @Nullable String city) {
        return CUSTOMER.row(id, name, city);
    }

    private Request sent(HttpTarget target, Change<Row> change) throws Exception {
        return sent(target, CUSTOMER, change);
    }

    private Request sent(HttpTarget target, Schema schema, Change<Row> change) throws Exception {
        List<Outcome> outcomes = Writing.skipping(schema).write(target, change);
        assertThat(outcomes).containsExactly(Outcome.applied());
        List<Request> requests = server.requests();
        return requests.get(requests.size() - 1);
    }

    private String refused(HttpTarget target, Schema schema, Change<Row> change) throws Exception {
        List<Outcome> outcomes = Writing.skipping(schema).write(target, change);
        assertThat(server.requests()).isEmpty();
        assertThat(outcomes).hasSize(1);
        return Writing.reason(outcomes.get(0));
    }

    @Test
    void an_insert_sends_the_whole_record_and_null_as_null() throws Exception {
        Request request =
                sent(resource.insert(HttpMethod.POST, "/customers"), Writing.insert(customer(1, "Ada", null)));
        assertThat(request).hasToString("POST /v2/customers");
        assertThat(request.text()).isEqualTo("{\"id\":1,\"name\":\"Ada\",\"city\":null}");
        assertThat(request.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void an_insert_leaves_out_what_the_source_does_not_deliver() throws Exception {
        Row row = CUSTOMER.select("id", "city").row(1L, "Rom");
        Request request = sent(resource.insert(HttpMethod.POST, "/customers"), Writing.insert(row));
        assertThat(request.text()).isEqualTo("{\"id\":1,\"city\":\"Rom\"}");
    }

    @Test
    void a_patch_sends_the_changed_fields() throws Exception {
        Change<Row> change = Writing.update(customer(1, "Ada", "Rom"), customer(1, "Ada", "Bonn"));
        Request request = sent(resource.update(HttpMethod.PATCH, "/customers/{id}"), change);
        assertThat(request).hasToString("PATCH /v2/customers/1");
        assertThat(request.text()).isEqualTo("{\"city\":\"Bonn\"}");
    }

    @Test
    void a_put_sends_the_whole_record() throws Exception {
        Change<Row> change = Writing.update(customer(1, "Ada", "Rom"), customer(1, "Ada", "Bonn"));
        Request request = sent(resource.update(HttpMethod.PUT, "/customers/{id}"), change);
        assertThat(request.text()).isEqualTo("{\"id\":1,\"name\":\"Ada\",\"city\":\"Bonn\"}");
    }

    @Test
    void which_fields_an_update_sends_can_be_said() throws Exception {
        Change<Row> change = Writing.update(customer(1, "Ada", "Rom"), customer(1, "Ada", "Bonn"));
        assertThat(sent(resource.update(HttpMethod.PUT, "/customers/{id}", UpdateBody.CHANGED_FIELDS), change)
                        .text())
                .isEqualTo("{\"city\":\"Bonn\"}");
        assertThat(sent(resource.update(HttpMethod.PATCH, "/customers/{id}", UpdateBody.WHOLE_RECORD), change)
                        .text())
                .as("without the field of the path")
                .isEqualTo("{\"name\":\"Ada\",\"city\":\"Bonn\"}");
    }

    @Test
    void the_path_of_an_update_has_the_values_that_the_target_has_now() throws Exception {
        Change<Row> change = Writing.update(customer(1, "Ada", "Rom"), customer(1, "Ada", "Bonn"));
        Request request = sent(resource.update(HttpMethod.PATCH, "/in/{city}/{id}", UpdateBody.WHOLE_RECORD), change);
        assertThat(request).hasToString("PATCH /v2/in/Rom/1");
        assertThat(request.text()).isEqualTo("{\"name\":\"Ada\",\"city\":\"Bonn\"}");
    }

    @Test
    void values_in_a_path_are_encoded() throws Exception {
        Row row = customer(1, "A/B?c=d&e#f ü%2F{id}", "x");
        Request request = sent(resource.delete(HttpMethod.DELETE, "/customers/{name}"), Writing.delete(row));
        assertThat(request.uri().getRawPath()).isEqualTo("/v2/customers/A%2FB%3Fc%3Dd%26e%23f%20%C3%BC%252F%7Bid%7D");
        assertThat(request.uri().getRawQuery()).isNull();
        assertThat(request.body()).isEmpty();
        assertThat(request.header("Content-Type")).isNull();
    }

    @Test
    void values_that_name_no_record_reject_the_change() throws Exception {
        for (String name : new @Nullable String[] {null, "", ".", "..", "\ud800"}) {
            HttpTarget target = resource.delete(HttpMethod.DELETE, "/customers/{name}");
            assertThat(refused(target, CUSTOMER, Writing.delete(customer(1, name, "x"))))
                    .startsWith("rejected: field 'name'");
        }
        HttpTarget joined = resource.delete(HttpMethod.DELETE, "/customers/.{name}/x");
        assertThat(refused(joined, CUSTOMER, Writing.delete(customer(1, ".", "x"))))
                .startsWith("rejected: field 'name'");
    }

    @Test
    void a_body_can_lie_inside_of_an_object() throws Exception {
        Request request = sent(
                resource.insert(HttpMethod.POST, "/customers").bodyAt("/data/customer"),
                Writing.insert(customer(1, "Ada", "Rom")));
        assertThat(request.text()).isEqualTo("{\"data\":{\"customer\":{\"id\":1,\"name\":\"Ada\",\"city\":\"Rom\"}}}");
    }

    @Test
    void a_body_can_be_made_in_another_way() throws Exception {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("list", List.of(1, "a", true));
        map.put("none", null);
        HttpTarget target = resource.insert(HttpMethod.POST, "/customers").delete(HttpMethod.POST, "/gone/{id}");
        Change<Row> change = Writing.insert(customer(1, "Ada", "Rom"));
        assertThat(sent(target.body((made, fields) -> fields.rename("name", "title")), change)
                        .text())
                .isEqualTo("{\"id\":1,\"title\":\"Ada\",\"city\":\"Rom\"}");
        assertThat(sent(target.body((made, fields) -> map), change).text())
                .isEqualTo("{\"list\":[1,\"a\",true],\"none\":null}");
        assertThat(sent(target.body((made, fields) -> List.of(fields)), change).text())
                .isEqualTo("[{\"id\":1,\"name\":\"Ada\",\"city\":\"Rom\"}]");
        assertThat(sent(target.body((made, fields) -> null), change).body()).isEmpty();
        assertThat(sent(target.body((made, fields) -> fields), Writing.delete(customer(1, "Ada", "Rom")))
                        .text())
                .as("the key of a delete")
                .isEqualTo("{\"id\":1}");
    }

    @Test
    void a_body_that_cannot_be_made_rejects_the_change_without_its_message() throws Exception {
        HttpTarget target = resource.insert(HttpMethod.POST, "/customers").body((change, fields) -> {
            throw new IllegalStateException("Geheim");
        });
        assertThat(refused(target, CUSTOMER, Writing.insert(customer(1, "Ada", "Rom"))))
                .isEqualTo("rejected: body(...) threw java.lang.IllegalStateException");
        HttpTarget odd = resource.insert(HttpMethod.POST, "/customers").body((change, fields) -> new Object());
        assertThat(refused(odd, CUSTOMER, Writing.insert(customer(1, "Ada", "Rom"))))
                .isEqualTo("rejected: values of class java.lang.Object cannot be written as JSON");
    }

    @Test
    void the_type_of_bodies_can_be_said() throws Exception {
        HttpTarget target =
                resource.update(HttpMethod.PATCH, "/customers/{id}").sendingAs("application/merge-patch+json");
        Change<Row> change = Writing.update(customer(1, "Ada", "Rom"), customer(1, "Ada", "Bonn"));
        assertThat(sent(target, change).header("Content-Type")).isEqualTo("application/merge-patch+json");
    }

    @Test
    void values_have_their_form_of_json() throws Exception {
        Row row = Row.of(
                "id",
                9_007_199_254_740_993L,
                "price",
                new BigDecimal("0.10"),
                "large",
                new BigDecimal("1E+30"),
                "small",
                new BigDecimal("1E-30"),
                "ratio",
                0.1,
                "day",
                LocalDate.of(2026, 2, 3),
                "at",
                LocalDateTime.of(2026, 2, 3, 4, 5, 6),
                "noon",
                LocalTime.NOON,
                "moment",
                Instant.parse("2026-02-03T04:05:06.789Z"),
                "who",
                UUID.fromString("00000000-0000-0000-0000-000000000001"),
                "bytes",
                new byte[] {1, 2, 3},
                "yes",
                true,
                "tags",
                List.of("a", 1L),
                "text",
                "\"\\\u0000\ud83d\ude00");
        Request request = sent(resource.insert(HttpMethod.POST, "/customers"), row.schema(), Writing.insert(row));
        assertThat(request.text())
                .isEqualTo("{\"id\":9007199254740993,\"price\":0.10,\"large\":1000000000000000000000000000000,"
                        + "\"small\":0.000000000000000000000000000001,\"ratio\":0.1,\"day\":\"2026-02-03\","
                        + "\"at\":\"2026-02-03T04:05:06\",\"noon\":\"12:00\",\"moment\":\"2026-02-03T04:05:06.789Z\","
                        + "\"who\":\"00000000-0000-0000-0000-000000000001\",\"bytes\":\"AQID\",\"yes\":true,"
                        + "\"tags\":[\"a\",1],\"text\":\"\\\"\\\\\\u0000\ud83d\ude00\"}");
    }

    @Test
    void a_field_of_json_is_json_and_not_a_string() throws Exception {
        Schema schema = Schema.of(Field.of("id", FieldType.integer()), Field.of("tags", FieldType.json()));
        Row row = schema.row(1L, "{\"a\":[1,\"x\"]}");
        Request request = sent(resource.insert(HttpMethod.POST, "/customers"), schema, Writing.insert(row));
        assertThat(request.text()).isEqualTo("{\"id\":1,\"tags\":{\"a\":[1,\"x\"]}}");
    }

    @Test
    void values_without_a_form_in_json_reject_the_change() throws Exception {
        HttpTarget target = resource.insert(HttpMethod.POST, "/customers");
        List<Object> nested = new ArrayList<>();
        nested.add(nested);
        List<Object> values = List.of(Double.NaN, Double.POSITIVE_INFINITY, "a\ud800b", Map.of("a\udc00", 1));
        for (Object value : values) {
            Schema schema = Schema.of(Field.of("id", FieldType.integer()), Field.of("x", FieldType.any()));
            assertThat(refused(target, schema, Writing.insert(schema.row(1L, value))))
                    .startsWith("rejected: ");
        }
        HttpTarget endless = target.body((change, fields) -> nested);
        assertThat(refused(endless, CUSTOMER, Writing.insert(customer(1, "Ada", "Rom"))))
                .isEqualTo("rejected: it is nested more than 400 times");
    }

    @Test
    void flattened_fields_are_nested_again() throws Exception {
        Schema schema = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("address.city", FieldType.text()),
                Field.of("address.geo.lat", FieldType.decimal()),
                Field.of("address.zip", FieldType.text()),
                Field.of("tags", FieldType.json()));
        HttpTarget target = resource.flatten()
                .insert(HttpMethod.POST, "/customers")
                .update(HttpMethod.PATCH, "/in/{address.city}/{id}");
        Row row = schema.row(1L, "Rom", new BigDecimal("1.5"), null, "[]");
        assertThat(sent(target, schema, Writing.insert(row)).text())
                .isEqualTo("{\"id\":1,\"address\":{\"city\":\"Rom\",\"geo\":{\"lat\":1.5},\"zip\":null},\"tags\":[]}");
        Request update = sent(target, schema, Writing.update(row, row.with("address.zip", "1")));
        assertThat(update).hasToString("PATCH /v2/in/Rom/1");
        assertThat(update.text()).isEqualTo("{\"address\":{\"city\":\"Rom\",\"geo\":{\"lat\":1.5},\"zip\":\"1\"}}");
    }

    @Test
    void fields_that_cannot_be_nested_reject_the_change() throws Exception {
        HttpTarget target = resource.flatten().insert(HttpMethod.POST, "/customers");
        for (String[] names : new String[][] {{"a", "a.b"}, {"a.b", "a"}}) {
            Row row = Row.of("id", 1, names[0], "x", names[1], "y");
            assertThat(refused(target, row.schema(), Writing.insert(row))).startsWith("rejected: field 'a");
        }
    }

    // ---------------------------------------------------------------- If-Match and keys

    @Test
    void the_version_that_was_compared_goes_into_if_match_and_nowhere_else() throws Exception {
        Schema schema = CUSTOMER.with(Field.of("version", FieldType.any()).with(Field.Trait.READ_ONLY));
        HttpTarget target = resource.update(HttpMethod.PUT, "/customers/{id}")
                .delete(HttpMethod.DELETE, "/customers/{id}")
                .insert(HttpMethod.POST, "/customers")
                .ifMatch("version");
        Row before = schema.row(1L, "Ada", "Rom", 7L);
        Row after = schema.row(1L, "Ada", "Bonn", 7L);
        Request update = sent(target, schema, Writing.update(before, after));
        assertThat(update.header("If-Match")).isEqualTo("\"7\"");
        assertThat(update.text()).isEqualTo("{\"id\":1,\"name\":\"Ada\",\"city\":\"Bonn\"}");
        Request delete = sent(target, schema, Writing.delete(schema.row(1L, "Ada", "Rom", "\"a-b\"")));
        assertThat(delete.header("If-Match")).isEqualTo("\"a-b\"");
        assertThat(sent(target, schema, Writing.insert(customer(1, "Ada", "Rom")))
                        .header("If-Match"))
                .isNull();
    }

    @Test
    void a_version_that_cannot_go_into_if_match_rejects_the_change() throws Exception {
        Schema schema = CUSTOMER.with(Field.of("version", FieldType.any()).with(Field.Trait.READ_ONLY));
        HttpTarget target =
                resource.delete(HttpMethod.DELETE, "/customers/{id}").ifMatch("version");
        assertThat(refused(target, schema, Writing.delete(schema.row(1L, "Ada", "Rom", "W/\"7\""))))
                .startsWith("rejected: field 'version' has a weak version");
        for (String version : new @Nullable String[] {null, "", "a\"b", "a b", "a\r\nX: y", "\u00fc"}) {
            assertThat(refused(target, schema, Writing.delete(schema.row(1L, "Ada", "Rom", version))))
                    .startsWith("rejected: field 'version' has no version");
        }
    }

    @Test
    void requests_that_are_not_the_same_twice_get_a_key_of_their_own() throws Exception {
        HttpTarget target = resource.insert(HttpMethod.POST, "/customers")
                .update(HttpMethod.PUT, "/customers/{id}")
                .idempotencyKeys("X-Once");
        Change<Row> insert = Writing.insert(customer(1, "Ada", "Rom"));
        String first = sent(target, insert).header("X-Once");
        String second = sent(target, insert).header("X-Once");
        assertThat(first).hasSize(36).isNotEqualTo(second);
        Change<Row> update = Writing.update(customer(1, "Ada", "Rom"), customer(1, "Ada", "Bonn"));
        assertThat(sent(target, update).header("X-Once")).isNull();
    }

    // ---------------------------------------------------------------- mistakes

    @Test
    void mistakes_of_a_word_are_told_at_once() {
        HttpTarget target = resource.insert(HttpMethod.POST, "/customers");
        assertThatThrownBy(() -> target.insert(HttpMethod.POST, "/customers"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("said twice");
        assertThatThrownBy(() -> target.update(HttpMethod.DELETE, "/customers/{id}"))
                .isInstanceOf(IllegalArgumentException.class);
        for (String path : List.of("/customers/{id", "/customers/id}", "/customers/{}", "/a b")) {
            assertThatThrownBy(() -> target.update(HttpMethod.PATCH, path))
                    .as(path)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> target.deleteMany(HttpMethod.POST, "/customers/{id}", Bulk.of(10)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> target.inFlight(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> target.inFlight(65)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> target.sendingAs("json\r\nX: y")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> target.idempotencyKeys("a b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> target.bodyAt("customer")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> target.generated(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> target.ifMatch("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Bulk.of(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
