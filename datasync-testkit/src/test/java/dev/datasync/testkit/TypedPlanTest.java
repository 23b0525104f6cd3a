package dev.datasync.testkit;

import static dev.datasync.testkit.DataSyncAssertions.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.FailurePolicy;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Source;
import dev.datasync.transform.Duplicates;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypedPlanTest {

    enum Level {
        BASIC,
        GOLD
    }

    record Customer(int id, String name, Level level, BigDecimal credit, Instant changedAt) {}

    /** A Java record that checks its values, as many do. */
    public record Strict(int id, String name) {

        public Strict {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a name is needed");
            }
        }
    }

    record Position(String country, long number, String text) {}

    private static final Schema CUSTOMERS = Schema.of(
            Field.of("id", FieldType.integer(32)),
            Field.of("name", FieldType.text(50)),
            Field.of("level", FieldType.text(10)),
            Field.of("credit", FieldType.decimal(9, 2)),
            Field.of("changed_at", FieldType.instant(3)));

    private static final Instant NOON = Instant.parse("2024-01-01T12:00:00.123456789Z");

    @TempDir
    Path spillDirectory;

    private static Customer customer(int id, String name) {
        return new Customer(id, name, id % 2 == 0 ? Level.BASIC : Level.GOLD, new BigDecimal("10"), NOON);
    }

    private static InMemorySink customers(Customer... present) {
        List<Row> rows = new ArrayList<>();
        for (Customer customer : present) {
            Row row = Row.from(customer);
            rows.add(row.rename("changedAt", "changed_at"));
        }
        return InMemorySink.of(CUSTOMERS, "id").holding(rows);
    }

    @ParameterizedTest
    @EnumSource
    void syncs_java_records(EnginePath path) {
        InMemorySink sink = path.sink(customers(customer(1, "Ada"), customer(2, "Bob"), customer(3, "Cleo")));
        SyncPlan<Customer> plan = path.plan(SyncPlan.named("customers")
                        .from(InMemorySource.of(customer(1, "Ada"), customer(2, "Robert"), customer(4, "Dora")))
                        .match(Matcher.by(Customer::id))
                        .into(sink.as(Customer.class))
                        .deletes(Deletes.missing().unlimited()))
                .build();
        try (Preview<Customer> preview = plan.preview()) {
            List<Change<Customer>> changes = new ArrayList<>();
            preview.changes().forEach(changes::add);
            assertThat(changes).hasSize(3);
            assertThat(((Change.Delete<Customer>) changes.get(0)).before().name())
                    .isEqualTo("Cleo");
            assertThat(((Change.Update<Customer>) changes.get(1)).after().name())
                    .isEqualTo("Robert");
            assertThat(((Change.Update<Customer>) changes.get(1)).differences())
                    .extracting(difference -> difference.field())
                    .containsExactly("name");
            assertThat(((Change.Insert<Customer>) changes.get(2)).after().level())
                    .isEqualTo(Level.BASIC);
            assertThat(changes.get(2).key()).hasToString("4");
        }
        assertThatPlan(plan).inserts(1).updates(1).deletes(1).converges();
        assertThat(sink.content()).extracting(row -> row.text("name")).containsExactly("Ada", "Robert", "Dora");
    }

    @Test
    void matches_by_a_function_with_several_values() {
        Schema schema = Schema.of(
                Field.of("country", FieldType.text()),
                Field.of("number", FieldType.integer()),
                Field.of("text", FieldType.text()));
        InMemorySink sink = InMemorySink.of(schema, "country", "number")
                .holding(Row.of("country", "NA", "number", 1, "text", "one"));
        SyncPlan<Position> plan = SyncPlan.named("positions")
                .from(InMemorySource.of(
                        new Position("na", 1, "uno"), new Position("NA", 2, "two"), new Position("SA", 1, "three")))
                .match(Matcher.<Position>by(
                        position -> List.of(position.country().toUpperCase(java.util.Locale.ROOT), position.number())))
                .into(sink.as(Position.class))
                .build();
        assertThatPlan(plan).inserts(2).updates(1);
        SyncReport report = plan.run();
        assertThat(report.counts().written()).isEqualTo(3);
    }

    @Test
    void refuses_records_that_have_no_key() {
        SyncPlan<Customer> plan = SyncPlan.named("customers")
                .from(InMemorySource.of(customer(1, "Ada"), customer(2, null)))
                .match(Matcher.by(Customer::name))
                .into(customers().as(Customer.class))
                .build();
        assertThatPlan(plan).isRefusedWith("E-REJECTED");
        SyncPlan<Customer> blank = SyncPlan.named("customers")
                .from(InMemorySource.of(customer(1, " ")))
                .match(Matcher.by(Customer::name))
                .into(customers().as(Customer.class))
                .build();
        assertThatPlan(blank).isRefusedWith("E-REJECTED");
    }

    @Test
    void finds_duplicate_computed_keys() {
        SyncPlan<Customer> plan = SyncPlan.named("customers")
                .from(InMemorySource.of(customer(1, "Ada"), customer(2, "Ada")))
                .match(Matcher.by(Customer::name))
                .into(customers().as(Customer.class))
                .build();
        assertThatPlan(plan).isRefusedWith("E-KEY-DUPLICATE");
    }

    @Test
    void reads_rows_as_records_and_rejects_those_that_are_none() {
        Source<Position> source = InMemorySource.of(
                        Row.of("country", "NA", "number", "1", "text", "one"),
                        Row.of("country", "NA", "number", "two", "text", "two"),
                        Row.of("country", "NA", "text", "three"))
                .as(Position.class);
        Schema schema = Schema.of(
                Field.of("country", FieldType.text()),
                Field.of("number", FieldType.integer()),
                Field.of("text", FieldType.text()));
        InMemorySink sink = InMemorySink.of(schema, "country", "number");
        SyncPlan<Position> plan = SyncPlan.named("positions")
                .from(source)
                .match(Matcher.<Position>on("country", "number"))
                .into(sink.as(Position.class))
                .onFailure(FailurePolicy.skipUpTo(2))
                .build();
        SyncReport report = plan.run();
        assertThat(report.counts().inserted()).isEqualTo(1);
        assertThat(report.rejections())
                .extracting(rejection -> rejection.location())
                .containsExactly("record 2", "record 3");
        assertThat(report.rejections()).allMatch(rejection -> rejection.reason().contains("number"));
    }

    @Test
    void rejects_a_record_whose_own_code_throws() {
        SyncPlan<Strict> plan = SyncPlan.named("strict")
                .from(InMemorySource.of(Row.of("id", 1, "name", "Ada"), Row.of("id", 2, "name", ""))
                        .as(Strict.class))
                .match(Matcher.by(Strict::id))
                .into(InMemorySink.of(
                                Schema.of(Field.of("id", FieldType.integer()), Field.of("name", FieldType.text())),
                                "id")
                        .as(Strict.class))
                .onFailure(FailurePolicy.skipUpTo(1))
                .build();
        SyncReport report = plan.run();
        assertThat(report.counts().inserted()).isEqualTo(1);
        assertThat(report.counts().rejected()).isEqualTo(1);
        assertThat(report.rejections().get(0).location()).isEqualTo("record 2");
    }

    /** A sink as a user writes one over his own service, with nothing but what has to be there. */
    private static final class Registry implements Sink<Customer> {

        private final Map<Integer, Customer> customers = new TreeMap<>();

        @Override
        public RecordType<Customer> recordType() {
            return RecordType.of(Customer.class);
        }

        @Override
        public Optional<Schema> storedSchema() {
            return recordType().schema();
        }

        @Override
        public Source<Customer> existing() {
            return Source.of(() -> List.copyOf(customers.values()));
        }

        @Override
        public ChangeWriter<Customer> open(WriteContext context) {
            Map<Integer, Customer> draft = new TreeMap<>(customers);
            return new ChangeWriter<>() {
                @Override
                public List<Outcome> write(List<Change<Customer>> batch) {
                    for (Change<Customer> change : batch) {
                        if (change instanceof Change.Insert<Customer> insert) {
                            draft.put(insert.after().id(), insert.after());
                        } else if (change instanceof Change.Update<Customer> update) {
                            draft.put(update.after().id(), update.after());
                        } else if (change instanceof Change.Delete<Customer> delete) {
                            draft.remove(delete.before().id());
                        }
                    }
                    return Collections.nCopies(batch.size(), Outcome.applied());
                }

                @Override
                public void commit() {
                    customers.clear();
                    customers.putAll(draft);
                }

                @Override
                public void close() {}
            };
        }
    }

    @Test
    void writes_to_a_sink_of_the_users_own() {
        Registry registry = new Registry();
        registry.customers.put(1, customer(1, "Ada"));
        registry.customers.put(2, customer(2, "Bob"));
        registry.customers.put(3, customer(3, "Cleo"));
        SyncPlan<Customer> plan = SyncPlan.named("registry")
                .from(InMemorySource.of(customer(1, "Ada"), customer(2, "Robert"), customer(4, "Dora")))
                .match(Matcher.by(Customer::id))
                .into(registry)
                .deletes(Deletes.missing().unlimited())
                .build();
        assertThatPlan(plan).inserts(1).updates(1).deletes(1).converges();
        assertThat(registry.customers)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(1, customer(1, "Ada"), 2, customer(2, "Robert"), 4, customer(4, "Dora")));
    }

    // ---------------------------------------------------------------- one to many

    @Test
    void makes_several_records_of_one() {
        InMemorySink sink = InMemorySink.of(Schema.ofText("id", "tag"), "id", "tag");
        SyncPlan<Row> plan = SyncPlan.named("tags")
                .from(InMemorySource.of(
                        Row.of("id", "1", "tags", List.of("a", "b")),
                        Row.of("id", "2", "tags", List.of()),
                        Row.of("id", "3", "tags", List.of("a"))))
                .expand(row -> row.list("tags").stream()
                        .map(tag -> Row.of("id", row.value("id"), "tag", tag))
                        .toList())
                .match(Matcher.<Row>on("id", "tag"))
                .into(sink)
                .build();
        SyncReport report = plan.run();
        assertThat(report.counts().sourceRead()).isEqualTo(3);
        assertThat(report.counts().added()).isEqualTo(1);
        assertThat(report.counts().filtered()).isEqualTo(1);
        assertThat(report.counts().inserted()).isEqualTo(3);
        assertThatPlan(plan).converges();
    }

    @Test
    void rejects_a_record_as_a_whole_when_it_cannot_be_expanded() {
        InMemorySink sink = Products.target();
        SyncPlan<Row> plan = SyncPlan.named("expanded")
                .from(InMemorySource.of(Products.products(1, 3)))
                .expand(row -> {
                    List<Row> made = new ArrayList<>(List.of(row, row.with("id", row.integer("id") + 10)));
                    if (row.integer("id") == 2) {
                        made.add(null);
                    }
                    return made;
                })
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .onFailure(FailurePolicy.skipUpTo(1))
                .build();
        SyncReport report = plan.run();
        assertThat(report.counts().rejected()).isEqualTo(1);
        assertThat(sink.content()).extracting(row -> row.integer("id")).containsExactly(1L, 3L, 11L, 13L);
    }

    // ---------------------------------------------------------------- duplicates

    private static List<Row> repeated(int keys, int times) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < keys * times; i++) {
            int key = i * 7_919 % keys;
            Row row = Row.of("id", key, "name", "n" + i, "age", i % 13 == 0 ? null : (i * 31) % 50);
            rows.add(row);
        }
        return rows;
    }

    private static final Schema AGED = Schema.of(
            Field.of("id", FieldType.integer()),
            Field.of("name", FieldType.text()),
            Field.of("age", FieldType.integer()));

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keeps_one_of_several_duplicates(boolean isSpilled) {
        List<Row> rows = repeated(isSpilled ? 2_000 : 20, 5);
        for (Duplicates.Keep keep : Duplicates.Keep.values()) {
            Map<Object, Row> expected = new HashMap<>();
            for (Row row : rows) {
                expected.merge(row.value("id"), row, (one, other) -> better(keep, one, other));
            }
            Duplicates.By by = Duplicates.by("id");
            Duplicates rule = switch (keep) {
                case FIRST -> by.keepFirst();
                case LAST -> by.keepLast();
                case NEWEST -> by.keepNewest("age");
            };
            InMemorySink sink = InMemorySink.of(AGED, "id");
            SyncPlan<Row> plan = SyncPlan.named("duplicates")
                    .from(InMemorySource.of(rows))
                    .dropDuplicates(rule)
                    .match(Matcher.<Row>on("id"))
                    .into(sink)
                    .memoryBudget(isSpilled ? new MemoryBudget(MemoryBudget.SMALLEST) : MemoryBudget.standard())
                    .spillDirectory(spillDirectory)
                    .build();
            SyncReport report = plan.run();
            assertThat(report.method()).contains(isSpilled ? "temporary file" : "in memory");
            assertThat(report.counts().duplicates()).isEqualTo(rows.size() - expected.size());
            assertThat(sink.content()).as("%s", keep).hasSize(expected.size());
            for (Row row : sink.content()) {
                assertThat(row.text("name"))
                        .as("%s of %s", keep, row.value("id"))
                        .isEqualTo(expected.get(row.value("id")).text("name"));
            }
            assertThat(spillDirectory).isEmptyDirectory();
        }
    }

    private static Row better(Duplicates.Keep keep, Row one, Row other) {
        return switch (keep) {
            case FIRST -> one;
            case LAST -> other;
            case NEWEST -> age(other) >= age(one) ? other : one;
        };
    }

    private static long age(Row row) {
        return row.integer("age", -1);
    }

    @Test
    void keeps_the_first_and_last_of_the_source_through_several_filters() {
        Random random = new Random(5);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            rows.add(Row.of("id", random.nextInt(300), "name", "n" + random.nextInt(2_000), "age", i));
        }
        Map<Object, Row> byName = new java.util.LinkedHashMap<>();
        rows.forEach(row -> byName.putIfAbsent(row.value("name"), row));
        Map<Object, Row> byId = new HashMap<>();
        byName.values().forEach(row -> byId.put(row.value("id"), row));
        for (MemoryBudget budget : List.of(MemoryBudget.standard(), new MemoryBudget(MemoryBudget.SMALLEST))) {
            InMemorySink sink = InMemorySink.of(AGED, "id");
            SyncPlan.named("filters")
                    .from(InMemorySource.of(rows))
                    .dropDuplicates(Duplicates.by("name").keepFirst())
                    .dropDuplicates(Duplicates.by("id").keepLast())
                    .match(Matcher.<Row>on("id"))
                    .into(sink)
                    .memoryBudget(budget)
                    .spillDirectory(spillDirectory)
                    .build()
                    .run();
            assertThat(sink.content()).hasSize(byId.size());
            for (Row row : sink.content()) {
                assertThat(row.value("age")).isEqualTo(byId.get(row.value("id")).value("age"));
            }
        }
    }

    @Test
    void drops_duplicates_of_java_records() {
        InMemorySink sink = customers();
        SyncPlan<Customer> plan = SyncPlan.named("customers")
                .from(InMemorySource.of(customer(1, "Ada"), customer(2, "Bob"), customer(1, "Ada Lovelace")))
                .dropDuplicates(Duplicates.by("id").keepLast())
                .match(Matcher.by(Customer::id))
                .into(sink.as(Customer.class))
                .build();
        assertThatPlan(plan).inserts(2).converges();
        assertThat(sink.content())
                .extracting(row -> row.text("name"))
                .contains("Ada Lovelace")
                .doesNotContain("Ada");
    }

    private sealed interface Shape {

        int id();

        record Circle(int id, int radius) implements Shape {}

        record Square(int id, int side) implements Shape {}
    }

    @Test
    void gives_every_java_record_back_as_what_it_was() {
        InMemorySink sink = InMemorySink.of(Schema.ofText("id", "shape"), "id");
        SyncPlan<Row> plan = SyncPlan.named("shapes")
                .from(InMemorySource.<Shape>of(new Shape.Circle(1, 5), new Shape.Square(2, 6), new Shape.Circle(1, 7)))
                .dropDuplicates(Duplicates.by("id").keepLast())
                .map(shape -> Row.of("id", shape.id(), "shape", shape.toString()))
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .build();
        plan.run();
        assertThat(sink.content())
                .extracting(row -> row.text("shape"))
                .containsExactlyInAnyOrder("Circle[id=1, radius=7]", "Square[id=2, side=6]");
    }

    @Test
    void refuses_to_drop_duplicates_of_other_objects() {
        SyncPlan<Row> plan = SyncPlan.named("objects")
                .from(InMemorySource.of("a", "b"))
                .dropDuplicates(Duplicates.by("id").keepLast())
                .map(text -> Row.of("id", text))
                .match(Matcher.<Row>on("id"))
                .into(InMemorySink.of(Schema.ofText("id"), "id"))
                .build();
        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
        assertThat(thrown).hasMessageContaining("java.lang.String");
    }

    @Test
    void does_not_take_null_for_a_record() {
        SyncPlan<Row> plan = SyncPlan.named("nothing")
                .from(Source.<Row>of(() -> java.util.Arrays.asList(Products.product(1), null)))
                .match(Matcher.<Row>on("id"))
                .into(Products.target())
                .build();
        assertThatPlan(plan).isRefusedWith("E-REJECTED");
        assertThatThrownBy(() -> SyncPlan.named("nothing")
                        .from(InMemorySource.of(Products.product(1)))
                        .<Row>map(row -> null)
                        .match(Matcher.<Row>on("id"))
                        .into(Products.target())
                        .build()
                        .run())
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("filter(...)");
    }
}
