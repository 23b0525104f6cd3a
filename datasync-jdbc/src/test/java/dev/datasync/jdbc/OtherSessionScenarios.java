package dev.datasync.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.datasync.jdbc.database.InterceptedDataSource;
import dev.datasync.jdbc.database.TestDatabase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What another session sees while a run writes: it looks after each call of the run into the database. Each row is as it
 * was or as it will be, and in one transaction all rows are the one or the other (R4).
 */
abstract class OtherSessionScenarios {

    private TestDatabase database;

    abstract TestDatabase open() throws Exception;

    @BeforeEach
    void openDatabase() throws Exception {
        database = open();
        KilledProcess.create(database);
        KilledProcess.fill(database);
    }

    @AfterEach
    void closeDatabase() throws Exception {
        if (database != null) {
            database.close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100})
    void never_sees_half_a_row(int commitEvery) {
        AtomicInteger looks = new AtomicInteger();
        AtomicInteger mixtures = new AtomicInteger();
        Map<String, List<String>> before = byId(KilledProcess.texts(KilledProcess.before()));
        Map<String, List<String>> wanted = byId(KilledProcess.texts(KilledProcess.wanted()));
        var watched = new InterceptedDataSource(() -> database.dataSource().getConnection(), (name, call) -> {
            Object result = call.call();
            if (name.startsWith("execute") || name.equals("commit") || name.equals("rollback")) {
                looks.incrementAndGet();
                Map<String, List<String>> now = byId(KilledProcess.content(database));
                if (!now.equals(before) && !now.equals(wanted)) {
                    mixtures.incrementAndGet();
                    now.forEach((id, row) -> assertThat(row)
                            .as("row %s after %s", id, name)
                            .isIn(Objects.requireNonNullElse(before.get(id), List.of()), wanted.get(id)));
                }
            }
            return result;
        });

        KilledProcess.plan(watched, commitEvery).run();

        assertThat(byId(KilledProcess.content(database))).isEqualTo(wanted);
        assertThat(looks.get()).isGreaterThan(3);
        if (commitEvery == 0) {
            assertThat(mixtures.get()).isZero();
        } else {
            assertThat(mixtures.get()).isPositive();
        }
    }

    private static Map<String, List<String>> byId(List<List<String>> rows) {
        Map<String, List<String>> all = new HashMap<>();
        rows.forEach(row -> all.put(row.get(0), row));
        return all;
    }
}
