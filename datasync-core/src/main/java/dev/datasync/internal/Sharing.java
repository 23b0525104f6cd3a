package dev.datasync.internal;

import dev.datasync.run.Stage;
import dev.datasync.source.Pool;
import dev.datasync.source.ReadException;
import dev.datasync.source.Source;
import dev.datasync.state.RunLock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Checks what source, target and lock have in common: the same records, or a pool that is too small for all of them. */
final class Sharing {

    private static final String SAME = "E-SAME";

    private static final String POOL = "E-POOL";

    private Sharing() {}

    /** Returns why source and target cannot be two sides, if they read the same. */
    static Optional<StageFailure> sameRecords(Source<?> source, Source<?> existing, String target) throws Exception {
        Optional<Object> identity = source.identity();
        if (identity.isEmpty() || !identity.equals(existing.identity())) {
            return Optional.empty();
        }
        String message = "source and target are the same: " + source.name() + " is read, and " + target
                + " would be written. Name two different ones";
        return Optional.of(new StageFailure(SAME, Stage.VALIDATE, message, null));
    }

    /** Returns the pools that cannot give what the run takes at the same time, so that it would wait for itself. */
    static List<StageFailure> smallPools(@Nullable RunLock lock, Source<?>... readAtOnce) {
        Map<Object, List<Pool>> pools = new LinkedHashMap<>();
        for (Source<?> source : readAtOnce) {
            source.pool().ifPresent(pool -> add(pools, pool));
        }
        if (lock != null) {
            lock.pool().ifPresent(pool -> add(pools, pool));
        }
        List<StageFailure> failures = new ArrayList<>();
        for (List<Pool> same : pools.values()) {
            if (same.size() > 1) {
                check(same.get(0), same.size()).ifPresent(failures::add);
            }
        }
        return failures;
    }

    private static void add(Map<Object, List<Pool>> pools, Pool pool) {
        pools.computeIfAbsent(pool.identity(), identity -> new ArrayList<>()).add(pool);
    }

    private static Optional<StageFailure> check(Pool pool, int count) {
        try {
            pool.check().check(count);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (Exception e) {
            String message = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
            return Optional.of(new StageFailure(
                    e instanceof ReadException known ? known.code() : POOL, Stage.VALIDATE, message, e));
        }
    }
}
