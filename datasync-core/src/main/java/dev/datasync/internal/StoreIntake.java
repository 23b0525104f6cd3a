package dev.datasync.internal;

/** Collects records for a {@link HashComparison}. */
final class StoreIntake implements Intake {

    private final RecordStore store;
    private final long seed;

    StoreIntake(RecordStore store, long seed) {
        this.store = store;
        this.seed = seed;
    }

    @Override
    public void add(ByteWriter entry) {
        store.add(StoredRecord.hash(seed, entry.array(), 0), entry.array(), entry.length());
    }

    @Override
    public void end() {
        store.finish();
    }

    RecordStore store() {
        return store;
    }
}
