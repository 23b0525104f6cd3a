package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.jdbc.database.TestDatabase;
import dev.datasync.run.RunOutcome;
import dev.datasync.run.SyncReport;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process is killed in the middle of a run, at random calls into the database, and the next run must make the target
 * right, without anybody's help (R3). How often is set by the system property {@code datasync.kills}.
 */
abstract class KilledProcessScenarios {

    private static final int KILLS = Integer.getInteger("datasync.kills", 25);

    private TestDatabase database;

    abstract TestDatabase open() throws Exception;

    /** Returns the URL for another process. */
    abstract String url(TestDatabase opened);

    abstract String user();

    @BeforeEach
    void openDatabase() throws Exception {
        database = open();
        KilledProcess.create(database);
    }

    @AfterEach
    void closeDatabase() throws Exception {
        if (database != null) {
            database.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void the_next_run_makes_the_target_right(int commitEvery) throws Exception {
        long seed = Long.getLong("datasync.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        KilledProcess.fill(database);
        int calls = KilledProcess.countCalls(url(database), user(), commitEvery);
        assertThat(KilledProcess.content(database))
                .containsExactlyInAnyOrderElementsOf(KilledProcess.texts(KilledProcess.wanted()));
        Set<Boolean> ends = new HashSet<>();

        for (int i = 0; i < KILLS; i++) {
            // the last calls are those of the writing, which are the more interesting ones
            int from = i % 3 == 0 ? 1 : calls / 2;
            int stopAt = random.nextInt(from, calls + 1);
            boolean isBefore = random.nextBoolean();
            String what = "seed " + seed + ", killed " + (isBefore ? "before" : "after") + " call " + stopAt + " of "
                    + calls + ", commits after every " + commitEvery;
            KilledProcess.fill(database);
            KilledProcess.kill(url(database), user(), commitEvery, stopAt, isBefore);

            ends.add(assertOldOrNew(what, commitEvery == 0));
            SyncReport report =
                    KilledProcess.plan(database.dataSource(), commitEvery).run();
            assertThat(report.outcome()).as(what).isEqualTo(RunOutcome.SUCCEEDED);
            assertThat(KilledProcess.content(database))
                    .as(what)
                    .containsExactlyInAnyOrderElementsOf(KilledProcess.texts(KilledProcess.wanted()));
            SyncReport second =
                    KilledProcess.plan(database.dataSource(), commitEvery).run();
            assertThat(second.counts().written()).as(what).isZero();
        }
        // otherwise the calls were not those of a run that writes
        assertThat(ends).as("seed " + seed).contains(true);
    }

    /** Checks that each row is as before or as wanted, in one transaction all alike, and tells whether some are old. */
    private boolean assertOldOrNew(String what, boolean isAllOrNothing) {
        Map<String, List<String>> before = byId(KilledProcess.texts(KilledProcess.before()));
        Map<String, List<String>> wanted = byId(KilledProcess.texts(KilledProcess.wanted()));
        Map<String, List<String>> now = byId(KilledProcess.content(database));
        Set<String> ids = new HashSet<>(before.keySet());
        ids.addAll(wanted.keySet());
        for (String id : ids) {
            assertThat(now.get(id)).as(what + ", row " + id).isIn(before.get(id), wanted.get(id));
        }
        assertThat(ids).as(what).containsAll(now.keySet());
        boolean isOld = ids.stream().anyMatch(id -> !Objects.equals(now.get(id), wanted.get(id)));
        if (isAllOrNothing && isOld) {
            assertThat(now).as(what).isEqualTo(before);
        }
        return isOld;
    }

    private static Map<String, List<String>> byId(List<List<String>> rows) {
        Map<String, List<String>> all = new HashMap<>();
        rows.forEach(row -> all.put(row.get(0), row));
        return all;
    }
}
