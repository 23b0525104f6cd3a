package dev.datasync.testkit;

import dev.datasync.SyncPlan;
import dev.datasync.row.Row;
import dev.datasync.run.MemoryBudget;

/** The ways in which the engine can compare two sides, all of which must come to the same result. */
enum EnginePath {
    HASH_IN_MEMORY("compared by hash as both sides were read, in memory"),
    HASH_SPILLED("compared by hash as both sides were read, with a temporary file"),
    MERGED("merged in key order");

    private final String method;

    EnginePath(String method) {
        this.method = method;
    }

    /** Returns how a report's method begins when this path was taken. */
    String method() {
        return method;
    }

    InMemorySource<Row> source(InMemorySource<Row> source) {
        return this == MERGED ? source.ordered() : source;
    }

    InMemorySink sink(InMemorySink sink) {
        return this == MERGED ? sink.ordered() : sink;
    }

    <T> SyncPlan.Builder<T> plan(SyncPlan.Builder<T> plan) {
        return this == HASH_SPILLED ? plan.memoryBudget(new MemoryBudget(MemoryBudget.SMALLEST)) : plan;
    }
}
