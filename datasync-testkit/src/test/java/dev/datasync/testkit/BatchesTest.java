package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.SyncPlan;
import dev.datasync.change.Change;
import dev.datasync.match.Matcher;
import dev.datasync.row.Field;
import dev.datasync.row.FieldType;
import dev.datasync.row.RecordType;
import dev.datasync.row.Row;
import dev.datasync.row.Schema;
import dev.datasync.run.MemoryBudget;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Outcome;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How changes come to a writer: in batches, limited in number and in bytes. */
class BatchesTest {

    private static final Schema NOTES = Schema.of(
            Field.of("id", FieldType.integer()).with(Field.Trait.NOT_NULL), Field.of("note", FieldType.text()));

    /** Remembers the batches, and fails with one of them. */
    @SuppressWarnings("try") // a writer's close() may throw anything
    private static final class Remembering implements Sink<Row> {

        private final List<List<Change<Row>>> batches = new ArrayList<>();

        @Override
        public RecordType<Row> recordType() {
            return RecordType.rows();
        }

        @Override
        public Optional<Schema> storedSchema() {
            return Optional.of(NOTES);
        }

        @Override
        public Source<Row> existing() {
            return Source.of(List::of);
        }

        @Override
        public ChangeWriter<Row> open(WriteContext context) {
            return new ChangeWriter<>() {

                @Override
                public List<Outcome> write(List<Change<Row>> changes) {
                    batches.add(changes);
                    return changes.stream().map(change -> Outcome.applied()).toList();
                }

                @Override
                public void commit() {}

                @Override
                public void close() {}
            };
        }

        private List<Integer> sizes() {
            return batches.stream().map(List::size).toList();
        }

        private List<Long> ids() {
            return batches.stream()
                    .flatMap(List::stream)
                    .map(change -> (Long) change.key().values().get(0))
                    .toList();
        }
    }

    private static List<Row> notes(int count, int length) {
        String text = "x".repeat(length);
        return IntStream.range(0, count)
                .mapToObj(id -> NOTES.row((long) id, text))
                .toList();
    }

    private SyncPlan<Row> plan(List<Row> notes, Remembering sink, int batchSize) {
        return SyncPlan.named("notes")
                .from(Source.of(() -> notes))
                .match(Matcher.on("id"))
                .into(sink)
                .batchSize(batchSize)
                .memoryBudget(MemoryBudget.mebibytes(1))
                .build();
    }

    @Test
    void come_whole_and_in_their_order() {
        Remembering sink = new Remembering();

        plan(notes(25, 10), sink, 10).run();

        assertThat(sink.sizes()).containsExactly(10, 10, 5);
        assertThat(sink.ids())
                .isEqualTo(IntStream.range(0, 25).mapToObj(Long::valueOf).toList());
    }

    @Test
    void of_large_records_have_fewer_of_them() {
        Remembering sink = new Remembering();

        plan(notes(40, 200_000), sink, 1_000).run();

        assertThat(sink.ids()).hasSize(40);
        assertThat(sink.sizes())
                .as("200 kB each, and a batch ends behind one megabyte")
                .allMatch(size -> size <= 6);
    }
}
