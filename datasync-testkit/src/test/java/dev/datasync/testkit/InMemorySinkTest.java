package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.datasync.change.Change;
import dev.datasync.change.ChangeCounts;
import dev.datasync.match.Key;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.NotCommittedException;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.ReadContext.Cancellation;
import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // a writer's close() may throw anything
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

    @Test
    void refuses_values_that_are_not_in_stored_form() throws Exception {
        InMemorySink table = Products.target();
        for (Object price : new Object[] {new BigDecimal("1.1"), "1.10", 1.1}) {
            Row row = Schema.of(Products.SCHEMA.field(0), Field.of("price", FieldType.any()))
                    .row(1L, price);
            FaultySink<Row> changing = FaultySink.of(table, Faults.of());
            assertThatThrownBy(() -> write(changing, new Change.Insert<>(Key.of("id", 1L), row)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("price")
                    .hasMessageNotContaining("1.1");
        }
        assertThat(table.content()).isEmpty();
        assertThat(table.openWriters()).isZero();
    }

    @Test
    void refuses_null_where_there_must_be_a_value() throws Exception {
        Schema schema = Schema.of(
                Field.of("id", FieldType.integer()),
                Field.of("name", FieldType.text()).with(Field.Trait.NOT_NULL));
        InMemorySink table = InMemorySink.of(schema, "id");
        assertThat(write(table, new Change.Insert<>(Key.of("id", 1L), schema.row(1L, null))))
                .isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void does_not_take_two_rows_with_one_key() {
        assertThatThrownBy(() -> Products.target().holding(Products.product(1), Products.changed(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(InMemorySink.of(Products.SCHEMA)
                        .holding(Products.product(1), Products.changed(1))
                        .content())
                .hasSize(2);
        assertThatThrownBy(() -> Products.target().holding(Row.of("id", 1, "size", 5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size");
    }

    @Test
    void keeps_what_was_written_without_a_transaction() throws Exception {
        InMemorySink table = Products.target().withoutTransaction();
        try (ChangeWriter<Row> writer = table.open(context(table))) {
            writer.write(List.of(new Change.Insert<>(Key.of("id", 1L), Products.product(1))));
            assertThat(table.content()).hasSize(1);
            assertThat(table.openWriters()).isEqualTo(1);
        }
        assertThat(table.content()).hasSize(1);
        assertThat(table.commits()).isZero();
        assertThat(table.writes()).hasSize(1);
    }

    /** A record for the fields of the products. */
    record Product(long id, String name, BigDecimal price) {}

    @Test
    void says_that_changes_apply_at_once_whoever_stands_between() throws Exception {
        for (InMemorySink table : List.of(Products.target(), Products.target().withoutTransaction())) {
            try (ChangeWriter<Row> writer = FaultySink.of(table, Faults.of()).open(context(table))) {
                assertThat(writer.appliesAtOnce()).isFalse();
            }
        }
        InMemorySink table = Products.target().applyingAtOnce();
        try (ChangeWriter<Row> writer = FaultySink.of(table, Faults.of()).open(context(table));
                ChangeWriter<Product> typed = table.as(Product.class).open(context(table))) {
            assertThat(writer.appliesAtOnce()).isTrue();
            assertThat(typed.appliesAtOnce()).isTrue();
            assertThat(typed.undoesOnClose()).isFalse();
        }
    }

    @Test
    void commits_on_top_of_what_others_have_written_meanwhile() throws Exception {
        InMemorySink table = Products.target(Products.products(1, 2));
        try (ChangeWriter<Row> writer = table.open(context(table))) {
            writer.write(List.of(new Change.Insert<>(Key.of("id", 3L), Products.product(3))));
            table.insert(Products.product(4));
            writer.commit();
        }
        assertThat(table.content()).containsExactlyInAnyOrderElementsOf(Products.products(1, 4));
        try (ChangeWriter<Row> writer = table.open(context(table))) {
            writer.write(List.of(new Change.Insert<>(Key.of("id", 5L), Products.product(5))));
            table.insert(Products.changed(5));
            assertThatThrownBy(writer::commit).isInstanceOf(NotCommittedException.class);
        }
        assertThat(table.content()).contains(Products.changed(5));
    }

    private static Outcome write(Sink<Row> table, Change<Row> change) throws Exception {
        try (ChangeWriter<Row> writer = table.open(context(table))) {
            return writer.write(List.of(change)).get(0);
        }
    }

    private static WriteContext context(Sink<Row> table) throws Exception {
        Schema fields = table.storedSchema().orElseThrow();
        return new WriteContext() {
            @Override
            public String plan() {
                return "test";
            }

            @Override
            public Schema schema() {
                return fields;
            }

            @Override
            public List<String> keyFields() {
                return List.of("id");
            }

            @Override
            public ChangeCounts expected() {
                return new ChangeCounts(1, 1, 1);
            }

            @Override
            public OnRejection onRejection() {
                return OnRejection.END_RUN;
            }

            @Override
            public boolean isCancelled() {
                return false;
            }

            @Override
            public void onCancel(Cancellation action) {
                // nobody cancels
            }
        };
    }
}
