package dev.datasync.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.change.Change;
import dev.datasync.http.TestServer.Reply;
import dev.datasync.http.TestServer.Request;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.Outcome;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that does what it is asked, or does not, and then gives no answer. */
class LostAnswersTest {

    private static final Schema SCHEMA = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("name", FieldType.text()),
            Field.of("price", FieldType.decimal(9, 2)));

    private final TestApi api = TestApi.start("id");

    @AfterEach
    void stop() {
        api.close();
    }

    private HttpTarget target() {
        return api.api()
                .get("/items")
                .insert(HttpMethod.POST, "/items")
                .update(HttpMethod.PATCH, "/items/{id}")
                .delete(HttpMethod.DELETE, "/items/{id}");
    }

    private static Row row(long id, String name) {
        return SCHEMA.row(id, name, new java.math.BigDecimal("1.50"));
    }

    private Outcome write(HttpTarget target, Change<Row> change) throws Exception {
        List<Outcome> outcomes = Writing.skipping(SCHEMA).write(target, change);
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }

    /** The server does it, and then drops the connection, the first so many times for each address. */
    private void doesAndDrops(int times) {
        AtomicInteger count = new AtomicInteger();
        api.script((request, doing) -> {
            Reply reply = doing.get();
            return count.incrementAndGet() <= times ? Reply.dropped() : reply;
        });
    }

    /** The server drops the connection before it does anything, so many times. */
    private void drops(int times) {
        AtomicInteger count = new AtomicInteger();
        api.script((request, doing) -> count.incrementAndGet() <= times ? Reply.dropped() : doing.get());
    }

    // ---------------------------------------------------------------- inserts

    @Test
    void an_insert_without_key_and_lookup_is_unknown_and_not_repeated() throws Exception {
        doesAndDrops(1);
        assertThat(write(target(), Writing.insert(row(1, "Ada")))).isInstanceOf(Outcome.Unknown.class);
        assertThat(api.size()).isEqualTo(1);
        assertThat(api.server().requests()).hasSize(1);
    }

    @Test
    void an_insert_with_a_key_is_repeated_with_the_same_key() throws Exception {
        doesAndDrops(2);
        assertThat(write(target().idempotencyKeys(), Writing.insert(row(1, "Ada"))))
                .isEqualTo(Outcome.applied());
        assertThat(api.size()).isEqualTo(1);
        Set<String> keys = ConcurrentHashMap.newKeySet();
        for (Request request : api.server().requests()) {
            keys.add(String.valueOf(request.header("Idempotency-Key")));
        }
        assertThat(keys).hasSize(1).doesNotContain("null");
    }

    @Test
    void an_insert_with_a_lookup_is_found_to_be_done() throws Exception {
        doesAndDrops(1);
        assertThat(write(target().lookup("/items/{id}"), Writing.insert(row(1, "Ada"))))
                .isEqualTo(Outcome.applied());
        assertThat(api.writes()).hasSize(1);
        assertThat(api.server().requests()).hasSize(2);
        doesAndDrops(1);
        assertThat(write(target().lookup("/items?id={id}", ""), Writing.insert(row(2, "Bob"))))
                .as("in an array of one")
                .isEqualTo(Outcome.applied());
        assertThat(api.size()).isEqualTo(2);
    }

    @Test
    void an_insert_that_a_lookup_does_not_find_is_sent_again() throws Exception {
        for (String path : List.of("/items/{id}", "/items?id={id}")) {
            drops(1);
            long id = path.length();
            assertThat(write(target().lookup(path), Writing.insert(row(id, "Ada"))))
                    .isEqualTo(Outcome.applied());
        }
        assertThat(api.size()).isEqualTo(2);
        assertThat(api.writes()).hasSize(4);
    }

    @Test
    void sending_again_is_bounded() throws Exception {
        drops(100);
        assertThat(write(target().lookup("/items/{id}"), Writing.insert(row(1, "Ada"))))
                .isInstanceOf(Outcome.Unknown.class);
        assertThat(api.writes()).hasSize(3);
    }

    @Test
    void an_insert_that_a_lookup_finds_with_other_values_is_a_conflict() throws Exception {
        api.put(row(1, "somebody else's"));
        drops(1);
        assertThat(write(target().lookup("/items/{id}"), Writing.insert(row(1, "Ada"))))
                .isInstanceOf(Outcome.Conflict.class);
        assertThat(api.writes()).hasSize(1);
    }

    @Test
    void a_lookup_that_fails_leaves_the_change_unknown() throws Exception {
        for (String path : List.of("/nothing?id={id}", "/items?name={name}&id=")) {
            doesAndDrops(1);
            HttpTarget target = target().lookup(path, "/data");
            assertThat(write(target, Writing.insert(row(path.length(), "Ada")))).isInstanceOf(Outcome.Unknown.class);
        }
        assertThat(api.writes()).hasSize(2);
    }

    @Test
    void a_repeated_insert_that_is_there_already_is_found_by_lookup_or_unknown() throws Exception {
        AtomicInteger count = new AtomicInteger();
        // a server that takes the key and does not heed it
        api.script((request, doing) -> {
            Reply reply = doing.get();
            return count.incrementAndGet() % 2 == 1 ? Reply.dropped() : reply;
        });
        HttpTarget keys = target().idempotencyKeys("X-Unheeded");
        assertThat(write(keys, Writing.insert(row(1, "Ada")))).isInstanceOf(Outcome.Unknown.class);
        assertThat(write(keys.lookup("/items/{id}"), Writing.insert(row(2, "Ada"))))
                .isEqualTo(Outcome.applied());
        assertThat(api.writes()).hasSize(4);
    }

    @Test
    void a_failure_of_the_server_is_resolved_like_a_lost_answer() throws Exception {
        api.script((request, doing) -> {
            Reply reply = doing.get();
            assertThat(reply.status()).isEqualTo(201);
            return Reply.of(502);
        });
        assertThat(write(target().lookup("/items/{id}"), Writing.insert(row(1, "Ada"))))
                .isEqualTo(Outcome.applied());
        assertThat(api.writes()).hasSize(1);
    }

    // ---------------------------------------------------------------- updates

    @Test
    void a_patch_is_unknown_or_found_to_be_done_or_sent_again() throws Exception {
        api.put(row(1, "Ada"));
        doesAndDrops(1);
        assertThat(write(target(), Writing.update(row(1, "Ada"), row(1, "Bob"))))
                .isInstanceOf(Outcome.Unknown.class);
        assertThat(api.writes()).hasSize(1);
        HttpTarget target = target().lookup("/items/{id}");
        doesAndDrops(1);
        assertThat(write(target, Writing.update(row(1, "Bob"), row(1, "Cleo")))).isEqualTo(Outcome.applied());
        assertThat(api.writes()).hasSize(2);
        drops(1);
        assertThat(write(target, Writing.update(row(1, "Cleo"), row(1, "Dora"))))
                .isEqualTo(Outcome.applied());
        assertThat(api.writes()).hasSize(4);
        drops(1);
        assertThat(write(target, Writing.update(row(1, "Ada"), row(1, "Bob")))).isInstanceOf(Outcome.Conflict.class);
        assertThat(api.writes()).hasSize(5);
        assertThat(api.rows(SCHEMA)).containsExactly(row(1, "Dora"));
    }

    @Test
    void a_put_of_the_whole_record_is_repeated_and_one_with_a_condition_is_not() throws Exception {
        Schema versioned = SCHEMA.with(Field.of("version", FieldType.any()).with(Field.Trait.READ_ONLY));
        api.put(row(1, "Ada"));
        HttpTarget target = api.api().get("/items").update(HttpMethod.PUT, "/items/{id}");
        doesAndDrops(2);
        assertThat(write(target, Writing.update(row(1, "Ada"), row(1, "Bob")))).isEqualTo(Outcome.applied());
        assertThat(api.writes()).hasSize(3);
        doesAndDrops(2);
        Row before = versioned.row(1L, "Bob", row(1, "").value("price"), 7L);
        List<Outcome> outcomes = Writing.skipping(versioned)
                .write(target.ifMatch("version"), Writing.update(before, before.with("name", "Cleo")));
        assertThat(outcomes).hasOnlyElementsOfType(Outcome.Unknown.class);
        assertThat(api.writes()).hasSize(4);
    }

    @Test
    void an_update_of_a_record_that_is_gone_meanwhile_is_a_conflict() throws Exception {
        drops(1);
        assertThat(write(target().lookup("/items/{id}"), Writing.update(row(1, "Ada"), row(1, "Bob"))))
                .isInstanceOf(Outcome.Conflict.class);
    }

    // ---------------------------------------------------------------- deletes

    @Test
    void a_delete_is_repeated_and_a_record_that_is_gone_then_was_deleted() throws Exception {
        api.put(row(1, "Ada"));
        doesAndDrops(1);
        assertThat(write(target(), Writing.delete(row(1, "Ada")))).isEqualTo(Outcome.applied());
        assertThat(api.size()).isZero();
        assertThat(api.writes()).hasSize(2);
        doesAndDrops(0);
        assertThat(write(target(), Writing.delete(row(1, "Ada"))))
                .as("gone before the first attempt")
                .isInstanceOf(Outcome.Conflict.class);
    }

    @Test
    void a_delete_by_post_is_looked_up() throws Exception {
        api.put(row(1, "Ada"));
        api.script((request, doing) -> {
            api.remove("1");
            return Reply.dropped();
        });
        HttpTarget target = api.api().get("/items").delete(HttpMethod.POST, "/items/{id}/remove");
        assertThat(write(target, Writing.delete(row(1, "Ada")))).isInstanceOf(Outcome.Unknown.class);
        assertThat(write(target.lookup("/items/{id}"), Writing.delete(row(1, "Ada"))))
                .isEqualTo(Outcome.applied());
        assertThat(api.writes()).hasSize(2);
    }

    // ---------------------------------------------------------------- what the server makes

    @Test
    void what_the_server_makes_is_read_when_the_answer_was_lost() throws Exception {
        try (TestApi numbering = TestApi.numbering("id", "number")) {
            AtomicInteger count = new AtomicInteger();
            numbering.script((request, doing) -> {
                Reply reply = doing.get();
                return count.incrementAndGet() == 1 ? Reply.dropped() : reply;
            });
            GeneratedIds ids = new GeneratedIds();
            HttpTarget target = numbering
                    .api()
                    .get("/items")
                    .insert(HttpMethod.POST, "/items")
                    .generated("number")
                    .remembering(ids);
            Schema schema = SCHEMA.with(Field.of("number", FieldType.integer()).with(Field.Trait.READ_ONLY));
            List<Outcome> outcomes =
                    Writing.skipping(schema).write(target.lookup("/items?id={id}"), Writing.insert(row(1, "Ada")));
            assertThat(outcomes).containsExactly(Outcome.applied());
            assertThat(ids.of(1)).contains(1_000L);
            count.set(0);
            assertThat(Writing.skipping(schema).write(target.lookup("/items/{number}"), Writing.insert(row(2, "Bob"))))
                    .as("a lookup by what is not known yet")
                    .hasOnlyElementsOfType(Outcome.Unknown.class);
        }
    }
}
