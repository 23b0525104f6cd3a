package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.Preview;
import dev.datasync.SyncPlan;
import dev.datasync.change.ChangeCounts;
import dev.datasync.row.Row;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.SyncException;
import dev.datasync.run.SyncReport;
import dev.datasync.source.Completion;
import dev.datasync.source.ReadContext;
import dev.datasync.source.Receiver;
import dev.datasync.source.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever path the engine takes, it finds what the plainest comparison finds, in the same order. */
@Tag("long")
class DifferentialTest {

    /** Set it to repeat the scenario of a failure. */
    private static final Long ONLY_SEED = Long.getLong("datasync.seed");

    /** Set both to try others, and more. */
    private static final long FIRST_SEED = Long.getLong("datasync.firstSeed", 20_250_131);

    private static final int TIMES = Integer.getInteger("datasync.times", 1);

    /** A source over rows that lie in the order of their keys, in whatever form the keys come. */
    private record Sorted(List<Row> rows) implements Source<Row> {

        @Override
        public Completion read(Receiver<? super Row> receiver, ReadContext context) {
            rows.forEach(receiver::accept);
            return Completion.complete();
        }

        @Override
        public boolean canOrderBy(List<String> fields) {
            return true;
        }
    }

    @Test
    void small_scenarios_come_out_as_the_naive_comparison_says() {
        Map<EnginePath, Integer> taken = check(600 * TIMES, RandomScenario.SMALL_SIZES);
        assertThat(taken.get(EnginePath.HASH_IN_MEMORY)).isPositive();
        assertThat(taken.get(EnginePath.MERGED)).isPositive();
    }

    @Test
    void large_scenarios_come_out_as_the_naive_comparison_says() {
        Map<EnginePath, Integer> taken = check(60 * TIMES, RandomScenario.LARGE_SIZES);
        assertThat(taken.values())
                .as("how often each path was really taken: %s", taken)
                .allMatch(times -> times > 10);
    }

    private static Map<EnginePath, Integer> check(int scenarios, int[] sizes) {
        Map<EnginePath, Integer> taken = new EnumMap<>(EnginePath.class);
        SplittableRandom seeds = new SplittableRandom(FIRST_SEED);
        for (int i = 0; i < scenarios; i++) {
            long seed = ONLY_SEED != null ? ONLY_SEED : seeds.nextLong();
            RandomScenario scenario = new RandomScenario(seed, sizes);
            try {
                NaiveComparison expected = new NaiveComparison(scenario);
                for (EnginePath path : EnginePath.values()) {
                    check(scenario, expected, path, taken);
                }
                checkShuffled(scenario, expected);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Ddatasync.seed=" + seed + " " + scenario, e);
            }
        }
        return taken;
    }

    private static void check(
            RandomScenario scenario, NaiveComparison expected, EnginePath path, Map<EnginePath, Integer> taken) {
        InMemorySink sink = path.sink(scenario.sink());
        Source<Row> source =
                path == EnginePath.MERGED ? new Sorted(sorted(scenario)) : InMemorySource.of(scenario.source);
        SyncPlan<Row> plan = path.plan(scenario.plan(source, sink)).build();
        if (!expected.codes().isEmpty()) {
            SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);
            assertThat(thrown).as("refused with %s", expected.codes()).isNotNull();
            assertThat(thrown.code()).isIn(expected.codes());
            assertThat(sink.writes()).isEmpty();
            return;
        }
        try (Preview<Row> preview = plan.preview()) {
            assertChanges(preview, expected);
            ChangeCounts changes = preview.changes().counts();
            assertCounts(preview.report(), expected, scenario, changes);
            assertThat(preview.report().counts().written()).isZero();
            EnginePath really = path(preview.report().method());
            assertThat(really == path || path != EnginePath.HASH_IN_MEMORY).isTrue();
            taken.merge(really, 1, Integer::sum);
        }
        SyncReport report = plan.run();
        assertCounts(report, expected, scenario, Arithmetic.NOTHING);
        assertThat(NaiveComparison.content(sink.content())).isEqualTo(expected.content());
        assertThat(sink.writes()).allMatch(batch -> batch.size() <= scenario.batchSize);
        assertThat(plan.run().counts().written()).as("written by a second run").isZero();
    }

    private static EnginePath path(String method) {
        for (EnginePath path : EnginePath.values()) {
            if (method.startsWith(path.method())) {
                return path;
            }
        }
        return EnginePath.HASH_IN_MEMORY;
    }

    private static void assertChanges(Preview<Row> preview, NaiveComparison expected) {
        List<String> changes =
                preview.changes().stream().map(NaiveComparison::shown).toList();
        assertThat(changes).isEqualTo(expected.changes());
        ChangeCounts counts = preview.changes().counts();
        assertThat(counts).isEqualTo(new ChangeCounts(expected.inserts(), expected.updates(), expected.deletes()));
    }

    private static void assertCounts(
            SyncReport report, NaiveComparison expected, RandomScenario scenario, ChangeCounts notWritten) {
        SyncReport.Counts counts = report.counts();
        assertThat(counts.sourceRead()).isEqualTo(scenario.source.size());
        assertThat(counts.targetRead()).isEqualTo(scenario.target.size());
        assertThat(counts.rejected()).isEqualTo(expected.rejected);
        assertThat(counts.unchanged()).isEqualTo(expected.unchanged);
        assertThat(counts.skipped()).isEqualTo(expected.skipped);
        assertThat(counts.kept()).isEqualTo(expected.keptCount);
        assertThat(counts.withheld()).isEqualTo(expected.withheld);
        assertThat(counts.written()).isEqualTo(expected.changes().size() - notWritten.total());
        if (counts.rejected() <= SyncReport.MOST_SHOWN) {
            boolean isInsertOnly = scenario.mode == RandomScenario.Mode.INSERT_ONLY;
            Arithmetic.check(report, notWritten, isInsertOnly ? counts.skipped() : 0);
        }
    }

    /** Neither the order of the rows, nor the size of batches, nor the memory has a say in what changes. */
    private static void checkShuffled(RandomScenario scenario, NaiveComparison expected) {
        if (!expected.codes().isEmpty()) {
            return;
        }
        Random random = new Random(scenario.seed);
        List<Row> source = new ArrayList<>(scenario.source);
        List<Row> target = new ArrayList<>(scenario.target);
        Collections.shuffle(source, random);
        Collections.shuffle(target, random);
        InMemorySink sink = InMemorySink.of(scenario.schema).holding(target);
        SyncPlan<Row> plan = scenario.plan(InMemorySource.of(source), sink)
                .batchSize(1 + random.nextInt(10))
                .memoryBudget(new MemoryBudget(MemoryBudget.SMALLEST + random.nextInt(300_000)))
                .build();
        try (Preview<Row> preview = plan.preview()) {
            assertChanges(preview, expected);
        }
    }

    private static List<Row> sorted(RandomScenario scenario) {
        List<Row> rows = new ArrayList<>(scenario.source);
        Comparator<Row> order = (one, other) -> {
            for (int i = 0; i < scenario.keys.size(); i++) {
                int result = FieldOrder.compareValues(key(scenario, one, i), key(scenario, other, i));
                if (result != 0) {
                    return result;
                }
            }
            return 0;
        };
        rows.sort(order);
        return rows;
    }

    private static Object key(RandomScenario scenario, Row row, int part) {
        Object value = row.value(scenario.sourceKeys.get(part));
        if (value == null || value.equals("")) {
            return null;
        }
        return scenario.schema.field(scenario.keys.get(part)).type().convert(value);
    }
}
