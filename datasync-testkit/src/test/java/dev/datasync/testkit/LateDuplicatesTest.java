package dev.datasync.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.datasync.SyncPlan;
import dev.datasync.change.Deletes;
import dev.datasync.match.Matcher;
import dev.datasync.row.Row;
import dev.datasync.run.MemoryBudget;
import dev.datasync.run.SyncException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A second record with a key comes long after the first one was compared and forgotten. */
class LateDuplicatesTest {

    private static final int RECORDS = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {MemoryBudget.SMALLEST, 64 * 1024 * 1024})
    void both_records_are_named_with_their_key(long budget) {
        List<Row> once = Products.products(1, RECORDS);
        List<Row> twice = new ArrayList<>(once);
        twice.add(Products.product(7));

        check(budget, twice, once, "source");
        check(budget, once, twice, "target");
        check(budget, twice, List.of(), "source");
        check(budget, twice, twice, "");
    }

    private static void check(long budget, List<Row> source, List<Row> target, String side) {
        InMemorySink sink = InMemorySink.of(Products.SCHEMA).holding(target);
        SyncPlan<Row> plan = SyncPlan.named("late")
                .from(InMemorySource.of(source))
                .match(Matcher.<Row>on("id"))
                .into(sink)
                .deletes(Deletes.missing())
                .memoryBudget(new MemoryBudget(budget))
                .build();

        SyncException thrown = catchThrowableOfType(SyncException.class, plan::run);

        assertThat(thrown.code()).isEqualTo("E-KEY-DUPLICATE");
        String message = thrown.getMessage().toLowerCase(Locale.ROOT);
        assertThat(message).contains("two records of the " + side, "7 (id=7) and", "20001 (id=7)");
        assertThat(sink.writes()).isEmpty();
    }
}
