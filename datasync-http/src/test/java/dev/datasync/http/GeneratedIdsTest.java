package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncGroup;
import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.testkit.InMemorySource;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GeneratedIdsTest {

    private static final Schema SCHEMA = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("number", FieldType.integer()).with(Field.Trait.READ_ONLY));

    private static GeneratedIds after(Reply reply, String... pointer) throws Exception {
        GeneratedIds ids = new GeneratedIds();
        try (TestServer server = TestServer.start(request -> reply)) {
            HttpTarget target = HttpApi.at(server.at("")).get("/c").insert(HttpMethod.POST, "/c");
            HttpTarget made = pointer.length == 0 ? target.generated("number") : target.generated("number", pointer[0]);
            Writing writing = Writing.skipping(SCHEMA);
            writing.write(
                    made.remembering(ids), Writing.insert(SCHEMA.select("id").row(1L)));
            assertThat(writing.warnings()).hasSize(ids.of(1).isPresent() ? 0 : 1);
        }
        return ids;
    }

    @Test
    void the_value_is_read_from_the_answer_or_from_the_location() throws Exception {
        assertThat(after(Reply.json("{\"number\": 5}")).of(1)).contains(5L);
        assertThat(after(Reply.json("{\"data\": {\"a/b\": \"5\"}}"), "/data/a~1b")
                        .of(1))
                .contains(5L);
        assertThat(after(Reply.of(201).header("Location", "/c/17?x=1")).of(1)).contains(17L);
        assertThat(after(Reply.of(201).header("Location", "https://x.example/c/%31%37/"))
                        .of(1))
                .contains(17L);
    }

    @Test
    void an_answer_without_it_is_a_warning() throws Exception {
        assertThat(after(Reply.of(201)).of(1)).isEmpty();
        assertThat(after(Reply.json("{\"number\": \"none\"}")).of(1)).isEmpty();
        assertThat(after(Reply.of(201).header("Location", "/")).of(1)).isEmpty();
        assertThat(after(Reply.json("<html>")).of(1)).isEmpty();
    }

    @Test
    void keys_are_equal_whatever_their_classes_are() throws Exception {
        GeneratedIds ids = after(Reply.json("{\"number\": 5}"));
        assertThat(ids.of(1)).contains(5L);
        assertThat(ids.of(new BigDecimal("1.0"))).contains(5L);
        assertThat(ids.of("1")).isEmpty();
        assertThat(ids.of(1, 2)).isEmpty();
        assertThat(ids).hasToString("1 generated values");
    }

    @Test
    void children_are_written_with_the_ids_of_their_new_parents() {
        try (TestApi parents = TestApi.numbering("code", "number");
                TestApi children = TestApi.start("code")) {
            GeneratedIds ids = new GeneratedIds();
            SyncPlan<Row> parentPlan = SyncPlan.named("parents")
                    .from(InMemorySource.of(List.of(Row.of("code", "a"), Row.of("code", "b"))))
                    .match(Matcher.<Row>on("code"))
                    .into(parents.api()
                            .get("/items")
                            .insert(HttpMethod.POST, "/items")
                            .delete(HttpMethod.DELETE, "/items/{number}")
                            .generated("number")
                            .remembering(ids))
                    .deletes(Deletes.missing())
                    .build();
            SyncPlan<Row> childPlan = SyncPlan.named("children")
                    .from(InMemorySource.of(List.of(Row.of("code", "x", "parent", "b"))))
                    .match(Matcher.<Row>on("code"))
                    .into(children.api()
                            .get("/items")
                            .insert(HttpMethod.POST, "/items")
                            .body((change, row) -> row.with(
                                    "parentNumber", ids.of(row.text("parent")).orElseThrow())))
                    .build();
            parents.put(Row.of("code", "old"));
            SyncGroup group = SyncGroup.named("shop")
                    .add(parentPlan)
                    .add(childPlan)
                    .inThisOrder()
                    .build();
            assertThat(group.run().written()).isEqualTo(4);
            Map<String, ?> child = children.record("x").orElseThrow();
            Map<String, ?> parent = parents.record(child.get("parentNumber")).orElseThrow();
            assertThat(parent.get("code")).isEqualTo("b");
        }
    }
}
