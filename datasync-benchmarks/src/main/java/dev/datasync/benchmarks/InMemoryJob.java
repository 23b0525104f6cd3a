package dev.datasync.benchmarks;

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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Two lists of records compared, against a loop with a map by hand. */
final class InMemoryJob implements Job {

    private static final int RECORDS = 1_000_000;

    private List<Item> before = List.of();
    private List<Item> after = List.of();

    record Item(long id, String name, int quantity, BigDecimal price, boolean active) {}

    @Override
    public String name() {
        return "in-memory";
    }

    @Override
    public String work() {
        return "two lists of 1,000,000 records of 5 fields compared, 2 % different";
    }

    @Override
    public int heap() {
        // the lists alone are 300 MiB
        return 1_024;
    }

    @Override
    public int processors() {
        return 2;
    }

    @Override
    public double aim() {
        return 2.0;
    }

    @Override
    public void prepare(Path folder, Size size, Postgres postgres) {}

    @Override
    public List<Contestant> contestants() {
        return List.of(
                new Contestant("DataSync", (folder, size) -> preview(size)),
                new Contestant("a HashMap by hand", (folder, size) -> loop(size)));
    }

    /** Makes the lists, in each process: the first time it does the work, which is not timed. */
    private void make(Size size) {
        if (before.isEmpty()) {
            int count = size.rows(RECORDS);
            before = new ArrayList<>(count);
            after = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                if (i % 200 != 0) {
                    before.add(item(i, i % 1_000));
                }
                if (i % 200 != 1) {
                    after.add(item(i, i % 1_000 + (i % 100 == 2 ? 1 : 0)));
                }
            }
        }
    }

    private static Item item(int id, int quantity) {
        return new Item(id, "item number " + id, quantity, BigDecimal.valueOf(id % 10_000, 2), id % 3 == 0);
    }

    private long preview(Size size) {
        make(size);
        SyncPlan<Item> plan = SyncPlan.named(name())
                .from(Source.of(() -> after))
                .match(Matcher.on("id"))
                .into(new Items())
                .deletes(Deletes.missing())
                .build();
        try (Preview<Item> preview = plan.preview()) {
            ChangeCounts counts = preview.changes().counts();
            return counts.inserts() * 1_000_000_000L + counts.updates() * 10_000 + counts.deletes();
        }
    }

    private long loop(Size size) {
        make(size);
        Map<Long, Item> old = new HashMap<>(2 * before.size());
        for (Item item : before) {
            if (old.put(item.id(), item) != null) {
                throw new IllegalStateException("two of " + item.id());
            }
        }
        List<Item> inserts = new ArrayList<>();
        List<Item> updates = new ArrayList<>();
        for (Item item : after) {
            Item there = old.remove(item.id());
            if (there == null) {
                inserts.add(item);
            } else if (!there.equals(item)) {
                updates.add(item);
            }
        }
        return inserts.size() * 1_000_000_000L + updates.size() * 10_000L + old.size();
    }

    /** The list that would be changed. */
    private final class Items implements Sink<Item> {

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
            return Source.of(() -> before);
        }

        @Override
        public ChangeWriter<Item> open(WriteContext context) {
            throw new UnsupportedOperationException("nothing is written");
        }
    }
}
