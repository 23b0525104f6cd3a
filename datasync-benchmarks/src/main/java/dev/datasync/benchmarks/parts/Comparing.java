package dev.datasync.benchmarks.parts;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.ChangeCounts;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.RecordType;
import dev.datasync.row.Schema;
import dev.datasync.sink.ChangeWriter;
import dev.datasync.sink.Sink;
import dev.datasync.sink.WriteContext;
import dev.datasync.source.Source;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Two lists of 10,000 records of 5 fields, compared. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Comparing {

    private static final int RECORDS = 10_000;

    /** Of 100 records, how many are other. */
    @Param({"0", "1"})
    public int percent;

    private List<Item> before = List.of();
    private List<Item> after = List.of();

    record Item(long id, String name, int quantity, BigDecimal price, boolean active) {}

    @Setup
    public void make() {
        before = new ArrayList<>(RECORDS);
        after = new ArrayList<>(RECORDS);
        for (int i = 0; i < RECORDS; i++) {
            before.add(item(i, 0));
            after.add(item(i, i % 100 < percent ? 1 : 0));
        }
    }

    private static Item item(int id, int more) {
        return new Item(id, "item number " + id, id % 1_000 + more, BigDecimal.valueOf(id % 10_000, 2), id % 3 == 0);
    }

    @Benchmark
    public ChangeCounts preview() {
        SyncPlan<Item> plan = SyncPlan.named("benchmark")
                .from(Source.of(() -> after))
                .match(Matcher.on("id"))
                .into(new Items(before))
                .deletes(Deletes.missing())
                .build();
        try (Preview<Item> preview = plan.preview()) {
            return preview.changes().counts();
        }
    }

    private record Items(List<Item> items) implements Sink<Item> {

        @Override
        public RecordType<Item> recordType() {
            return RecordType.of(Item.class);
        }

        @Override
        public Optional<Schema> storedSchema() {
            return recordType().schema();
        }

        @Override
        public Source<Item> existing() {
            return Source.of(() -> items);
        }

        @Override
        public ChangeWriter<Item> open(WriteContext context) {
            throw new UnsupportedOperationException("nothing is written");
        }
    }
}
